"""What the routers of all rooms share: the problem as a schema, and the responses that every operation may give."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field


class FaultOut(Schema):
    """One thing that is wrong with the request."""

    pointer: str = Field(description="Where: a JSON pointer into the body, or query, header or path and the parameter.")
    detail: str = Field(description="What, as a sentence.")


class ProblemOut(Schema):
    """A problem as RFC 9457 writes it."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[FaultOut] | None = None


PROBLEMS: dict[int, type[Schema]] = dict.fromkeys((400, 401, 403, 422, 429), ProblemOut)
"""For ``response=`` of an operation: what any of them may answer beside its own."""
