"""Who answers requests, and who decides whether a record is corrected."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from childfirst.encounters import permissions as encounters
from childfirst.encounters.subject_access.models import CorrectionRequest
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import Permission


def check_can_handle(user: Any) -> None:
    """Raise Forbidden unless the person may answer requests."""
    check_holds(user, Permission.SUBJECT_ACCESS_HANDLE)


def corrections_visible_to(user: Any) -> QuerySet[CorrectionRequest]:
    """Requests to correct a record: all for whoever answers requests, those of their teams for supervisors."""
    if holds(user, Permission.SUBJECT_ACCESS_HANDLE):
        return CorrectionRequest.objects.all()
    if not granting(user, Permission.ENCOUNTERS_READ_TEAM):
        return CorrectionRequest.objects.none()
    return CorrectionRequest.objects.filter(encounter__in=encounters.visible_to(user))


def can_list_corrections(user: Any) -> bool:
    """Whether the person may see requests to correct records at all."""
    return holds(user, Permission.SUBJECT_ACCESS_HANDLE) or holds(user, Permission.ENCOUNTERS_READ_TEAM)


def check_can_list_corrections(user: Any) -> None:
    """Raise Forbidden for a person who can neither answer requests nor decide on corrections."""
    if not can_list_corrections(user):
        check_holds(user, Permission.ENCOUNTERS_READ_TEAM)


def can_decide(user: Any, asked: CorrectionRequest) -> bool:
    """Whether the person may decide: a supervisor of the team who did not record the encounter."""
    return (
        holds(user, Permission.ENCOUNTERS_READ_TEAM)
        and asked.encounter.recorded_by_id != getattr(user, "pk", None)
        and encounters.can_read(user, asked.encounter)
    )


def check_can_decide(user: Any, asked: CorrectionRequest) -> None:
    """Raise Forbidden unless the person may decide whether the record is corrected."""
    check_holds(user, Permission.ENCOUNTERS_READ_TEAM)
    if asked.encounter.recorded_by_id == getattr(user, "pk", None):
        raise Forbidden("You recorded this encounter yourself. Another supervisor must decide.")
    if not can_decide(user, asked):
        raise Forbidden(encounters.NOT_YOURS)
