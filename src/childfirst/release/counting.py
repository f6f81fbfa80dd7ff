"""From results to the tables of counts that the disclosure engine takes, and what it must know of their records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from childfirst.engines.disclosure import CountTable, PublishedCell
from childfirst.measures.definition import Breakdown
from childfirst.measures.results import COUNT, CompletenessResult, MeasureResult
from childfirst.shared.errors import UserError

MONTH = "month"

Limits = Mapping[str, Mapping[str, frozenset[str]]]
"""Table -> field -> the codes to which its records are restricted, for the fields where that is not all of them."""


@dataclass(frozen=True)
class PastTable:
    """A table that was published before, as an attacker holds it.

    ``scope`` has the fields to which its records are restricted, but for the months, which each cell names. ``release`` is its
    release's key, ``kind`` that of the facts counted; ``corrected`` says that its figures were wrong (``ledger.py`` tells how its cells are then to be read).
    """

    release: str
    kind: str
    name: str
    dimensions: tuple[str, ...]
    scope: Mapping[str, frozenset[str]]
    cells: tuple[PublishedCell, ...]
    corrected: bool = False


def by_kind(results: Sequence[MeasureResult]) -> dict[str, list[MeasureResult]]:
    """Results by the kind of facts that they count: records of different kinds have nothing to do with each other."""
    found: dict[str, list[MeasureResult]] = {}
    for result in results:
        found.setdefault(result.definition.facts, []).append(result)
    return found


def completeness_name(result: MeasureResult, part: CompletenessResult) -> str:
    """Name of a completeness table: ``child-search-outcomes-age-band-by-month``."""
    return f"{result.definition.id}-{part.plan.field}-by-{part.plan.by}".replace("_", "-")


def count_tables(results: Sequence[MeasureResult], history: Sequence[PastTable] = ()) -> list[CountTable]:
    """Every table of the results as the engine takes it; a breakdown has the same categories in all of them.

    A category that an earlier release had and that no record has now stays in the table, as a true zero: without it, the totals
    of then and now would not be known to be of the same categories. Raises UserError when two measures fold the same field differently: their tables could not be linked.
    """
    _check_folds(results)
    tested = _tested(results)
    domains: dict[str, set[str]] = {}
    for past in history:
        for cell in past.cells:
            for name, codes in cell.codes().items():
                if name in past.dimensions and name != MONTH and len(codes) == 1:
                    domains.setdefault(name, set()).update(codes)
    for table in _raw_tables(results):
        for name, found in table.codes.items():
            domains.setdefault(name, set(tested.get(name, ()))).update(found)
    for result in results:
        domains[result.definition.answers.field].update(result.definition.headline)
    return [
        CountTable.from_records(
            table.cells,
            table.dimensions,
            table.name,
            domains={name: sorted(domains[name]) for name in table.dimensions},
            hierarchies=table.hierarchies,
            scope=_full_scope(table, tested),
            count=COUNT,
        )
        for table in _raw_tables(results)
    ]


def restrictions(results: Sequence[MeasureResult]) -> Limits:
    """Of each table the fields to which its records are restricted, where that is not every code that the facts have."""
    tested = _tested(results)
    return {
        table.name: {
            name: frozenset(codes)
            for name, codes in table.scope.items()
            if name != MONTH and set(codes) != tested.get(name)
        }
        for table in _raw_tables(results)
    }


def _tested(results: Sequence[MeasureResult]) -> dict[str, set[str]]:
    tested: dict[str, set[str]] = {}
    for result in results:
        for field, codes in result.codes.items():
            tested.setdefault(field, set()).update(codes)
    return tested


@dataclass(frozen=True)
class _Raw:
    name: str
    dimensions: tuple[str, ...]
    cells: Any
    hierarchies: Mapping[str, Mapping[str, str]]
    scope: Mapping[str, tuple[str, ...]]

    @property
    def codes(self) -> dict[str, list[str]]:
        return {name: self.cells.column(name).unique().to_pylist() for name in self.dimensions}


def _raw_tables(results: Sequence[MeasureResult]) -> Iterable[_Raw]:
    for result in results:
        plan = result.definition
        yield _Raw(
            plan.id,
            tuple(breakdown.field for breakdown in plan.dimensions),
            result.cells,
            {b.field: _used(b, result) for b in plan.dimensions if b.parents},
            _with_months(result, result.scope, [b.field for b in plan.dimensions]),
        )
        for part, scope in zip(result.completeness, result.completeness_scope, strict=True):
            dimensions = (part.plan.by, part.plan.field)
            yield _Raw(
                completeness_name(result, part), dimensions, part.table, {}, _with_months(result, scope, dimensions)
            )


def _used(breakdown: Breakdown, result: MeasureResult) -> dict[str, str]:
    found = set(result.cells.column(breakdown.field).unique().to_pylist())
    return {child: parent for child, parent in breakdown.parents.items() if child in found}


def _with_months(
    result: MeasureResult, scope: Mapping[str, tuple[str, ...]], dimensions: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """A table that is not broken down by month covers the months of the release and no others."""
    return dict(scope) if "month" in dimensions else {**scope, "month": result.months}


def _full_scope(table: _Raw, tested: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """The scope with every field that any table restricts: a table that does not restrict it covers all of its codes.

    Without this, a table of all encounters and a table of searches would look as if they counted the same records.
    """
    everything = {field: tuple(sorted(codes)) for field, codes in tested.items() if field not in table.dimensions}
    return {**everything, **table.scope}


def _check_folds(results: Sequence[MeasureResult]) -> None:
    folds: dict[str, tuple[str, Mapping[str, str]]] = {}
    for result in results:
        plan = result.definition
        uses = [(b.field, b.fold) for b in plan.dimensions]
        uses += [(table.field, table.fold) for table in plan.completeness] + [
            (table.by, {}) for table in plan.completeness
        ]
        for field, fold in uses:
            name, first = folds.setdefault(field, (plan.id, fold))
            if dict(first) != dict(fold):
                raise UserError(
                    f"The measures {name} and {plan.id} put the categories of {field} together differently, so they cannot "
                    "be in one release."
                )
