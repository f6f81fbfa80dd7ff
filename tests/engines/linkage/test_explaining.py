"""Explanations: the bars add up to the score, and the score is what the probabilities say."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines import linkage
from childfirst.engines.linkage import Register, model, terms
from childfirst.shared.errors import UserError

MENTIONS = st.sampled_from(
    [
        "larkfield",
        "larkfeild prim, northam",
        "TGGS",
        "st brides yr 4",
        "at the vale paris",
        "Dunmarrow comp",
        "quillon nr copper lane",
    ]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(MENTIONS, st.one_of(st.none(), st.floats(4, 18)), st.booleans())
def test_bars_add_up(register: Register, mention: str, age: float | None, placed: bool) -> None:
    row: dict[str, Any] = {"mention": mention, "age": age} | ({"lat": 51.5, "lon": -0.1} if placed else {})
    match = register.match([{"id": 1, **row}])[0]
    for candidate in match.candidates[:4]:
        told = linkage.explain(row, register, candidate.urn)
        assert math.fsum(bar.points for bar in told.bars) == told.score
        assert told.score == pytest.approx(math.log(candidate.probability / match.p_none), abs=1e-9)
        assert math.fsum(r["points"] for r in told.rows()) == pytest.approx(told.score, abs=1e-12)
        assert told.probability == candidate.probability
        assert told.sentence == match.reason


def test_rows_are_named_for_people(register: Register) -> None:
    rows = linkage.explain("larkfield primary", register).rows()
    assert rows
    assert abs(rows[0]["points"]) >= abs(rows[-1]["points"])
    assert all(row["term"] and row["points"] for row in rows)


def test_nothing_proposed_has_no_bars(register: Register) -> None:
    told = linkage.explain("n/a", register)
    assert told.bars == ()
    assert told.urn is None
    assert told.decision == "none"


def test_a_school_that_was_not_a_candidate(register: Register) -> None:
    with pytest.raises(UserError, match="was not among the candidates"):
        linkage.explain("larkfield", register, "10")


def test_the_packaged_model_says_what_it_rests_on() -> None:
    shipped = linkage.packaged()
    assert shipped.provenance["fitted_on"].endswith("dev.csv")
    assert shipped.provenance["mentions"] == 4000
    assert len(shipped.candidate) == len(terms.CANDIDATE_TERMS)
    levels = sorted(shipped.accept)
    assert [shipped.accept[p] for p in levels] == sorted(shipped.accept.values())
    assert shipped.accept_threshold(0.9999) >= 0.9999


def test_a_model_for_other_terms_is_refused() -> None:
    with pytest.raises(UserError, match="does not fit"):
        model.from_toml("[candidate]\nnear = 1\n[none]\n[thresholds.accept]\n[thresholds.none]\n[provenance]\n")
