"""The attacker: what can be worked out from the publication and nothing else.

Written apart from the protector and sharing no code with it beyond the published form: own cutting of breakdowns, own
equations, own solver path. Works on the joint table of all breakdowns, in the pieces that bucket elimination leaves (which say
just as much); where a piece would be too large, on the crossings of the tables tied by every margin that two of them
have in common, which may say less than the joint table does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .programme import Programme, deduce
from .protection import Protection
from .rule import TOTAL, Status
from .tables import CountTable

JOINT_LIMIT = 200_000
"""Largest piece of the joint table that is attacked as it is."""

EXACT_UP_TO = 60
"""Number of hidden cells up to which both ends of each interval are worked out unless the caller says otherwise."""

Region = tuple[frozenset[str] | None, ...]


@dataclass(frozen=True)
class HiddenCell:
    """What an attacker can prove about one hidden cell.

    ``low`` and ``high`` bound the count; ``high`` None: no upper bound. ``exact``: these are the best bounds; otherwise
    whole-numbered tables were found at both ends, and the true bounds are at least this far apart.
    """

    table: str
    codes: tuple[str, ...]
    status: str
    low: int
    high: int | None
    exact: bool

    @property
    def width(self) -> float:
        return float("inf") if self.high is None else float(self.high - self.low)


@dataclass(frozen=True)
class Breach:
    """A hidden cell about which too much can be proved, or a count below the threshold that subtraction gives away."""

    table: str
    codes: tuple[str, ...]
    reason: str
    low: int
    high: int | None


@dataclass(frozen=True)
class AuditResult:
    """The attack's findings. ``safe`` is False also where an attack ended without an answer."""

    cells: tuple[HiddenCell, ...]
    breaches: tuple[Breach, ...]
    components: int
    model: str
    unknowns: int
    equations: int
    programmes: int

    @property
    def safe(self) -> bool:
        return not self.breaches

    @property
    def recovered(self) -> int:
        """Hidden cells whose count the attacker knows exactly."""
        return sum(cell.high == cell.low for cell in self.cells)

    def summary(self) -> dict[str, object]:
        """For the certificate; gives no interval of any single cell."""
        primary = [c.width for c in self.cells if c.status == Status.HIDDEN_PRIMARY]
        finite = [width for width in primary if width != float("inf")]
        return {
            "hidden_cells": len(self.cells),
            "breaches": len(self.breaches),
            "recovered": self.recovered,
            "narrowest_primary_at_least": int(min(finite)) if finite else None,
            "components": self.components,
            "model": self.model,
            "unknowns": self.unknowns,
            "equations": self.equations,
        }


def audit(
    protection: Protection, *, exact: bool | None = None, truth: Sequence[CountTable] | None = None
) -> AuditResult:
    """Attack a publication and its ledger; report the interval of every hidden cell, and every breach.

    A primary cell is breached where its interval is narrower than the rule asks; a secondary cell where its count is
    pinned; a remainder of overlapping codes (a month left over between two year-to-date figures) where its count is
    proved to lie between 1 and the threshold. ``exact``: solve both ends for each cell; default: only while there are
    few hidden cells, else just far enough to prove that each interval is wide enough. ``truth``: the tables behind the
    publication, where the caller holds them; they spare the search for a first table that fits, and tell nothing else.
    """
    scene = _Scene(protection)
    width = protection.rule.width
    wanted: dict[int, int] = {}
    for _, _, status, row in scene.hidden:
        wanted[row] = max(wanted.get(row, 1), width if status is Status.HIDDEN_PRIMARY else 1)
    for row in scene.past:
        wanted[row] = width
    start = scene.first_table(truth) if truth else None
    programme = Programme(
        scene.unknowns, scene.equations, scene.targets, scene.objectives(), scene.ceiling, scene.pairing, start
    )
    every = exact if exact is not None else len(wanted) <= EXACT_UP_TO
    bounds = programme.bound(wanted, every)

    cells, breaches = [], []
    for table, codes, status, row in scene.hidden:
        low, high, sure, undecided = bounds[row]
        cells.append(HiddenCell(table, codes, status.value, low, high, sure))
        needed = width if status is Status.HIDDEN_PRIMARY else 1
        if undecided:
            breaches.append(Breach(table, codes, "the attack ended without an answer", low, high))
        elif high is not None and high - low < needed:
            reason = "its count can be worked out" if low == high else f"its interval is narrower than {needed}"
            breaches.append(Breach(table, codes, reason, low, high))
    for row in scene.past:
        low, high, _, undecided = bounds[row]
        if undecided or (high is not None and high - low < width):
            reason = "a cell hidden in an earlier release can be narrowed down"
            breaches.append(Breach("ledger", scene.name(row), reason, low, high))
    for row, (low, high) in programme.pinned_remainders(scene.remainders, protection.rule.threshold).items():
        reason = "overlapping categories give it away by subtraction"
        breaches.append(Breach("remainder", scene.name(row), reason, low, high))
    return AuditResult(
        tuple(cells),
        tuple(breaches),
        programme.components,
        scene.model,
        programme.free,
        programme.rows,
        programme.solved,
    )


