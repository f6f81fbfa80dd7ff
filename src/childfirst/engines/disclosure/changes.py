"""Changes of the joint table that the shown figures leave possible, by linear programs over a small basis of them.

Whatever an attacker cannot rule out is the true table plus a change that keeps every shown sum. `elimination` gives a basis
of those changes, a few hundred where the table has thousands of cells; a linear program over the basis (HiGHS, simplex)
then takes a millisecond: the least change that moves a region by so much (a witness, if it is whole-numbered), or the
most that a region can move. The dual of the latter says which hidden figures would have to be added: a Benders cut
(Fischetti and Salazar, Management Science 47, 2001, "capacity constraints").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from .blocks import Joint
from .elimination import eliminate
from .space import Bools, Ints, Space

Floats = npt.NDArray[np.float64]
INF = highspy.kHighsInf
ROUNDING = 1e-6
SMALL = 1e-7
"""Multipliers below this are nought: the tolerance of the solver."""
BINDING = 1e6
"""Stands in a cut for a figure that, once hidden, can move as far as anyone needs."""
DIVE = 12
"""How many times a fractional change is rounded in one place and solved again."""


class Work:
    """Counts what solvers do, in simplex iterations: never in seconds, so that the same input gives the same output."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.done = 0

    def spend(self, amount: int) -> None:
        self.done += int(amount)

    @property
    def left(self) -> int:
        return max(0, self.limit - self.done)


def solver() -> highspy.Highs:
    """HiGHS, silent and on one thread."""
    made = highspy.Highs()  # type: ignore[no-untyped-call]
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    made.setOptionValue("random_seed", 1)
    return made


def pass_programme(
    target: highspy.Highs,
    cost: Floats,
    columns: tuple[Floats, Floats],
    matrix: sparse.csr_matrix,
    rows: tuple[Floats, Floats],
) -> None:
    """Give a linear program (minimise) to HiGHS."""
    matrix = sparse.csr_matrix(matrix)
    matrix.sort_indices()
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_ = cost
    programme.col_lower_, programme.col_upper_ = columns
    programme.row_lower_, programme.row_upper_ = rows
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    programme.a_matrix_.index_ = matrix.indices.astype(np.int32)
    programme.a_matrix_.value_ = matrix.data.astype(np.float64)
    target.passModel(programme)


@dataclass(frozen=True)
class Reach:
    """How far a region can move one way, and the weights that prove that it cannot move further.

    The move is at most ``sum(weight * x) + constant`` where ``x`` tells which regions are hidden; a weight of BINDING
    or more means that the region, once hidden, no longer bounds the move.
    """

    move: float
    weight: Floats
    constant: float


@dataclass(frozen=True)
class Change:
    """A change in whole numbers: how far it moves each region, and whether its reverse is possible too."""

    moves: npt.NDArray[np.int32]
    both_ways: bool


