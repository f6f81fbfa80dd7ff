"""The questions about the school and the person, and the forms of the other pages of the room."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from childfirst.design.forms import GovukForm, Present, TypeaheadField
from childfirst.encounters import queries, rules
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import (
    ASKABLE_REASONS,
    FOLLOW_UP_DAYS,
    OFFICER_DEFINED_CODES,
    AgeBand,
    Answer,
    FurtherAction,
    Gender,
    Kind,
    ReviewFinding,
    SchoolReason,
    SelfDefinedEthnicity,
)
from childfirst.shared.errors import UserError

IN_SCHOOL = "school"


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


class FindingForm(GovukForm):
    """What a supervisor says at the end of a review."""

    conclusion = forms.ChoiceField(label="What did you find?", choices=ReviewFinding.choices, widget=forms.RadioSelect)
    further_action = forms.ChoiceField(label="What follows?", choices=FurtherAction.choices, widget=forms.RadioSelect)
    finding = forms.CharField(
        label="Why? Say it in your own words",
        help_text="What you looked at, and what you make of it. Do not write a name.",
        max_length=2000,
        widget=forms.Textarea,
    )
    present: ClassVar = {
        "conclusion": Present(name="what you found"),
        "further_action": Present(name="what follows"),
        "finding": Present(name="what you found in your own words", count=True),
    }


class CorrectionForm(GovukForm):
    """Which question to correct."""

    question = forms.ChoiceField(label="What is wrong?", widget=forms.RadioSelect)
    present: ClassVar = {"question": Present(heading=True, name="what is wrong")}

    def __init__(self, *args: Any, questions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = questions  # type: ignore[attr-defined]


def with_reason(form: type[GovukForm]) -> type[GovukForm]:
    """The form of a question that corrects a record: with one more field, why."""

    class Correcting(form):  # type: ignore[misc, valid-type]
        reason = forms.CharField(
            label="Why is the record corrected?",
            help_text="It stays with the record. Do not write a name.",
            max_length=1000,
            widget=forms.Textarea,
        )
        present: ClassVar = {**form.present, "reason": Present(name="why the record is corrected", count=True)}

    return Correcting


class FilterForm(GovukForm):
    """Narrows the list of encounters; every field may stay empty."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "All kinds"), *Kind.choices], required=False)
    school = forms.ChoiceField(
        label="School",
        choices=[("", "Any"), ("recorded", "Recorded"), *SchoolReason.choices],
        required=False,
    )
