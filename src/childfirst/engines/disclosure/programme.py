"""The attacker's calculations: bounds of sums of unknown counts under linear equations, in whole numbers.

Outer bounds come from linear programs (HiGHS), inner bounds from whole-numbered solutions met on the way; one solution
bounds every cell at once, so that far fewer programs are solved than there are cells. Where the two disagree, an
integer program decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from childfirst.shared.errors import UserError

Floats = npt.NDArray[np.float64]
Found = tuple[int, int | None, bool, bool]
"""Low, high (None: no bound), whether exact, whether left undecided."""
NODE_LIMIT = 20_000
ROUNDING = 1e-6
ROUNDS = 1_500
PATIENCE = 8
STEPS = 4
WORTHWHILE = 2
"""Sums that a round of the sweep must settle, on average, to be better than settling them a few at a time."""
ROOM = 400
"""Unknowns per sum when several are moved at once: in a larger table more of them keep out of each other's way."""


def deduce(
    unknowns: int, equations: sparse.csr_matrix, targets: Floats
) -> tuple[Floats, npt.NDArray[np.int64], sparse.csr_matrix, Floats]:
    """Work out by hand what is plain: a sum of zero makes its parts zero; an equation with one unknown gives it.

    Returns the values found (zero elsewhere), the unknowns that stay open, and the equations and targets left for them.
    """
    value = np.zeros(unknowns)
    fixed = np.zeros(unknowns, bool)
    while True:
        left = targets - equations @ value
        columns = np.flatnonzero(~fixed)
        rest = equations[:, columns].tocsr()
        sizes = np.diff(rest.indptr)
        negative = np.asarray((rest < 0).sum(axis=1)).reshape(-1)
        if (np.abs(left[sizes == 0]) > ROUNDING).any() or ((negative == 0) & (left < -ROUNDING)).any():
            raise UserError("The published figures contradict each other.")
        nil = (negative == 0) & (np.abs(left) <= ROUNDING) & (sizes > 0)
        zeros = columns[np.unique(rest[np.flatnonzero(nil)].indices)]
        single = np.flatnonzero((sizes == 1) & ~nil)
        known = columns[rest.indices[rest.indptr[single]]]
        value[known] = left[single] / rest.data[rest.indptr[single]]
        fixed[zeros] = True
        fixed[known] = True
        if not len(zeros) and not len(known):
            kept = np.flatnonzero(sizes > 0)
            return value, columns, rest[kept].astype(float), left[kept]