class _Scene:
    """The publication as equations over unknown counts."""

    def __init__(self, protection: Protection) -> None:
        self.protection = protection
        self._finest = _finest_codes(protection)
        self.names = sorted(self._finest)
        shown: dict[Region, int] = {}
        self._of_cell: dict[tuple[str, tuple[str, ...]], Region] = {}
        self.hidden: list[tuple[str, tuple[str, ...], Status, int]] = []
        self.regions: dict[Region, int] = {}
        shown_tables: list[tuple[str, tuple[str, ...], Status, Region]] = []
        for table in protection.tables:
            levels = {
                name: self._levels(table.domains[name], table.hierarchies.get(name, {}), name)
                for name in table.dimensions
            }
            scope = {name: self._spread(codes, name) for name, codes in table.scope.items()}
            for cell in table.cells:
                place = {**scope, **{n: levels[n][c] for n, c in zip(table.dimensions, cell.codes, strict=True)}}
                region = self._region(place)
                self._of_cell[table.name, cell.codes] = region
                if cell.count is not None:
                    shown[region] = cell.count
                else:
                    shown_tables.append((table.name, cell.codes, cell.status, region))
        past: dict[Region, None] = {}
        guards: dict[Region, None] = {}
        for entry in protection.ledger:
            region = self._region({name: self._spread(codes, name) for name, codes in entry.codes().items()})
            if entry.count is not None:
                shown[region] = entry.count
            else:
                (past if entry.primary else guards)[region] = None
        every = [*shown, *(r for *_, r in shown_tables), *past, *guards]
        self._cut(every)
        leftover = self._remainders(every)
        for region in [*every, *leftover]:
            self.regions.setdefault(region, len(self.regions))
        self.hidden = [(t, c, s, self.regions[r]) for t, c, s, r in shown_tables]
        visible = {self.regions[r] for r in shown}
        current = {row for *_, row in self.hidden}
        self.past = sorted({self.regions[r] for r in past} - visible - current)
        self.remainders = sorted(self.regions[r] for r in leftover)
        self._build(shown)
        self.ceiling = 4 * (max(shown.values(), default=0) + 100 * protection.rule.width)

    def _spread(self, codes: Iterable[str], name: str) -> frozenset[str]:
        return frozenset().union(*(self._finest[name][code] for code in codes))

    def _levels(self, domain: Iterable[str], parents: Mapping[str, str], name: str) -> dict[str, frozenset[str]]:
        levels: dict[str, frozenset[str]] = {}
        everything: frozenset[str] = frozenset()
        for code in domain:
            mine = self._spread([code], name)
            everything |= mine
            step: str | None = code
            while step is not None:
                levels[step] = levels.get(step, frozenset()) | mine
                step = parents.get(step)
        return {**levels, TOTAL: everything}

    def _region(self, place: dict[str, frozenset[str]]) -> Region:
        return tuple(place.get(name) for name in self.names)

    def _cut(self, regions: list[Region]) -> None:
        """Finest codes that no published cell tells apart are one piece; a set of all pieces is no restriction."""
        self.pieces: list[list[frozenset[str]]] = []
        for column, _ in enumerate(self.names):
            used = sorted({r[column] for r in regions} - {None}, key=lambda s: sorted(s or ()))
            signature: dict[str, list[int]] = {}
            for number, codes in enumerate(used):
                for code in codes or ():
                    signature.setdefault(code, []).append(number)
            groups: dict[tuple[int, ...], set[str]] = {}
            for code, numbers in signature.items():
                groups.setdefault(tuple(numbers), set()).add(code)
            self.pieces.append([frozenset(groups[key]) for key in sorted(groups)] or [frozenset()])
        self._whole = [frozenset().union(*pieces) for pieces in self.pieces]

    def _remainders(self, regions: list[Region]) -> list[Region]:
        found: dict[Region, None] = {}
        for column, pieces in enumerate(self.pieces):
            named = {r[column] for r in regions}
            for piece in pieces:
                if piece in named or piece == self._whole[column]:
                    continue
                for region in regions:
                    codes = region[column]
                    if codes is None or piece <= codes:
                        found[(*region[:column], piece, *region[column + 1 :])] = None
        return list(found)

    def _restricts(self, region: Region) -> frozenset[int]:
        return frozenset(i for i, codes in enumerate(region) if codes is not None and codes != self._whole[i])

    def _build(self, shown: dict[Region, int]) -> None:
        used = {self._restricts(region) for region in self.regions}
        crossings = self._joined(used)
        self.model = "joint"
        if max(self._extent(c) for c in crossings) > JOINT_LIMIT:
            self.model = "tables tied by common margins"
            crossings = sorted((c for c in used if not any(c < o for o in used)), key=sorted)
        starts: list[int] = []
        sizes: list[int] = []
        for crossing in crossings:
            starts.append(sum(sizes))
            sizes.append(self._extent(crossing))
        self._crossings = [(sorted(c), start) for c, start in zip(crossings, starts, strict=True)]
        self.unknowns = sum(sizes)
        ordered = list(self.regions)
        where = [next(i for i, c in enumerate(crossings) if self._restricts(r) <= c) for r in ordered]
        self._sums = _rows(
            [self._members(region, home) for region, home in zip(ordered, where, strict=True)], self.unknowns
        )
        rows = [self._sums[[self.regions[r] for r in shown]]]
        targets = [np.array(list(shown.values()), float)]
        for home, other in product(range(len(crossings)), repeat=2):
            if home < other:
                tie = self._tie(sorted(crossings[home] & crossings[other]), home, other)
                rows.append(tie)
                targets.append(np.zeros(tie.shape[0]))
        self.equations = sparse.vstack(rows, format="csr")
        self.targets = np.concatenate(targets)

    def _extent(self, crossing: frozenset[int]) -> int:
        return int(np.prod([len(self.pieces[i]) for i in crossing], dtype=np.float64))

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

    def _members(self, region: Region, home: int) -> npt.NDArray[np.int64]:
        axes, start = self._crossings[home]
        flat = np.zeros(1, np.int64)
        for axis in axes:
            codes = region[axis]
            inside = [i for i, piece in enumerate(self.pieces[axis]) if codes is None or piece <= codes]
            flat = (flat[:, None] * len(self.pieces[axis]) + np.array(inside, np.int64)).reshape(-1)
        return flat + start

    def _tie(self, shared: list[int], home: int, other: int) -> sparse.csr_matrix:
        rows = []
        for choice in product(*(self.pieces[i] for i in shared)):
            region: Region = tuple(choice[shared.index(i)] if i in shared else None for i in range(len(self.names)))
            rows.append((self._members(region, home), self._members(region, other)))
        return _rows([a for a, _ in rows], self.unknowns) - _rows([b for _, b in rows], self.unknowns)

    def first_table(self, truth: Sequence[CountTable]) -> npt.NDArray[np.float64] | None:
        """The joint table, where the tables' inner cells say it outright."""
        rows, values = [], []
        for table in truth:
            for codes in product(*(table.domains[name] for name in table.dimensions)):
                rows.append(self.regions[self._of_cell[table.name, codes]])
                values.append(float(table.counts.get(codes, 0)))
        value, still_open, _, _ = deduce(self.unknowns, self._sums[rows], np.array(values))
        return None if len(still_open) else value

    def pairing(self, random: np.random.Generator) -> sparse.csr_matrix:
        """Pairs of unknowns that share a sum: on all breakdowns of a crossing but two, categories matched at random."""
        members: list[npt.NDArray[np.int64]] = []
        for axes, start in self._crossings:
            shape = [len(self.pieces[i]) for i in axes]
            if len(axes) < 3:
                continue
            grid = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape) + start
            # Mostly the two longest breakdowns stay whole, now and then any two.
            weight = np.array(shape) ** random.choice([0.0, 1.0]) * random.uniform(0.5, 1.5, len(shape))
            for position in np.argsort(-weight)[2:]:
                order = random.permutation(shape[position])
                half = len(order) // 2
                one = np.take(grid, order[:half], axis=position).reshape(-1)
                other = np.take(grid, order[half : 2 * half], axis=position).reshape(-1)
                members.extend(np.stack([one, other], axis=1))
        return _rows(members, self.unknowns)

    def objectives(self) -> sparse.csr_matrix:
        """One row per region: the unknowns that it adds up."""
        return self._sums

    def name(self, row: int) -> tuple[str, ...]:
        region = next(r for r, number in self.regions.items() if number == row)
        return tuple(
            f"{name}={'+'.join(sorted(codes))}" for name, codes in zip(self.names, region, strict=True) if codes
        )


