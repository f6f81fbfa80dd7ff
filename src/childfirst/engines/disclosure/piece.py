"""One piece of the attacker's problem: unknowns that share no statement with the others, and sums of them.

For each sum two intervals are kept. The *inner* one is spanned by whole-numbered tables that fit everything published:
the attacker can exclude neither end. The *outer* one is proved: nothing beyond it fits. Where both meet, the interval
is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from .ends import Ends, ends_of, whole_numbers
from .evidence import Bound, Statements
from .scene import NO_BOUND, Ints
from .shifts import Shifts
from .simplex import Floats, Warm

NODES_OF_FIRST_TABLE = 5_000
BLOCK = 700
"""Unknowns of a block of a large piece: small enough to be solved in a millisecond or two."""
WORTHWHILE = 0.1
"""Share of the parts left that another round of blocks must have settled."""
STRETCH = 64
"""How many times a change may be repeated to widen other cells: more would tell nothing new."""


@dataclass
class Piece:
    """Statements over ``n`` unknowns, and ``parts``: the sums of interest, one per row.

    places     (unknowns, breakdowns) which category of each breakdown an unknown belongs to
    base       a table that fits, or None where none was found
    low, high  inner interval of each part (low > high while no table is known)
    least, most  outer interval of each part; ``most`` is NO_BOUND where nothing bounds it
    """

    statements: Statements
    parts: sparse.csr_matrix
    places: Ints
    base: Ints | None = None
    low: Ints = field(init=False)
    high: Ints = field(init=False)
    least: Ints = field(init=False)
    most: Ints = field(init=False)
    proofs: dict[tuple[int, int], Bound] = field(default_factory=dict)
    _shifts: Shifts | None = None
    _solved: int = 0

    def __post_init__(self) -> None:
        self._ends = Ends(self.statements)
        count = self.parts.shape[0]
        self.low, self.high = np.full(count, NO_BOUND, np.int64), np.full(count, -1, np.int64)
        self.least = self.parts @ self.statements.least
        endless = (self.parts @ (self.statements.most >= NO_BOUND).astype(np.int64)) > 0
        finite = np.where(self.statements.most >= NO_BOUND, 0, self.statements.most)
        self.most = np.where(endless, NO_BOUND, self.parts @ finite)
        self._by_column = self.parts.tocsc()

    @property
    def unknowns(self) -> int:
        return int(self.parts.shape[1])

    @property
    def solved(self) -> int:
        """Linear and integer programs solved so far."""
        return self._solved + self._ends.solved + (self._shifts.solved if self._shifts else 0)

    def goal(self, part: int) -> Ints:
        found = np.zeros(self.unknowns, np.int64)
        found[self.parts.indices[self.parts.indptr[part] : self.parts.indptr[part + 1]]] = 1
        return found

    def width(self, part: int) -> int:
        """How far apart whole-numbered tables were found at this part."""
        return int(self.high[part] - self.low[part]) if self.high[part] >= self.low[part] else 0

    # A first table

    def begin(self, start: Ints | None, hints: tuple[Ints, Ints] | None = None) -> None:
        """Take ``start`` if it fits, else look for a table; ``hints`` are bounds that some table is known to keep."""
        if start is not None and self._witness(start):
            self.base = start
            return
        for least, most in [*([hints] if hints else []), (self.statements.least, self.statements.most)]:
            found = self._search(self.statements.narrowed(least, most))
            if found is not None and self._witness(found):
                self.base = found
                return

    def _search(self, statements: Statements) -> Ints | None:
        price = 1.0 + np.random.default_rng(20_260_327).random(self.unknowns)
        for whole in (False, True):
            warm = self._model(statements, price * (not whole), whole)
            if whole:
                warm.stop_after(1)
            answer = warm.solve()
            self._solved += 1
            found = whole_numbers(answer.x)
            if found is not None and statements.fits(found):
                return found
        return None

    def _model(self, statements: Statements, cost: Floats, whole: bool = False) -> Warm:
        return Warm(
            statements.rows,
            ends_of(statements.low),
            ends_of(statements.high),
            statements.least.astype(float),
            ends_of(statements.most),
            cost,
            whole,
            NODES_OF_FIRST_TABLE if whole else 0,
            primal=not whole,
        )

    def _witness(self, x: Ints) -> bool:
        """Use a table as evidence, after checking it against every statement in whole numbers."""
        if not self.statements.fits(x):
            return False
        sums = self.parts @ x
        np.minimum(self.low, sums, out=self.low)
        np.maximum(self.high, sums, out=self.high)
        return True

    # Far enough

    def sweep(self, needs: Mapping[int, int]) -> None:
        """In a large piece, settle the parts (part -> width) that a change of a smaller block can settle.

        A block holds the unknowns of some categories of each breakdown, drawn at random; the others stay as they are.
        The same breakdowns are cut again and again, until that settles too few parts to be worth it.
        """
        random = np.random.default_rng(20_260_327)
        left = [part for part in needs if self.width(part) < needs[part]]
        while self.base is not None and self.unknowns > 2 * BLOCK and left:
            for columns in self._blocks(random):
                block = Shifts(self.statements, self.parts, self.base, columns)
                for part in block.touched.tolist():
                    if self.width(part) < needs.get(part, 0):
                        change = block.least(part, needs[part])
                        if change is not None:
                            self._stretch(self.base, change)
                self._solved += block.solved
            still = [part for part in left if self.width(part) < needs[part]]
            if len(still) > (1 - WORTHWHILE) * len(left):
                return
            left = still

    def _blocks(self, random: np.random.Generator) -> list[Ints]:
        """Cut all unknowns into blocks: the categories of the longest breakdowns are dealt into groups."""
        places = self.places
        number = np.zeros(self.unknowns, np.int64)
        sizes = {axis: len(np.unique(places[:, axis])) for axis in range(places.shape[1])}
        groups = dict.fromkeys(sizes, 1)
        while np.prod(list(groups.values())) * BLOCK < self.unknowns:
            longest = max(sizes, key=lambda axis: sizes[axis] / groups[axis])
            if sizes[longest] < 4 * groups[longest]:
                break
            groups[longest] += 1
        for axis, count in groups.items():
            values, inverse = np.unique(places[:, axis], return_inverse=True)
            number = number * count + (random.permutation(len(values)) % count)[inverse]
        return [np.flatnonzero(number == n) for n in np.unique(number)]

    def settle(self, part: int, need: int) -> None:
        """Look for tables that differ by ``need`` at a part: cheap changes of the base first, then its ends."""
        if self.base is not None:
            here = int(self.goal(part) @ self.base)
            for by in range(need, 0, -1):
                if self.width(part) >= need or self._move(part, by):
                    break
            down = need - int(self.high[part]) + here
            if down > 0 and self.width(part) < need:
                self._move(part, -down)
        for sign in (1, -1):
            if not self._decided(part, need):
                self.end(part, sign, need)

    def _move(self, part: int, by: int) -> bool:
        """Change the base so that a part moves, and keep what the change and its reverse tell of all parts."""
        if self.base is None:
            return False
        self._shifts = self._shifts or Shifts(self.statements, self.parts, self.base)
        change = self._shifts.least(part, by)
        return change is not None and self._stretch(self.base, change)

    def _stretch(self, base: Ints, change: Ints) -> bool:
        """Repeat a change, and its reverse, as often as the base allows: each time another table that fits."""
        found = False
        touched = np.flatnonzero(change)
        for sign in (1, -1):
            step = sign * change[touched]
            room = np.where(step > 0, self.statements.most[touched], self.statements.least[touched]) - base[touched]
            times = int(min(STRETCH, (room // step).min(initial=STRETCH)))
            while times > 0:
                x = base.copy()
                x[touched] += times * step
                if self.statements.fits(x):
                    parts = np.unique(self._by_column[:, touched].indices)
                    sums = self.parts[parts] @ x
                    self.low[parts] = np.minimum(self.low[parts], sums)
                    self.high[parts] = np.maximum(self.high[parts], sums)
                    found = True
                    break
                times = 1 if times > 1 else 0
        return found

    # The ends

    def end(self, part: int, sign: int, need: int | None = None) -> None:
        """The greatest (``sign`` 1) or least (-1) count of a part, proved; ``need``: stop once the width is decided."""
        goal = sign * self.goal(part)
        if self._met(part, sign):
            return
        bound, table, endless = self._ends.top(goal)
        if endless and self.base is not None:
            self.high[part] = NO_BOUND
            return
        self._learn(part, sign, bound)
        self._use(table)
        if self._enough(part, sign, need):
            return
        if self.base is not None:
            # For a width, a table at its far side does; for an end, it must be the end.
            here = int(goal @ self.base)
            other = int(self.low[part] if sign > 0 else -self.high[part])
            cap = self._outer(part, sign) if need is None else min(self._outer(part, sign), other + need)
            if cap > here:
                self._move(part, sign * (cap - here))
            if self._enough(part, sign, need):
                return
            self._use(self._ends.reach(goal, cap))
        while not self._enough(part, sign, need):
            proved, table = self._ends.prove(goal, self._inner(part, sign) + 1)
            if proved:
                self._learn(part, sign, self._inner(part, sign))
            if table is None or not self._use(table):
                return

    def _enough(self, part: int, sign: int, need: int | None) -> bool:
        return self._met(part, sign) or (need is not None and self._decided(part, need))

    def _decided(self, part: int, need: int) -> bool:
        return self.width(part) >= need or bool(self.most[part] - self.least[part] < need)

    def _outer(self, part: int, sign: int) -> int:
        return int(self.most[part] if sign > 0 else -self.least[part])

    def _inner(self, part: int, sign: int) -> int:
        return int(self.high[part] if sign > 0 else -self.low[part])

    def _met(self, part: int, sign: int) -> bool:
        return self._inner(part, sign) >= self._outer(part, sign)

    def _use(self, table: Ints | None) -> bool:
        return table is not None and self._witness(table)

    def _learn(self, part: int, sign: int, bound: Bound | int | None) -> None:
        """Narrow the outer interval by what was proved."""
        if bound is None:
            return
        whole = bound if isinstance(bound, int) else bound.whole
        if whole >= self._outer(part, sign):
            return
        if sign > 0:
            self.most[part] = whole
        else:
            self.least[part] = -whole
        if isinstance(bound, Bound):
            self.proofs[part, sign] = bound
