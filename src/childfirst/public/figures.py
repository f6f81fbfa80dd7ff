"""A measure's charts and maps, drawn from its published table as the reader has chosen to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from childfirst.design import charts
from childfirst.design.charts.data import Cell, Series, Unit
from childfirst.design.figures import Figure, Table
from childfirst.design.maps import choropleth
from childfirst.design.wording import spoken_name
from childfirst.public import queries
from childfirst.public.filters import EACH, Selection, single
from childfirst.public.queries import ShownMeasure
from childfirst.public.tables import NOT_RECORDED, Line, PublishedTable
from childfirst.public.wording import summary
from childfirst.published.documents import Chart, Column

NOTHING_TO_DRAW = mark_safe(
    '<div class="cf-empty"><p class="govuk-body govuk-!-margin-bottom-0"><strong>There is no number to draw.</strong> The table below '
    "says of each why: it is hidden, not known, or there were no cases.</p></div>"
)
FIGURE = "figure-"
MOST_SERIES = 6
MOST_PANELS = 48


@dataclass(frozen=True)
class _Plan:
    """A chart with everything settled: what runs along it, what tells its lines apart, and where the rest stands."""

    chart: Chart
    table: PublishedTable
    unit: Unit
    category: Column
    apart: Column | None
    codes_apart: tuple[str, ...]
    fixed: Mapping[str, str]

    def cell(self, category: str, apart: str = "") -> Cell:
        codes = {**self.fixed, self.category.name: category}
        if self.apart is not None:
            codes[self.apart.name] = apart
        line = self.table.at(codes)
        return Cell.unknown() if line is None else _value(line, self.chart.value)

    @property
    def codes(self) -> tuple[str, ...]:
        return self.table.codes(self.category.name)

    @property
    def labels(self) -> list[str]:
        return [self.table.wording(self.category.name, code) for code in self.codes]

    @property
    def series(self) -> list[Series]:
        if self.apart is None:
            return [Series(_what(self), tuple(self.cell(code) for code in self.codes))]
        return [
            Series(self.table.wording(self.apart.name, one), tuple(self.cell(code, one) for code in self.codes))
            for one in self.codes_apart
        ]

    @property
    def query(self) -> str:
        """The rows behind the chart, as parameters of the CSV's address."""
        each = {self.category.name: EACH} | ({self.apart.name: EACH} if self.apart else {})
        return urlencode({**self.fixed, **each})


def figures_of(found: ShownMeasure, selection: Selection) -> list[Figure]:
    """The figures of a measure, in the order in which its definition gives them.

    A chart of a dimension or a column which the published table does not have is left out; a map without outlines is drawn
    as bars.
    """
    if found.table is None:
        return []
    made = []
    for number, chart in enumerate(found.document.charts, 1):
        plan = _plan(found, chart, selection)
        if plan is not None and plan.codes:
            made.append(_figure(found, plan, f"{FIGURE}{number}"))
    return made


def _plan(found: ShownMeasure, chart: Chart, selection: Selection) -> _Plan | None:
    table = found.table
    assert table is not None  # noqa: S101 - figures_of has asked
    category = table.dimension(chart.category)
    if category is None or table.value_column(chart.value) is None:
        return None
    chosen = {name: code for name, code in selection.codes.items() if name != chart.category}
    apart, codes = _apart(table, chart, chosen)
    fixed = {
        column.name: chosen.get(column.name) or _held(table, chart, column)
        for column in table.dimensions
        if column is not category and column is not apart
    }
    unit = found.unit if chart.value == "rate" else "count"
    return _Plan(chart, table, unit, category, apart, codes, fixed)


def _apart(table: PublishedTable, chart: Chart, chosen: Mapping[str, str]) -> tuple[Column | None, tuple[str, ...]]:
    """The dimension whose codes are drawn beside each other, and those codes: none when one of them was chosen."""
    for name, most in ((chart.series, MOST_SERIES), (chart.panel, MOST_PANELS)):
        column = table.dimension(name) if name else None
        if column is None or name in chosen:
            continue
        codes = table.codes(name)
        if 1 < len(codes) <= most or (chart.kind == "line" and 1 < len(codes) <= MOST_PANELS):
            return column, codes
    return None, ()


