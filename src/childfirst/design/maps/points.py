"""Places as points, on the outlines of areas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from shapely.geometry import Point

from childfirst.design.charts import marks
from childfirst.design.charts.data import Cell, Series, Status, Unit, number, words
from childfirst.design.charts.svg import check_id, document, element, finished, nice_ticks, patterns
from childfirst.design.maps.geometry import Area, Coordinates, as_geometry, bounds_of, frame_of, simplified

MOST_BYTES = 80_000
_LARGEST = 22.0
_SMALLEST = 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """A point: longitude and latitude, or easting and northing. ``kind`` is the position of its kind among ``kinds``,
    from 1; ``cell`` sizes it, and None is a plain mark."""

    name: str
    x: float
    y: float
    kind: int = 1
    cell: Cell | None = None


def points(
    *,
    id: str,
    title: str,
    places: Sequence[Place],
    outlines: Sequence[Area] = (),
    kinds: Sequence[str] = (),
    unit: Unit = "count",
    decimals: int | None = None,
    crs: Coordinates = "EPSG:4326",
    description: str = "",
) -> SafeString:
    """A map of places: a shape for each kind, or circles whose area grows with the value.

    A hidden value is a hatched circle, an unknown one a dashed ring, a zero a small cross.
    Raises ValueError when there is nothing to draw, or for a kind that ``kinds`` does not name.
    """
    check_id(id)
    if any(not 1 <= place.kind <= max(len(kinds), 1) for place in places):
        raise ValueError("A place has a kind that the map does not name.")
    ground = [as_geometry(area.geometry) for area in outlines]
    frame = frame_of(bounds_of([*ground, *(Point(place.x, place.y) for place in places)]), crs)
    paths = simplified([frame.geometry(outline) for outline in ground], MOST_BYTES) if ground else []
    prefix = f"{id}-map"
    largest = max((place.cell.value or 0 for place in places if place.cell), default=0) or 1
    body = [patterns(prefix)]
    for area, outline in zip(outlines, paths, strict=True):
        body.append(element("path", element("title", escape(area.name)), d=outline, cls="cf-area cf-area--ground"))
    # The large first, so that the small lie on top of them.
    ordered = sorted(places, key=lambda p: -(p.cell.value or 0) if p.cell else 0)
    body += [_place(prefix, place, frame.point(place.x, place.y), largest, unit, decimals) for place in ordered]
    description = description or _describe(places, kinds)
    drawing = document(id, "map", frame.width, frame.height, title, description, body)
    legend = _legend(places, kinds, largest, unit)
    below = marks.states(id, [Series("", tuple(place.cell for place in places if place.cell))])
    return finished('<div class="cf-chart cf-map">', legend, drawing, below, "</div>")


def _radius(value: float, largest: float) -> float:
    return max(_SMALLEST, _LARGEST * math.sqrt(value / largest))


def _place(prefix: str, place: Place, at: tuple[float, float], largest: float, unit: Unit, decimals: int | None) -> str:
    x, y = at
    if place.cell is None:
        return element("g", element("title", escape(place.name)) + marks.marker(place.kind, x, y, 7))
    tip = element("title", escape(f"{place.name}: {words(place.cell, unit, decimals, interval=True)}"))
    if place.cell.status is Status.HIDDEN:
        return element("g", tip + element("circle", cx=x, cy=y, r=9, fill=f"url(#{prefix}-hatch)", cls="cf-hidden"))
    if place.cell.value is None:
        cls = "cf-nocases" if place.cell.status is Status.NO_CASES else "cf-unknown"
        return element("g", tip + element("circle", cx=x, cy=y, r=8, cls=cls))
    if place.cell.value == 0:
        return element("g", tip + marks.marker(5, x, y, 5))
    radius = _radius(place.cell.value, largest)
    return element("g", tip + element("circle", cx=x, cy=y, r=radius, cls=f"cf-bubble cf-bubble{place.kind}"))


def _describe(places: Sequence[Place], kinds: Sequence[str]) -> str:
    if not places:
        return "No places to show."
    counts = [f"{sum(p.kind == i for p in places)} {kind}" for i, kind in enumerate(kinds, 1)]
    return f"{len(places)} places{': ' + ', '.join(counts) if counts else ''}."


def _legend(places: Sequence[Place], kinds: Sequence[str], largest: float, unit: Unit) -> str:
    items: list[str] = []
    sized = [place.cell for place in places if place.cell is not None]
    if len(kinds) > 1 or (kinds and not sized):
        for index, kind in enumerate(kinds, 1):
            mark = (
                element("circle", cx=13, cy=9, r=7, cls=f"cf-bubble cf-bubble{index}")
                if sized
                else marks.marker(index, 13, 9, 6)
            )
            items.append(_item(mark, kind, 18))
    if any(cell.value for cell in sized):
        for value in _examples(largest):
            radius = _radius(value, largest)
            side = 2 * radius + 2
            mark = element("circle", cx=max(13, radius + 1), cy=side / 2, r=radius, cls="cf-bubble cf-bubble1")
            items.append(_item(mark, number(value, unit, None if value % 1 else 0), side, max(26, side)))
    if any(cell.value == 0 for cell in sized):
        items.append(_item(marks.marker(5, 13, 9, 5), "0: none", 18))
    return marks.listing(items, "cf-legend cf-legend--map")


def _examples(largest: float) -> list[float]:
    ticks = [t for t in nice_ticks(0, largest, 3) if 0 < t <= largest]
    return [ticks[0], ticks[-1]] if len(ticks) > 1 else ticks or [largest]


def _item(mark: str, said: str, height: float, width: float = 26) -> str:
    key = element(
        "svg",
        mark,
        cls="cf-legend__key",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=width,
        height=height,
        aria_hidden="true",
    )
    return f'<li class="cf-legend__item">{key}<span>{escape(said)}</span></li>'
