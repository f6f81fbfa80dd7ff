"""Encounters, drafts of them, the reviews that they call for, and what imports left behind."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from childfirst.encounters.alternatives import CAN_BE_CALLED, Alternative, PoliceReason
from childfirst.encounters.vocabulary import (
    AGE_LIMITS,
    IMPORTED,
    TEXT_REASONS,
    AgeBand,
    Answer,
    AppropriateAdult,
    FurtherAction,
    Gender,
    Initiator,
    Kind,
    LineState,
    OfficerDefinedEthnicity,
    Outcome,
    ReviewFinding,
    ReviewReason,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
    Source,
    TimePrecision,
)
from childfirst.people.models import Account, ApiClient, Organisation
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.constraints import one_of
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record, choice_field
from childfirst.shared.references import Reference

YEARS_KEPT = 3
"""Three school years: enough to compare a year with the one before it. The force's own record is kept by its own rules."""

KEPT = Retention("occurred_at", years=YEARS_KEPT, by_month=True, exempt={"source": Source.ARCHIVE})
"""Published open data are kept: they are public already, and hold no reference of a child."""


def _age_in_band() -> Q:
    fits = Q(age__isnull=True)
    for band, (first, last) in AGE_LIMITS.items():
        fits |= Q(age_band=band, age__gte=first, age__lte=last)
    return fits


