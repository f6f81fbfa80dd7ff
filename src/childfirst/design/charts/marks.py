"""Markers, states and legends: what tells series and states apart without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import escape

from childfirst.design.charts.data import Cell, Series, Status
from childfirst.design.charts.svg import element, num

MOST_SERIES = 6
HIDDEN_WORDS = "Hidden: showing it could tell something about a person"
UNKNOWN_WORDS = "Not known: nobody recorded it"
NO_CASES_WORDS = "No cases: there was nothing to take a share of"
STATES = ((Status.HIDDEN, HIDDEN_WORDS), (Status.UNKNOWN, UNKNOWN_WORDS), (Status.NO_CASES, NO_CASES_WORDS))


def check_count(series: Sequence[Series]) -> None:
    """Raises ValueError for more series than eyes can tell apart."""
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series are too many for one chart; use small_multiples.")


def marker(index: int, x: float, y: float, size: float = 5) -> str:
    """The series' own shape: circle, square, triangle, diamond, cross, ring."""
    cls = f"cf-m cf-m{index}"
    kind = (index - 1) % MOST_SERIES
    if kind == 0:
        return element("circle", cx=x, cy=y, r=size, cls=cls)
    if kind == 1:
        return element("rect", x=x - size * 0.9, y=y - size * 0.9, width=size * 1.8, height=size * 1.8, cls=cls)
    if kind == 2:
        points = f"M{num(x)} {num(y - size * 1.2)}l{num(size * 1.15)} {num(size * 2)}h{num(-size * 2.3)}z"
        return element("path", d=points, cls=cls)
    if kind == 3:
        a = size * 1.3
        return element(
            "path", d=f"M{num(x)} {num(y - a)}l{num(a)} {num(a)}l{num(-a)} {num(a)}l{num(-a)} {num(-a)}z", cls=cls
        )
    if kind == 4:
        a = size * 0.95
        cross = f"M{num(x - a)} {num(y - a)}l{num(2 * a)} {num(2 * a)}m{num(-2 * a)} 0l{num(2 * a)} {num(-2 * a)}"
        return element("path", d=cross, cls=f"{cls} cf-m--line")
    return element("circle", cx=x, cy=y, r=size * 0.9, cls=f"{cls} cf-m--ring")


def state_box(prefix: str, cell: Cell, x: float, y: float, width: float, height: float) -> str:
    """The box that stands where there is no value: hatched for hidden, dashed for not known, filled for no cases."""
    if cell.status is Status.HIDDEN:
        hatch = f"url(#{prefix}-hatch)"
        return element("rect", x=x, y=y, width=width, height=height, rx=2, fill=hatch, cls="cf-hidden")
    cls = "cf-nocases" if cell.status is Status.NO_CASES else "cf-unknown"
    return element("rect", x=x, y=y, width=width, height=height, rx=2, cls=cls)


def has(series: Iterable[Series], status: Status) -> bool:
    """Whether any cell is in that state."""
    return any(cell.status is status for one in series for cell in one.cells)


def legend(identifier: str, series: Sequence[Series], *, filled: bool, lines: bool = False) -> str:
    """Names of the series beside their marks, when there are several; it stands above the drawing."""
    if len(series) == 1:
        return ""
    return listing(
        _item(_swatch(f"{identifier}-key{index}", index, filled=filled, lines=lines), one.name)
        for index, one in enumerate(series, 1)
    )


def states(identifier: str, series: Iterable[Series]) -> str:
    """What the marks for hidden and not known mean, where they occur; it stands below the drawing."""
    return listing(state_items(identifier, series), "cf-legend cf-legend--states")


def listing(items: Iterable[str], cls: str = "cf-legend") -> str:
    """A legend of these entries, or nothing."""
    joined = "".join(items)
    return f'<ul class="{cls}">{joined}</ul>' if joined else ""


def state_items(identifier: str, series: Iterable[Series]) -> list[str]:
    """Legend entries for the states without a number, where they occur."""
    found = list(series)
    items: list[str] = []
    for status, words in STATES:
        if has(found, status):
            prefix = f"{identifier}-{status.name.lower()}"
            items.append(_item(_state_swatch(prefix, Cell(None, status)), words))
    return items


def _item(swatch: str, words: str) -> str:
    return f'<li class="cf-legend__item">{swatch}<span>{escape(words)}</span></li>'


def _key(content: str, width: float = 26) -> str:
    return element(
        "svg", content, cls="cf-legend__key", viewBox=f"0 0 {num(width)} 18", width=width, height=18, aria_hidden="true"
    )


def _swatch(prefix: str, index: int, *, filled: bool, lines: bool) -> str:
    from childfirst.design.charts.svg import patterns

    if filled:
        rect = element("rect", x=1, y=2, width=24, height=14, rx=2, cls=f"cf-b cf-b{index}")
        over = (
            element("rect", x=1, y=2, width=24, height=14, rx=2, fill=f"url(#{prefix}-s{index})") if index > 1 else ""
        )
        return _key(patterns(prefix, index) + rect + over)
    line = element("path", d="M0 9h26", cls=f"cf-l cf-l{index}") if lines else ""
    return _key(line + marker(index, 13, 9, 5))


def _state_swatch(prefix: str, cell: Cell) -> str:
    from childfirst.design.charts.svg import patterns

    return _key(patterns(prefix) + state_box(prefix, cell, 1, 2, 24, 14))
