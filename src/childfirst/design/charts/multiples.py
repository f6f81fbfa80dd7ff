"""Small multiples: the same little chart for each place, on one scale, so that shapes can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from childfirst.design.charts import marks
from childfirst.design.charts.data import Series, Status, Unit, check, number
from childfirst.design.charts.describe import describe
from childfirst.design.charts.lines import extent, path_of, positions, runs
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
    wrap,
)

_PLOT = 86


@dataclass(frozen=True, slots=True)
class _Size:
    variant: str
    width: int
    columns: int
    gap: int


_SIZES = (_Size("wide", 720, 4, 22), _Size("narrow", 300, 2, 18))


def small_multiples(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit = "count",
    decimals: int | None = None,
    description: str = "",
    compare: Series | None = None,
    maximum: float | None = None,
) -> SafeString:
    """One small line chart for each series, all on the same scale; ``compare`` is drawn in each as a thin line.

    Raises ValueError for series that do not fit the labels.
    """
    check_id(id)
    check(labels, [*series, *([compare] if compare else [])])
    everything = [*series, *([compare] if compare else [])]
    low, high = extent(everything, 0, maximum)
    ticks = nice_ticks(low, high, 2)
    description = description or (
        f"{len(series)} small charts from {labels[0]} to {labels[-1]}. " + describe(labels, series, unit, decimals)
        if labels
        else ""
    )
    drawings = [_draw(size, id, title, description, labels, series, unit, ticks, compare) for size in _SIZES]
    keys = ""
    if compare:
        key = element("path", d="M0 9h26", cls="cf-l cf-l--compare")
        swatch = element("svg", key, cls="cf-legend__key", viewBox="0 0 26 18", width=26, height=18, aria_hidden="true")
        keys = marks.listing([f'<li class="cf-legend__item">{swatch}<span>{escape(compare.name)}</span></li>'])
    return finished('<div class="cf-chart">', keys, *drawings, marks.states(id, everything), "</div>")


def _draw(
    size: _Size,
    id: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    ticks: list[float],
    compare: Series | None,
) -> str:
    prefix = f"{id}-{size.variant}"
    panel = (size.width - size.gap * (size.columns - 1)) / size.columns
    body = [patterns(prefix)]
    y = 0.0
    for start in range(0, len(series), size.columns):
        row = series[start : start + size.columns]
        names = [wrap(one.name, panel, 15, 3) for one in row]
        head = max(len(lines) for lines in names) * 19 + 6
        for column, one in enumerate(row):
            x = column * (panel + size.gap)
            lines = names[column]
            first = y + head - len(lines) * 19 + 8
            body += [text(x, first + i * 19, words_, cls="cf-t cf-t--panel") for i, words_ in enumerate(lines)]
            body += _panel(prefix, one, labels, x, y + head, panel, unit, ticks, compare)
        y += head + _PLOT + 44
    return document(id, size.variant, size.width, y, title, description, body)


def _panel(
    prefix: str,
    one: Series,
    labels: Sequence[str],
    x: float,
    y: float,
    width: float,
    unit: Unit,
    ticks: list[float],
    compare: Series | None,
) -> list[str]:
    scale = Scale(ticks[0], ticks[-1], y + _PLOT, y + 16)
    xs = positions(len(labels), x + 6, x + width - 6)
    top = number(ticks[-1], unit, None if ticks[-1] % 1 else 0)
    parts = [
        element("path", d=f"M{num(x)} {num(scale(ticks[0]))}h{num(width)}", cls="cf-axis"),
        element("path", d=f"M{num(x)} {num(scale(ticks[-1]))}h{num(width)}", cls="cf-grid-line"),
        text(x + width, scale(ticks[-1]) - 4, top, cls="cf-t cf-t--small", anchor="end"),
    ]
    if compare:
        for run in runs(compare.cells):
            d = "M" + "L".join(f"{num(xs[i])} {num(scale(compare.cells[i].value or 0))}" for i in run)
            parts.append(element("path", d=d, cls="cf-l cf-l--compare"))
    parts += path_of(one.cells, xs, scale, 1)
    found = runs(one.cells)
    parts += [marks.marker(1, xs[r[0]], scale(one.cells[r[0]].value or 0), 3.5) for r in found if len(r) == 1]
    if found:
        last = found[-1][-1]
        parts.append(marks.marker(1, xs[last], scale(one.cells[last].value or 0), 3.5))
    gap = xs[1] - xs[0] if len(xs) > 1 else 16
    side = max(4.0, min(12.0, gap - 1))
    for cell, at in zip(one.cells, xs, strict=True):
        if cell.status is not Status.SHOWN:
            parts.append(marks.state_box(prefix, cell, at - side / 2, scale(ticks[0]) + 3, side, 9))
    if labels:
        base = scale(ticks[0]) + 28
        fits = width_of(labels[0], 13) + width_of(labels[-1], 13) + 8 < width
        parts.append(text(x, base, labels[0], cls="cf-t cf-t--small"))
        if len(labels) > 1 and fits:
            parts.append(text(x + width, base, labels[-1], cls="cf-t cf-t--small", anchor="end"))
    return parts
