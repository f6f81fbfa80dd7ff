"""Where people can go in this chamber."""

from __future__ import annotations

from typing import Any

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission


def _waiting(user: Any) -> int:
    from childfirst.encounters.crime_records import queries

    return queries.waiting_details(user) + queries.waiting_reviews(user)


def register_all() -> None:
    """Called when the chamber starts."""
    register(
        Entry(
            label="Incidents in school",
            url_name="crime_records:index",
            permission=(Permission.CRIME_RECORDS_KEEP, Permission.ENCOUNTERS_READ_ALL),
            description="Ask first whether the school can deal with it; record, follow up and review.",
            order=23,
            in_header=False,
            waiting=_waiting,
        )
    )
