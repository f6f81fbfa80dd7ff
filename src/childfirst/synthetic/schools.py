"""Invented schools with plainly invented URNs (900001 on), former names, closures and their successors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from pyproj import Transformer

from childfirst.synthetic.city import City, points_inside
from childfirst.synthetic.wording import DISTINCTIVE, PRIMARY_KINDS, SAINTS, SECONDARY_KINDS

FIRST_URN = 900_001

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school to be. ``former_names`` are (name, last day); ``successor`` is the URN that took its place when it closed."""

    urn: int
    name: str
    phase: str
    type: str
    lowest_age: int
    highest_age: int
    gender: str
    pupils: int
    ward: str
    borough: str
    easting: float
    northing: float
    lon: float
    lat: float
    street: str
    postcode: str
    opened: dt.date
    closed: dt.date | None = None
    successor: int | None = None
    former_names: tuple[tuple[str, dt.date], ...] = field(default=())


def make_schools(rng: np.random.Generator, city: City, count: int, as_of: dt.date) -> list[SchoolPlan]:
    """``count`` schools spread over the wards: about two thirds primary, a quarter secondary, the rest special or alternative.

    One school in twelve is closed, each of them with a successor; one in ten had another name before.
    """
    names = _names(rng, count)
    places = _places(rng, city, count)
    plans = []
    for i in range(count):
        phase, kind, ages = _phase(i, count)
        ward = city.wards[i % len(city.wards)]
        easting, northing = (float(v) for v in places[i])
        lon, lat = TO_DEGREES.transform(easting, northing)
        name = f"{names[i]} {kind}" if kind not in ("special", "unit") else _other_name(names[i], kind)
        former: tuple[tuple[str, dt.date], ...] = ()
        if i % 10 == 4:
            last = dt.date(as_of.year - 2 - i % 3, 8, 31)
            former = (
                (f"{names[(i + 7) % count]} {PRIMARY_KINDS[1] if phase == 'Primary' else SECONDARY_KINDS[1]}", last),
            )
        plans.append(
            SchoolPlan(
                urn=FIRST_URN + i,
                name=name,
                phase=phase,
                type=_type(name, phase, kind),
                lowest_age=ages[0],
                highest_age=ages[1],
                gender="Girls" if i % 29 == 27 else "Boys" if i % 31 == 25 else "Mixed",
                pupils=int(
                    rng.integers(25, 90)
                    if kind in ("special", "unit")
                    else rng.integers(180, 480) * (3 if phase == "Secondary" else 1)
                ),
                ward=ward.code,
                borough=ward.parent,
                easting=round(easting),
                northing=round(northing),
                lon=round(float(lon), 6),
                lat=round(float(lat), 6),
                street=f"{int(rng.integers(1, 90))} {DISTINCTIVE[int(rng.integers(len(DISTINCTIVE)))]} Road",
                postcode=f"ZS{1 + i % 9} {1 + i // 9 % 9}{'ABDEFGHJ'[i % 8]}{'LNPQRSTU'[i // 8 % 8]}",
                opened=dt.date(1950 + int(rng.integers(0, 60)), 9, 1),
                former_names=former,
            )
        )
    return _with_closures(plans, as_of)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    base = [f"St {saint}'s" for saint in SAINTS] + list(DISTINCTIVE)
    rng.shuffle(base)
    rounds = -(-count // len(base))
    names = [name if turn == 0 else f"{name} {('North', 'South', 'East', 'West')[turn % 4]} {turn}".removesuffix(" 1")
             for turn in range(rounds) for name in base]  # fmt: skip
    return names[:count]


def _places(rng: np.random.Generator, city: City, count: int) -> np.ndarray:
    places = np.empty((count, 2))
    for w, ward in enumerate(city.wards):
        mine = np.arange(w, count, len(city.wards))
        places[mine] = points_inside(rng, ward.outline.buffer(-150), len(mine))
    return places


def _phase(i: int, count: int) -> tuple[str, str, tuple[int, int]]:
    share = i / count
    if share < 0.62:
        kind = PRIMARY_KINDS[i % len(PRIMARY_KINDS)]
        ages = {"Infant School": (4, 7), "Junior School": (7, 11)}.get(kind, (3 if i % 2 else 4, 11))
        return "Primary", kind, ages
    if share < 0.9:
        return "Secondary", SECONDARY_KINDS[i % len(SECONDARY_KINDS)], (11, 18 if i % 3 else 16)
    if share < 0.96:
        return "Not applicable", "special", (4, 19)
    return "Not applicable", "unit", (11, 16)


def _other_name(name: str, kind: str) -> str:
    return f"{name} Special School" if kind == "special" else f"{name} Pupil Referral Unit"


def _type(name: str, phase: str, kind: str) -> str:
    if kind == "special":
        return "Community special school"
    if kind == "unit":
        return "Pupil referral unit"
    if "Academy" in name:
        return "Academy converter"
    return "Voluntary aided school" if name.startswith("St ") else "Community school"


def _with_closures(plans: list[SchoolPlan], as_of: dt.date) -> list[SchoolPlan]:
    """Close every twelfth school; the next school of the same phase takes its pupils."""
    from dataclasses import replace

    result = list(plans)
    for i in range(5, len(plans), 12):
        heir = next((p for p in plans[i + 1 :] if p.phase == plans[i].phase), None)
        if heir is not None:
            result[i] = replace(plans[i], closed=dt.date(as_of.year - 1 - i % 2, 8, 31), successor=heir.urn)
    return result
