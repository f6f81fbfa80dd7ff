"""Numbers: counted by the expressions, and again by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.encounters.facts import SCHEMA
from childfirst.measures import queries
from childfirst.measures.actions import compute
from childfirst.measures.definition import Filter
from childfirst.measures.store import months_between, read_facts
from childfirst.measures.vocabulary import UNKNOWN
from childfirst.shared.errors import UserError
from tests.measures.generated_facts import write_incidents, write_months

pytestmark = pytest.mark.django_db

ROW = dict.fromkeys(SCHEMA.names) | {
    "month": "2018-01",
    "date": dt.date(2018, 1, 31),
    "source": "Record form",
    "kind": "stop_and_search",
    "search_of": "person",
    "age_band": "10-17",
    "borough": "A",
    "self_defined_group": "white",
    "outcome": "arrest",
    "school_field": "recorded",
    "team": "Team 1",
}


def write(folder: Path, rows: list[dict[str, Any]]) -> None:
    place = folder / "encounters"
    place.mkdir(parents=True, exist_ok=True)
    months: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        months.setdefault(str((ROW | row)["month"]), []).append(ROW | row)
    for month, found in months.items():
        pq.write_table(pa.Table.from_pylist(found, schema=SCHEMA), place / f"{month}.parquet")


def test_unknown_is_a_category_and_never_drops(facts_folder: Path) -> None:
    write(
        facts_folder,
        [
            {"month": "2018-01"},
            {"month": "2018-01", "borough": None, "outcome": "no_further_action"},
            {"month": "2018-01", "self_defined_group": None},
            {"month": "2018-01", "outcome": None},
            {"month": "2018-01", "age_band": None},
            {"month": "2018-01", "age_band": None, "search_of": "vehicle"},
            {"month": "2018-02", "age_band": "18-24"},
        ],
    )
    result = compute(queries.definition("child-search-outcomes"))
    assert result.headline() == (1, 4)
    assert result.unknown_by_field() == {"borough": 1, "self_defined_group": 1, "outcome": 1}
    totals = {row["outcome"]: (row["numerator"], row["denominator"]) for row in result.at()}
    assert totals == {"arrest": (2, 4), "no_further_action": (1, 4), UNKNOWN: (1, 4)}
    assert list(result.labels["borough"]) == ["A", UNKNOWN]
    (ages,) = result.completeness
    # A search of a vehicle alone is of no person: its missing age is no gap.
    assert ages.unknown_shares() == {"2018-01": (1, 5), "2018-02": (0, 1)}


def test_fine_outcomes_are_folded_and_none_is_lost(facts_folder: Path) -> None:
    write(facts_folder, [{"outcome": code} for code in ("caution", "summons", "taken_home", "arrest", None)])
    result = compute(queries.definition("child-search-outcomes"))
    assert {row["outcome"]: row["numerator"] for row in result.at()} == {
        "other_formal": 2,
        "other_informal": 1,
        "arrest": 1,
        UNKNOWN: 1,
    }


def test_reasons_stand_beside_the_schools(facts_folder: Path) -> None:
    write(facts_folder, [{"school_field": "source_records_no_school", "team": None}] * 3 + [{}])
    result = compute(queries.definition("school-recorded"))
    assert result.headline() == (1, 4)
    assert {row["school_field"]: row["numerator"] for row in result.at()} == {
        "recorded": 1,
        "source_records_no_school": 3,
    }
    assert result.labels["school_field"]["source_records_no_school"] == "The source records no school"


def test_a_month_without_facts_is_named(facts_folder: Path) -> None:
    write(facts_folder, [{"month": "2018-01"}, {"month": "2018-04"}])
    result = compute(queries.definition("school-recorded"))
    assert result.months == ("2018-01", "2018-04")
    assert result.missing_months == ("2018-02", "2018-03")
    assert compute(queries.definition("school-recorded"), first="2018-02").months == ("2018-04",)


def test_no_facts(facts_folder: Path) -> None:
    with pytest.raises(UserError, match="no facts of encounters yet"):
        read_facts("encounters")
    write(facts_folder, [{}])
    with pytest.raises(UserError, match="in that period"):
        read_facts("encounters", first="2019-01")


def test_other_files_in_the_folder_are_left_alone(facts_folder: Path) -> None:
    write(facts_folder, [{}])
    (facts_folder / "encounters" / ".2018-02.parquet.123").write_bytes(b"half")
    (facts_folder / "encounters" / "notes.parquet").write_bytes(b"other")
    assert read_facts("encounters").months == ("2018-01",)


def test_fingerprints_tell_changes(facts_folder: Path) -> None:
    write(facts_folder, [{}])
    before = read_facts("encounters").fingerprints()
    write(facts_folder, [{}, {}])
    assert read_facts("encounters").fingerprints() != before


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "borough": st.sampled_from(["A", "B", None]),
                "self_defined_group": st.sampled_from(["white", "black", None]),
                "outcome": st.sampled_from(["arrest", "no_further_action", "caution", None]),
                "age_band": st.sampled_from(["10-17", "18-24", None]),
                "kind": st.sampled_from(["stop_and_search", "engagement"]),
            }
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_margin_is_what_one_counts_by_hand(rows: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("facts")
    write(folder, rows)
    plan = queries.definition("child-search-outcomes")
    result = compute(plan, facts=read_facts("encounters", folder=folder))
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        if row["kind"] != "stop_and_search" or row["age_band"] != "10-17":
            continue
        answer = {"caution": "other_formal", None: UNKNOWN}.get(row["outcome"], row["outcome"])
        areas = (row["borough"] or UNKNOWN, "Total")
        groups = (row["self_defined_group"] or UNKNOWN, "Total")
        for area, group in product(areas, groups):
            counted[area, group, str(answer)] += 1
    found = {
        (row["borough"], row["self_defined_group"], row["outcome"]): row["numerator"]
        for row in result.table.to_pylist()
        if row["numerator"]
    }
    assert found == dict(counted)
    for row in result.table.to_pylist():
        here = sum(n for (a, g, _), n in counted.items() if (a, g) == (row["borough"], row["self_defined_group"]))
        assert row["denominator"] == here


def test_another_engine_gives_the_same_table(facts_folder: Path) -> None:
    """The expressions know no engine: Polars through Ibis counts what DuckDB counts."""
    import ibis

    write_months(facts_folder, 3000, months=["2018-01", "2018-02"], boroughs=3, teams=2)
    write_incidents(facts_folder, 200)
    for plan in queries.definitions():
        one = compute(plan)
        other = compute(plan, backend=ibis.polars.connect())
        assert one.cells.equals(other.cells), plan.id
        assert one.table.equals(other.table), plan.id


@pytest.mark.parametrize(
    ("rule", "code", "passes"),
    [
        (Filter("x", one_of=("a",)), "a", True),
        (Filter("x", one_of=("a",)), UNKNOWN, False),
        (Filter("x", none_of=("a",)), UNKNOWN, True),
        (Filter("x", known=True), UNKNOWN, False),
        (Filter("x", known=False), UNKNOWN, True),
    ],
)
def test_filters(rule: Filter, code: str, passes: bool) -> None:
    assert rule.passes(code, UNKNOWN) is passes


def test_months_between() -> None:
    assert months_between("2017-11", "2018-02") == ["2017-11", "2017-12", "2018-01", "2018-02"]
