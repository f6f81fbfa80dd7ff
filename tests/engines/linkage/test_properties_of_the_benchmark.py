"""The benchmark measures what it says: the invented mentions come from their seed, the figures are what they are called."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from benchmarks.linkage import another_hand, fitting
from benchmarks.linkage.quality import Target
from benchmarks.linkage.scores import Ranked
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.linkage.conftest import schools

ALIASES = pl.DataFrame({"urn": [5], "alias": ["Dunmarrow Comprehensive"]})


def invented(seed: int, phrases: another_hand.Phrases = another_hand.SEEN) -> pl.DataFrame:
    """Some mentions of the invented register."""
    table = pl.DataFrame(schools(), infer_schema_length=None)
    return another_hand.invent(table, ALIASES, 300, seed, phrases)


def test_the_same_seed_gives_the_same_mentions() -> None:
    assert invented(1).equals(invented(1))
    assert not invented(1).equals(invented(2))


def test_what_was_done_is_told_and_the_truth_is_of_the_register() -> None:
    table = pl.concat([invented(1), invented(2, another_hand.UNSEEN)])
    urns = {str(row["urn"]) for row in schools()}
    done = {label for labels in table["done"] for label in labels.split("|")}
    assert {"slip", "shortened", "no kind", "sentence", "as it is", "no school", "invented", "elsewhere"} <= done
    for row in table.iter_rows(named=True):
        nobody = row["done"] in ("no school", "invented", "elsewhere")
        assert (row["truth_urn"] == "none") == nobody
        assert nobody or row["truth_urn"] in urns
        assert row["mention"].strip()


def test_no_phrase_of_the_second_set_is_in_the_first() -> None:
    assert not set(another_hand.WRAPPERS) & set(another_hand.OTHER_WRAPPERS)
    assert not {p.casefold() for p in another_hand.NOBODY} & {p.casefold() for p in another_hand.OTHER_NOBODY}


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.5, 0.5001, 0.9, 1.0]), st.booleans(), st.booleans()), min_size=1, max_size=30
    ),
    st.sampled_from([0.5, 0.9, 0.99]),
)
def test_recall_at_a_precision_is_the_best_threshold(rows: list[tuple[float, bool, bool]], precision: float) -> None:
    score = np.array([s for s, _, _ in rows])
    named = np.array([n for _, n, _ in rows])
    right = np.array([r and n for _, n, r in rows])
    if not named.any():
        return
    one = Ranked("x", score, right, named, named, 1.0)
    best = 0.0
    for threshold in set(score.tolist()):
        taken = score >= threshold
        if right[taken].mean() >= precision:
            best = max(best, right[taken].sum() / named.sum())
    assert one.recall_at(precision) == pytest.approx(best)


def test_a_target_is_met_or_missed() -> None:
    assert Target("recall", 0.9, 0.9, at_least=True).line() == "  met     recall: 0.9 (at least 0.9)"
    assert Target("seconds", 121.0, 120, at_least=False).line() == "  MISSED  seconds: 121 (at most 120)"


def test_a_worse_model_is_told_and_chance_is_forgiven() -> None:
    old = {"accuracy": 0.95, "calibration_error": 0.005, "accepted_recall_at_99": 0.9}
    same = {"accuracy": 0.949, "calibration_error": 0.006, "accepted_recall_at_99": 0.897}
    assert fitting._worse(old, same) == []
    assert fitting._worse(old, same | {"accuracy": 0.9}) == ["  accuracy: 0.9000, was 0.9500"]
    assert fitting._worse(old, same | {"calibration_error": 0.02}) == ["  calibration_error: 0.0200, was 0.0050"]
