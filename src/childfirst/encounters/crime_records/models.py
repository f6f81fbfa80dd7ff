"""Incidents in or near school: whether a crime record was made, what came of it, and whether it was in the public interest."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from childfirst.encounters.crime_records.vocabulary import (
    GROUP_OF_OUTCOME,
    Finding,
    Instead,
    Matter,
    Outcome,
    Sanction,
    State,
    ToldBy,
    Where,
    Why,
)
from childfirst.encounters.models import Encounter
from childfirst.encounters.vocabulary import AgeBand, Answer, Gender, OfficerDefinedEthnicity, SelfDefinedEthnicity
from childfirst.people.models import Account, Organisation
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.constraints import one_of
from childfirst.shared.privacy import Retention
from childfirst.shared.records import Record, choice_field
from childfirst.shared.references import Reference


class CrimeRecord(Record):
    """One incident and one young person in it. An incident that was left to the school keeps nothing about a person.

    ``why`` is the reason for a crime record under the Schools Protocol; ``why_beyond`` the officer's words when none of the protocol's
    reasons holds. ``review_due`` stands from the day on which the record is made until somebody has reviewed it.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    happened_on = models.DateField()
    month = models.CharField(max_length=7)
    where = choice_field(Where)
    in_hours = models.BooleanField()
    told_by = choice_field(ToldBy)
    matter = choice_field(Matter)
    serious = models.BooleanField()
    victim_asks = models.BooleanField()
    head_asks = models.BooleanField()
    state = choice_field(State)
    why = choice_field(Why, blank=True)
    why_beyond = models.TextField(blank=True, max_length=1000)
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    team = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, models.SET_NULL, null=True, blank=True, related_name="crime_records")
    child_reference = models.CharField(max_length=64, blank=True)
    age_band = choice_field(AgeBand, default=AgeBand.NOT_RECORDED)
    gender = choice_field(Gender, default=Gender.NOT_RECORDED)
    self_defined_ethnicity = choice_field(SelfDefinedEthnicity, default=SelfDefinedEthnicity.NR)
    officer_defined_ethnicity = choice_field(OfficerDefinedEthnicity, default=OfficerDefinedEthnicity.NOT_RECORDED)
    send = choice_field(Answer, default=Answer.NOT_RECORDED)
    outcome = choice_field(Outcome, blank=True)
    outcome_on = models.DateField(null=True, blank=True)
    sanction = choice_field(Sanction, default=Sanction.NOT_KNOWN)
    review_due = models.DateField(null=True, blank=True)
    finding = choice_field(Finding, blank=True)
    instead = choice_field(Instead, blank=True)
    review = models.TextField(blank=True, max_length=2000)
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "happened_on", "month", "where", "in_hours", "told_by", "matter", "serious", "victim_asks", "head_asks", "state", "why",
            "team", "encounter", "review_due", "reviewed_at", "changed_at",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("recorded_by", "reviewed_by")
        special: ClassVar[tuple[str, ...]] = (
            "school", "why_beyond", "child_reference", "age_band", "gender", "self_defined_ethnicity",
            "officer_defined_ethnicity", "send", "outcome", "outcome_on", "sanction", "finding", "instead", "review",
        )  # fmt: skip
        held_with: ClassVar[tuple[str, ...]] = ("encounter",)
        retention: ClassVar[dict[str, Retention]] = {"special": Retention("happened_on", years=3, by_month=True)}

    class Meta:
        ordering = ("-happened_on", "-id")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["team", "-happened_on"], name="crime_records_by_team"),
            models.Index(fields=["month", "changed_at"], name="crime_records_by_month"),
            models.Index(fields=["review_due"], name="crime_records_due", condition=Q(review_due__isnull=False)),
        ]
        constraints: ClassVar[list[Any]] = [
            one_of("where", Where, name="crime_records_where"),
            one_of("told_by", ToldBy, name="crime_records_told_by"),
            one_of("matter", Matter, name="crime_records_matter"),
            one_of("state", State, name="crime_records_state"),
            one_of("why", Why, name="crime_records_why", blank=True),
            one_of("age_band", AgeBand, name="crime_records_age_band"),
            one_of("gender", Gender, name="crime_records_gender"),
            one_of("self_defined_ethnicity", SelfDefinedEthnicity, name="crime_records_self_defined"),
            one_of("officer_defined_ethnicity", OfficerDefinedEthnicity, name="crime_records_officer_defined"),
            one_of("send", Answer, name="crime_records_send"),
            one_of("outcome", Outcome, name="crime_records_outcome", blank=True),
            one_of("sanction", Sanction, name="crime_records_sanction"),
            one_of("finding", Finding, name="crime_records_finding", blank=True),
            one_of("instead", Instead, name="crime_records_instead", blank=True),
            models.CheckConstraint(
                condition=Q(state=State.LEFT_TO_SCHOOL, why="", outcome="", review_due__isnull=True, child_reference="")
                | (Q(state=State.TO_COMPLETE, outcome="", review_due__isnull=True) & ~Q(why=""))
                | (Q(state=State.RECORDED) & ~Q(why="") & ~Q(outcome="")),
                name="crime_records_state_whole",
                violation_error_message="What is left to the school holds nothing about a young person.",
            ),
            models.CheckConstraint(
                condition=~Q(why=Why.OFFICER) | ~Q(why_beyond=""),
                name="crime_records_beyond_the_protocol_says_why",
                violation_error_message="Say why a crime record is made although the Schools Protocol leaves it to the school.",
            ),
            models.CheckConstraint(
                condition=Q(finding="", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (
                    Q(reviewed_by__isnull=False, reviewed_at__isnull=False, review_due__isnull=True)
                    & ~Q(finding="")
                    & ~Q(review="")
                ),
                name="crime_records_review_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()}, {clock.format_date(self.happened_on)}"

    @property
    def reference(self) -> Reference:
        """The typed reference: the chamber is part of its room."""
        return Reference("encounters.crime_record", str(self.pk))

    @property
    def held_by(self) -> tuple[Reference, ...]:
        """What else a legal hold may name to keep this record: the young person."""
        return (Reference("encounters.child", self.child_reference),) if self.child_reference else ()

    @property
    def number(self) -> str:
        """The short form of the identifier that people read out: its last eight characters."""
        return self.id[-8:]

    @property
    def outcome_group(self) -> str:
        """The outcome as it is measured; empty while it is not decided."""
        return str(GROUP_OF_OUTCOME.get(self.outcome, ""))
