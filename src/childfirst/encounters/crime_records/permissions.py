"""Officers see the incidents that they recorded, supervisors those of their teams; who recorded one does not review it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import State
from childfirst.people.models import Organisation
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import Permission

NOT_YOURS = "This incident was recorded by another team. Only that team, its supervisors and auditors can see it."


def teams_of(user: Any) -> list[Organisation]:
    """The teams for which a person may record."""
    return [membership.organisation for membership in granting(user, Permission.CRIME_RECORDS_KEEP)]


def check_can_keep(user: Any, team: Organisation | None = None) -> None:
    """Raise Forbidden unless the person may record incidents (for the team)."""
    check_holds(user, Permission.CRIME_RECORDS_KEEP)
    if team is not None and team not in teams_of(user):
        raise Forbidden(f"You can record incidents for your own teams only, and {team} is not one of them.")


def can_keep(user: Any) -> bool:
    """Whether the person may record incidents at all."""
    return holds(user, Permission.CRIME_RECORDS_KEEP)


def visible_to(user: Any) -> QuerySet[CrimeRecord]:
    """The incidents that a person may see: the one rule for lists and details."""
    if holds(user, Permission.ENCOUNTERS_READ_ALL):
        return CrimeRecord.objects.all()
    wanted = Q(pk__in=[])
    if granting(user, Permission.CRIME_RECORDS_KEEP):
        wanted |= Q(recorded_by=user)
    if teams := [membership.organisation_id for membership in granting(user, Permission.CRIME_RECORDS_REVIEW)]:
        wanted |= Q(team__in=teams) | Q(team__parent__in=teams)
    return CrimeRecord.objects.filter(wanted)


def can_list(user: Any) -> bool:
    """Whether the person may see incidents at all."""
    return can_keep(user) or holds(user, Permission.ENCOUNTERS_READ_ALL)


def check_can_list(user: Any) -> None:
    """Raise Forbidden for a person who may see no incident at all."""
    if not can_list(user):
        check_holds(user, Permission.CRIME_RECORDS_KEEP)


def can_change(user: Any, record: CrimeRecord) -> bool:
    """Whether the person may add details, outcome and what school did: who recorded it, or a supervisor of the team."""
    return can_keep(user) and visible_to(user).filter(pk=record.pk).exists()


def check_can_change(user: Any, record: CrimeRecord) -> None:
    """Raise Forbidden unless the person may add to the incident."""
    check_can_keep(user)
    if not can_change(user, record):
        raise Forbidden(NOT_YOURS)


def can_review(user: Any, record: CrimeRecord) -> bool:
    """Whether the person may review: a supervisor of the team who did not record it, while a review is due."""
    return (
        record.state == State.RECORDED
        and holds(user, Permission.CRIME_RECORDS_REVIEW)
        and record.recorded_by_id != getattr(user, "pk", None)
        and visible_to(user).filter(pk=record.pk).exists()
    )


def check_can_review(user: Any, record: CrimeRecord) -> None:
    """Raise Forbidden unless the person may review the incident."""
    check_holds(user, Permission.CRIME_RECORDS_REVIEW)
    if record.recorded_by_id == getattr(user, "pk", None):
        raise Forbidden("You recorded this incident yourself. Another supervisor must review it.")
    if not can_review(user, record):
        raise Forbidden(NOT_YOURS)
