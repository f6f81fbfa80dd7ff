"""How far a sum of unknowns can go: by linear program, by integer program, and by a search that is proved throughout."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .evidence import Bound, Statements, upper_bound, weighted
from .scene import NO_BOUND, Ints
from .simplex import INFINITY, Ending, Floats, Warm

ROUNDING = 1e-6
NODES_OF_PROGRAMME = 400
"""Nodes of an integer program: a count and not a time, so that the same publication gives the same report."""
NODES_OF_PROOF = 80
"""Nodes of the search in which every leaf is proved in whole numbers."""


class Ends:
    """Upwards ends of sums under fixed statements; for the lower end, ask for the negative of the sum."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self._warm: Warm | None = None
        self.solved = 0

    def top(self, goal: Ints) -> tuple[Bound | None, Ints | None, bool]:
        """By linear program: a proved bound of ``goal @ x``, a table where the corner is whole, and whether there is
        no bound at all."""
        warm = self._model()
        columns = np.flatnonzero(goal)
        warm.price(columns, -goal[columns].astype(float))
        answer = warm.solve()
        warm.price(columns, np.zeros(len(columns)))
        self.solved += 1
        if answer.ending is Ending.UNBOUNDED:
            return None, None, self._endless(goal)
        if answer.ending is not Ending.OPTIMAL:
            return None, None, False
        return upper_bound(self.statements, goal, -answer.weights), whole_numbers(answer.x), False

    def reach(self, goal: Ints, cap: int) -> Ints | None:
        """By integer program: a table in which ``goal @ x`` comes as close to ``cap`` from below as was found."""
        statements = self.statements
        capped = Warm(
            sparse.vstack([statements.rows, sparse.csr_matrix(goal)], format="csr"),
            np.append(ends_of(statements.low), -INFINITY),
            np.append(ends_of(statements.high), float(cap)),
            statements.least.astype(float),
            ends_of(statements.most),
            -goal.astype(float),
            whole=True,
            node_limit=NODES_OF_PROGRAMME,
        )
        self.solved += 1
        return whole_numbers(capped.solve().x)

    def prove(self, goal: Ints, target: int) -> tuple[bool, Ints | None]:
        """Whether no table has ``goal @ x >= target``, each leaf of the search proved; or a table that has it.

        Splits where the solver's corner is not whole. (False, None): the search ended without an answer.
        """
        statements, warm = self.statements, self._model()
        columns = np.flatnonzero(goal)
        warm.price(columns, -goal[columns].astype(float))
        stack = [(statements.least, statements.most)]
        found: Ints | None = None
        nodes = 0
        while stack and found is None and nodes < NODES_OF_PROOF:
            nodes += 1
            least, most = stack.pop()
            changed = np.flatnonzero((least != statements.least) | (most != statements.most))
            warm.bound_columns(changed, least[changed].astype(float), ends_of(most[changed]))
            answer = warm.solve()
            ray = warm.ray() if answer.ending is Ending.INFEASIBLE else None
            warm.bound_columns(changed, statements.least[changed].astype(float), ends_of(statements.most[changed]))
            here = statements.narrowed(least, most)
            if ray is not None and _empty(here, ray):
                continue
            if answer.ending is not Ending.OPTIMAL:
                stack.append((least, most))
                break
            bound = upper_bound(here, goal, -answer.weights)
            if bound is not None and bound.whole < target:
                continue
            corner = whole_numbers(answer.x)
            if corner is not None:
                found = corner if goal @ corner >= target and statements.fits(corner) else None
                if found is None:
                    stack.append((least, most))
                break
            odd = int(np.argmax(np.abs(answer.x - np.rint(answer.x))))
            under, over = most.copy(), least.copy()
            under[odd], over[odd] = int(np.floor(answer.x[odd])), int(np.ceil(answer.x[odd]))
            stack += [(least, under), (over, most)]
        warm.price(columns, np.zeros(len(columns)))
        self.solved += nodes
        return not stack and found is None, found

    def _model(self) -> Warm:
        if self._warm is None:
            statements = self.statements
            self._warm = Warm(
                statements.rows,
                ends_of(statements.low),
                ends_of(statements.high),
                statements.least.astype(float),
                ends_of(statements.most),
                np.zeros(statements.rows.shape[1]),
                primal=True,
            )
        return self._warm

    def _endless(self, goal: Ints) -> bool:
        """Whether some change can be repeated without end: whole-numbered, never downwards, no statement notices."""
        columns = np.flatnonzero(self.statements.most >= NO_BOUND)
        rows = self.statements.rows[:, columns]
        nothing = np.zeros(rows.shape[0])
        ask = Warm(
            sparse.vstack([rows, sparse.csr_matrix(goal[columns])], format="csr"),
            np.append(nothing, 1.0),
            np.append(nothing, INFINITY),
            np.zeros(len(columns)),
            np.full(len(columns), INFINITY),
            np.ones(len(columns)),
        )
        self.solved += 1
        answer = ask.solve()
        for times in range(1, 61):
            change = whole_numbers(answer.x * times)
            if change is not None:
                return bool((change >= 0).all() and not (rows @ change).any() and goal[columns] @ change > 0)
        return False


def _empty(statements: Statements, ray: Floats) -> bool:
    """Whether these weights prove, in whole numbers, that no table fits at all."""
    size = np.abs(ray)
    if not size.max(initial=0.0):
        return False
    nothing = np.zeros(statements.rows.shape[1], np.int64)
    for scale in (1.0, 1.0 / size.max(), 1.0 / size[size > ROUNDING].min(initial=size.max())):
        for sign in (1, -1):
            weights = np.rint(ray * scale * sign * 60)
            if np.abs(weights).max(initial=0.0) < 1e9:
                value = weighted(statements, nothing, weights.astype(np.int64), 60)
                if value is not None and value < 0:
                    return True
    return False


def whole_numbers(x: Floats) -> Ints | None:
    """A solver's solution as whole numbers, where it is close to them; nothing is proved by that."""
    if not len(x):
        return None
    rounded = np.rint(x)
    if np.abs(x - rounded).max(initial=0.0) > ROUNDING:
        return None
    found: Ints = rounded.astype(np.int64)
    return found


def ends_of(values: Ints) -> Floats:
    """Bounds for a solver: NO_BOUND becomes infinity."""
    return np.where(values >= NO_BOUND // 2, INFINITY, values.astype(float))
