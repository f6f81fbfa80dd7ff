"""Forms of the chamber: a case, a file, its columns, a name, a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from childfirst.design.forms import GovukForm, Present, TypeaheadField
from childfirst.encounters.matching.files import Opened
from childfirst.encounters.matching.queries import Option
from childfirst.encounters.matching.vocabulary import FIELDS
from childfirst.encounters.vocabulary import Kind
from childfirst.places import queries as places

NONE, OTHER = "none", "other"


def _school_field(**options: Any) -> TypeaheadField:
    return TypeaheadField(
        url_name=places.SCHOOL_SUGGESTIONS, search=places.suggest_schools, resolve=places.suggested_school, **options
    )


class CaseForm(GovukForm):
    """What the words mean: one of the schools offered, another one of the register, or none."""

    answer = forms.ChoiceField(label="Which school is meant?", widget=forms.RadioSelect)
    school = _school_field(
        label="Search the register", help_text="Part of a name of today or of former days, postcode or URN"
    )
    same_words = forms.BooleanField(required=False)

    def __init__(self, *args: Any, options: Sequence[Option], others: tuple[int, int], **kwargs: Any) -> None:
        choices = [(str(one.urn), f"{one.number}. {one.name}, {one.percent}") for one in options]
        choices += [(OTHER, "Another school"), (NONE, "None: no school is named, or it is not in England")]
        hints = {str(one.urn): f"{one.closed} {one.hint}" if one.closed else one.hint for one in options}
        self.present = {  # type: ignore[misc]
            "answer": Present(
                name="which school is meant, or none",
                size="m",
                hints=hints,
                reveals={OTHER: "school"},
                dividers={OTHER: "or"} if options else {},
            ),
            "school": Present(name="the name of the school", width="full"),
        }
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        number, records = others
        if number:
            self.fields["same_words"].label = (
                f"Also for the {number:,} other case{'' if number == 1 else 's'} with these words in this borough "
                f"({records:,} record{'' if records == 1 else 's'})"
            )
        else:
            del self.fields["same_words"]

    @property
    def chosen(self) -> int | None:
        """The URN of a valid form's school; None for no school."""
        answer = self.cleaned_data["answer"]
        if answer == NONE:
            return None
        return int(self.cleaned_data["school"] if answer == OTHER else answer)


class UploadForm(GovukForm):
    file = forms.FileField(
        label="File",
        help_text="CSV or Parquet, with the names of the columns in its first line. At most 500 MB.",
    )
    system = forms.CharField(
        label="Name of the records system",
        help_text="In letters and numbers, such as “connect”. Use the same name for all its files.",
        max_length=60,
    )
    present: ClassVar = {"file": Present(name="a file"), "system": Present(width=20, name="the records system")}


class ColumnsForm(GovukForm):
    """Which column is what: one list of the file's columns for each field of a record."""

    def __init__(self, *args: Any, opened: Opened, samples: dict[str, str], **kwargs: Any) -> None:
        listed = [(name, f"{name}: {samples[name]}" if samples.get(name) else name) for name in opened.columns]
        fields: dict[str, forms.Field] = {
            one.name: forms.ChoiceField(
                label=one.label,
                help_text=one.hint,
                choices=[("", "Choose a column" if one.required else "Not in the file"), *listed],
                required=one.required,
            )
            for one in FIELDS
        }
        fields["all_kind"] = forms.ChoiceField(
            label="Kind of all records, where no column tells it",
            choices=[("", "A column tells it"), *Kind.choices],
            required=False,
        )
        self.base_fields = fields  # type: ignore[misc]
        self.present = {  # type: ignore[misc]
            one.name: Present(name=f"the column of “{one.label}”") for one in FIELDS
        }
        super().__init__(*args, **kwargs)

    @property
    def columns(self) -> dict[str, str]:
        """Field -> column of a valid form."""
        return {one.name: self.cleaned_data[one.name] for one in FIELDS if self.cleaned_data.get(one.name)}

    @property
    def constants(self) -> dict[str, str]:
        """Field -> value for all rows."""
        kind = self.cleaned_data.get("all_kind")
        return {"kind": kind} if kind and not self.cleaned_data.get("kind") else {}


class AliasForm(GovukForm):
    alias = forms.CharField(
        label="Name that people use",
        help_text="The name alone, such as “St Joes”. Never the name of a person.",
        max_length=60,
    )
    school = _school_field(label="School", help_text="Part of its name, postcode or URN")
    why = forms.CharField(
        label="How do you know?",
        help_text="For the second reviewer. Do not write a name of a person.",
        max_length=500,
        widget=forms.Textarea,
    )
    present: ClassVar = {
        "alias": Present(width=20, name="the name that people use"),
        "school": Present(width="full", name="the school"),
        "why": Present(rows=3, name="how you know"),
    }


class RefusalForm(GovukForm):
    reason = forms.CharField(label="Why is the name refused?", max_length=500, widget=forms.Textarea)
    present: ClassVar = {"reason": Present(rows=3, name="why the name is refused", size="s")}


class CasesFilter(GovukForm):
    kind = forms.ChoiceField(
        label="Show",
        choices=[
            ("open", "Waiting for a person"),
            ("decided", "Decided by people"),
            ("accept", "Accepted by the matcher"),
            ("none", "Named no school, said the matcher"),
        ],
        required=False,
    )
    words = forms.CharField(label="With the words", max_length=60, required=False)
    present: ClassVar = {"words": Present(width=20)}
