"""Everything held about one young person, found through the tables themselves, so that no new table can be forgotten.

Roots are the models with a field ``child_reference``; what belongs to them is whatever has a foreign key to them, and so on. A field
classed ``secret`` or sealed is named, and not shown. A model may have ``told_beside``: pairs of label and text that stand elsewhere.
Staff stand there by role and organisation, as they stand on the trail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from childfirst.audit import retention
from childfirst.audit.models import Event
from childfirst.encounters.models import Encounter
from childfirst.people.models import Account
from childfirst.shared import clock
from childfirst.shared.privacy import FieldClass, classes_of, retention_of

CHILD = "child_reference"
TECHNICAL = frozenset({"id", "created_at", "changed_at", "month", "source_row_key", "version", CHILD})
"""Keys and counters that say nothing about a person; ``created_at`` stands above each record."""

SEALED = "Held in encrypted form; the platform cannot read it for this document"
UNKNOWN = frozenset({"not_recorded", "NR", "not_known", "unknown"})
"""Codes that say that nothing was recorded."""

WORDS = {
    "occurred_at": "When",
    "happened_on": "When",
    "lon": "Longitude",
    "lat": "Latitude",
    "send": "Special educational needs or disability",
    "kind": "What kind",
    "initiator": "Who began it",
    "age_band": "Age group",
    "self_defined_ethnicity": "Ethnicity, in your own words",
    "officer_defined_ethnicity": "Ethnicity, as the officer saw it",
    "legislation": "Power used",
    "object_of_search": "What was searched for",
    "outcome_linked": "Outcome linked to what was searched for",
    "school_reason": "Why no school is named",
    "time_precision": "How exactly the time is known",
    "recorded_by": "Recorded by",
    "sanction": "What the school did",
    "finding": "What the review found",
    "instead": "What would have been right instead",
}
"""Names of fields as a young person reads them; others are called as the table calls them."""

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing recorded: its name and its value, in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One row about the young person. ``erased_on`` is the day of its erasure; ``held`` says that a legal hold stands.

    ``items`` are the fields with something in them, ``empty`` the names of those with nothing.
    """

    kind: str
    reference: str
    made_on: dt.date | None
    items: tuple[Item, ...]
    empty: tuple[str, ...]
    erased_on: dt.date | None
    held: bool
    parts: tuple[Holding, ...] = ()

    @property
    def key(self) -> str:
        """The row's own key."""
        return self.reference.partition(":")[2]

    @property
    def is_encounter(self) -> bool:
        """Whether it is the record of an encounter, which the person can ask to have corrected."""
        return self.reference.startswith("encounters.encounter:")

    def walk(self) -> Iterator[Holding]:
        """This holding and everything that belongs to it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def roots() -> list[Model]:
    """The models that name a child by the pseudonym."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("childfirst.") and any(field.name == CHILD for field in model._meta.fields)
    ]


def belongings(model: Model) -> list[tuple[Model, str]]:
    """Models whose rows belong to a row of this one, with the name of their foreign key."""
    return [
        (cast("Model", relation.related_model), relation.field.name)
        for relation in model._meta.related_objects
        if relation.related_model.__module__.startswith("childfirst.")
    ]


def everything(pseudonym: str) -> list[Holding]:
    """All rows about the young person behind a pseudonym, each with what belongs to it, the oldest first within a kind."""
    models_in_order = sorted(roots(), key=lambda model: model is not Encounter)
    found = [
        row for model in models_in_order for row in model._default_manager.filter(**{CHILD: pseudonym}).order_by("pk")
    ]
    # A row that belongs to two of them is told once: under the first.
    told = {(type(row), row.pk) for row in found}
    holds = retention.active_holds()
    return [_holding(row, holds, told) for row in found]


def _holding(row: Any, holds: frozenset[str], told: set[tuple[Model, Any]], through: str = "") -> Holding:
    below: list[tuple[Any, str]] = []
    for model, name in belongings(type(row)):
        for part in model._default_manager.filter(**{name: row}).order_by("pk"):
            if (model, part.pk) not in told:
                told.add((model, part.pk))
                below.append((part, name))
    parts = tuple(_holding(part, holds, told, name) for part, name in below)
    made = getattr(row, "created_at", None)
    items = list(_items(row, through))
    return Holding(
        kind=capfirst(str(row._meta.verbose_name)),
        reference=str(getattr(row, "reference", f"{row._meta.label_lower}:{row.pk}")),
        made_on=clock.local(made).date() if made else None,
        items=tuple(item for item in items if item.value),
        empty=tuple(item.label for item in items if not item.value),
        erased_on=_erased_on(row),
        held=not holds.isdisjoint(retention.hold_subjects(row)),
        parts=parts,
    )


def _items(row: Any, through: str) -> Iterator[Item]:
    classed = classes_of(type(row))
    for field in row._meta.concrete_fields:
        if field.name in TECHNICAL or field.name == through or field.primary_key:
            continue
        label = WORDS.get(field.name, capfirst(str(field.verbose_name).replace("_", " ")))
        if classed[field.name] is FieldClass.SECRET or isinstance(field, models.BinaryField):
            yield Item(label, SEALED)
        else:
            yield Item(label, _value(row, field))
    for label, value in getattr(row, "told_beside", ()):
        yield Item(label, value)


def _value(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    if value is None or value in ("", [], {}) or (isinstance(value, str) and value in UNKNOWN):
        return ""
    if isinstance(value, Account):
        return value.audit_name
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return in_words(value)


def in_words(value: Any) -> str:
    """A value as it is read out: dates as people write them, yes and no, lists and pairs on one line."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):
        return clock.format_moment(value)
    if isinstance(value, dt.date):
        return clock.format_date(value)
    if isinstance(value, dict):
        return "; ".join(f"{str(key).replace('_', ' ')}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(item) for item in value)
    return "nothing" if value is None or value == "" else str(value)


def _erased_on(row: Any) -> dt.date | None:
    days = []
    for rule in retention_of(type(row)).values():
        if rule.exempt and type(row)._default_manager.filter(pk=row.pk, **rule.exempt).exists():
            continue
        counted: Any = row
        for name in rule.counted_from.split("__"):
            counted = getattr(counted, name, None)
        if counted is not None:
            day = clock.local(counted).date() if isinstance(counted, dt.datetime) else counted
            days.append(rule.erased_on(day))
    return min(days, default=None)


def looks(holdings: list[Holding]) -> list[Event]:
    """Every act on the trail that names one of these records, the oldest first: who made, changed, read or passed them on."""
    references = {part.reference for holding in holdings for part in holding.walk()}
    found = []
    names = sorted(references)
    for start in range(0, len(names), 500):
        found += list(Event.objects.filter(subject__in=names[start : start + 500]))
    return sorted(found, key=lambda event: event.number)
