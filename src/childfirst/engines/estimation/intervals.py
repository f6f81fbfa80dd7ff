"""Confidence intervals of one proportion or one rate. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from childfirst.shared.errors import UserError

Floats = npt.NDArray[np.float64]


def critical_value(level: float) -> float:
    """The standard normal quantile for a two-sided interval at ``level``."""
    if not 0.0 < level < 1.0:
        raise UserError(f"A confidence level lies between 0 and 1, not at {level}.")
    return float(stats.norm.ppf(0.5 + level / 2.0))


def counts(values: npt.ArrayLike, what: str) -> Floats:
    """Counts as floats, with NaN for unknown; UserError for a negative or fractional one."""
    array = np.asarray(values, dtype=float)
    given = array[~np.isnan(array)]
    if (given < 0).any() or np.isinf(given).any() or (given != np.floor(given)).any():
        raise UserError(f"{what} must be counts: whole numbers that are not negative.")
    return array


def wilson(successes: npt.ArrayLike, trials: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval for a proportion, without continuity correction.

    ``successes`` and ``trials`` broadcast; NaN in either means unknown. Returns (low, high) in [0, 1]; both NaN where
    the count is unknown or there was no trial: no proportion exists there, and it is not zero.

    Raises UserError where there are more successes than trials, or a count is negative or fractional.
    Source: E. B. Wilson, JASA 22 (1927) 209-212; Brown, Cai and DasGupta, Statistical Science 16 (2001) 101-133.
    """
    z = critical_value(level)
    x, n = np.broadcast_arrays(counts(successes, "Successes"), counts(trials, "Trials"))
    if (x > n).any():
        raise UserError("There are more successes than trials.")
    z2 = z * z
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / n
        centre = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    unknown = np.isnan(x) | np.isnan(n) | (n == 0)
    # At the ends the interval touches 0 and 1 exactly; rounding must not push it past them.
    low = np.where(x == 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    high = np.where(x == n, 1.0, np.clip(centre + half, 0.0, 1.0))
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def poisson_exact(events: npt.ArrayLike, exposure: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval for a rate per unit of exposure, from a Poisson count of events.

    Returns (low, high); both NaN where the count is unknown or the exposure is unknown or zero.
    Source: F. Garwood, Biometrika 28 (1936) 437-442.
    """
    critical_value(level)
    tail = (1.0 - level) / 2.0
    x, size = np.broadcast_arrays(counts(events, "Events"), np.asarray(exposure, dtype=float))
    if (size < 0).any():
        raise UserError("Exposure may not be negative.")
    unknown = np.isnan(x) | np.isnan(size) | (size == 0)
    safe = np.where(unknown, 1.0, x)
    below = np.where(safe == 0, 0.0, stats.gamma.ppf(tail, np.maximum(safe, 1.0)))
    above = stats.gamma.ppf(1.0 - tail, safe + 1.0)
    by = np.where(unknown, np.nan, size)
    return below / by, above / by
