"""What people enter about a release."""

from __future__ import annotations

from typing import Any

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present
from childfirst.measures.forms import MonthField, check_order
from childfirst.measures.queries import definitions
from childfirst.release.models import Release
from childfirst.release.queries import correctable
from childfirst.release.vocabulary import MINIMUM_REASON, Decision
from childfirst.shared import clock


class PrepareForm(GovukForm):
    """What a new release shall hold."""

    title = forms.CharField(
        label="Title",
        max_length=120,
        help_text="What the public will read, such as “Police contact with children in 2018”.",
    )
    measures = forms.MultipleChoiceField(label="Measures", widget=forms.CheckboxSelectMultiple)
    first_month = MonthField(label="First month", help_text="Year and month, like 2018-05. Leave empty for all.")
    last_month = MonthField(label="Last month")
    released_on = DateField(label="Date of the release", initial=clock.today)
    corrects = forms.ChoiceField(label="Does it correct a published release?", required=False)
    notes = forms.CharField(
        label="Your own words for the notes",
        required=False,
        max_length=5000,
        widget=forms.Textarea,
        help_text="What is new, what to be careful with. Gaps, limits and the protection are described without you.",
    )
    present = {
        "title": Present(name="a title"),
        "measures": Present(name="at least one measure"),
        "first_month": Present(width=10),
        "last_month": Present(width=10),
        "released_on": Present(name="the date of the release"),
        "notes": Present(rows=6, count=True),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = [(plan.id, plan.title) for plan in definitions()]  # type: ignore[attr-defined]
        others = [(release.key, release.title) for release in correctable()]
        self.fields["corrects"].choices = [("", "No"), *others]  # type: ignore[attr-defined]

    def clean_corrects(self) -> Release | None:
        key = self.cleaned_data["corrects"]
        return correctable().filter(key=key).first() if key else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_order(self, "first_month", "last_month")
        return self.cleaned_data


class DecideForm(GovukForm):
    """Sign or refuse."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[(Decision.SIGN.value, "I sign: it can be published"), (Decision.REFUSE.value, "I refuse")],
    )
    reason = forms.CharField(
        label="Why do you refuse?",
        max_length=2000,
        min_length=MINIMUM_REASON,
        widget=forms.Textarea,
        help_text="Whoever prepared the release will read it, once both people have decided.",
    )
    present = {
        "decision": Present(name="what you decide", reveals={Decision.REFUSE.value: "reason"}),
        "reason": Present(name="a reason"),
    }


class WithdrawForm(GovukForm):
    """Why a release is taken down."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=2000,
        min_length=MINIMUM_REASON,
        widget=forms.Textarea,
        help_text="The public will read this in the place of the release.",
    )
    present = {"reason": Present(name="a reason")}
