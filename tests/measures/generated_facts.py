"""Encounters made up from a seed, written straight to the facts store: for load, and for tests of what stands above it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from childfirst.encounters.crime_records import facts as incidents
from childfirst.encounters.facts import SCHEMA

BOROUGHS = tuple(f"E0900{number:04d}" for number in range(1, 34))
OUTCOMES = {
    "no_further_action": 0.70,
    "arrest": 0.16,
    "community_resolution": 0.05,
    "drugs_warning": 0.03,
    "penalty_notice": 0.02,
    "summons": 0.02,
    None: 0.02,
}
GROUPS = {"white": 0.33, "black": 0.37, "asian": 0.13, "mixed": 0.04, "other": 0.02, "not_stated": 0.06, None: 0.05}
AGES = {"0-9": 0.001, "10-17": 0.2, "18-24": 0.35, "25-34": 0.2, "35+": 0.169, None: 0.08}
SCHOOLS = {"recorded": 0.5, "not_in_education": 0.1, "not_school_age": 0.25, "refused": 0.05, "not_yet_known": 0.1}
SOURCES = {"data.police.uk: metropolitan": 0.6, "Record form": 0.35, "API": 0.05}
KINDS = {"stop_and_search": 0.85, "engagement": 0.08, "safeguarding": 0.05, "call_to_school": 0.02}
SEARCHES = {"person": 0.8, "person_and_vehicle": 0.15, "vehicle": 0.05}


def write_months(
    folder: Path, rows: int, *, months: list[str], seed: int = 1, boroughs: int = len(BOROUGHS), teams: int = 12
) -> int:
    """Write ``rows`` encounters over the months to FOLDER/encounters/YYYY-MM.parquet; the same seed gives the same rows.

    One month in six has no ages, as happens in the open archive. Returns the number of rows written.
    """
    place = folder / "encounters"
    place.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    shares = np.diff(np.linspace(0, rows, len(months) + 1).astype(int))
    for number, (month, size) in enumerate(zip(months, shares, strict=True)):
        table = _month(rng, month, int(size), with_ages=number % 6 != 2, boroughs=boroughs, teams=teams)
        pq.write_table(table, place / f"{month}.parquet", compression="zstd")
    return int(shares.sum())


def write_incidents(folder: Path, rows: int, *, month: str = "2018-01", seed: int = 1) -> None:
    """Write incidents in and near school to FOLDER/crime-records/MONTH.parquet: two thirds recorded, half of those reviewed."""
    place = folder / incidents.KIND
    place.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)

    def draw(*codes: str | None) -> str | None:
        return codes[int(rng.integers(len(codes)))]

    drawn = []
    for _ in range(rows):
        recorded = rng.random() < 2 / 3
        drawn.append(
            {
                **dict.fromkeys(incidents.SCHEMA.names),
                "month": month,
                "team": draw("Team 1", "Team 2"),
                "where": "premises",
                "matter": draw("assault", "drugs", "damage"),
                "covered": True,
                "state": "recorded" if recorded else "left_to_school",
                "why": "serious" if recorded else None,
                "self_defined_group": draw("white", "black", None) if recorded else None,
                "finding": draw("yes", "no", None, None) if recorded else None,
                "school_urn": 100_001,
            }
        )
    pq.write_table(pa.Table.from_pylist(drawn, schema=incidents.SCHEMA), place / f"{month}.parquet")


def _month(rng: np.random.Generator, month: str, size: int, *, with_ages: bool, boroughs: int, teams: int) -> pa.Table:
    def draw(shares: dict[str | None, float] | dict[str, float]) -> pa.Array:
        weights = np.array(list(shares.values()))
        picked = rng.choice(len(weights), size, p=weights / weights.sum())
        return pa.DictionaryArray.from_arrays(pa.array(picked, pa.int32()), pa.array(list(shares))).dictionary_decode()

    kind, source = draw(KINDS), draw(SOURCES)
    archive = pa.compute.starts_with(source, "data.police.uk")
    school = pa.compute.if_else(archive, "source_records_no_school", draw(SCHOOLS))
    recorded = pa.compute.equal(school, "recorded")
    is_search = pa.compute.equal(kind, "stop_and_search")
    search_of = pa.compute.if_else(is_search, draw(SEARCHES), pa.scalar(None, pa.string()))
    person = pa.compute.fill_null(pa.compute.not_equal(search_of, "vehicle"), True)
    ages = pa.compute.if_else(pa.compute.and_(person, with_ages), draw(AGES), pa.scalar(None, pa.string()))
    borough = draw({**dict.fromkeys(BOROUGHS[:boroughs], 0.95 / boroughs), None: 0.05})
    year, number = (int(part) for part in month.split("-"))
    first = np.datetime64(f"{year:04d}-{number:02d}-01")
    columns = {
        "month": pa.repeat(month, size),
        "date": pa.array(first + rng.integers(0, 28, size).astype("timedelta64[D]"), pa.date32()),
        "hour": pa.array(rng.integers(0, 24, size), pa.int8()),
        "source": source,
        "team": pa.compute.if_else(
            archive, pa.scalar(None, pa.string()), draw({f"Team {n}": 1.0 for n in range(1, teams + 1)})
        ),
        "kind": kind,
        "initiator": draw({"patrol": 0.8, "public": 0.1, "school": 0.05, None: 0.05}),
        "alternative": draw({"youth_worker": 0.2, "school": 0.2, "immediate_danger": 0.3, None: 0.3}),
        "police_reason": pa.nulls(size, pa.string()),
        "age_band": ages,
        "gender": draw({"male": 0.9, "female": 0.08, None: 0.02}),
        "self_defined_ethnicity": pa.nulls(size, pa.string()),
        "self_defined_group": draw(GROUPS),
        "officer_defined_ethnicity": draw({"white": 0.4, "black": 0.4, "asian": 0.15, "other": 0.05}),
        "send": pa.nulls(size, pa.bool_()),
        "search_of": search_of,
        "outcome": draw(OUTCOMES),
        "appropriate_adult": pa.nulls(size, pa.string()),
        "borough": borough,
        "ward": pa.nulls(size, pa.string()),
        "school_field": school,
        "school_urn": pa.compute.if_else(recorded, pa.scalar(100000, pa.int32()), pa.scalar(None, pa.int32())),
        "school_phase": pa.compute.if_else(recorded, "secondary", pa.scalar(None, pa.string())),
    }
    return pa.table([columns[name] for name in SCHEMA.names], names=SCHEMA.names).cast(SCHEMA)
