"""Disclosure control against what is commonly done: how much is hidden, how much of it can be worked out, how long.

    python benchmarks/disclosure.py [--large]

Three protectors on the same synthetic tables (fixed seeds; no real child), all judged by the same attack on all tables
together: ours; plain primary suppression (hide the small counts, nothing else); and a one-table-at-a-time greedy
protector (hide the smallest other cell in every row, column and layer that has one hidden cell, table by table, until
none is left), which is what careful hand work or a per-table tool amounts to. ``exact`` counts hidden small cells whose
value the attack recovers, ``unsafe`` those with an interval narrower than the threshold. Times are processor
seconds, ours with the attack that the certificate rests on.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from childfirst.engines.disclosure import (
    TOTAL,
    AuditResult,
    CountTable,
    Protection,
    Rule,
    SafeCell,
    Status,
    audit,
    protect,
)

RULE = Rule()


def cube(shape: tuple[int, ...], mean: float, seed: int) -> CountTable:
    """One table with uneven margins, a fifth to a third of its cells small."""
    random = np.random.default_rng(seed)
    expected = np.ones(shape)
    for axis, size in enumerate(shape):
        share = random.lognormal(0, 0.8, size)
        expected = expected * share.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    counts = random.poisson(expected * mean / expected.mean())
    names = tuple(f"d{i}" for i in range(len(shape)))
    return CountTable("t", names, {tuple(f"c{i:02}" for i in at): int(n) for at, n in np.ndenumerate(counts)})


def linked(sizes: dict[str, int], people: int, crossings: Sequence[tuple[str, ...]], seed: int) -> list[CountTable]:
    """Several tables of the same records."""
    random = np.random.default_rng(seed)
    columns = {
        name: np.array([f"{name}{i:02}" for i in range(size)])[
            random.choice(size, people, p=random.dirichlet(np.full(size, 1.2)))
        ]
        for name, size in sizes.items()
    }
    records = pa.table(columns)
    return [CountTable.from_records(records, crossing, "-".join(crossing)) for crossing in crossings]


def true_counts(table: CountTable) -> dict[tuple[str, ...], int]:
    """Every published cell with its true count."""
    found: dict[tuple[str, ...], int] = {}
    for codes, count in table.counts.items():
        for bits in range(1 << len(codes)):
            key = tuple(TOTAL if bits >> i & 1 else code for i, code in enumerate(codes))
            found[key] = found.get(key, 0) + count
    return found


def by_hand(tables: Sequence[CountTable], ours: Protection, guard: bool) -> Protection:
    """Primary suppression, and with ``guard`` a greedy secondary round per table."""
    safe = []
    for table in sorted(tables, key=lambda t: t.name):
        counts = true_counts(table)
        hidden = {codes for codes, n in counts.items() if RULE.is_sensitive(n)}
        if guard:
            _guard(table, counts, hidden)
        cells = []
        for cell in ours[table.name].cells:
            count = counts.get(cell.codes, 0)
            primary = RULE.is_sensitive(count)
            status = (
                Status.HIDDEN_PRIMARY if primary else Status.HIDDEN_SECONDARY if cell.codes in hidden else Status.SHOWN
            )
            cells.append(SafeCell(cell.codes, None if cell.codes in hidden else count, status))
        safe.append(replace(ours[table.name], cells=tuple(cells)))
    return Protection(tuple(safe), RULE)


def _guard(table: CountTable, counts: dict[tuple[str, ...], int], hidden: set[tuple[str, ...]]) -> None:
    lines: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for codes in counts:
        for axis in range(len(codes)):
            lines.setdefault((axis, codes[:axis] + codes[axis + 1 :]), []).append(codes)
    queue = sorted(lines)
    while queue:
        line = lines[queue.pop(0)]
        if sum(codes in hidden for codes in line) != 1:
            continue
        choices = [codes for codes in line if codes not in hidden and counts[codes] > 0]
        if choices:
            chosen = min(choices, key=lambda codes: (codes.count(TOTAL), counts[codes], codes))
            hidden.add(chosen)
            queue.extend((axis, chosen[:axis] + chosen[axis + 1 :]) for axis in range(len(chosen)))


def timed(work: Callable[[], Protection]) -> tuple[Protection, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def report(label: str, protection: Protection, seconds: float, result: AuditResult, counts: int) -> None:
    cells = [cell for table in protection for cell in table.cells]
    primary = sum(cell.status is Status.HIDDEN_PRIMARY for cell in cells)
    secondary = sum(cell.status is Status.HIDDEN_SECONDARY for cell in cells)
    small = [cell for cell in result.cells if cell.status == Status.HIDDEN_PRIMARY]
    exact = sum(cell.low == cell.high for cell in small)
    unsafe = sum(cell.width < RULE.width for cell in small)
    share = (primary + secondary) / counts
    print(f"  {label:<22}{primary:>8}{secondary:>10}{share:>9.1%}{exact:>8}{unsafe:>8}{seconds:>9.1f}", flush=True)


def compare(title: str, tables: list[CountTable], *, peers: bool = True) -> bool:
    ours, seconds = timed(lambda: protect(tables, RULE))
    cells = [cell for table in ours for cell in table.cells]
    small = sum(cell.status is Status.HIDDEN_PRIMARY for cell in cells)
    print(f"\n{title}: {len(cells)} cells, {small / len(cells):.0%} small")
    print(f"  {'':<22}{'small':>8}{'guarding':>10}{'hidden':>9}{'exact':>8}{'unsafe':>8}{'seconds':>9}")
    report("childfirst", ours, seconds, audit(ours, exact=False, truth=tables), len(cells))
    for label, guard in (("one table at a time", True), ("small counts only", False)) if peers else ():
        other, took = timed(lambda guard=guard: by_hand(tables, ours, guard))
        report(label, other, took, audit(other, exact=False, truth=tables), len(cells))
    return ours.proved


def main() -> None:
    """Run every comparison; exit 1 if any publication of ours was not proved safe."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also the largest tables, ours only")
    large = parser.parse_args().large
    proved = [
        compare("33 x 6 with margins", [cube((33, 6), 15, 1)]),
        compare("33 x 6 x 4 with margins", [cube((33, 6, 4), 20, 2)]),
        compare(
            "three linked tables over 33 x 6 x 4 x 3",
            linked(
                {"borough": 33, "group": 6, "outcome": 4, "age": 3},
                9000,
                [("borough", "group", "outcome"), ("borough", "age"), ("group", "age")],
                3,
            ),
        ),
    ]
    if large:
        proved.append(compare("33 x 6 x 4 x 3 with margins", [cube((33, 6, 4, 3), 12, 4)], peers=False))
        proved.append(compare("33 x 19 x 8 with margins", [cube((33, 19, 8), 15, 5)], peers=False))
    print(
        f"\nPeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB. All proved: {all(proved)}."
    )
    raise SystemExit(0 if all(proved) else 1)


if __name__ == "__main__":
    main()
