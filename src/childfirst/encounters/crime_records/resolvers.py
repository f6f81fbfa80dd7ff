"""What references of this chamber show, and what can be done next about an encounter."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.encounters.crime_records import permissions
from childfirst.encounters.models import Encounter
from childfirst.encounters.next_steps import NextStep
from childfirst.shared.references import Resolved, register


def crime_record(key: str, user: Any) -> Resolved | None:
    """Matter and day of the incident, for those who may see it."""
    found = permissions.visible_to(user).filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("crime_records:record", args=[found.pk]))


def protocol_step(user: Any, encounter: Encounter) -> NextStep | None:
    """On the page of an encounter with a school: the Schools Protocol comes before a crime record."""
    if encounter.school_id is None or encounter.recorded_by_id != user.pk or not permissions.can_keep(user):
        return None
    return NextStep(
        text="Ask the Schools Protocol’s questions",
        url=f"{reverse('crime_records:new')}?encounter={encounter.pk}",
        hint="If it happened in or near school: before a crime record is made.",
        order=60,
    )


def register_all() -> None:
    """Called when the chamber starts."""
    register("encounters.crime_record", crime_record)
