"""What a reference to one of the room's records shows to a person who may see it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.encounters import permissions
from childfirst.encounters.models import ImportReport
from childfirst.shared.references import Resolved, register


def encounter(key: str, user: Any) -> Resolved | None:
    """Kind and date of the encounter, for those who may see it."""
    found = permissions.visible_to(user).filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("encounters:detail", args=[found.pk]))


def report(key: str, user: Any) -> Resolved | None:
    """Name of the archive, for those who may read quality reports."""
    if not permissions.can_import(user):
        return None
    found = ImportReport.objects.defer("details").filter(pk=key).first()
    return (
        None if found is None else Resolved(f"Import of {found.archive}", reverse("encounters:import", args=[found.pk]))
    )


def register_all() -> None:
    """Called when the room starts."""
    register("encounters.encounter", encounter)
    register("encounters.importreport", report)
