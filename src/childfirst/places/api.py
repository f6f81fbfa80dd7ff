"""The workspace's API of schools and areas: read only, for those who may look up places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from childfirst.places import queries
from childfirst.places.geometry import from_grid
from childfirst.places.models import Area, School
from childfirst.places.outlines import geojson_coordinates, shape_of
from childfirst.places.permissions import check_can_read
from childfirst.places.vocabulary import AreaKind

router = Router(tags=["places"])


class SuggestionOut(Schema):
    """A school in a list of finds."""

    value: str
    text: str
    hint: str


class FoundOut(Schema):
    """What a search found; ``more`` says that there is more than ``limit``."""

    results: list[SuggestionOut]
    more: bool


class ThenOut(Schema):
    """A school as it was on a day."""

    on: dt.date
    name: str
    name_is_certain: bool
    name_note: str
    status: str | None


class SchoolOut(Schema):
    """A school; empty text and null mean not known."""

    urn: int
    name: str
    status: str
    opened_on: dt.date | None
    closed_on: dt.date | None
    establishment_type: str
    phase: str
    lowest_age: int | None
    highest_age: int | None
    gender: str
    religious_character: str
    street: str
    town: str
    postcode: str
    la_code: str
    la_name: str
    lon: float | None
    lat: float | None
    ward: str | None
    borough: str | None
    former_names: list[str]
    current_successors: list[int]
    seen_on: dt.date | None
    absent_on: dt.date | None
    then: ThenOut | None


class AreaOut(Schema):
    """An area without its outline; the box is west, south, east, north in metres of EPSG:27700."""

    code: str
    kind: str
    name: str
    parent: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    box: list[float]


class AreaOutlineOut(AreaOut):
    """An area with its outline as a GeoJSON MultiPolygon in longitude and latitude."""

    geometry: dict[str, Any]


@router.get("/schools", response=FoundOut, url_name="places_search_schools")
def search_schools(
    request: HttpRequest,
    q: str = Query("", max_length=100),
    limit: int = Query(10, ge=1, le=50),
    lon: float | None = Query(None, ge=-180, le=180),
    lat: float | None = Query(None, ge=-90, le=90),
) -> FoundOut:
    """Schools for a text; with ``lon`` and ``lat``, nearer ones first among equals."""
    check_can_read(request.user)
    near = (lon, lat) if lon is not None and lat is not None else None
    found = queries.search_schools(q, limit=limit + 1, near=near)
    results = [
        SuggestionOut(value=s.value, text=s.text, hint=s.hint) for s in (one.suggestion for one in found[:limit])
    ]
    return FoundOut(results=results, more=len(found) > limit)


@router.get("/schools/{int:urn}", response=SchoolOut, url_name="places_school")
def school(request: HttpRequest, urn: int, on: dt.date | None = None) -> SchoolOut:
    """A school as it is, and with ``on`` as it was on that day."""
    check_can_read(request.user)
    found = queries.school(urn)
    if found is None:
        raise Http404("There is no school with this number.")
    return _school(found, on)


def _school(found: School, on: dt.date | None) -> SchoolOut:
    then = queries.as_it_was(found, on) if on else None
    plain = ["urn", "name", "status", "opened_on", "closed_on", "establishment_type", "phase", "lowest_age", "highest_age", "gender", "religious_character", "street", "town", "postcode", "la_code", "la_name", "lon", "lat", "seen_on", "absent_on"]  # fmt: skip
    return SchoolOut(
        **{name: getattr(found, name) for name in plain},
        ward=found.ward_id,
        borough=found.borough_id,
        former_names=sorted(span.name for span in queries.name_spans(found)[1]),
        current_successors=[one.urn for one in queries.current_successors(found.urn)],
        then=None if then is None else ThenOut(
            on=then.on, name=then.name, name_is_certain=then.name_is_certain, name_note=then.name_note, status=then.status
        ),
    )  # fmt: skip


@router.get("/areas", response=list[AreaOut], url_name="places_areas")
def areas(request: HttpRequest, kind: AreaKind | None = None, on: dt.date | None = None) -> list[AreaOut]:
    """Areas that hold today, or on a day."""
    check_can_read(request.user)
    return [AreaOut(**_area(area)) for area in queries.areas(kind, on=on)]


@router.get("/areas/{code}", response=AreaOutlineOut, url_name="places_area")
def area(request: HttpRequest, code: str) -> AreaOutlineOut:
    """An area with its outline."""
    check_can_read(request.user)
    found = queries.area(code)
    if found is None:
        raise Http404("There is no area with this code.")
    return AreaOutlineOut(**_area(found), geometry=_geojson(found))


def _area(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "kind": area.kind,
        "name": area.name,
        "parent": area.parent_id,
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "box": [area.min_x, area.min_y, area.max_x, area.max_y],
    }


def _geojson(area: Area) -> dict[str, Any]:
    import numpy as np
    import shapely

    def to_degrees(points: Any) -> Any:
        return np.column_stack(from_grid(points[:, 0], points[:, 1]))

    shape = shapely.transform(shape_of(area.outline), to_degrees)
    return {"type": "MultiPolygon", "coordinates": geojson_coordinates(shape, digits=6)}