class Encounter(Record):
    """One contact of the police with one person, most often a child. It never holds a name.

    **The school is mandatory.** Either ``school`` names one of the register, or ``school_reason`` says honestly why there
    is none: the database refuses both and neither. ``follow_up_due`` stands while the reason is "not yet known".

    ``month`` is the London month of ``occurred_at``. ``ward`` and ``borough`` are codes of areas, empty where the place is
    not known or lies outside the areas of this installation; ``lon`` and ``lat`` (WGS 84) are both there or both not.
    Lists show ``internal`` fields alone; to show a ``special`` one is an audit event.
    ``source_row_key`` is unique within source and force: a second import of the same row, or the second press of a
    button, finds the record that is already there. ``changed_at`` tells the facts store what to rewrite.
    """

    occurred_at = models.DateTimeField()
    alternative = choice_field(Alternative, default=Alternative.NOT_ASKED)
    police_reason = choice_field(PoliceReason, blank=True)
    time_precision = choice_field(TimePrecision, default=TimePrecision.MINUTE)
    month = models.CharField(max_length=7)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    ward = models.CharField(max_length=40, blank=True)
    borough = models.CharField(max_length=40, blank=True)
    kind = choice_field(Kind)
    initiator = choice_field(Initiator, default=Initiator.UNKNOWN)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    age_band = choice_field(AgeBand, default=AgeBand.NOT_RECORDED)
    gender = choice_field(Gender, default=Gender.NOT_RECORDED)
    self_defined_ethnicity = choice_field(SelfDefinedEthnicity, default=SelfDefinedEthnicity.NR)
    officer_defined_ethnicity = choice_field(OfficerDefinedEthnicity, default=OfficerDefinedEthnicity.NOT_RECORDED)
    send = choice_field(Answer, default=Answer.NOT_RECORDED)
    search_of = choice_field(SearchOf, blank=True)
    legislation = models.CharField(max_length=120, blank=True)
    object_of_search = models.CharField(max_length=120, blank=True)
    outcome = choice_field(Outcome, default=Outcome.NOT_RECORDED)
    outcome_linked = choice_field(Answer, default=Answer.NOT_RECORDED)
    more_than_outer_clothing = choice_field(Answer, default=Answer.NOT_RECORDED)
    use_of_force = choice_field(Answer, default=Answer.NOT_RECORDED)
    appropriate_adult = choice_field(AppropriateAdult, default=AppropriateAdult.NOT_RECORDED)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    school_reason = choice_field(SchoolReason, blank=True)
    follow_up_due = models.DateField(null=True, blank=True)
    school_resolved_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    team = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    source = choice_field(Source)
    force = models.CharField(max_length=60, blank=True)
    source_row_key = models.CharField(max_length=64)
    child_reference = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "occurred_at", "month", "kind", "initiator", "alternative", "police_reason", "time_precision", "ward", "borough",
            "school_reason", "follow_up_due", "school_resolved_at", "client", "team", "source", "force", "source_row_key",
            "version", "changed_at",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("recorded_by",)
        special: ClassVar[tuple[str, ...]] = (
            "lon", "lat", "age", "age_band", "gender", "self_defined_ethnicity", "officer_defined_ethnicity", "send",
            "search_of", "legislation", "object_of_search", "outcome", "outcome_linked", "more_than_outer_clothing",
            "use_of_force", "appropriate_adult", "school", "child_reference",
        )  # fmt: skip
        retention: ClassVar[dict[str, Retention]] = {"special": KEPT}

    class Meta:
        ordering = ("-occurred_at", "-id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["month", "changed_at"], name="encounters_by_month"),
            models.Index(fields=["-occurred_at", "-id"], name="encounters_by_moment"),
            models.Index(fields=["team", "-occurred_at"], name="encounters_by_team", condition=Q(team__isnull=False)),
            models.Index(
                fields=["recorded_by", "-occurred_at"],
                name="encounters_by_recorder",
                condition=Q(recorded_by__isnull=False),
            ),
            models.Index(
                fields=["follow_up_due"], name="encounters_follow_ups", condition=Q(follow_up_due__isnull=False)
            ),
            models.Index(fields=["school"], name="encounters_by_school", condition=Q(school__isnull=False)),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(school__isnull=False, school_reason="")
                | Q(school__isnull=True, school_reason__in=SchoolReason.values),
                name="encounters_school_or_reason",
                violation_error_message="Say which school, or why there is none.",
            ),
            models.CheckConstraint(
                condition=~Q(school_reason=SchoolReason.SOURCE_HAS_NONE) | Q(source__in=IMPORTED),
                name="encounters_archive_reason_for_archives",
                violation_error_message="Only an imported archive may say that its source records no school.",
            ),
            models.CheckConstraint(
                condition=~Q(school_reason__in=TEXT_REASONS) | Q(source=Source.LEGACY),
                name="encounters_text_reason_for_legacy",
                violation_error_message="Only a record of an earlier system may say what was written of its school.",
            ),
            models.CheckConstraint(
                condition=Q(school_reason=SchoolReason.NOT_YET_KNOWN, follow_up_due__isnull=False)
                | (~Q(school_reason=SchoolReason.NOT_YET_KNOWN) & Q(follow_up_due__isnull=True)),
                name="encounters_follow_up_while_not_known",
                violation_error_message="A school that is not yet known needs a day by which it must be found.",
            ),
            models.CheckConstraint(
                condition=(Q(source__in=IMPORTED, recorded_by__isnull=True, client__isnull=True) & ~Q(force=""))
                | Q(
                    source__in=(Source.FORM, Source.API),
                    recorded_by__isnull=False,
                    client__isnull=True,
                    team__isnull=False,
                    force="",
                )
                | Q(source=Source.API, recorded_by__isnull=True, client__isnull=False, team__isnull=False, force=""),
                name="encounters_who_recorded",
                violation_error_message=(
                    "A record made here says which person or system made it and for which team; an import, its force or system."
                ),
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="encounters_place_whole",
            ),
            models.CheckConstraint(
                condition=_age_in_band(),
                name="encounters_age_in_band",
                violation_error_message="The age is not in the age band.",
            ),
            models.CheckConstraint(
                condition=Q(police_reason="") | Q(alternative__in=CAN_BE_CALLED),
                name="encounters_police_reason_with_alternative",
                violation_error_message="Why the police came is asked where somebody else could have dealt with it.",
            ),
            models.CheckConstraint(condition=~Q(month="") & ~Q(source_row_key=""), name="encounters_month_and_key"),
            models.UniqueConstraint(fields=["source", "force", "source_row_key"], name="encounters_source_row_once"),
            one_of("time_precision", TimePrecision, name="encounters_time_precision"),
            one_of("kind", Kind, name="encounters_kind"),
            one_of("initiator", Initiator, name="encounters_initiator"),
            one_of("age_band", AgeBand, name="encounters_age_band"),
            one_of("gender", Gender, name="encounters_gender"),
            one_of("self_defined_ethnicity", SelfDefinedEthnicity, name="encounters_self_defined"),
            one_of("officer_defined_ethnicity", OfficerDefinedEthnicity, name="encounters_officer_defined"),
            one_of("send", Answer, name="encounters_send"),
            one_of("search_of", SearchOf, name="encounters_search_of", blank=True),
            one_of("outcome", Outcome, name="encounters_outcome"),
            one_of("outcome_linked", Answer, name="encounters_outcome_linked"),
            one_of("more_than_outer_clothing", Answer, name="encounters_outer_clothing"),
            one_of("use_of_force", Answer, name="encounters_use_of_force"),
            one_of("appropriate_adult", AppropriateAdult, name="encounters_appropriate_adult"),
            one_of("alternative", Alternative, name="encounters_alternative"),
            one_of("police_reason", PoliceReason, name="encounters_police_reason", blank=True),
            one_of("source", Source, name="encounters_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {clock.format_date(self.occurred_at)}"

    @property
    def when(self) -> str:
        """Date and time in London as far as they are known."""
        if self.time_precision == TimePrecision.DAY:
            return f"{clock.format_date(self.occurred_at)}, time not known"
        return clock.format_moment(self.occurred_at)

    @property
    def held_by(self) -> tuple[Reference, ...]:
        """What else a legal hold may name to keep this record: the young person."""
        return (Reference("encounters.child", self.child_reference),) if self.child_reference else ()

    @property
    def number(self) -> str:
        """The short form of the identifier that people read out: its last eight characters."""
        return self.id[-8:]


class EncounterDraft(Record):
    """What an officer has written so far: at most one open draft an account, so that starting again finds it.

    ``answers`` holds the forms' cleaned values as JSON. The draft is erased when the record is made of it.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="encounter_draft")
    answers = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("changed_at",)
        personal: ClassVar[tuple[str, ...]] = ("account",)
        special: ClassVar[tuple[str, ...]] = ("answers",)
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("changed_at", days=7)}


class ReviewFlag(Record):
    """A reason why a supervisor must look at an encounter; done when somebody has, with what they found.

    Open after ``due_at``, it is overdue, and once ``escalated_at`` other supervisors of the force may do it, too. A correction
    can add a reason, and never takes one away: nobody can correct their way out of a review.
    """

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="reviews")
    reason = choice_field(ReviewReason)
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    conclusion = choice_field(ReviewFinding, blank=True)
    further_action = choice_field(FurtherAction, blank=True)
    finding = models.TextField(blank=True, max_length=2000)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("encounter", "due_at", "escalated_at", "reviewed_at")
        personal: ClassVar[tuple[str, ...]] = ("reviewed_by",)
        special: ClassVar[tuple[str, ...]] = ("reason", "conclusion", "further_action", "finding")
        held_with = ("encounter",)
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("created_at", years=YEARS_KEPT)}

    class Meta:
        ordering = ("due_at", "id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], name="encounters_reviews_open", condition=Q(reviewed_at__isnull=True)),
        ]
        constraints: ClassVar[list[Any]] = [
            one_of("reason", ReviewReason, name="encounters_review_reason"),
            models.UniqueConstraint(fields=["encounter", "reason"], name="encounters_review_once"),
            models.CheckConstraint(
                condition=Q(
                    reviewed_by__isnull=True, reviewed_at__isnull=True, conclusion="", further_action="", finding=""
                )
                | (
                    Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                    & ~Q(conclusion="")
                    & ~Q(further_action="")
                    & ~Q(finding="")
                ),
                name="encounters_review_whole",
                violation_error_message="A review has a person, a time, a conclusion, what follows, and words.",
            ),
            one_of("conclusion", ReviewFinding, name="encounters_review_conclusion", blank=True),
            one_of("further_action", FurtherAction, name="encounters_review_action", blank=True),
        ]


class Diversion(Record):
    """That somebody else dealt with it, so that there was no encounter to record: who, for which team, and when it was said.

    It holds nothing about a child, nor who said so: it is a count of what did not need the police.
    """

    alternative = choice_field(Alternative)
    team = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("alternative", "team")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(alternative__in=CAN_BE_CALLED), name="encounters_diversion_to_someone"),
        ]


class ImportReport(Record):
    """What one run of an import found. The counts always balance; every line that did not land is an ArchiveLine.

    ``details`` is QualityReport.as_json() and, under ``words``, column -> word -> month -> rows.
    """

    archive = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    forces = models.JSONField(default=list)
    first_month = models.CharField(max_length=7, blank=True)
    last_month = models.CharField(max_length=7, blank=True)
    read = models.PositiveIntegerField()
    landed = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()
    details = models.JSONField()
    imported_by = models.CharField(max_length=120)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "archive", "sha256", "forces", "first_month", "last_month", "read", "landed", "known", "duplicates",
            "set_aside", "details",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("imported_by",)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(read=F("landed") + F("known") + F("duplicates") + F("set_aside")),
                name="encounters_report_balanced",
            ),
        ]

    def __str__(self) -> str:
        return self.archive


class ArchiveLine(models.Model):
    """A line of an archive that did not land, and why. ``same_as`` is where its first twin stands."""

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(ImportReport, models.CASCADE, related_name="lines")
    state = choice_field(LineState)
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    same_as = models.CharField(max_length=220, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("id", "report", "state", "file", "line", "column", "reason", "same_as")
        special: ClassVar[tuple[str, ...]] = ("value",)
        retention: ClassVar[dict[str, Retention]] = {
            "special": Retention("report__created_at", years=YEARS_KEPT, keeps_row=True)
        }

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["report", "state", "id"], name="encounters_lines_of_report")
        ]
        constraints: ClassVar[list[Any]] = [one_of("state", LineState, name="encounters_line_state")]

    @property
    def file_name(self) -> str:
        """The file without the folder of its month, which its name repeats."""
        return self.file.rpartition("/")[2]


class FactsMonth(models.Model):
    """What the facts store holds of a month: by ``mark`` a run knows whether the table has changed since."""

    month = models.CharField(primary_key=True, max_length=7)
    mark = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    written_at = models.DateTimeField(default=clock.now)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("month", "mark", "rows", "sha256", "written_at")


# Tables of their own files belong to the application, too.
from childfirst.encounters.api_models import StoredAnswer as StoredAnswer  # noqa: E402
from childfirst.encounters.correction_models import Correction as Correction  # noqa: E402
