"""The questions of the record form, one page each, and the other forms of the room."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from childfirst.design.forms import DateField, GovukForm, Present, TimeField, TypeaheadField
from childfirst.encounters import queries, rules
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import (
    ASKABLE_REASONS,
    FOLLOW_UP_DAYS,
    LEGISLATION,
    NON_POLICE_FIRST,
    OBJECTS_OF_SEARCH,
    OFFICER_DEFINED_CODES,
    AgeBand,
    Answer,
    Gender,
    Initiator,
    Kind,
    Outcome,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
)
from childfirst.shared import clock
from childfirst.shared.errors import UserError

IN_SCHOOL = "school"


def oldest_day() -> dt.date:
    """The first day that can still be recorded by hand."""
    return clock.today() - dt.timedelta(days=rules.OLDEST_DAYS - 1)


class KindForm(GovukForm):
    kind = forms.ChoiceField(label="What kind of encounter was it?", choices=Kind.choices, widget=forms.RadioSelect)
    team = forms.ChoiceField(label="For which team do you record it?")

    present: ClassVar = {
        "kind": Present(
            heading=True,
            name="what kind of encounter it was",
            hints={
                Kind.ENGAGEMENT: "A talk, visit or activity that was about this child",
                Kind.SAFEGUARDING: "A concern for the child, also called a Merlin report",
                Kind.CALL_TO_SCHOOL: "A school asked the police to come",
            },
        ),
        "team": Present(name="the team"),
    }

    def __init__(self, *args: Any, teams: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not teams or len(teams) < 2:
            del self.fields["team"]
        else:
            self.fields["team"].choices = teams  # type: ignore[attr-defined]


class InitiatorForm(GovukForm):
    initiator = forms.ChoiceField(label="Who began it?", choices=Initiator.choices, widget=forms.RadioSelect)
    present: ClassVar = {"initiator": Present(heading=True, name="who began it", dividers={Initiator.UNKNOWN: "or"})}


class WhenForm(GovukForm):
    date = DateField(label="Date", help_text="For example, 27 3 2026", earliest=oldest_day, latest=clock.today)
    time = TimeField(
        label="Time", help_text="For example, 4:05pm or 16:05. Leave empty if nobody knows.", required=False
    )
    present: ClassVar = {"date": Present(name="the date of the encounter"), "time": Present(name="the time")}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        date, time = values.get("date"), values.get("time")
        if date and time and clock.now() < dt.datetime.combine(date, time, clock.LONDON):
            now = clock.format_time(clock.now())
            self.add_error("time", f"The time cannot be in the future. It is now {now}")
        return values


class WhereForm(GovukForm):
    place = forms.ChoiceField(
        label="Where was it?",
        choices=[("ward", "In a ward"), ("point", "At a point on the map"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    ward = TypeaheadField(
        label="Ward",
        help_text="Type the beginning of its name",
        url_name="encounters:ward-suggestions",
        search=queries.suggest_wards,
        resolve=queries.suggested_ward,
    )
    lat = forms.FloatField(label="Latitude", help_text="For example, 51.5014", min_value=49, max_value=61)
    lon = forms.FloatField(label="Longitude", help_text="For example, -0.1419", min_value=-9, max_value=2.1)
    present: ClassVar = {
        "place": Present(
            heading=True,
            name="where it was",
            reveals={"ward": "ward", "point": ("lat", "lon")},
            dividers={"unknown": "or"},
        ),
        "ward": Present(name="the name of the ward"),
        "lat": Present(width=10, name="the latitude"),
        "lon": Present(width=10, name="the longitude"),
    }


def _school_choices(*, with_later: bool) -> list[tuple[str, str]]:
    reasons = [r for r in ASKABLE_REASONS if with_later or r is not SchoolReason.NOT_YET_KNOWN]
    words = {SchoolReason.NOT_YET_KNOWN: "Not known yet: I will find out"}
    return [
        (IN_SCHOOL, "At this school, nursery or college"),
        *((str(reason), words.get(reason, str(reason.label))) for reason in reasons),
    ]


class SchoolForm(GovukForm):
    """The question that cannot be skipped: a school, or why there is none."""

    answer = forms.ChoiceField(
        label="Which school does the child go to?",
        help_text="The school can look after the child only if it is named here.",
        choices=_school_choices(with_later=True),
        widget=forms.RadioSelect,
    )
    school = TypeaheadField(
        label="Name of the school",
        help_text="Type part of the name, a former name, the postcode or the URN",
        url_name="encounters:school-suggestions",
        search=queries.suggest_schools,
        resolve=queries.suggested_school,
    )
    present: ClassVar = {
        "answer": Present(
            heading=True,
            name="which school the child goes to, or why there is none",
            reveals={IN_SCHOOL: "school"},
            dividers={str(ASKABLE_REASONS[0]): "or"},
            hints={
                str(SchoolReason.NOT_YET_KNOWN): f"You will be asked again, and have {FOLLOW_UP_DAYS} days to find out",
                str(SchoolReason.NOT_SCHOOL_AGE): "Under 5, or an adult who is not at a school",
            },
        ),
        "school": Present(name="the name of the school", width="full"),
    }

    def __init__(self, *args: Any, on: dt.date | None = None, age: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.age = on, age

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "answer" in values and "school" in values:
            urn, reason = self.school_and_reason
            if sentence := rules.school_fault(urn, reason, age=self.age):
                self.add_error("answer", sentence)
            elif urn is not None and self.on and (sentence := queries.closed_before(urn, self.on)):
                self.add_error("school", sentence.replace("%", "%%"))
        return values

    @property
    def school_and_reason(self) -> tuple[int | None, str]:
        """URN or None, and the reason or nothing, of a valid form."""
        answer = self.cleaned_data["answer"]
        return (int(self.cleaned_data["school"]), "") if answer == IN_SCHOOL else (None, answer)


class ResolveForm(SchoolForm):
    """The same question once more, when a school was not yet known: now the answer is final."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = _school_choices(with_later=False)  # type: ignore[attr-defined]


