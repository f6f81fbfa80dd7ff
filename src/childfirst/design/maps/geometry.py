"""From places on the ground to paths on the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from childfirst.design.charts.svg import num

Coordinates = Literal["EPSG:27700", "EPSG:4326"]
WIDTH = 640.0
MOST_HEIGHT = 720.0
EDGE = 6.0


@dataclass(frozen=True, slots=True)
class Area:
    """An area to be filled: its code, its name, and its outline as a shapely geometry or GeoJSON mapping."""

    code: str
    name: str
    geometry: BaseGeometry | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """How ground becomes screen: ``x' = (x * stretch - left) * factor``, and y downwards."""

    left: float
    top: float
    stretch: float
    factor: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Screen coordinates of a place."""
        return (x * self.stretch - self.left) * self.factor + EDGE, (self.top - y) * self.factor + EDGE

    def geometry(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry on the screen."""
        f = self.factor
        matrix = (f * self.stretch, 0, 0, -f, EDGE - self.left * f, EDGE + self.top * f)
        return affinity.affine_transform(geometry, matrix)


def as_geometry(value: BaseGeometry | Mapping[str, Any]) -> BaseGeometry:
    """A shapely geometry; a GeoJSON geometry or feature is read. Raises ValueError for anything without an outline."""
    if isinstance(value, Mapping):
        value = shape(value.get("geometry") or value)
    if value.is_empty:
        raise ValueError("An area without an outline cannot be drawn.")
    return value


def frame_of(bounds: tuple[float, float, float, float], crs: Coordinates) -> Frame:
    """The frame that fits these bounds (west, south, east, north in metres or degrees) into the drawing."""
    west, south, east, north = bounds
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    stretch = math.cos(math.radians((south + north) / 2)) if crs == "EPSG:4326" else 1.0
    across, up = max((east - west) * stretch, 1e-9), max(north - south, 1e-9)
    factor = min((WIDTH - 2 * EDGE) / across, (MOST_HEIGHT - 2 * EDGE) / up)
    return Frame(west * stretch, north, stretch, factor, across * factor + 2 * EDGE, up * factor + 2 * EDGE)


def simplified(geometries: Sequence[BaseGeometry], most_bytes: int) -> list[str]:
    """Paths of screen geometries, simplified together (neighbours keep their common border) until they fit.

    ``most_bytes`` is for all paths together. Each geometry keeps at least its largest part.
    """
    polygons = [_polygons(geometry) for geometry in geometries]
    tolerance = 0.35
    while True:
        rough = _simplify(polygons, tolerance)
        paths = [path(geometry) for geometry in rough]
        if sum(map(len, paths)) <= most_bytes or tolerance > 24:
            return paths
        tolerance *= 1.6


def _polygons(geometry: BaseGeometry) -> MultiPolygon:
    parts = [p for p in getattr(geometry, "geoms", [geometry]) if isinstance(p, Polygon)]
    if not parts:
        raise ValueError("Only areas can be filled; points and lines have no inside.")
    parts.sort(key=lambda p: p.area, reverse=True)
    # Specks that no eye could see go; the largest part always stays.
    return MultiPolygon([parts[0], *(p for p in parts[1:] if p.area >= 0.8)])


def _simplify(polygons: Sequence[MultiPolygon], tolerance: float) -> list[BaseGeometry]:
    try:
        rough = list(shapely.coverage_simplify(list(polygons), tolerance))
    except shapely.errors.GEOSException:
        rough = [polygon.simplify(tolerance) for polygon in polygons]
    return [new if not new.is_empty else old for new, old in zip(rough, polygons, strict=True)]


def path(geometry: BaseGeometry) -> str:
    """The SVG path of a polygon or several, in relative steps of a tenth."""
    parts: list[str] = []
    for polygon in getattr(geometry, "geoms", [geometry]):
        for ring in (polygon.exterior, *polygon.interiors):
            # Steps between rounded places, not rounded steps: errors must not add up around the ring.
            tenths = [(round(x * 10), round(y * 10)) for x, y in ring.coords[:-1]]
            if len(tenths) < 3:
                continue
            steps = [f"M{num(tenths[0][0] / 10)} {num(tenths[0][1] / 10)}"]
            before = tenths[0]
            for place in tenths[1:]:
                if place != before:
                    dx, dy = num((place[0] - before[0]) / 10), num((place[1] - before[1]) / 10)
                    steps.append(f"l{dx}{'' if dy.startswith('-') else ' '}{dy}")
                    before = place
            parts.append("".join(steps) + "z")
    return "".join(parts)


def bounds_of(geometries: Sequence[BaseGeometry]) -> tuple[float, float, float, float]:
    """West, south, east and north of all geometries together. Raises ValueError when there is none."""
    if not geometries:
        raise ValueError("A map needs at least one area or point.")
    west, south, east, north = shapely.total_bounds(list(geometries))
    return float(west), float(south), float(east), float(north)
