"""Small areas and schools for tests: a made-up town on a square grid near Cambridge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import shapely

from childfirst.places.geometry import from_grid
from childfirst.places.models import Area, School, SchoolLink, SchoolName
from childfirst.places.outlines import mend, wkb_of

WEST, SOUTH = 540_000.0, 260_000.0


def square(column: int, row: int, size: float = 1000.0) -> Any:
    """A square of the town's grid, in grid metres."""
    return shapely.box(WEST + column * size, SOUTH + row * size, WEST + (column + 1) * size, SOUTH + (row + 1) * size)


def make_area(code: str, shape: Any, kind: str = "ward", name: str = "", **fields: Any) -> Area:
    whole = mend(shape).shape
    assert whole is not None
    x0, y0, x1, y1 = whole.bounds
    return Area.objects.create(
        code=code, kind=kind, name=name or code, outline=wkb_of(whole), min_x=x0, min_y=y0, max_x=x1, max_y=y1, **fields
    )


def make_school(urn: int = 900001, name: str = "Aldersey Brook School", **fields: Any) -> School:
    fields.setdefault("status", "open")
    fields.setdefault("seen_on", dt.date(2025, 7, 1))
    if "easting" in fields:
        lon, lat = from_grid([fields["easting"]], [fields["northing"]])
        fields |= {"lon": float(lon[0]), "lat": float(lat[0])}
    return School.objects.create(urn=urn, name=name, **fields)


def make_name(school: School, name: str, **fields: Any) -> SchoolName:
    return SchoolName.objects.create(school=school, name=name, **fields)


def make_link(urn: int, linked: int, kind: str = "successor", **fields: Any) -> SchoolLink:
    return SchoolLink.objects.create(urn=urn, linked_urn=linked, kind=kind, **fields)
