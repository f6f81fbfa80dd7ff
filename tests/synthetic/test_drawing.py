"""The invented city is the same for the same seed, whole, and plainly invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from childfirst.encounters import vocabulary
from childfirst.synthetic.archive import write_archive
from childfirst.synthetic.city import City, make_city
from childfirst.synthetic.encounters import make_encounters
from childfirst.synthetic.schools import SchoolPlan, make_schools

AS_OF = dt.date(2026, 11, 1)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(np.random.default_rng(1))


@pytest.fixture(scope="module")
def schools(city: City) -> list[SchoolPlan]:
    return make_schools(np.random.default_rng(2), city, 60, AS_OF)


@pytest.fixture(scope="module")
def drawn(city: City, schools: list[SchoolPlan]) -> pl.DataFrame:
    return make_encounters(np.random.default_rng(3), city, schools, 4_000, dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_wards_meet_without_gaps_or_overlaps(city: City):
    assert len(city.wards) == 12
    outlines = [ward.outline for ward in city.wards]
    assert all(outline.is_valid and not outline.is_empty for outline in outlines)
    assert sum(outline.area for outline in outlines) == pytest.approx(shapely.union_all(outlines).area, rel=1e-6)
    assert {ward.parent for ward in city.wards} == {borough.code for borough in city.boroughs}


def test_the_same_seed_draws_the_same_city():
    first, again = (make_city(np.random.default_rng(9)) for _ in range(2))
    assert [a.outline.wkb for a in first.areas] == [a.outline.wkb for a in again.areas]


def test_schools_are_plainly_invented_and_inside_their_ward(city: City, schools: list[SchoolPlan]):
    wards = {ward.code: ward.outline for ward in city.wards}
    assert len({school.urn for school in schools}) == len({school.name for school in schools}) == 60
    for school in schools:
        assert school.urn >= 900_001
        assert shapely.contains_xy(wards[school.ward].buffer(2), school.easting, school.northing)
        assert (school.closed is None) == (school.successor is None)


def test_encounters_use_the_words_of_the_room_and_never_skip_the_school(drawn: pl.DataFrame):
    words = {
        "kind": vocabulary.Kind,
        "initiator": vocabulary.Initiator,
        "gender": vocabulary.Gender,
        "self_defined_ethnicity": vocabulary.SelfDefinedEthnicity,
        "officer_defined_ethnicity": vocabulary.OfficerDefinedEthnicity,
        "outcome": vocabulary.Outcome,
    }
    for column, vocabulary_of in words.items():
        assert set(drawn[column].unique()) <= set(vocabulary_of.values), column
    assert set(drawn["school_reason"].unique()) - {""} <= set(vocabulary.ASKABLE_REASONS)
    assert drawn.filter((pl.col("school_urn").is_null()) == (pl.col("school_reason") == "")).is_empty()
    assert drawn["occurred_at"].is_sorted()


def test_children_go_to_a_school_for_their_age(drawn: pl.DataFrame, schools: list[SchoolPlan]):
    ages = {school.urn: (school.lowest_age, school.highest_age) for school in schools}
    for urn, age in drawn.select("school_urn", "age").drop_nulls().unique().iter_rows():
        assert ages[urn][0] <= age <= ages[urn][1]


def test_an_archive_of_the_same_seed_has_the_same_bytes(tmp_path: Path, drawn: pl.DataFrame):
    stops = drawn.filter(pl.col("kind") == "stop_and_search")
    files = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for file in files:
        write_archive(np.random.default_rng(4), file, stops)
    assert files[0].read_bytes() == files[1].read_bytes()
