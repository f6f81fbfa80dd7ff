"""Where people can go in this chamber, for the header and the home page."""

from __future__ import annotations

from typing import Any

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission


def _cases(user: Any) -> int:
    from childfirst.encounters.matching.queries import waiting_cases

    return waiting_cases(user)


def register_all() -> None:
    """Called when the chamber starts. What counts the waiting is imported when it is asked: start-up stays light."""
    register(
        Entry(
            label="Matching",
            url_name="matching:index",
            permission=Permission.MATCHING_REVIEW,
            description="What earlier records say about schools, matched to the register.",
            order=41,
            section="Data",
            waiting=_cases,
        ),
        Entry(
            label="Quality of school data",
            url_name="matching:quality",
            permission=(Permission.MATCHING_REVIEW, Permission.ENCOUNTERS_READ_TEAM),
            description="Who names a school, how fast missing ones are found, what is written instead.",
            order=42,
            section="Data",
            in_header=False,
        ),
    )
