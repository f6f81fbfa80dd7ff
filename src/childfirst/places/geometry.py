"""British National Grid, outlines, and which area a point is in. No ORM: arrays in, arrays out."""

from __future__ import annotations

import enum
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from childfirst.places.cells import CROSSED, CellGrid

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.str_]

GRID = 27700
"""EPSG code of British National Grid: eastings and northings in metres."""

MANY = 20_000
"""From this number of points at once a grid of cells pays."""

GRID_BOX = (-100_000.0, -100_000.0, 800_000.0, 1_350_000.0)
"""Metres within which a point can be in Great Britain, with some sea around it."""


class Reason(enum.IntEnum):
    """Why a point has the area that it has, or none."""

    FOUND = 0
    OUTSIDE = 1  # a real place, in none of the areas
    UNKNOWN = 2  # no place was given: missing, impossible, or the point 0, 0 that stands for missing


@dataclass(frozen=True, slots=True)
class Located:
    """Area codes, ``""`` where there is none, and for each the Reason; two arrays of the length of the input."""

    codes: Codes
    reasons: npt.NDArray[np.int8]


@functools.cache
def _to_grid() -> Transformer:
    return Transformer.from_crs(4326, GRID, always_xy=True)


@functools.cache
def transformer(srs: int) -> Transformer:
    """From the coordinate system with this EPSG code (x east, y north) to British National Grid.

    Raises pyproj.exceptions.CRSError for a code that does not exist.
    """
    return _to_grid() if srs == 4326 else Transformer.from_crs(srs, GRID, always_xy=True)


@functools.cache
def _from_grid() -> Transformer:
    return Transformer.from_crs(GRID, 4326, always_xy=True)


def to_grid(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Longitude and latitude (WGS 84, degrees) as eastings and northings in metres.

    Without the survey's correction grid installed, the transformation is a seven-parameter one, good to about 2 metres.
    """
    x, y = _to_grid().transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return np.asarray(x), np.asarray(y)


def from_grid(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Eastings and northings in metres as longitude and latitude (WGS 84, degrees)."""
    lon, lat = _from_grid().transform(np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64))
    return np.asarray(lon), np.asarray(lat)


def given(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Which points are places at all: finite, on the globe, and not 0, 0."""
    with np.errstate(invalid="ignore"):
        on_globe = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    real: npt.NDArray[np.bool_] = np.isfinite(lon) & np.isfinite(lat) & on_globe & ~((lon == 0) & (lat == 0))
    return real


class AreaIndex:
    """Finds the area of many points at once.

    ``codes`` and ``outlines`` (valid polygons in grid metres) belong together. A point on a boundary belongs to the area
    with the smaller code, and so does a point in two overlapping areas: the same point always gets the same answer.
    """

    def __init__(self, codes: Sequence[str], outlines: Sequence[Any]) -> None:
        if len(codes) != len(outlines):
            raise ValueError(f"{len(codes)} codes and {len(outlines)} outlines do not belong together.")
        order = sorted(range(len(codes)), key=lambda i: codes[i])
        self.codes: Codes = np.array([codes[i] for i in order] + [""], dtype=np.str_)
        self.outlines = np.array([outlines[i] for i in order], dtype=object)
        shapely.prepare(self.outlines)
        self._tree = shapely.STRtree(self.outlines)
        self.box = tuple(shapely.total_bounds(self.outlines)) if len(outlines) else GRID_BOX
        self._cells: CellGrid | None = None

    def __len__(self) -> int:
        return len(self.outlines)

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Codes:
        """The code of the area that each point (WGS 84, degrees) is in, ``""`` where there is none or no place."""
        return self.locate_all(lon, lat).codes

    def locate_all(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """As ``locate``, with the reason for each: found, outside, or unknown. NaN and 0, 0 are unknown, not outside."""
        lon, lat = _pair(lon, lat)
        real = given(lon, lat)
        x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        x[real], y[real] = to_grid(lon[real], lat[real])
        return self._located(x, y, real)

    def locate_metres(self, easting: npt.ArrayLike, northing: npt.ArrayLike) -> Located:
        """As ``locate_all``, for eastings and northings in grid metres."""
        x, y = _pair(easting, northing)
        return self._located(x, y, np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0)))

    def _located(self, x: Floats, y: Floats, real: npt.NDArray[np.bool_]) -> Located:
        none = len(self)
        position = np.full(len(x), none, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            near = real & (x >= self.box[0]) & (x <= self.box[2]) & (y >= self.box[1]) & (y <= self.box[3])
        candidates = np.flatnonzero(near)
        if none and len(candidates):
            position[candidates] = self._positions(x[candidates], y[candidates])
        reasons = np.where(position < none, Reason.FOUND, np.where(real, Reason.OUTSIDE, Reason.UNKNOWN))
        return Located(self.codes[position], reasons.astype(np.int8))

    def _positions(self, x: Floats, y: Floats) -> npt.NDArray[np.int64]:
        """The position of the area of each point within the box, ``len(self)`` for none."""
        if len(x) < MANY:
            return self._ask(x, y)
        if self._cells is None:
            self._cells = CellGrid(self.outlines, self.box, self._ask)
        position = self._cells.label(x, y)
        crossed = np.flatnonzero(position == CROSSED)
        position[crossed] = self._ask(x[crossed], y[crossed])
        return position

    def _ask(self, x: Floats, y: Floats) -> npt.NDArray[np.int64]:
        """The exact test of every point against the outlines whose box it is in."""
        position = np.full(len(x), len(self), dtype=np.int64)
        asked, found = self._tree.query(shapely.points(x, y), predicate="intersects")
        np.minimum.at(position, asked, found)
        return position


def _pair(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[Floats, Floats]:
    one, two = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (first, second))
    if one.shape != two.shape or one.ndim != 1:
        raise ValueError("Give two lists of the same length.")
    return one, two
