"""What years of free text become: imports, mentions, cases for people, their decisions, agreed aliases, accepted models."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from childfirst.encounters.matching.vocabulary import (
    UNFINISHED,
    Answer,
    ModelState,
    ProposalState,
    RunState,
    Verdict,
)
from childfirst.encounters.models import YEARS_KEPT, Encounter
from childfirst.encounters.vocabulary import LineState
from childfirst.people.models import Account
from childfirst.places.models import School, SchoolName
from childfirst.shared import clock
from childfirst.shared.constraints import one_of
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record, choice_field


def _kept_with(rows: str) -> Retention:
    """As long as the records: what stands behind one that is still here, under a legal hold perhaps, stays with it."""
    return Retention("latest_on", years=YEARS_KEPT, by_month=True, exempt={f"{rows}__isnull": False})


class Mapping(Record):
    """Which column of a system's files fills which field: remembered for the next file with the same columns."""

    system = models.CharField(max_length=60)
    header = models.CharField(max_length=64)
    columns = models.JSONField()
    constants = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("system", "header", "columns", "constants", "changed_at")

    class Meta:
        ordering = ("-changed_at", "-id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["system", "header"], name="matching_mapping_once")
        ]


class ImportRun(Record):
    """The import of one file of records, batch by batch: how far it is and what it found.

    ``rows_done`` rows are accounted for: each landed, was known, is a duplicate or was set aside. A run that was cut off
    goes on after them. ``accepted``, ``to_review``, ``names_none`` and ``without_text`` divide what landed.
    """

    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    system = models.CharField(max_length=60)
    mapping = models.JSONField(default=dict)
    mapping_key = models.CharField(max_length=64, blank=True)
    upload = models.CharField(max_length=100, blank=True)
    state = choice_field(RunState, default=RunState.WAITING)
    failure = models.CharField(max_length=500, blank=True)
    rows_in_file = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    landed = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    to_review = models.PositiveIntegerField(default=0)
    names_none = models.PositiveIntegerField(default=0)
    without_text = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)
    imported_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "file", "sha256", "system", "mapping", "mapping_key", "upload", "state", "failure", "rows_in_file", "rows_done",
            "landed", "known", "duplicates", "set_aside", "accepted", "to_review", "names_none", "without_text", "details",
            "changed_at", "ended_at",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("imported_by",)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            one_of("state", RunState, name="matching_run_state"),
            models.CheckConstraint(
                condition=Q(rows_done=F("landed") + F("known") + F("duplicates") + F("set_aside")),
                name="matching_run_balanced",
            ),
            models.CheckConstraint(
                condition=Q(landed=F("accepted") + F("to_review") + F("names_none") + F("without_text")),
                name="matching_run_landed_divided",
            ),
            models.UniqueConstraint(
                fields=["sha256", "system", "mapping_key"],
                condition=Q(state__in=UNFINISHED),
                name="matching_run_unfinished_once",
            ),
        ]

    def __str__(self) -> str:
        return self.file


class RunLine(models.Model):
    """A row of a file that did not land, and why; also each further twin of a row."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    state = choice_field(LineState)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("id", "run", "state", "line", "column", "reason")
        special: ClassVar[tuple[str, ...]] = ("value",)
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("run__created_at", years=YEARS_KEPT)}

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[Any]] = [models.Index(fields=["run", "state", "id"], name="matching_lines_of_run")]
        constraints: ClassVar[list[Any]] = [one_of("state", LineState, name="matching_line_state")]


class Decision(Record):
    """What a person decided about one case, or about all open cases with the same words and borough.

    ``records`` and ``cases`` say how many it settled. An undone decision stays, with who undid it and when.
    """

    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    answer = choice_field(Answer)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    same_words = models.BooleanField(default=False)
    records = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    undone_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("answer", "school", "same_words", "records", "cases", "undone_at")
        personal: ClassVar[tuple[str, ...]] = ("by", "undone_by")

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[Any]] = [models.Index(fields=["by", "-id"], name="matching_decisions_by")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(answer=Answer.SCHOOL, school__isnull=False) | Q(answer=Answer.NONE, school__isnull=True),
                name="matching_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="matching_decision_undone_whole",
            ),
        ]


class Case(Record):
    """One question for a person: the same words, in the same borough, with the same schools in question.

    ``verdict`` and ``school`` are the matcher's; ``decision`` is a person's and stands above it. ``value`` is what an answer
    is expected to tell: the sum over records of the bits of doubt. ``words_value`` is that of all open cases with the same
    words, so that they come one after another. Deciding a case settles all its records; so do later records of the case.
    """

    key = models.CharField(max_length=64, unique=True)
    words_key = models.CharField(max_length=64)
    words = models.CharField(max_length=200)
    borough = models.CharField(max_length=80, blank=True)
    verdict = choice_field(Verdict)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    records = models.PositiveIntegerField(default=0)
    value = models.FloatField(default=0)
    words_value = models.FloatField(default=0)
    latest_on = models.DateField()
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, blank=True, related_name="settled")
    claimed_by = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "key", "words_key", "borough", "verdict", "school", "records", "value", "words_value", "latest_on", "decision",
            "claimed_until",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("claimed_by",)
        special: ClassVar[tuple[str, ...]] = ("words",)
        retention: ClassVar[dict[str, Retention]] = {"special": _kept_with("mentions")}

    class Meta:
        ordering = ("-words_value", "words_key", "-value", "id")
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["-words_value", "words_key", "-value", "id"],
                name="matching_queue",
                condition=Q(verdict=Verdict.REVIEW, decision__isnull=True),
            ),
            models.Index(fields=["words_key", "verdict"], name="matching_same_words"),
            models.Index(fields=["verdict", "-records"], name="matching_cases_by_size"),
        ]
        constraints: ClassVar[list[Any]] = [
            one_of("verdict", Verdict, name="matching_case_verdict"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.ACCEPT, school__isnull=False)
                | (~Q(verdict=Verdict.ACCEPT) & Q(school__isnull=True)),
                name="matching_case_accepted_has_school",
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.number}"

    @property
    def number(self) -> str:
        """The short form of the identifier that people read out."""
        return self.id[-8:]

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person."""
        return self.verdict == Verdict.REVIEW and self.decision_id is None


