"""What must stay in doubt, and the proofs that it does: pairs of whole-numbered tables that nobody can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .changes import Changes
from .space import Bools

SPLITS = 6
"""Ways of dividing a width into a part upwards and a part downwards that are tried."""


@dataclass(frozen=True)
class Demand:
    """Of one region: the interval left to an attacker must be so wide, reach so far up, and so far down.

    ``fixed``: regions that this attacker knows (a respondent's own figures).
    """

    region: int
    width: int
    up: int = 0
    down: int = 0
    fixed: frozenset[int] = frozenset()


class Proofs:
    """Changes of the joint table found so far, and what they prove. The table as it is counts as a change by nought."""

    def __init__(self, demands: Sequence[Demand], regions: int, care: Bools) -> None:
        self.demands = list(demands)
        self.care = np.flatnonzero(care)
        self._column = np.full(regions, -1, np.int64)
        self._column[self.care] = np.arange(len(self.care))
        self._moves: npt.NDArray[np.int32] = np.zeros((16, len(self.care)), np.int32)
        self._alive = np.zeros(16, bool)
        self._count = 0

    def add(self, moves: npt.NDArray[np.integer]) -> None:
        """Keep a change, given by how far it moves every region."""
        self._append(moves[self.care])

    def _append(self, moves: npt.NDArray[np.integer]) -> None:
        if self._count == len(self._moves):
            self._moves = np.concatenate([self._moves, np.zeros_like(self._moves)])
            self._alive = np.concatenate([self._alive, np.zeros_like(self._alive)])
        self._moves[self._count] = moves
        self._alive[self._count] = True
        self._count += 1

    def ends(self, demand: Demand) -> tuple[int, int]:
        """How far down and up the demand's region is proved to be able to move."""
        column = self._column[demand.region]
        usable = self._alive[: self._count]
        if demand.fixed:
            held = self._column[[r for r in sorted(demand.fixed) if self._column[r] >= 0]]
            usable = usable & ~self._moves[: self._count, held].any(axis=1)
        moved = self._moves[: self._count, column][usable]
        return int(min(0, moved.min(initial=0))), int(max(0, moved.max(initial=0)))

    def holds(self, demand: Demand) -> bool:
        low, high = self.ends(demand)
        return high - low >= demand.width and high >= demand.up and -low >= demand.down

    def within(self, hidden: Bools, pool: npt.NDArray[np.int32]) -> None:
        """Keep those changes of a pool (rows; columns as ``care``) that move nothing but what is hidden."""
        for moves in pool[~pool[:, ~hidden[self.care]].any(axis=1)]:
            self._append(moves)

    def pool(self) -> npt.NDArray[np.int32]:
        """Every change found so far, as rows."""
        return self._moves[: self._count].copy()

    def needed(self, demand: Demand) -> list[npt.NDArray[np.int32]]:
        """The changes, as moves of all regions, that carry a demand which holds."""
        column = self._column[demand.region]
        found = []
        usable = np.flatnonzero(self._alive[: self._count])
        if demand.fixed:
            held = self._column[[r for r in sorted(demand.fixed) if self._column[r] >= 0]]
            usable = usable[~self._moves[usable][:, held].any(axis=1)]
        moved = self._moves[usable, column]
        for end in {int(np.argmax(moved)), int(np.argmin(moved))} if len(usable) else set():
            if moved[end]:
                moves = np.zeros(len(self._column), np.int32)
                moves[self.care] = self._moves[usable[end]]
                found.append(moves)
        return found

    def open(self, which: Iterable[int] | None = None) -> list[int]:
        """Numbers of the demands that no proof meets yet."""
        if which is None:
            which = range(len(self.demands))
        moved = self._moves[: self._count][self._alive[: self._count]]
        low, high = moved.min(axis=0, initial=0), moved.max(axis=0, initial=0)
        found = []
        for number in which:
            demand = self.demands[number]
            column = self._column[demand.region]
            at_most = (
                high[column] - low[column] < demand.width or high[column] < demand.up or -low[column] < demand.down
            )
            if at_most or (demand.fixed and not self.holds(demand)):
                found.append(number)
        return found

    def without(self, region: int) -> Bools:
        """Drop every change that moves a region; returns what was there before, for ``restore``."""
        before = self._alive.copy()
        self._alive[: self._count] &= self._moves[: self._count, self._column[region]] == 0
        return before

    def restore(self, before: Bools) -> None:
        """Take back ``without``; changes that were added since are kept where they stand on their own."""
        self._alive[: len(before)] |= before

    def forget_idle(self) -> None:
        """Drop changes that prove nothing which another does not; the fewest that greedily meet all demands are kept."""
        order = np.flatnonzero(self._alive[: self._count])
        keep: set[int] = set()
        columns = self._column[[d.region for d in self.demands]]
        moves = self._moves[order][:, columns] if len(order) else np.zeros((0, len(columns)), np.int32)
        for i, demand in enumerate(self.demands):
            usable = np.arange(len(order))
            if demand.fixed:
                held = self._column[[r for r in sorted(demand.fixed) if self._column[r] >= 0]]
                usable = usable[~self._moves[order][:, held].any(axis=1)]
            for end in (int(np.argmax(moves[usable, i])), int(np.argmin(moves[usable, i]))) if len(usable) else ():
                if moves[usable[end], i]:
                    keep.add(int(order[usable[end]]))
        self._alive[:] = False
        self._alive[sorted(keep)] = True

    def support(self) -> Bools:
        """Which regions the kept changes move, as flags over all regions."""
        flags = np.zeros(len(self._column), bool)
        flags[self.care] = self._moves[: self._count][self._alive[: self._count]].any(axis=0)
        return flags


def prove(changes: Changes, proofs: Proofs, demand: Demand, *, whole: bool = True) -> bool:
    """Find changes that meet a demand. False where none were found; ``whole``: also by branch and bound."""
    here = int(changes.here[demand.region])
    for down in _splits(demand, here):
        up = max(demand.up, demand.width - down)
        low, high = proofs.ends(demand)
        reached = True
        for by in (-max(down, demand.down), up):
            if by == 0 or low <= by < 0 or 0 < by <= high:
                continue
            change = changes.least(demand.region, by, demand.fixed)
            if change is None and changes.feasible and whole:
                further = by + (1 if by > 0 else -1)
                if further >= -here:
                    change = changes.least(demand.region, further, demand.fixed)
                if change is None:
                    change = changes.least(demand.region, by, demand.fixed, whole=True)
            if change is None:
                reached = False
                break
            proofs.add(change.moves)
            if change.both_ways:
                proofs.add(-change.moves)
        if reached and proofs.holds(demand):
            return True
    return False


def _splits(demand: Demand, here: int) -> list[int]:
    """Parts of the width that are tried downwards: as much as there is first, since the way up needs others to lose."""
    most = min(demand.width, here)
    least = demand.down
    if most <= least:
        return [least]
    steps = np.unique(np.linspace(least, most, min(SPLITS, most - least + 1)).astype(int))
    return [int(step) for step in steps[::-1]]
