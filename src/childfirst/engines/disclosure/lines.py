"""Lines of a publication: a figure and the figures that add up to it.

A row of a table with its total, a borough with its wards, a year with its quarters. Lines are what a reader subtracts
along; they give the first inequalities of the search for what to hide (`master`), before any attack is made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .space import Axis, Space


@dataclass(frozen=True)
class Line:
    """``total`` is the sum of ``parts``: regions of a space."""

    total: int
    parts: tuple[int, ...]


def lines(space: Space) -> list[Line]:
    """Every line whose figures are all regions of the space, along one breakdown at a time, in canonical order."""
    at = {tuple(key): region for region, key in enumerate(space.keys.tolist())}
    sums = [_sums(axis) for axis in space.axes]
    found = []
    for region, key in enumerate(space.keys.tolist()):
        for column, known in enumerate(sums):
            for parts in known.get(key[column], ()):
                regions = [at.get((*key[:column], part, *key[column + 1 :])) for part in parts]
                if None not in regions:
                    found.append(Line(region, tuple(r for r in regions if r is not None)))
    return found


def _sums(axis: Axis) -> dict[int, list[tuple[int, ...]]]:
    """Set -> the ways in which other sets of the axis add up to it: its largest parts, where they do not overlap."""
    member = axis.member
    sizes = member.sum(axis=1)
    found: dict[int, list[tuple[int, ...]]] = {}
    for whole in range(len(member)):
        inside = np.flatnonzero((~member | member[whole]).all(axis=1) & (sizes < sizes[whole]))
        if not inside.size:
            continue
        # Largest first; a set of equal size that holds other atoms opens another way of adding up.
        for start in inside[np.argsort(-sizes[inside], kind="stable")]:
            covered = member[start].copy()
            parts = [int(start)]
            for part in inside[np.argsort(-sizes[inside], kind="stable")]:
                if not (covered & member[part]).any():
                    parts.append(int(part))
                    covered |= member[part]
            ways = found.setdefault(whole, [])
            if (covered == member[whole]).all() and tuple(sorted(parts)) not in ways:
                ways.append(tuple(sorted(parts)))
    return found
