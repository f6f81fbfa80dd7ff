"""From where an act comes: the door, and the request that carried it. Kept for the length of one request or command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """``door`` is web, api, command or task; ``request_id`` ties the events of one request together."""

    door: str
    request_id: str = ""
    address: str = ""


_NOBODY_SAID = Origin("code")
_current: ContextVar[Origin] = ContextVar("origin", default=_NOBODY_SAID)


def current() -> Origin:
    """Where the running code was called from; ``code`` when nobody said."""
    return _current.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Everything inside is an act from this origin."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
