"""Where people can go in this chamber."""

from __future__ import annotations

from typing import Any

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission


def _requests(user: Any) -> int:
    from childfirst.encounters.subject_access.queries import waiting_requests

    return waiting_requests(user)


def _corrections(user: Any) -> int:
    from childfirst.encounters.subject_access.queries import waiting_corrections

    return waiting_corrections(user)


def register_all() -> None:
    """Called when the chamber starts."""
    register(
        Entry(
            label="Requests from people",
            url_name="subject_access:index",
            permission=Permission.SUBJECT_ACCESS_HANDLE,
            description="What is held about a young person, when they or a parent ask.",
            order=30,
            waiting=_requests,
        ),
        Entry(
            label="Records said to be wrong",
            url_name="subject_access:corrections",
            permission=(Permission.SUBJECT_ACCESS_HANDLE, Permission.ENCOUNTERS_READ_TEAM),
            description="Decide whether a record is corrected, and answer.",
            order=24,
            in_header=False,
            waiting=_corrections,
        ),
    )
