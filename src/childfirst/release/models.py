"""Releases in preparation, what people decide and say about them, the calendar, and the ledger of what was ever published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from childfirst.release.vocabulary import Access, Decision, Planned, State
from childfirst.shared import clock
from childfirst.shared.constraints import one_of
from childfirst.shared.records import Record, choice_field

UNBUILT = (State.DRAFTED, State.PROTECTED, State.FAILED)
"""States in which there is no bundle that anybody could have decided about."""


class CalendarEntry(Record):
    """A publication that the public was told of before. ``slug`` names it in the public calendar and never changes."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    planned_on = models.DateField()
    state = choice_field(Planned, default=Planned.ANNOUNCED)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("slug", "title", "about", "planned_on", "state")

    class Meta:
        ordering = ("planned_on", "slug")
        constraints: ClassVar[list[Any]] = [one_of("state", Planned, name="release_calendar_state")]

    def __str__(self) -> str:
        return self.title


class CalendarChange(Record):
    """A date that was moved, or a publication that was called off (``to_date`` is empty), with the reason that the public reads."""

    entry = models.ForeignKey(CalendarEntry, models.PROTECT, related_name="changes")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    reason = models.TextField()

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("entry", "from_date", "to_date", "reason")

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="release_calendar_change_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.entry} moved from {self.from_date}"


class Release(Record):
    """A release from its drafting to its end.

    ``key`` names it in addresses and folders and never changes once it is published. ``first_month`` and ``last_month`` bound
    the facts (empty: no bound). ``round`` counts how often it was prepared: each round is reviewed anew, and ``builders`` are all
    who prepared any of them. ``digest`` is the SHA-256 of the bundle's list of checksums: what reviewers sign, and what is
    published. ``summary`` holds what the pages show of the build. ``figures`` are the protected tables as the ledger keeps them
    once the release is published, ``ledger_digest`` their SHA-256 then; lists do not load them.
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
    calendar_entry = models.ForeignKey(CalendarEntry, models.PROTECT, null=True, blank=True, related_name="releases")
    prepared_by = models.CharField(max_length=120)
    builders = models.JSONField(default=list)
    round = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    ledger_digest = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "key", "title", "released_on", "notes", "measures", "first_month", "last_month", "state", "corrects",
            "calendar_entry", "round", "digest", "summary", "figures", "ledger_digest", "failure", "published_at",
            "withdrawn_at", "withdrawn_reason",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("prepared_by", "builders")

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[Any]] = [
            one_of("state", State, name="release_release_state"),
            models.CheckConstraint(
                condition=Q(state__in=UNBUILT) | ~Q(digest=""), name="release_release_built_has_digest"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="release_release_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReleaseSignature(Record):
    """What one person decided about one round of a release, and of which bundle (``digest``). A refusal says why."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField(default=1)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = choice_field(Decision)
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=200)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("release", "round", "decision", "reason", "digest", "role")
        personal: ClassVar[tuple[str, ...]] = ("signer",)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            one_of("decision", Decision, name="release_signature_decision"),
            models.UniqueConstraint(fields=["release", "round", "signer"], name="release_signature_once_a_person"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REFUSE) | ~Q(reason=""), name="release_signature_refusal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.release}"


class ReleaseComment(Record):
    """What somebody says about a round of a release, or about one table of it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="comments")
    round = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=200)
    table = models.CharField(max_length=80, blank=True)
    text = models.TextField()

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("release", "round", "role", "table", "text")
        personal: ClassVar[tuple[str, ...]] = ("author",)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(text=""), name="release_comment_says_something")
        ]

    def __str__(self) -> str:
        return f"On {self.release}"


class PreReleaseAccess(Record):
    """Who could see figures of a release before the public did. ``holder`` names role and organisation, and is published."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="access")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    holder = models.CharField(max_length=200)
    kind = choice_field(Access)
    reason = models.TextField(blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("release", "holder", "kind", "reason")
        personal: ClassVar[tuple[str, ...]] = ("account",)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            one_of("kind", Access, name="release_access_kind"),
            models.UniqueConstraint(
                fields=["release", "account"],
                condition=Q(account__isnull=False),
                name="release_access_once_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Access.GIVEN) | ~Q(reason=""), name="release_access_given_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.release}"


class LedgerTable(Record):
    """A table as the public saw it. The database lets rows be added and never changed or deleted: what was published stays known.

    It names its release by key alone, so that it outlives it. ``kind`` is that of the facts counted. ``cells`` are lists of codes in the order of ``dimensions``, then
    the count (null where hidden), then whether it was hidden for its own sake. ``scope`` restricts fields that are no dimension;
    ``hierarchies`` say which codes add up to which,
    ``folds`` which were put together before counting. ``facts`` maps months to the SHA-256 of the facts that were counted.
    """

    release_key = models.CharField(max_length=80)
    release_title = models.CharField(max_length=200)
    corrects = models.CharField(max_length=80, blank=True)
    measure = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    dimensions = models.JSONField()
    hierarchies = models.JSONField(default=dict)
    folds = models.JSONField(default=dict)
    scope = models.JSONField()
    cells = models.JSONField()
    facts = models.JSONField()

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "release_key", "release_title", "corrects", "measure", "kind", "name", "dimensions", "hierarchies", "folds", "scope", "cells",
            "facts",
        )  # fmt: skip

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["release_key", "name"], name="release_ledger_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.release_key}"
