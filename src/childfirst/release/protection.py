"""From raw results to tables that are safe to publish. Only this module hands raw counts to the disclosure engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from childfirst.engines.disclosure import (
    TOTAL,
    AuditResult,
    CountTable,
    Protection,
    PublishedCell,
    Rule,
    SafeCell,
    SafeTable,
    Status,
    audit,
    protect,
)
from childfirst.engines.estimation import wilson
from childfirst.measures.definition import Breakdown
from childfirst.measures.results import COUNT, CompletenessResult, MeasureResult
from childfirst.measures.vocabulary import UNKNOWN
from childfirst.published.documents import Column
from childfirst.release import linking
from childfirst.release.vocabulary import NOT_APPLICABLE, NOT_KNOWN, PUBLIC_STATUS, SHOWN
from childfirst.shared.errors import UserError

DECIMALS = 6
"""Rates and bounds are published with six decimals, so that the bytes do not depend on the machine's last bits."""


@dataclass(frozen=True)
class PublicTable:
    """A table as it will be published: what it is, its columns, and rows in which nothing hidden is left."""

    name: str
    measure: str
    title: str
    description: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Part:
    """Tables that were protected together: their names, the protection, and what the attack on it found."""

    names: tuple[str, ...]
    protection: Protection
    attack: AuditResult


@dataclass(frozen=True)
class Protected:
    """All tables of a release, the parts in which they were protected, and tables that had to be left out with the reason."""

    tables: tuple[PublicTable, ...]
    parts: tuple[Part, ...]
    rule: Rule
    left_out: Mapping[str, str]
    ledger_cells: int

    def safe(self, name: str) -> SafeTable:
        """The protected cells of a table. Raises KeyError for a table that is not in the release."""
        for part in self.parts:
            if name in part.names:
                return part.protection[name]
        raise KeyError(name)


def protect_results(
    results: Sequence[MeasureResult], ledger: Mapping[str, Sequence[PublishedCell]] | None = None
) -> Protected:
    """Protect all tables of all measures, attack them, and lay them out for the public.

    ``ledger`` holds what was published before about the same facts, by name of the table. A completeness table that cannot be
    kept apart from the others safely, or not be protected beside them, is left out. Raises UserError when the attack finds a breach, when a cell could not be
    proved safe, or when two measures cannot be kept apart: there is no way around it.
    """
    rule = Rule(threshold=max(result.definition.minimum_count for result in results))
    measures = {result.definition.id for result in results}
    tables = count_tables(results)
    left_out: dict[str, str] = {}
    while True:
        groups, obstacles = linking.group(tables, rule)
        if not obstacles:
            break
        first = obstacles[0]
        drop = next((name for name in first.tables if name not in measures), None)
        if drop is None:
            raise UserError(
                f"The release was refused: {first.tables[0]} and {first.tables[1]} cannot be published together, because "
                f"{first.reason} ({first.where}). Choose a longer period."
            )
        left_out[drop] = f"{first.reason[0].upper()}{first.reason[1:]} ({first.where})."
        tables = [table for table in tables if table.name != drop]
    past = {name: tuple(cells) for name, cells in (ledger or {}).items()}
    parts = []
    for group in groups:
        try:
            parts.append(_protect_group(group, rule, past))
        except UserError:
            if measures & set(group.names):
                raise
            left_out |= dict.fromkeys(
                group.names, "Its small counts could be worked out from the release's other tables."
            )
    safe = {name: part.protection[name] for part in parts for name in part.names}
    laid_out: list[PublicTable] = []
    for result in results:
        laid_out.append(rate_table(safe[result.definition.id], result))
        for piece in result.completeness:
            name = completeness_name(result, piece)
            if name in safe:
                laid_out.append(completeness_table(safe[name], result, piece))
    laid_out.sort(key=lambda table: table.name)
    used = sum(len(past.get(name, ())) for name in safe)
    return Protected(tuple(laid_out), tuple(parts), rule, left_out, used)


def _protect_group(group: linking.Group, rule: Rule, past: Mapping[str, Sequence[PublishedCell]]) -> Part:
    ledger = [*group.fixed.values(), *(cell for name in group.names for cell in past.get(name, ()))]
    protection = protect(group.tables, rule, ledger)
    attack = audit(protection, exact=False)
    refuse_breaches(protection, attack)
    return Part(group.names, protection, attack)


