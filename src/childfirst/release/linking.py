"""Which tables of a release must be protected together, and which can be kept apart without telling an attacker more.

Tables that count the same records by common breakdowns go to the disclosure engine together. Tables that count different
records (all encounters; searches of children) are tied only by the margins that they have in common: the months of both, or the
total of one that is a cell of the other. When all these margins are shown, an attacker knows them anyway, and what is feasible
for one table no longer depends on the other: the joint solutions are the product of the separate ones. (Margins that agree
always come from one joint table when the ties form no circle: Lauritzen, Graphical Models, 1996, decomposable models.) So the
margins are fixed as shown, and each group is protected, and attacked, for itself.

Two things can stand against it, and both are looked for: a common margin that is too small to be shown, and a small difference
between a margin and the same margin of a part of the records (subtraction would give the rest away).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from childfirst.engines.disclosure import CountTable, PublishedCell, Rule

Codes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Obstacle:
    """Why two tables cannot be kept apart. Says nothing of the count."""

    tables: tuple[str, str]
    where: str
    reason: str


@dataclass
class Group:
    """Tables that are protected together, with the margins that must be shown because other groups have them too."""

    tables: list[CountTable]
    fixed: dict[tuple[str, Codes], PublishedCell] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(table.name for table in self.tables))


def group(tables: Sequence[CountTable], rule: Rule) -> tuple[list[Group], list[Obstacle]]:
    """Tables in groups, and what stands against keeping the groups apart (empty: nothing)."""
    tables = sorted(tables, key=lambda table: table.name)
    restricted = limits(tables)
    groups = [Group(part) for part in _merge_circles(_same_records(tables), restricted)]
    obstacles: list[Obstacle] = []
    for one, other in combinations(groups, 2):
        for first in one.tables:
            for second in other.tables:
                obstacles += _tie(one, first, other, second, restricted, rule)
    return sorted(groups, key=lambda each: each.names), obstacles


def _same_records(tables: Iterable[CountTable]) -> list[list[CountTable]]:
    parts: list[list[CountTable]] = []
    for table in tables:
        near = [part for part in parts if any(_alike(table, other) for other in part)]
        parts = [part for part in parts if part not in near] + [[*(t for part in near for t in part), table]]
    return parts


def _alike(one: CountTable, other: CountTable) -> bool:
    """Same records, and a breakdown in common."""
    return dict(one.scope) == dict(other.scope) and bool(set(one.dimensions) & set(other.dimensions))


Limits = Mapping[str, Mapping[str, frozenset[str]]]
"""Table -> field -> the categories to which it is restricted, for the fields where that is not all of them."""


def limits(tables: Sequence[CountTable]) -> Limits:
    """Of each table the fields to which its records are restricted, where that is not every category that occurs."""
    everything: dict[str, set[str]] = {}
    for table in tables:
        for name, codes in (*table.scope.items(), *table.domains.items()):
            everything.setdefault(name, set()).update(codes)
    return {
        table.name: {name: frozenset(codes) for name, codes in table.scope.items() if set(codes) != everything[name]}
        for table in tables
    }


def _touches(one: Iterable[CountTable], other: Iterable[CountTable], limits: Limits) -> bool:
    return any(
        set(a.dimensions) & {*b.dimensions, *limits[b.name]} or set(b.dimensions) & set(limits[a.name])
        for a in one
        for b in other
    )


def _merge_circles(parts: list[list[CountTable]], limits: Limits) -> list[list[CountTable]]:
    """Ties in a circle could tell more than each tie alone: such parts become one."""
    while True:
        leader = list(range(len(parts)))

        def find(i: int, leader: list[int] = leader) -> int:
            while leader[i] != i:
                i = leader[i]
            return i

        for i, j in combinations(range(len(parts)), 2):
            if not _touches(parts[i], parts[j], limits):
                continue
            if find(i) == find(j):
                parts = [part for k, part in enumerate(parts) if k not in (i, j)] + [parts[i] + parts[j]]
                break
            leader[find(j)] = find(i)
        else:
            return parts


def _tie(one: Group, first: CountTable, other: Group, second: CountTable, limits: Limits, rule: Rule) -> list[Obstacle]:
    """Fix the common margins of two tables as shown, and say what stands against it."""
    common = set(first.dimensions) & set(second.dimensions)
    margins = []
    for group_, table, against in ((one, first, second), (other, second, first)):
        kept = [name for name in table.dimensions if name in common or name in limits[against.name]]
        margin = _margin(table, kept, limits[against.name])
        margins.append(margin)
        for codes, count in margin.items():
            if rule.is_sensitive(count):
                return [
                    Obstacle((first.name, second.name), _wording(codes), "a common margin is too small to be shown")
                ]
            where: dict[str, str | tuple[str, ...]] = {
                **{name: tuple(found) for name, found in table.scope.items()},
                **dict(codes),
            }
            group_.fixed[(table.name, codes)] = PublishedCell(where, count, release="this release")
    return _differences(first, second, common, margins, rule)


def _margin(table: CountTable, kept: Sequence[str], scope: Mapping[str, frozenset[str]]) -> dict[Codes, int]:
    """Counts by the kept breakdowns, over every category of them that lies in the other table's scope."""
    at = [table.dimensions.index(name) for name in kept]
    found: dict[Codes, int] = {}
    for crossing, count in table.counts.items():
        codes = tuple((name, crossing[i]) for name, i in zip(kept, at, strict=True))
        if all(code in scope[name] for name, code in codes if name in scope):
            found[codes] = found.get(codes, 0) + int(count)
    return found or {(): 0}


def _differences(
    first: CountTable, second: CountTable, common: set[str], margins: Sequence[Mapping[Codes, int]], rule: Rule
) -> list[Obstacle]:
    sums = []
    for margin in margins:
        total: dict[Codes, int] = {}
        for codes, count in margin.items():
            key = tuple((name, code) for name, code in sorted(codes) if name in common)
            total[key] = total.get(key, 0) + count
        sums.append(total)
    # Where the records of one are a part of the other's, subtraction gives the rest.
    for inner, outer, (part, whole) in ((first, second, sums), (second, first, (sums[1], sums[0]))):
        if not _within(inner, outer):
            continue
        for key in sorted({*part, *whole}):
            rest = whole.get(key, 0) - part.get(key, 0)
            if rule.is_sensitive(rest) and rest > 0:
                reason = "subtracting one from the other gives a count that is too small to be shown"
                return [Obstacle((first.name, second.name), _wording(key), reason)]
    return []


def _within(inner: CountTable, outer: CountTable) -> bool:
    """Whether every record of ``inner`` is counted in ``outer`` (at the categories to which inner is restricted)."""
    for name, codes in outer.scope.items():
        restricted = set(inner.scope.get(name, ())) or set(inner.domains.get(name, ()))
        if not restricted or not restricted <= set(codes):
            return False
    return True


def _wording(codes: Codes) -> str:
    return ", ".join(f"{name} {code}" for name, code in codes) or "the total"
