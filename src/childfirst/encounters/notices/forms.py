"""What an officer writes, what a lead confirms and answers."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from childfirst.design.forms import DateField, GovukForm, Present
from childfirst.encounters.notices import rules
from childfirst.encounters.notices.actions import LONGEST_WORDS
from childfirst.encounters.notices.vocabulary import (
    BASIS_HINTS,
    Basis,
    Done,
    HoldingBack,
    NameKnown,
    Needed,
    Parents,
    Purpose,
    YearGroup,
)
from childfirst.shared import clock
from childfirst.shared.text import join_and

BY_BIRTHDAY, BY_YEAR, NOT_KNOWN = "birthday", "year", "unknown"


class Words(forms.CharField):
    """Text as a person writes it, in any script, without what could disturb the page around it."""

    def clean(self, value: Any) -> str:
        return super().clean(rules.tidy(str(value or "")))  # type: ignore[no-any-return]


def oldest_birthday() -> dt.date:
    """The first birthday of somebody who is not yet 19."""
    return clock.today() - dt.timedelta(days=19 * 365)


class WriteForm(GovukForm):
    """The notice. What is entered here is stored only encrypted."""

    name_known = forms.ChoiceField(
        label="Do you know the child’s name?", choices=NameKnown.choices, widget=forms.RadioSelect
    )
    name = Words(label="Full name", max_length=150)
    born = forms.ChoiceField(
        label="What else tells the school who it is?",
        choices=[(BY_BIRTHDAY, "Date of birth"), (BY_YEAR, "Year group"), (NOT_KNOWN, "Neither is known")],
        widget=forms.RadioSelect,
    )
    date_of_birth = DateField(label="Date of birth", help_text="For example, 27 3 2012", latest=clock.today)
    year_group = forms.ChoiceField(label="Year group", choices=[("", ""), *YearGroup.choices])
    happened = Words(
        label="What happened",
        help_text=(
            "In plain words: what happened, and how the child was when you last saw them. Only what the school needs to look after "
            "the child. No other child’s name, and nothing about an investigation."
        ),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )
    parents = forms.ChoiceField(label="Does a parent or carer know?", choices=Parents.choices, widget=forms.RadioSelect)
    needed = forms.MultipleChoiceField(
        label="What is needed of the school?",
        help_text="Choose all that are needed",
        choices=Needed.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.ChoiceField(label="What is it shared for?", choices=Purpose.choices, widget=forms.RadioSelect)
    basis = forms.ChoiceField(label="Lawful basis of sharing", choices=Basis.choices, widget=forms.RadioSelect)

    present: ClassVar = {
        "name_known": Present(name="whether you know the child’s name", size="m", reveals={NameKnown.YES: "name"}),
        "name": Present(name="the child’s name", autocomplete="off", spellcheck=False, attributes={"dir": "auto"}),
        "born": Present(
            name="what else tells the school who it is",
            size="m",
            reveals={BY_BIRTHDAY: "date_of_birth", BY_YEAR: "year_group"},
            dividers={NOT_KNOWN: "or"},
        ),
        "date_of_birth": Present(name="the date of birth"),
        "year_group": Present(name="the year group"),
        "happened": Present(name="what happened", size="m", count=True, rows=8, attributes={"dir": "auto"}),
        "parents": Present(
            name="whether a parent or carer knows",
            size="m",
            hints={Parents.DO_NOT_TELL: "For example, when that would put the child at risk"},
        ),
        "needed": Present(name="what is needed of the school", size="m", exclusive=Needed.NOTHING),
        "purpose": Present(name="what it is shared for", size="m"),
        "basis": Present(
            name="the lawful basis", size="m", hints={str(basis): words for basis, words in BASIS_HINTS.items()}
        ),
    }

    def clean_date_of_birth(self) -> dt.date | None:
        born: dt.date | None = self.cleaned_data["date_of_birth"]
        if born is not None and not rules.plausible_birthday(born, clock.today()):
            raise ValidationError("The date of birth must be that of a child of 2 to 18.")
        return born

    @property
    def told(self) -> rules.Told:
        """What is told, of a valid form."""
        values = self.cleaned_data
        born: dt.date | None = values["date_of_birth"]
        return rules.Told(
            name_known=values["name_known"],
            name=values["name"],
            date_of_birth=born.isoformat() if born else "",
            year_group=values["year_group"],
            happened=values["happened"],
            parents=values["parents"],
            needed=tuple(values["needed"]),
        )

    @staticmethod
    def initial_from(told: rules.Told, basis: str, purpose: str) -> dict[str, Any]:
        """What was written before, for the form that changes it."""
        born = BY_BIRTHDAY if told.date_of_birth else BY_YEAR if told.year_group else NOT_KNOWN
        return {**told.as_json(), "born": born, "basis": basis, "purpose": purpose}


class HoldBackForm(GovukForm):
    why = forms.ChoiceField(
        label="Why must the school not be told?", choices=HoldingBack.choices, widget=forms.RadioSelect
    )
    present: ClassVar = {"why": Present(name="why the school must not be told", size="m")}


class ConfirmForm(GovukForm):
    """What a lead confirms before a notice opens to them."""

    confirmed = forms.BooleanField(label="I will use this only to look after the child, and never for discipline")
    present: ClassVar = {"confirmed": Present(name="that you will use this only to look after the child")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].error_messages["required"] = (
            "Confirm that you will use this only to look after the child"
        )


class SpeakForm(GovukForm):
    words = Words(label="Your message", max_length=LONGEST_WORDS, widget=forms.Textarea)
    present: ClassVar = {"words": Present(name="your message", count=True, rows=4, attributes={"dir": "auto"})}


class AcknowledgeForm(GovukForm):
    done = forms.MultipleChoiceField(
        label="What did the school do?",
        help_text="Choose all that are true",
        choices=Done.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    words = Words(
        label="Anything the officer should know (optional)",
        help_text="Without names. Only the officer can read it, for 30 days.",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea,
    )
    present: ClassVar = {
        "done": Present(name="what the school did", size="m", exclusive=Done.NOTHING),
        "words": Present(name="what the officer should know", size="m", count=True, rows=4, attributes={"dir": "auto"}),
    }

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_words(self) -> str:
        """Without the child's name: the notice is about to be erased, and these words stay."""
        words: str = self.cleaned_data["words"]
        if found := rules.names_in(words, self.name):
            what = join_and([f"“{part}”" for part in found])
            raise ValidationError(f"Take out the child’s name ({what}): the officer knows whom the notice is about")
        return words
