"""Dots with intervals: estimates that say how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from childfirst.design.charts import marks
from childfirst.design.charts.data import Series, Unit, check, number, words
from childfirst.design.charts.describe import describe
from childfirst.design.charts.lines import extent
from childfirst.design.charts.svg import (
    Scale,
    check_id,
    document,
    element,
    finished,
    log_ticks,
    nice_ticks,
    num,
    patterns,
    text,
    width_of,
    wrap,
)

_TRACK, _ROW, _LINE = 24, 14, 20


@dataclass(frozen=True, slots=True)
class _Size:
    variant: str
    width: int
    gutter: int
    ticks: int


_SIZES = (_Size("wide", 720, 210, 5), _Size("narrow", 300, 0, 3))


def dot_interval(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit = "percent",
    decimals: int | None = None,
    description: str = "",
    reference: tuple[str, float] | None = None,
    minimum: float | None = 0,
    maximum: float | None = None,
    log: bool = False,
) -> SafeString:
    """A dot and its interval for each label, with a shape of its own for each series.

    ``reference`` draws a line with its name, such as ``("London", 62.1)`` or ``("no difference", 1)``. ``log`` gives
    ratios an even scale; all values are then above zero. Values may be negative when ``minimum`` is None.
    Raises ValueError for series that do not fit the labels, more than six series, or a log scale of zero.
    """
    check_id(id)
    check(labels, series)
    marks.check_count(series)
    low, high = extent(series, None if log else minimum, maximum)
    if reference:
        low, high = min(low, reference[1]), max(high, reference[1])
    if log and low <= 0:
        raise ValueError("A scale of ratios has no place for zero.")
    description = description or describe(labels, series, unit, decimals)
    if reference:
        description += f" The line marks {reference[0]}: {number(reference[1], unit, decimals)}."
    drawings = []
    for size in _SIZES:
        ticks = log_ticks(low, high) if log else nice_ticks(low, high, size.ticks)
        drawings.append(_draw(size, id, title, description, labels, series, unit, decimals, ticks, reference, log=log))
    legend = marks.legend(id, series, filled=False)
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
    ticks: list[float],
    reference: tuple[str, float] | None,
    *,
    log: bool,
) -> str:
    prefix = f"{id}-{size.variant}"
    single = len(series) == 1
    said = [words(cell, unit, decimals, interval=True) for cell in series[0].cells] if single else [""] * len(labels)
    right = max((width_of(s, 15) for s in said), default=0) + 16 if size.gutter and single else 16
    scale = Scale(ticks[0], ticks[-1], (size.gutter or 0) + 14, size.width - right, log)
    top = 26.0 if reference else 6.0
    body: list[str] = []
    y = top + 4
    for row, label in enumerate(labels):
        room = size.gutter - 14 if size.gutter else size.width
        lines = wrap(label, room)
        block = _TRACK * len(series)
        if size.gutter:
            height = max(block, len(lines) * _LINE)
            first = y + height / 2 - len(lines) * _LINE / 2 + 15
            body += [text(size.gutter - 12, first + i * _LINE, words_, anchor="end") for i, words_ in enumerate(lines)]
            start = y + (height - block) / 2
            if single:
                body.append(
                    text(size.width - right + 12, y + height / 2 + 5, said[row], cls=_value_class(series[0], row))
                )
        else:
            beside = single and len(lines) == 1 and width_of(label) + width_of(said[row], 15) + 14 < size.width
            if single and not beside:
                lines = [*lines, ""]
            body += [text(0, y + 15 + i * _LINE, words_) for i, words_ in enumerate(lines) if words_]
            if single:
                at = y + 15 + (len(lines) - 1) * _LINE
                place, anchor = (size.width, "end") if beside else (0, "start")
                body.append(text(place, at, said[row], cls=_value_class(series[0], row), anchor=anchor))
            start = y + len(lines) * _LINE
            height = len(lines) * _LINE + block
        for index, one in enumerate(series, 1):
            middle = start + (index - 0.5) * _TRACK
            body.append(_dot(prefix, index, one, row, label, scale, middle, unit, decimals))
        y += height + _ROW
    bottom = y - _ROW + 6
    frame = _frame(size, scale, ticks, bottom, top, unit, reference)
    content = [patterns(prefix), *frame, *body]
    return document(id, size.variant, size.width, bottom + 28, title, description, content)


def _value_class(one: Series, row: int) -> str:
    return "cf-t cf-t--value" if one.cells[row].value is not None else "cf-t cf-t--state"


def _frame(
    size: _Size,
    scale: Scale,
    ticks: list[float],
    bottom: float,
    top: float,
    unit: Unit,
    reference: tuple[str, float] | None,
) -> list[str]:
    parts = [element("path", d=f"M{num(scale(t))} {num(top)}V{num(bottom)}", cls="cf-grid-line") for t in ticks]
    end = 0.0
    for t in ticks:
        words_ = (
            number(t, unit, 0 if t % 1 == 0 else None).removesuffix("0")
            if unit == "index" and t % 1
            else number(t, unit, None if t % 1 else 0)
        )
        half = width_of(words_, 14) / 2
        middle = min(max(scale(t), half), size.width - half)
        if middle - half < end:
            continue
        parts.append(text(middle, bottom + 20, words_, cls="cf-t cf-t--axis", anchor="middle"))
        end = middle + half + 6
    if reference:
        x = scale(reference[1])
        words_ = f"{reference[0]}: {number(reference[1], unit, 0 if reference[1] % 1 == 0 else None)}"
        half = width_of(words_, 14) / 2
        parts.append(element("path", d=f"M{num(x)} {num(top - 4)}V{num(bottom)}", cls="cf-reference"))
        parts.append(
            text(min(max(x, half), size.width - half), 14, words_, cls="cf-t cf-t--reference", anchor="middle")
        )
    return parts


def _dot(
    prefix: str,
    index: int,
    one: Series,
    row: int,
    label: str,
    scale: Scale,
    y: float,
    unit: Unit,
    decimals: int | None,
) -> str:
    cell = one.cells[row]
    tip = element("title", escape(f"{label}, {one.name}: {words(cell, unit, decimals, interval=True)}"))
    if cell.value is None:
        return element("g", tip + marks.state_box(prefix, cell, scale.start, y - 8, 34, 16))
    mark = ""
    if cell.low is not None and cell.high is not None:
        low, high = scale(max(cell.low, scale.low)), scale(min(cell.high, scale.high))
        d = f"M{num(low)} {num(y)}H{num(high)}M{num(low)} {num(y - 5)}v10M{num(high)} {num(y - 5)}v10"
        mark = element("path", d=d, cls=f"cf-interval cf-interval{index}")
    return element("g", tip + mark + marks.marker(index, scale(cell.value), y, 6))
