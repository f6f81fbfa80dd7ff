"""The period and the breakdown that a person wants to see."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from childfirst.design.forms import GovukForm, Present
from childfirst.measures.definition import Definition

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class MonthField(forms.CharField):
    """A month as ``2018-05``, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=7, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and not _MONTH.fullmatch(text):
            raise forms.ValidationError(f"{self.label} must be a year and a month, like 2018-05")
        return text


def check_order(form: GovukForm, first: str, last: str) -> None:
    """Put an error on the second month where it is before the first."""
    one, other = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if one and other and other < one:
        form.add_error(last, "The last month must be the same as or after the first")


class PeriodForm(GovukForm):
    """Which months, and broken down by what."""

    by = forms.ChoiceField(label="Broken down by", required=False)
    first = MonthField(label="First month", help_text="Year and month, like 2018-05. Leave empty for all.")
    last = MonthField(label="Last month")
    present = {
        "by": Present(),
        "first": Present(width=10),
        "last": Present(width=10),
    }

    def __init__(self, *args: Any, plan: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = [(b.field, b.title) for b in plan.breakdowns]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_order(self, "first", "last")
        return self.cleaned_data
