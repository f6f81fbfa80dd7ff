"""Two releases side by side: which of their tables can be compared, and what is different in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from childfirst.public import queries
from childfirst.published.comparing import Change, Comparison, Difference, Side, compare
from childfirst.published.queries import ReleaseEntry

HEADER = (
    "table", "row", "change", "old_count", "old_status", "old_denominator", "old_denominator_status", "old_rate",
    "new_count", "new_status", "new_denominator", "new_denominator_status", "new_rate", "count_difference", "rate_difference",
)  # fmt: skip


@dataclass(frozen=True)
class TablePair:
    """A table that both releases have."""

    name: str
    title: str
    comparison: Comparison

    @property
    def summary(self) -> list[tuple[str, int]]:
        """What happened to how many rows, in words; nothing that did not happen."""
        words = {
            Change.SAME: "the same",
            Change.DIFFERENT: "different",
            Change.NEWLY_HIDDEN: "newly hidden",
            Change.NEWLY_SHOWN: "newly shown",
            Change.ADDED: "new",
            Change.GONE: "no longer there",
        }
        return [(words[change], number) for change, number in self.comparison.tally.items() if number]


@dataclass(frozen=True)
class Beside:
    """Two releases, the older first. ``same_period``: the same months, so that a difference is a revision."""

    old: ReleaseEntry
    new: ReleaseEntry
    tables: tuple[TablePair, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    @property
    def same_period(self) -> bool:
        return bool(self.old.months) and self.old.months == self.new.months


def beside(old: str, new: str) -> Beside | None:
    """The two releases; None where one of them is unknown or was withdrawn."""
    first, second = queries.release(old), queries.release(new)
    if first is None or second is None or first.entry.is_withdrawn or second.entry.is_withdrawn:
        return None
    then = {table.name: table.title for table in first.tables}
    now = {table.name: table.title for table in second.tables}
    return Beside(
        first.entry,
        second.entry,
        tuple(
            TablePair(name, title, found)
            for name, title in now.items()
            if name in then and (found := _compared(old, new, name)) is not None
        ),
        tuple(title for name, title in then.items() if name not in now),
        tuple(title for name, title in now.items() if name not in then),
    )


@lru_cache(maxsize=8)
def _of(old_id: str, new_id: str, old: str, new: str, name: str) -> Comparison | None:
    before, after = queries.table(old, name), queries.table(new, name)
    if before is None or after is None:
        return None
    return compare(before.columns, before.rows, after.columns, after.rows)


def _compared(old: str, new: str, name: str) -> Comparison | None:
    before, after = queries.table(old, name), queries.table(new, name)
    return None if before is None or after is None else _of(before.id, after.id, old, new, name)


def as_csv(found: Beside) -> str:
    """Every row of every table that both have, with both states and what happened."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for pair in found.tables:
        for row in pair.comparison.rows:
            writer.writerow(_line(pair.name, row))
    return out.getvalue()


def _line(name: str, row: Difference) -> Iterator[object]:
    yield name
    yield "/".join(row.codes)
    yield row.change.value
    for side in (row.old, row.new):
        yield from _side(side)
    yield "" if row.by is None else row.by
    yield "" if row.rate_by is None else f"{row.rate_by:.6f}"


def _side(side: Side | None) -> Iterator[object]:
    if side is None:
        yield from [""] * 5
        return
    for value in (side.count, side.status, side.denominator, side.denominator_status):
        yield "" if value is None else value
    yield "" if side.rate is None else f"{side.rate:.6f}"
