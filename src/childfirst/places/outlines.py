"""Outlines of areas: read, made valid, joined, simplified for maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from childfirst.places.geometry import GRID_BOX


@dataclass(frozen=True, slots=True)
class Mended:
    """An outline fit to be stored: a valid MultiPolygon, or None with the reason; ``repair`` says what was wrong."""

    shape: MultiPolygon | None
    repair: str = ""
    reason: str = ""


def mend(shape: Any) -> Mended:
    """Make an outline a valid, flat MultiPolygon in grid metres.

    Self-crossing rings are repaired by shapely's structure method, which keeps the area that the rings enclose; lines
    and points that a repair leaves over are dropped. Refused: no polygon at all, no surface, or coordinates that are
    not metres of British National Grid.
    """
    if shape is None or shape.is_empty:
        return Mended(None, reason="The outline is empty.")
    if shape.geom_type not in ("Polygon", "MultiPolygon", "GeometryCollection"):
        return Mended(None, reason=f"The outline is a {shape.geom_type}, not a polygon.")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return Mended(None, reason="The outline has a point without a place.")
    flat = shapely.force_2d(shape)
    repair = ""
    if not flat.is_valid:
        repair = shapely.is_valid_reason(flat).split("[")[0]
        flat = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    polygons = [part for part in shapely.get_parts(flat) if part.geom_type == "Polygon" and part.area > 0]
    polygons += [p for part in shapely.get_parts(flat) if part.geom_type == "MultiPolygon" for p in part.geoms]
    if not polygons:
        return Mended(None, reason="The outline encloses no surface.")
    whole = MultiPolygon(polygons)
    x0, y0, x1, y1 = whole.bounds
    if x0 < GRID_BOX[0] or y0 < GRID_BOX[1] or x1 > GRID_BOX[2] or y1 > GRID_BOX[3]:
        return Mended(None, reason="The outline is not in Great Britain.")
    return Mended(shapely.normalize(whole), repair)


def shape_of(outline: bytes | memoryview) -> Any:
    """The shape of a stored outline."""
    return shapely.from_wkb(bytes(outline))


def wkb_of(shape: Any) -> bytes:
    """A shape as it is stored: two-dimensional little-endian WKB."""
    data: bytes = shapely.to_wkb(shape, output_dimension=2, byte_order=1)
    return data


def union(shapes: Sequence[Any]) -> Mended:
    """Several outlines as one, without the lines between them."""
    return mend(shapely.union_all(list(shapes), grid_size=0.001))


def simplified(shapes: Mapping[str, Any], tolerance: float, grid: float) -> dict[str, Any]:
    """Outlines with fewer points for maps: neighbours keep one common line; points lie on a grid of ``grid`` metres.

    ``tolerance`` is the square root of the area (metres) of the triangles that may vanish from a line, after
    Visvalingam and Whyatt (1993), applied by GEOS to the whole coverage at once. Outlines that do not fit together
    as a coverage are simplified each on its own.
    """
    codes = list(shapes)
    array = np.array([shapes[code] for code in codes], dtype=object)
    if not len(array):
        return {}
    if shapely.coverage_is_valid(array):
        array = shapely.coverage_simplify(array, tolerance)
    else:
        array = shapely.simplify(array, tolerance / 2, preserve_topology=True)
    array = shapely.set_precision(array, grid, mode="pointwise")
    mended = [mend(shape).shape for shape in array]
    return {code: new if new is not None else shapes[code] for code, new in zip(codes, mended, strict=True)}


def geojson_coordinates(shape: Any, digits: int = 0) -> list[Any]:
    """Coordinates of a GeoJSON MultiPolygon; whole metres are written as integers."""

    def ring(line: Any) -> list[list[float]]:
        points = np.round(shapely.get_coordinates(line), digits)
        return [[int(x) if x == int(x) else float(x) for x in point] for point in points]

    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    return [[ring(part.exterior), *(ring(hole) for hole in part.interiors)] for part in parts]
