"""Every table of whole numbers that agrees with what is shown, by plain enumeration: a third opinion, small tables only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from childfirst.engines.disclosure import TOTAL, Protection

Place = dict[str, str]


def domains(protection: Protection) -> dict[str, list[str]]:
    """Breakdown -> its categories, over all tables and the ledger."""
    found: dict[str, set[str]] = {}
    for table in protection:
        for name, codes in [*table.domains.items(), *table.scope.items()]:
            found.setdefault(name, set()).update(codes)
    for cell in protection.ledger:
        for name, codes in cell.codes().items():
            found.setdefault(name, set()).update(codes)
    return {name: sorted(codes) for name, codes in sorted(found.items())}


def facts(protection: Protection) -> tuple[list[tuple[frozenset[int], int]], dict[object, frozenset[int]], int]:
    """Shown sums, hidden cells' atoms by (table, codes), and how many atoms the full crossing has."""
    names = domains(protection)
    atoms = [dict(zip(names, codes, strict=True)) for codes in product(*names.values())]

    def inside(test: dict[str, frozenset[str]]) -> frozenset[int]:
        return frozenset(i for i, atom in enumerate(atoms) if all(atom[n] in codes for n, codes in test.items()))

    shown: list[tuple[frozenset[int], int]] = []
    hidden: dict[object, frozenset[int]] = {}
    for table in protection:
        scope = {n: frozenset(codes) for n, codes in table.scope.items()}
        for cell in table.cells:
            test = dict(scope)
            for name, code in zip(table.dimensions, cell.codes, strict=True):
                under = set(table.domains[name]) if code == TOTAL else {code}
                parents = table.hierarchies.get(name, {})
                if code != TOTAL and code not in table.domains[name]:
                    under = {c for c in table.domains[name] if parents.get(c) == code}
                test[name] = frozenset(under)
            if cell.count is None:
                hidden[table.name, cell.codes] = inside(test)
            else:
                shown.append((inside(test), cell.count))
    shown += [(inside(cell.codes()), cell.count) for cell in protection.ledger if cell.count is not None]
    return shown, hidden, len(atoms)


class TooLong(Exception):
    """The search was given up."""


def tables(protection: Protection, cap: int, steps: int = 2_000_000) -> Iterator[list[int]]:
    """All joint tables whose atoms are at most ``cap``, by depth-first search. Raises TooLong after ``steps``."""
    shown, _, size = facts(protection)
    touching = [[k for k, (members, _) in enumerate(shown) if i in members] for i in range(size)]
    last = [max(members) for members, _ in shown]
    left = [count for _, count in shown]
    values = [0] * size
    spent = 0

    def fill(i: int) -> Iterator[list[int]]:
        nonlocal spent
        spent += 1
        if spent > steps:
            raise TooLong
        if i == size:
            yield list(values)
            return
        most = min([cap, *(left[k] for k in touching[i])])
        least = max([0, *(left[k] for k in touching[i] if last[k] == i)])
        for value in range(least, most + 1):
            if any(last[k] == i and left[k] != value for k in touching[i]):
                continue
            values[i] = value
            for k in touching[i]:
                left[k] -= value
            yield from fill(i + 1)
            for k in touching[i]:
                left[k] += value

    yield from fill(0)


def intervals(
    protection: Protection, cap: int, limit: int, steps: int = 2_000_000
) -> tuple[dict[object, tuple[int, int]], bool]:
    """Least and greatest value of every hidden cell over the tables found, and whether all were seen."""
    _, hidden, _ = facts(protection)
    found: dict[object, tuple[int, int]] = {}
    try:
        for number, table in enumerate(tables(protection, cap, steps)):
            if number >= limit:
                return found, False
            for cell, members in hidden.items():
                value = sum(table[i] for i in members)
                low, high = found.get(cell, (value, value))
                found[cell] = (min(low, value), max(high, value))
    except TooLong:
        return found, False
    return found, True
