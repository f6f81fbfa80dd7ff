"""An invented city in the English Channel: a force, a command unit, boroughs and wards with outlines in EPSG:27700 metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.ops import unary_union

from childfirst.synthetic.wording import BOROUGHS, CITY, FORCE, WARDS

CENTRE = (340_000.0, 68_000.0)  # open sea in Lyme Bay, some ten miles from any coast
WARD_SIZE = 2_400.0  # metres


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """An area to be: code, name, kind (ward, borough, command_unit, force), code of its parent, outline."""

    code: str
    name: str
    kind: str
    parent: str
    outline: shapely.Geometry


@dataclass(frozen=True, slots=True)
class City:
    """The areas of the city; wards are in the order of their codes."""

    wards: tuple[AreaPlan, ...]
    boroughs: tuple[AreaPlan, ...]
    command_unit: AreaPlan
    force: AreaPlan

    @property
    def areas(self) -> tuple[AreaPlan, ...]:
        """Every area, larger before smaller."""
        return (self.force, self.command_unit, *self.boroughs, *self.wards)


def make_city(rng: np.random.Generator, wards: int = 12) -> City:
    """Draw a city of that many wards (at least 3), a third of them in each borough.

    Wards are Voronoi cells of a shaken grid, cut by a wavering coast, so that outlines look like a town's and meet exactly.
    """
    columns = int(np.ceil(np.sqrt(wards * 4 / 3)))
    rows = int(np.ceil(wards / columns))
    grid = np.array([(x, y) for x in range(columns) for y in range(rows)][:wards], dtype=float)
    points = (grid + rng.uniform(-0.28, 0.28, grid.shape)) * WARD_SIZE
    points += np.array(CENTRE) - points.mean(axis=0)
    coast = _coast(rng, points)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=coast, ordered=True)
    outlines = [shapely.set_precision(cell.intersection(coast), 1.0) for cell in cells.geoms]
    borough_of = (
        np.arange(wards) * len(BOROUGHS) // wards
    )  # the grid is filled column by column: neighbours stay together
    ward_plans = tuple(
        AreaPlan(f"ZS05{i + 1:06d}", _ward_name(i), "ward", f"ZS09{borough_of[i] + 1:06d}", outline)
        for i, outline in enumerate(outlines)
    )
    boroughs = tuple(
        AreaPlan(
            f"ZS09{b + 1:06d}",
            name,
            "borough",
            "ZS23000001",
            unary_union([ward.outline for i, ward in enumerate(ward_plans) if borough_of[i] == b]),
        )
        for b, name in enumerate(BOROUGHS)
    )
    whole = unary_union([borough.outline for borough in boroughs])
    unit = AreaPlan("ZS23000001", f"{CITY} Command Unit", "command_unit", "ZS48000001", whole)
    return City(ward_plans, boroughs, unit, AreaPlan("ZS48000001", FORCE, "force", "", whole))


def _ward_name(number: int) -> str:
    name = WARDS[number % len(WARDS)]
    return name if number < len(WARDS) else f"{name} {number // len(WARDS) + 1}"


def _coast(rng: np.random.Generator, points: np.ndarray) -> Polygon:
    centre = points.mean(axis=0)
    reach = np.abs(points - centre).max(axis=0) + WARD_SIZE * 0.75
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    waves = 1 + 0.05 * np.sin(3 * angles + rng.uniform(0, 6)) + 0.03 * np.sin(7 * angles + rng.uniform(0, 6))
    # A superellipse: between a circle and a rectangle, so that no ward of the grid falls into the sea.
    radius = (np.abs(np.cos(angles)) ** 4 + np.abs(np.sin(angles)) ** 4) ** -0.25 * waves
    ring = centre + np.column_stack([np.cos(angles), np.sin(angles)]) * reach * radius[:, None]
    return Polygon(ring)


def points_inside(rng: np.random.Generator, outline: shapely.Geometry, count: int) -> np.ndarray:
    """``count`` uniform points inside an outline, shape (count, 2), metres."""
    west, south, east, north = outline.bounds
    found = np.empty((0, 2))
    shapely.prepare(outline)
    while len(found) < count:
        tries = rng.uniform((west, south), (east, north), (2 * count + 16, 2))
        found = np.vstack([found, tries[shapely.contains_xy(outline, tries[:, 0], tries[:, 1])]])
    return found[:count]


def centre_of(outline: shapely.Geometry) -> Point:
    """A point well inside an outline."""
    return shapely.point_on_surface(outline)
