"""The space of a publication: breakdowns cut into atoms, and every published cell as a region of it.

Two cells of two tables that cover the same atoms are one region: they are shown or hidden together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from childfirst.shared.errors import UserError

from .rule import PublishedCell
from .tables import CountTable

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
UNKNOWN = -1


@dataclass(frozen=True)
class Axis:
    """One breakdown: its atoms, and the sets of atoms that codes stand for.

    ``member[s, a]`` tells whether set ``s`` holds atom ``a``; set 0 is the whole breakdown. ``unnamed`` are atoms that
    no code stands for: what is left when overlapping codes are subtracted from each other.
    """

    name: str
    member: Bools
    sets: dict[frozenset[str], int]
    unnamed: tuple[int, ...]

    @property
    def atoms(self) -> int:
        return int(self.member.shape[1])

    def set_of_atom(self, atom: int) -> int:
        """The set that holds this atom alone, or UNKNOWN."""
        alone = np.flatnonzero(self.member[:, atom] & (self.member.sum(axis=1) == 1))
        return int(alone[0]) if alone.size else UNKNOWN


@dataclass
class TableCells:
    """The published cells of one table: codes per dimension, region and true count, in canonical order."""

    table: CountTable
    codes: list[tuple[str, ...]]
    region: Ints
    count: Ints


@dataclass
class Space:
    """All regions of a publication.

    keys      (regions, axes) set per axis
    value     true count, or UNKNOWN (a cell hidden in the past, a remainder)
    publish   the region is a cell of a table now
    past      the region's count stands in the ledger
    past_hidden  it was hidden in the ledger
    remainder the region is no published cell but the difference of overlapping ones
    """

    axes: list[Axis]
    tables: list[TableCells]
    keys: Ints
    value: Ints
    publish: Bools
    past: Bools
    past_hidden: Bools
    remainder: Bools
    held: Bools
    group: Bools
    free_zero: Bools
    least: Ints
    most: Ints

    @property
    def size(self) -> int:
        return int(self.keys.shape[0])

    def describe(self, region: int) -> str:
        parts = []
        for axis, set_id in zip(self.axes, self.keys[region], strict=True):
            if set_id:
                codes = next(codes for codes, i in axis.sets.items() if i == set_id)
                parts.append(f"{axis.name} {'+'.join(sorted(codes))}")
        return ", ".join(parts) or "the grand total"


def build_space(tables: Sequence[CountTable], ledger: Sequence[PublishedCell]) -> Space:
    """Lay tables and ledger over common atoms. Raises UserError where they contradict each other in form or sum."""
    if not tables:
        raise UserError("There is no table to protect.")
    tables = sorted(tables, key=lambda t: t.name)
    if len({t.name for t in tables}) != len(tables):
        raise UserError("Two tables of the publication bear the same name.")
    leaves = {name: _Leaves(name, tables, ledger) for name in _names(tables, ledger)}
    axes = [leaves[name].axis() for name in sorted(leaves)]
    where = {axis.name: i for i, axis in enumerate(axes)}

    keys: list[Ints] = []
    values: list[Ints] = []
    cells: list[TableCells] = []
    for table in tables:
        key, value, codes = _table_cells(table, axes, leaves)
        keys.append(key)
        values.append(value)
        cells.append(TableCells(table, codes, np.empty(0, np.int64), value))
    past_keys = np.zeros((len(ledger), len(axes)), np.int64)
    for row, cell in enumerate(ledger):
        for name, found in cell.codes().items():
            past_keys[row, where[name]] = axes[where[name]].sets[leaves[name].expand(found)]
    past_values = np.array([UNKNOWN if c.count is None else int(c.count) for c in ledger], np.int64)

    every = np.concatenate([*keys, past_keys])
    unique, inverse = np.unique(every, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    value = np.full(len(unique), UNKNOWN, np.int64)
    publish, past, past_hidden, held = (np.zeros(len(unique), bool) for _ in range(4))
    least, most = np.full((2, len(unique)), UNKNOWN, np.int64)
    start = 0
    owner: dict[str, Ints] = {}
    for cell_block, table_values in zip(cells, values, strict=True):
        region = inverse[start : start + len(table_values)]
        start += len(table_values)
        clash = (value[region] != UNKNOWN) & (value[region] != table_values)
        if clash.any():
            at = int(np.flatnonzero(clash)[0])
            other = next(name for name, seen in owner.items() if region[at] in seen)
            raise UserError(
                f"Tables {other} and {cell_block.table.name} disagree at {_place(cell_block, at)}: "
                f"{value[region[at]]} and {table_values[at]}."
            )
        value[region] = table_values
        publish[region] = True
        cell_block.region = region
        owner[cell_block.table.name] = region
    for row, cell in enumerate(ledger):
        region_id = inverse[start + row]
        if cell.superseded:
            held[region_id] |= cell.count is not None
            continue
        if cell.count is None:
            past_hidden[region_id] |= cell.primary
            continue
        low, high = cell.range
        known = int(value[region_id])
        if known != UNKNOWN and not low <= known <= high:
            raise UserError(
                f"The ledger says {past_values[row]} for {cell.describe()}, but it is {known} now; "
                "a correction has to be released as one."
            )
        if low == high:
            value[region_id] = low
        elif known == UNKNOWN:
            least[region_id] = max(low, least[region_id])
            most[region_id] = high if most[region_id] == UNKNOWN else min(high, most[region_id])
        past[region_id] = True
    past_hidden &= ~past
    none = np.zeros(len(unique), bool)
    space = Space(
        axes, cells, unique, value, publish, past, past_hidden, none, held, none.copy(), none.copy(), least, most
    )
    return _with_remainders(space)


def _place(cells: TableCells, at: int) -> str:
    pairs = zip(cells.table.dimensions, cells.codes[at], strict=True)
    return ", ".join(f"{name} {code}" for name, code in pairs)


def _names(tables: Sequence[CountTable], ledger: Sequence[PublishedCell]) -> set[str]:
    return {name for t in tables for name in (*t.dimensions, *t.scope)} | {name for c in ledger for name in c.codes()}


class _Leaves:
    """Codes of one breakdown over all tables, resolved to the finest codes that occur."""

    def __init__(self, name: str, tables: Sequence[CountTable], ledger: Sequence[PublishedCell]) -> None:
        self.name = name
        children: dict[str, set[str]] = {}
        parent_of: dict[str, str] = {}
        for table in tables:
            for child, parent in table.hierarchies.get(name, {}).items():
                if parent_of.setdefault(child, parent) != parent:
                    raise UserError(
                        f"{name}: {child!r} lies in {parent_of[child]!r} and, in {table.name}, in {parent!r}."
                    )
                children.setdefault(parent, set()).add(child)
        known: set[str] = set()
        for table in tables:
            known |= set(table.domains.get(name, ())) | set(table.scope.get(name, ()))
        known |= {code for cell in ledger for code in cell.codes().get(name, ())}
        self._children = children
        self._known = known
        self._resolved: dict[str, frozenset[str]] = {}
        self.used: list[frozenset[str]] = []
        totals: list[tuple[str, frozenset[str]]] = []
        for table in tables:
            if name in table.dimensions:
                self._collect(table)
                totals.append((table.name, self.expand(table.domains[name])))
            elif name in table.scope:
                self.used.append(self.expand(table.scope[name]))
        for (first, one), (second, other) in pairwise(totals):
            if one != other:
                odd = min(one ^ other)
                lacking, having = (second, first) if odd in one else (first, second)
                raise UserError(f"{name}: table {having} has the category {odd!r}, which table {lacking} lacks.")
        self.used.extend(self.expand(cell.codes()[name]) for cell in ledger if name in cell.codes())

    def _collect(self, table: CountTable) -> None:
        domain = table.domains[self.name]
        resolved = [self.expand([code]) for code in domain]
        if sum(map(len, resolved)) != len(frozenset().union(*resolved)):
            raise UserError(f"Table {table.name}: {self.name} counts a category beside one that it is part of.")
        for codes in table.levels(self.name).values():
            self.used.append(self.expand(codes))

    def _leaves(self, code: str, trail: frozenset[str] = frozenset()) -> frozenset[str]:
        if code not in self._resolved:
            if code in trail:
                raise UserError(f"{self.name}: the hierarchy goes in a circle at {code!r}.")
            below = [self._leaves(c, trail | {code}) for c in sorted(self._children.get(code, ()))]
            found = frozenset().union(*below)
            self._resolved[code] = found or (frozenset([code]) if code in self._known else frozenset())
        return self._resolved[code]

    def expand(self, codes: Sequence[str] | frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(self._leaves(code) for code in codes))

    def axis(self) -> Axis:
        universe = frozenset().union(*self.used)
        ordered = sorted(set(self.used) - {universe}, key=lambda s: (len(s), sorted(s)))
        sets = {universe: 0, **{codes: i for i, codes in enumerate(ordered, start=1)}}
        leaves = sorted(universe)
        held = np.array([[leaf in codes for leaf in leaves] for codes in sets], bool)
        columns = np.unique(held, axis=1)[:, ::-1]
        sizes = columns.sum(axis=1)
        named = columns[(sizes == 1)].any(axis=0) | (columns.shape[1] == 1)
        return Axis(self.name, columns, sets, tuple(np.flatnonzero(~named).tolist()))


def _table_cells(
    table: CountTable, axes: list[Axis], leaves: dict[str, _Leaves]
) -> tuple[Ints, Ints, list[tuple[str, ...]]]:
    where = {axis.name: i for i, axis in enumerate(axes)}
    shape = tuple(len(table.domains[d]) for d in table.dimensions)
    position = [{code: i for i, code in enumerate(table.domains[d])} for d in table.dimensions]
    tensor = np.zeros(shape, np.int64)
    for crossing, count in table.counts.items():
        tensor[tuple(position[i][code] for i, code in enumerate(crossing))] = count
    codes: list[list[str]] = []
    for axis, name in enumerate(table.dimensions):
        levels = table.levels(name)
        codes.append(list(levels))
        adds = np.zeros((len(levels), shape[axis]), np.int64)
        for row, members in enumerate(levels.values()):
            adds[row, [position[axis][code] for code in members]] = 1
        tensor = np.moveaxis(np.tensordot(adds, tensor, axes=(1, axis)), 0, axis)
    is_total = np.indices(tensor.shape) == np.array([len(c) - 1 for c in codes]).reshape(-1, *[1] * tensor.ndim)
    pattern = (is_total * (1 << np.arange(tensor.ndim)).reshape(-1, *[1] * tensor.ndim)).sum(axis=0).reshape(-1)
    wanted = [
        bits
        for bits in range(1 << tensor.ndim)
        if table.publishes(frozenset(d for i, d in enumerate(table.dimensions) if not bits >> i & 1))
    ]
    chosen = np.flatnonzero(np.isin(pattern, wanted))
    at = np.unravel_index(chosen, tensor.shape)
    key = np.zeros((len(chosen), len(axes)), np.int64)
    for name, months in table.scope.items():
        key[:, where[name]] = axes[where[name]].sets[leaves[name].expand(months)]
    for axis, name in enumerate(table.dimensions):
        column = where[name]
        sets = [axes[column].sets[leaves[name].expand(members)] for members in table.levels(name).values()]
        key[:, column] = np.array(sets, np.int64)[at[axis]]
    named = [np.array(c, object)[i].tolist() for c, i in zip(codes, at, strict=True)]
    return key, tensor.reshape(-1)[chosen], list(zip(*named, strict=True))


def _with_remainders(space: Space) -> Space:
    """Add what subtraction of overlapping codes would tell: a region's atom that no code names."""
    extra: set[tuple[int, ...]] = set()
    axes = list(space.axes)
    for column, axis in enumerate(axes):
        if not axis.unnamed:
            continue
        member = axis.member
        sets = dict(axis.sets)
        for atom in axis.unnamed:
            row = np.zeros((1, axis.atoms), bool)
            row[0, atom] = True
            set_id = len(member)
            holders = np.flatnonzero(member[space.keys[:, column], atom])
            for key in space.keys[holders].tolist():
                key[column] = set_id
                extra.add(tuple(key))
            member = np.concatenate([member, row])
            sets[frozenset([f"remainder {atom + 1}"])] = set_id
        axes[column] = Axis(axis.name, member, sets, axis.unnamed)
    grown = extended(space, axes, sorted(extra), value=UNKNOWN)
    grown.remainder[space.size :] = True
    return grown


def extended(space: Space, axes: list[Axis], keys: Sequence[Sequence[int]], value: int) -> Space:
    """The space with more regions that nobody publishes, at these crossings of sets."""
    grown = len(keys)

    def pad(flags: Bools) -> Bools:
        return np.concatenate([flags, np.zeros(grown, bool)])

    def fill(numbers: Ints, number: int) -> Ints:
        return np.concatenate([numbers, np.full(grown, number, np.int64)])

    return Space(
        axes,
        space.tables,
        np.concatenate([space.keys, np.array(keys, np.int64).reshape(grown, len(axes))]),
        fill(space.value, value),
        pad(space.publish),
        pad(space.past),
        pad(space.past_hidden),
        pad(space.remainder),
        pad(space.held),
        pad(space.group),
        pad(space.free_zero),
        fill(space.least, UNKNOWN),
        fill(space.most, UNKNOWN),
    )
