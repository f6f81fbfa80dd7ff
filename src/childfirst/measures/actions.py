"""Computing measures. It writes nothing; whoever shows a result to a person notes that in the audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from childfirst.measures import compiling
from childfirst.measures.definition import Definition, Filter
from childfirst.measures.labels import labels_for
from childfirst.measures.results import CompletenessResult, MeasureResult
from childfirst.measures.store import Facts, read_facts

if TYPE_CHECKING:
    import ibis


def compute(
    definition: Definition, *, first: str = "", last: str = "", facts: Facts | None = None, backend: Any = None
) -> MeasureResult:
    """The measure over the months from ``first`` to ``last`` (``2018-05``; empty: no bound), as raw counts.

    ``backend`` is an Ibis backend that can read Parquet; by default a DuckDB in memory. Raises UserError without facts.
    """
    facts = facts or read_facts(definition.facts, first, last)
    source = facts.open(backend)
    cells = _arrow(compiling.inner_cells(source, definition), [b.field for b in definition.dimensions])
    tables = [
        _arrow(
            compiling.counted(source, plan.where, [plan.by, plan.field], {plan.field: plan.fold}), [plan.by, plan.field]
        )
        for plan in definition.completeness
    ]
    codes = _codes_of_filters(source, definition)
    labels = {
        b.field: labels_for(b.labels, b.labels_from, _found(cells, b.field) | _asked_for(definition, b.field))
        for b in definition.dimensions
    }
    return MeasureResult(
        definition=definition,
        months=facts.months,
        missing_months=facts.missing_months(),
        cells=cells,
        table=margins(cells, definition),
        labels=labels,
        scope=_scope(definition.denominator.where, {b.field for b in definition.dimensions}, codes),
        completeness=tuple(
            CompletenessResult(plan, table) for plan, table in zip(definition.completeness, tables, strict=True)
        ),
        completeness_scope=tuple(_scope(plan.where, {plan.by, plan.field}, codes) for plan in definition.completeness),
        codes=codes,
        fingerprints=facts.fingerprints(),
    )


def _found(cells: pa.Table, field: str) -> set[str]:
    return set(cells.column(field).to_pylist())


def _asked_for(definition: Definition, field: str) -> set[str]:
    """What the numerator names stands in the table even where no record has it: then it is a true zero."""
    return set(definition.headline) if field == definition.answers.field else set()


def margins(cells: pa.Table, definition: Definition) -> pa.Table:
    """Numerators and denominators at every margin, from the inner cells."""
    import ibis

    inner = ibis.memtable(cells)
    table = compiling.with_margins(inner, [b.field for b in definition.breakdowns], definition.answers.field)
    found: pa.Table = table.to_pyarrow()
    return found.combine_chunks()


def _arrow(counts: ibis.Table, order: Sequence[str]) -> pa.Table:
    found: pa.Table = counts.to_pyarrow()
    plain = pa.schema([*((name, pa.string()) for name in order), (compiling.COUNT, pa.int64())])
    return found.select(plain.names).cast(plain).sort_by([(name, "ascending") for name in order]).combine_chunks()


def _codes_of_filters(source: ibis.Table, definition: Definition) -> dict[str, frozenset[str]]:
    """Every code that occurs in each field that a condition tests."""
    rules = [*definition.denominator.where, *(rule for plan in definition.completeness for rule in plan.where)]
    if not rules:
        return {}
    found = compiling.distinct_codes(source, [rule.field for rule in rules]).to_pyarrow()
    codes: dict[str, set[str]] = {}
    for field, code in zip(found.column("field").to_pylist(), found.column("code").to_pylist(), strict=True):
        codes.setdefault(field, set()).add(code)
    return {field: frozenset(values) for field, values in codes.items()}


def _scope(
    where: Iterable[Filter], breakdowns: Collection[str], codes: dict[str, frozenset[str]]
) -> dict[str, tuple[str, ...]]:
    """Field -> codes that pass all its conditions, for the fields that are not broken down."""
    from childfirst.measures.vocabulary import UNKNOWN

    scope: dict[str, set[str]] = {}
    for rule in where:
        if rule.field in breakdowns:
            continue
        known = codes.get(rule.field, frozenset()) | set(rule.one_of)
        passing = {code for code in known if rule.passes(code, UNKNOWN)}
        scope[rule.field] = scope.get(rule.field, passing) & passing
    return {field: tuple(sorted(passing)) for field, passing in sorted(scope.items())}
