"""The demo's source files, in the layouts that real publishers use, so that its data come in by the same importers as theirs."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from childfirst.synthetic.city import AreaPlan
from childfirst.synthetic.schools import TO_DEGREES, SchoolPlan
from childfirst.synthetic.wording import AUTHORITY_CODE, CITY, COUNCIL

TERMS = (
    # (name, first month, day, last month, day, years after the school year's first)
    ("Autumn term", 9, 2, 12, 18, 0),
    ("Spring term", 1, 5, 3, 27, 1),
    ("Summer term", 4, 13, 7, 21, 1),
)
HALF_TERMS = (
    ("Autumn half-term", 10, 26, 10, 30, 0),
    ("Spring half-term", 2, 16, 2, 20, 1),
    ("Summer half-term", 5, 25, 5, 29, 1),
)


def write_areas(path: Path, areas: Iterable[AreaPlan]) -> Path:
    """Areas as GeoJSON in longitude and latitude, with the properties ``code``, ``name`` and ``parent``."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "parent": area.parent},
            "geometry": mapping(shapely.transform(area.outline, _to_degrees)),
        }
        for area in areas
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def _to_degrees(metres: Any) -> Any:
    lon, lat = TO_DEGREES.transform(metres[:, 0], metres[:, 1])
    return np.column_stack([lon.round(7), lat.round(7)])


def write_register(path: Path, schools: Sequence[SchoolPlan]) -> Path:
    """Schools in the columns of the register's full extract."""
    rows = [
        {
            "URN": school.urn,
            "LA (code)": AUTHORITY_CODE,
            "LA (name)": COUNCIL.removesuffix(" Council"),
            "EstablishmentName": school.name,
            "TypeOfEstablishment (name)": school.type,
            "EstablishmentStatus (name)": "Closed" if school.closed else "Open",
            "OpenDate": _day(school.opened),
            "CloseDate": _day(school.closed),
            "PhaseOfEducation (name)": school.phase,
            "StatutoryLowAge": school.lowest_age,
            "StatutoryHighAge": school.highest_age,
            "Gender (name)": school.gender,
            "ReligiousCharacter (name)": "Church of England" if school.name.startswith("St ") else "Does not apply",
            "NumberOfPupils": school.pupils,
            "Street": school.street,
            "Locality": "",
            "Town": CITY,
            "County (name)": "",
            "Postcode": school.postcode,
            "PreviousName": "|".join(f"{name} (until {last.isoformat()})" for name, last in school.former_names),
            "Easting": round(school.easting),
            "Northing": round(school.northing),
        }
        for school in schools
    ]
    return _write(path, rows)


def write_links(path: Path, schools: Sequence[SchoolPlan]) -> Path:
    """Closed schools and their successors, each link from both sides, as the register writes them."""
    names = {school.urn: school.name for school in schools}
    rows = []
    for school in schools:
        if school.successor is not None:
            day = _day(school.closed)
            for urn, other, kind in (
                (school.urn, school.successor, "Successor - merged"),
                (school.successor, school.urn, "Predecessor - merged"),
            ):
                rows.append(
                    {
                        "URN": urn,
                        "LinkURN": other,
                        "LinkName": names[other],
                        "LinkType": kind,
                        "LinkEstablishedDate": day,
                    }
                )
    return _write(path, rows, ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate"))


def write_term_dates(path: Path, as_of: dt.date) -> Path:
    """Terms and half-terms of four school years around a day."""
    first = as_of.year - (3 if as_of.month >= 9 else 4)
    rows = [
        {
            "la_code": AUTHORITY_CODE,
            "kind": kind,
            "name": f"{name} {year}-{(year + 1) % 100:02d}",
            "starts_on": dt.date(year + later, month, day).isoformat(),
            "ends_on": dt.date(year + later, last_month, last_day).isoformat(),
        }
        for year in range(first, first + 5)
        for kind, table in (("term", TERMS), ("closure", HALF_TERMS))
        for name, month, day, last_month, last_day, later in table
    ]
    return _write(path, rows)


def _day(day: dt.date | None) -> str:
    return day.strftime("%d-%m-%Y") if day else ""


def _write(path: Path, rows: Sequence[dict[str, Any]], header: Sequence[str] = ()) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, header or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
