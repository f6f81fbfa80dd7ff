"""Synthetic tables of counts like a partnership's, from seeds: no real child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from childfirst.engines.disclosure import TOTAL, CountTable

BREAKDOWNS = ("area", "group", "outcome", "age", "reason")


def cube(shape: tuple[int, ...], mean: float, seed: int) -> CountTable:
    """One table with uneven margins, a fifth to a third of its cells small, every margin of every order published."""
    random = np.random.default_rng(seed)
    expected = np.ones(shape)
    for axis, size in enumerate(shape):
        share = random.lognormal(0, 0.8, size)
        expected = expected * share.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    counts = random.poisson(expected * mean / expected.mean())
    names = tuple(f"d{i}" for i in range(len(shape)))
    return CountTable("t", names, {tuple(f"c{i:02}" for i in at): int(n) for at, n in np.ndenumerate(counts)})


def records(sizes: dict[str, int], people: int, random: np.random.Generator) -> pa.Table:
    """Records with independent uneven breakdowns."""
    return pa.table(
        {
            name: np.array([f"{name}{i:02}" for i in range(size)])[
                random.choice(size, people, p=random.dirichlet(np.full(size, 1.2)))
            ]
            for name, size in sizes.items()
        }
    )


def linked(sizes: dict[str, int], people: int, crossings: Sequence[tuple[str, ...]], seed: int) -> list[CountTable]:
    """Several tables of the same records."""
    found = records(sizes, people, np.random.default_rng(seed))
    return [CountTable.from_records(found, crossing, "-".join(crossing)) for crossing in crossings]


@dataclass(frozen=True)
class Release:
    """The tables that come out at one time."""

    name: str
    tables: tuple[CountTable, ...]


def publication(seed: int, releases: int | None = None) -> Iterator[Release]:
    """A random publication: 1 to 6 linked tables in 1 to 8 releases.

    A third of them publish each period by itself, a third the year so far, a third both beside each other.
    """
    random = np.random.default_rng([2026, seed])
    names = BREAKDOWNS[: int(random.integers(2, 5))]
    sizes = {name: int(random.integers(2, 6)) for name in names}
    crossings = [c for k in range(1, min(3, len(names)) + 1) for c in combinations(names, k)]
    wanted = min(int(random.integers(1, 7)), len(crossings))
    chosen = [crossings[i] for i in sorted(random.choice(len(crossings), wanted, replace=False))]
    number = releases or int(random.integers(1, 9))
    how = ("alone", "so far", "both")[int(random.integers(0, 3))] if number > 1 else "alone"
    cells = float(np.prod(list(sizes.values())))
    domains = {name: [f"{name}{i:02}" for i in range(size)] for name, size in sizes.items()}
    shares = {name: random.dirichlet(np.full(size, 1.2)) for name, size in sizes.items()}
    periods: list[str] = []
    past: list[pa.Table] = []
    for index in range(number):
        periods.append(f"q{index + 1}")
        people = int(cells * random.uniform(1.5, 12) / number) + 1
        past.append(pa.table({n: np.array(domains[n])[random.choice(sizes[n], people, p=shares[n])] for n in names}))
        tables = []
        for label, counted, scope in (
            ("alone", past[-1], periods[-1:]),
            ("so far", pa.concat_tables(past), list(periods)),
        ):
            if how not in (label, "both") or (how == "both" and label == "so far" and index == 0):
                continue
            tables += [
                CountTable.from_records(
                    counted,
                    crossing,
                    f"{'-'.join(crossing)} {label}",
                    domains={n: domains[n] for n in crossing},
                    scope={"period": scope},
                )
                for crossing in chosen
            ]
        yield Release(periods[-1], tuple(tables[:6]))


def true_counts(table: CountTable) -> dict[tuple[str, ...], int]:
    """Every published cell of a table without hierarchy, with its true count."""
    found: dict[tuple[str, ...], int] = {}
    for codes, count in table.counts.items():
        for bits in range(1 << len(codes)):
            key = tuple(TOTAL if bits >> i & 1 else code for i, code in enumerate(codes))
            found[key] = found.get(key, 0) + int(count)
    return found
