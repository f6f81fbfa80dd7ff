"""What people enter about a release."""

from __future__ import annotations

from typing import Any

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present
from childfirst.measures.forms import MonthField, check_order
from childfirst.measures.queries import definitions
from childfirst.release.models import CalendarEntry, Release
from childfirst.release.queries import correctable, still_announced
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
    calendar_entry = forms.ChoiceField(
        label="Is it an announced publication?",
        required=False,
        help_text="It can then be published on the announced day, and the public calendar leads to it.",
    )
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
        planned = [(e.slug, f"{e.title}, {clock.format_date(e.planned_on)}") for e in still_announced()]
        self.fields["calendar_entry"].choices = [("", "No"), *planned]  # type: ignore[attr-defined]

    def clean_calendar_entry(self) -> CalendarEntry | None:
        slug = self.cleaned_data["calendar_entry"]
        return still_announced().filter(slug=slug).first() if slug else None

    def clean_corrects(self) -> Release | None:
        key = self.cleaned_data["corrects"]
        return correctable().filter(key=key).first() if key else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_order(self, "first_month", "last_month")
        return self.cleaned_data


def values_of(release: Release) -> dict[str, Any]:
    """What the form shows at first when a release is prepared again: the values that it had."""
    return {
        "title": release.title,
        "measures": release.measures,
        "first_month": release.first_month,
        "last_month": release.last_month,
        "released_on": release.released_on,
        "calendar_entry": release.calendar_entry.slug if release.calendar_entry else "",
        "corrects": release.corrects.key if release.corrects else "",
        "notes": release.notes,
    }


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


class CommentForm(GovukForm):
    """Something to say about a release that is being reviewed."""

    table = forms.ChoiceField(label="Which table is it about?", required=False)
    text = forms.CharField(label="Your comment", max_length=2000, widget=forms.Textarea)
    present = {"text": Present(name="your comment", rows=4)}

    def __init__(self, *args: Any, release: Release, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = release.summary.get("tables", {})
        self.fields["table"].choices = [  # type: ignore[attr-defined]
            ("", "The whole release"),
            *((name, table["title"]) for name, table in tables.items()),
        ]


class AccessForm(GovukForm):
    """Somebody outside the workspace is shown a release before it is public."""

    holder = forms.CharField(
        label="Post and organisation",
        max_length=200,
        help_text="Such as “Chief executive, Saltmere Council”. Never a name: the public will read it.",
    )
    reason = forms.CharField(
        label="Why do they need to see it before the public?",
        max_length=500,
        min_length=MINIMUM_REASON,
        widget=forms.Textarea,
        help_text="The public will read this, too. Keep it to those who must answer questions on the day, and to the day before.",
    )
    present = {
        "holder": Present(name="the post and organisation"),
        "reason": Present(name="a reason", rows=3),
    }


class AnnounceForm(GovukForm):
    """A publication that the public is told of."""

    title = forms.CharField(label="What will be published?", max_length=120)
    planned_on = DateField(
        label="On which day?",
        help_text="At least four weeks ahead, so that people can plan. Quarterly figures usually come within two months.",
    )
    about = forms.CharField(label="What will be in it?", required=False, max_length=1000, widget=forms.Textarea)
    present = {
        "title": Present(name="what will be published"),
        "planned_on": Present(name="the day"),
        "about": Present(rows=3),
    }


class MoveForm(GovukForm):
    """An announced day is moved, or the publication called off."""

    what = forms.ChoiceField(
        label="What happens?",
        widget=forms.RadioSelect,
        choices=[("move", "It comes on another day"), ("cancel", "It does not come at all")],
    )
    planned_on = DateField(label="On which day?")
    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        min_length=MINIMUM_REASON,
        widget=forms.Textarea,
        help_text="The public will read this in the calendar.",
    )
    present = {
        "what": Present(name="what happens", reveals={"move": "planned_on"}),
        "planned_on": Present(name="the new day"),
        "reason": Present(name="a reason", rows=3),
    }
