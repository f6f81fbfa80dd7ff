"""Ratios of two groups with Wald intervals on the log scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.shared.errors import UserError

from .intervals import Floats, counts, critical_value


@dataclass(frozen=True)
class Ratio:
    """Estimate and interval; NaN where it cannot be told."""

    estimate: Floats
    low: Floats
    high: Floats


def rate_ratio(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    reference_events: npt.ArrayLike,
    reference_exposure: npt.ArrayLike,
    level: float = 0.95,
) -> Ratio:
    """The group's rate over the reference group's, events being Poisson counts and exposure person-time or population.

    The interval is NaN where either group has no event (its logarithm has no standard error); the estimate is NaN only
    where a rate does not exist or the reference rate is zero.
    Source: Rothman, Greenland and Lash, *Modern Epidemiology* (3rd ed., 2008), ch. 14; as epitools::rateratio.wald.
    """
    a, b = counts(events, "Events"), counts(reference_events, "Reference events")
    n1, n0 = np.asarray(exposure, dtype=float), np.asarray(reference_exposure, dtype=float)
    if (n1 < 0).any() or (n0 < 0).any():
        raise UserError("Exposure may not be negative.")
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 1.0 / a + 1.0 / b
    return _ratio(a, n1, b, n0, variance, level)


def risk_ratio(
    cases: npt.ArrayLike,
    people: npt.ArrayLike,
    reference_cases: npt.ArrayLike,
    reference_people: npt.ArrayLike,
    level: float = 0.95,
) -> Ratio:
    """The group's risk over the reference group's, cases being some of the people.

    NaN as in :func:`rate_ratio`. Raises UserError where there are more cases than people.
    Source: Rothman, Greenland and Lash (2008), ch. 14; as epitools::riskratio.wald.
    """
    a, b = counts(cases, "Cases"), counts(reference_cases, "Reference cases")
    n1, n0 = counts(people, "People"), counts(reference_people, "Reference people")
    if (a > n1).any() or (b > n0).any():
        raise UserError("There are more cases than people.")
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 1.0 / a - 1.0 / n1 + 1.0 / b - 1.0 / n0
    return _ratio(a, n1, b, n0, variance, level)


def _ratio(a: Floats, n1: Floats, b: Floats, n0: Floats, variance: Floats, level: float) -> Ratio:
    z = critical_value(level)
    a, n1, b, n0, variance = np.broadcast_arrays(a, n1, b, n0, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = (a / n1) / (b / n0)
        spread = np.exp(z * np.sqrt(variance))
    exists = np.isfinite(estimate) & (n1 > 0) & (n0 > 0)
    told = exists & (a > 0) & (b > 0) & np.isfinite(spread)
    return Ratio(
        np.where(exists, estimate, np.nan),
        np.where(told, estimate / np.where(told, spread, 1.0), np.nan),
        np.where(told, estimate * np.where(told, spread, 1.0), np.nan),
    )
