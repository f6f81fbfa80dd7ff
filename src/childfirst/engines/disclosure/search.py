"""From a safe set of hidden cells to a smaller one, and a proof of how far from the smallest it is.

The master program proposes the cheapest set that no attack so far rules out (`master`); the attack on it finds the
demands that it does not meet and returns cuts (`changes`); a set that withstands is optimal. Where work runs out first,
the last proposal is completed with cells of the set that was known to be safe, and needless cells are shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .blocks import Joint
from .changes import Changes, Floats, Work
from .demands import Demand, Proofs, prove
from .lines import lines
from .master import Master
from .space import Bools, Space

Moves = npt.NDArray[np.int32]
ROUNDS = 60
ROUGH_ROUNDS, ROUGH_GAP = 2, 0.004
"""Rounds, and the gap left to the master in each, for larger publications."""
WHOLE_UP_TO = 2_000
"""Regions that may be hidden up to which the master is solved in whole numbers in every round."""
TIES = 0.2
"""All prices together, where the number of hidden cells comes first: less than one cell."""
EPSILON = 1e-6
CONFINED_ROUNDS, CONFINED_GAP, POLISHES = 8, 0.001, 1
POOL = 4_000
"""Changes that are kept from round to round."""


@dataclass
class Bound:
    """What is proved of every safe set: the least number of hidden regions, and the least sum of their prices."""

    number: float
    price: float


class Search:
    """One publication: its demands, what must and what may be hidden, and the price of each region.

    ``by_price`` False: as few regions as possible, dear ones spared among equals; True: the least sum of prices.
    """

    def __init__(
        self,
        space: Space,
        joint: Joint,
        demands: Sequence[Demand],
        forced: Bools,
        never: Bools,
        price: Floats,
        work: Work,
        by_price: bool = False,
    ) -> None:
        self.space, self.joint, self.demands, self.work = space, joint, list(demands), work
        self.forced, self.never, self.by_price = forced, never, by_price
        self.allowed = space.publish & ~never
        self.price = np.where(self.allowed | forced, np.where(never, 0.0, price), 0.0)
        self.one = (self.allowed | forced).astype(float)
        self.cost = self.price if by_price else self.one + self.price * TIES / max(1.0, self.price.sum())
        self.moves = ~space.publish & ~never
        self.targets = sorted({d.region for d in demands} | {r for d in demands for r in d.fixed})
        here = np.rint(joint.incidence @ joint.point()).astype(np.int64)
        rise = np.full(space.size, -1, np.int64)
        for d in demands:
            rise[d.region] = max(rise[d.region], d.up, d.width - min(d.width, int(here[d.region])), 0)
        self.master = Master(lines(space), here, rise, forced, self.allowed, self.moves, work)
        self._pool = np.zeros((0, np.count_nonzero(self._care())), np.int32)
        self.least = 0.0
        self.rounds = 0
        self.cuts = 0

    def run(self, start: Bools, witnesses: Sequence[Moves]) -> Bools:
        """A safe set no dearer than ``start``, which ``witnesses`` (how far each region moves) prove safe."""
        best, value = start, self._value(start)
        if len(witnesses):
            self._pool = np.stack(witnesses)[:, self._care()].astype(np.int32)
        if len(self.master.free) <= WHOLE_UP_TO:
            proposal, finished = self._whole_rounds(value, ROUNDS, 0.0)
        else:
            proposal, finished = self._whole_rounds(value, ROUGH_ROUNDS, ROUGH_GAP)
        first = proposal
        if not finished and proposal is not None:
            proposal = self._complete(proposal, start, self.cost, witnesses)
        if proposal is not None and self._value(proposal) < value - EPSILON:
            best = proposal
        return best if finished else self._polish(best, first, witnesses)

    def _polish(self, best: Bools, proposal: Bools | None, witnesses: Sequence[Moves]) -> Bools:
        """The same search among the cells of a safe set and of the last proposal: a smaller question, sooner answered."""
        if proposal is None:
            return best
        least = self.least
        for _ in range(POLISHES):
            self.rounds = 0
            self.master.confine(best | proposal)
            found, safe = self._whole_rounds(self._value(best), CONFINED_ROUNDS, CONFINED_GAP)
            self.master.confine(None)
            if found is None:
                break
            proposal = found
            done = found if safe else self._complete(found, best, self.cost, witnesses)
            if done is None or self._value(done) >= self._value(best) - EPSILON:
                break
            best = done
        self.least = least
        return best

    def _value(self, hidden: Bools) -> float:
        return float(self.cost[hidden].sum())

    def bound(self) -> Bound:
        """The better of what the search proved and what the relaxation says now of number and price."""
        number, price = (self.master.relaxed(cost)[1] for cost in (self.one, self.price))
        if self.by_price:
            price = max(price, self.least)
        else:
            number = max(number, self.least - TIES)
        return Bound(float(np.ceil(number - 1e-4)), price)

    def _whole_rounds(self, known: float, rounds: int, gap: float) -> tuple[Bools | None, bool]:
        """The last proposal, and whether it is safe as it is (or cannot beat what is known)."""
        stop = self.work.done + self.work.left // 2
        hidden = None
        while self.work.done < stop and self.rounds < rounds:
            self.rounds += 1
            pattern = self.master.solve(self.cost, gap)
            if pattern is None:
                break
            hidden = pattern.hidden
            self.least = max(self.least, pattern.bound)
            if known <= self.least + EPSILON:
                return None, True
            changes, proofs = self._changes(hidden), self._proofs(hidden)
            if not self._attack(changes, proofs):
                open_ = [n for n in proofs.open() if not prove(changes, proofs, self.demands[n])]
                # A hidden cell that no change moves guards nothing.
                return hidden & (self.forced | proofs.support()), not open_
        return hidden, False

    def _changes(self, hidden: Bools, wanted: Floats | None = None, rows: Sequence[int] = ()) -> Changes:
        loose = hidden | self.moves
        if wanted is not None:
            loose = loose | (wanted > 0)
        return Changes(self.space, self.joint, loose, self.never, [*self.targets, *rows], self.work, wanted)

    def _care(self) -> Bools:
        care = self.allowed | self.forced
        care[self.targets] = True
        return care

    def _proofs(self, hidden: Bools | None = None) -> Proofs:
        """An empty store, or one with the changes of earlier rounds that are possible when ``hidden`` is hidden."""
        proofs = Proofs(self.demands, self.space.size, self._care())
        if hidden is not None:
            proofs.within(hidden | ~self.allowed, self._pool)
        return proofs

    def _attack(self, changes: Changes, proofs: Proofs) -> int:
        """Cuts from the demands that this set does not meet, even in fractions."""
        added = 0
        for demand in self.demands:
            if not proofs.holds(demand) and not prove(changes, proofs, demand, whole=False):
                added += self._cut(changes, demand)
        self.cuts += added
        self._pool = np.unique(np.concatenate([self._pool, proofs.pool()]), axis=0)[-POOL:]
        return added

    def _cut(self, changes: Changes, demand: Demand) -> bool:
        enough = max(demand.width, demand.up, demand.down)
        up = changes.reach(demand.region, 1, enough, demand.fixed)
        down = changes.reach(demand.region, -1, enough, demand.fixed)
        if up is not None and up.move < demand.up - EPSILON:
            return self.master.cut(up.weight, demand.up - up.constant)
        if down is not None and down.move < demand.down - EPSILON:
            return self.master.cut(down.weight, demand.down - down.constant)
        if up is None or down is None or up.move + down.move >= demand.width - EPSILON:
            return False
        return self.master.cut(up.weight + down.weight, demand.width - up.constant - down.constant)

    def _complete(self, hidden: Bools, safe: Bools, wanted: Floats, witnesses: Sequence[Moves]) -> Bools | None:
        """Add to a proposal what its open demands need, at the least price, out of a set that is known to be safe."""
        priced = np.where(safe & ~hidden & self.allowed, wanted, 0.0)
        every = np.flatnonzero((hidden | safe) & self.allowed).tolist()
        changes, proofs, known = self._changes(hidden, priced, every), self._proofs(hidden), self._proofs()
        for moves in witnesses:
            known.add(moves)
        chosen = hidden.copy()
        for demand in sorted(self.demands, key=lambda d: (-self.cost[d.region], d.region)):
            if proofs.holds(demand):
                continue
            if not prove(changes, proofs, demand):
                if not known.holds(demand):
                    return None
                for moves in known.needed(demand):
                    proofs.add(moves)
            for region in np.flatnonzero(proofs.support() & ~chosen & self.allowed).tolist():
                chosen[region] = True
                changes.release(region)
        return self._thin(chosen, proofs)

    def _thin(self, hidden: Bools, proofs: Proofs) -> Bools:
        """Show hidden cells again, dearest first, as long as every demand can still be proved without them."""
        changes = self._changes(hidden, None, np.flatnonzero(hidden).tolist())
        hidden = hidden.copy()
        proofs.forget_idle()
        for region in sorted(np.flatnonzero(hidden & ~self.forced).tolist(), key=lambda r: (-self.cost[r], r)):
            if not self.work.left:
                break
            before = proofs.without(region)
            changes.hold(region)
            if all(prove(changes, proofs, self.demands[n], whole=False) for n in proofs.open()):
                hidden[region] = False
            else:
                proofs.restore(before)
                changes.release(region)
        return hidden & (self.forced | proofs.support())