def refuse_breaches(protection: Protection, attack: AuditResult) -> None:
    """Raise UserError unless the attack failed on every hidden cell and every cell was proved safe."""
    if not attack.safe:
        first = attack.breaches[0]
        raise UserError(
            f"The release was refused: the attack on the protected tables found {len(attack.breaches)} breaches, the first in "
            f"{first.table} at {' / '.join(first.codes)}: {first.reason}"
        )
    if not protection.proved:
        raise UserError(
            "The release was refused: not every small count could be proved safe, or one is already public."
        )


def completeness_name(result: MeasureResult, part: CompletenessResult) -> str:
    """Name of a completeness table: ``child-search-outcomes-age-band-by-month``."""
    return f"{result.definition.id}-{part.plan.field}-by-{part.plan.by}".replace("_", "-")


def count_tables(results: Sequence[MeasureResult]) -> list[CountTable]:
    """Every table of the results as the engine takes it; a breakdown has the same categories in all of them.

    Raises UserError when two measures fold the same field differently: their tables could not be linked.
    """
    _check_folds(results)
    tested: dict[str, set[str]] = {}
    for result in results:
        for field, codes in result.codes.items():
            tested.setdefault(field, set()).update(codes)
    domains: dict[str, set[str]] = {}
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


def rate_table(safe: SafeTable, result: MeasureResult) -> PublicTable:
    """The table of a measure: for every margin of the breakdowns and every answer the count, its base, the share and interval.

    Rates and intervals are worked out from shown cells alone: nothing that is hidden reaches this function.
    """
    plan = result.definition
    order = {name: {code: i for i, code in enumerate((TOTAL, *codes))} for name, codes in result.labels.items()}
    cells = sorted(
        (cell for cell in safe.cells if cell.codes[-1] != TOTAL),
        key=lambda cell: [
            order[d].get(code, len(order[d])) for d, code in zip(safe.dimensions, cell.codes, strict=True)
        ],
    )
    bases = [safe[(*cell.codes[:-1], TOTAL)] for cell in cells]
    rows = _rows(safe, cells, bases)
    columns = [_dimension(b, result.labels[b.field], with_total=b is not plan.answers) for b in plan.dimensions]
    return PublicTable(
        name=plan.id,
        measure=plan.id,
        title=plan.title,
        description=f"{plan.what} Counted: {plan.denominator.says}. The headline: {plan.numerator.says}.",
        source="; ".join(plan.sources),
        columns=(*columns, *_RATE_COLUMNS),
        rows=tuple(rows),
    )


def _rows(safe: SafeTable, cells: Sequence[SafeCell], bases: Sequence[SafeCell]) -> list[tuple[Any, ...]]:
    """Rows of a public table. Where the answer is unknown on every record of a row's base, the other answers are not known:
    a zero there would look like a true one. Both numbers are shown, so this gives nothing away.
    """
    blind = {
        cell.codes[:-1]
        for cell, base in zip(cells, bases, strict=True)
        if cell.codes[-1] == UNKNOWN and cell.count and cell.count == base.count
    }
    rows: list[tuple[Any, ...]] = []
    for cell, base, rate in zip(cells, bases, _rates(cells, bases), strict=True):
        total = (base.count, PUBLIC_STATUS[base.status])
        if cell.codes[:-1] in blind and cell.codes[-1] != UNKNOWN:
            rows.append((*cell.codes, None, NOT_KNOWN, *total, None, NOT_KNOWN, None, None))
        else:
            rows.append((*cell.codes, cell.count, PUBLIC_STATUS[cell.status], *total, *rate))
    return rows


