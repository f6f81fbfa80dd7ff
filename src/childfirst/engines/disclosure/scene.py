"""What a reader sees of a publication, as statements about unknown counts.

Every published cell of every table and of the ledger becomes a *region*: a set of codes on each breakdown. The finest
codes that no cell tells apart are one *piece*; a crossing of pieces is an *atom*, whose count is unknown, whole and not
negative. A shown cell bounds the sum of its atoms (from both sides alike, or between the counts that a rounded figure
may stand for). Nothing here comes from the protector: only what is published is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from childfirst.shared.errors import UserError

from .protection import Protection
from .reading import Codes, Reader, Region, finest_codes
from .rule import TOTAL, PublishedCell, Status
from .tables import CountTable

Ints = npt.NDArray[np.int64]
JOINT_LIMIT = 400_000
"""Largest piece of the joint table that is attacked as it is."""
NO_BOUND = 1 << 40
"""Stands for no upper bound; counts beyond it are refused."""
CONTRADICTION = "The published figures contradict each other"


@dataclass(frozen=True)
class System:
    """``low <= rows @ x <= high`` for whole-numbered ``x >= 0``, and the sums that matter, ``sums @ x``."""

    rows: sparse.csr_matrix
    low: Ints
    high: Ints
    sums: sparse.csr_matrix
    places: Ints
    """(unknowns, crossing and breakdowns) number of the crossing and of the piece on each breakdown, -1 for none."""

    @property
    def unknowns(self) -> int:
        return int(self.rows.shape[1])


@dataclass(frozen=True)
class Group:
    """A group of people by some breakdowns, and everyone in it whose outcome is another than ``outcome``."""

    table: str
    codes: tuple[str, ...]
    outcome: str
    others: int
    everyone: int


class Scene:
    """A publication and its ledger as a system of statements.

    hidden      (table, codes, status, row of System.sums) of each hidden cell
    past        rows that were hidden for their own sake in the ledger and are not published now
    remainders  rows that nobody publishes, but that overlapping codes give by subtraction
    groups      what the rule's outcome breakdowns must not give away
    """

    def __init__(self, protection: Protection) -> None:
        self.protection = protection
        self._finest = finest_codes(protection)
        self.names = sorted(self._finest)
        self._column = {name: i for i, name in enumerate(self.names)}
        self._sets: list[dict[Codes, int]] = [{frozenset(): 0} for _ in self.names]
        known: dict[Region, tuple[int, int]] = {}
        hidden: list[tuple[str, tuple[str, ...], Status, Region]] = []
        self._of_cell: dict[str, dict[tuple[str, ...], Region]] = {}
        for table in protection.tables:
            regions = self._table_regions(table.dimensions, table.domains, table.hierarchies, table.scope)
            self._of_cell[table.name] = {}
            for cell in table.cells:
                region = regions(cell.codes)
                self._of_cell[table.name][cell.codes] = region
                if cell.count is None:
                    hidden.append((table.name, cell.codes, cell.status, region))
                else:
                    self._learn(known, region, *protection.rule.range_of(cell.count))
        past: dict[Region, None] = {}
        guards: dict[Region, None] = {}
        for entry in protection.ledger:
            if entry.superseded:
                continue
            region = self._entry_region(entry)
            if entry.count is None:
                (past if entry.primary else guards)[region] = None
            else:
                self._learn(known, region, *entry.range)
        named = [*known, *(region for *_, region in hidden), *past, *guards]
        self._cut(named)
        groups = list(self._find_groups())
        leftover = self._remainders(named)
        self.regions: dict[Region, int] = {}
        for region in [*named, *leftover, *(r for *_, others, whole in groups for r in (others, whole))]:
            self.regions.setdefault(self._whole_is_zero(region), len(self.regions))

        def row(region: Region) -> int:
            return self.regions[self._whole_is_zero(region)]

        self.hidden = [(table, codes, status, row(region)) for table, codes, status, region in hidden]
        visible = {row(region) for region, (low, high) in known.items() if low == high}
        current = {number for *_, number in self.hidden}
        self.past = sorted({row(region) for region in past} - visible - current)
        self.remainders = sorted({row(region) for region in leftover} - visible - current)
        self.groups = [Group(t, codes, outcome, row(o), row(w)) for t, codes, outcome, o, w in groups]
        merged: dict[int, tuple[int, int]] = {}
        for region, bounds in known.items():
            self._learn(merged, row(region), *bounds)
        self.system = self._build(merged)

    # Reading

    def _table_regions(
        self,
        dimensions: Sequence[str],
        domains: Mapping[str, Sequence[str]],
        hierarchies: Mapping[str, Mapping[str, str]],
        scope: Mapping[str, Sequence[str]],
    ) -> Reader:
        fixed = [0] * len(self.names)
        for name, codes in scope.items():
            fixed[self._column[name]] = self._set(name, codes)
        levels = []
        for name in dimensions:
            parents, numbers = hierarchies.get(name, {}), dict[str, list[str]]()
            for code in domains[name]:
                step: str | None = code
                while step is not None:
                    numbers.setdefault(step, []).append(code)
                    step = parents.get(step)
            numbers[TOTAL] = list(domains[name])
            levels.append({code: self._set(name, under) for code, under in numbers.items()})
        return Reader(fixed, [self._column[name] for name in dimensions], levels)

    def _set(self, name: str, codes: Iterable[str]) -> int:
        sets = self._sets[self._column[name]]
        return sets.setdefault(frozenset().union(*(self._finest[name][code] for code in codes)), len(sets))

    def _entry_region(self, entry: PublishedCell) -> Region:
        region = [0] * len(self.names)
        for name, codes in entry.codes().items():
            region[self._column[name]] = self._set(name, codes)
        return tuple(region)

    def _learn(self, known: dict[Any, tuple[int, int]], region: Any, low: int, high: int) -> None:
        before = known.get(region, (0, NO_BOUND))
        both = max(low, before[0]), min(high, before[1])
        if both[0] > both[1]:
            raise UserError(f"{CONTRADICTION}: the same cell is given as {before[0]} and as {low}.")
        known[region] = both

    # Cutting

    def _cut(self, regions: list[Region]) -> None:
        """Finest codes that no published cell tells apart are one piece; a set of all pieces is no restriction."""
        self.pieces: list[list[Codes]] = []
        self._member: list[list[tuple[int, ...]]] = []
        self._whole: list[frozenset[int]] = []
        for column, sets in enumerate(self._sets):
            used = {region[column] for region in regions} - {0}
            by_number = {number: codes for codes, number in sets.items()}
            signature: dict[str, list[int]] = {}
            for number in sorted(used):
                for code in by_number[number]:
                    signature.setdefault(code, []).append(number)
            groups: dict[tuple[int, ...], set[str]] = {}
            for code, numbers in signature.items():
                groups.setdefault(tuple(numbers), set()).add(code)
            pieces = [frozenset(groups[key]) for key in sorted(groups)] or [frozenset[str]()]
            everything = frozenset().union(*pieces)
            members = [
                tuple(i for i, piece in enumerate(pieces) if number == 0 or piece <= by_number[number])
                for number in range(len(sets))
            ]
            self.pieces.append(pieces)
            self._member.append(members)
            self._whole.append(frozenset(n for n in range(len(sets)) if n == 0 or by_number[n] == everything))

    def _whole_is_zero(self, region: Region) -> Region:
        return tuple(0 if number in whole else number for number, whole in zip(region, self._whole, strict=True))

    def _add_set(self, column: int, members: tuple[int, ...]) -> int:
        codes = frozenset().union(*(self.pieces[column][i] for i in members))
        sets = self._sets[column]
        if codes not in sets:
            sets[codes] = len(sets)
            self._member[column].append(members)
        return sets[codes]

    def _remainders(self, regions: list[Region]) -> list[Region]:
        found: dict[Region, None] = {}
        for column, pieces in enumerate(self.pieces):
            named = {self._member[column][region[column]] for region in regions}
            for number in range(len(pieces)):
                if (number,) in named or len(pieces) == 1:
                    continue
                alone = self._add_set(column, (number,))
                for region in regions:
                    if number in self._member[column][region[column]]:
                        found[(*region[:column], alone, *region[column + 1 :])] = None
        return list(found)

    def _find_groups(self) -> Iterable[tuple[str, tuple[str, ...], str, Region, Region]]:
        for table in self.protection.tables:
            for outcome in self.protection.rule.outcomes:
                if outcome not in table.dimensions:
                    continue
                axis, column = table.dimensions.index(outcome), self._column[outcome]
                cells = self._of_cell[table.name]
                for codes, region in cells.items():
                    if codes[axis] == TOTAL or codes[axis] not in table.domains[outcome]:
                        continue
                    whole = (*codes[:axis], TOTAL, *codes[axis + 1 :])
                    mine = self._member[column][region[column]]
                    everyone = self._set_of_domain(column, table.domains[outcome])
                    rest = tuple(i for i in self._member[column][everyone] if i not in mine)
                    if rest:
                        group = (*region[:column], everyone, *region[column + 1 :])
                        others = (*region[:column], self._add_set(column, rest), *region[column + 1 :])
                        yield table.name, whole, codes[axis], others, group

    def _set_of_domain(self, column: int, domain: Sequence[str]) -> int:
        name = self.names[column]
        return self._sets[column][frozenset().union(*(self._finest[name][code] for code in domain))]

    # Building

    def _restricts(self, region: Region) -> frozenset[int]:
        return frozenset(i for i, number in enumerate(region) if number)

    def _extent(self, crossing: Iterable[int]) -> float:
        return float(np.prod([len(self.pieces[i]) for i in crossing], dtype=np.float64))

    def _build(self, known: Mapping[int, tuple[int, int]]) -> System:
        used = {self._restricts(region) for region in self.regions}
        crossings = self._joined(used)
        self.model = "joint"
        if max(self._extent(c) for c in crossings) > JOINT_LIMIT:
            self.model = "tables tied by common margins"
            crossings = sorted((c for c in used if not any(c < o for o in used)), key=sorted)
        starts = np.concatenate([[0], np.cumsum([int(self._extent(c)) for c in crossings])]).astype(np.int64)
        self._crossings = [(sorted(c), int(start)) for c, start in zip(crossings, starts[:-1], strict=True)]
        keys = np.array(list(self.regions), np.int64).reshape(len(self.regions), len(self.names))
        home = np.array([next(i for i, c in enumerate(crossings) if self._restricts(r) <= c) for r in self.regions])
        sums = self._incidence(keys, home, int(starts[-1]))
        told = sorted(set(known) - self._implied(known))
        rows, low, high = [sums[told]], [known[r][0] for r in told], [known[r][1] for r in told]
        for (one, _), (two, _) in combinations(self._crossings, 2):
            tie = self._tie([i for i in one if i in two], one, two, int(starts[-1]))
            rows.append(tie)
            low += [0] * tie.shape[0]
            high += [0] * tie.shape[0]
        return System(
            sparse.vstack(rows, format="csr"), np.array(low, np.int64), np.array(high, np.int64), sums, self._places()
        )

    def _joined(self, used: set[frozenset[int]]) -> list[frozenset[int]]:
        """Crossings that together say as much as one table of all breakdowns.

        Bucket elimination: leave out one breakdown after another, joining all crossings that have it, smallest first.
        """
        buckets = set(used)
        found: list[frozenset[int]] = []
        left = set().union(*buckets)
        while left:
            joins = {i: frozenset[int]().union(*(c for c in buckets if i in c)) for i in left}
            out = min(sorted(left), key=lambda i: self._extent(joins[i]))
            found.append(joins[out])
            buckets = {c for c in buckets if out not in c} | {joins[out] - {out}}
            left.discard(out)
        return sorted({c for c in found if not any(c < o for o in found)}, key=sorted) or [frozenset()]

    def _incidence(self, keys: Ints, home: Ints, unknowns: int) -> sparse.csr_matrix:
        """One row per region with a one at each of its atoms, in the crossing that it was given."""
        row, atom = [], []
        for number, (axes, start) in enumerate(self._crossings):
            mine = np.flatnonzero(home == number)
            flat = np.zeros(len(mine), np.int64)
            for axis in axes:
                members = self._member[axis]
                length = np.array([len(m) for m in members], np.int64)
                begin = np.concatenate([[0], np.cumsum(length)])[:-1]
                every = np.concatenate([np.array(m, np.int64) for m in members])
                number_of = keys[mine, axis]
                times = length[number_of]
                first = np.repeat(np.cumsum(times) - times, times)
                pieces = every[np.repeat(begin[number_of], times) + np.arange(times.sum()) - first]
                flat = np.repeat(flat, times) * len(self.pieces[axis]) + pieces
                mine = np.repeat(mine, times)
            row.append(mine)
            atom.append(flat + start)
        rows, atoms = np.concatenate(row), np.concatenate(atom)
        return sparse.csr_matrix((np.ones(len(rows), np.int64), (rows, atoms)), (len(keys), unknowns))

    def _places(self) -> Ints:
        blocks = []
        for number, (axes, _) in enumerate(self._crossings):
            shape = [len(self.pieces[i]) for i in axes]
            block = np.full((int(np.prod(shape)), 1 + len(self.names)), -1, np.int64)
            block[:, 0] = number
            for axis, place in zip(axes, np.indices(shape), strict=True):
                block[:, 1 + axis] = place.reshape(-1)
            blocks.append(block)
        return np.concatenate(blocks)

    def _tie(self, shared: list[int], one: list[int], two: list[int], unknowns: int) -> sparse.csr_matrix:
        """Two crossings agree on every crossing of the pieces that they share."""
        numbers = [[self._add_set(i, (piece,)) for piece in range(len(self.pieces[i]))] for i in shared]
        keys = np.zeros((int(self._extent(shared)), len(self.names)), np.int64)
        grid = np.meshgrid(*numbers, indexing="ij") if shared else []
        for column, values in zip(shared, grid, strict=True):
            keys[:, column] = values.reshape(-1)
        home = [next(i for i, (axes, _) in enumerate(self._crossings) if axes == crossing) for crossing in (one, two)]
        first, second = (self._incidence(keys, np.full(len(keys), at), unknowns) for at in home)
        return (first - second).tocsr()

    def _implied(self, known: Mapping[int, tuple[int, int]]) -> set[int]:
        """Cells that say nothing new: along one breakdown they are the sum of cells that are shown themselves."""
        exact = {row for row, (low, high) in known.items() if low == high}
        ordered = list(self.regions)
        found: set[int] = set()
        for column in range(len(self.names)):
            used = {region[column] for region in ordered}
            parts = {number: self._parts(column, number, used) for number in used}
            for row in exact - found:
                region = ordered[row]
                below = [self.regions.get((*region[:column], p, *region[column + 1 :])) for p in parts[region[column]]]
                if below and all(b in exact for b in below):
                    if sum(known[b][0] for b in below if b is not None) != known[row][0]:
                        raise UserError(f"{CONTRADICTION}: {self.describe(row)} is not the sum of its parts.")
                    found.add(row)
        return found

    def _parts(self, column: int, number: int, used: set[int]) -> list[int]:
        """The largest proper parts of a set of codes among those used, where they make it up without overlap."""
        mine = set(self._member[column][number])
        below = sorted(u for u in used if set(self._member[column][u]) < mine)
        largest = [
            u for u in below if not any(set(self._member[column][u]) < set(self._member[column][o]) for o in below)
        ]
        return largest if sum(len(self._member[column][u]) for u in largest) == len(mine) else []

    # What the attacker's first table may be read from, and words

    def told_by(self, truth: Sequence[CountTable]) -> tuple[list[int], list[int]]:
        """Rows of System.sums and their true counts, by the inner cells of the tables."""
        rows, values = [], []
        for table in truth:
            for codes, region in self._of_cell[table.name].items():
                if all(code in table.domains[name] for name, code in zip(table.dimensions, codes, strict=True)):
                    rows.append(self.regions[self._whole_is_zero(region)])
                    values.append(int(table.counts.get(codes, 0)))
        return rows, values

    def name(self, row: int) -> tuple[str, ...]:
        """The codes of a row, one text for each breakdown that it restricts."""
        region = list(self.regions)[row]
        return tuple(
            f"{name}={'+'.join(sorted(frozenset().union(*(self.pieces[i][p] for p in self._member[i][number]))))}"
            for i, (name, number) in enumerate(zip(self.names, region, strict=True))
            if number
        )

    def describe(self, row: int) -> str:
        return ", ".join(self.name(row)) or "the grand total"
