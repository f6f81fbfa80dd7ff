"""The pure rules: bands, groups, moments, the school, reviews."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childfirst.encounters import rules
from childfirst.encounters.vocabulary import AgeBand, EthnicGroup, Kind, SelfDefinedEthnicity
from tests.encounters.makers import TOLD

NOW = dt.datetime(2018, 5, 3, 18, 0, tzinfo=dt.UTC)


def fields(**changes: object) -> list[str]:
    return [fault.field for fault in rules.faults(dataclasses.replace(TOLD, **changes), now=NOW)]  # type: ignore[arg-type]


def test_a_whole_record_has_no_fault() -> None:
    assert fields() == []


@given(st.integers(0, 120))
def test_every_age_has_one_band_and_fits_it(age: int) -> None:
    assert rules.band_of(age) != AgeBand.NOT_RECORDED
    assert fields(age=age, age_band=rules.band_of(age)) == []


def test_bands_begin_where_they_say() -> None:
    assert [rules.band_of(age) for age in (9, 10, 17, 18, 24, 25, 34, 35)] == [
        "0-9", "10-17", "10-17", "18-24", "18-24", "25-34", "25-34", "35+",
    ]  # fmt: skip
    assert rules.band_of(None) == AgeBand.NOT_RECORDED
    with pytest.raises(ValueError, match="not an age"):
        rules.band_of(121)


def test_the_18_plus_1_codes_have_their_groups() -> None:
    assert rules.group_of("W3") == EthnicGroup.WHITE
    assert rules.group_of("A4") == EthnicGroup.ASIAN
    assert rules.group_of("O2") == EthnicGroup.OTHER
    assert rules.group_of("NS") == EthnicGroup.NOT_STATED
    assert rules.group_of("NR") is None
    without_roma = [code for code in SelfDefinedEthnicity if code not in ("W4", "NS", "NR")]
    assert len(without_roma) == 18


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"school": None, "school_reason": ""}, "school"),
        ({"school": 100001, "school_reason": "refused"}, "school"),
        ({"school_reason": "source_records_no_school"}, "school"),
        ({"school_reason": "forgot"}, "school"),
        ({"school_reason": "not_school_age", "age": 12}, "school"),
        ({"occurred_at": NOW + dt.timedelta(minutes=1)}, "occurred_at"),
        ({"occurred_at": NOW - dt.timedelta(days=400)}, "occurred_at"),
        ({"lon": -0.1}, "place"),
        ({"lon": 51.5, "lat": -0.1}, "place"),
        ({"age": 300}, "age"),
        ({"age": 12, "age_band": "18-24"}, "age"),
        ({"gender": "unsure"}, "gender"),
        ({"search_of": ""}, "search_of"),
        ({"legislation": ""}, "legislation"),
        ({"outcome": "not_recorded"}, "outcome"),
        ({"kind": Kind.VICTIM}, "search_of"),
    ],
)
def test_what_keeps_a_record_from_being_made(changes: dict[str, object], field: str) -> None:
    assert field in fields(**changes)


def test_sentences_are_clear() -> None:
    assert rules.moment_fault(NOW + dt.timedelta(hours=1), NOW) == (
        "The encounter cannot be in the future. It is now 3 May 2018 at 7:00pm."
    )
    assert "oldest date that you can enter is 2 May 2017" in rules.moment_fault(NOW - dt.timedelta(days=400), NOW)
    assert rules.school_fault(None, "not_school_age", age=12).startswith("A child of 12 is of school age.")


def test_not_of_school_age_is_for_the_very_young_and_for_adults() -> None:
    assert rules.school_fault(None, "not_school_age", age=4) == ""
    assert rules.school_fault(None, "not_school_age", age=19) == ""
    assert rules.school_fault(None, "not_school_age", age=None) == ""


def test_reviews() -> None:
    ask = rules.review_reasons
    assert ask(age_band="10-17", more_than_outer_clothing="no", use_of_force="not_recorded") == ()
    assert ask(age_band="0-9", more_than_outer_clothing="yes", use_of_force="yes") == (
        "under_10", "strip_search", "use_of_force",
    )  # fmt: skip


def test_follow_up_has_five_days() -> None:
    assert rules.due_after(dt.date(2026, 3, 27)) == dt.date(2026, 4, 1)
    assert rules.is_overdue(dt.date(2026, 4, 1), dt.date(2026, 4, 2))
    assert not rules.is_overdue(dt.date(2026, 4, 1), dt.date(2026, 4, 1))
    assert not rules.is_overdue(None, dt.date(2026, 4, 1))
