"""Notices to schools, their sealed words, who opened them, and the e-mails that say that one waits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from childfirst.encounters.models import YEARS_KEPT, Encounter
from childfirst.encounters.notices.sealing import Sealed
from childfirst.encounters.notices.vocabulary import (
    KEPT,
    LIVE,
    SHOWN_TO_LEADS,
    WITH_SCHOOL,
    Basis,
    HoldingBack,
    News,
    Part,
    Purpose,
    State,
)
from childfirst.people.models import Account
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.constraints import in_order, one_of
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record, choice_field
from childfirst.shared.references import Reference

WORDS_KEPT = Retention("created_at", days=KEPT.days)


class Notice(Record):
    """What one school is told of one encounter. The row holds no word about the child: those are sealed in NoticeContent.

    ``officer`` recorded the encounter, or has taken over what a system of the force recorded, and is the only one outside the school
    who can read the words; empty while nobody has. ``written_at`` is empty while
    the school has only what the record itself says. ``sent_at`` is when it went to the school, ``delivered_at`` when there was a
    lead to receive it: escalation counts from then. ``shared`` lists what was shared (codes), with ``basis`` and ``purpose``.
    """

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="notices")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    state = choice_field(State, default=State.TO_WRITE)
    written_at = models.DateTimeField("words sent to the school on", null=True, blank=True)
    sent_at = models.DateTimeField("sent to the school on", null=True, blank=True)
    delivered_at = models.DateTimeField("reached a lead on", null=True, blank=True)
    opened_at = models.DateTimeField("opened on", null=True, blank=True)
    closed_at = models.DateTimeField("closed on", null=True, blank=True)
    opened_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    escalation = models.PositiveSmallIntegerField("times escalated", default=0)
    escalated_at = models.DateTimeField("last escalated on", null=True, blank=True)
    basis = choice_field(Basis, blank=True, verbose_name="lawful basis of sharing")
    purpose = choice_field(Purpose, blank=True, verbose_name="purpose of sharing")
    shared = models.JSONField("what was shared", default=list, blank=True)
    held_back = choice_field(HoldingBack, blank=True, verbose_name="why the school was not told")
    done = models.JSONField("what the school did", default=list, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "encounter", "state", "written_at", "sent_at", "delivered_at", "opened_at", "closed_at", "escalation", "escalated_at",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("officer", "opened_by", "closed_by")
        special: ClassVar[tuple[str, ...]] = ("school", "basis", "purpose", "shared", "held_back", "done")
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("created_at", years=YEARS_KEPT)}
        held_with: ClassVar[tuple[str, ...]] = ("encounter",)

    class Meta:
        verbose_name = "notice to a school"
        verbose_name_plural = "notices to schools"
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["school", "state"], name="notices_by_school"),
            models.Index(fields=["officer", "state"], name="notices_by_officer"),
            models.Index(fields=["state", "sent_at"], name="notices_by_state"),
        ]
        constraints: ClassVar[list[Any]] = [
            one_of("state", State, name="notices_state"),
            one_of("basis", Basis, name="notices_basis", blank=True),
            one_of("purpose", Purpose, name="notices_purpose", blank=True),
            one_of("held_back", HoldingBack, name="notices_held_back", blank=True),
            in_order("sent_at", "opened_at", name="notices_sent_before_opened"),
            models.UniqueConstraint(
                fields=["encounter"],
                condition=~Q(state__in=[State.WITHDRAWN, State.ACKNOWLEDGED]),
                name="notices_one_for_an_encounter",
                violation_error_message="There is a notice about this encounter already.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SHOWN_TO_LEADS) | Q(sent_at__isnull=False), name="notices_sent_when_shown"
            ),
            models.CheckConstraint(
                condition=Q(written_at__isnull=True) | (~Q(basis="") & ~Q(purpose="")),
                name="notices_words_have_a_basis",
                violation_error_message="Say on what basis and for what purpose this is shared.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.WITHHELD) | Q(held_back="") | Q(state=State.WITHDRAWN),
                name="notices_held_back_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.number}"

    @property
    def reference(self) -> Reference:
        """The typed reference: the chamber is part of its room."""
        return Reference("encounters.notice", str(self.pk))

    @property
    def number(self) -> str:
        """The short form of the identifier that people read out: its last eight characters."""
        return self.id[-8:]

    @property
    def binding(self) -> str:
        """What the words are bound to: this notice, and its school."""
        return f"{self.reference}|places.school:{self.school_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_with_school(self) -> bool:
        return self.state in WITH_SCHOOL

    @property
    def waits_for_words(self) -> bool:
        """Whether the officer can still write, or complete, what the school is told."""
        return self.written_at is None and self.is_live

    @property
    def erased_on(self) -> Any:
        """The day on which its words go at the latest; None before it is sent."""
        return clock.local(self.sent_at + KEPT).date() if self.sent_at else None


class SealedText(Record):
    """Words that are stored only encrypted; see ``sealing``."""

    key = models.CharField(max_length=60, db_index=True)
    data = models.BinaryField("what it says")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("key",)
        secret: ClassVar[tuple[str, ...]] = ("data",)

    class Meta:
        abstract = True

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.key, bytes(self.data))

    @sealed.setter
    def sealed(self, sealed: Sealed) -> None:
        self.key, self.data = sealed.key, sealed.data


class NoticeContent(SealedText):
    """Name, date of birth and what happened, sealed. While ``notice.written_at`` is empty, a draft that only its officer opens.

    No legal hold keeps it: a hold keeps the encounter and the trail; the name is the force's to keep, in its own records.
    """

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="content")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("notice",)
        retention: ClassVar[dict[str, Retention]] = {"secret": WORDS_KEPT}

    class Meta:
        verbose_name = "words of a notice to a school"

    @property
    def binding(self) -> str:
        return f"{self.notice.binding}|content"


class NoticeMessage(SealedText):
    """One question, answer, or word with the acknowledgement, sealed."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="thread")
    part = choice_field(Part)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("notice", "part")
        personal: ClassVar[tuple[str, ...]] = ("author",)
        retention: ClassVar[dict[str, Retention]] = {"secret": WORDS_KEPT}

    class Meta:
        verbose_name = "message between a school and the officer"
        ordering = ("created_at", "id")
        constraints: ClassVar[list[Any]] = [one_of("part", Part, name="notices_message_part")]

    @property
    def binding(self) -> str:
        return f"{self.notice.binding}|message:{self.pk}"


