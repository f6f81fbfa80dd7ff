"""Requests for what is held about a young person, and for its correction."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from childfirst.encounters.models import Encounter
from childfirst.encounters.subject_access.vocabulary import AskedBy, CorrectionState, Handed, IdentityCheck, State
from childfirst.people.models import Account
from childfirst.shared.constraints import in_order, one_of
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record, choice_field
from childfirst.shared.references import Reference


class AccessRequest(Record):
    """Somebody asked what is held about the young person behind a force's reference; the reference itself is not kept.

    ``due_on`` is the day by which the law wants an answer. ``digest`` is the SHA-256 of the document that was given.
    """

    child_reference = models.CharField(max_length=64, db_index=True)
    asked_by = choice_field(AskedBy)
    identity = choice_field(IdentityCheck)
    received_on = models.DateField()
    due_on = models.DateField()
    state = choice_field(State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    handed = choice_field(Handed, blank=True)
    records = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    refusal = models.TextField(blank=True, max_length=2000)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "received_on", "due_on", "state", "decided_at", "handed", "records", "digest",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("decided_by",)
        special: ClassVar[tuple[str, ...]] = ("child_reference", "asked_by", "identity", "refusal")
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("received_on", years=1)}

    class Meta:
        ordering = ("due_on", "id")
        constraints: ClassVar[list[Any]] = [
            one_of("asked_by", AskedBy, name="subject_access_asked_by"),
            one_of("identity", IdentityCheck, name="subject_access_identity"),
            one_of("state", State, name="subject_access_state"),
            one_of("handed", Handed, name="subject_access_handed", blank=True),
            in_order("received_on", "due_on", name="subject_access_due_after_received"),
            models.CheckConstraint(condition=~Q(child_reference=""), name="subject_access_of_somebody"),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, decided_at__isnull=True)
                | Q(state=State.ANSWERED, decided_at__isnull=False, records__isnull=False)
                & ~Q(digest="")
                & ~Q(handed="")
                | Q(state=State.REFUSED, decided_at__isnull=False) & ~Q(refusal=""),
                name="subject_access_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.number}"

    @property
    def reference(self) -> Reference:
        """The typed reference: the chamber is part of its room."""
        return Reference("encounters.access_request", str(self.pk))

    @property
    def number(self) -> str:
        """The short form of the identifier that people read out: its last eight characters."""
        return self.id[-8:]

    @property
    def child(self) -> Reference:
        """The young person, as a legal hold and the trail name them."""
        return Reference("encounters.child", self.child_reference)


class CorrectionRequest(Record):
    """The person says that a record about them is wrong; the team's supervisor corrects it, or their statement stays beside it."""

    request = models.ForeignKey(AccessRequest, models.SET_NULL, null=True, blank=True, related_name="corrections")
    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="correction_requests")
    statement = models.TextField(max_length=2000)
    state = choice_field(CorrectionState, default=CorrectionState.OPEN)
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True, max_length=2000)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("request", "encounter", "state", "due_on", "decided_at")
        personal: ClassVar[tuple[str, ...]] = ("decided_by",)
        special: ClassVar[tuple[str, ...]] = ("statement", "answer")
        held_with: ClassVar[tuple[str, ...]] = ("encounter",)
        retention: ClassVar[dict[str, Retention]] = {
            "special": Retention("encounter__occurred_at", years=3, by_month=True)
        }

    class Meta:
        ordering = ("due_on", "id")
        constraints: ClassVar[list[Any]] = [
            one_of("state", CorrectionState, name="subject_access_correction_state"),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, decided_at__isnull=True, answer="")
                | (~Q(state=CorrectionState.OPEN) & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="subject_access_correction_whole",
            ),
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(state=CorrectionState.OPEN),
                name="subject_access_one_open_correction",
                violation_error_message="A request to correct this record is being decided already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction asked for, encounter {self.encounter.number}"

    @property
    def reference(self) -> Reference:
        """The typed reference: the chamber is part of its room."""
        return Reference("encounters.correction_request", str(self.pk))
