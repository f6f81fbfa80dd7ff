"""What a call of the API was answered, so that the same call again is answered in the same words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record

DAYS_KEPT = 1


class StoredAnswer(Record):
    """The answer to a call that came with an ``Idempotency-Key``, kept for a day.

    ``actor`` is the reference of the client or person: keys of different callers never meet. ``fingerprint`` is the hash of
    method, address and body: the same key with another of them is a mistake of the caller. Only calls that did something are kept:
    a refused one may be sent again with the same key once it is mended. What is erased or held with ``encounter`` is this, too.
    """

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    encounter = models.ForeignKey("encounters.Encounter", models.CASCADE, null=True, blank=True, related_name="answers")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("key", "fingerprint", "encounter", "status")
        personal: ClassVar[tuple[str, ...]] = ("actor",)
        special: ClassVar[tuple[str, ...]] = ("body",)
        held_with = ("encounter",)
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("created_at", days=DAYS_KEPT)}

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["actor", "key"], name="encounters_answer_once"),
        ]
