"""Forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present, TypeaheadField
from childfirst.places import queries
from childfirst.places.vocabulary import DayKind
from childfirst.shared import clock


class FindSchoolForm(GovukForm):
    """The search box. It is never bound: the finds are a list of links, not radios."""

    school = TypeaheadField(
        label="Find a school",
        help_text="Part of its name of today or of former days, initials, postcode, place or URN.",
        url_name=queries.SCHOOL_SUGGESTIONS,
        search=queries.suggest_schools,
        resolve=queries.suggested_school,
        required=False,
    )
    present = {"school": Present(size="m", width="two-thirds")}


class OnDayForm(GovukForm):
    """The day on which a school is looked at."""

    on = DateField(label="As it was on", help_text="For example 27 3 2018", latest=clock.today)
    present = {"on": Present(name="the date", size="s")}


class AuthorityForm(GovukForm):
    """The authority whose term dates are to be added."""

    authority = forms.ChoiceField(label="Authority")
    present = {"authority": Present(name="an authority", size="m")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, f"{name or 'Authority'} ({code})") for code, name in queries.authorities().items()]
        field = self.fields["authority"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", "Choose an authority"), *choices]


class TermDatesForm(GovukForm):
    """A term, or a holiday or closure inside one."""

    kind = forms.ChoiceField(label="What is it?", choices=DayKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="Name", help_text="For example Autumn term 2026", max_length=100)
    starts_on = DateField(label="First day", help_text="For example 2 9 2026")
    ends_on = DateField(label="Last day", help_text="For example 18 12 2026")
    present = {"kind": Present(name="whether it is a term"), "name": Present(width=20)}

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data = super().clean() or self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "Last day must be the same as or after the first day")
        return data
