"""What always holds of matching, tried with whatever text comes."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from childfirst.engines.linkage import MatchTable, Register
from tests.engines.linkage.conftest import ALIASES, schools

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = [row["name"] for row in schools()[:14]] + [
    "n/a",
    "not known",
    "home educated",
    "tamsin grove",
    "st brides rc prim",
]


def _slip(text: str, at: int, letter: str) -> str:
    at %= len(text) + 1
    return text[:at] + letter + text[at + 1 :]


MENTION = st.one_of(
    st.builds(_slip, st.sampled_from(NAMES), st.integers(0, 30), st.sampled_from("aeqz '.,")),
    st.builds("{} {} {}".format, st.text(max_size=12), st.sampled_from(NAMES), st.text(max_size=12)),
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            " ",
            "\U0001f3eb\U0001f600",
            "בית ספר קוויליון",
            "مدرسة",
            "\u202eyramirp dleifkral",
            "=cmd|' /C calc'!A0",
            "\x00",
        ]
    ),
)
ROW = st.fixed_dictionaries(
    {"mention": MENTION},
    optional={
        "record_borough": st.sampled_from(["Northam", "Westerby", "Farshire", "Nowhere", "", None]),
        "lat": st.one_of(st.none(), st.floats(50, 54), st.just(float("nan"))),
        "lon": st.one_of(st.none(), st.floats(-3, 1)),
        "age": st.one_of(st.none(), st.integers(-1, 120)),
        "date": st.sampled_from(["2019-05-01", "2024-05-01", "soon", None]),
        "gender": st.sampled_from(["F", "M", "", None]),
    },
)
ROWS = st.lists(ROW, min_size=1, max_size=8)
COLUMNS = {
    "mention": pl.String, "record_borough": pl.String, "lat": pl.Float64, "lon": pl.Float64, "age": pl.Int64,
    "date": pl.String, "gender": pl.String,
}  # fmt: skip


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame with an id each."""
    table = pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS)
    return table.with_columns(pl.Series("id", [str(i) for i in range(len(rows))], dtype=pl.String))


def told(table: MatchTable) -> dict[str, dict[str, Any]]:
    """Matches by id, as plain values: equal only where every bit is."""
    return {row["id"]: row for row in table.to_arrow().to_pylist()}


@QUICK
@given(ROWS)
def test_probabilities_sum_to_one(register: Register, rows: list[dict[str, Any]]) -> None:
    for row in told(register.match(frame(rows))).values():
        chances = [c["probability"] for c in row["candidates"]]
        assert sum(chances) + row["p_none"] == pytest.approx(1, abs=1e-9)
        assert all(0 <= p <= 1 for p in (*chances, row["p_none"]))
        assert chances == sorted(chances, reverse=True)
        assert len({c["urn"] for c in row["candidates"]}) == len(chances)
        assert (row["urn"], row["probability"]) == (
            (row["candidates"][0]["urn"], chances[0]) if chances else (None, 0.0)
        )
        assert row["decision"] in ("accept", "review", "none")
        assert row["reason"].endswith((".", "”."))


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_company_change_nothing(register: Register, rows: list[dict[str, Any]], dice: random.Random) -> None:
    table = frame(rows)
    together = told(register.match(table))
    order = list(range(table.height))
    dice.shuffle(order)
    assert told(register.match(table[order])) == together
    for i in range(table.height):
        assert told(register.match(table[i])) == {str(i): together[str(i)]}
    twice = told(register.match(pl.concat([table, table.with_columns(pl.lit("again").alias("id"))])))
    assert {key: row for key, row in twice.items() if key != "again"} == together


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_fingerprint_gives_the_same_bits(
    register: Register, rows: list[dict[str, Any]], dice: random.Random
) -> None:
    listed, former = schools(), list(ALIASES)
    dice.shuffle(listed)
    dice.shuffle(former)
    again = Register.build(listed, former)
    assert again.fingerprint == register.fingerprint
    assert again.match(frame(rows)).to_arrow().equals(register.match(frame(rows)).to_arrow())


@pytest.mark.parametrize(
    "change",
    [
        {"lat": 51.4}, {"la": "Westerby"}, {"street": "Other Lane"}, {"min_age": 5}, {"max_age": 12}, {"phase": "Secondary"},
        {"gender": "Girls"}, {"open_date": "2001-09-01"}, {"close_date": "2031-08-31"}, {"name": "Larkfields Primary School"},
    ],
)  # fmt: skip
def test_whatever_the_index_reads_is_in_its_fingerprint(register: Register, change: dict[str, Any]) -> None:
    listed = schools()
    listed[0] |= change
    assert Register.build(listed, ALIASES).fingerprint != register.fingerprint


