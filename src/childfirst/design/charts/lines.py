"""Lines over time: a broken line where a value is hidden or not known, never a line through nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from childfirst.design.charts import marks
from childfirst.design.charts.data import Cell, Series, Unit, check, number, words
from childfirst.design.charts.describe import describe
from childfirst.design.charts.svg import (
    Scale,
    check_id,
    document,
    element,
    finished,
    nice_ticks,
    num,
    patterns,
    text,
    width_of,
)

_STRIP = 16


@dataclass(frozen=True, slots=True)
class _Size:
    variant: str
    width: int
    height: int
    ticks: int


_SIZES = (_Size("wide", 720, 320, 5), _Size("narrow", 300, 240, 4))


def line(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit = "count",
    decimals: int | None = None,
    description: str = "",
    maximum: float | None = None,
    minimum: float | None = 0,
) -> SafeString:
    """Lines over periods in order, with markers of their own and a band for intervals.

    ``labels`` are the periods as people write them. The scale starts at ``minimum`` (None: near the lowest value).
    Values that are missing break the line, and a strip under the axis shows which they are.
    Raises ValueError for series that do not fit the labels or more than six series.
    """
    check_id(id)
    check(labels, series)
    marks.check_count(series)
    description = description or describe(labels, series, unit, decimals)
    low, high = extent(series, minimum, maximum)
    drawings = []
    for size in _SIZES:
        ticks = nice_ticks(low, high, size.ticks)
        drawings.append(_draw(size, id, title, description, labels, series, unit, decimals, ticks))
    legend = marks.legend(id, series, filled=False, lines=True)
    return finished('<div class="cf-chart">', legend, *drawings, marks.states(id, series), "</div>")


def extent(series: Sequence[Series], minimum: float | None, maximum: float | None) -> tuple[float, float]:
    """Lowest and highest value to be drawn, intervals included."""
    ends = [end for one in series for cell in one.cells for end in (cell.value, cell.low, cell.high) if end is not None]
    low = min([*ends, *([minimum] if minimum is not None else [])], default=0)
    high = max([*ends, *([maximum] if maximum is not None else [])], default=1)
    return low, high if high > low else low + 1


def _draw(
    size: _Size,
    id: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    decimals: int | None,
    ticks: list[float],
) -> str:
    prefix = f"{id}-{size.variant}"
    shown_ticks = [number(t, unit, None if t % 1 else 0) for t in ticks]
    left = max(width_of(t, 14) for t in shown_ticks) + 12
    y_scale = Scale(ticks[0], ticks[-1], size.height, 12)
    xs = positions(len(labels), left + 12, size.width - 14)
    body = [patterns(prefix, 1)]
    for value, words_ in zip(ticks, shown_ticks, strict=True):
        y = y_scale(value)
        body.append(
            element(
                "path", d=f"M{num(left)} {num(y)}H{size.width}", cls="cf-axis" if value == ticks[0] else "cf-grid-line"
            )
        )
        body.append(text(left - 8, y + 5, words_, cls="cf-t cf-t--axis", anchor="end"))
    for index, one in enumerate(series, 1):
        body += path_of(one.cells, xs, y_scale, index)
        body += _points(one, labels, xs, y_scale, index, unit, decimals, several=len(series) > 1)
    bottom = size.height + 6.0
    for index, one in enumerate(series, 1):
        strip = _strip(prefix, one.cells, xs, bottom)
        if strip:
            if len(series) > 1:
                strip.append(marks.marker(index, left - 4, bottom + 6, 4))
            body += strip
            bottom += _STRIP
    body += axis_labels(labels, xs, bottom + 18, size.width)
    return document(id, size.variant, size.width, bottom + 28, title, description, body)


def positions(count: int, start: float, end: float) -> list[float]:
    """Evenly spaced places; a single one stands in the middle."""
    if count == 1:
        return [(start + end) / 2]
    return [start + (end - start) * i / (count - 1) for i in range(count)]


def runs(cells: Sequence[Cell]) -> list[list[int]]:
    """Indices of neighbouring cells that have values."""
    found: list[list[int]] = []
    for index, cell in enumerate(cells):
        if cell.value is None:
            continue
        if found and found[-1][-1] == index - 1:
            found[-1].append(index)
        else:
            found.append([index])
    return found


def path_of(cells: Sequence[Cell], xs: Sequence[float], scale: Scale, index: int) -> list[str]:
    """The band of the intervals and the line, broken where there is no value."""
    parts: list[str] = []
    for run in runs(cells):
        bounded = [i for i in run if cells[i].low is not None]
        if len(bounded) == len(run) > 1:
            upper = [f"{num(xs[i])} {num(scale(cells[i].high or 0))}" for i in run]
            lower = [f"{num(xs[i])} {num(scale(cells[i].low or 0))}" for i in reversed(run)]
            parts.append(element("path", d="M" + "L".join(upper + lower) + "z", cls=f"cf-band cf-band{index}"))
        if len(run) > 1:
            d = "M" + "L".join(f"{num(xs[i])} {num(scale(cells[i].value or 0))}" for i in run)
            parts.append(element("path", d=d, cls=f"cf-l cf-l{index}"))
    return parts


def _points(
    one: Series,
    labels: Sequence[str],
    xs: Sequence[float],
    scale: Scale,
    index: int,
    unit: Unit,
    decimals: int | None,
    *,
    several: bool,
) -> list[str]:
    crowded = len(labels) > 40
    parts = []
    for run in runs(one.cells):
        for i in run:
            if crowded and len(run) > 1 and i not in (run[0], run[-1]):
                continue
            cell = one.cells[i]
            name = f"{labels[i]}{', ' + one.name if several else ''}"
            tip = element("title", escape(f"{name}: {words(cell, unit, decimals, interval=True)}"))
            parts.append(element("g", tip + marks.marker(index, xs[i], scale(cell.value or 0), 4.5)))
    return parts


def _strip(prefix: str, cells: Sequence[Cell], xs: Sequence[float], y: float) -> list[str]:
    gap = xs[1] - xs[0] if len(xs) > 1 else 20
    side = max(5.0, min(18.0, gap - 2))
    return [
        marks.state_box(prefix, cell, x - side / 2, y, side, 12)
        for cell, x in zip(cells, xs, strict=True)
        if cell.value is None
    ]


def axis_labels(labels: Sequence[str], xs: Sequence[float], y: float, width: float, size: float = 14) -> list[str]:
    """As many labels as fit without touching, always the first, kept within the drawing."""
    if not labels:
        return []
    widest = max(width_of(label, size) for label in labels) + 14
    gap = xs[1] - xs[0] if len(xs) > 1 else widest
    step = max(1, -(-int(widest * 10) // max(1, int(gap * 10))))
    parts = []
    last_end = -1.0
    for i in range(0, len(labels), step):
        half = width_of(labels[i], size) / 2
        middle = min(max(xs[i], half), width - half)
        if middle - half < last_end:
            continue
        parts.append(text(middle, y, labels[i], cls="cf-t cf-t--axis", anchor="middle"))
        parts.append(element("path", d=f"M{num(xs[i])} {num(y - 18)}v4", cls="cf-axis"))
        last_end = middle + half + 6
    return parts
