"""Areas filled by the class of their value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString
from shapely.geometry.base import BaseGeometry

from childfirst.design.charts import marks
from childfirst.design.charts.data import Cell, Series, Status, Unit, words
from childfirst.design.charts.describe import describe
from childfirst.design.charts.svg import check_id, document, element, finished, patterns, text
from childfirst.design.maps.classes import Classes, classify
from childfirst.design.maps.geometry import Area, Coordinates, as_geometry, bounds_of, frame_of, simplified

MOST_BYTES = 110_000
_MOST_NUMBERED = 80


def choropleth(
    *,
    id: str,
    title: str,
    areas: Sequence[Area],
    values: Mapping[str, Cell],
    unit: Unit = "count",
    decimals: int | None = None,
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    crs: Coordinates = "EPSG:27700",
    description: str = "",
) -> SafeString:
    """A map of areas in up to six shades, each with the number of its class, so that shade is never the only sign.

    ``values`` by area code; an area without a value is not known. Hidden areas are hatched, unknown ones have a dashed
    outline and no fill, and a true zero of a count has a shade of its own. Outlines are simplified together until the
    drawing has at most about 110 KB.
    Raises ValueError when there is no area, for outlines without an inside, and for more than six classes.
    """
    check_id(id)
    outlines = [as_geometry(area.geometry) for area in areas]
    frame = frame_of(bounds_of(outlines), crs)
    screen = [frame.geometry(outline) for outline in outlines]
    cells = [values.get(area.code, Cell.unknown()) for area in areas]
    shown = [cell.value for cell in cells if cell.value is not None]
    steps = classify(shown, classes=classes, breaks=breaks, unit=unit, decimals=decimals)
    paths = simplified(screen, MOST_BYTES)
    prefix = f"{id}-map"
    body = [patterns(prefix)]
    # Dashed outlines are drawn last, so that neighbours do not cover them.
    order = sorted(range(len(areas)), key=lambda i: cells[i].status is not Status.SHOWN)
    for i in order:
        tip = element("title", escape(f"{areas[i].name}: {words(cells[i], unit, decimals, interval=True)}"))
        body.append(_area(prefix, paths[i], cells[i], steps, tip))
    if len(areas) <= _MOST_NUMBERED:
        body += _numbers(screen, cells, steps)
    series = Series(title, tuple(cells))
    description = description or describe([area.name for area in areas], [series], unit, decimals)
    drawing = document(id, "map", frame.width, frame.height, title, description, body)
    return finished('<div class="cf-chart cf-map">', _legend(steps), drawing, marks.states(id, [series]), "</div>")


def _area(prefix: str, outline: str, cell: Cell, steps: Classes, tip: str) -> str:
    if cell.status is Status.HIDDEN:
        return element("path", tip, d=outline, fill=f"url(#{prefix}-hatch)", cls="cf-area cf-area--hidden")
    if cell.value is None:
        kind = "nocases" if cell.status is Status.NO_CASES else "unknown"
        return element("path", tip, d=outline, cls=f"cf-area cf-area--{kind}")
    return element("path", tip, d=outline, cls=f"cf-area cf-k{_shade(steps, steps.of(cell.value))}")


def _shade(steps: Classes, index: int) -> int:
    return 0 if index == 0 else steps.shade(index)


def _numbers(screen: Sequence[BaseGeometry], cells: Sequence[Cell], steps: Classes) -> list[str]:
    """The class number within each area that has room for it on a small screen."""
    placed: list[tuple[float, float]] = []
    parts = []
    by_size = sorted(range(len(screen)), key=lambda i: screen[i].area, reverse=True)
    for i in by_size:
        cell = cells[i]
        if cell.value is None or screen[i].area < 500:
            continue
        place = screen[i].representative_point()
        if any(abs(place.x - x) < 26 and abs(place.y - y) < 28 for x, y in placed):
            continue
        placed.append((place.x, place.y))
        index = steps.of(cell.value)
        parts.append(
            text(
                place.x,
                place.y,
                str(index),
                cls=f"cf-map__number cf-map__number--k{_shade(steps, index)}",
                anchor="middle",
            )
        )
    return parts


def _legend(steps: Classes) -> str:
    items = []
    first = 0 if steps.zero_apart else 1
    for index in range(first, steps.count + 1):
        shade = _shade(steps, index)
        box = element("rect", x=1, y=1, width=28, height=20, rx=2, cls=f"cf-area cf-k{shade}")
        said = text(15, 16, str(index), cls=f"cf-map__key cf-map__number--k{shade}", anchor="middle")
        key = element(
            "svg", box + said, cls="cf-legend__key", viewBox="0 0 30 22", width=30, height=22, aria_hidden="true"
        )
        items.append(f'<li class="cf-legend__item">{key}<span>{escape(steps.words(index))}</span></li>')
    return marks.listing(items, "cf-legend cf-legend--map")
