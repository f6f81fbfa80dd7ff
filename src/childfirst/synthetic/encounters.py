"""Invented encounters, drawn in bulk: three years of them in a second, or millions for a load test.

The draw has the features that the measures must cope with: more stops after school and in the evening, more of Black children than
their share, ages and places that are missing, small groups, and a school field that nobody filled in until it became mandatory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from childfirst.synthetic.city import City, points_inside
from childfirst.synthetic.schools import TO_DEGREES, SchoolPlan

KINDS = {
    "stop_and_search": 0.44,
    "arrest": 0.09,
    "suspect": 0.11,
    "victim": 0.15,
    "safeguarding": 0.11,
    "call_to_school": 0.06,
    "engagement": 0.04,
}
INITIATORS = {
    "stop_and_search": {"patrol": 0.86, "public": 0.14},
    "arrest": {"patrol": 0.5, "public": 0.4, "school": 0.02, "other_agency": 0.08},
    "suspect": {"public": 0.7, "school": 0.15, "other_agency": 0.15},
    "victim": {"public": 0.8, "school": 0.1, "other_agency": 0.1},
    "safeguarding": {"other_agency": 0.5, "school": 0.3, "public": 0.1, "patrol": 0.1},
    "call_to_school": {"school": 1.0},
    "engagement": {"patrol": 0.7, "school": 0.3},
}
ETHNICITIES = {
    "W1": 0.36, "W2": 0.01, "W3": 0.004, "W9": 0.09, "M1": 0.035, "M2": 0.02, "M3": 0.015, "M9": 0.02, "A1": 0.03,
    "A2": 0.04, "A3": 0.05, "A4": 0.005, "A9": 0.03, "B1": 0.07, "B2": 0.12, "B9": 0.04, "O2": 0.01, "O9": 0.02, "NS": 0.07,
}  # fmt: skip
OFFICER_DEFINED = {"W": "IC1", "M": "IC3", "A": "IC4", "B": "IC3", "O": "IC6", "N": "IC1"}
OUTCOMES = {
    "stop_and_search": {
        "no_further_action": 0.70, "arrest": 0.11, "community_resolution": 0.11, "penalty_notice": 0.01, "caution": 0.02,
        "summons": 0.03, "drugs_warning": 0.02,
    },
    "arrest": {"arrest": 1.0},
    "suspect": {"no_further_action": 0.35, "community_resolution": 0.25, "under_investigation": 0.3, "caution": 0.1},
    "victim": {"under_investigation": 0.5, "no_further_action": 0.3, "referred": 0.2},
    "safeguarding": {"referred": 0.6, "taken_home": 0.25, "no_further_action": 0.15},
    "call_to_school": {"words_of_advice": 0.5, "no_further_action": 0.2, "referred": 0.2, "community_resolution": 0.1},
    "engagement": {"words_of_advice": 0.7, "referred": 0.3},
}  # fmt: skip
HOURS = np.array([5, 3, 2, 1, 1, 1, 2, 4, 7, 5, 5, 6, 8, 8, 9, 16, 18, 15, 12, 11, 11, 11, 10, 8], dtype=float)
REASONS = ("not_in_education", "home_educated", "outside_england", "not_school_age", "refused", "not_yet_known")


def make_encounters(
    rng: np.random.Generator,
    city: City,
    schools: Sequence[SchoolPlan],
    count: int,
    first: dt.date,
    last: dt.date,
) -> pl.DataFrame:
    """Draw ``count`` encounters between two days (both included), in order of time.

    Columns: occurred_at (UTC), kind, initiator, age (null: unknown), gender, self_defined_ethnicity (18+1 code),
    officer_defined_ethnicity, outcome, ward, borough, lon, lat (null: unknown), school_urn (null: see school_reason),
    school_reason, strip_search, force_used. ``school_reason`` is empty where there is a URN.
    """
    days = (last - first).days + 1
    day = rng.integers(0, days, count)
    hour = rng.choice(24, count, p=HOURS / HOURS.sum())
    start = dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC)
    minute = day.astype(np.int64) * 1440 + hour * 60 + rng.integers(0, 12, count) * 5
    kind = _draw(rng, KINDS, count)
    age = np.clip(np.round(rng.normal(15.2, 1.9, count)), 7, 17).astype(float)
    age[rng.random(count) < 0.03] = np.nan
    ward = rng.choice(len(city.wards), count, p=_ward_weights(rng, len(city.wards)))
    ethnicity = _draw(rng, ETHNICITIES, count)
    lon, lat = _coordinates(rng, city, ward)
    urn, reason = _school(rng, schools, city, ward, age)
    unknown_place = rng.random(count) < 0.04
    lon[unknown_place] = lat[unknown_place] = np.nan
    searched = kind == "stop_and_search"
    officer = np.array([OFFICER_DEFINED[code[0]] for code in ETHNICITIES])[_index(ethnicity, list(ETHNICITIES))]
    frame = pl.DataFrame(
        {
            "minute": minute,
            "kind": kind,
            "initiator": _by_kind(rng, kind, INITIATORS),
            "age": age,
            "gender": _draw(rng, {"male": 0.78, "female": 0.2, "other": 0.01, "not_recorded": 0.01}, count),
            "self_defined_ethnicity": ethnicity,
            "officer_defined_ethnicity": np.where(rng.random(count) < 0.02, "NR", officer),
            "outcome": _by_kind(rng, kind, OUTCOMES),
            "ward": np.array([w.code for w in city.wards])[ward],
            "borough": np.array([w.parent for w in city.wards])[ward],
            "lon": lon,
            "lat": lat,
            "school_urn": urn,
            "school_reason": reason,
            "strip_search": searched & (rng.random(count) < 0.004),
            "force_used": rng.random(count) < 0.012,
        }
    )
    return (
        frame.with_columns(
            occurred_at=pl.lit(start) + pl.duration(minutes=pl.col("minute")),
            age=pl.col("age").fill_nan(None).cast(pl.Int16),
            lon=pl.col("lon").fill_nan(None).round(6),
            lat=pl.col("lat").fill_nan(None).round(6),
            school_urn=pl.when(pl.col("school_urn") > 0).then(pl.col("school_urn")),
        )
        .sort("minute", maintain_order=True)
        .drop("minute")
    )


def _draw(rng: np.random.Generator, shares: dict[str, float], count: int) -> np.ndarray:
    weights = np.array(list(shares.values()))
    return np.array(list(shares))[rng.choice(len(weights), count, p=weights / weights.sum())]


def _index(values: np.ndarray, order: list[str]) -> np.ndarray:
    sorter = np.argsort(order)
    return sorter[np.searchsorted(order, values, sorter=sorter)]


def _ward_weights(rng: np.random.Generator, wards: int) -> np.ndarray:
    weights: np.ndarray = rng.gamma(2.0, 1.0, wards) + 0.2
    return np.asarray(weights / weights.sum())


def _by_kind(rng: np.random.Generator, kind: np.ndarray, table: dict[str, dict[str, float]]) -> np.ndarray:
    """Draw for each encounter from the shares of its kind."""
    result = np.full(len(kind), "", dtype="<U24")
    for name, shares in table.items():
        mine = kind == name
        result[mine] = _draw(rng, shares, int(mine.sum()))
    return result


def _coordinates(rng: np.random.Generator, city: City, ward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    places = np.empty((len(ward), 2))
    for w, area in enumerate(city.wards):
        mine = ward == w
        pool = points_inside(rng, area.outline, 400)  # as in published data: a limited set of anonymous map points
        places[mine] = pool[rng.integers(0, len(pool), int(mine.sum()))]
    lon, lat = TO_DEGREES.transform(places[:, 0], places[:, 1])
    return np.asarray(lon), np.asarray(lat)


def _school(
    rng: np.random.Generator, schools: Sequence[SchoolPlan], city: City, ward: np.ndarray, age: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A school of the child's age, most often of the ward's own borough; for one child in nine a reason instead."""
    open_now = [s for s in schools if s.closed is None]
    urn = np.zeros(len(ward), dtype=np.int64)
    borough = np.array([w.parent for w in city.wards])[ward]
    years = np.where(np.isnan(age), 15, age).astype(int)
    for years_old in np.unique(years):
        fitting = [s for s in open_now if s.lowest_age <= years_old <= s.highest_age]
        for code in np.unique(borough):
            mine = (years == years_old) & (borough == code)
            near = [s for s in fitting if s.borough == code] or fitting
            pick = np.array([s.urn for s in near])
            weight = np.array([s.pupils for s in near], dtype=float)
            urn[mine] = rng.choice(pick, int(mine.sum()), p=weight / weight.sum())
    reason = np.full(len(ward), "", dtype="<U20")
    without = rng.random(len(ward)) < 0.11
    reason[without] = rng.choice(REASONS, int(without.sum()), p=[0.3, 0.1, 0.12, 0.08, 0.28, 0.12])
    urn[without] = 0
    return urn, reason
