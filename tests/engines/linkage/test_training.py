"""Training and judging: folds that keep schools whole, a fit that recovers what made the labels, honest thresholds."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from childfirst.engines.linkage import Register, model, terms, training
from childfirst.engines.linkage.evidence import Evidence
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS


def invented(mentions: int = 1500, candidates: int = 4) -> tuple[training.Labelled, dict[str, float]]:
    """Labels drawn from a known conditional logit with two terms."""
    random = np.random.default_rng(7)
    truth = {"near": 2.0, "distance": -1.0}
    keys = list(CANDIDATE_TERMS)
    size = mentions * candidates
    table = np.zeros((len(keys), size))
    for key in truth:
        table[keys.index(key)] = random.random(size) * 2
    none = np.zeros((len(NONE_TERMS), mentions))
    none[0] = 1
    bounds = np.arange(mentions + 1) * candidates
    utility = np.array([truth.get(key, 0.0) for key in keys]) @ table
    chance, p_none = model.softmax(utility, 0.5 * none[0], bounds)
    drawn = [
        random.choice(candidates + 1, p=np.append(chance[a:b], p_none[m]))
        for m, (a, b) in enumerate(itertools.pairwise(bounds.tolist()))
    ]
    target = np.array([bounds[m] + k if k < candidates else -1 for m, k in enumerate(drawn)])
    evidence = Evidence(bounds, np.zeros(size, int), np.zeros(size, int), table, none, np.zeros(size))
    return training.Labelled(evidence, target, target >= 0, [f"school {m % 300}" for m in range(mentions)]), truth


def test_the_fit_recovers_known_coefficients() -> None:
    labelled, truth = invented()
    fitted = training.fit(labelled)
    for key, value in truth.items():
        assert fitted.candidate[list(CANDIDATE_TERMS).index(key)] == pytest.approx(value, abs=0.25)
    assert fitted.none[0] == pytest.approx(0.5, abs=0.25)


def test_terms_keep_their_signs() -> None:
    labelled, _ = invented(300)
    fitted = training.fit(labelled)
    for key, value in zip(CANDIDATE_TERMS, fitted.candidate.tolist(), strict=True):
        assert not (key in terms.FOR and value < 0)
        assert not (key in terms.AGAINST and value > 0)


def test_every_term_has_a_side_or_is_set_by_judgement() -> None:
    sides = terms.FOR | terms.AGAINST | terms.EITHER | set(terms.BY_JUDGEMENT)
    assert sides == set(CANDIDATE_TERMS)


def test_no_school_stands_in_two_folds() -> None:
    labelled, _ = invented(600)
    folds = training.folds_of(labelled)
    by_group: dict[str, set[int]] = {}
    for group, fold in zip(labelled.group, folds.tolist(), strict=True):
        by_group.setdefault(group, set()).add(fold)
    assert all(len(folds) == 1 for folds in by_group.values())


def test_cross_validated_probabilities_are_calibrated_when_the_model_is_true() -> None:
    labelled, _ = invented(2500)
    assert training.cross_validate(labelled).calibration_error() < 0.04


def test_thresholds_keep_their_precision_on_what_set_them() -> None:
    labelled, _ = invented()
    judged = training.cross_validate(labelled)
    accept, _ = training.thresholds(judged)
    for precision, threshold in accept.items():
        reached, _ = judged.accepted(threshold)
        assert np.isnan(reached) or reached >= precision or threshold >= precision


def test_labels_are_read_and_the_file_round_trips(register: Register) -> None:
    rows = pl.DataFrame(
        {
            "id": ["1", "2", "3"],
            "mention": ["larkfield primary", "n/a", "quillon"],
            "truth_urn": ["1", "none", "no such school"],
        }
    )
    labelled = training.label(rows, register)
    assert labelled.named.tolist() == [True, False, True]
    assert (labelled.target >= 0).tolist() == [True, False, False]
    fitted = training.fit(labelled)
    text = training.to_toml(fitted, {0.99: 0.8}, {0.99: 0.9}, {"fitted_on": 'a "file"', "mentions": 3, "share": 0.5})
    back = model.from_toml(text)
    assert np.allclose(back.candidate, fitted.candidate, atol=1e-6)
    assert back.accept == {0.99: 0.8}
    assert back.provenance["fitted_on"] == 'a "file"'