def _rows(members: list[npt.NDArray[np.int64]], columns: int) -> sparse.csr_matrix:
    lengths = np.array([len(m) for m in members], np.int64)
    indices = np.concatenate(members) if members else np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((np.ones(len(indices)), indices, starts), (len(members), columns))


def _finest_codes(protection: Protection) -> dict[str, dict[str, frozenset[str]]]:
    """Breakdown -> code -> the finest codes under it, from the structure that the publication states."""
    mentioned: dict[str, set[str]] = {}
    parents: dict[str, dict[str, str]] = {}
    for table in protection.tables:
        for source in (table.domains, table.scope):
            for name, codes in source.items():
                mentioned.setdefault(name, set()).update(codes)
        for name, links in table.hierarchies.items():
            parents.setdefault(name, {}).update(links)
    for cell in protection.ledger:
        for name, found in cell.codes().items():
            mentioned.setdefault(name, set()).update(found)
    finest: dict[str, dict[str, frozenset[str]]] = {}
    for name, found_codes in mentioned.items():
        links = parents.get(name, {})
        has_child = set()
        chains = {}
        for code in sorted(found_codes):
            chain = [code]
            while chain[-1] in links:
                chain.append(links[chain[-1]])
            chains[code] = chain
            has_child.update(chain[1:])
        under: dict[str, set[str]] = {}
        for code in sorted(found_codes - has_child):
            for step in chains[code]:
                under.setdefault(step, set()).add(code)
        finest[name] = {code: frozenset(found) for code, found in under.items()}
    return finest
