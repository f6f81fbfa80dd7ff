"""Where people can go in this chamber. A school lead's waiting notices stand first on their home page."""

from __future__ import annotations

from typing import Any

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission


def _lead(user: Any) -> int:
    from childfirst.encounters.notices.queries import lead_has_waiting

    return lead_has_waiting(user)


def _officer(user: Any) -> int:
    from childfirst.encounters.notices.queries import officer_has_waiting

    return officer_has_waiting(user)


def _overseer(user: Any) -> int:
    from childfirst.encounters.notices.queries import overseer_has_waiting

    return overseer_has_waiting(user)


def _unled(user: Any) -> int:
    from childfirst.encounters.notices.queries import unled_waiting

    return unled_waiting(user)


def register_all() -> None:
    """Called when the chamber starts. What counts the waiting is imported when it is asked: start-up stays light."""
    register(
        Entry(
            label="Notices about your pupils",
            url_name="notices:index",
            permission=Permission.NOTICES_OPEN,
            description="Open what an officer tells your school about a pupil, and say what you did.",
            order=5,
            waiting=_lead,
        ),
        Entry(
            label="Notices to schools",
            url_name="notices:sent",
            permission=Permission.ENCOUNTERS_RECORD,
            description="Tell a school about its pupil, and see what it did.",
            order=15,
            waiting=_officer,
        ),
        Entry(
            label="Notices that wait",
            url_name="notices:overview",
            permission=Permission.NOTICES_OVERSEE,
            description="Notices of your team that nobody has opened. Without names.",
            order=23,
            in_header=False,
            waiting=_overseer,
        ),
        Entry(
            label="Schools without a lead",
            url_name="notices:unled",
            permission=(Permission.NOTICES_OVERSEE, Permission.PEOPLE_MANAGE),
            description="A notice waits for them, and nobody there can open it.",
            order=24,
            in_header=False,
            waiting=_unled,
        ),
    )
