"""Questions of the record form, one page each: who else, why the police, what kind, who began it, when, where, what happened.

The school and the person have a file of their own (``forms``), because other pages ask for them, too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present, TimeField, TypeaheadField
from childfirst.encounters import queries, rules
from childfirst.encounters.alternatives import ASKABLE, CAN_BE_CALLED, GUIDANCE, Alternative, PoliceReason
from childfirst.encounters.vocabulary import (
    LEGISLATION,
    NON_POLICE_FIRST,
    OBJECTS_OF_SEARCH,
    Answer,
    AppropriateAdult,
    Initiator,
    Kind,
    Outcome,
    SearchOf,
)
from childfirst.shared import clock

DEALT_WITH = "dealt_with"
"""The answer that there is no encounter: somebody else is dealing with it."""


class AlternativeForm(GovukForm):
    """The first question: everyone else before the police."""

    alternative = forms.ChoiceField(
        label="Could someone else have dealt with this?",
        help_text="Choose who would have been best, also if they could not be reached.",
        choices=[(str(one), one.label) for one in ASKABLE],
        widget=forms.RadioSelect,
    )
    present: ClassVar = {
        "alternative": Present(
            heading=True,
            name="who else could have dealt with it, or nobody",
            hints={str(one): GUIDANCE[one].hint for one in CAN_BE_CALLED},
            dividers={str(Alternative.IMMEDIATE_DANGER): "or"},
        )
    }


class PoliceForm(GovukForm):
    """The second, where somebody else could have: whether they are, or why the police came all the same."""

    police_reason = forms.ChoiceField(widget=forms.RadioSelect)
    present: ClassVar = {
        "police_reason": Present(
            name="whether they are dealing with it, or why the police did", dividers={str(PoliceReason.NOT_THERE): "or"}
        )
    }

    def __init__(self, *args: Any, alternative: Alternative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alternative = alternative
        who = GUIDANCE[alternative].who
        field = self.fields["police_reason"]
        field.label = f"Is {who} dealing with it?"
        field.choices = [  # type: ignore[attr-defined]
            (DEALT_WITH, f"Yes, {who} is dealing with it"),
            *((str(one), f"No. {one.label}") for one in PoliceReason),
        ]

    def without_dealt_with(self) -> None:
        """For a record that was made: an encounter took place, whoever deals with it now."""
        field = self.fields["police_reason"]
        field.label = "Why did the police deal with it?"
        field.choices = PoliceReason.choices  # type: ignore[attr-defined]
        self.present = {**self.present, "police_reason": Present(name="why the police dealt with it")}  # type: ignore[misc]


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
        label="Was more than outer clothing removed?",
        help_text="More than an outer coat, jacket or gloves.",
        choices=Answer.choices,
        widget=forms.RadioSelect,
    )
    appropriate_adult = forms.ChoiceField(
        label="Was an appropriate adult there?",
        help_text=(
            "A parent, carer, social worker or another adult who is not of the police. Needed for a child who is questioned "
            "as a suspect, or of whom more than outer clothing is removed."
        ),
        choices=[choice for choice in AppropriateAdult.choices if choice[0] != AppropriateAdult.NOT_RECORDED],
        widget=forms.RadioSelect,
    )
    present: ClassVar = {
        "outcome": Present(name="what came of it"),
        "use_of_force": Present(name="whether force was used"),
        "more_than_outer_clothing": Present(name="whether more than outer clothing was removed"),
        "appropriate_adult": Present(name="whether an appropriate adult was there"),
    }

    def __init__(self, *args: Any, asks_for_adult: bool = False, **kwargs: Any) -> None:
        if not asks_for_adult:
            revealing = Present(
                name="whether more than outer clothing was removed", reveals={str(Answer.YES): "appropriate_adult"}
            )
            self.present = {**self.present, "more_than_outer_clothing": revealing}  # type: ignore[misc]
        super().__init__(*args, **kwargs)


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
        "more_than_outer_clothing", "appropriate_adult",
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
