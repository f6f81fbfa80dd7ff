"""Matching: probabilities, decisions, order, dates, and what must go to a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines import linkage
from childfirst.engines.linkage import Match, Register
from childfirst.shared.errors import UserError

NEAR_NORTHAM = {"record_borough": "Northam", "lat": 51.501, "lon": -0.101}
words = st.sampled_from(
    [
        "larkfield",
        "primary",
        "high",
        "school",
        "st",
        "brides",
        "catholic",
        "quillon",
        "acad",
        "tamsin",
        "grove",
        "girls",
        "boys",
        "ottermoor",
        "vale",
        "n/a",
        "unknown",
        "at",
        "goes",
        "to",
        "ashbrook",
        "yr",
        "7",
        "northam",
        "westerby",
        "near",
        "copper",
        "lane",
        "nr",
        "xyzzy",
        "LSFC",
        "qu",
    ]
)
mentions_of_words = st.lists(words, max_size=7).map(" ".join)


def one(register: Register, mention: str, **row: Any) -> Match:
    """The match of one mention."""
    return register.match([{"id": "m", "mention": mention, **row}])[0]


@pytest.mark.parametrize(
    ("mention", "urn"),
    [
        ("Larkfield Primary School", "1"),
        ("larkfield prim", "1"),
        ("LARKFEILD PRIMARY", "1"),
        ("attends larkfield high sch", "2"),
        ("Quilon acad", "5"),
        ("quillon", "5"),
        ("Otermoor C of E jnr", "8"),
        ("tamsin grove girls", "6"),
        ("Dunmarrow Comp", "5"),
        ("TGGS", "6"),
        ("harrowdene", "9"),
        ("Vale 6th form", "10"),
        ("larkfieldprimary", "1"),
    ],
)
def test_the_likeliest_school(register: Register, mention: str, urn: str) -> None:
    match = one(register, mention, lat=51.55, lon=-0.25)
    assert match.urn == urn
    assert match.probability > match.p_none


def test_a_full_name_nearby_is_accepted(register: Register) -> None:
    match = one(register, "Larkfield Primary School", age=8, **NEAR_NORTHAM)
    assert (match.decision, match.urn) == ("accept", "1")
    assert "Larkfield Primary School (Northam)" in match.reason
    assert match.reason.endswith(".")


def test_same_name_in_two_boroughs_goes_to_review_without_place(register: Register) -> None:
    match = one(register, "St Bride's Catholic Primary School")
    assert match.decision == "review"
    assert {c.urn for c in match.options(0.9)} >= {"3", "4"}
    assert "More than one school fits" in match.reason


def test_place_tells_namesakes_apart(register: Register) -> None:
    assert one(register, "St Bride's Catholic Primary", record_borough="Northam", lat=51.52, lon=-0.121).urn == "3"
    assert one(register, "St Bride's Catholic Primary", record_borough="Westerby", lat=51.60, lon=-0.401).urn == "4"
    assert one(register, "St Brides Catholic Primary, Westerby").urn == "4"


def test_age_and_year_group_tell_phases_apart(register: Register) -> None:
    assert one(register, "Larkfield", age=6, lat=51.505, lon=-0.105).urn == "1"
    assert one(register, "Larkfield", age=15, lat=51.505, lon=-0.105).urn == "2"
    assert one(register, "Larkfield yr 10", lat=51.505, lon=-0.105).urn == "2"


def test_sex_of_the_child_counts_against_the_other_school(register: Register) -> None:
    assert one(register, "Tamsin Grove", gender="female").urn == "6"
    assert one(register, "Tamsin Grove", gender="M").urn == "7"


def test_a_street_speaks_for_its_school(register: Register) -> None:
    plain = one(register, "Larkfield", lat=51.505, lon=-0.105)
    told = one(register, "Larkfield, Copper Lane", lat=51.505, lon=-0.105)
    chance = {c.urn: c.probability for c in plain.candidates}
    assert told.urn == "1"
    assert told.probability > chance["1"]


@pytest.mark.parametrize("mention", ["n/a", "home educated", "not in school", "??", "", "unknown", "works at Tesco"])
def test_no_school_is_decided_none(register: Register, mention: str) -> None:
    match = one(register, mention, **NEAR_NORTHAM)
    assert match.decision == "none"
    assert match.p_none > 0.95


def test_a_name_that_is_also_denied_goes_to_a_person(register: Register) -> None:
    match = one(register, "does not attend Larkfield Primary School", **NEAR_NORTHAM)
    assert match.decision == "review"
    assert "does not attend" in match.reason


def test_another_script_goes_to_a_person(register: Register) -> None:
    assert one(register, "\u0645\u062f\u0631\u0633\u0629").decision == "review"


def test_schools_and_names_by_date(register: Register) -> None:
    assert {c.urn for c in one(register, "Pennyworth", date="2019-05-01").candidates} & {"11", "12"} == {"11"}
    assert {c.urn for c in one(register, "Pennyworth", date="27/03/2024").candidates} & {"11", "12"} == {"12"}
    undated = one(register, "Pennyworth")
    assert undated.urn == "12"
    assert "11" in {c.urn for c in undated.candidates}
    assert one(register, "Dunmarrow Comp", date="2010-01-01").urn == "5"
    assert "5" not in {c.urn for c in one(register, "Dunmarrow Comp", date="2020-01-01").candidates}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(mentions_of_words, st.text(max_size=60)), min_size=1, max_size=5))
def test_probabilities_sum_to_one(register: Register, mentions: list[str]) -> None:
    table = register.match([{"id": i, "mention": m, "lat": 51.5, "lon": -0.1} for i, m in enumerate(mentions)])
    assert len(table) == len(mentions)
    for match in table:
        assert match.p_none + sum(c.probability for c in match.candidates) == pytest.approx(1, abs=1e-12)
        chances = [c.probability for c in match.candidates]
        assert chances == sorted(chances, reverse=True)
        assert len({c.urn for c in match.candidates}) == len(chances)
        assert match.decision in {"accept", "review", "none"}
        assert match.reason.endswith(".")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(mentions_of_words, min_size=2, max_size=8), st.randoms())
def test_order_and_batches_of_mentions_change_nothing(register: Register, mentions: list[str], random: Any) -> None:
    rows = [{"id": i, "mention": m, "lat": 51.5 + i / 50, "lon": -0.1} for i, m in enumerate(mentions)]
    together = {m.id: m for m in register.match(rows)}
    alone = {m.id: m for row in rows for m in register.match([row])}
    random.shuffle(rows)
    assert {m.id: m for m in register.match(rows)} == together == alone


def test_order_of_register_rows_changes_nothing(register: Register, register_rows: list[dict[str, Any]]) -> None:
    mentions = [{"id": m, "mention": m} for m in ("larkfield", "st brides", "quilon", "ashbrook prim", "TGGS", "vale")]
    other = Register.build(register_rows[::-1])
    same = Register.build(register_rows)
    assert other.fingerprint == same.fingerprint
    assert list(other.match(mentions)) == list(same.match(mentions))


def test_a_school_far_away_with_another_name_changes_no_decision(register_rows: list[dict[str, Any]]) -> None:
    far = {"urn": 7777, "name": "Zebulon Wharf Studio", "la": "Farshire", "lat": 54.9, "lon": -2.9}
    mentions = [
        {"id": m, "mention": m, **NEAR_NORTHAM} for m in ("larkfield primary", "quillon acad", "n/a", "harrowdene")
    ]
    before, after = Register.build(register_rows).match(mentions), Register.build([*register_rows, far]).match(mentions)
    assert [(m.urn, m.decision) for m in before] == [(m.urn, m.decision) for m in after]
    assert np.allclose(before.p_none, after.p_none, atol=0.01)


def test_a_stricter_precision_accepts_no_more(register: Register) -> None:
    rows = [
        {"id": m, "mention": m, **NEAR_NORTHAM} for m in ("larkfield", "larkfield prim", "quilon", "vale", "st brides")
    ]
    accepted = [register.match(rows, precision=p).counts()["accept"] for p in (0.9, 0.99, 0.9999)]
    assert accepted == sorted(accepted, reverse=True)


def test_tables_of_every_kind_give_the_same(register: Register) -> None:
    rows = [
        {"id": "a", "mention": "larkfield primary", "lat": "51.5", "lon": "-0.1", "age": "8", "extra": None},
        {"id": "b", "mention": None, "lat": None, "lon": None, "age": None, "extra": "ignored"},
    ]
    listed = register.match(rows)
    assert list(register.match(pa.Table.from_pylist(rows))) == list(register.match(pl.DataFrame(rows))) == list(listed)
    arrow = listed.to_arrow()
    assert arrow.schema.equals(linkage.SCHEMA)
    assert arrow.column("id").to_pylist() == ["a", "b"]
    assert arrow.column("urn").to_pylist() == ["1", None]
    assert listed.to_polars()["decision"].to_list() == listed.decisions


def test_no_mentions_give_no_rows(register: Register) -> None:
    table = register.match([])
    assert len(table) == 0
    assert table.to_arrow().num_rows == 0


def test_rows_are_reached_by_number(register: Register) -> None:
    table = register.match([{"id": "a", "mention": "quillon"}, {"id": "b", "mention": "n/a"}])
    assert table[-1].id == "b"
    with pytest.raises(IndexError):
        table[2]


def test_impossible_values_are_evidence_of_nothing(register: Register) -> None:
    plain = one(register, "larkfield primary")
    odd = one(register, "larkfield primary", lat=999, lon=0, age="old", date="soon", gender="?")
    assert odd == plain
    assert one(register, "larkfield primary", lat=0, lon=0) == plain


def test_long_text_is_matched(register: Register) -> None:
    match = one(register, "Victim at Larkfield Primary School. " + "Nothing further to report. " * 400, **NEAR_NORTHAM)
    assert match.urn == "1"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "no schools"),
        ([{"urn": "", "name": "x"}], "no schools"),
        ([{"urn": 1}], "no column name"),
        ([{"urn": 1, "name": "A"}, {"urn": 1, "name": "B"}], "more than once"),
    ],
)
def test_bad_registers(rows: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        Register.build(rows)


def test_bad_mentions_and_precision(register: Register) -> None:
    with pytest.raises(UserError, match="no columns id and mention"):
        register.match([{"text": "larkfield"}])
    with pytest.raises(UserError, match="between 0 and 1"):
        register.match([{"id": 1, "mention": "larkfield"}], precision=1)
    with pytest.raises(UserError, match="must be a table"):
        register.match("larkfield")  # type: ignore[arg-type]


def test_the_facade_takes_a_plain_table(register_rows: list[dict[str, Any]]) -> None:
    table = linkage.match(
        [{"id": 1, "mention": "Quillon Academy", "lat": 51.61, "lon": -0.41}], register_rows, precision=0.95
    )
    assert table[0].urn == "5"


def test_a_register_of_one_school_without_places() -> None:
    match = Register.build([{"urn": "9", "name": "Lonely School"}]).match([{"id": 1, "mention": "lonely school"}])[0]
    assert match.urn == "9"
