"""From raw results to tables that are safe to publish. Only this module hands raw counts to the disclosure engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from childfirst.engines.disclosure import (
    TOTAL,
    AuditResult,
    CountTable,
    Protection,
    PublishedCell,
    Rule,
    SafeTable,
    audit,
    protect,
)
from childfirst.measures.definition import Definition
from childfirst.measures.results import MeasureResult
from childfirst.published.documents import Column
from childfirst.release import linking
from childfirst.release.counting import (
    MONTH,
    Limits,
    PastTable,
    by_kind,
    completeness_name,
    count_tables,
    restrictions,
)  # fmt: skip
from childfirst.shared.errors import UserError

MOST_PAST_CELLS = 8_000
"""Cells of earlier releases that are attacked together with one group of tables: beyond, memory would not do."""
TOTAL_IS_WORTH = 3
"""How much more a cell weighs, where some must be hidden, for each breakdown that it adds up."""
SHOWN_IS_WORTH = 20
"""How much more one weighs that a measure's headline or one of its charts shows, or takes a share of."""
OTHERS = "(any other)"
"""Stands for every code of a field that no table names."""


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
    """Tables that were protected together: names, protection, how many past cells they were protected against, the attack."""

    names: tuple[str, ...]
    protection: Protection
    ledger_cells: int = 0
    attack: AuditResult | None = None


@dataclass(frozen=True)
class Protected:
    """All tables of a release, the parts in which they were protected, and tables that had to be left out with the reason."""

    tables: tuple[PublicTable, ...]
    parts: tuple[Part, ...]
    rule: Rule
    left_out: Mapping[str, str]

    @property
    def ledger_cells(self) -> int:
        """How many cells of earlier releases the tables were protected against."""
        return sum(part.ledger_cells for part in self.parts)

    def safe(self, name: str) -> SafeTable:
        """The protected cells of a table. Raises KeyError for a table that is not in the release."""
        for part in self.parts:
            if name in part.names:
                return part.protection[name]
        raise KeyError(name)


def protect_results(
    results: Sequence[MeasureResult], history: Sequence[PastTable] = (), *, search: int | None = None
) -> Protected:
    """Protect all tables of all measures, and lay them out for the public. They are not attacked yet: see :func:`attacked`.

    ``history`` holds the tables that were published before about the same months. A completeness table that cannot be kept apart
    from the others safely, or not be protected beside them, is left out. ``search`` bounds the work spent on hiding fewer cells
    (None: the engine's own bound; safety does not depend on it). Raises UserError when a cell could not be proved safe, or when two measures cannot be kept apart: there is no way around it.
    """
    from childfirst.release.laying_out import completeness_table, rate_table

    rule = Rule(threshold=max(result.definition.minimum_count for result in results))
    measures = {result.definition.id for result in results}
    left_out: dict[str, str] = {}
    parts = []
    for kind, own in by_kind(results).items():
        past = [table for table in history if table.kind == kind]
        groups, dropped = _groups(count_tables(own, past), rule, measures)
        left_out |= dropped
        restricted = restrictions(own)
        for group in groups:
            try:
                parts.append(_protect_group(group, rule, past, restricted, own, search))
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
    return Protected(tuple(laid_out), tuple(parts), rule, left_out)


def _groups(
    tables: list[CountTable], rule: Rule, measures: Collection[str]
) -> tuple[list[linking.Group], dict[str, str]]:
    """Tables in groups that can be kept apart, and the completeness tables that had to be left out for it, with the reason."""
    left_out: dict[str, str] = {}
    while True:
        groups, obstacles = linking.group(tables, rule)
        if not obstacles:
            return groups, left_out
        first = obstacles[0]
        drop = next((name for name in first.tables if name not in measures), None)
        if drop is None:
            raise UserError(
                f"The release was refused: {first.tables[0]} and {first.tables[1]} cannot be published together, because "
                f"{first.reason} ({first.where}). Choose a longer period."
            )
        left_out[drop] = f"{first.reason[0].upper()}{first.reason[1:]} ({first.where})."
        tables = [table for table in tables if table.name != drop]


def _protect_group(
    group: linking.Group,
    rule: Rule,
    history: Sequence[PastTable],
    restricted: Limits,
    results: Sequence[MeasureResult],
    search: int | None,
) -> Part:
    near = []
    for past in history:
        told, ties = _telling(past, group.tables, restricted)
        if told is None:
            _refuse_small_rests(past, ties, group.tables, restricted, rule)
        else:
            near.append(told)
    tables: Sequence[CountTable] = group.tables
    if near:
        tables, near = _in_one_space(tables, near, restricted)
    ledger = [cell for past in near for cell in past.cells]
    if len(ledger) > MOST_PAST_CELLS:
        raise UserError(
            f"The release was refused: {len(ledger):,} figures of the same months were published before, and more than "
            f"{MOST_PAST_CELLS:,} cannot be attacked together. Choose months that have not been released."
        )
    months = sorted(
        {month for table in tables for month in (*table.scope.get(MONTH, ()), *table.domains.get(MONTH, ()))}
    )
    fixed = (
        [replace(cell, where={MONTH: tuple(months), **cell.where}) for cell in group.fixed.values()] if months else []
    )
    protection = protect(
        tables, rule, [*(fixed or group.fixed.values()), *ledger], weights=weights(tables, results), budget=search
    )
    if not protection.proved:
        raise UserError(
            "The release was refused: not every small count could be proved safe, or one is already public."
        )
    return Part(group.names, protection, ledger_cells=len(ledger))


