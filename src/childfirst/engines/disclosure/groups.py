"""Group disclosure: where everyone in a group has the same outcome, the zeros beside it tell it of each of them."""

from __future__ import annotations

import numpy as np

from .rule import TOTAL, Rule
from .space import Axis, Space, TableCells, extended


def with_groups(space: Space, rule: Rule) -> Space:
    """Add a region for what is *not* the one outcome of each group that is large enough to be shown.

    The region has the count nought and must be able to reach the rule's width; the zeros inside it may be hidden for
    that. Only breakdowns that the rule declares as outcomes count, and categories, not the groups of a hierarchy.
    """
    axes = list(space.axes)
    extra: set[tuple[int, ...]] = set()
    for column, axis in enumerate(axes):
        if axis.name not in rule.outcomes:
            continue
        member, sets = axis.member, dict(axis.sets)
        for cells in space.tables:
            if axis.name not in cells.table.dimensions:
                continue
            for whole, only in _alone(cells, axis.name, rule):
                row = member[space.keys[whole, column]] & ~member[space.keys[only, column]]
                same = np.flatnonzero((member == row).all(axis=1))
                if same.size:
                    number = int(same[0])
                else:
                    number = len(member)
                    member = np.concatenate([member, row[None, :]])
                    sets[frozenset([f"not {axis.name} {number}"])] = number
                key = space.keys[whole].tolist()
                key[column] = number
                extra.add(tuple(key))
        axes[column] = Axis(axis.name, member, sets, axis.unnamed)
    known = {tuple(key): region for region, key in enumerate(space.keys.tolist())}
    grown = extended(space, axes, [key for key in sorted(extra) if key not in known], value=0)
    grown.group[[region for key, region in known.items() if key in extra]] = True
    grown.group[space.size :] = True
    _free_zeros(grown)
    return grown


def _alone(cells: TableCells, name: str, rule: Rule) -> list[tuple[int, int]]:
    """Pairs of regions: a group that may be shown, and the one category that all of it is in."""
    at = cells.table.dimensions.index(name)
    domain = set(cells.table.domains[name])
    count = dict(zip(cells.codes, cells.count.tolist(), strict=True))
    region = dict(zip(cells.codes, cells.region.tolist(), strict=True))
    found = []
    for codes, here in count.items():
        if codes[at] not in domain or len(domain) < 2:
            continue
        whole = (*codes[:at], TOTAL, *codes[at + 1 :])
        if here >= rule.threshold and count.get(whole) == here:
            found.append((region[whole], region[codes]))
    return found


def _free_zeros(space: Space) -> None:
    """Mark the published zeros that lie inside a region of group disclosure."""
    for number in np.flatnonzero(space.group).tolist():
        inside = np.ones(space.size, bool)
        for column, axis in enumerate(space.axes):
            outer = axis.member[space.keys[number, column]]
            inside &= (~axis.member | outer).all(axis=1)[space.keys[:, column]]
        space.free_zero |= inside & (space.value == 0) & space.publish
