"""The attacker's calculations: what each sum of unknown counts can be, in whole numbers, and the proof of it.

First everything that follows by hand (``deduction``), then the rest in pieces that share no statement (``piece``). One
table that fits is evidence for every cell at once, so that far fewer programs are solved than there are cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .deduction import deduce
from .evidence import Statements
from .piece import Piece
from .scene import NO_BOUND, Ints, System


@dataclass(frozen=True)
class Found:
    """What is known of a sum. ``low``/``high``: met by whole-numbered tables; ``least``/``most``: proved. None: no bound.

    Where no table was found at all, ``low`` is greater than ``high``.
    """

    low: int
    high: int | None
    least: int
    most: int | None

    @property
    def exact(self) -> bool:
        return self.low == self.least and self.high == self.most

    def at_least(self, width: int) -> bool:
        """Whether tables prove that the attacker is left with so much doubt."""
        return self.high is None or self.high - self.low >= width

    def below(self, width: int) -> bool:
        """Whether it is proved that the attacker is left with less."""
        return self.most is not None and self.most - self.least < width


class Programme:
    """All whole-numbered solutions of a system, and bounds of its sums over them."""

    def __init__(
        self, system: System, wanted: Iterable[int], start: Ints | None, told: tuple[list[int], list[int]]
    ) -> None:
        """``wanted``: rows of ``system.sums``; ``start``: a solution, where one is known; ``told``: sums that some
        solution is known to have, which spare a search and prove nothing."""
        self.system = system
        deduced = deduce(system.rows, system.low, system.high)
        self._fixed = np.where(deduced.low == deduced.high, deduced.low, 0)
        self._open = deduced.open
        rows = system.rows[:, self._open].tocsr()
        left = system.rows @ self._fixed
        kept = np.flatnonzero(np.diff(rows.indptr))
        self._rows = rows[kept]
        low, high = system.low[kept] - left[kept], _minus(system.high[kept], left[kept])
        self.components, component = 0, np.zeros(0, np.int64)
        if self.free:
            self.components, labels = connected_components(self._rows.T @ self._rows, directed=False)
            component = labels.astype(np.int64)
        self._wanted = sorted(set(wanted))
        self._constant = dict(zip(self._wanted, (system.sums[self._wanted] @ self._fixed).tolist(), strict=True))
        columns, home = _split(component, self.components)
        chosen, self._parts_of = self._parts(component, home)
        of_row = component[self._rows.indices[self._rows.indptr[:-1]]] if len(kept) else np.zeros(0, np.int64)
        self.pieces: list[Piece] = []
        hints = self._hints(deduced.low, deduced.high, told) if start is None and told[0] else None
        for number in range(self.components):
            mine = columns[number]
            here = np.flatnonzero(of_row == number)
            at = self._open[mine]
            piece = Piece(
                Statements(self._rows[here][:, mine], low[here], high[here], deduced.low[at], deduced.high[at]),
                _incidence(chosen[number], len(mine)),
                system.places[at],
            )
            piece.begin(None if start is None else start[at], None if hints is None else (hints[0][at], hints[1][at]))
            self.pieces.append(piece)

    def _hints(self, low: Ints, high: Ints, told: tuple[list[int], list[int]]) -> tuple[Ints, Ints]:
        values = np.array(told[1], np.int64)
        system = self.system
        rows = sparse.vstack([system.rows, system.sums[told[0]]], format="csr")
        narrowed = deduce(rows, np.concatenate([system.low, values]), np.concatenate([system.high, values]))
        return np.maximum(low, narrowed.low), np.minimum(high, narrowed.high)

    def _parts(self, component: Ints, home: Ints) -> tuple[list[list[Ints]], dict[int, list[tuple[int, int]]]]:
        """Cut each wanted sum along the pieces; sums that are the same within a piece are one part of it."""
        sums = self.system.sums[self._wanted][:, self._open].tocsr()
        chosen: list[list[Ints]] = [[] for _ in range(self.components)]
        seen: dict[tuple[int, bytes], int] = {}
        of: dict[int, list[tuple[int, int]]] = {}
        for at, row in enumerate(self._wanted):
            columns = np.sort(sums.indices[sums.indptr[at] : sums.indptr[at + 1]])
            of[row] = []
            pieces = component[columns]
            for number in np.unique(pieces).tolist():
                mine = home[columns[pieces == number]]
                key = number, mine.tobytes()
                if key not in seen:
                    seen[key] = len(chosen[number])
                    chosen[number].append(mine)
                of[row].append((number, seen[key]))
        return chosen, of

    @property
    def free(self) -> int:
        """Unknowns that are left after deduction."""
        return len(self._open)

    @property
    def statements(self) -> int:
        """Statements that are left after deduction."""
        return int(self._rows.shape[0])

    @property
    def solved(self) -> int:
        """Linear and integer programs solved so far."""
        return sum(piece.solved for piece in self.pieces)

    @property
    def lost(self) -> int:
        """Pieces for which no whole-numbered table was found."""
        return sum(piece.base is None for piece in self.pieces)

    def found(self, row: int) -> Found:
        """What is known of a sum by now."""
        low = high = least = most = int(self._constant[row])
        met = True
        for number, part in self._parts_of[row]:
            piece = self.pieces[number]
            met &= bool(piece.high[part] >= piece.low[part])
            low, high = low + int(piece.low[part]), high + int(piece.high[part])
            least, most = least + int(piece.least[part]), most + int(piece.most[part])
        if not met:
            low, high = NO_BOUND - 1, -1
        return Found(low, None if high >= NO_BOUND // 2 else high, least, None if most >= NO_BOUND // 2 else most)

    def widen(self, row: int, need: int) -> Found:
        """Look for tables that differ by ``need`` at a sum, until they are found or proved not to be there."""
        for number, part in self._parts_of[row]:
            found = self.found(row)
            if found.at_least(need) or found.below(need):
                return found
            piece = self.pieces[number]
            others = 0 if found.high is None or found.low > found.high else found.high - found.low - piece.width(part)
            piece.settle(part, max(1, need - others))
        return self.found(row)

    def ends(self, row: int) -> Found:
        """Both ends of a sum, proved."""
        for number, part in self._parts_of[row]:
            self.pieces[number].end(part, 1)
            self.pieces[number].end(part, -1)
        return self.found(row)

    def bound(self, wanted: Mapping[int, int], every: bool) -> dict[int, Found]:
        """Bounds of the sums ``wanted`` (row -> width that would be enough); ``every``: both ends for each."""
        if not every:
            needs: list[dict[int, int]] = [{} for _ in self.pieces]
            for row, need in wanted.items():
                if len(self._parts_of[row]) == 1:
                    number, part = self._parts_of[row][0]
                    needs[number][part] = max(need, needs[number].get(part, 0))
            for piece, parts in zip(self.pieces, needs, strict=True):
                piece.sweep(parts)
        for row in sorted(wanted):
            self.widen(row, wanted[row])
            if every:
                self.ends(row)
        return {row: self.found(row) for row in wanted}


def _minus(high: Ints, left: Ints) -> Ints:
    return np.where(high >= NO_BOUND, NO_BOUND, high - left)


def _split(component: Ints, count: int) -> tuple[list[Ints], Ints]:
    """The columns of each component, and the place of each column in its own."""
    order = np.argsort(component, kind="stable")
    sizes = np.bincount(component, minlength=count) if count else np.zeros(0, np.int64)
    columns = np.split(order, np.cumsum(sizes)[:-1]) if count else []
    home = np.zeros(len(component), np.int64)
    for mine in columns:
        home[mine] = np.arange(len(mine))
    return columns, home


def _incidence(members: list[Ints], columns: int) -> sparse.csr_matrix:
    lengths = np.array([len(m) for m in members], np.int64)
    indices = np.concatenate(members) if members else np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return sparse.csr_matrix((np.ones(len(indices), np.int64), indices, starts), (len(members), columns))
