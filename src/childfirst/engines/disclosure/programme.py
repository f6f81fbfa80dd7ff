"""The attacker's calculations: bounds of sums of unknown counts under linear equations, in whole numbers.

Outer bounds come from linear programs (HiGHS), inner bounds from whole-numbered solutions met on the way; one solution
bounds every cell at once, so that far fewer programs are solved than there are cells. Where the two disagree, an
integer program decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
ROUNDS = 80
PATIENCE = 4


class Programme:
    """All non-negative whole-numbered solutions of ``equations @ x == targets``, and the sums ``objectives @ x``."""

    def __init__(
        self,
        unknowns: int,
        equations: sparse.csr_matrix,
        targets: Floats,
        objectives: sparse.csr_matrix,
        ceiling: int,
    ) -> None:
        self.ceiling = float(ceiling)
        self.solved = 0
        self._fix(unknowns, equations, targets)
        self._objectives = objectives[:, self._open].tocsr()
        self._constant = objectives @ self._value
        links = self._rows.T @ self._rows if self.rows else sparse.csr_matrix((self.free, self.free))
        self.components, self._component = connected_components(links, directed=False) if self.free else (0, np.empty(0))
        self._inner_low = np.full(objectives.shape[0], np.inf)
        self._inner_high = np.full(objectives.shape[0], -np.inf)
        self._point = np.zeros(self.free)
        self._start()

    @property
    def free(self) -> int:
        """Unknowns that are left after simple deduction."""
        return len(self._open)

    @property
    def rows(self) -> int:
        """Equations that are left after simple deduction."""
        return int(self._rows.shape[0])

    def _fix(self, unknowns: int, equations: sparse.csr_matrix, targets: Floats) -> None:
        """Deduce by hand: a sum of zero makes its parts zero; an equation with one unknown gives it."""
        value = np.zeros(unknowns)
        fixed = np.zeros(unknowns, bool)
        while True:
            left = targets - equations @ value
            open_part = equations[:, ~fixed].tocsr()
            columns = np.flatnonzero(~fixed)
            sizes = np.diff(open_part.indptr)
            negative = np.asarray((open_part < 0).sum(axis=1)).reshape(-1)
            if (np.abs(left[sizes == 0]) > ROUNDING).any() or ((negative == 0) & (left < -ROUNDING)).any():
                raise UserError("The published figures contradict each other.")
            nil = (negative == 0) & (np.abs(left) <= ROUNDING) & (sizes > 0)
            zeros = columns[np.unique(open_part[np.flatnonzero(nil)].indices)]
            single = np.flatnonzero((sizes == 1) & ~nil)
            known = columns[open_part.indices[open_part.indptr[single]]]
            value[known] = left[single] / open_part.data[open_part.indptr[single]]
            fixed[zeros] = True
            fixed[known] = True
            if not len(zeros) and not len(known):
                break
        self._value = value
        self._open = columns
        kept = np.flatnonzero(sizes > 0)
        self._rows = open_part[kept].astype(float)
        self._targets = left[kept]

    def _solve(self, cost: Floats, ceiling: float | None = None, whole: bool = False) -> Floats | None:
        """Minimise ``cost @ x`` over the components it touches; the rest stays at the present point."""
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
        if whole:
            answer = milp(
                cost[mine],
                constraints=LinearConstraint(matrix, target, target),
                integrality=np.ones(len(mine)),
                bounds=Bounds(0, limit),
                options={"node_limit": NODE_LIMIT},
            )
            if answer.status != 0:
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

    def _start(self) -> None:
        """A first solution with every component in it."""
        if not self.free:
            self._keep(self._point)
            return
        nudge = np.full(self.free, 1e-3)
        solution = self._solve(nudge)
        if solution is None or not self._keep(solution):
            solution = self._solve(nudge, whole=True)
            if solution is None or not self._keep(solution):
                raise UserError("No whole-numbered table fits the published figures.")

    def bound(self, wanted: Mapping[int, int], every: bool) -> dict[int, Found]:
        """Bounds of the sums ``wanted`` (row -> width that would be enough); ``every``: both ends exactly for each."""
        order = sorted(wanted)
        rows = np.array(order, np.int64)
        need = np.array([wanted[row] for row in order])
        if not every:
            self._sweep(rows, need)
        found: dict[int, Found] = {}
        for row in order:
            wide = self._inner_high[row] - self._inner_low[row] >= wanted[row]
            if wide and not every:
                found[row] = (int(self._inner_low[row]), int(self._inner_high[row]), False, False)
            else:
                found[row] = self._both_ends(row, wanted[row])
        return found

    def _sweep(self, rows: npt.NDArray[np.int64], need: npt.NDArray[np.int64]) -> None:
        """Push many sums up and down at once, until hardly any more of them are found to be wide enough."""
        weights = np.random.default_rng(20_260_327)
        idle, before = 0, -1
        for _ in range(ROUNDS):
            narrow = rows[self._inner_high[rows] - self._inner_low[rows] < need]
            if not len(narrow) or idle >= PATIENCE:
                return
            idle = idle + 1 if 0 <= before <= len(narrow) * 1.03 else 0
            before = len(narrow)
            pull = weights.choice([-1.0, 1.0], len(narrow)) * weights.uniform(0.5, 1.5, len(narrow))
            for sign in (1.0, -1.0):
                solution = self._solve(self._objectives[narrow].T @ (sign * pull))
                if solution is not None:
                    self._keep(solution)

    def _end(self, row: int, sign: float) -> tuple[float, bool, bool]:
        """One end of a sum: value, whether it is exact, whether there is no bound."""
        cost = np.asarray(self._objectives[[row]].todense()).reshape(-1) * sign
        if not cost.any():
            return float(self._constant[row]), True, False
        solution = self._solve(cost)
        if solution is None:
            return (-np.inf if sign > 0 else np.inf), False, False
        value = sign * float(cost @ solution) + float(self._constant[row])
        exact = self._keep(solution)
        if not exact:
            whole = self._solve(cost, whole=True)
            if whole is not None and self._keep(whole):
                value, exact = sign * float(cost @ np.rint(whole)) + float(self._constant[row]), True
        if sign < 0 and solution.max() >= self.ceiling - 0.5:
            higher = self._solve(cost, ceiling=2 * self.ceiling)
            if higher is not None and -float(cost @ higher) > -float(cost @ solution) + 0.5:
                return value, exact, True
        return value, exact, False

    def _both_ends(self, row: int, need: int) -> Found:
        low, low_exact, _ = self._end(row, 1.0)
        high, high_exact, endless = self._end(row, -1.0)
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