class Mention(Record):
    """Distinct words with their context, and what the matcher made of them. 10,000 records may share one.

    ``lat`` and ``lon`` are rounded to a hundred metres, ``month_on`` is the first of the month: the matcher needs no more.
    ``candidates`` are (URN, probability), best first; ``fingerprint`` names the index and the model that gave them.
    """

    key = models.CharField(max_length=64, unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="mentions")
    words = models.TextField()
    borough = models.CharField(max_length=80, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    month_on = models.DateField()
    verdict = choice_field(Verdict)
    probability = models.FloatField()
    p_none = models.FloatField()
    candidates = models.JSONField(default=list)
    bits = models.FloatField()
    fingerprint = models.CharField(max_length=40)
    records = models.PositiveIntegerField(default=0)
    latest_on = models.DateField()

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "key", "case", "borough", "month_on", "verdict", "probability", "p_none", "bits", "fingerprint", "records",
            "latest_on",
        )  # fmt: skip
        special: ClassVar[tuple[str, ...]] = ("words", "lat", "lon", "age", "candidates")
        retention: ClassVar[dict[str, Retention]] = {"special": _kept_with("written")}

    class Meta:
        ordering = ("-records", "id")
        constraints: ClassVar[list[Any]] = [one_of("verdict", Verdict, name="matching_mention_verdict")]


class Written(models.Model):
    """Which words stand behind a record, and where in which file they were. Goes when the record goes.

    ``digest`` is of all values of the row: so a row is told from another one under the same number.
    """

    id = models.BigAutoField(primary_key=True)
    encounter = models.OneToOneField(Encounter, models.CASCADE, related_name="written")
    mention = models.ForeignKey(Mention, models.CASCADE, null=True, blank=True, related_name="written")
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="written", db_index=False)
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("id", "encounter", "mention", "run", "line", "digest")
        held_with: ClassVar[tuple[str, ...]] = ("encounter",)

    @property
    def told_beside(self) -> tuple[tuple[str, str], ...]:
        """What a person who asks what is held is told beside the fields: the words, which other records may share."""
        return (("What was written about your school", self.mention.words),) if self.mention else ()


class Skip(Record):
    """A case that a reviewer put off: it comes again after all others."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="skips")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("case",)
        personal: ClassVar[tuple[str, ...]] = ("account",)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["account", "case"], name="matching_skip_once")
        ]


class AliasProposal(Record):
    """The proposal that people use a name for a school. It counts only after a second person has agreed."""

    alias = models.CharField(max_length=100)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    why = models.CharField(max_length=500)
    state = choice_field(ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    name = models.ForeignKey(SchoolName, models.SET_NULL, null=True, blank=True, related_name="+")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("alias", "school", "why", "state", "decided_at", "reason", "name")
        personal: ClassVar[tuple[str, ...]] = ("proposed_by", "decided_by")

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            one_of("state", ProposalState, name="matching_proposal_state"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="matching_proposal_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="matching_proposal_two_persons",
                violation_error_message="Another person must decide about a name that you proposed.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.REFUSED) | ~Q(reason=""), name="matching_proposal_refused_with_reason"
            ),
            models.UniqueConstraint(
                fields=["alias", "school"],
                condition=Q(state=ProposalState.PROPOSED),
                name="matching_proposal_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.alias


class ModelVersion(Record):
    """A matcher that was retrained on reviewers' decisions, with its report. Its file stands in the data folder."""

    fingerprint = models.CharField(max_length=64, unique=True)
    labels = models.PositiveIntegerField()
    report = models.JSONField()
    state = choice_field(ModelState, default=ModelState.OFFERED)
    trained_by = models.CharField(max_length=120)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("fingerprint", "labels", "report", "state", "decided_at")
        personal: ClassVar[tuple[str, ...]] = ("trained_by", "decided_by")

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            one_of("state", ModelState, name="matching_model_state"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=ModelState.ACCEPTED), name="matching_model_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]
