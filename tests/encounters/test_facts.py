"""The facts store: declared, without identity, the same bytes for the same rows, rewritten only when changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from childfirst.audit.actors import System
from childfirst.encounters import actions, facts
from childfirst.encounters.models import Encounter, FactsMonth
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.shared.clock import month_key, now
from tests.encounters import makers
from tests.encounters.makers import archive, recorded, row, rows, school, text_of

pytestmark = pytest.mark.django_db

BY = System("tests")


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.FACTS_DIR = tmp_path / "facts"
    return tmp_path / "facts" / "encounters"


def bring_in(folder: Path, files: Any = None, name: str = "a.zip") -> None:
    actions.import_archive(by=BY, path=archive(folder, files or rows(5), name))


def test_no_column_identifies_anyone() -> None:
    forbidden = {"id", "occurred_at", "time", "lon", "lat", "age", "child_reference", "recorded_by", "source_row_key"}
    assert not forbidden & set(facts.SCHEMA.names)
    for column in facts.SCHEMA:
        assert column.metadata[b"meaning"]
        assert (column.metadata[b"null"] == b"never") is not column.nullable


def test_a_row_says_what_the_record_says(account_for: Callable[..., Account]) -> None:
    makers.areas()
    officer = account_for(Role.WARD_OFFICER)
    one = recorded(
        officer, school=school().urn, school_reason="", lon=-0.2, lat=51.5, self_defined_ethnicity="B1", send="no",
        officer_defined_ethnicity="IC5", gender="not_stated",
    )  # fmt: skip
    month = month_key(one.occurred_at)
    (fact,) = facts.table(month).to_pylist()
    local = one.occurred_at.astimezone(facts.clock.LONDON)
    assert fact == {
        "month": month,
        "date": local.date(),
        "hour": local.hour,
        "source": "Record form",
        "team": makers.team_of(officer).name,
        "kind": "stop_and_search",
        "initiator": None,
        "alternative": None,
        "police_reason": None,
        "age_band": "10-17",
        "gender": "not_stated",
        "self_defined_ethnicity": "B1",
        "self_defined_group": "black",
        "officer_defined_ethnicity": "other",
        "send": False,
        "search_of": "person",
        "outcome": "no_further_action",
        "appropriate_adult": None,
        "borough": "B1",
        "ward": "W1",
        "school_field": "recorded",
        "school_urn": 100001,
        "school_phase": "secondary",
    }


def test_unknown_is_null_and_not_stated_is_not(tmp_path: Path) -> None:
    empty = row(
        self_defined_ethnicity="",
        officer_defined_ethnicity="",
        gender="",
        age_range="",
        outcome="",
        Latitude="",
        Longitude="",
    )
    bring_in(tmp_path, [row(Date="2018-05-02"), empty])
    by_gender = {fact["gender"]: fact for fact in facts.table("2018-05").to_pylist()}
    told, untold = by_gender["male"], by_gender[None]
    assert (told["self_defined_ethnicity"], told["self_defined_group"]) == ("NS", "not_stated")
    assert told["hour"] is None
    assert untold["hour"] == 17
    for name in ("age_band", "self_defined_ethnicity", "self_defined_group", "outcome", "borough", "team", "send"):
        assert untold[name] is None
    assert untold["source"] == "data.police.uk: testshire"
    assert untold["school_field"] == "source_records_no_school"


def test_the_same_rows_give_the_same_bytes(tmp_path: Path, store: Path) -> None:
    bring_in(tmp_path, rows(50))
    facts.build()
    first = (store / "2018-05.parquet").read_bytes()
    Encounter.objects.all().delete()
    bring_in(tmp_path, list(reversed(rows(50))), "b.zip")
    built = facts.build()
    assert (store / "2018-05.parquet").read_bytes() == first
    assert built.unchanged == ("2018-05",)


def test_only_what_changed_is_rewritten(tmp_path: Path, store: Path) -> None:
    june = "2018-06/2018-06-testshire-stop-and-search.csv"
    bring_in(tmp_path, {makers.NAME: text_of(rows(5)), june: text_of([row(Date="2018-06-02T10:00:00+00:00")])})
    assert facts.build().written == ("2018-05", "2018-06")
    times = {file.name: file.stat().st_mtime_ns for file in store.iterdir()}
    assert facts.build().unchanged == ("2018-05", "2018-06")
    assert facts.build(changed_only=False).unchanged == ("2018-05", "2018-06")
    bring_in(tmp_path, {june: text_of([row(Date="2018-06-03T10:00:00+00:00")])}, "b.zip")
    assert facts.build().written == ("2018-06",)
    assert (store / "2018-05.parquet").stat().st_mtime_ns == times["2018-05.parquet"]
    assert sorted(file.name for file in store.iterdir()) == ["2018-05.parquet", "2018-06.parquet"]


def test_a_lost_file_is_made_again_and_an_empty_month_is_removed(tmp_path: Path, store: Path) -> None:
    bring_in(tmp_path)
    facts.build()
    (store / "2018-05.parquet").unlink()
    assert facts.build().written == ("2018-05",)
    Encounter.objects.all().delete()
    built = facts.build()
    assert built.removed == ("2018-05",)
    assert not list(store.iterdir())
    assert not FactsMonth.objects.exists()


def test_a_change_of_the_school_changes_the_fact(account_for: Callable[..., Account], store: Path) -> None:
    officer, place = account_for(Role.WARD_OFFICER), school()
    one = recorded(officer, school=place.urn, school_reason="")
    month = month_key(one.occurred_at)
    facts.build()
    place.phase = "all_through"
    place.save()
    assert facts.build().written == (month,)
    assert pq.read_table(store / f"{month}.parquet")["school_phase"].to_pylist() == ["all_through"]


def test_completing_a_school_changes_the_fact(account_for: Callable[..., Account], store: Path) -> None:
    officer = account_for(Role.WARD_OFFICER)
    one = recorded(officer, school_reason="not_yet_known", occurred_at=now() - dt.timedelta(minutes=5))
    facts.build()
    actions.resolve_school(by=officer, encounter=one, school=school().urn)
    facts.build()
    table = pq.read_table(next(store.iterdir()))
    assert table["school_field"].to_pylist() == ["recorded"]
    assert table.schema.equals(facts.SCHEMA, check_metadata=True)


def test_every_code_has_its_wording() -> None:
    for column, labels in facts.LABELS.items():
        assert column in facts.SCHEMA.names
        assert all(labels.values())
