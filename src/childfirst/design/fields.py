"""Fields that Django does not have, or not as people write: dates, times, yes or no, type-ahead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES

from childfirst.design.widgets import DateParts, Parts, Suggestion, TypeaheadInput, Typed
from childfirst.design.wording import capital, spoken_name
from childfirst.shared import clock

Day = dt.date | Callable[[], dt.date]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


class DateField(forms.Field):
    """A date typed as day, month and year; a month may be a name.

    ``earliest`` and ``latest`` are dates, or functions that give one (``clock.today``). Errors name what is wrong and
    mark the boxes that are wrong: the parts are in ``params["parts"]`` of the ValidationError.
    Wording after the GOV.UK Design System's date input guidance.
    """

    widget = DateParts

    def __init__(self, *, earliest: Day | None = None, latest: Day | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.earliest = earliest
        self.latest = latest
        self.spoken = ""

    def prepare_value(self, value: Any) -> Parts:
        return Parts.of(value)

    @property
    def _subject(self) -> str:
        label = str(self.label or "Date")
        if self.spoken:
            return capital(self.spoken)
        return "The date" if label.rstrip().endswith("?") else capital(spoken_name(label))

    def _wrong(self, sentence: str, code: str, *parts: str) -> ValidationError:
        marked = parts or Parts._fields
        return ValidationError(f"{self._subject} {sentence}".replace("%", "%%"), code=code, params={"parts": marked})

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date):
            return value
        parts = Parts.of(value)
        if parts.is_empty:
            return None
        missing = [name for name, text in parts._asdict().items() if not text]
        if missing:
            raise self._wrong(f"must include a {' and '.join(missing)}", "incomplete", *missing)
        day, month, year = _number(parts.day), _month(parts.month), _number(parts.year)
        if len(parts.year) != 4 or year is None:
            raise self._wrong("must have a year of 4 numbers, like 2026", "year", "year")
        wrong = [
            name
            for name, number, top in (("day", day, 31), ("month", month, 12))
            if number is None or not 1 <= number <= top
        ]
        if wrong:
            raise self._wrong("must be a real date", "invalid", *wrong)
        try:
            return dt.date(year, month or 0, day or 0)
        except ValueError:
            raise self._wrong("must be a real date", "invalid", "day") from None

    def validate(self, value: dt.date | None) -> None:
        if value is None:
            if self.required:
                sentence = self.error_messages["required"].replace("%", "%%")
                raise ValidationError(sentence, code="required", params={"parts": Parts._fields})
            return
        earliest, latest = _day(self.earliest), _day(self.latest)
        if latest and value > latest:
            is_today = self.latest is clock.today
            limit = "must be today or in the past" if is_today else f"must be on or before {clock.format_date(latest)}"
            raise self._wrong(limit, "too_late")
        if earliest and value < earliest:
            is_today = self.earliest is clock.today
            limit = (
                "must be today or in the future" if is_today else f"must be on or after {clock.format_date(earliest)}"
            )
            raise self._wrong(limit, "too_early")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return Parts.of(initial) != Parts.of(self.to_python(data))
        except ValidationError:
            return True


def _day(limit: Day | None) -> dt.date | None:
    return limit() if callable(limit) else limit


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _month(text: str) -> int | None:
    name = text.casefold().rstrip(".")
    if len(name) >= 3 and name.isalpha():
        return next((i for i, month in enumerate(_MONTHS, 1) if month.startswith(name)), None) or (
            9 if name == "sept" else None
        )
    return _number(text)


class TimeField(forms.Field):
    """A time of day as people write it: ``4:05pm``, ``16:05``, ``1605``, ``4pm``, ``midday``, ``midnight``."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Enter a time, like 9:30am or 16:05"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.time):
            hour = value.hour % 12 or 12
            return f"{hour}:{value.minute:02d}{'am' if value.hour < 12 else 'pm'}"
        return value

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values or isinstance(value, dt.time):
            return value or None if not isinstance(value, dt.time) else value
        text = re.sub(r"[\s.]", "", str(value).casefold().replace(".", ":")).strip(":")
        if text in ("midday", "noon", "12noon", "12midday"):
            return dt.time(12)
        if text in ("midnight", "12midnight"):
            return dt.time(0)
        match = re.fullmatch(r"(\d{1,2}):?(\d{2})?(?::\d{2})?(am|pm|a:m|p:m)?", text)
        if not match or (match[2] is None and match[3] is None):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
        if half:
            if not 1 <= hour <= 12:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 23 or minute > 59:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return dt.time(hour, minute)