class Confirmation(Record):
    """A lead has confirmed what a notice is for, and what it must not be used for: only then it opens to them."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="confirmations")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("notice",)
        personal: ClassVar[tuple[str, ...]] = ("account",)

    class Meta:
        verbose_name = "confirmation of what a notice is for"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["notice", "account"], name="notices_confirmed_once")
        ]


class Mailing(Record):
    """That a person is told by e-mail that something waits. It stays until the mail server has taken it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="mailings")
    news = choice_field(News)
    due_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=80, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("notice", "news", "due_at", "sent_at", "attempts", "trouble")
        personal: ClassVar[tuple[str, ...]] = ("account",)
        retention: ClassVar[dict[str, Retention]] = {"personal": Retention("created_at", days=90)}

    class Meta:
        verbose_name = "e-mail that a notice waits"
        ordering = ("created_at", "id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "sent_at"], name="notices_mail_by_account"),
            models.Index(fields=["due_at"], name="notices_mail_due", condition=Q(sent_at__isnull=True)),
        ]
        constraints: ClassVar[list[Any]] = [
            one_of("news", News, name="notices_mail_news"),
            models.UniqueConstraint(
                fields=["account", "notice", "news"], condition=Q(sent_at__isnull=True), name="notices_mail_once"
            ),
        ]
