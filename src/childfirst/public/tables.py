"""A published table as pages read it: dimensions, values, and what stands where there is no number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from childfirst.design.charts.data import Cell
from childfirst.published.documents import Column
from childfirst.shared import clock

DIMENSION = "dimension"
NOT_RECORDED = "not_recorded"
NOT_APPLICABLE = "not_applicable"
VALUE_ROLES = ("count", "denominator", "rate")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def label(column: Column, code: str) -> str:
    """The wording of a code: its label, a month as people write it, or the code itself."""
    if code in column.labels:
        return column.labels[code]
    if column.total and code == column.total:
        return "All"
    if _MONTH.fullmatch(code):
        return clock.format_month(code)
    return code


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a code for each dimension, and its values as cells (percentages run from 0 to 100)."""

    codes: Mapping[str, str]
    count: Cell
    denominator: Cell
    rate: Cell


@dataclass(frozen=True)
class PublishedTable:
    """A dataset of a release. ``scale`` turns its rates into what people read: 100 for shares of one."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    scale: float = 1.0

    @cached_property
    def dimensions(self) -> tuple[Column, ...]:
        """The columns that say what a row is about."""
        return tuple(column for column in self.columns if column.role == DIMENSION)

    def dimension(self, name: str) -> Column | None:
        """The dimension of that name, or None."""
        return next((column for column in self.dimensions if column.name == name), None)

    def value_column(self, role: str) -> Column | None:
        """The first column of a role (count, denominator, rate), or None."""
        return next((column for column in self.columns if column.role == role), None)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every row, in the order in which the release gives it."""
        places = {column.name: place for place, column in enumerate(self.columns)}
        dimensions = [(column.name, places[column.name]) for column in self.dimensions]
        readers = {role: self._reader(role) for role in VALUE_ROLES}
        return tuple(
            Line({name: str(row[place]) for name, place in dimensions}, *(readers[role](row) for role in VALUE_ROLES))
            for row in self.rows
        )

    def _reader(self, role: str) -> Callable[[Sequence[Any]], Cell]:
        place = self._place(role)
        if place is None:
            return lambda row: Cell.unknown()
        status = self._place("denominator_status" if role == "denominator" else "status")
        below = self._place("denominator_status") if role == "rate" else None
        own = self._place("rate_status") if role == "rate" else None
        low, high = (self._place("lower"), self._place("upper")) if role == "rate" else (None, None)
        scale = self.scale if role == "rate" else 1.0
        of = self._place("denominator")

        def read(row: Sequence[Any]) -> Cell:
            if any(at is not None and str(row[at] or "").startswith("hidden") for at in (own, status, below)):
                return Cell.hidden()
            value = row[place]
            if value is None or isinstance(value, str):
                nothing = role == "rate" and (
                    (own is not None and row[own] == NOT_APPLICABLE) or (of is not None and row[of] == 0)
                )
                return Cell.no_cases() if nothing else Cell.unknown()
            if low is None or high is None or row[low] is None or row[high] is None:
                return Cell.of(value * scale)
            return Cell.of(value * scale, row[low] * scale, row[high] * scale)

        return read

    def _place(self, role: str) -> int | None:
        return next((place for place, column in enumerate(self.columns) if column.role == role), None)

    @cached_property
    def _codes(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {column.name: {} for column in self.dimensions}
        for line in self.lines:
            for name, code in line.codes.items():
                found[name][code] = None
        ordered: dict[str, tuple[str, ...]] = {}
        for column in self.dimensions:
            present = found[column.name]
            named = [code for code in column.labels if code in present]
            others = sorted(code for code in present if code not in column.labels)
            if _are_months(present, column.total):
                named, others = sorted(filter(is_month, present)), [code for code in present if not is_month(code)]
            all_codes = [*named, *others]
            ordered[column.name] = tuple(code for code in all_codes if code != column.total)
        return ordered

    def codes(self, dimension: str) -> tuple[str, ...]:
        """The codes of a dimension in their order, without the one that stands for all of them."""
        return self._codes[dimension]

    def has_total(self, dimension: str) -> bool:
        """Whether there are rows for all values of the dimension together."""
        column = self.dimension(dimension)
        return bool(column and column.total) and any(line.codes[dimension] == column.total for line in self.lines)  # type: ignore[union-attr]

    def is_months(self, dimension: str) -> bool:
        """Whether the codes of the dimension are months."""
        column = self.dimension(dimension)
        return column is not None and _are_months(self.codes(dimension), column.total)

    @cached_property
    def _by_codes(self) -> dict[tuple[str, ...], Line]:
        names = [column.name for column in self.dimensions]
        return {tuple(line.codes[name] for name in names): line for line in self.lines}

    def wording(self, dimension: str, code: str) -> str:
        """The wording of a code of a dimension."""
        column = self.dimension(dimension)
        return code if column is None else label(column, code)

    def at(self, codes: Mapping[str, str]) -> Line | None:
        """The row with exactly these codes (one for each dimension), or None."""
        return self._by_codes.get(tuple(codes.get(column.name, "") for column in self.dimensions))

    def where(self, fixed: Mapping[str, str], without_totals: Sequence[str] = ()) -> Iterator[Line]:
        """Rows that have these codes; the dimensions in ``without_totals`` not at their total."""
        totals = {name: column.total for name in without_totals if (column := self.dimension(name))}
        for line in self.lines:
            if all(line.codes.get(name) == code for name, code in fixed.items()) and not any(
                total and line.codes[name] == total for name, total in totals.items()
            ):
                yield line

    def period(self) -> str:
        """The months that the table covers, as people say it: ``May 2018 to July 2018``; empty when it has no months."""
        for column in self.dimensions:
            codes = [code for code in self.codes(column.name) if is_month(code)]
            if codes and self.is_months(column.name):
                first, last = clock.format_month(codes[0]), clock.format_month(codes[-1])
                return first if first == last else f"{first} to {last}"
        return ""


def _are_months(codes: Iterable[str], total: str) -> bool:
    inner = [code for code in codes if code not in (total, NOT_RECORDED)]
    return bool(inner) and all(map(is_month, inner))


def is_month(code: str) -> bool:
    """Whether a code is a month such as ``2018-05``."""
    return _MONTH.fullmatch(code) is not None
