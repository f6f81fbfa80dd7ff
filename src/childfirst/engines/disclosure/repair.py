"""The cheapest set of regions to hide for one cell, by linear programming.

For the cells that no single box can protect (tables that overlap, long hierarchies, little room): the smallest priced
change of the whole joint table that moves the cell by a given amount. This is the classical linear-programming step
for secondary suppression (Kelly, Golden and Assad, "Cell suppression: disclosure protection for sensitive tabular
data", Networks 22, 1992; the start heuristic of Fischetti and Salazar, "Solving the cell suppression problem on
tabular data with linear constraints", Management Science 47, 2001). The answer is used only when it is whole-numbered.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from .blocks import Joint
from .moves import FORBIDDEN, Floats
from .space import Ints, Space

NODE_LIMIT = 500
GAP = 0.1
"""How far above the cheapest change a whole-numbered one may stay."""
ROUNDING = 1e-6


def cheapest_change(space: Space, joint: Joint, price: Floats, region: int, by: int) -> tuple[list[int], Ints] | None:
    """Regions that have to be hidden so that ``region`` can differ by ``by``, and the change of every atom.

    ``price`` per region: 0 hidden or unpublished, FORBIDDEN fixed, else the price of hiding it. None where there is no
    such change, or no whole-numbered one was found within the node limit.
    """
    incidence, ties = joint.incidence, joint.ties
    point = joint.point()
    fixed = price >= FORBIDDEN
    zero_atoms = np.asarray(incidence[fixed & (space.value == 0)].sum(axis=0)).reshape(-1) > 0
    free = np.flatnonzero(~zero_atoms)
    columns = incidence[:, free].tocsr()
    held = columns[np.flatnonzero(fixed & (space.value != 0))]
    sizes = np.diff(columns.indptr)
    priced = (price > 0) & ~fixed
    alone = np.flatnonzero(priced & (sizes == 1))
    wide = np.flatnonzero(priced & (sizes > 1))
    cost = np.zeros(len(free))
    cost[columns[alone].indices] = price[alone]

    rows = sparse.vstack([columns[[region]], held, ties[:, free]], format="csr")
    zeros = sparse.csr_matrix((rows.shape[0], 2 * len(wide)))
    eye = sparse.identity(len(wide), format="csr")
    equalities = sparse.vstack(
        [sparse.hstack([rows, -rows, zeros]), sparse.hstack([columns[wide], -columns[wide], -eye, eye])], format="csc"
    )
    target = np.zeros(equalities.shape[0])
    target[0] = by
    # A tiny price on every atom keeps the change small, so that it leaves room for the next one.
    costs = np.concatenate([cost + 1e-4, cost + 1e-4, price[wide], price[wide]])
    upper = np.concatenate([np.full(len(free), np.inf), point[free].astype(float), np.full(2 * len(wide), np.inf)])
    for whole in (0, 1):
        integrality = np.concatenate([np.full(2 * len(free), whole), np.zeros(2 * len(wide))])
        answer = milp(
            costs,
            constraints=LinearConstraint(equalities, target, target),
            integrality=integrality,
            bounds=Bounds(0, upper),
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": GAP},
        )
        if answer.x is None:
            return None
        raw = answer.x[: len(free)] - answer.x[len(free) : 2 * len(free)]
        if np.abs(raw - np.rint(raw)).max() <= ROUNDING:
            break
    else:
        return None
    change = np.zeros(joint.atoms, np.int64)
    change[free] = np.rint(raw).astype(np.int64)
    effect = np.rint(incidence @ change).astype(np.int64)
    sound = (
        (point + change >= 0).all()
        and effect[region] == by
        and not effect[fixed].any()
        and not np.rint(ties @ change).any()
    )
    return (np.flatnonzero(effect).tolist(), change) if sound else None
