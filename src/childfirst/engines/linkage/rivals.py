"""Rival evidence: what the other candidates of a mention do to each one, by fit of words and by distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.deletions import spread

SAME_FIT = 0.04


def compare(fit: tables.Floats, km: tables.Floats, bounds: npt.NDArray[np.int64]) -> dict[str, tables.Floats]:
    """Terms of each candidate, from all pairs of candidates of its mention; `bounds` are the mentions' rows."""
    count = np.diff(bounds)
    size = np.repeat(count, count)
    mine = np.repeat(np.arange(len(fit)), size)
    other = spread(np.repeat(bounds[:-1], count), size)
    gap = fit[other] - fit[mine]
    far = np.where(np.isnan(km), 0.0, km)
    starts = np.cumsum(size) - size
    if not len(fit):
        return {"better_rivals": np.zeros(0), "nearer_rivals": np.zeros(0), "margin": np.zeros(0)}
    better = np.add.reduceat((gap > SAME_FIT).astype(np.int64), starts)
    nearer = np.add.reduceat(((gap >= -SAME_FIT) & (far[other] < far[mine])).astype(np.int64), starts)
    next_best = np.maximum.reduceat(np.where(other == mine, -np.inf, gap), starts)
    margin = np.where(np.isinf(next_best), 0.0, -next_best)
    return {
        "better_rivals": np.log1p(better),
        "nearer_rivals": np.log1p(nearer),
        "margin": np.clip(margin, -0.3, 0.3) / 0.3,
    }
