"""Moves: small changes of a table that keep all its other figures, and so leave an attacker in doubt.

A move picks an atom and, on some axes, a partner; it adds one to the atom, takes one from its partner, and so on with
alternating signs over the corners of the box that they span. On an axis without a partner the change reaches every
total above the atom instead. If every region that a move changes is hidden, the table before and the table after look
the same to every reader: two whole-numbered witnesses of the doubt. (Boxes are the hypercubes of Giessing and
Repsilber's method GHMITER; here a box counts only with the width that the true table lets it have.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product

import numpy as np
import numpy.typing as npt

from .blocks import Block
from .space import UNKNOWN, Ints, Space

Floats = npt.NDArray[np.float64]
FORBIDDEN = 1e9
"""Price of a region that may not be hidden: a true zero that is shown, a figure already in the ledger."""
ATOMS_TRIED = 8
"""How many atoms of a subtotal are tried as the corner of a box."""


@dataclass(frozen=True)
class Move:
    """A box in a block: the atom, its partner per axis (UNKNOWN: none), and how far it goes up and down."""

    block: int
    atom: tuple[int, ...]
    partner: tuple[int, ...]
    up: int
    down: int
    price: float


class Board:
    """One block with the price of hiding each of its regions, kept current as regions are hidden."""

    def __init__(self, space: Space, block: Block, number: int, others: list[Block], price: Floats) -> None:
        self.block = block
        self.number = number
        self.axes = [space.axes[i] for i in block.axes]
        self.price = np.where(block.lookup == UNKNOWN, 0.0, price[block.lookup])
        self._position = {int(r): at for at, r in np.ndenumerate(block.lookup) if r != UNKNOWN}
        # A move with partners only on axes that another block shares would change that block as well.
        shared = [frozenset(block.axes) & frozenset(o.axes) for o in others if o is not block]
        self._own = [tuple(i for i, axis in enumerate(block.axes) if axis not in common) for common in shared]
        self._singles = [
            np.array([axis.set_of_atom(atom) for atom in range(axis.atoms)]) if axis.atoms > 1 else np.zeros(1, int)
            for axis in self.axes
        ]
        self._flat = [
            len(axis.member) == axis.atoms + 1 and bool((single != UNKNOWN).all()) and axis.atoms > 1
            for axis, single in zip(self.axes, self._singles, strict=True)
        ]

    def hide(self, region: int, price: float = 0.0) -> None:
        at = self._position.get(region)
        if at is not None:
            self.price[at] = price

    def holds(self, region: int) -> bool:
        return region in self._position

    def best(self, region: int, need: int, high: Ints, low: Ints) -> Move | None:
        """The cheapest move per unit of width that changes ``region``; going up from ``high`` and down from ``low``.

        Ties fall to the first in canonical order. None where no box gives any width at a price that may be paid.
        """
        sets = self._position[region]
        best: Move | None = None
        best_score = np.inf
        for atom in self._atoms(sets, high):
            found = self._best_at(sets, atom, need, high, low)
            if found is not None and found[0] < best_score:
                best_score, best = found
                if best_score == 0.0:
                    break
        return best

    def _atoms(self, sets: tuple[int, ...], high: Ints) -> list[tuple[int, ...]]:
        within = [np.flatnonzero(axis.member[s]) for axis, s in zip(self.axes, sets, strict=True)]
        if all(len(w) == 1 for w in within):
            return [tuple(int(w[0]) for w in within)]
        grid = np.ix_(*within)
        single = np.ix_(*(s[w] for s, w in zip(self._singles, within, strict=True)))
        named = reduce(np.logical_and, np.ix_(*(s[w] != UNKNOWN for s, w in zip(self._singles, within, strict=True))))
        price = np.where(named, self.price[single], 0.0).reshape(-1)
        order = np.lexsort((np.arange(price.size), -high[grid].reshape(-1), price))
        order = order[price[order] < FORBIDDEN][:ATOMS_TRIED]
        places = np.unravel_index(order, [len(w) for w in within])
        return [tuple(int(w[p[i]]) for w, p in zip(within, places, strict=True)) for i in range(len(order))]

    def _best_at(
        self, sets: tuple[int, ...], atom: tuple[int, ...], need: int, high: Ints, low: Ints
    ) -> tuple[float, Move] | None:
        partners = [
            np.append(np.flatnonzero(~axis.member[s]), UNKNOWN) for axis, s in zip(self.axes, sets, strict=True)
        ]
        price = self.price
        for i, axis in enumerate(self.axes):
            price = self._contract(price, i, axis.member, atom[i], partners[i])
        for own in self._own:
            # Slice where every axis of our own is without a partner: partners only on shared axes, or none at all.
            price[tuple(-1 if i in own else slice(None) for i in range(price.ndim))] = FORBIDDEN
        up, down = self._capacity(atom, partners, high, low)
        gain = np.minimum(up + down, need)
        usable = (gain >= 1) & (price < FORBIDDEN)
        if not usable.any():
            return None
        score = np.where(usable, price / np.maximum(gain, 1), np.inf)
        at = np.unravel_index(int(np.argmin(score)), score.shape)
        chosen = tuple(int(p[i]) for p, i in zip(partners, at, strict=True))
        move = Move(self.number, atom, chosen, int(min(up[at], need)), int(min(down[at], need)), float(price[at]))
        return float(score[at]), move

    def _contract(self, price: Floats, i: int, member: npt.NDArray[np.bool_], atom: int, partners: Ints) -> Floats:
        """Add up the prices of the sets of axis ``i`` that tell the atom from each partner (or, without one, hold it)."""
        if self._flat[i]:
            alone = self._singles[i]
            chosen = np.where(partners == UNKNOWN, 0, alone[partners])
            return price.take(chosen, axis=i) + price.take([alone[atom]], axis=i)
        other = np.where((partners == UNKNOWN)[:, None], False, member[:, partners].T)
        weight = (other != member[:, atom]).astype(float)
        return np.moveaxis(np.tensordot(weight, price, axes=(1, i)), 0, i)

    def _capacity(self, atom: tuple[int, ...], partners: list[Ints], high: Ints, low: Ints) -> tuple[Ints, Ints]:
        """How far each box can go: up is bounded by the corners that lose, down by those that gain."""
        shape = tuple(len(p) for p in partners)
        limit = np.iinfo(np.int64).max // 4
        up, down = np.full(shape, limit), np.full(shape, limit)
        for corner in product((False, True), repeat=len(atom)):
            odd = sum(corner) % 2 == 1
            source, bound = (high, up) if odd else (low, down)
            slices = [p[:-1] if moved else np.array([a]) for p, moved, a in zip(partners, corner, atom, strict=True)]
            if any(len(s) == 0 for s in slices):
                continue
            values = source[np.ix_(*slices)] if slices else source
            target = tuple(slice(0, -1) if moved else slice(None) for moved in corner)
            bound[target] = np.minimum(bound[target], values)
        return up, down

    def support(self, move: Move) -> list[int]:
        """Every region whose count the move changes."""
        touched = []
        for axis, atom, partner in zip(self.axes, move.atom, move.partner, strict=True):
            with_partner = axis.member[:, partner] if partner != UNKNOWN else np.zeros(len(axis.member), bool)
            touched.append(np.flatnonzero(axis.member[:, atom] != with_partner))
        found = self.block.lookup[np.ix_(*touched)].reshape(-1) if touched else self.block.lookup.reshape(-1)
        return [int(r) for r in found if r != UNKNOWN]

    def apply(self, point: Ints, move: Move, times: int) -> Ints:
        """The table after going ``times`` up (negative: down) along the move."""
        moved = point.copy()
        for corner in product((False, True), repeat=len(move.atom)):
            if any(c and p == UNKNOWN for c, p in zip(corner, move.partner, strict=True)):
                continue
            at = tuple(p if c else a for c, p, a in zip(corner, move.partner, move.atom, strict=True))
            moved[at] += times * (-1) ** sum(corner)
        return moved
