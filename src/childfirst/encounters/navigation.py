"""Where people can go in this room, for the header and the home page."""

from __future__ import annotations

from typing import Any

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission

READERS = (Permission.ENCOUNTERS_READ_OWN, Permission.ENCOUNTERS_READ_TEAM, Permission.ENCOUNTERS_READ_ALL)
SUPERVISORS = (Permission.ENCOUNTERS_READ_TEAM, Permission.ENCOUNTERS_READ_ALL)


def _unfinished(user: Any) -> int:
    from childfirst.encounters.queries import draft_of

    return int(draft_of(user) is not None)


def _follow_ups(user: Any) -> int:
    from childfirst.encounters.queries import waiting_follow_ups

    return waiting_follow_ups(user)


def _reviews(user: Any) -> int:
    from childfirst.encounters.queries import waiting_reviews

    return waiting_reviews(user)


def register_all() -> None:
    """Called when the room starts. What counts the waiting is imported when it is asked: start-up stays light."""
    register(
        Entry(
            label="Record an encounter",
            url_name="encounters:start",
            permission=Permission.ENCOUNTERS_RECORD,
            description="One question a page. You can stop and go on later.",
            order=10,
            in_header=False,
            waiting=_unfinished,
        ),
        Entry(
            label="Encounters",
            url_name="encounters:index",
            permission=READERS,
            description="Find the encounters that you may see.",
            order=20,
        ),
        Entry(
            label="Schools to find",
            url_name="encounters:follow_ups",
            permission=READERS,
            description="Encounters whose school was not yet known.",
            order=21,
            in_header=False,
            waiting=_follow_ups,
        ),
        Entry(
            label="Reviews",
            url_name="encounters:reviews",
            permission=SUPERVISORS,
            description="Children under 10, force, removal of clothing, no appropriate adult: to be looked at within 24 hours.",
            order=22,
            in_header=False,
            waiting=_reviews,
        ),
        Entry(
            label="Imports",
            url_name="encounters:imports",
            permission=Permission.ENCOUNTERS_IMPORT,
            description="What imports of encounters brought, and what they set aside.",
            order=40,
            section="Data",
        ),
    )
