"""Tables of counts as they come to be protected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from childfirst.shared.errors import UserError

from .rule import TOTAL


@dataclass(frozen=True)
class CountTable:
    """Counts of the same records by one or more breakdowns.

    name
        Unique within the publication.
    dimensions
        Names of the breakdowns, in the order in which crossings are keyed. The same name in two tables means the same
        breakdown of the same records.
    counts
        Inner cells: crossing (one code per dimension) -> count. A crossing inside the domain that is missing is a true
        zero; an unknown count has no place here.
    domains
        Dimension -> every code it may take. Default: the codes that occur.
    hierarchies
        Dimension -> {child: parent}, of any depth (ward -> borough -> force). Each parent is published as a subtotal.
    margins
        Which margins are published, each as the dimensions it keeps: ``[("borough",), ()]`` publishes borough totals
        and the grand total. Default: every margin of every order. The inner cells are always published.
    scope
        What the records are restricted to, for breakdowns the table does not show: ``{"month": ("2026-01", ...)}``.
        Lets the ledger's cells for other periods be told apart from this table's.
    contributions
        Inner crossing -> respondent (a school, an organisation) -> its part of the figure, in whole units (pence, not
        pounds). Where given, the parts of a crossing add up to its count.
    """

    name: str
    dimensions: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]
    domains: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hierarchies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    margins: Iterable[Iterable[str]] | None = None
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)
    contributions: Mapping[tuple[str, ...], Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "dimensions", tuple(self.dimensions))
        if not self.dimensions or len(set(self.dimensions)) != len(self.dimensions):
            raise UserError(f"Table {self.name}: it needs at least one breakdown, each named once.")
        for name in (*self.domains, *self.hierarchies):
            if name not in self.dimensions:
                raise UserError(f"Table {self.name} says something about {name}, which is not one of its breakdowns.")
        self._check_counts()
        self._check_contributions()
        set_(self, "domains", {name: self._domain(axis, name) for axis, name in enumerate(self.dimensions)})
        set_(self, "hierarchies", {k: dict(sorted(v.items())) for k, v in sorted(self.hierarchies.items()) if v})
        set_(self, "scope", {k: tuple(sorted(set(v))) for k, v in sorted(self.scope.items())})
        for name in self.scope:
            if name in self.dimensions:
                raise UserError(f"Table {self.name}: {name} is a breakdown and cannot be its scope as well.")
        for name, parents in self.hierarchies.items():
            self._check_hierarchy(name, parents)
        if self.margins is not None:
            kept = {frozenset(margin) for margin in self.margins}
            unknown = {name for margin in kept for name in margin} - set(self.dimensions)
            if unknown:
                raise UserError(f"Table {self.name}: a margin names {sorted(unknown)[0]}, which is not a breakdown.")
            set_(self, "margins", frozenset(kept))

    def _check_counts(self) -> None:
        for crossing, count in self.counts.items():
            if len(crossing) != len(self.dimensions):
                raise UserError(f"Table {self.name}: {crossing!r} does not name one category for each breakdown.")
            if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0:
                raise UserError(
                    f"Table {self.name}: the count at {' / '.join(map(str, crossing))} is {count!r}; counts are whole "
                    "numbers, and an unknown count is not zero."
                )

    def _check_contributions(self) -> None:
        if not self.contributions:
            return
        for crossing in {*self.contributions, *self.counts}:
            parts = self.contributions.get(crossing, {})
            wrong = any(isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0 for n in parts.values())
            if wrong or sum(parts.values()) != self.counts.get(crossing, 0):
                raise UserError(
                    f"Table {self.name}: the contributions at {' / '.join(map(str, crossing))} must be whole numbers, "
                    f"none negative, that add up to its figure of {self.counts.get(crossing, 0)}."
                )

    def _domain(self, axis: int, name: str) -> tuple[str, ...]:
        seen = {crossing[axis] for crossing in self.counts}
        declared = self.domains.get(name)
        codes = seen if declared is None else set(declared)
        if not codes:
            raise UserError(f"Table {self.name}: the breakdown {name} has no category.")
        for code in codes | seen:
            if not isinstance(code, str) or not code.strip():
                raise UserError(
                    f"Table {self.name}: {name} has rows without a category; give them one, for example “not recorded”."
                )
            if code.strip().casefold() == TOTAL.casefold():
                raise UserError(f"Table {self.name}: {name} has a category called {code!r}, which is kept for margins.")
        outside = seen - codes
        if outside:
            raise UserError(f"Table {self.name}: {name} has the category {min(outside)!r}, which its domain lacks.")
        return tuple(sorted(codes))

    def _check_hierarchy(self, name: str, parents: Mapping[str, str]) -> None:
        domain = set(self.domains[name])
        for child, parent in parents.items():
            if TOTAL.casefold() in (child.casefold(), parent.casefold()):
                raise UserError(
                    f"Table {self.name}: the hierarchy of {name} uses {TOTAL!r}, which is kept for margins."
                )
            if parent in domain:
                raise UserError(f"Table {self.name}: {name} counts {parent!r} beside {child!r}, which is part of it.")
        for code in domain:
            seen = {code}
            while code in parents:
                code = parents[code]
                if code in seen:
                    raise UserError(f"Table {self.name}: the hierarchy of {name} goes in a circle at {code!r}.")
                seen.add(code)

    @classmethod
    def from_records(
        cls,
        records: pa.Table,
        dims: Sequence[str],
        name: str,
        *,
        domains: Mapping[str, Sequence[str]] | None = None,
        hierarchies: Mapping[str, Mapping[str, str]] | None = None,
        margins: Iterable[Iterable[str]] | None = None,
        scope: Mapping[str, Sequence[str]] | None = None,
        count: str | None = None,
    ) -> CountTable:
        """Count the rows of an Arrow table by ``dims`` (one row per record, or ``count`` names a column of counts).

        Raises UserError where a column is missing or a row has no category.
        """
        for column in [*dims, *([count] if count else [])]:
            if column not in records.column_names:
                raise UserError(f"Table {name}: the records have no column {column!r}.")
        keys = [records.column(d).cast(pa.string()) for d in dims]
        for dimension, column in zip(dims, keys, strict=True):
            if column.null_count:
                raise UserError(
                    f"Table {name}: {dimension} is empty in {column.null_count} rows; give them a category, "
                    "for example “not recorded”."
                )
        # Positional names: a breakdown may bear any name, even that of the counting column.
        keyed = pa.table(keys, names=[f"k{axis}" for axis in range(len(dims))])
        if count:
            weights = records.column(count)
            if weights.null_count:
                raise UserError(f"Table {name}: {weights.null_count} rows have no count; an unknown count is not zero.")
            if not pa.types.is_integer(weights.type):
                raise UserError(f"Table {name}: the column {count!r} does not hold whole numbers.")
            if len(weights) and min(weights.to_pylist()) < 0:
                raise UserError(f"Table {name}: the column {count!r} holds a negative count.")
            grouped = keyed.append_column("n", weights).group_by(keyed.column_names).aggregate([("n", "sum")])
            totals = grouped.column("n_sum").to_pylist()
        else:
            grouped = keyed.group_by(keyed.column_names).aggregate([([], "count_all")])
            totals = grouped.column("count_all").to_pylist()
        crossings = zip(*(grouped.column(k).to_pylist() for k in keyed.column_names), strict=True)
        return cls(
            name=name,
            dimensions=tuple(dims),
            counts=dict(zip(crossings, totals, strict=True)),
            domains=domains or {},
            hierarchies=hierarchies or {},
            margins=margins,
            scope=scope or {},
        )

    def levels(self, dimension: str) -> dict[str, tuple[str, ...]]:
        """Every code published for a dimension with the domain codes it adds up: categories, parents, then TOTAL."""
        domain = self.domains[dimension]
        parents = self.hierarchies.get(dimension, {})
        under: dict[str, list[str]] = {}
        for code in domain:
            above = parents.get(code)
            while above is not None:
                under.setdefault(above, []).append(code)
                above = parents.get(above)
        return {
            **{code: (code,) for code in domain},
            **{code: tuple(under[code]) for code in sorted(under)},
            TOTAL: tuple(domain),
        }

    def publishes(self, kept: frozenset[str]) -> bool:
        """Whether the margin that keeps exactly these dimensions is published."""
        return self.margins is None or len(kept) == len(self.dimensions) or kept in set(map(frozenset, self.margins))
