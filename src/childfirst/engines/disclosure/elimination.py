"""Elimination of shown sums: all changes that they leave, as a basis, and the sums as combinations of each other.

Plain Gauss-Jordan on sparse rows, shortest row first, so that the basis stays sparse. What it finds is checked by those
who use it in whole numbers; nothing rests on its rounding.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
TINY = 1e-9
Row = dict[int, float]


@dataclass(frozen=True)
class Elimination:
    """The changes of ``columns`` unknowns that keep every row of a matrix at nought.

    basis   (columns, free) each column is a change; any change that keeps the rows is a sum of these
    free    the unknowns that number the basis: change ``i`` moves ``free[i]`` by one and no other free unknown
    """

    basis: sparse.csr_matrix
    free: npt.NDArray[np.int64]
    _pivot_row: dict[int, int]
    _made_of: list[Row]
    _rows: int

    def multipliers(self, combination: Floats) -> Floats:
        """How often each row of the matrix goes into ``combination``, a sum of its rows."""
        found = np.zeros(self._rows)
        for column in np.flatnonzero(np.abs(combination) > TINY).tolist():
            row = self._pivot_row.get(column)
            if row is not None:
                for source, times in self._made_of[row].items():
                    found[source] += combination[column] * times
        return found


def eliminate(matrix: sparse.csr_matrix) -> Elimination:
    """Gauss-Jordan elimination, shortest rows first, unit pivots in thin columns preferred."""
    height, width = matrix.shape
    rows: list[Row] = []
    holders: list[set[int]] = [set() for _ in range(width)]
    for i in range(height):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        rows.append(dict(zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)))
        for column in rows[i]:
            holders[column].add(i)
    made_of: list[Row] = [{i: 1.0} for i in range(height)]
    pivot_row: dict[int, int] = {}
    done: set[int] = set()
    queue = [(len(row), i) for i, row in enumerate(rows)]
    heapq.heapify(queue)
    while queue:
        length, i = heapq.heappop(queue)
        if i in done or length != len(rows[i]) or not length:
            continue
        row = rows[i]
        pivot = min(row, key=lambda c: (abs(abs(row[c]) - 1.0) > TINY, len(holders[c]), c))
        _scale(row, made_of[i], row[pivot])
        done.add(i)
        pivot_row[pivot] = i
        for other in sorted(holders[pivot] - {i}):
            times = rows[other][pivot]
            _subtract(rows[other], row, times, other, holders)
            _subtract(made_of[other], made_of[i], times, other, None)
            if other not in done:
                heapq.heappush(queue, (len(rows[other]), other))
    return _basis(rows, pivot_row, made_of, width, height)


def _scale(row: Row, source: Row, by: float) -> None:
    if by != 1.0:
        for part in (row, source):
            for key in part:
                part[key] /= by


def _subtract(row: Row, other: Row, times: float, number: int, holders: list[set[int]] | None) -> None:
    for column, value in other.items():
        left = row.get(column, 0.0) - times * value
        if abs(left) > TINY:
            if holders is not None and column not in row:
                holders[column].add(number)
            row[column] = left
        elif column in row:
            del row[column]
            if holders is not None:
                holders[column].discard(number)


def _basis(rows: list[Row], pivot_row: dict[int, int], made_of: list[Row], width: int, height: int) -> Elimination:
    free = [column for column in range(width) if column not in pivot_row]
    number = {column: i for i, column in enumerate(free)}
    entries = [(column, number[column], 1.0) for column in free]
    for column, i in pivot_row.items():
        entries += [(column, number[q], -value) for q, value in rows[i].items() if q != column]
    at = np.array([(c, q) for c, q, _ in entries], np.int64).reshape(-1, 2)
    values = np.array([v for *_, v in entries])
    basis = sparse.csr_matrix((values, (at[:, 0], at[:, 1])), (width, len(free)))
    return Elimination(basis, np.array(free, np.int64), pivot_row, made_of, height)
