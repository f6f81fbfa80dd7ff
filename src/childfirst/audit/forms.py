"""The filters of the trail's page."""

from __future__ import annotations

from typing import Any

from django import forms

from childfirst.audit.queries import Filters, names
from childfirst.design.forms import DateField, GovukForm, Present


class FilterForm(GovukForm):
    """What to look for. Every field may stay empty; it is sent by GET."""

    name = forms.ChoiceField(label="What was done", required=False)
    actor = forms.CharField(
        label="Who",
        help_text="Part of a role or an organisation, such as ward officer; or a reference. "
        "The page of an event leads to everything by the same person.",
        required=False,
        max_length=120,
    )
    subject = forms.CharField(label="To which record", help_text="A reference, such as people.account:01J…, or people.account: for all of its kind", required=False, max_length=200)  # fmt: skip
    since = DateField(label="First day", required=False)
    until = DateField(label="Last day", required=False)
    present = {
        "actor": Present(autocomplete="off", spellcheck=False),
        "subject": Present(autocomplete="off", spellcheck=False),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [("", "Anything"), *grouped(names())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The dates must be in order."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must be the same as or after the first day")
        return data

    def filters(self) -> Filters:
        """The filters as the query takes them; none while a field is wrong."""
        if not self.is_valid():
            return Filters()
        return Filters(**{key: value for key, value in self.cleaned_data.items() if value})


def grouped(event_names: list[str]) -> list[tuple[str, str]]:
    """Choices from event names: each room as a whole, then its events by their code."""
    choices: list[tuple[str, str]] = []
    for name in event_names:
        room = name.split(".")[0]
        if not any(value == f"{room}." for value, _ in choices):
            choices.append((f"{room}.", f"{room.capitalize()}: anything"))
        choices.append((name, f"{room.capitalize()}: {' '.join(name.split('.')[1:]).replace('_', ' ')}"))
    return choices


class HoldForm(GovukForm):
    """A legal hold: on what, why, and until when somebody must look at it again."""

    subject = forms.CharField(
        label="Reference of the record",
        help_text="For example encounters.encounter:01J… as the audit trail shows it. What belongs to the record is held too.",
        max_length=200,
    )
    reason = forms.CharField(
        label="Who asked for it, and why?",
        help_text="For example: the coroner, for an inquest. No names of children. This stays on the audit trail.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
    review_on = DateField(label="When must the hold be looked at again?", help_text="Within a year.")
    present = {"subject": Present(autocomplete="off", spellcheck=False)}


class LiftForm(GovukForm):
    """The end of a hold."""

    reason = forms.CharField(
        label="Why is the hold lifted?",
        help_text="This stays on the audit trail. No names of children.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