class PersonForm(GovukForm):
    age_known = forms.ChoiceField(
        label="How old is the person?",
        choices=[("years", "I know the age"), ("band", "I know it roughly"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    age = forms.IntegerField(label="Age in years", min_value=0, max_value=120)
    age_band = forms.ChoiceField(
        label="Age, roughly",
        choices=[("", ""), *(choice for choice in AgeBand.choices if choice[0] != AgeBand.NOT_RECORDED)],
    )
    gender = forms.ChoiceField(label="Gender", choices=Gender.choices, widget=forms.RadioSelect)
    self_defined_ethnicity = forms.ChoiceField(
        label="Ethnicity, in the person’s own words",
        help_text="Ask. If the person does not want to say, choose “Not stated”. If nobody asked, “Not recorded”.",
        choices=[("", ""), *SelfDefinedEthnicity.choices],
    )
    officer_defined_ethnicity = forms.ChoiceField(
        label="Ethnicity, as you saw it", choices=[("", ""), *((str(c), c.label) for c in OFFICER_DEFINED_CODES)]
    )
    send = forms.ChoiceField(
        label="Does the child have special educational needs?",
        choices=Answer.choices,
        widget=forms.RadioSelect,
    )
    child_reference = forms.CharField(
        label="Your force’s reference number for the person (optional)",
        help_text="It is stored as a code that cannot be turned back. Never enter a name.",
        max_length=60,
        required=False,
    )
    present: ClassVar = {
        "age_known": Present(
            name="how old the person is", reveals={"years": "age", "band": "age_band"}, dividers={"unknown": "or"}
        ),
        "age": Present(width=3, name="the age"),
        "age_band": Present(name="the age band"),
        "gender": Present(name="the gender"),
        "self_defined_ethnicity": Present(name="the ethnicity in the person’s own words"),
        "officer_defined_ethnicity": Present(name="the ethnicity as you saw it"),
        "send": Present(name="whether the child has special educational needs"),
        "child_reference": Present(width=20, spellcheck=False, autocomplete="off", name="the reference number"),
    }

    def __init__(self, *args: Any, school_reason: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school_reason = school_reason
        if (self.initial or {}).get("child_reference"):
            self.initial = {**self.initial, "child_reference": ""}
            self.fields["child_reference"].help_text = "A reference is saved. Enter another to replace it."

    def clean_child_reference(self) -> str:
        """The pseudonym: the reference itself is never kept, not even in the draft."""
        try:
            return pseudonym(self.cleaned_data["child_reference"])
        except UserError as error:
            raise ValidationError(error.sentence) from error

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        age = values.get("age")
        if self.school_reason and age is not None and (
            sentence := rules.school_fault(None, self.school_reason, age=age)
        ):  # fmt: skip
            self.add_error("age", sentence)
        return values


def _with_empty(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("", ""), *((word, word) for word in words)]


class OutcomeForm(GovukForm):
    """What happened, for every kind of encounter but a search."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=[(str(outcome), outcome.label) for outcome in NON_POLICE_FIRST],
        widget=forms.RadioSelect,
    )
    use_of_force = forms.ChoiceField(
        label="Was force used?",
        help_text="Handcuffs are force, also when the person did not resist.",
        choices=Answer.choices,
        widget=forms.RadioSelect,
    )
    more_than_outer_clothing = forms.ChoiceField(
        label="Was more than outer clothing removed?", choices=Answer.choices, widget=forms.RadioSelect
    )
    present: ClassVar = {
        "outcome": Present(name="what came of it"),
        "use_of_force": Present(name="whether force was used"),
        "more_than_outer_clothing": Present(name="whether more than outer clothing was removed"),
    }


class SearchForm(OutcomeForm):
    """What happened in a stop and search."""

    search_of = forms.ChoiceField(label="What was searched?", choices=SearchOf.choices, widget=forms.RadioSelect)
    legislation = forms.ChoiceField(label="Under which power?", choices=_with_empty(LEGISLATION))
    object_of_search = forms.ChoiceField(label="What was it a search for?", choices=_with_empty(OBJECTS_OF_SEARCH))
    outcome_linked = forms.ChoiceField(
        label="Is the outcome linked to what the search was for?", choices=Answer.choices, widget=forms.RadioSelect
    )
    field_order = (
        "search_of", "legislation", "object_of_search", "outcome", "outcome_linked", "use_of_force",
        "more_than_outer_clothing",
    )  # fmt: skip
    present: ClassVar = {
        **OutcomeForm.present,
        "search_of": Present(name="what was searched"),
        "legislation": Present(name="the power"),
        "object_of_search": Present(name="what the search was for"),
        "outcome_linked": Present(name="whether the outcome is linked to what the search was for"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in self.fields["outcome"].choices if choice[0] != Outcome.NOT_RECORDED]  # type: ignore[attr-defined]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


class FindingForm(GovukForm):
    finding = forms.CharField(
        label="What did you find?",
        help_text="Whether it was needed and right, and what follows. Do not write a name.",
        max_length=2000,
        widget=forms.Textarea,
    )
    present: ClassVar = {"finding": Present(name="what you found", count=True)}


class FilterForm(GovukForm):
    """Narrows the list of encounters; every field may stay empty."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "All kinds"), *Kind.choices], required=False)
    school = forms.ChoiceField(
        label="School",
        choices=[("", "Any"), ("recorded", "Recorded"), *SchoolReason.choices],
        required=False,
    )
