"""Controls that Django does not have: a date in three boxes, a search box that completes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from childfirst.design import bridge


class Parts(NamedTuple):
    """A date as it was typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def of(cls, value: Any) -> Parts:
        """From a date, an ISO text, Parts or nothing."""
        if isinstance(value, Parts):
            return value
        if isinstance(value, str) and value:
            try:
                value = dt.date.fromisoformat(value[:10])
            except ValueError:
                return cls()
        if isinstance(value, dt.date):
            return cls(str(value.day), str(value.month), str(value.year))
        return cls()

    @property
    def is_empty(self) -> bool:
        return not any(self)


class DateParts(forms.Widget):
    """Day, month and year in three text inputs named ``NAME-day``, ``NAME-month``, ``NAME-year``."""

    input_type = "text"

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Parts:
        parts = Parts(*(str(data.get(f"{name}-{part}", "") or "").strip() for part in Parts._fields))
        # An ISO date under the plain name is taken too: links and API clients write dates that way.
        return Parts.of(str(data.get(name, "") or "")) if parts.is_empty and data.get(name) else parts

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return name not in data and all(f"{name}-{part}" not in data for part in Parts._fields)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else id_

    def items(self, name: str, id_: str, value: Any, wrong: tuple[str, ...], autocomplete: str) -> list[dict[str, Any]]:
        """The three inputs as parameters of the GOV.UK date input."""
        parts = Parts.of(value)
        widths = {"day": 2, "month": 2, "year": 4}
        return [
            {
                "id": f"{id_}-{part}",
                "name": f"{name}-{part}",
                "label": part.capitalize(),
                "value": getattr(parts, part),
                "classes": f"govuk-input--width-{widths[part]}" + (" govuk-input--error" if part in wrong else ""),
                "autocomplete": "bday-" + part if autocomplete == "bday" else None,
            }
            for part in Parts._fields
        ]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        id_ = str((attrs or {}).get("id") or f"id_{name}")
        return bridge.render("date-input", {"id": id_, "items": self.items(name, id_, value, (), "")})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that a search found: the value that is stored, its name, and what tells it from its namesakes."""

    value: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back from a type-ahead: see TypeaheadInput."""

    value: str = ""
    text: str | None = None
    choice: str | None = None
    searched: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.value or (self.text or "").strip() or self.choice)


class TypeaheadInput(forms.Widget):
    """A search box with suggestions; without scripts, a search box whose answer is a list of radios.

    It sends ``NAME`` (the chosen value, filled by the script), ``NAME_text`` (what stands in the box), and on the
    page with radios ``NAME_choice`` and ``NAME_searched`` (the text for which those radios were found).
    """

    input_type = "text"

    def __init__(self, url_name: str = "", minimum: int = 2, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url_name = url_name
        self.minimum = minimum

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Typed:
        text = data.get(f"{name}_text")
        choice = data.get(f"{name}_choice")
        return Typed(
            value=str(data.get(name, "") or "").strip(),
            text=None if text is None else str(text).strip(),
            choice=None if choice is None else str(choice).strip(),
            searched=str(data.get(f"{name}_searched", "") or "").strip(),
        )

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return not any(key in data for key in (name, f"{name}_text", f"{name}_choice"))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        text = value.text if isinstance(value, Typed) else value
        params = {"id": (attrs or {}).get("id"), "name": f"{name}_text", "value": text or ""}
        return bridge.render("input", params)