FAR = {
    "urn": 9000, "name": "Xqozvuvj Wuxhijq", "la": "Ultima", "street": "Vzqx", "lat": 58.9, "lon": 3.0, "phase": "Primary",
    "min_age": 4, "max_age": 11,
}  # fmt: skip


@pytest.fixture(scope="module")
def with_far_school() -> Register:
    """The register with one school more: 500 km from all others, with no word or run of letters in common with them."""
    return Register.build([*schools(), FAR], ALIASES)


@QUICK
@given(st.lists(st.fixed_dictionaries({
    "mention": st.sampled_from([name for name in NAMES if "/" not in name]),
    "lat": st.floats(51.4, 51.7), "lon": st.floats(-0.5, 0.0), "age": st.integers(4, 18),
}), min_size=1, max_size=5))  # fmt: skip
def test_an_irrelevant_far_school_changes_no_order(
    register: Register, with_far_school: Register, rows: list[dict[str, Any]]
) -> None:
    """A school that shares no word with a mention and lies far from it is no candidate. Words are weighed by how rare they are
    among all schools, and one school more makes every word rarer by the same amount, so that chances move, by as much as one
    in 152 schools makes them; no candidate comes or goes, and none overtakes another that it was not level with.
    """
    before, after = told(register.match(frame(rows))), told(with_far_school.match(frame(rows)))
    for key, row in before.items():
        old = {c["urn"]: c["probability"] for c in row["candidates"]}
        new = {c["urn"]: c["probability"] for c in after[key]["candidates"]}
        assert set(old) == set(new)
        assert "9000" not in new
        assert all(abs(old[urn] - new[urn]) < 0.02 for urn in old)
        assert after[key]["p_none"] == pytest.approx(row["p_none"], abs=0.02)
        ranked = list(new)
        for first, second in itertools.pairwise(ranked):
            assert old[first] > old[second] - 0.005


def test_an_irrelevant_far_school_in_the_register_of_england(shared_data: Any) -> None:
    folder = shared_data / "linkage"
    listed, former = pl.read_parquet(folder / "canonical.parquet"), pl.read_parquet(folder / "aliases.parquet")
    more = pl.DataFrame([{**FAR, "religion": None, "london": False}]).with_columns(pl.lit(0).alias("__index_level_0__"))
    more = more.select(pl.col(name).cast(kind, strict=False) for name, kind in listed.schema.items())
    mentions = pl.read_csv(folder / "dev.csv", n_rows=400).select(
        "id", "mention", "record_borough", "lat", "lon", "age"
    )
    before = told(Register.build(listed, former).match(mentions))
    after = told(Register.build(pl.concat([listed, more]), former).match(mentions))
    moved = []
    for key, row in before.items():
        assert row["urn"] == after[key]["urn"] or row["probability"] - after[key]["probability"] < 1e-4
        moved.append(abs(row["probability"] - after[key]["probability"]))
        if row["decision"] != after[key]["decision"]:
            assert moved[-1] > 0
    assert max(moved) < 1e-3
    assert np.mean([row["decision"] == after[key]["decision"] for key, row in before.items()]) == 1


def test_ten_thousand_identical_strings(register: Register) -> None:
    table = pl.DataFrame(
        {"id": [str(i) for i in range(10_000)], "mention": ["larkfield primary"] * 10_000, "lat": 51.5, "lon": -0.1}
    )
    matches = register.match(table).to_arrow()
    one = register.match(table[:1]).to_arrow()
    assert matches.drop(["id"]).equals(pa.concat_tables([one.drop(["id"])] * 10_000).combine_chunks())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=40), st.integers(250, 400))
@example("the boy said nothing ", 500)
@example("\U0001f600 ", 3000)
@example("a" * 40, 250)
@example("\u202e\u05d0", 5000)
@example("(" * 20, 500)
@example("x ", 5000)
def test_ten_thousand_characters(register: Register, words: str, times: int) -> None:
    row = told(register.match([{"id": "1", "mention": words * times}]))["1"]
    assert sum(c["probability"] for c in row["candidates"]) + row["p_none"] == pytest.approx(1, abs=1e-9)
    assert len(row["reason"]) < 1000
