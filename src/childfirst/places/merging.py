"""How a new vintage of the register changes what is known of a school. Pure functions on plain values.

The rule: a value replaces another when the vintage that tells it is newer; a vintage that does not tell a field leaves
it alone. So the order in which vintages are brought in does not matter, and a slim one blanks nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from childfirst.places.layouts import NONE
from childfirst.places.rules import OPEN_STATUSES

POSITION = ("easting", "northing", "lon", "lat")
EMPTY: dict[str, Any] = {
    "name": "", "status": "", "opened_on": None, "closed_on": None, "establishment_type": "", "phase": "",
    "lowest_age": None, "highest_age": None, "gender": "", "religious_character": "", "street": "", "locality": "",
    "town": "", "county": "", "postcode": "", "la_code": "", "la_name": "", "position": None,
}  # fmt: skip
"""The fields that vintages tell, with their value for "not known". ``position`` is (easting, northing, lon, lat)."""


@dataclass
class State:
    """A school in the making: its values as told, the vintage that each comes from, when it was seen and when missed."""

    values: dict[str, Any] = field(default_factory=lambda: dict(EMPTY))
    known: dict[str, str] = field(default_factory=dict)
    seen_on: dt.date | None = None
    absent_on: dt.date | None = None

    def merge(self, told: Mapping[str, Any], as_of: dt.date) -> list[str]:
        """Take in what a vintage tells. Gives the fields in which it contradicts another vintage of the same date:
        there the value that came first stays."""
        contradicted = []
        day = as_of.isoformat()
        for name, value in told.items():
            before = self.known.get(name, "")
            new = EMPTY[name] if value is NONE else value
            if day > before:
                self.values[name] = new
                self.known[name] = day
            elif day == before and self.values[name] != new:
                contradicted.append(name)
        if self.seen_on is None or as_of > self.seen_on:
            self.seen_on = as_of
        if self.absent_on is not None and self.seen_on >= self.absent_on:
            self.absent_on = None
        return contradicted

    @property
    def closed_on(self) -> dt.date | None:
        """The closing date that holds: a school that a newer vintage shows open did not close on a past day that an
        older one told."""
        told: dt.date | None = self.values["closed_on"]
        said = self.known.get("status", "")
        outdated = self.known.get("closed_on", "") < said and told is not None and told.isoformat() < said
        return None if outdated and self.values["status"] in OPEN_STATUSES else told


@dataclass
class Sighting:
    """A name with its times, as SchoolName keeps it."""

    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    first_seen: dt.date | None = None
    last_seen: dt.date | None = None
    source: str = ""

    def see(self, as_of: dt.date) -> None:
        """The name stood in a vintage as the current one."""
        self.first_seen = min(self.first_seen or as_of, as_of)
        self.last_seen = max(self.last_seen or as_of, as_of)


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in nothing but letter case, spaces and punctuation."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold().replace("&", "and") if letter.isalnum())
