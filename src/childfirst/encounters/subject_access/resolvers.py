"""What references of this chamber show to a person who may see them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.encounters.models import Encounter
from childfirst.encounters.next_steps import NextStep
from childfirst.encounters.subject_access import permissions
from childfirst.encounters.subject_access.models import AccessRequest
from childfirst.encounters.subject_access.vocabulary import CorrectionState
from childfirst.people.permissions import holds
from childfirst.people.vocabulary import Permission
from childfirst.shared.references import Resolved, register


def access_request(key: str, user: Any) -> Resolved | None:
    """Number of the request, for those who answer requests."""
    if not holds(user, Permission.SUBJECT_ACCESS_HANDLE):
        return None
    found = AccessRequest.objects.filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("subject_access:request", args=[found.pk]))


def child(key: str, user: Any) -> Resolved | None:
    """Everything about one young person, for those who answer requests: it leads to the latest request."""
    if not holds(user, Permission.SUBJECT_ACCESS_HANDLE):
        return None
    found = AccessRequest.objects.filter(child_reference=key).order_by("-created_at").first()
    if found is None:
        return None
    return Resolved(f"Everything about the young person of request {found.number}", reverse("subject_access:request", args=[found.pk]))  # fmt: skip


def correction_request(key: str, user: Any) -> Resolved | None:
    """A record said to be wrong, for those who may see the request."""
    found = permissions.corrections_visible_to(user).select_related("encounter").filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("subject_access:correction", args=[found.pk]))


def statement_step(user: Any, encounter: Encounter) -> NextStep | None:
    """On the page of an encounter: that the person says it is wrong, undecided or with a statement that stays beside it."""
    found = (
        permissions.corrections_visible_to(user).filter(encounter=encounter).exclude(state=CorrectionState.CORRECTED)
    )
    asked = found.order_by("-created_at").first()
    if asked is None:
        return None
    decided = asked.state != CorrectionState.OPEN
    return NextStep(
        text="Read the person’s statement on this record" if decided else "The person says that this record is wrong",
        url=reverse("subject_access:correction", args=[asked.pk]),
        hint="It stays beside the record." if decided else "A supervisor must decide.",
        order=5,
    )


def register_all() -> None:
    """Called when the chamber starts."""
    register("encounters.access_request", access_request)
    register("encounters.child", child)
    register("encounters.correction_request", correction_request)