class Changes:
    """All changes of the joint table that move only the regions that are ``loose``.

    ``rows_for`` names regions of many atoms whose moves are asked for or will be forbidden; ``priced`` (region ->
    price) are loose regions that are not hidden yet: moving them costs.
    """

    def __init__(
        self,
        space: Space,
        joint: Joint,
        loose: Bools,
        never: Bools,
        rows_for: Iterable[int],
        work: Work,
        priced: Floats | None = None,
    ) -> None:
        self.space, self.joint, self.work = space, joint, work
        self.feasible = False
        self.point = joint.point()
        self.here = np.rint(joint.incidence @ self.point).astype(np.int64)
        incidence = joint.incidence
        sizes = np.diff(incidence.indptr)
        alone = np.flatnonzero(sizes == 1)
        self._region_of = np.full(joint.atoms, -1, np.int64)
        self._region_of[incidence.indices[incidence.indptr[alone]]] = alone
        self._dead = np.zeros(joint.atoms, bool)
        self._dead[incidence[np.flatnonzero(never & (self.here == 0))].indices] = True
        still = self._dead.copy()
        still[incidence[np.flatnonzero(~loose & (sizes == 1))].indices] = True
        self.atoms = np.flatnonzero(~still)
        self._held = np.flatnonzero(~loose & (sizes > 1) & ~(never & (self.here == 0)))
        self._held_rows = sparse.vstack([incidence[self._held], joint.ties], format="csr")
        self._elimination = eliminate(sparse.csr_matrix(self._held_rows[:, self.atoms]))
        self.basis = self._elimination.basis
        self._incidence = sparse.csr_matrix(incidence[:, self.atoms])
        self._lay_out(sorted(set(rows_for)), sizes, priced)

    def _lay_out(self, rows_for: list[int], sizes: Ints, priced: Floats | None) -> None:
        """Rows: every atom that can move, then every region of many atoms that is asked for or priced."""
        free = self.basis.shape[1]
        moving = np.flatnonzero(np.diff(self.basis.indptr) > 0)
        wide = [r for r in rows_for if sizes[r] > 1]
        cost = np.zeros(self.space.size) if priced is None else priced
        wide = sorted({*wide, *np.flatnonzero((cost > 0) & (sizes > 1)).tolist()})
        above = sparse.csr_matrix(self._incidence[wide] @ self.basis)
        above.data[np.abs(above.data) < ROUNDING] = 0.0
        above.eliminate_zeros()
        matrix = sparse.vstack([self.basis[moving], above], format="csr")
        self._row: dict[int, int] = {}
        self._atom_row = np.full(len(self.atoms), -1, np.int64)
        self._atom_row[moving] = np.arange(len(moving))
        regions = self._region_of[self.atoms[moving]]
        self._row.update({int(r): i for i, r in enumerate(regions) if r >= 0})
        self._row.update({r: len(moving) + i for i, r in enumerate(wide)})
        self._moving = moving
        self._wide = wide
        self._matrix = matrix
        down = -np.concatenate([self.point[self.atoms[moving]], self.here[wide]]).astype(float)
        self._low = np.where(np.arange(len(down)) < len(moving), down, -INF)
        self._high = np.full(len(down), INF)
        self.free = free
        spread = 1.0 + 0.3 * np.asarray(np.abs(self.basis).sum(axis=0)).reshape(-1)
        # Prices that differ a little keep the simplex method from running along ties.
        spread += 0.01 * ((np.arange(free) * 0.6180339887498949) % 1.0)
        costly = [(self._row[r], cost[r], self._low[self._row[r]]) for r in self._row if cost[r] > 0]
        costly.sort()
        self._priced_at = {row: 2 * free + 2 * i for i, (row, _, _) in enumerate(costly)}
        columns = [matrix, -matrix]
        self._cost = np.concatenate([spread, spread]) * (1.0 if not costly else 1e-3)
        self._upper = np.full(2 * free + 2 * len(costly), INF)
        low, high = self._low.copy(), self._high.copy()
        if costly:
            rows = np.array([row for row, _, _ in costly])
            pick = sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), (matrix.shape[0], len(rows)))
            pair = sparse.csr_matrix(np.array([[-1.0, 1.0]]))
            columns.append(sparse.kron(pick, pair))
            self._cost = np.concatenate([self._cost, np.repeat([p for _, p, _ in costly], 2)])
            # What a priced region loses is bounded by its count; its row says that gain less loss is its move.
            self._upper[2 * free + 1 :: 2] = [-bound if np.isfinite(bound) else INF for _, _, bound in costly]
            low[rows] = high[rows] = 0.0
        self._row_low, self._row_high = low, high
        self._highs = solver()
        self._highs.setOptionValue("presolve", "off")
        stacked = sparse.hstack(columns, format="csr")
        pass_programme(self._highs, self._cost, (np.zeros(stacked.shape[1]), self._upper), stacked, (low, high))
        self._highs.run()
        self._start = self._highs.getBasis()

    def can_move(self, region: int) -> bool:
        """Whether any change at all moves the region, leaving aside that counts are not negative."""
        row = self._row.get(region)
        return row is not None and self._matrix.indptr[row + 1] > self._matrix.indptr[row]

    def hold(self, region: int) -> None:
        """Show the region: from now on no change may move it."""
        row = self._row.get(region)
        if row is not None:
            self._bound(row, 0.0, 0.0)

    def release(self, region: int) -> None:
        """Hide the region (again), at no price."""
        row = self._row.get(region)
        if row is not None:
            self._bound(row, float(self._low[row]), float(self._high[row]))
            column = self._priced_at.pop(row, None)
            if column is not None:
                self._highs.changeColBounds(column, 0.0, 0.0)
                self._highs.changeColBounds(column + 1, 0.0, 0.0)

    def _bound(self, row: int, low: float, high: float) -> None:
        self._row_low[row], self._row_high[row] = low, high
        self._highs.changeRowBounds(row, low, high)

    def _run(self) -> bool:
        self._highs.run()
        # A linear program costs something even where the simplex method has nothing to do.
        self.work.spend(5 + self._highs.getInfo().simplex_iteration_count)
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def least(self, region: int, by: int, fixed: Iterable[int] = (), whole: bool = False) -> Change | None:
        """The least change that moves ``region`` by ``by`` and none of ``fixed``.

        None where there is none or, with ``whole`` False, where the least one is not whole-numbered; with True a few
        roundings look for one that is. The change is checked in whole numbers before it is returned.
        """
        row = self._row.get(region)
        self.feasible = False
        if row is None:
            return None
        held = [(r, self._row_low[r], self._row_high[r]) for r in map(self._row.get, fixed) if r is not None]
        for other, _, _ in held:
            self._highs.changeRowBounds(other, 0.0, 0.0)
        before = (self._row_low[row], self._row_high[row])
        self._highs.changeRowBounds(row, float(by), float(by))
        self._highs.setBasis(self._start)
        found = self._read(region, by) if self._run() else None
        self.feasible = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if found is None and self.feasible and whole:
            found = self._search_whole(region, by)
        self._highs.changeRowBounds(row, *before)
        for other, low, high in held:
            self._highs.changeRowBounds(other, low, high)
        return found

    def _search_whole(self, region: int, by: int) -> Change | None:
        """Round one basis change after another, away from nought first, and solve again; give up after a few."""
        bounded: list[int] = []
        found = None
        for _ in range(DIVE):
            values = np.array(self._highs.getSolution().col_value)[: 2 * self.free]
            off = np.abs(values - np.rint(values))
            loose = np.flatnonzero(off > ROUNDING)
            if not loose.size:
                break
            column = int(loose[np.argmax(values[loose] - np.floor(values[loose]))])
            bounded.append(column)
            for end in (np.ceil(values[column]), np.floor(values[column])):
                self._highs.changeColBounds(column, float(end), float(end))
                if self._run():
                    break
            else:
                break
            found = self._read(region, by)
            if found is not None:
                break
        for column in bounded:
            self._highs.changeColBounds(column, 0.0, INF)
        return found

    def _read(self, region: int, by: int) -> Change | None:
        """The solver's answer, if it is a change in whole numbers that keeps what is held."""
        values = np.array(self._highs.getSolution().col_value)
        raw = self.basis @ (values[: self.free] - values[self.free : 2 * self.free])
        rounded = np.rint(raw).astype(np.int64)
        if np.abs(raw - rounded).max(initial=0.0) > ROUNDING:
            return None
        atoms = np.zeros(self.joint.atoms, np.int64)
        atoms[self.atoms] = rounded
        moves = np.rint(self.joint.incidence @ atoms).astype(np.int32)
        sound = (
            (self.point + atoms >= 0).all()
            and not moves[self._held].any()
            and not np.rint(self.joint.ties @ atoms).any()
            and moves[region] == by
        )
        return Change(moves, bool((self.point - atoms >= 0).all())) if sound else None

    def reach(self, region: int, sign: int, enough: int, fixed: Iterable[int] = ()) -> Reach | None:
        """How far ``region`` can go up (sign 1) or down (-1), and why no further; None where it can go ``enough``."""
        row = self._row.get(region)
        target = np.zeros(self.free)
        if row is not None:
            target = np.asarray(self._matrix[[row]].todense()).reshape(-1)
        proof = np.zeros(self._matrix.shape[0])
        move = 0.0
        if target.any() and row is not None:
            held = [(r, self._row_low[r], self._row_high[r]) for r in map(self._row.get, fixed) if r is not None]
            for other, _, _ in held:
                self._highs.changeRowBounds(other, 0.0, 0.0)
            low, high = self._row_low[row], self._row_high[row]
            limits = (low, float(enough)) if sign > 0 else (max(low, -float(enough)), high)
            self._highs.changeRowBounds(row, *limits)
            count = len(self._cost)
            every = np.arange(count, dtype=np.int32)
            cost = np.concatenate([-sign * target, sign * target, np.zeros(count - 2 * self.free)])
            self._highs.changeColsCost(count, every, cost)
            self._highs.setBasis(self._start)
            solved = self._run()
            if solved:
                move = -self._highs.getInfo().objective_function_value
                proof = np.array(self._highs.getSolution().row_dual)
            self._highs.changeColsCost(count, every, self._cost)
            self._highs.changeRowBounds(row, low, high)
            for other, before_low, before_high in held:
                self._highs.changeRowBounds(other, before_low, before_high)
            if not solved or move >= enough - ROUNDING:
                return None
        return self._explain(region, sign, move, proof, frozenset(fixed))

    def _explain(self, region: int, sign: int, move: float, proof: Floats, fixed: frozenset[int]) -> Reach | None:
        """Turn multipliers of the atoms' bounds into weights of regions, through the shown sums that they add up to."""
        bounds = np.zeros(len(self.atoms))
        bounds[self._moving] = proof[: len(self._moving)]
        target = sign * np.asarray(self._incidence[[region]].todense()).reshape(-1)
        combined = target + bounds
        full_target = sign * np.asarray(self.joint.incidence[[region]].todense()).reshape(-1)
        for i, other in enumerate(self._wide):
            times = proof[len(self._moving) + i]
            if abs(times) > SMALL and other != region:
                if other not in fixed:
                    return None
                combined = combined + times * np.asarray(self._incidence[[other]].todense()).reshape(-1)
                full_target = full_target + times * np.asarray(self.joint.incidence[[other]].todense()).reshape(-1)
        pi = self._elimination.multipliers(combined)
        rest = np.asarray(self._held_rows.T @ pi).reshape(-1) - full_target
        if np.abs(rest[self.atoms] - bounds).max(initial=0.0) > 1e-5:
            return None
        weight = np.zeros(self.space.size)
        mine = pi[: len(self._held)]
        here = self.here.astype(float)
        weight[self._held] = np.where(mine > SMALL, BINDING, np.where(mine < -SMALL, -mine * here[self._held], 0.0))
        constant = 0.0
        for atom in np.flatnonzero((np.abs(rest) > SMALL) & ~self._dead).tolist():
            owner = int(self._region_of[atom])
            if owner in fixed:
                continue
            if owner < 0:
                if rest[atom] < 0:
                    return None
                constant += rest[atom] * self.point[atom]
            else:
                weight[owner] += rest[atom] * here[owner] if rest[atom] > 0 else BINDING
        return Reach(move, weight, constant)
