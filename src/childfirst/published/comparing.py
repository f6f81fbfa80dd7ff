"""What differs between two published tables, row by row. Pure: columns and rows in, differences out.

A row is known by its codes. Of each row both states are told, and what happened to it: its number was revised, hidden, shown
again, it is new, or it is gone. Between tables of different months the same row counts other people, so that a difference is
change over time and no revision; whoever shows it must say which of the two it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from childfirst.published.documents import Column


class Change(StrEnum):
    """What happened to a row from one table to the other."""

    SAME = "same"
    DIFFERENT = "different"
    NEWLY_HIDDEN = "newly_hidden"
    NEWLY_SHOWN = "newly_shown"
    ADDED = "added"
    GONE = "gone"


WORDING = {
    Change.SAME: "The same",
    Change.DIFFERENT: "Different",
    Change.NEWLY_HIDDEN: "Newly hidden",
    Change.NEWLY_SHOWN: "Newly shown",
    Change.ADDED: "New row",
    Change.GONE: "No longer there",
}


@dataclass(frozen=True, slots=True)
class Side:
    """A row's values in one of the tables; None where there is no number, ``*_status`` says why."""

    count: int | None
    status: str
    denominator: int | None
    denominator_status: str
    rate: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A row in both tables, or in one of them. ``by`` is the new number less the old, where both are shown."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    change: Change
    old: Side | None
    new: Side | None

    @property
    def wording(self) -> str:
        """What happened to the row, in words."""
        return WORDING[self.change]

    @property
    def by(self) -> int | None:
        if self.old is None or self.new is None or self.old.count is None or self.new.count is None:
            return None
        return self.new.count - self.old.count

    @property
    def rate_by(self) -> float | None:
        """The new share less the old, as a fraction, where both are shown."""
        if self.old is None or self.new is None or self.old.rate is None or self.new.rate is None:
            return None
        return self.new.rate - self.old.rate


@dataclass(frozen=True)
class Comparison:
    """All rows of two tables. ``dimensions`` are those of the newer one; ``comparable`` is False when the breakdowns differ."""

    dimensions: tuple[Column, ...]
    rows: tuple[Difference, ...]
    comparable: bool = True

    @property
    def tally(self) -> dict[Change, int]:
        """How many rows of each kind there are."""
        found = Counter(row.change for row in self.rows)
        return {change: found.get(change, 0) for change in Change}

    @property
    def changed(self) -> tuple[Difference, ...]:
        """The rows that are not the same, those with the largest difference first; then what was hidden, shown, added, gone."""
        order = list(Change)
        rows = [row for row in self.rows if row.change is not Change.SAME]
        return tuple(sorted(rows, key=lambda row: (order.index(row.change), -abs(row.by or 0))))

    def largest(self, most: int) -> tuple[Difference, ...]:
        """The rows whose numbers differ most."""
        rows = [row for row in self.rows if row.by]
        return tuple(sorted(rows, key=lambda row: -abs(row.by or 0))[:most])


def compare(
    old_columns: Sequence[Column],
    old_rows: Sequence[Sequence[Any]],
    new_columns: Sequence[Column],
    new_rows: Sequence[Sequence[Any]],
) -> Comparison:
    """Compare two tables by their dimensions' codes. Tables broken down otherwise are not compared."""
    dimensions = tuple(column for column in new_columns if column.role == "dimension")
    names = [column.name for column in dimensions]
    if names != [column.name for column in old_columns if column.role == "dimension"]:
        return Comparison(dimensions, (), comparable=False)
    before, after = dict(_sides(old_columns, old_rows)), dict(_sides(new_columns, new_rows))
    labels = _labels(old_columns, new_columns)
    rows = []
    for codes in [*after, *(codes for codes in before if codes not in after)]:
        old, new = before.get(codes), after.get(codes)
        said = tuple(labels[name].get(code, code) for name, code in zip(names, codes, strict=True))
        rows.append(Difference(codes, said, _change(old, new), old, new))
    return Comparison(dimensions, tuple(rows))


def _change(old: Side | None, new: Side | None) -> Change:
    if old is None:
        return Change.ADDED
    if new is None:
        return Change.GONE
    if (old.count, old.denominator) == (new.count, new.denominator) and old.status == new.status:
        return Change.SAME
    hidden_then, hidden_now = _hides(old), _hides(new)
    if hidden_now and not hidden_then:
        return Change.NEWLY_HIDDEN
    if hidden_then and not hidden_now:
        return Change.NEWLY_SHOWN
    return Change.DIFFERENT


def _hides(side: Side) -> bool:
    return side.status == "hidden"


def _sides(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Iterator[tuple[tuple[str, ...], Side]]:
    at = {column.role: place for place, column in reversed(list(enumerate(columns)))}
    keys = [place for place, column in enumerate(columns) if column.role == "dimension"]

    def value(row: Sequence[Any], role: str) -> Any:
        return row[at[role]] if role in at else None

    for row in rows:
        yield (
            tuple(str(row[place]) for place in keys),
            Side(
                value(row, "count"),
                str(value(row, "status") or ""),
                value(row, "denominator"),
                str(value(row, "denominator_status") or ""),
                value(row, "rate"),
            ),
        )


def _labels(*tables: Sequence[Column]) -> Mapping[str, Mapping[str, str]]:
    """Code -> wording of every dimension, the last table's wording first."""
    found: dict[str, dict[str, str]] = {}
    for columns in tables:
        for column in columns:
            if column.role == "dimension":
                found.setdefault(column.name, {}).update(column.labels)
    return found
