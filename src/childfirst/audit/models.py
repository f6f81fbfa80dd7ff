"""The trail: one table, append-only, each row sealed with the hash of the one before; upkeep, disposals and legal holds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from childfirst.audit.rules import EMPTY_HASH, HASH_LENGTH
from childfirst.shared import clock
from childfirst.shared.ids import ULID_LENGTH, new_ulid
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record


class Event(models.Model):
    """One act. ``number`` counts from 1 without gaps; ``hash`` covers every column and the previous hash."""

    number = models.PositiveBigIntegerField(primary_key=True)
    id = models.CharField(max_length=ULID_LENGTH, default=new_ulid, unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=300)
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    door = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=HASH_LENGTH)
    hash = models.CharField(max_length=HASH_LENGTH, unique=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "number", "id", "at", "name", "subject", "reason", "data", "door", "request_id", "previous_hash", "hash",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("actor", "actor_name", "address")

    class Meta:
        ordering = ("number",)
        # Lists are filtered by one column and sorted by number: such an index serves both, however long the trail.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor", "number"], name="audit_event_by_actor"),
            models.Index(fields=["name", "number"], name="audit_event_by_name"),
            models.Index(fields=["subject", "number"], name="audit_event_by_subject"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="audit_event_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Head(models.Model):
    """The end of the chain: one row, locked while an event is added, so that writers queue."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=HASH_LENGTH, default=EMPTY_HASH)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("id", "number", "hash")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_head_single_row"),
        ]


class UpkeepRun(models.Model):
    """One run of one of the things that the platform does by itself. ``slot`` is the hour or day it was due for."""

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=80)
    slot = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    worked = models.BooleanField(default=False)
    sentence = models.TextField(blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "id", "task", "slot", "attempt", "started_at", "ended_at", "worked", "sentence",
        )  # fmt: skip
        retention: ClassVar[dict[str, Retention]] = {"internal": Retention("started_at", days=90)}

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            # Two runners that start in the same moment: the second finds the slot taken.
            models.UniqueConstraint(fields=["task", "slot", "attempt"], name="audit_upkeep_once"),
        ]


class DisposalCertificate(Record):
    """Proof that rows were disposed of: what kind, under which rule, how many, and a digest of their references.

    ``digest`` is the SHA-256 of the sorted references, one a line: who still knows them can prove that these were meant, and
    nobody can read them out of it. The database refuses to change or delete a certificate.
    """

    kind = models.CharField(max_length=120)
    field_class = models.CharField(max_length=20)
    rule = models.CharField(max_length=200)
    until = models.DateField(null=True, blank=True)
    rows = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField(default=0)
    emptied = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "kind", "field_class", "rule", "until", "rows", "held_back", "emptied", "digest",
        )  # fmt: skip

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(rows__gte=1), name="audit_certificate_of_something"),
        ]

    def __str__(self) -> str:
        return f"Disposal of {self.created_at:%Y-%m-%d}, {self.rows} x {self.kind}"


class LegalHold(Record):
    """A record, or everything about one child, that must not be disposed of until the hold is lifted.

    ``subject`` is a reference; a hold on a record also holds what belongs to it.
    """

    subject = models.CharField(max_length=200)
    reason = models.TextField()
    review_on = models.DateField()
    placed_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    lift_reason = models.TextField(blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("subject", "reason", "review_on", "lifted_at", "lift_reason")
        personal: ClassVar[tuple[str, ...]] = ("placed_by", "lifted_by")

    class Meta:
        ordering = ("review_on", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(lifted_at__isnull=True), name="audit_hold_once"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by="", lift_reason="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="") & ~models.Q(lift_reason="")),
                name="audit_hold_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Legal hold on {self.subject}"
