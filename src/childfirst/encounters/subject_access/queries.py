"""Reads: requests, and the document of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from childfirst.audit.actions import note_reading
from childfirst.audit.actors import Actor
from childfirst.encounters.subject_access import permissions
from childfirst.encounters.subject_access.documents import Document, compile_document
from childfirst.encounters.subject_access.models import AccessRequest, CorrectionRequest
from childfirst.encounters.subject_access.vocabulary import CorrectionState, State
from childfirst.people.permissions import holds
from childfirst.people.vocabulary import Permission


def open_requests() -> QuerySet[AccessRequest]:
    """Requests that wait for an answer, the first due at the front."""
    return AccessRequest.objects.filter(state=State.OPEN)


def decided_requests() -> QuerySet[AccessRequest]:
    """Requests that were answered or refused, the latest first."""
    return AccessRequest.objects.exclude(state=State.OPEN).order_by("-decided_at")


def open_corrections(user: Any) -> QuerySet[CorrectionRequest]:
    """Requests to correct a record that the person may see, undecided, the first due at the front."""
    found = permissions.corrections_visible_to(user).filter(state=CorrectionState.OPEN)
    return found.select_related("encounter")


def waiting_requests(user: Any) -> int:
    """How many requests wait for this person, for the home page."""
    return open_requests().count() if holds(user, Permission.SUBJECT_ACCESS_HANDLE) else 0


def waiting_corrections(user: Any) -> int:
    """How many requests to correct a record wait for this person, for the home page."""
    if not holds(user, Permission.ENCOUNTERS_READ_TEAM):
        return 0
    return open_corrections(user).exclude(encounter__recorded_by=user).count()


def read_document(*, by: Actor, request: AccessRequest) -> Document:
    """The document as it would be given now. Reading is an event on the request and on every encounter in it."""
    permissions.check_can_handle(by)
    document = compile_document(request.child_reference)
    note_reading(by=by, name="encounters.access_request.read", subject=request.reference)
    for holding in document.holdings:
        if holding.is_encounter:
            note_reading(
                by=by,
                name="encounters.encounter.read",
                subject=holding.reference,
                reason=f"To answer request {request.number}",
            )
    return document
