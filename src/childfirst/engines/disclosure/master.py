"""The search for the cheapest set of cells to hide: an integer program that learns from failed attacks.

One yes-or-no unknown per region that may be hidden. The first inequalities are read off the lines of the publication
(`lines`): along each of them a small count needs others that can make up for its moves (cover inequalities of knapsack
type), and a secondary cell alone in a line would be pinned and useless (bridgeless inequalities; both from Fischetti and
Salazar, "Models and algorithms for optimizing cell suppression in tabular data with linear constraints", JASA 95, 2000).
Every failed attack adds a cut. All of them hold for every safe set, so the optimum is a proved lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from .changes import BINDING, INF, Floats, Work, pass_programme, solver
from .lines import Line
from .space import Bools, Ints

MIP_NODES = 400
WHOLE = 1e-6


@dataclass(frozen=True)
class Pattern:
    """A set of regions to hide, what it costs, and the least that any safe set costs."""

    hidden: Bools
    cost: float
    bound: float
    optimal: bool


class Master:
    """Unknowns are the regions with ``forced`` False and ``allowed`` True; forced ones are hidden in every pattern.

    ``moves``: regions that a change may move at no cost to the reader (unpublished ones). ``rise``: how far a region must
    at least be able to go up (0: it is enough that it can move), -1 where nothing is asked of it.
    """

    def __init__(
        self, lines: Sequence[Line], here: Ints, rise: Ints, forced: Bools, allowed: Bools, moves: Bools, work: Work
    ) -> None:
        self.work = work
        self.here, self.rise = here.astype(float), rise.astype(float)
        self.forced, self.allowed, self.moves = forced, allowed, moves
        self.size = len(here)
        self.free = np.flatnonzero(allowed & ~forced)
        self._column = np.full(self.size, -1, np.int64)
        self._column[self.free] = np.arange(len(self.free))
        self.cuts: set[tuple[tuple[int, ...], tuple[float, ...]]] = set()
        rows = [row for line in lines for row in self._first_rows(line)]
        self._highs = solver()
        self._load(rows)

    def _first_rows(self, line: Line) -> list[tuple[npt.NDArray[np.int64], Floats, float]]:
        """Inequalities of one line, each as unknowns, weights and what they must add up to."""
        members = np.array([*line.parts, line.total], np.int64)
        members = members[self.forced[members] | self.allowed[members] | self.moves[members]]
        sure = self.forced[members] | self.moves[members]
        rows = []
        for region in members[self.rise[members] >= 0]:
            others = members[members != region]
            # A part goes up where other parts lose or the total gains, a total where any part gains. Where going down
            # is enough, any company will do.
            up = self.rise[region]
            room = np.where((others == line.total) | (region == line.total) | (up == 0), BINDING, self.here[others])
            rest = max(up, 1.0)
            room = np.minimum(room, rest)
            fixed = self.forced[others] | self.moves[others]
            left = rest - room[fixed].sum()
            if left > WHOLE:
                weights = np.minimum(room[~fixed], left) / left
                rows.append((others[~fixed][weights > 0], weights[weights > 0], 1.0))
        if not sure.any():
            for region in members:
                others = members[members != region]
                rows.append((np.append(others, region), np.append(np.ones(len(others)), -1.0), 0.0))
        return rows

    def _load(self, rows: list[tuple[npt.NDArray[np.int64], Floats, float]]) -> None:
        starts = np.concatenate([[0], np.cumsum([len(r) for r, _, _ in rows])]).astype(np.int64)
        at = np.concatenate([r for r, _, _ in rows]) if rows else np.zeros(0, np.int64)
        values = np.concatenate([v for _, v, _ in rows]) if rows else np.zeros(0)
        matrix = sparse.csr_matrix((values, self._column[at], starts), (len(rows), len(self.free)))
        least = np.array([bound for *_, bound in rows], float)
        count = len(self.free)
        ends = (np.zeros(count), np.ones(count))
        pass_programme(self._highs, np.ones(count), ends, matrix, (least, np.full(len(rows), INF)))

    def cut(self, weight: Floats, needed: float) -> bool:
        """Add ``sum(weight * hidden) >= needed``; False where it says nothing new or cannot be met at all."""
        left = needed - weight[self.forced].sum()
        chosen = self.free[weight[self.free] > WHOLE]
        if left <= WHOLE or not len(chosen):
            return False
        scaled = np.minimum(weight[chosen], left) / left
        key = (tuple(chosen.tolist()), tuple(np.round(scaled, 6).tolist()))
        if key in self.cuts:
            return False
        self.cuts.add(key)
        # Rounded down a little, so that the solver's tolerance never cuts off a safe set.
        self._highs.addRow(1.0 - WHOLE, INF, len(chosen), self._column[chosen].astype(np.int32), scaled)
        return True

    def confine(self, within: Bools | None) -> None:
        """From now on only patterns inside a set of regions (None: any again); bounds then hold for those alone."""
        count = len(self.free)
        columns = np.arange(count, dtype=np.int32)
        upper = np.ones(count) if within is None else within[self.free].astype(float)
        self._highs.changeColsBounds(count, columns, np.zeros(count), upper)

    def relaxed(self, cost: Floats) -> tuple[Floats, float]:
        """The linear relaxation: how much of each region is hidden, and what it costs in all."""
        self._set_cost(cost, highspy.HighsVarType.kContinuous)
        self._highs.run()
        info = self._highs.getInfo()
        self.work.spend(20 + info.simplex_iteration_count)
        hidden = self.forced.astype(float)
        if len(self.free):
            hidden[self.free] = np.array(self._highs.getSolution().col_value)
        return hidden, float(info.objective_function_value + cost[self.forced].sum())

    def solve(self, cost: Floats, gap: float = 0.0) -> Pattern | None:
        """The cheapest pattern within a few nodes; None where none was found."""
        base = float(cost[self.forced].sum())
        if not len(self.free):
            return Pattern(self.forced.copy(), base, base, True)
        self._set_cost(cost, highspy.HighsVarType.kInteger)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_max_nodes", MIP_NODES)
        self._highs.run()
        info = self._highs.getInfo()
        self.work.spend(200 + info.simplex_iteration_count)
        if info.primal_solution_status != 2:
            return None
        hidden = self.forced.copy()
        hidden[self.free] = np.array(self._highs.getSolution().col_value) > 0.5
        optimal = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Pattern(hidden, float(cost[hidden].sum()), float(info.mip_dual_bound + base), optimal)

    def _set_cost(self, cost: Floats, kind: highspy.HighsVarType) -> None:
        count = len(self.free)
        columns = np.arange(count, dtype=np.int32)
        self._highs.changeColsCost(count, columns, cost[self.free])
        self._highs.changeColsIntegrality(count, columns, np.full(count, kind))
