"""Reads: lists, what waits, and how records were found in review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from childfirst.audit.actions import note_reading
from childfirst.audit.actors import Actor
from childfirst.encounters.crime_records import permissions
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import NO_FURTHER_ACTION, Finding, Sanction, State
from childfirst.people.permissions import Forbidden, holds
from childfirst.people.vocabulary import Permission


def read(*, by: Actor, record: CrimeRecord) -> CrimeRecord:
    """The record for its page. It shows ``special`` fields, so that looking is an event on the trail."""
    if not permissions.visible_to(by).filter(pk=record.pk).exists():
        raise Forbidden(permissions.NOT_YOURS)
    note_reading(by=by, name="encounters.crime_record.read", subject=record.reference)
    return record


def due_reviews(user: Any) -> QuerySet[CrimeRecord]:
    """Records that nobody has reviewed yet, that the person may see, the first due at the front."""
    return permissions.visible_to(user).filter(review_due__isnull=False).order_by("review_due", "id")


def waiting_reviews(user: Any) -> int:
    """How many reviews wait for this person, for the home page."""
    if not holds(user, Permission.CRIME_RECORDS_REVIEW):
        return 0
    return due_reviews(user).exclude(recorded_by=user).count()


def unfinished(user: Any) -> QuerySet[CrimeRecord]:
    """Records that the person began and that lack their details."""
    return permissions.visible_to(user).filter(state=State.TO_COMPLETE, recorded_by=user)


def waiting_details(user: Any) -> int:
    """How many records wait for their details, for the home page."""
    return unfinished(user).count() if permissions.can_keep(user) else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts for a supervisor, of the incidents that they may see. Internal: never published as they are."""

    left_to_school: int
    recorded: int
    reviewed: int
    not_needed: int
    no_further_action: int
    sanctioned_without_action: int

    @property
    def share_not_needed(self) -> float | None:
        """Share of the reviewed records that were not in the public interest; None when none was reviewed."""
        return self.not_needed / self.reviewed if self.reviewed else None


def summary(user: Any) -> Summary:
    """How incidents went: left to the school, recorded, reviewed, and excluded or suspended although nothing came of it."""
    nothing = Q(outcome__in=[str(code) for code in NO_FURTHER_ACTION])
    heavy = Q(sanction__in=[Sanction.SUSPENDED, Sanction.MOVED, Sanction.EXCLUDED])
    found = permissions.visible_to(user).aggregate(
        left=Count("pk", filter=Q(state=State.LEFT_TO_SCHOOL)),
        recorded=Count("pk", filter=Q(state=State.RECORDED)),
        reviewed=Count("pk", filter=~Q(finding="")),
        not_needed=Count("pk", filter=Q(finding=Finding.NO)),
        nothing=Count("pk", filter=nothing),
        sanctioned=Count("pk", filter=nothing & heavy),
    )
    return Summary(*found.values())