class Programme:
    """All non-negative whole-numbered solutions of ``equations @ x == targets``, and the sums ``objectives @ x``."""

    def __init__(
        self,
        unknowns: int,
        equations: sparse.csr_matrix,
        targets: Floats,
        objectives: sparse.csr_matrix,
        ceiling: int,
        pairing: Callable[[np.random.Generator], sparse.csr_matrix],
        start: Floats | None = None,
    ) -> None:
        self.ceiling = float(ceiling)
        self._pairing = pairing
        self.solved = 0
        self._value, self._open, self._rows, self._targets = deduce(unknowns, equations, targets)
        self._objectives = objectives[:, self._open].tocsr()
        self._constant = objectives @ self._value
        links = self._rows.T @ self._rows if self.rows else sparse.csr_matrix((self.free, self.free))
        self.components: int = 0
        self._component: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        if self.free:
            self.components, self._component = connected_components(links, directed=False)
        self._inner_low = np.full(objectives.shape[0], np.inf)
        self._inner_high = np.full(objectives.shape[0], -np.inf)
        self._point = np.zeros(self.free)
        self._start(start)

    @property
    def free(self) -> int:
        """Unknowns that are left after simple deduction."""
        return len(self._open)

    @property
    def rows(self) -> int:
        """Equations that are left after simple deduction."""
        return int(self._rows.shape[0])

    def _solve(
        self,
        cost: Floats,
        ceiling: float | None = None,
        whole: bool = False,
        gap: float = 0.0,
        also: sparse.csr_matrix | None = None,
    ) -> Floats | None:
        """Minimise ``cost @ x`` over the components it touches; the rest stays at the present point.

        ``also``: sums that keep their present value. ``gap``: how far from the optimum an integer answer may stay.
        """
        touched = np.unique(self._component[np.flatnonzero(cost)])
        mine = np.flatnonzero(np.isin(self._component, touched))
        rows = np.flatnonzero(np.diff(self._rows[:, mine].tocsr().indptr)) if self.rows else np.empty(0, np.int64)
        self.solved += 1
        limit = ceiling or self.ceiling
        solution = self._point.copy()
        if not rows.size:
            solution[mine] = np.where(cost[mine] < 0, limit, 0.0)
            return solution
        matrix, target = self._rows[rows][:, mine], self._targets[rows]
        if also is not None:
            kept = also[:, mine].tocsr()
            kept = kept[np.flatnonzero(np.diff(kept.indptr))]
            matrix = sparse.vstack([matrix, kept], format="csr")
            target = np.concatenate([target, kept @ self._point[mine]])
        if whole:
            answer = milp(
                cost[mine],
                constraints=LinearConstraint(matrix, target, target),
                integrality=np.ones(len(mine)),
                bounds=Bounds(0, limit),
                options={"node_limit": NODE_LIMIT, "mip_rel_gap": gap},
            )
            if answer.x is None or (answer.status != 0 and not gap):
                return None
        else:
            answer = linprog(cost[mine], A_eq=matrix, b_eq=target, bounds=(0, limit), method="highs-ds")
            if answer.status == 2:
                raise UserError("The published figures contradict each other.")
            if answer.status != 0:
                return None
        solution[mine] = answer.x
        return solution

    def _keep(self, solution: Floats) -> bool:
        """Use a solution as evidence if it is whole-numbered and fits every equation exactly."""
        rounded = np.rint(solution)
        if np.abs(solution - rounded).max(initial=0.0) > ROUNDING or (rounded < 0).any():
            return False
        if self.rows and np.abs(self._rows @ rounded - self._targets).max() > ROUNDING:
            return False
        self._point = rounded
        sums = np.rint(self._objectives @ rounded + self._constant)
        np.minimum(self._inner_low, sums, out=self._inner_low)
        np.maximum(self._inner_high, sums, out=self._inner_high)
        return True

    def _start(self, start: Floats | None) -> None:
        """A first whole-numbered solution: the one given, if it fits, else found by search."""
        if start is not None and self._keep(start[self._open]):
            self._base = self._point
            return
        if not self.free:
            self._keep(self._point)
        else:
            # The tiny price does not matter; it makes every component take part.
            nudge = np.full(self.free, 1e-9)
            solution = self._solve(nudge)
            if solution is None or not self._keep(solution):
                solution = self._solve(nudge, whole=True, gap=1e6)
                if solution is None or not self._keep(solution):
                    raise UserError("No whole-numbered table was found that fits the published figures.")
        self._base = self._point

    def bound(self, wanted: Mapping[int, int], every: bool) -> dict[int, Found]:
        """Bounds of the sums ``wanted`` (row -> width that would be enough); ``every``: both ends exactly for each."""
        order = sorted(wanted)
        rows = np.array(order, np.int64)
        need = np.array([wanted[row] for row in order])
        found: dict[int, Found] = {}
        if not every:
            self._sweep(rows, need)
            self._stretch(order, wanted, whole=False)
            for row in order:
                # A linear program that already shows the cell too narrow needs no integer program to confirm it.
                if not self._wide(row, wanted):
                    ends = self._both_ends(row, wanted[row], whole=False)
                    if ends[1] is not None and ends[1] - ends[0] < wanted[row]:
                        found[row] = ends
            self._stretch([row for row in order if row not in found], wanted, whole=True)
        for row in order:
            if row in found:
                continue
            if every or not self._wide(row, wanted):
                found[row] = self._both_ends(row, wanted[row])
            else:
                found[row] = (int(self._inner_low[row]), int(self._inner_high[row]), False, False)
        return found

    def _wide(self, row: int, wanted: Mapping[int, int]) -> bool:
        return bool(self._inner_high[row] - self._inner_low[row] >= wanted[row])

    def _sweep(self, rows: npt.NDArray[np.int64], need: npt.NDArray[np.int64]) -> None:
        """Push many sums up and down at once, until hardly any more of them are found to be wide enough.

        On three and more breakdowns the corners of the linear program are seldom whole-numbered. So each push is made
        in a smaller space where they are: categories of all breakdowns but two are paired at random, and each pair
        keeps its present sum; what is left is a set of transport problems. A few such steps in a row reach what no
        single one does; then the walk starts again from the first table, which has room on all sides.
        """
        random = np.random.default_rng(20_260_327)
        history: list[int] = []
        for turn in range(ROUNDS):
            narrow = rows[self._inner_high[rows] - self._inner_low[rows] < need]
            history.append(len(narrow))
            stalled = len(history) > PATIENCE and history[-PATIENCE - 1] - len(narrow) < WORTHWHILE * PATIENCE
            if not len(narrow) or stalled:
                return
            pull = random.choice([-1.0, 1.0], len(narrow)) * random.uniform(0.5, 1.5, len(narrow))
            if turn % STEPS == 0:
                self._point = self._base
            also = self._pairing(random)[:, self._open]
            for sign in (1.0, -1.0):
                solution = self._solve(self._objectives[narrow].T @ (sign * pull), also=also)
                if solution is not None:
                    self._keep(solution)

    def _stretch(self, order: list[int], wanted: Mapping[int, int], whole: bool) -> None:
        """For the sums that are still narrow: the least change that takes them far enough, several at a time."""
        for sign in (1, -1):
            narrow = [row for row in order if not self._wide(row, wanted)]
            batch = 1 if whole else max(4, self.free // ROOM)
            for first in range(0, len(narrow), batch):
                self._move_all(narrow[first : first + batch], wanted, sign, whole)

    def _move_all(self, batch: list[int], wanted: Mapping[int, int], sign: int, whole: bool) -> None:
        batch = [row for row in batch if not self._wide(row, wanted)]
        if not batch:
            return
        here = self._objectives[batch] @ self._base + self._constant[batch]
        goals = [self._inner_low[r] + wanted[r] if sign > 0 else self._inner_high[r] - wanted[r] for r in batch]
        solution = self._least_change(batch, np.array(goals) - here, whole)
        if solution is not None and self._keep(solution):
            return
        if len(batch) > 1:
            half = len(batch) // 2
            self._move_all(batch[:half], wanted, sign, whole)
            self._move_all(batch[half:], wanted, sign, whole)

    def _least_change(self, batch: list[int], by: Floats, whole: bool) -> Floats | None:
        """The nearest solution to the base in which these sums differ by ``by``; None where there is none."""
        entries = self._objectives[batch]
        if not entries.nnz:
            return None
        mine = np.flatnonzero(np.isin(self._component, np.unique(self._component[entries.indices])))
        matrix = sparse.vstack([self._rows[:, mine], entries[:, mine]], format="csc")
        target = np.zeros(matrix.shape[0])
        target[-len(batch) :] = by
        both = sparse.hstack([matrix, -matrix], format="csc")
        upper = np.concatenate([np.full(len(mine), self.ceiling), self._base[mine]])
        cost = np.ones(2 * len(mine))
        self.solved += 1
        if whole:
            answer = milp(
                cost,
                constraints=LinearConstraint(both, target, target),
                integrality=np.ones(2 * len(mine)),
                bounds=Bounds(0, upper),
                options={"node_limit": NODE_LIMIT, "mip_rel_gap": 1e6},
            )
        else:
            limits = np.stack([np.zeros(2 * len(mine)), upper], axis=1)
            answer = linprog(cost, A_eq=both, b_eq=target, bounds=limits, method="highs-ds")
        if answer.x is None:
            return None
        solution = self._base.copy()
        solution[mine] += answer.x[: len(mine)] - answer.x[len(mine) :]
        return solution

    def _end(self, row: int, sign: float, whole: bool) -> tuple[float, bool, bool]:
        """One end of a sum: value, whether it is exact, whether there is no bound."""
        cost = np.asarray(self._objectives[[row]].todense()).reshape(-1) * sign
        if not cost.any():
            return float(self._constant[row]), True, False
        solution = self._solve(cost)
        if solution is None:
            return (-np.inf if sign > 0 else np.inf), False, False
        value = sign * float(cost @ solution) + float(self._constant[row])
        exact = self._keep(solution)
        if not exact and whole:
            better = self._solve(cost, whole=True)
            if better is not None and self._keep(better):
                value, exact = sign * float(cost @ np.rint(better)) + float(self._constant[row]), True
        if sign < 0 and solution.max() >= self.ceiling - 0.5:
            higher = self._solve(cost, ceiling=2 * self.ceiling)
            if higher is not None and -float(cost @ higher) > -float(cost @ solution) + 0.5:
                return value, exact, True
        return value, exact, False

    def _both_ends(self, row: int, need: int, whole: bool = True) -> Found:
        low, low_exact, _ = self._end(row, 1.0, whole)
        high, high_exact, endless = self._end(row, -1.0, whole)
        if not np.isfinite(low):
            low = 0.0
        lowest = int(np.ceil(low - ROUNDING))
        if endless:
            return lowest, None, low_exact, False
        if not np.isfinite(high):
            inner = self._inner_high[row] - self._inner_low[row]
            return int(self._inner_low[row]), int(self._inner_high[row]), False, bool(inner < need)
        highest = int(np.floor(high + ROUNDING))
        exact = low_exact and high_exact
        inner = self._inner_high[row] - self._inner_low[row]
        return lowest, highest, exact, bool(not exact and inner < need <= highest - lowest)

    def pinned_remainders(self, rows: Iterable[int], threshold: int) -> dict[int, tuple[int, int]]:
        """Sums that are proved to lie between 1 and ``threshold - 1``."""
        found: dict[int, tuple[int, int]] = {}
        for row in rows:
            if self._inner_low[row] < 1 or self._inner_high[row] >= threshold:
                continue
            low, high, _, _ = self._both_ends(row, 1)
            if low >= 1 and high is not None and high < threshold:
                found[row] = (low, high)
        return found
