"""What has been matched before: results kept once per distinct mention and circumstances, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import tables

KEPT_ROWS = 60_000


class Solved:
    """Results of distinct mentions, in arrays that grow: row i's candidates stand from `start[i]`, `count[i]` of them."""

    def __init__(self) -> None:
        self.decisions: list[str] = []
        self.reasons: list[str] = []
        self._rows = 0
        self._filled = 0
        self.p_none: npt.NDArray[np.float64] = np.zeros(16)
        self.start: npt.NDArray[np.int64] = np.zeros(16, dtype=np.int64)
        self.count: npt.NDArray[np.int64] = np.zeros(16, dtype=np.int64)
        self.school: npt.NDArray[np.int32] = np.zeros(64, dtype=np.int32)
        self.probability: npt.NDArray[np.float64] = np.zeros(64)

    def __len__(self) -> int:
        return self._rows

    def add(
        self,
        decisions: Sequence[str],
        reasons: Sequence[str],
        p_none: tables.Floats,
        count: tables.Integers,
        school: npt.NDArray[np.int64],
        probability: tables.Floats,
    ) -> None:
        """Append the results of a batch."""
        rows, filled = self._rows + len(count), self._filled + len(school)
        self.p_none = _room(self.p_none, self._rows, rows)
        self.start = _room(self.start, self._rows, rows)
        self.count = _room(self.count, self._rows, rows)
        self.school = _room(self.school, self._filled, filled)
        self.probability = _room(self.probability, self._filled, filled)
        self.p_none[self._rows : rows] = p_none
        self.start[self._rows : rows] = self._filled + np.cumsum(count) - count
        self.count[self._rows : rows] = count
        self.school[self._filled : filled] = school
        self.probability[self._filled : filled] = probability
        self.decisions += decisions
        self.reasons += reasons
        self._rows, self._filled = rows, filled

    def candidates(self, row: int) -> slice:
        """Where a row's candidates stand."""
        start = int(self.start[row])
        return slice(start, start + int(self.count[row]))


def _room(array: npt.NDArray[Any], used: int, wanted: int) -> npt.NDArray[Any]:
    if wanted <= len(array):
        return array
    larger = np.zeros(max(wanted, 2 * len(array)), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


class Memory:
    """Results by the two hashes of a row, for one model and precision. Full, it starts anew; tables keep what they hold."""

    def __init__(self) -> None:
        self.solved = Solved()
        self._known: dict[int, int] = {}
        self._check: list[int] = []

    def find(self, keys: Sequence[int], checks: Sequence[int]) -> list[int]:
        """The row of each key, -1 where it is new."""
        if len(self.solved) > KEPT_ROWS:
            self.solved = Solved()
            self._known = {}
            self._check = []
        known, check = self._known, self._check
        rows = [known.get(key, -1) for key in keys]
        return [row if row >= 0 and check[row] == c else -1 for row, c in zip(rows, checks, strict=True)]

    def remember(self, keys: Sequence[int], checks: Sequence[int]) -> None:
        """Give the rows added last their keys."""
        first = len(self.solved) - len(keys)
        self._known.update(zip(keys, range(first, len(self.solved)), strict=True))
        self._check += checks
