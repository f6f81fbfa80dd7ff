"""The joint model of linked tables, cut into blocks without loss.

Draw a line between two breakdowns whenever some published cell restricts both. When this graph is made chordal, its
largest cliques are the blocks, and tables over the blocks that agree wherever two blocks overlap always come from one
table over all breakdowns, in whole numbers (a decomposable model: Lauritzen, *Graphical Models*, 1996, and Dobra and
Fienberg, "Bounds for cell entries in contingency tables given marginal totals", PNAS 97, 2000). So the attacker knows
exactly as much about the blocks as about the full crossing, which may have millions of cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from childfirst.shared.errors import UserError

from .space import UNKNOWN, Ints, Space

MAX_BLOCK_ATOMS = 400_000
"""Largest block that is modelled; above it the protector falls back to hiding without subtraction."""
NODE_LIMIT = 200_000
"""Branch-and-bound nodes allowed when a joint table must be searched for: a count, not a time, so that runs repeat."""


@dataclass
class Block:
    """A full crossing of some axes with a joint table of whole numbers on it.

    axes     columns of Space.keys, ascending
    point    (atoms of each axis) a table that agrees with every published count
    lookup   (sets of each axis) region at that crossing of sets, or UNKNOWN
    offset   position of the first atom of this block among the atoms of all blocks
    """

    axes: tuple[int, ...]
    point: Ints
    lookup: Ints
    offset: int

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.point.shape)


@dataclass
class Joint:
    """All blocks, the incidence of regions on their atoms, and the equations that tie overlapping blocks."""

    blocks: list[Block]
    block_of: Ints
    incidence: sparse.csr_matrix
    ties: sparse.csr_matrix

    @property
    def atoms(self) -> int:
        return int(self.incidence.shape[1])

    def point(self) -> Ints:
        return np.concatenate([b.point.reshape(-1) for b in self.blocks])


def cliques(space: Space) -> list[tuple[int, ...]]:
    """Largest cliques of the breakdowns' graph after making it chordal (fewest fill-in lines first)."""
    restricted = np.unique(space.keys != 0, axis=0)
    live = [i for i, axis in enumerate(space.axes) if axis.atoms > 1]
    near: dict[int, set[int]] = {i: set() for i in live}
    for row in restricted:
        together = [i for i in live if row[i]]
        for i in together:
            near[i] |= set(together) - {i}
    found: list[set[int]] = []
    while near:

        def fill(node: int) -> tuple[int, int, int]:
            friends = sorted(near[node])
            missing = sum(1 for i, a in enumerate(friends) for b in friends[i + 1 :] if b not in near[a])
            return missing, len(friends), node

        node = min(near, key=fill)
        friends = near.pop(node)
        found.append(friends | {node})
        for friend in friends:
            near[friend] |= friends - {friend}
            near[friend].discard(node)
    largest = [c for i, c in enumerate(found) if not any(c < o or (c == o and j < i) for j, o in enumerate(found))]
    return sorted(tuple(sorted(c)) for c in largest) or [(0,)]


def build_joint(space: Space) -> Joint | None:
    """Blocks with a joint table that fits every known count, or None where a block is too large to model.

    Raises UserError where no joint table exists: the tables contradict each other or the ledger.
    """
    groups = cliques(space)
    sizes = [int(np.prod([space.axes[i].atoms for i in group], dtype=np.float64)) for group in groups]
    if max(sizes) > MAX_BLOCK_ATOMS:
        return None
    blocks: list[Block] = []
    block_of = np.full(space.size, UNKNOWN, np.int64)
    offset = 0
    for group, size in zip(groups, sizes, strict=True):
        others = [i for i in range(len(space.axes)) if i not in group]
        inside = np.flatnonzero(np.all(space.keys[:, others] == 0, axis=1))
        lookup = np.full([len(space.axes[i].member) for i in group], UNKNOWN, np.int64)
        lookup[tuple(space.keys[inside][:, i] for i in group)] = inside
        block_of[inside[block_of[inside] == UNKNOWN]] = len(blocks)
        shape = [space.axes[i].atoms for i in group]
        blocks.append(Block(group, np.full(shape, UNKNOWN, np.int64), lookup, offset))
        offset += size
    joint = Joint(blocks, block_of, _incidence(space, blocks, block_of, offset), _ties(space, blocks, offset))
    _fill_points(space, joint)
    return joint