class YesNoField(forms.TypedChoiceField):
    """Yes or No as radios; gives True or False, and None when it is not required and not answered."""

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(
            choices=[("yes", yes), ("no", no)], coerce=lambda value: value == "yes", empty_value=None, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


Search = Callable[[str], Sequence[Suggestion]]
Resolve = Callable[[str], Suggestion | None]


class TypeaheadField(forms.Field):
    """A thing that is found by typing part of its name, with suggestions where scripts run and radios where not.

    ``url_name`` names the address that answers suggestions as JSON (see :mod:`childfirst.design.typeahead`);
    ``search`` finds things by text; ``resolve`` gives the thing of a stored value, or None when there is none.
    The cleaned value is the thing's ``value``, or ``""`` when it is not required and left empty.

    Without a choice, text that finds exactly one thing of that very name is taken; otherwise the form comes back with
    the finds as radios (``matches``), which is a question and a validation error at once.
    """

    widget = TypeaheadInput
    default_error_messages = {
        "choose": "Choose one of those found for “%(text)s”, or search again",
        "nothing": "Nothing was found for “%(text)s”. Check the spelling, or type less of the name",
        "gone": "The one you chose is no longer there. Search again",
        "again": "Type the name again, or part of it",
    }

    def __init__(
        self,
        *,
        url_name: str = "",
        search: Search,
        resolve: Resolve,
        minimum: int = 2,
        limit: int = 10,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", TypeaheadInput(url_name=url_name, minimum=minimum))
        super().__init__(**kwargs)
        self.search = search
        self.resolve = resolve
        self.limit = limit

    def prepare_value(self, value: Any) -> Typed:
        """What the control shows: for a stored value, its name."""
        if isinstance(value, Typed):
            if value.value and value.text is None:
                found = self.resolve(value.value)
                return Typed(value.value, found.text if found else "")
            return value
        if value in EMPTY_VALUES:
            return Typed()
        found = self.resolve(str(value))
        return Typed(found.value, found.text) if found else Typed()

    def matches(self, value: Any) -> list[Suggestion]:
        """What the radios offer for this submission; empty when there is nothing to choose between."""
        if not isinstance(value, Typed) or not value.text or self._chosen(value):
            return []
        return list(self.search(value.text))[: self.limit]

    def _chosen(self, typed: Typed) -> Suggestion | None:
        if typed.choice and (typed.text is None or _same(typed.text, typed.searched)):
            return self.resolve(typed.choice)
        if typed.value:
            found = self.resolve(typed.value)
            # Text that was changed after the choice wins over the choice, for without scripts nothing clears it.
            if found and (typed.text is None or _same(typed.text, found.text)):
                return found
        return None

    def clean(self, value: Any) -> str:
        typed = value if isinstance(value, Typed) else Typed(value=str(value or ""))
        if typed.is_empty:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        chosen = self._chosen(typed)
        if chosen is None:
            chosen = self._only_match(typed)
        self.run_validators(chosen.value)
        return chosen.value

    def _only_match(self, typed: Typed) -> Suggestion:
        if not typed.text:
            raise ValidationError(self.error_messages["gone" if typed.value else "again"], code="gone")
        found = list(self.search(typed.text))[: self.limit]
        exact = [item for item in found if _same(item.text, typed.text)]
        if len(exact) == 1:
            return exact[0]
        code = "choose" if found else "nothing"
        raise ValidationError(self.error_messages[code], code=code, params={"text": typed.text[:80]})

    def has_changed(self, initial: Any, data: Any) -> bool:
        chosen = self._chosen(data) if isinstance(data, Typed) else None
        return (chosen.value if chosen else None) != (str(initial) if initial else None)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
