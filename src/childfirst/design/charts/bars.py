"""Horizontal bars: for counts and shares by group, with room for long names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from childfirst.design.charts import marks
from childfirst.design.charts.data import Series, Unit, check, number, words
from childfirst.design.charts.describe import describe
from childfirst.design.charts.svg import (
    Scale,
    check_id,
    document,
    element,
    finished,
    nice_ticks,
    patterns,
    text,
    width_of,
    wrap,
)

_BAR, _GAP, _ROW, _LINE = 22, 4, 18, 20


@dataclass(frozen=True, slots=True)
class _Size:
    variant: str
    width: int
    gutter: int
    """Width of the names at the left; 0 puts each name above its bars."""
    ticks: int


_SIZES = (_Size("wide", 720, 220, 5), _Size("narrow", 300, 0, 3))


def bar(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit = "count",
    decimals: int | None = None,
    description: str = "",
    maximum: float | None = None,
) -> SafeString:
    """Horizontal bars from zero, grouped by label when there are several series.

    ``id`` is unique on the page. ``maximum`` fixes the end of the scale, so that charts can be compared. Each bar has
    its number beside it; zero is a line at the base, hidden is hatched, not known is an empty dashed box.
    Raises ValueError for series that do not fit the labels, more than six series, or a negative value.
    """
    check_id(id)
    check(labels, series)
    marks.check_count(series)
    values = [cell.high or cell.value for one in series for cell in one.cells if cell.value is not None]
    if any(cell.value is not None and cell.value < 0 for one in series for cell in one.cells):
        raise ValueError("Bars start at zero; show values below zero with dot_interval.")
    top = max([*(v for v in values if v is not None), maximum or 0]) or 1
    description = description or describe(labels, series, unit, decimals)
    drawings = [_draw(size, id, title, description, labels, series, unit, decimals, top) for size in _SIZES]
    legend = marks.legend(id, series, filled=True)
    return finished('<div class="cf-chart">', legend, *drawings, marks.states(id, series), "</div>")


def _draw(
    size: _Size,
    id: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    decimals: int | None,
    top: float,
) -> str:
    prefix = f"{id}-{size.variant}"
    ticks = nice_ticks(0, top, size.ticks)
    names = [wrap(label, size.gutter - 14 if size.gutter else size.width) for label in labels]
    longest = max((width_of(words(cell, unit, decimals), 15) for one in series for cell in one.cells), default=0)
    left = size.gutter or 2
    scale = Scale(0, ticks[-1], left, size.width - max(longest + 14, width_of(number(ticks[-1], unit, 0), 14) / 2 + 2))
    body: list[str] = []
    y = 6.0
    for row, lines in enumerate(names):
        block = len(series) * (_BAR + _GAP) - _GAP
        if size.gutter:
            height = max(block, len(lines) * _LINE)
            first = y + height / 2 - len(lines) * _LINE / 2 + 15
            body += [
                text(size.gutter - 12, first + i * _LINE, line, cls="cf-t", anchor="end")
                for i, line in enumerate(lines)
            ]
            start = y + (height - block) / 2
        else:
            body += [text(0, y + 15 + i * _LINE, line) for i, line in enumerate(lines)]
            start = y + len(lines) * _LINE + 2
            height = len(lines) * _LINE + 2 + block
        for index, one in enumerate(series, 1):
            where = start + (index - 1) * (_BAR + _GAP)
            body.append(
                _bar(prefix, index, one, row, labels[row], scale, where, unit, decimals, several=len(series) > 1)
            )
        y += height + _ROW
    bottom = y - _ROW + 8
    grid = [element("path", d=f"M{scale(t):.1f} 0V{bottom:.1f}", cls="cf-grid-line") for t in ticks[1:]]
    grid += [
        text(
            scale(t),
            bottom + 20,
            number(t, unit, None if t % 1 else 0),
            cls="cf-t cf-t--axis",
            anchor="middle" if t else "start",
        )
        for t in ticks
    ]
    if not any(cell.value for one in series for cell in one.cells):
        grid = []
    base = element("path", d=f"M{scale(0):.1f} 0V{bottom:.1f}", cls="cf-axis")
    content = [patterns(prefix, len(series)), *grid, base, *body]
    return document(id, size.variant, size.width, bottom + 28, title, description, content)


def _bar(
    prefix: str,
    index: int,
    one: Series,
    row: int,
    label: str,
    scale: Scale,
    y: float,
    unit: Unit,
    decimals: int | None,
    *,
    several: bool,
) -> str:
    cell, base = one.cells[row], scale(0)
    said = words(cell, unit, decimals)
    tip = element(
        "title", escape(f"{label}{', ' + one.name if several else ''}: {words(cell, unit, decimals, interval=True)}")
    )
    if cell.value is None:
        box = marks.state_box(prefix, cell, base + 2, y + 2, 34, _BAR - 4)
        return element("g", tip + box + text(base + 42, y + 16, said, cls="cf-t cf-t--state"))
    if cell.value == 0:
        mark = element("rect", x=base, y=y, width=3, height=_BAR, cls=f"cf-b cf-b{index}")
        return element("g", tip + mark + text(base + 9, y + 16, said, cls="cf-t cf-t--value"))
    end = max(scale(cell.value), base + 2)
    mark = element("rect", x=base, y=y, width=end - base, height=_BAR, rx=2, cls=f"cf-b cf-b{index}")
    if index > 1:
        mark += element("rect", x=base, y=y, width=end - base, height=_BAR, rx=2, fill=f"url(#{prefix}-s{index})")
    after = end
    if cell.low is not None and cell.high is not None:
        middle, low, high = y + _BAR / 2, scale(max(cell.low, 0)), scale(cell.high)
        whisker = f"M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {middle - 4:.1f}v8M{high:.1f} {middle - 4:.1f}v8"
        mark += element("path", d=whisker, cls="cf-whisker cf-whisker--back") + element(
            "path", d=whisker, cls="cf-whisker"
        )
        after = max(end, high)
    return element("g", tip + mark + text(after + 7, y + 16, said, cls="cf-t cf-t--value"))
