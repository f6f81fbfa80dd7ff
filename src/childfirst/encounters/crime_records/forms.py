"""The protocol's questions before a crime record, its details, what came of it, and the review."""

from __future__ import annotations

from typing import Any

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present, TypeaheadField, YesNoField
from childfirst.encounters import queries
from childfirst.encounters.crime_records import rules
from childfirst.encounters.crime_records.actions import Details, Incident
from childfirst.encounters.crime_records.vocabulary import Finding, Instead, Matter, Outcome, Sanction, ToldBy, Where
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import (
    OFFICER_DEFINED_CODES,
    AgeBand,
    Answer,
    Gender,
    OfficerDefinedEthnicity,
    SelfDefinedEthnicity,
)
from childfirst.shared import clock
from childfirst.shared.errors import UserError


def _words(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class IncidentForm(GovukForm):
    """What happened and what the Schools Protocol asks: nothing about a person."""

    school = TypeaheadField(
        label="Which school is it about?",
        help_text="Type part of the name, a former name, the postcode or the URN",
        url_name="crime_records:school_suggestions",
        search=queries.suggest_schools,
        resolve=queries.suggested_school,
    )
    happened_on = DateField(label="When did it happen?", latest=clock.today)
    matter = forms.ChoiceField(label="What was it about?", choices=Matter.choices, widget=forms.RadioSelect)
    told_by = forms.ChoiceField(label="How did you learn of it?", choices=ToldBy.choices, widget=forms.RadioSelect)
    where = forms.ChoiceField(label="Where did it happen?", choices=Where.choices, widget=forms.RadioSelect)
    in_hours = YesNoField(label="Was it in school hours?")
    serious = YesNoField(
        label="Is it serious?",
        help_text="For example: " + "; ".join(rules.SERIOUS_EXAMPLES) + ". If you are not sure, ask your supervisor.",
    )
    victim_asks = YesNoField(
        label="Does the young person who was harmed, or a parent for them, ask for a crime record?",
        help_text="Tell them first that the school can deal with it, and what a crime record means. Nobody was harmed: no.",
    )
    head_asks = YesNoField(label="Does the head teacher ask for a crime record?")
    present = {"school": Present(name="the school", width="full")}

    def incident(self) -> Incident:
        """The answers of a valid form."""
        values = self.cleaned_data
        return Incident(
            school=int(values["school"]),
            happened_on=values["happened_on"],
            told_by=values["told_by"],
            matter=values["matter"],
            answers=rules.Answers(
                **{key: values[key] for key in ("where", "in_hours", "serious", "victim_asks", "head_asks")}
            ),
        )


class BeyondForm(GovukForm):
    """Why a crime record is made although the protocol leaves the incident to the school."""

    reason = _words(
        "Why is a crime record needed?", "Your supervisor reads this when they review the record. No names."
    )


class DetailsForm(GovukForm):
    """The young person in the words of the standard, and where the record stands."""

    age_band = forms.ChoiceField(
        label="How old is the young person?", choices=AgeBand.choices, widget=forms.RadioSelect
    )
    gender = forms.ChoiceField(label="Gender", choices=Gender.choices, widget=forms.RadioSelect)
    self_defined_ethnicity = forms.ChoiceField(
        label="Ethnicity, in the young person’s own words", choices=SelfDefinedEthnicity.choices
    )
    officer_defined_ethnicity = forms.ChoiceField(
        label="Ethnicity, as you saw it",
        choices=[(code, OfficerDefinedEthnicity(code).label) for code in OFFICER_DEFINED_CODES],
    )
    send = forms.ChoiceField(
        label="Do they have special educational needs or a disability?",
        choices=Answer.choices,
        widget=forms.RadioSelect,
    )
    child_reference = forms.CharField(
        label="The force’s reference for the young person",
        help_text="If there is one. It is kept as a pseudonym. Never enter a name.",
        max_length=60,
        required=False,
    )
    outcome = forms.ChoiceField(label="What came of it so far?", choices=Outcome.choices)
    outcome_on = DateField(
        label="When was the outcome decided?", help_text="If it was", required=False, latest=clock.today
    )
    present = {"child_reference": Present(width=20, spellcheck=False, autocomplete="off", name="the reference")}

    def clean_child_reference(self) -> str:
        """The pseudonym; a name is refused."""
        try:
            return pseudonym(self.cleaned_data["child_reference"])
        except UserError as error:
            raise forms.ValidationError(error.sentence) from None

    def details(self) -> Details:
        """The answers of a valid form."""
        return Details(**self.cleaned_data)


class FollowUpForm(GovukForm):
    """What came of it, and what the school did."""

    outcome = forms.ChoiceField(label="What came of it?", choices=Outcome.choices)
    outcome_on = DateField(
        label="When was the outcome decided?", help_text="If it was", required=False, latest=clock.today
    )
    sanction = forms.ChoiceField(
        label="What did the school do to the young person afterwards?",
        help_text="Ask the safeguarding lead. Children are often suspended or excluded although nothing came of the police’s part.",
        choices=Sanction.choices,
        widget=forms.RadioSelect,
    )


class ReviewForm(GovukForm):
    """Whether the record was in the public interest."""

    finding = forms.ChoiceField(
        label="Was it in the public interest to record this as a crime?",
        help_text="Think of the young person’s age and needs, the harm done, what the person harmed wanted, what the school could do, "
        "and what a crime record does to a child’s future.",
        choices=Finding.choices,
        widget=forms.RadioSelect,
    )
    instead = forms.ChoiceField(label="What would have been right instead?", choices=Instead.choices, required=False)
    words = _words("Why?", "A sentence or two. No names.")

    def clean(self) -> dict[str, Any]:
        """A record that was not needed says what would have been right."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("finding") == Finding.NO and not values.get("instead"):
            self.add_error("instead", "Choose what would have been right instead")
        if values.get("finding") == Finding.YES and values.get("instead"):
            self.add_error("instead", "If the record was right, choose that it was right to record it")
        return values
