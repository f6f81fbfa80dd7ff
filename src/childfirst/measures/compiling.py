"""From a definition to Ibis expressions. Nothing here knows which engine runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from childfirst.engines.disclosure.rule import TOTAL
from childfirst.measures.definition import Definition, Filter
from childfirst.measures.vocabulary import UNKNOWN

if TYPE_CHECKING:
    import ibis

COUNT = "count"
NUMERATOR = "numerator"
DENOMINATOR = "denominator"


def coded(facts: ibis.Table, field: str, fold: Mapping[str, str] | None = None) -> Any:
    """A field of the facts as codes: text, with the unknown as ``not_recorded``, fine codes folded into coarse."""
    import ibis

    column = ibis.coalesce(facts[field].cast("string").nullif(""), UNKNOWN)
    return column.cases(*fold.items(), else_=column) if fold else column


def condition(facts: ibis.Table, rule: Filter) -> Any:
    """A filter as an expression that is true or false for every row, never unknown."""
    column = coded(facts, rule.field)
    if rule.known is not None:
        return column != UNKNOWN if rule.known else column == UNKNOWN
    if rule.one_of:
        return column.isin(rule.one_of)
    return column.notin(rule.none_of)


def counted(
    facts: ibis.Table, where: Sequence[Filter], by: Sequence[str], folds: Mapping[str, Mapping[str, str]]
) -> ibis.Table:
    """How many facts pass the filters, for each crossing of the fields ``by`` that occurs."""
    chosen = facts.filter([condition(facts, rule) for rule in where]) if where else facts
    keyed = chosen.select(**{field: coded(chosen, field, folds.get(field)) for field in by})
    return keyed.group_by(list(by)).agg(**{COUNT: keyed.count()})


def inner_cells(facts: ibis.Table, definition: Definition) -> ibis.Table:
    """Counts of the denominator's facts by every breakdown and answer: the cells from which all else is added up."""
    folds = {breakdown.field: breakdown.fold for breakdown in definition.dimensions}
    return counted(facts, definition.denominator.where, [b.field for b in definition.dimensions], folds)


def with_margins(inner: ibis.Table, breakdowns: Sequence[str], answers: str) -> ibis.Table:
    """Numerator and denominator of every answer, at every margin of the breakdowns (``Total`` for all values).

    A union of group-bys over the inner cells, which every engine can run (grouping sets are not everywhere). A crossing of
    breakdowns without any fact has no row; an answer without facts in a crossing that has some is a row with 0.
    """
    import ibis

    levels = []
    for size in range(len(breakdowns) + 1):
        for kept in combinations(breakdowns, size):
            rolled = inner.mutate(**{name: ibis.literal(TOTAL) for name in breakdowns if name not in kept})
            levels.append(rolled.group_by([*breakdowns, answers]).agg(**{NUMERATOR: rolled[COUNT].sum()}))
    numerators = ibis.union(*levels) if len(levels) > 1 else levels[0]
    denominators = numerators.group_by(list(breakdowns)).agg(**{DENOMINATOR: numerators[NUMERATOR].sum()})
    every_answer = inner.select(answers).distinct()
    grid = denominators.cross_join(every_answer)
    joined = grid.left_join(numerators, [*breakdowns, answers], rname="{name}_right")
    return joined.select(
        *[joined[name] for name in (*breakdowns, answers)],
        **{
            NUMERATOR: joined[NUMERATOR].coalesce(0).cast("int64"),
            DENOMINATOR: joined[DENOMINATOR].cast("int64"),
        },
    ).order_by([*breakdowns, answers])


def distinct_codes(facts: ibis.Table, fields: Sequence[str]) -> ibis.Table:
    """Every code that occurs in each of the fields: columns ``field`` and ``code``."""
    import ibis

    parts = [
        facts.select(field=ibis.literal(field), code=coded(facts, field)).distinct() for field in dict.fromkeys(fields)
    ]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
