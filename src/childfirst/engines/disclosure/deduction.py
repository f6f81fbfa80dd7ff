"""What can be worked out by hand: bounds of each unknown that follow from one statement at a time, to the end.

Whole-number arithmetic throughout, so that nothing here rests on a solver's tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from childfirst.shared.errors import UserError

from .scene import CONTRADICTION, NO_BOUND, Ints

ROUNDS = 200
"""Passes over all statements; each pass only ever narrows, so that ending early loses sharpness and never truth."""


@dataclass(frozen=True)
class Deduced:
    """Proved bounds of every unknown (``high`` is NO_BOUND where there is none)."""

    low: Ints
    high: Ints

    @property
    def open(self) -> npt.NDArray[np.int64]:
        """Unknowns whose count does not follow."""
        return np.flatnonzero(self.low < self.high)


def deduce(rows: sparse.csr_matrix, low: Ints, high: Ints) -> Deduced:
    """Narrow ``x >= 0`` by ``low <= rows @ x <= high`` (entries 1 and -1) until nothing follows any more.

    Raises UserError where the statements contradict each other.
    """
    unknowns = int(rows.shape[1])
    least, most = np.zeros(unknowns, np.int64), np.full(unknowns, NO_BOUND, np.int64)
    row, column, sign = _entries(rows)
    count = len(low)
    active = np.ones(count, bool)
    for _ in range(ROUNDS):
        kept = active[row]
        row, column, sign = row[kept], column[kept], sign[kept]
        plus = sign > 0
        below = np.where(plus, least[column], -most[column])
        above = np.where(plus, most[column], -least[column])
        endless_below = (~plus) & (most[column] >= NO_BOUND)
        endless_above = plus & (most[column] >= NO_BOUND)
        sum_below = _sum(row, np.where(endless_below, 0, below), count)
        sum_above = _sum(row, np.where(endless_above, 0, above), count)
        many_below = np.bincount(row[endless_below], minlength=count)
        many_above = np.bincount(row[endless_above], minlength=count)
        too_much, too_little = (many_below == 0) & (sum_below > high), (many_above == 0) & (sum_above < low)
        if (active & (too_much | too_little)).any():
            raise UserError(f"{CONTRADICTION}.")
        # What the other unknowns of the statement leave for this one.
        rest_below = sum_below[row] - np.where(endless_below, 0, below)
        rest_above = sum_above[row] - np.where(endless_above, 0, above)
        sure_below = (many_below[row] - endless_below) == 0
        sure_above = (many_above[row] - endless_above) == 0
        most_term = np.where(sure_below & (high[row] < NO_BOUND), high[row] - rest_below, NO_BOUND)
        least_term = np.where(sure_above, low[row] - rest_above, -NO_BOUND)
        new_least, new_most = least.copy(), most.copy()
        np.minimum.at(new_most, column[plus], most_term[plus])
        np.maximum.at(new_least, column[plus], least_term[plus])
        np.minimum.at(new_most, column[~plus], -least_term[~plus])
        np.maximum.at(new_least, column[~plus], -most_term[~plus])
        if (new_least > new_most).any():
            raise UserError(f"{CONTRADICTION}.")
        if (new_least == least).all() and (new_most == most).all():
            break
        least, most = new_least, new_most
        # A statement whose unknowns are all fixed is checked once more and then has nothing to tell.
        active &= ~_settled(row, column, sign, least, most, low, high)
    return Deduced(least, most)


def _entries(rows: sparse.csr_matrix) -> tuple[Ints, Ints, Ints]:
    listed = rows.tocoo()
    return listed.row.astype(np.int64), listed.col.astype(np.int64), listed.data.astype(np.int64)


def _sum(row: Ints, value: Ints, count: int) -> Ints:
    total = np.zeros(count, np.int64)
    np.add.at(total, row, value)
    return total


def _settled(
    row: Ints, column: Ints, sign: Ints, least: Ints, most: Ints, low: Ints, high: Ints
) -> npt.NDArray[np.bool_]:
    """Statements without an open unknown. Raises UserError where one of them is not true."""
    count = len(low)
    settled = np.bincount(row[least[column] < most[column]], minlength=count) == 0
    present = np.bincount(row, minlength=count) > 0
    value = _sum(row, sign * least[column], count)
    if (settled & present & ((value < low) | (value > high))).any():
        raise UserError(f"{CONTRADICTION}.")
    return np.asarray(settled)
