"""What a record said before: the table of corrections."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from childfirst.people.models import Account, ApiClient
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record

YEARS_KEPT = 3


class Correction(Record):
    """One correction of an encounter: the values before and after, who, when (``created_at``) and why. It is never changed.

    ``changes`` holds column -> [before, after] in the columns' codes, moments in ISO form. ``version`` is the record's number
    after it; with the numbers from 2 on without a gap, the record as it was at any time can be rebuilt. It goes with its encounter.
    """

    encounter = models.ForeignKey("encounters.Encounter", models.CASCADE, related_name="corrections")
    version = models.PositiveIntegerField()
    changes = models.JSONField()
    reason = models.CharField(max_length=1000)
    corrected_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, blank=True, related_name="+")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("encounter", "version", "client")
        personal: ClassVar[tuple[str, ...]] = ("corrected_by",)
        special: ClassVar[tuple[str, ...]] = ("changes", "reason")
        held_with = ("encounter",)
        retention: ClassVar[dict[str, Retention]] = {
            "special": Retention("encounter__occurred_at", years=YEARS_KEPT, by_month=True)
        }

    class Meta:
        ordering = ("version",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["encounter", "version"], name="encounters_correction_version_once"),
            models.CheckConstraint(condition=Q(version__gt=1), name="encounters_correction_after_the_first"),
            models.CheckConstraint(
                condition=Q(corrected_by__isnull=False, client__isnull=True)
                | Q(corrected_by__isnull=True, client__isnull=False),
                name="encounters_correction_who",
            ),
        ]
