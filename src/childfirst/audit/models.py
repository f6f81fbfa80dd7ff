"""The trail: one table, append-only, each row sealed with the hash of the one before."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from childfirst.audit.rules import EMPTY_HASH, HASH_LENGTH
from childfirst.shared.ids import ULID_LENGTH, new_ulid


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