def _rates(cells: Sequence[SafeCell], bases: Sequence[SafeCell]) -> list[tuple[Any, str, Any, Any]]:
    """Rate, its status, and the Wilson interval at 95 %, for pairs of cells of which both are shown."""
    counts = np.array([cell.count if cell.count is not None else -1 for cell in cells], np.float64)
    totals = np.array([base.count if base.count is not None else -1 for base in bases], np.float64)
    shown = (counts >= 0) & (totals > 0)
    low, high = wilson(counts[shown], totals[shown], level=0.95)
    values = iter(
        zip(
            np.round(counts[shown] / totals[shown], DECIMALS).tolist(),
            np.round(low, DECIMALS).tolist(),
            np.round(high, DECIMALS).tolist(),
            strict=True,
        )
    )
    found: list[tuple[Any, str, Any, Any]] = []
    for is_shown, total in zip(shown.tolist(), totals.tolist(), strict=True):
        if is_shown:
            rate, lower, upper = next(values)
            found.append((rate, SHOWN, lower, upper))
        else:
            found.append((None, NOT_APPLICABLE if total == 0 else PUBLIC_STATUS[Status.HIDDEN_PRIMARY], None, None))
    return found


def completeness_table(safe: SafeTable, result: MeasureResult, part: CompletenessResult) -> PublicTable:
    """Counts by month (or another field) and by what is known of a field, with their share of the row's total."""
    from childfirst.measures.labels import labels_for

    plan = part.plan
    by_codes = {code for code in (cell.codes[0] for cell in safe.cells) if code != TOTAL}
    field_codes = {code for code in (cell.codes[1] for cell in safe.cells) if code != TOTAL}
    labels = {
        plan.by: result.labels.get(plan.by) or labels_for({}, "months" if plan.by == "month" else "", by_codes),
        plan.field: labels_for(plan.labels, plan.labels_from, field_codes),
    }
    order = {name: {code: i for i, code in enumerate((TOTAL, *codes))} for name, codes in labels.items()}
    cells = sorted(
        (cell for cell in safe.cells if cell.codes[1] != TOTAL),
        key=lambda cell: (order[plan.by][cell.codes[0]], order[plan.field][cell.codes[1]]),
    )
    bases = [safe[(cell.codes[0], TOTAL)] for cell in cells]
    rows = _rows(safe, cells, bases)
    by = Breakdown(plan.by, plan.by.replace("_", " ").capitalize())
    field = Breakdown(plan.field, plan.field.replace("_", " ").capitalize())
    return PublicTable(
        name=safe.name,
        measure=result.definition.id,
        title=plan.title,
        description=plan.says,
        source="; ".join(result.definition.sources),
        columns=(
            _dimension(by, labels[plan.by], with_total=True),
            _dimension(field, labels[plan.field], with_total=False),
            *_RATE_COLUMNS,
        ),
        rows=tuple(rows),
    )


def _dimension(breakdown: Breakdown, labels: Mapping[str, str], *, with_total: bool) -> Column:
    wording = {**({TOTAL: breakdown.total} if with_total else {}), **labels}
    return Column(
        name=breakdown.field,
        title=breakdown.title,
        role="dimension",
        labels=wording,
        total=TOTAL if with_total else "",
        description="“Not recorded” is a category of its own." if "not_recorded" in labels else "",
    )


_STATUS_LABELS = {
    "shown": "Shown",
    "hidden": "Hidden to protect people",
    "zero": "None",
    "not_known": "Not known: it is not recorded for anyone in this row",
}
_RATE_STATUS_LABELS = {
    "shown": "Shown",
    "hidden": "Not worked out: one of its counts is hidden",
    "not_known": "Not known: it is not recorded for anyone in this row",
    "not_applicable": "Not applicable: there is nothing to share out",
}

_RATE_COLUMNS = (
    Column("count", "Number", "count", "Empty where it is hidden. A hidden number is never zero."),
    Column(
        "status",
        "Status of the number",
        "status",
        "Whether the number is shown, hidden, truly none, or not known.",
        _STATUS_LABELS,
    ),
    Column("denominator", "Out of", "denominator", "All records of the row, whatever the answer. Empty where hidden."),
    Column("denominator_status", "Status of the total", "denominator_status", "", _STATUS_LABELS),
    Column("rate", "Share", "rate", "Number divided by total, from 0 to 1, from shown numbers only."),
    Column("rate_status", "Status of the share", "rate_status", "", _RATE_STATUS_LABELS),
    Column("lower", "Lower bound", "lower", "Lower end of the Wilson interval at 95 per cent."),
    Column("upper", "Upper bound", "upper", "Upper end of the Wilson interval at 95 per cent."),
)
