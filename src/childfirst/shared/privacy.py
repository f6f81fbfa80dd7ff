"""Privacy classes: what kind of data every field of every table holds, and how long it is kept.

Each model has an inner ``class Privacy`` with one entry per class that it uses::

    class Privacy:
        internal = ("id", "created_at", "kind")
        special = ("age", "self_defined_ethnicity")
        retention = {"special": Retention(years=7, counted_from="occurred_at")}

``held_with`` may name foreign keys: a legal hold on that record holds this row, too.

A field that no entry names fails a test (default: refuse), and so does a field named twice.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from childfirst.shared.text import count_of


class FieldClass(enum.StrEnum):
    """How closely a field is held, from the open to the closed."""

    PUBLIC = "public"  # may go to the published store
    INTERNAL = "internal"  # work of the partnership, about nobody
    PERSONAL = "personal"  # about an adult: staff, a parent, an author
    SPECIAL = "special"  # about a child; or ethnicity, SEND, health of anyone
    SECRET = "secret"  # noqa: S105 - keys, tokens, passwords


_ACTIVE = frozenset({"occurred", "happened", "ended", "began"})
"""Verbs of fields such as ``occurred_at``; others are said in the passive: ``created_at``, it was created."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the fields of a class are kept, and from when it counts.

    ``counted_from`` is a date or moment field of the same model, or of the record that it belongs to (``report__created_at``);
    ``days`` and ``years`` add up. When the time is over the row is deleted; with ``keeps_row`` the fields of the class are
    emptied and the row stays. ``by_month`` waits until the whole month is over, so that no month is ever half there.
    Rows with the values of ``exempt`` are kept.
    """

    counted_from: str
    days: int = 0
    years: int = 0
    keeps_row: bool = False
    by_month: bool = False
    exempt: Mapping[str, Any] = field(default_factory=dict)

    def first_day_kept(self, today: dt.date) -> dt.date:
        """The day before which everything is over. 29 February counts as 28 February in a common year."""
        year = today.year - self.years
        day = min(today.day, calendar.monthrange(year, today.month)[1])
        first = today.replace(year=year, day=day) - dt.timedelta(days=self.days)
        return first.replace(day=1) if self.by_month else first

    def erased_on(self, counted: dt.date) -> dt.date:
        """The day on which something counted from a day goes: the first one whose ``first_day_kept`` is later than it."""
        day = counted + dt.timedelta(days=self.days)
        if self.by_month:
            day = (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
            return day.replace(year=day.year + self.years)
        day += dt.timedelta(days=1)
        year = day.year + self.years
        # A day that the later year lacks is 29 February: what is counted from the day before it goes on 1 March.
        return (
            day.replace(year=year) if (day.month, day.day) != (2, 29) or calendar.isleap(year) else dt.date(year, 3, 1)
        )

    def __str__(self) -> str:
        parts = [count_of(self.years, "year") if self.years else "", count_of(self.days, "day") if self.days else ""]
        kept = " and ".join(part for part in parts if part)
        *through, field_name = self.counted_from.split("__")
        owner = f"the {through[-1].replace('_', ' ')}" if through else "it"
        verb = field_name.rpartition("_")[0]
        happened = verb if verb in _ACTIVE else f"was {verb}"
        return f"{kept} after {owner} {happened}{', to the end of the month' if self.by_month else ''}"


def classes_of(model: type[Any]) -> dict[str, FieldClass]:
    """Field name -> class, for a model with an inner ``class Privacy`` (its bases' entries count too).

    Raises ValueError when a field is named twice.
    """
    found: dict[str, FieldClass] = {}
    seen: set[type] = set()
    for base in reversed(model.__mro__):
        privacy = base.__dict__.get("Privacy")
        if privacy is None or privacy in seen:
            continue
        seen.add(privacy)
        for field_class in FieldClass:
            for name in getattr(privacy, field_class.value, ()):
                if name in found:
                    raise ValueError(f"{model.__name__}.{name} has two privacy classes.")
                found[name] = field_class
    return found


def retention_of(model: type[Any]) -> dict[FieldClass, Retention]:
    """Class -> retention as the model declares it."""
    privacy = getattr(model, "Privacy", None)
    return {FieldClass(name): rule for name, rule in getattr(privacy, "retention", {}).items()}