def weights(tables: Sequence[CountTable], results: Sequence[MeasureResult]) -> dict[tuple[str, tuple[str, ...]], float]:
    """What a cell is worth to its readers: most of all those that headline and charts show, with the totals that they are a part of;
    then a total more than a crossing of everything with everything, for more people read it.
    """
    plans = {result.definition.id: result.definition for result in results}
    found = {}
    for table in tables:
        plan = plans.get(table.name)
        views = _views(plan) if plan else []
        for codes in product(*(table.levels(name) for name in table.dimensions)):
            at = dict(zip(table.dimensions, codes, strict=True))
            worth = float(TOTAL_IS_WORTH ** sum(code == TOTAL for code in codes))
            seen = any(
                all(code in view.get(name, (TOTAL,)) or name in spread for name, code in at.items())
                for view, spread in views
            )
            found[table.name, codes] = worth * (SHOWN_IS_WORTH if seen else 1)
    return found


def _views(plan: Definition) -> list[tuple[dict[str, tuple[str, ...]], set[str]]]:
    """The headline and each chart: field -> codes at which it stands, and the fields that are spread out. Bases are part of it."""
    answers = plan.answers.field
    views: list[tuple[dict[str, tuple[str, ...]], set[str]]] = [({answers: (*plan.headline, TOTAL)}, set())]
    for chart in plan.charts:
        fixed: dict[str, tuple[str, ...]] = {
            name: (code, TOTAL) if name == answers else (code,) for name, code in chart.fixed.items()
        }
        views.append((fixed, {chart.category, chart.series, chart.panel}))
    return views


def _telling(
    past: PastTable, tables: Sequence[CountTable], restricted: Limits
) -> tuple[PastTable | None, tuple[PublishedCell, ...]]:
    """What of a past table must be attacked together with these tables; None where it can be kept apart; and its ties to them.

    One that counts the same records by a common breakdown is attacked in whole. One that counts other records is tied to these by
    the breakdowns that both have. When all of its cells over those were shown, nothing else of it bears on these tables: whatever
    they hold, there are records that make both (see :mod:`childfirst.release.linking`). Else it is attacked in whole, too.
    """
    fields = {name for table in tables for name in (*table.dimensions, *restricted[table.name])}
    alike = any(
        set(table.dimensions) & set(past.dimensions) and dict(restricted[table.name]) == dict(past.scope)
        for table in tables
    )
    known = fields & {*past.dimensions} | {*past.scope, MONTH}
    ties = tuple(cell for cell in past.cells if not set(cell.codes()) - known)
    apart = not alike and all(cell.count is not None for cell in ties)
    return (None if apart else past), ties


def _refuse_small_rests(
    past: PastTable,
    ties: Sequence[PublishedCell],
    tables: Sequence[CountTable],
    restricted: Limits,
    rule: Rule,
) -> None:
    """Raises UserError where a table's margin and a past one of a part of its records, or of more, differ by a small number."""
    for table in tables:
        own = {name: frozenset(codes) for name, codes in table.scope.items()}
        for cell in ties:
            codes = {name: found for name, found in cell.codes().items() if name not in past.scope}
            months = codes.get(MONTH, frozenset())
            if set(codes) - {*table.dimensions, MONTH} or (MONTH not in table.dimensions and months != own.get(MONTH)):
                continue
            axes = [(table.dimensions.index(name), found) for name, found in codes.items() if name in table.dimensions]
            whole = sum(
                int(count)
                for crossing, count in table.counts.items()
                if all(crossing[at] in found for at, found in axes)
            )
            rest = abs(whole - (cell.count or 0))
            nested = dict(past.scope).items() >= dict(restricted[table.name]).items() or (
                dict(past.scope).items() <= dict(restricted[table.name]).items()
            )
            if nested and rest and rule.is_sensitive(rest):
                raise UserError(
                    f"The release was refused: {table.name} and {past.name} of {past.release} differ by a number that is too small "
                    "to be shown, and the two could be subtracted from each other."
                )


def _in_one_space(
    tables: Sequence[CountTable], history: Sequence[PastTable], restricted: Limits
) -> tuple[list[CountTable], list[PastTable]]:
    """Tables and past in which each field that any of them restricts is named by all of them.

    One that does not restrict it covers the codes that the others name, and all others. Without this, the codes of past
    searches would look like all kinds of encounters that there are.
    """
    known: dict[str, set[str]] = {}
    for scope in (*(restricted[table.name] for table in tables), *(past.scope for past in history)):
        for name, codes in scope.items():
            known.setdefault(name, set()).update(codes)
    for table in tables:
        for name in known.keys() & table.scope.keys():
            known[name].update(table.scope[name])
    listed = {name for table in tables for name in table.dimensions}
    listed |= {name for past in history for cell in past.cells for name in {*cell.codes()} & {*past.dimensions}}
    wide = {name: tuple(sorted(codes | {OTHERS})) for name, codes in known.items() if name not in listed}
    now = []
    for table in tables:
        own = {name: codes for name, codes in wide.items() if name not in restricted[table.name]}
        now.append(replace(table, scope={**table.scope, **own}))
    then = []
    for past in history:
        others = {name: codes for name, codes in wide.items() if name not in past.scope}
        then.append(replace(past, cells=tuple(replace(cell, where={**others, **cell.where}) for cell in past.cells)))
    return now, then


def attacked(protected: Protected) -> Protected:
    """The same with what a separate attack found on each part. Raises UserError when it succeeded on any."""
    parts = []
    for part in protected.parts:
        attack = audit(part.protection, exact=False)
        refuse_breaches(part.protection, attack)
        parts.append(replace(part, attack=attack))
    return replace(protected, parts=tuple(parts))


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
