"""Forms of the gallery. The places are invented."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present, Suggestion, TimeField, TypeaheadField, YesNoField
from childfirst.shared import clock

PLACES = (
    Suggestion("1", "Larkfield Primary School", "Northgate, ages 4 to 11"),
    Suggestion("2", "Larkfield Academy", "Northgate, ages 11 to 18"),
    Suggestion("3", "St Brannock’s Church of England Voluntary Aided Junior and Infant School", "Harbourside"),
    Suggestion("4", "St Brannock’s High School", "Millbank, ages 11 to 16"),
    Suggestion("5", "Tanner’s Row Nursery", "Millbank, ages 2 to 4"),
    Suggestion("6", "The Meadows", "Eastfield, special school, ages 5 to 19"),
)


def search(text: str) -> list[Suggestion]:
    """Places whose name holds the text."""
    wanted = text.replace("'", "’").casefold()
    return [place for place in PLACES if wanted in place.text.casefold()]


def resolve(value: str) -> Suggestion | None:
    """The place of a stored value."""
    return next((place for place in PLACES if place.value == value), None)


class SampleForm(GovukForm):
    """Every kind of field once."""

    name = forms.CharField(label="Full name", max_length=60)
    email = forms.EmailField(label="Email address", help_text="We only use it to answer you.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    number = forms.IntegerField(label="Number of pupils", min_value=1, max_value=5000)
    cost = forms.DecimalField(label="Cost", required=False)
    when = DateField(label="When did it happen?", help_text="For example, 27 3 2026", latest=clock.today)
    time = TimeField(label="Time", help_text="For example, 4:05pm. An estimate is fine.", required=False)
    kind = forms.ChoiceField(
        label="What kind of contact was it?",
        choices=[("visit", "Visit"), ("call", "Call to the school"), ("other", "Something else")],
        widget=forms.RadioSelect,
    )
    number_called = forms.CharField(label="Which number was called?", max_length=20)
    other = forms.CharField(label="What was it?", widget=forms.Textarea, max_length=200)
    consent = YesNoField(label="Did the school ask for it?")
    needs = forms.MultipleChoiceField(
        label="What did the child need?",
        help_text="Choose all that apply.",
        choices=[
            ("listen", "Someone to listen"),
            ("food", "Food"),
            ("safe", "A safe place"),
            ("none", "None of these"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    ward = forms.ChoiceField(label="Ward", choices=[("", "---------"), ("n", "Northgate"), ("h", "Harbourside")])
    place = TypeaheadField(
        label="School",
        help_text="Type part of its name.",
        url_name="design:gallery-suggest",
        search=search,
        resolve=resolve,
    )
    report = forms.FileField(label="Report", help_text="A PDF of at most 10 MB.", required=False)
    notes = forms.CharField(label="Anything else?", widget=forms.Textarea, max_length=500, required=False)
    agree = forms.BooleanField(label="I have told the child what is recorded")

    present: ClassVar[dict[str, Present]] = {
        "name": Present(autocomplete="name", width="two-thirds"),
        "email": Present(width="two-thirds"),
        "number": Present(suffix="pupils"),
        "cost": Present(prefix="£"),
        "when": Present(name="date of the contact"),
        "kind": Present(
            name="the kind of contact",
            reveals={"call": "number_called", "other": "other"},
            hints={"visit": "An officer came to the school"},
            dividers={"other": "or"},
        ),
        "number_called": Present(name="the number that was called", width=20, inputmode="tel"),
        "other": Present(name="what it was", rows=3),
        "consent": Present(inline=True, name="yes or no"),
        "needs": Present(name="what the child needed", exclusive="none"),
        "place": Present(name="part of the school’s name"),
        "notes": Present(count=True),
    }

    def clean_number_called(self) -> Any:
        number = self.cleaned_data["number_called"]
        if not number.replace(" ", "").isdigit():
            raise forms.ValidationError("The number that was called has only digits and spaces")
        return number

    @staticmethod
    def wrong_answers() -> dict[str, Any]:
        """Mistakes of every kind."""
        return {
            "name": "x" * 61,
            "email": "nobody",
            "number": "twelve",
            "cost": "a lot",
            "when-day": "31",
            "when-month": "Feb",
            "when-year": "26",
            "time": "25:00",
            "kind": "call",
            "number_called": "<script>alert(1)</script>",
            "ward": "z",
            "place": "",
            "place_text": "St Brannock",
        }


class PlaceForm(GovukForm):
    """One question with a search box."""

    place = TypeaheadField(
        label="Which school was the child at?",
        help_text="Type part of its name. You can choose from the list that appears, or type the name and continue.",
        url_name="design:gallery-suggest",
        search=search,
        resolve=resolve,
    )
    present: ClassVar[dict[str, Present]] = {"place": Present(heading=True, name="part of the school’s name")}


class QuestionForm(GovukForm):
    """One question with radios, a hint and a reveal."""

    asked = forms.ChoiceField(
        label="Who asked for the police to come?",
        help_text="If several did, choose the first.",
        choices=[
            ("school", "The school"),
            ("child", "The child or their family"),
            ("nobody", "Nobody: officers came by"),
        ],
        widget=forms.RadioSelect,
    )
    who = forms.CharField(label="Role of the person at the school", max_length=80)
    present: ClassVar[dict[str, Present]] = {
        "asked": Present(heading=True, reveals={"school": "who"}, name="who asked"),
        "who": Present(width=20),
    }