def _held(table: PublishedTable, chart: Chart, column: Column) -> str:
    asked = chart.fixed.get(column.name, "")
    if asked in table.codes(column.name) or (asked == column.total and table.has_total(column.name)):
        return asked
    return single(table, column)


def _value(line: Line, role: str) -> Cell:
    cell: Cell = getattr(line, role) if role in ("rate", "count", "denominator") else line.rate
    return cell


def _figure(found: ShownMeasure, plan: _Plan, id: str) -> Figure:
    title = _title(plan)
    labels, series = plan.labels, plan.series
    release = found.release
    return Figure(
        id=id,
        title=title,
        drawing=_drawing(plan, id, title, labels, series),
        table=Table.of(title, labels, series, label_header=plan.category.title, unit=plan.unit),
        summary=_summary(plan, labels, series),
        csv_url=f"{reverse('public:measure-csv', args=[found.document.slug])}?{plan.query}",
        source=f"From the release “{release.title}”." if release else "",
    )


def _drawing(plan: _Plan, id: str, title: str, labels: list[str], series: list[Series]) -> SafeString:
    drawn = f"{id}-drawing"
    if not any(cell.value is not None for one in series for cell in one.cells):
        return NOTHING_TO_DRAW
    if plan.chart.kind == "map":
        areas = queries.boundaries(plan.chart.boundaries)
        if areas:
            return choropleth(id=drawn, title=title, areas=areas, values=_by_area(plan), unit=plan.unit)
    if len(series) > MOST_SERIES or (plan.apart is not None and plan.apart.name == plan.chart.panel):
        return charts.small_multiples(id=drawn, title=title, labels=labels, series=series, unit=plan.unit)
    if plan.chart.kind == "line":
        return charts.line(id=drawn, title=title, labels=labels, series=series, unit=plan.unit)
    if plan.chart.kind == "dot_interval":
        return charts.dot_interval(id=drawn, title=title, labels=labels, series=series, unit=plan.unit)
    return charts.bar(id=drawn, title=title, labels=labels, series=series, unit=plan.unit)


def _by_area(plan: _Plan) -> dict[str, Cell]:
    codes = plan.codes_apart[:1] if plan.apart is not None else ("",)
    return {code: plan.cell(code, codes[0]) for code in plan.codes}


def _title(plan: _Plan) -> str:
    """The chart's own title, and what it is held at where a reader has chosen that."""
    chosen, own = [], True
    for column in plan.table.dimensions:
        code = plan.fixed.get(column.name)
        held = _held(plan.table, plan.chart, column)
        if code is not None and code != held:
            chosen.append(plan.table.wording(column.name, code))
            own = own and held == column.total
    if own:
        return f"{plan.chart.title}: {', '.join(chosen)}" if chosen else plan.chart.title
    # The chart's own title names an answer that is not the one shown now.
    return f"{', '.join(chosen)}, by {spoken_name(plan.category.title)}"


def _what(plan: _Plan) -> str:
    column = plan.table.value_column(plan.chart.value)
    return column.title if column else plan.chart.title


def _summary(plan: _Plan, labels: list[str], series: list[Series]) -> str:
    over_time = plan.table.is_months(plan.category.name)
    if len(series) == 1:
        # What nobody wrote down is in the chart and its table, and is neither the highest nor the lowest of anything.
        pairs = zip(plan.codes, labels, series[0].cells, strict=True)
        known = [(label, cell) for code, label, cell in pairs if code != NOT_RECORDED]
        return summary([label for label, _ in known], [cell for _, cell in known], plan.unit, over_time=over_time)
    newest = labels[-1] if over_time else ""
    if over_time:
        cells = [one.cells[-1] for one in series]
        return summary([one.name for one in series], cells, plan.unit, over_time=False, of=f"In {newest}")
    return " ".join(summary(labels, one.cells, plan.unit, over_time=False, of=one.name) for one in series[:MOST_SERIES])
