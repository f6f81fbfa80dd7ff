"""Privacy classes: what kind of data every field of every table holds, and how long it is kept.

Each model has an inner ``class Privacy`` with one entry per class that it uses::

    class Privacy:
        internal = ("id", "created_at", "kind")
        special = ("age", "self_defined_ethnicity")
        retention = {"special": Retention(years=7, counted_from="occurred_at")}

A field that no entry names fails a test (default: refuse), and so does a field named twice.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any


class FieldClass(enum.StrEnum):
    """How closely a field is held, from the open to the closed."""

    PUBLIC = "public"  # may go to the published store
    INTERNAL = "internal"  # work of the partnership, about nobody
    PERSONAL = "personal"  # about an adult: staff, a parent, an author
    SPECIAL = "special"  # about a child; or ethnicity, SEND, health of anyone
    SECRET = "secret"  # noqa: S105 - keys, tokens, passwords


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the fields of a class are kept, and from when it counts.

    ``counted_from`` is a date or moment field of the same model, or of the record that it belongs to (``report__created_at``);
    ``days`` and ``years`` add up.
    """

    counted_from: str
    days: int = 0
    years: int = 0


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
