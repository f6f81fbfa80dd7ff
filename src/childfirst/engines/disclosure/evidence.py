"""What counts as proof: whole-numbered tables that fit, and multipliers that bound a sum. Checked in whole numbers.

A *witness* is a table that fits every statement. Two of them that differ at a cell prove that the attacker cannot tell.
A *bound* is a weighted sum of statements: whatever the weights, it bounds the cell (weak duality of linear
programming), so that weights which a solver found in floating point are rounded to fractions with one denominator and
the bound is worked out anew from them, in whole numbers of any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .scene import NO_BOUND, Ints

DENOMINATORS = (1, 2, 3, 4, 6, 12, 60, 420, 2520)
"""Weights at corners of these programs are fractions with small denominators; the best of these is kept."""
LARGEST = 1 << 61


@dataclass(frozen=True)
class Statements:
    """``low <= rows @ x <= high`` and ``least <= x <= most``, all whole numbers."""

    rows: sparse.csr_matrix
    low: Ints
    high: Ints
    least: Ints
    most: Ints

    def fits(self, x: Ints) -> bool:
        """Whether a whole-numbered table fits every statement."""
        if (x < self.least).any() or (x > self.most).any():
            return False
        sums = self.rows @ x
        return not ((sums < self.low) | (sums > self.high)).any()

    def narrowed(self, least: Ints, most: Ints) -> Statements:
        """The same statements with other bounds of the unknowns."""
        return Statements(self.rows, self.low, self.high, least, most)


@dataclass(frozen=True)
class Bound:
    """``goal @ x <= value`` because of these weights over the statements: each is ``weights[i] / denominator``."""

    value: Fraction
    weights: tuple[tuple[int, int], ...]
    denominator: int

    @property
    def whole(self) -> int:
        """The greatest whole number that the bound allows."""
        return self.value.numerator // self.value.denominator


def upper_bound(statements: Statements, goal: Ints, weights: npt.NDArray[np.float64]) -> Bound | None:
    """The best bound of ``goal @ x`` from above that these weights, rounded to fractions, prove. None: no bound."""
    best: Bound | None = None
    for denominator in DENOMINATORS:
        scaled = np.rint(np.nan_to_num(weights) * denominator)
        if np.abs(scaled).max(initial=0.0) > 1e9:
            continue
        whole = scaled.astype(np.int64)
        value = weighted(statements, goal, whole, denominator)
        if value is not None and (best is None or value < best.value):
            used = np.flatnonzero(whole)
            best = Bound(value, tuple((int(i), int(whole[i])) for i in used), denominator)
        if (
            best is not None
            and denominator == best.denominator
            and np.abs(weights - whole / denominator).max(initial=0.0) < 1e-9
        ):
            break
    return best


def weighted(statements: Statements, goal: Ints, weights: Ints, denominator: int) -> Fraction | None:
    """The bound of ``goal @ x`` from above that ``weights / denominator`` prove; None where they prove none."""
    ends = np.where(weights > 0, statements.high, statements.low)
    if (ends[weights != 0] >= NO_BOUND).any():
        return None
    left = denominator * goal - statements.rows.T @ weights
    limits = np.where(left > 0, statements.most, statements.least)
    if (limits[left > 0] >= NO_BOUND).any():
        return None
    return Fraction(_dot(weights, ends) + _dot(left, limits), denominator)


def recheck(statements: Statements, goal: Ints, bound: Bound) -> bool:
    """Work a stored bound out again from nothing but the statements and its weights."""
    weights = np.zeros(statements.rows.shape[0], np.int64)
    for row, weight in bound.weights:
        weights[row] = weight
    return weighted(statements, goal, weights, bound.denominator) == bound.value


def _dot(one: Ints, two: Ints) -> int:
    """A sum of products without overflow: in machine words where that is sure, else in numbers of any size."""
    used = one != 0
    one, two = one[used], two[used]
    if float(np.abs(one).max(initial=0)) * float(np.abs(two).max(initial=0)) * max(1, len(one)) < LARGEST:
        return int(one @ two)
    return sum(int(a) * int(b) for a, b in zip(one.tolist(), two.tolist(), strict=True))
