from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childfirst.engines import estimation
from childfirst.shared.errors import UserError

CASES = ["1", "2", "3", "4", "5", "6"]


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> dict[str, dict[str, dict[str, object]]]:
    text = (shared_data / "reference" / "rate_ratio_reference.json").read_text()
    loaded: dict[str, dict[str, dict[str, object]]] = json.loads(text)
    return loaded


@pytest.mark.parametrize("case", CASES)
def test_wilson_agrees_with_r(reference, case):
    known = reference[case]["binom.wilson"]
    low, high = estimation.wilson(known["x"], known["n"])
    assert low == pytest.approx(known["lower"], rel=1e-12, abs=1e-15)
    assert high == pytest.approx(known["upper"], rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_exact_rate_agrees_with_r(reference, case):
    known = reference[case]["pois.exact"]
    low, high = estimation.poisson_exact(known["x"], known["pt"])
    # epitools searches for these ends by root finding and stops early: a case of one event in 40 differs by 7e-7.
    assert low == pytest.approx(known["lower"], abs=1e-6)
    assert high == pytest.approx(known["upper"], abs=1e-6)


def test_exact_rate_agrees_with_garwood():
    """The limits of a Poisson mean of 3 as tabulated since Garwood (1936)."""
    low, high = estimation.poisson_exact(3, 1)
    assert (round(float(low), 4), round(float(high), 4)) == (0.6187, 8.7673)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["rateratio.wald", "riskratio.wald"])
def test_ratios_agree_with_r(reference, case, name):
    given_counts = reference[case]["input"]
    function = {"rateratio.wald": estimation.rate_ratio, "riskratio.wald": estimation.risk_ratio}[name]
    ratio = function(*(given_counts[key] for key in ("a", "n1", "b", "n0")))
    estimate, low, high = reference[case][name]["measure"]
    assert ratio.estimate == pytest.approx(estimate, rel=1e-12)
    if high == "NaN":
        assert np.isnan(ratio.low)
        assert np.isnan(ratio.high)
    else:
        assert ratio.low == pytest.approx(low, rel=1e-12)
        assert ratio.high == pytest.approx(high, rel=1e-12)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombe(successes, trials, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    found_low, found_high = estimation.wilson(successes, trials)
    assert (round(float(found_low), 4), round(float(found_high), 4)) == (low, high)


def test_no_trials_is_unknown_and_not_zero():
    low, high = estimation.wilson([0, 0, np.nan, 3], [0, 10, 10, np.nan])
    assert np.isnan(low).tolist() == [True, False, True, True]
    assert np.isnan(high).tolist() == [True, False, True, True]
    assert low[1] == 0.0


def test_no_exposure_is_unknown():
    low, high = estimation.poisson_exact([0, 3], [0, np.nan])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_a_ratio_to_nothing_is_unknown():
    ratio = estimation.rate_ratio([3, 0, 3], [10, 10, 10], [0, 2, 2], [10, 10, 0])
    assert np.isnan(ratio.estimate).tolist() == [True, False, True]
    assert np.isnan(ratio.high).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimation.wilson(3, 2),
        lambda: estimation.wilson(-1, 2),
        lambda: estimation.wilson(0.5, 2),
        lambda: estimation.wilson(1, np.inf),
        lambda: estimation.wilson(1, 2, level=1.0),
        lambda: estimation.poisson_exact(1, -2.0),
        lambda: estimation.rate_ratio(1, -2.0, 1, 1.0),
        lambda: estimation.risk_ratio(3, 2, 1, 2),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(UserError):
        call()


@given(st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_holds_the_share_and_mirrors(pair, level):
    successes, trials = pair
    low, high = estimation.wilson(successes, trials, level)
    if trials == 0:
        assert np.isnan(low)
        return
    assert 0 <= low <= successes / trials <= high <= 1
    other_low, other_high = estimation.wilson(trials - successes, trials, level)
    assert other_low == pytest.approx(1 - high, abs=1e-12)
    assert other_high == pytest.approx(1 - low, abs=1e-12)


def test_shapes_broadcast():
    low, high = estimation.wilson(np.array([[1], [2]]), np.array([10, 20, 30]))
    assert low.shape == high.shape == (2, 3)
