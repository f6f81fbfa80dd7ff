"""What the API answers when something is wrong: RFC 9457, ``application/problem+json``, with one entry for each fault.

``type`` is a tag that a program can compare and a person can read; ``detail`` is the sentence of the pages. ``faults`` names each
field by a JSON pointer (RFC 6901) into the body, or as ``query``, ``header`` and ``path`` with the parameter's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
NAMESPACE = "tag:childfirst,2026:"

_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
"""Titles of RFC 9110 that older versions of Python do not know yet."""


@dataclass(frozen=True, slots=True)
class ProblemFault:
    """One thing that is wrong: where, and the sentence."""

    pointer: str
    detail: str


def problem(
    status: int, detail: str, *, kind: str = "", faults: Iterable[ProblemFault] = (), **members: Any
) -> HttpResponse:
    """A problem as a response. ``kind`` is the last part of its type (``about:blank`` without one); ``members`` are extensions."""
    body: dict[str, Any] = {
        "type": f"{NAMESPACE}{kind}" if kind else "about:blank",
        "title": _RENAMED.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }
    if listed := [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]:
        body["faults"] = listed
    return HttpResponse(json.dumps(body), content_type=CONTENT_TYPE, status=status)


def unauthorised(detail: str) -> HttpResponse:
    """401, with the scheme that would be taken."""
    response = problem(401, detail, kind="not-signed-in")
    response["WWW-Authenticate"] = 'Bearer realm="childfirst"'
    return response


def too_many_calls(seconds: int) -> HttpResponse:
    """429, with the seconds to wait."""
    response = problem(429, f"This key has made too many calls. Try again in {seconds} seconds.", kind="too-many-calls")
    response["Retry-After"] = str(seconds)
    return response