def _incidence(space: Space, blocks: list[Block], block_of: Ints, atoms: int) -> sparse.csr_matrix:
    rows: list[sparse.spmatrix] = []
    order: list[Ints] = []
    for number, block in enumerate(blocks):
        mine = np.flatnonzero(block_of == number)
        if not mine.size:
            continue
        membership: sparse.spmatrix = sparse.csr_matrix(np.ones((1, 1)))
        for axis in block.axes:
            membership = sparse.kron(membership, sparse.csr_matrix(space.axes[axis].member.astype(float)), format="csr")
        flat = np.zeros(len(mine), np.int64)
        for axis in block.axes:
            flat = flat * len(space.axes[axis].member) + space.keys[mine, axis]
        picked = sparse.csr_matrix(membership)[flat].tocoo()
        rows.append(sparse.csr_matrix((picked.data, (picked.row, picked.col + block.offset)), (len(mine), atoms)))
        order.append(mine)
    stacked = sparse.vstack(rows, format="csr")
    return sparse.csr_matrix(stacked[np.argsort(np.concatenate(order), kind="stable")])


def _ties(space: Space, blocks: list[Block], atoms: int) -> sparse.csr_matrix:
    """Rows that say: where two blocks overlap, both add up to the same table (along a widest spanning tree)."""
    rows: list[sparse.spmatrix] = []
    joined = {0}
    while len(joined) < len(blocks):
        inside, outside = max(
            ((i, j) for i in sorted(joined) for j in range(len(blocks)) if j not in joined),
            key=lambda pair: (len(set(blocks[pair[0]].axes) & set(blocks[pair[1]].axes)), -pair[0], -pair[1]),
        )
        joined.add(outside)
        shared = sorted(set(blocks[inside].axes) & set(blocks[outside].axes))
        one, other = (_margin(space, blocks[i], shared, atoms) for i in (inside, outside))
        rows.append(one - other)
    return sparse.vstack(rows, format="csr") if rows else sparse.csr_matrix((0, atoms))


def _margin(space: Space, block: Block, shared: list[int], atoms: int) -> sparse.csr_matrix:
    matrix: sparse.spmatrix = sparse.csr_matrix(np.ones((1, 1)))
    for axis in block.axes:
        n = space.axes[axis].atoms
        matrix = sparse.kron(matrix, sparse.identity(n) if axis in shared else np.ones((1, n)), format="csr")
    placed = matrix.tocoo()
    return sparse.csr_matrix((placed.data, (placed.row, placed.col + block.offset)), (placed.shape[0], atoms))


def _fill_points(space: Space, joint: Joint) -> None:
    """Read each block's table from its inner cells where they are published; else search for one in whole numbers."""
    complete = True
    for block in joint.blocks:
        alone = [
            np.array([space.axes[axis].set_of_atom(atom) for atom in range(space.axes[axis].atoms)])
            for axis in block.axes
        ]
        if any((sets == UNKNOWN).any() for sets in alone):
            complete = False
            continue
        inner = block.lookup[np.ix_(*alone)] if alone else block.lookup
        values = np.where(inner == UNKNOWN, UNKNOWN, space.value[inner])
        if (values == UNKNOWN).any():
            complete = False
        else:
            block.point = values
    if not complete:
        _search_points(space, joint)
    found = np.rint(joint.incidence @ joint.point()).astype(np.int64)
    rounded = (space.most != UNKNOWN) & ((found < space.least) | (found > space.most))
    if rounded.any():
        place = space.describe(int(np.flatnonzero(rounded)[0]))
        raise UserError(f"The rounded figure of the ledger for {place} cannot be what the tables add up to.")
    wrong = np.flatnonzero((space.value != UNKNOWN) & (found != space.value))
    if wrong.size:
        region = int(wrong[0])
        raise UserError(
            f"The figures contradict each other at {space.describe(region)}: it is given as {space.value[region]}, "
            f"but adds up to {found[region]} elsewhere."
        )
    if joint.ties.shape[0] and np.abs(joint.ties @ joint.point()).max() > 0:
        raise UserError("Two tables have different totals for the same group, so they are not about the same records.")


def _search_points(space: Space, joint: Joint) -> None:
    known = np.flatnonzero((space.value != UNKNOWN) | (space.most != UNKNOWN))
    matrix = sparse.vstack([joint.incidence[known], joint.ties], format="csc")
    exact, none = space.value[known] != UNKNOWN, np.zeros(joint.ties.shape[0])
    low = np.concatenate([np.where(exact, space.value[known], space.least[known]).astype(float), none])
    high = np.concatenate([np.where(exact, space.value[known], space.most[known]).astype(float), none])
    # Maximising the sum of many small rewards would favour corners; no objective keeps the search a pure feasibility.
    answer = milp(
        np.zeros(joint.atoms),
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(joint.atoms),
        bounds=Bounds(0, np.inf),
        options={"node_limit": NODE_LIMIT, "presolve": True},
    )
    if answer.status == 2:
        raise UserError("The tables contradict each other or the ledger: no set of records can have produced them all.")
    if answer.x is None:
        raise UserError("No joint table was found for these tables; give one table over all their breakdowns as well.")
    point: npt.NDArray[np.int64] = np.rint(answer.x).astype(np.int64)
    for block in joint.blocks:
        size = block.point.size
        block.point = point[block.offset : block.offset + size].reshape(block.shape)
