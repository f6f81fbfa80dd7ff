"""Choosing what to hide, so that each choice comes with its proof.

Every sensitive region keeps two whole-numbered joint tables that agree with all that is shown and differ at it by the
required width. Those two tables are the proof; nothing rests on a solver's tolerance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .blocks import Joint, build_joint
from .changes import Changes, Work
from .contributions import from_within, is_magnitude, shares, upward_need
from .demands import Demand, Proofs, prove
from .moves import FORBIDDEN, Board
from .rule import TOTAL, Rule
from .search import Bound, Search
from .space import UNKNOWN, Bools, Ints, Space

WORK, WORK_PER_REGION = 30_000, 110
"""Simplex iterations spent on hiding fewer cells: a count, not a time, so that the same input gives the same output."""
THINNING_WORK = 200_000_000
"""Cells looked at while sparing secondary cells without a linear program."""
COVER_CANDIDATES = 2_000
SEARCHED = 12_000
"""Largest number of regions for which the search for the cheapest set is made."""


@dataclass
class Outcome:
    """What the protector decided for each region, and how each sensitive one was made safe."""

    sensitive: Bools
    hidden: Bools
    unresolved: list[int]
    already_public: list[int]
    means: Counter[str]
    blocks: list[list[int]]
    bound: Bound
    number: int
    weight: float


@dataclass
class Protector:
    """Works on one space under one rule. Deterministic: no clock and no random number takes part."""

    space: Space
    rule: Rule
    budget: int | None = None
    weights: Mapping[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)
    joint: Joint | None = None
    hidden: Bools = field(init=False)
    witness: dict[int, frozenset[int]] = field(default_factory=dict)
    _by_box: set[int] = field(default_factory=set)
    means: Counter[str] = field(default_factory=Counter)
    _moves: list[npt.NDArray[np.int32]] = field(default_factory=list)
    _whole: dict[bool, Changes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        space, rule = self.space, self.rule
        usual = max(WORK, WORK_PER_REGION * space.size)
        self.work = Work(usual if self.budget is None else self.budget)
        self.joint = build_joint(space)
        known = space.value != UNKNOWN
        dominated = is_magnitude([cells.table for cells in space.tables], rule)
        parts = shares(space) if dominated or rule.singletons else {}
        self.upward: dict[int, int] = {}
        if dominated:
            self.upward = {r: need for r, mine in parts.items() if (need := upward_need(mine, rule))}
            small = np.zeros(space.size, bool)
            small[list(self.upward)] = True
        else:
            small = ((space.value > 0) & (space.value < rule.threshold)) | ((space.value == 0) & (not rule.zeros_shown))
        self.sensitive = (space.publish & known & small & ~space.past) | (space.past_hidden & ~known)
        self.sensitive |= (space.past_hidden & known & small & ~space.past) | space.group
        self.already_public = np.flatnonzero(space.publish & space.past & known & small).tolist()
        if self.joint is None:
            self.sensitive |= space.remainder
        elif not self.upward:
            reached = np.rint(self.joint.incidence @ self.joint.point())
            self.sensitive |= space.remainder & (reached > 0) & (reached < rule.threshold)
        self.hidden = self.sensitive & space.publish
        self.full_price = self._prices()
        self.price = np.where(self.hidden, 0.0, self.full_price)
        blocks = self.joint.blocks if self.joint else []
        self.boards = [Board(space, block, i, blocks, self.price) for i, block in enumerate(blocks)]
        self.demands = [self._demand(r) for r in np.flatnonzero(self.sensitive).tolist()]
        self.within = from_within(self.demands, parts) if rule.singletons else []

    def _demand(self, region: int) -> Demand:
        need = self.upward.get(region, 0)
        return Demand(region, need, up=need) if need else Demand(region, self.rule.width)

    def _prices(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """One per cell, more for totals and a little more for large counts: readers miss those most. Else as asked for."""
        space = self.space
        totals = np.full(space.size, 99, np.int64)
        for cells in space.tables:
            margin = np.array([codes.count(TOTAL) for codes in cells.codes], np.int64)
            np.minimum.at(totals, cells.region, margin)
        price = 1.0 + 0.5 * totals + 0.1 * np.log2(1.0 + np.maximum(space.value, 0))
        for cells in space.tables:
            for codes, region in zip(cells.codes, cells.region.tolist(), strict=True):
                asked = self.weights.get((cells.table.name, tuple(codes)))
                if asked is not None:
                    price[region] = asked
        price[~space.publish] = 0.0
        zero = space.publish & (space.value == 0) & self.rule.zeros_shown & ~space.free_zero
        price[space.past | zero | (space.held & ~self.sensitive)] = FORBIDDEN
        return price

    def run(self) -> Outcome:
        demands = sorted(self.demands, key=lambda d: (-self.full_price[d.region], d.region))
        left = [d for d in demands if d.region not in self.witness and (d.up or not self._protect_by_boxes(d.region))]
        stuck = [d for d in left if d.region not in self.witness and not self._protect_by_programme(d)]
        lost = {d.region for d in stuck if d.region not in self.witness and not self._cover(d)}
        met = [d for d in self.within if d.region not in lost and self._protect_by_programme(d)]
        unresolved = sorted(lost | {d.region for d in self.within if d not in set(met)})
        bound = self._improve([d for d in self.demands if d.region in self.witness] + met)
        self.means["unresolved"] = len(unresolved)
        shapes = [list(b.shape) for b in self.joint.blocks] if self.joint else []
        price = np.where(self.full_price < FORBIDDEN, self.full_price, 0.0)
        number, weight = int(np.count_nonzero(self.hidden)), float(price[self.hidden].sum())
        return Outcome(
            self.sensitive, self.hidden, unresolved, self.already_public, self.means, shapes, bound, number, weight
        )

    def _improve(self, demands: list[Demand]) -> Bound:
        """Hide fewer cells: by search where the publication is small enough for it, else by leading proofs past them."""
        forced = self.sensitive & self.space.publish
        usual = self.full_price[forced & (self.full_price < FORBIDDEN)]
        none = Bound(float(np.count_nonzero(forced)), float(usual.sum()))
        if self.joint is None or self.space.size > SEARCHED or not self.work.limit:
            if self.within:
                return none
            self._thin()
            needed = set().union(*self.witness.values()) if self.witness else set()
            for region in np.flatnonzero(self.hidden & ~self.sensitive).tolist():
                if region not in needed:
                    self._show(region)
            return none
        never = self.full_price >= FORBIDDEN
        by_price = bool(self.weights)
        search = Search(self.space, self.joint, demands, forced, never, self.full_price, self.work, by_price)
        self.hidden = search.run(self.hidden.copy(), self._moves)
        self.means.update(rounds=search.rounds, cuts=search.cuts)
        return search.bound()

    def _hide(self, region: int) -> None:
        if self.space.publish[region] and not self.hidden[region]:
            self.hidden[region] = True
            self.price[region] = 0.0
            for board in self.boards:
                board.hide(region)
            for changes in self._whole.values():
                changes.release(region)

    def _show(self, region: int) -> None:
        self.hidden[region] = False
        self.price[region] = self.full_price[region]
        for board in self.boards:
            board.hide(region, self.full_price[region])

    def _search(self, region: int, board: Board, spend: bool) -> tuple[frozenset[int], Ints, Ints] | None:
        """Boxes on one board, one after another, until the region has its width; ``spend`` allows hiding more."""
        need = self.rule.width
        high = low = board.block.point
        support: set[int] = set()
        opened: list[int] = []
        while need > 0:
            move = board.best(region, need, high, low)
            if move is None or (move.price > 0 and not spend):
                break
            up = min(move.up, need)
            down = min(move.down, need - up)
            high, low = board.apply(high, move, up), board.apply(low, move, -down)
            need -= up + down
            touched = board.support(move)
            support.update(touched)
            for changed in touched:
                if self.space.publish[changed] and not self.hidden[changed]:
                    self._hide(changed)
                    opened.append(changed)
        if need > 0:
            for changed in opened:
                self._show(changed)
            return None
        return frozenset(support), high, low

    def _protect_by_boxes(self, region: int) -> bool:
        for board in self.boards:
            if board.holds(region):
                found = self._search(region, board, spend=True)
                if found is not None:
                    self.means["boxes"] += 1
                    self._by_box.add(region)
                    self._credit(region, board, *found)
                    return True
        return False

    def _credit(self, region: int, board: Board, support: frozenset[int], high: Ints, low: Ints) -> None:
        """Give the proof to its region and to every other sensitive region that the same two tables set apart."""
        self.witness[region] = support
        if self.joint is None:
            return
        point = board.block.point
        ends = [self._spread(board, end - point) for end in (high, low)]
        if self.space.size <= SEARCHED:
            self._moves += [np.rint(self.joint.incidence @ end).astype(np.int32) for end in ends if end.any()]
        others = [r for r in sorted(support) if self.sensitive[r] and r not in self.witness and r != region]
        if not others:
            return
        widths = np.abs(self.joint.incidence[others] @ (ends[0] - ends[1]))
        for other, width in zip(others, widths, strict=True):
            if width >= self.rule.width and board.holds(other):
                self.witness[other] = support
                self._by_box.add(other)
                self.means["boxes"] += 1

    def _spread(self, board: Board, change: Ints) -> Ints:
        flat = np.zeros(self.joint.atoms if self.joint else 0, np.int64)
        flat[board.block.offset : board.block.offset + change.size] = change.reshape(-1)
        return flat

    def _protect_by_programme(self, demand: Demand) -> bool:
        """The cheapest change of the whole joint table (Kelly, Golden and Assad, Networks 22, 1992), in whole numbers."""
        if self.joint is None:
            return False
        proofs = Proofs([demand], self.space.size, np.ones(self.space.size, bool))
        # The cheapest change is not always whole-numbered; then any change will do, and the search spares what it can.
        if not any(prove(self._all_changes(self.joint, priced), proofs, demand) for priced in (True, False)):
            return False
        region = demand.region
        found = proofs.needed(demand)
        support = np.flatnonzero(np.any(found, axis=0)).tolist()
        for changed in support:
            self._hide(changed)
        self._moves += [moves.astype(np.int32) for moves in found]
        if not demand.fixed:
            self.witness[region] = frozenset(support)
            self.means["programme"] += 1
        return True

    def _all_changes(self, joint: Joint, priced: bool) -> Changes:
        """Every change that may still be hidden, at its price or at none."""
        if priced not in self._whole:
            never = self.full_price >= FORBIDDEN
            rows = np.flatnonzero(~never).tolist()
            price = np.where(never, 0.0, self.price) if priced else None
            self._whole[priced] = Changes(self.space, joint, ~never, never, rows, self.work, price)
        return self._whole[priced]

    def _cover(self, demand: Demand) -> bool:
        """Without subtraction: pick one atom of the region and hide every region that holds it.

        The atom can then grow without any shown figure changing, whatever the rest of the table is: safe with no
        solver and no joint model at all. Refused only where the ledger or a true zero already fixes such a region.
        """
        space, region = self.space, demand.region
        atoms = [np.flatnonzero(axis.member[s]) for axis, s in zip(space.axes, space.keys[region], strict=True)]
        total = int(np.prod([len(a) for a in atoms], dtype=np.float64)) if atoms else 1
        step = max(1, total // COVER_CANDIDATES)
        best: tuple[float, Bools] | None = None
        for flat in range(0, total, step):
            at = np.unravel_index(flat, [len(a) for a in atoms]) if atoms else ()
            above = np.ones(space.size, bool)
            for column, (axis, choices, i) in enumerate(zip(space.axes, atoms, at, strict=True)):
                above &= axis.member[space.keys[:, column], choices[i]]
            price = float(self.price[above].sum())
            if price < FORBIDDEN and (best is None or price < best[0]):
                best = price, above
        if best is None:
            return False
        for changed in np.flatnonzero(best[1]).tolist():
            self._hide(changed)
        self.witness[region] = frozenset(np.flatnonzero(best[1]).tolist())
        self._moves.append(max(demand.width, demand.up) * best[1].astype(np.int32))
        self.means["cover"] += 1
        return True

    def _thin(self) -> None:
        """Show secondary cells, dearest first, whenever all proofs that used them can be led past them for nothing."""
        users: dict[int, set[int]] = {}
        for region, support in self.witness.items():
            for used in support:
                users.setdefault(used, set()).add(region)
        budget = THINNING_WORK // max([1, *(board.price.size for board in self.boards)])
        secondary = np.flatnonzero(self.hidden & ~self.sensitive)
        for candidate in sorted(secondary.tolist(), key=lambda r: (-self.full_price[r], r)):
            proofs = sorted(users.get(candidate, ()))
            if any(p not in self._by_box for p in proofs) or len(proofs) > budget:
                continue
            self._show(candidate)
            changed: list[tuple[int, frozenset[int]]] = []
            for proof in proofs:
                budget -= 1
                boards = (b for b in self.boards if b.holds(proof))
                found = next((f for b in boards if (f := self._search(proof, b, spend=False)) is not None), None)
                if found is None:
                    self._hide(candidate)
                    break
                changed.append((proof, found[0]))
            else:
                for proof, support in changed:
                    for used in self.witness[proof]:
                        users[used].discard(proof)
                    for used in support:
                        users.setdefault(used, set()).add(proof)
                    self.witness[proof] = support
