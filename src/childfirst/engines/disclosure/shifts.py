"""The least change of a table that moves some sums by given amounts and that no published figure notices.

Two columns per unknown, up and down, each with a small price, and nothing to do at first: the corner where no row
binds is the starting point of every solve, and the dual simplex method walks from there to the nearest table in a few
steps. Least changes touch few cells, and nearly always come out whole-numbered.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .ends import ends_of, whole_numbers
from .evidence import Statements
from .scene import Ints
from .simplex import INFINITY, Ending, Warm

DEPTH = 40
"""How many unknowns may be rounded in search of a whole-numbered change."""


class Shifts:
    """Changes of one table, ``base``, under statements that it fits; ``parts``: sums of unknowns, one per row.

    ``columns``: the unknowns that may change, all others stay; default: every one.
    """

    def __init__(
        self, statements: Statements, parts: sparse.csr_matrix, base: Ints, columns: Ints | None = None
    ) -> None:
        self._size = len(base)
        self._columns = np.arange(self._size) if columns is None else columns
        rows, here = statements.rows, statements.rows @ base
        low, high = ends_of(statements.low) - here, ends_of(statements.high) - here
        if columns is not None:
            rows, parts = rows[:, columns], parts[:, columns]
            touched = np.flatnonzero(np.diff(rows.indptr))
            rows, low, high = rows[touched], low[touched], high[touched]
        self._unknowns = len(self._columns)
        self._parts = parts
        up, down = ends_of(statements.most - base), (base - statements.least).astype(float)
        self._room = np.concatenate([up[self._columns], down[self._columns]])
        several = np.flatnonzero(np.diff(parts.indptr) > 1)
        self._row_of_part = np.full(parts.shape[0], -1)
        self._row_of_part[several] = rows.shape[0] + np.arange(len(several))
        matrix = sparse.vstack([rows, parts[several]], format="csr")
        free = np.full(len(several), INFINITY)
        price = 1.0 + 0.01 * np.random.default_rng(20_260_327).random(self._unknowns)
        self._warm = Warm(
            sparse.hstack([matrix, -matrix], format="csr"),
            np.concatenate([low, -free]),
            np.concatenate([high, free]),
            np.zeros(2 * self._unknowns),
            self._room,
            np.concatenate([price, price]),
        )

    @property
    def touched(self) -> Ints:
        """Parts that have an unknown which may change."""
        return np.flatnonzero(np.diff(self._parts.indptr))

    @property
    def solved(self) -> int:
        """Programs solved so far."""
        return self._warm.solved

    def least(self, part: int, by: int) -> Ints | None:
        """A whole-numbered change by which a part moves at least so far; None where there is none, or none was found."""
        columns = self._parts.indices[self._parts.indptr[part] : self._parts.indptr[part + 1]]
        if len(columns) > 1:
            row = int(self._row_of_part[part])
            self._warm.bound_row(row, by if by > 0 else -INFINITY, INFINITY if by > 0 else by)
            change = self._dive(())
            self._warm.bound_row(row, -INFINITY, INFINITY)
            return change
        # The unknown must go this way: going both ways at once would be a change of nothing.
        there, back = int(columns[0]), self._unknowns + int(columns[0])
        if by < 0:
            there, back = back, there
        if self._room[there] < abs(by):
            return None
        self._warm.bound_column(there, abs(by), self._room[there])
        self._warm.bound_column(back, 0.0, 0.0)
        change = self._dive((there, back))
        self._warm.bound_column(there, 0.0, self._room[there])
        self._warm.bound_column(back, 0.0, self._room[back])
        return change

    def _dive(self, held: tuple[int, ...]) -> Ints | None:
        """Solve; where the corner is not whole, round one unknown after another, first away from zero, then to it."""
        rounded: list[int] = []
        found = None
        self._warm.forget()
        answer = self._warm.solve()
        while answer.ending is Ending.OPTIMAL:
            found = whole_numbers(answer.x)
            if found is not None or len(rounded) == DEPTH:
                break
            odd = np.abs(answer.x - np.rint(answer.x))
            odd[[*rounded, *held]] = 0.0
            column = int(np.argmax(odd))
            if not odd[column]:
                break
            rounded.append(column)
            self._warm.bound_column(column, float(np.ceil(answer.x[column])), self._room[column])
            further = self._warm.solve()
            if further.ending is not Ending.OPTIMAL:
                self._warm.bound_column(column, 0.0, float(np.floor(answer.x[column])))
                further = self._warm.solve()
            answer = further
        for column in rounded:
            self._warm.bound_column(column, 0.0, self._room[column])
        if found is None:
            return None
        change = np.zeros(self._size, np.int64)
        change[self._columns] = found[: self._unknowns] - found[self._unknowns :]
        return change
