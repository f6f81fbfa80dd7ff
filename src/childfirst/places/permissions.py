"""Who may look up places, and who may bring in new ones."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from childfirst.people.permissions import check_holds, holds
from childfirst.people.vocabulary import Permission

M = TypeVar("M", bound=Model)


def check_can_read(user: Any) -> None:
    """Raise Forbidden unless the person may look up schools and areas: everyone with a role may."""
    check_holds(user, Permission.PLACES_READ)


def can_read(user: Any) -> bool:
    """Whether the person may look up schools and areas."""
    return holds(user, Permission.PLACES_READ)


def check_can_import(user: Any) -> None:
    """Raise Forbidden unless the actor may bring in schools, areas and term dates."""
    check_holds(user, Permission.PLACES_IMPORT)


def can_import(user: Any) -> bool:
    """Whether the actor may bring in schools, areas and term dates, and read the reports of imports."""
    return holds(user, Permission.PLACES_IMPORT)


def visible_to(user: Any, records: QuerySet[M]) -> QuerySet[M]:
    """The rows of a table of this room that the person may see: all of them, or none. Reports have their own rule."""
    return records if can_read(user) else records.none()


def reports_visible_to(user: Any, reports: QuerySet[M]) -> QuerySet[M]:
    """The import reports that the person may see."""
    return reports if can_import(user) else reports.none()
