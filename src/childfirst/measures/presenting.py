"""A result as a page shows it: headline, figures, gaps. Nothing here is protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from childfirst.design.charts import Cell, Series, dot_interval, line
from childfirst.design.figures import Figure, Table, TableValue
from childfirst.engines.disclosure.rule import TOTAL
from childfirst.engines.estimation import wilson
from childfirst.measures.labels import labels_for
from childfirst.measures.results import DENOMINATOR, NUMERATOR, MeasureResult
from childfirst.shared import clock
from childfirst.shared.text import count_of, join_and


@dataclass(frozen=True)
class Shown:
    """What the page of a measure shows."""

    period: str
    missing: str
    numerator: int
    denominator: int
    share: Cell
    figures: tuple[Figure, ...]
    gaps: tuple[str, ...]


def present(result: MeasureResult, by: str) -> Shown:
    """The result broken down by one field, the others added up."""
    numerator, denominator = result.headline()
    first, last = (clock.format_month(result.months[at]) for at in (0, -1))
    return Shown(
        period=first if first == last else f"{first} to {last}",
        missing=join_and([clock.format_month(month) for month in result.missing_months]),
        numerator=numerator,
        denominator=denominator,
        share=share_cell(numerator, denominator),
        figures=(_headline_figure(result, by), _counts_figure(result, by), *_completeness_figures(result)),
        gaps=tuple(_gaps(result)),
    )


def share_cell(numerator: int, denominator: int) -> Cell:
    """A share in per cent with its Wilson interval; no cases where there is nothing to share."""
    if denominator == 0:
        return Cell.no_cases()
    low, high = wilson([numerator], [denominator])
    return Cell.of(100 * numerator / denominator, 100 * float(low[0]), 100 * float(high[0]))


def _grid(result: MeasureResult, by: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Category of ``by`` -> answer -> numerator and denominator, everything else added up."""
    plan = result.definition
    others = {b.field: TOTAL for b in plan.breakdowns if b.field != by}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in _rows(result, others):
        answers = found.setdefault(str(row[by]), {})
        answers[str(row[plan.answers.field])] = (int(row[NUMERATOR]), int(row[DENOMINATOR]))
    return found


def _rows(result: MeasureResult, fixed: dict[str, str]) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    table = result.table
    for name, code in fixed.items():
        table = table.filter(pc.equal(table.column(name), code))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _headline_figure(result: MeasureResult, by: str) -> Figure:
    plan = result.definition
    grid, labels = _grid(result, by), result.labels[by]
    breakdown = next(b for b in plan.breakdowns if b.field == by)
    cells = []
    for code in labels:
        answers = grid.get(code, {})
        number = sum(answers[answer][0] for answer in plan.headline if answer in answers)
        total = next(iter(answers.values()))[1] if answers else 0
        cells.append(share_cell(number, total))
    names, series = list(labels.values()), [Series("Share", tuple(cells))]
    title = f"{plan.numerator.says}, by {breakdown.title.lower()}"
    draw = line if by == "month" and len(names) > 1 else dot_interval
    return Figure(
        id="headline",
        title=title,
        drawing=draw(id="headline-chart", title=title, labels=names, series=series, unit="percent", maximum=100),
        table=Table.of(title, names, series, label_header=breakdown.title, unit="percent"),
        summary="Share in per cent with its 95% Wilson interval.",
    )


def _counts_figure(result: MeasureResult, by: str) -> Figure:
    from childfirst.design.charts import bar

    plan = result.definition
    grid = _grid(result, by)
    breakdown = next(b for b in plan.breakdowns if b.field == by)
    answers = result.labels[plan.answers.field]
    overall = grid[TOTAL]
    title = f"{plan.answers.title}: all records"
    rows: list[tuple[TableValue, ...]] = [
        (label, *(grid.get(code, {}).get(answer, (0, 0))[0] for answer in answers), _total(grid.get(code, {})))
        for code, label in {**result.labels[by], TOTAL: breakdown.total}.items()
    ]
    return Figure(
        id="counts",
        title=title,
        drawing=bar(
            id="counts-chart",
            title=title,
            labels=list(answers.values()),
            series=[Series("Records", tuple(Cell.of(overall.get(answer, (0, 0))[0]) for answer in answers))],
        ),
        table=Table(
            f"{plan.answers.title} by {breakdown.title.lower()}",
            (breakdown.title, *answers.values(), "All"),
            tuple(rows),
        ),
    )


def _total(answers: dict[str, tuple[int, int]]) -> int:
    return next(iter(answers.values()))[1] if answers else 0


def _completeness_figures(result: MeasureResult) -> list[Figure]:
    figures = []
    for part in result.completeness:
        shares = part.unknown_shares()
        labels = labels_for({}, "months" if part.plan.by == "month" else "", list(shares))
        names = [labels[code] for code in labels]
        series = [
            Series(
                "Not recorded",
                tuple(
                    Cell.of(100 * unknown / total) if total else Cell.no_cases()
                    for unknown, total in (shares[code] for code in labels)
                ),
            )
        ]
        title = f"{part.plan.title}: share not recorded"
        draw = line if len(names) > 1 and part.plan.by == "month" else dot_interval
        identifier = f"completeness-{part.plan.field}".replace("_", "-")
        figures.append(
            Figure(
                id=identifier,
                title=title,
                drawing=draw(
                    id=f"{identifier}-chart", title=title, labels=names, series=series, unit="percent", maximum=100
                ),
                table=Table.of(title, names, series, label_header=part.plan.by.capitalize(), unit="percent"),
                summary=part.plan.says,
            )
        )
    return figures


def _gaps(result: MeasureResult) -> list[str]:
    """Sentences about what is not recorded, field by field."""
    titles = {b.field: b.title for b in result.definition.dimensions}
    total = result.facts_counted
    return [
        f"{titles[field]}: not recorded for {count_of(number, 'record')} of {total:,}"
        for field, number in result.unknown_by_field().items()
        if number
    ]
