"""Releases in preparation, the decisions of those who review them, and the ledger of what was ever published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from childfirst.release.vocabulary import Decision, State
from childfirst.shared import clock
from childfirst.shared.constraints import one_of
from childfirst.shared.records import Record, choice_field


class Release(Record):
    """A release from its drafting to its end.

    ``key`` names it in addresses and folders and never changes. ``first_month`` and ``last_month`` bound the facts (empty: no
    bound). ``digest`` is the SHA-256 of the bundle's list of checksums: what reviewers sign, and what is published.
    ``summary`` holds what the pages show of the build: how many cells of each table are shown and hidden, the attack's result.
    ``figures`` are the protected tables as the ledger keeps them once the release is published; lists do not load them.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    released_on = models.DateField(default=clock.today)
    notes = models.TextField(blank=True)
    measures = models.JSONField(default=list)
    first_month = models.CharField(max_length=7, blank=True)
    last_month = models.CharField(max_length=7, blank=True)
    state = choice_field(State, default=State.DRAFTED)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    prepared_by = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "key", "title", "released_on", "notes", "measures", "first_month", "last_month", "state", "corrects",
            "digest", "summary", "figures", "failure", "published_at", "withdrawn_at", "withdrawn_reason",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("prepared_by",)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[Any]] = [
            one_of("state", State, name="release_release_state"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFTED, State.FAILED]) | ~Q(digest=""),
                name="release_release_built_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="release_release_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReleaseSignature(Record):
    """What one person decided about a release, and of which bundle (``digest``). A refusal says why."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = choice_field(Decision)
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=200)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("release", "decision", "reason", "digest", "role")
        personal: ClassVar[tuple[str, ...]] = ("signer",)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            one_of("decision", Decision, name="release_signature_decision"),
            models.UniqueConstraint(fields=["release", "signer"], name="release_signature_once_a_person"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REFUSE) | ~Q(reason=""), name="release_signature_refusal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.release}"


class LedgerTable(Record):
    """A table as the public saw it. Only ever added: what was published stays known, also after a withdrawal.

    ``cells`` are lists of codes in the order of ``dimensions``, then the count (null where hidden), then whether it was hidden for
    its own sake. ``scope`` restricts other fields. ``facts`` maps months to the SHA-256 of the facts that were counted.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="ledger")
    name = models.CharField(max_length=80)
    dimensions = models.JSONField()
    scope = models.JSONField()
    cells = models.JSONField()
    facts = models.JSONField()

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("release", "name", "dimensions", "scope", "cells", "facts")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["release", "name"], name="release_ledger_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.release_id}"
