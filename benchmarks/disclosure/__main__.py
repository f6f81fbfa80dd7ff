"""Every target of disclosure control, met or missed, and the peers on the same tables.

    python -m benchmarks.disclosure [--quick | --nightly] [--publications N] [--only safety optimum large quarter peers]

All of it with threshold 5, interval 5, zeros shown and margins of every order; all publications are judged by the
attacker on all tables and releases together. Times are processor seconds of this process. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import time
from functools import partial

import numpy as np

from childfirst.engines.disclosure import CountTable, Protection, audit, protect
from childfirst.shared.errors import UserError

from . import peers
from .generator import cube, linked, publication
from .scores import RULE, Score, Targets, as_ledger, memory, score, timed

PARTS = ("safety", "optimum", "large", "quarter", "peers")
HEAD = f"  {'':<24}{'hidden':>8}{'sum':>9}{'share':>8}{'exact':>7}{'unsafe':>8}{'seconds':>9}{'attack':>8}"


def line(label: str, found: Score) -> None:
    """Print one score."""
    gap = "" if found.gap is None else f"   {found.gap:.1%} above the bound of {found.bound}"
    print(
        f"  {label:<24}{found.hidden:>8}{found.hidden_sum:>9}{found.hidden / found.cells:>8.1%}{found.exact:>7}"
        f"{found.unsafe:>8}{found.seconds:>9.1f}{found.attack_seconds:>8.1f}{gap}",
        flush=True,
    )


def safety(targets: Targets, number: int, budget: int | None) -> None:
    """Publish random publications release by release, then attack the last one together with all before it."""
    exact = unsafe = refused = released = small = 0
    started = time.process_time()
    for seed in range(number):
        ledger: list = []
        last: Protection | None = None
        for release in publication(seed):
            try:
                safe = protect(release.tables, RULE, ledger, budget=budget)
            except UserError:
                refused += 1
                continue
            if not safe.proved:
                refused += 1
                continue
            released += 1
            last = safe
            ledger = [*ledger, *as_ledger(safe.tables, release.name)]
            # Every release is attacked with the past that it had, without knowing the truth.
            result = audit(safe, exact=False)
            hidden = [cell for cell in result.cells if cell.status == "hidden_primary"]
            small += len(hidden)
            unsafe += len(result.breaches)
            exact += sum(cell.proved_high is not None and cell.proved_low == cell.proved_high for cell in hidden)
        if last is None:
            continue
    print(
        f"\n{number} random publications of 1 to 6 tables, {released} releases, {small} small cells hidden: "
        f"{exact} exactly recoverable, {unsafe} unsafe; {refused} releases refused because the past left no safe "
        f"choice; {time.process_time() - started:.0f} s"
    )
    targets.add(f"over {number} random publications", "0 exactly recoverable", str(exact), exact == 0)
    targets.add(f"over {number} random publications", "0 unsafe", str(unsafe), unsafe == 0)


def optimum(targets: Targets, number: int) -> None:
    """Tables of up to 400 cells: is the number of hidden cells proved to be the least?"""
    random = np.random.default_rng(400)
    proved = 0
    seconds = 0.0
    for seed in range(number):
        shape: tuple[int, ...] = (99, 99)
        while np.prod([n + 1 for n in shape]) > 400:
            shape = tuple(int(n) for n in random.integers(2, 16, int(random.integers(2, 4))))
        table = cube(shape, float(random.uniform(6, 15)), 1000 + seed)
        safe, took = timed(partial(protect, [table], RULE))
        found = score([table], safe, took)
        seconds += took
        proved += found.proved and (found.hidden == 0 or found.bound == found.hidden)
    print(f"\n{number} tables of up to 400 cells: {proved} proved optimal in number; {seconds:.0f} s")
    targets.add("optimum proved up to 400 cells", "all", f"{proved} of {number}", proved == number)


def large(targets: Targets) -> None:
    """The 1,190 and the 4,760 cells."""
    for shape, mean, seed, share, limit in (((33, 6, 4), 20, 2, 0.02, 30), ((33, 6, 4, 3), 12, 4, 0.05, 120)):
        table = cube(shape, mean, seed)
        safe, seconds = timed(partial(protect, [table], RULE))
        found = score([table], safe, seconds)
        name = " x ".join(map(str, shape))
        print(f"\n{name} with margins: {found.cells} cells, {found.small / found.cells:.0%} small\n{HEAD}")
        line("childfirst", found)
        gap = "no bound" if found.gap is None else f"{found.gap:.2%}"
        targets.add(
            f"{name}, gap to the bound", f"within {share:.0%}", gap, found.gap is not None and found.gap <= share
        )
        targets.add(f"{name}, attack included", f"under {limit} s", f"{seconds:.1f} s", seconds < limit)
        targets.add(f"{name}, safe", "0 unsafe", str(found.unsafe), found.unsafe == 0 and found.proved)


def quarter(targets: Targets) -> None:
    """A ninth quarter after eight: 33 x 6 x 4 by itself, and 33 x 6 for the year so far."""
    random = np.random.default_rng(9)
    share = (
        random.lognormal(0, 0.8, (33, 1, 1)) * random.lognormal(0, 0.8, (1, 6, 1)) * random.lognormal(0, 0.8, (1, 1, 4))
    )
    quarters = [random.poisson(share * 20 / share.mean()) for _ in range(9)]
    ledger: list = []
    seconds = 0.0
    for index, counts in enumerate(quarters):
        so_far = [f"q{i + 1}" for i in range(index // 4 * 4, index + 1)]
        year = sum(quarters[index // 4 * 4 : index + 1]).sum(axis=2)  # type: ignore[union-attr]
        tables = [
            _table("quarter", ("area", "group", "outcome"), counts, [f"q{index + 1}"]),
            _table("year", ("area", "group"), year, so_far),
        ]
        safe, seconds = timed(partial(protect, tables, RULE, ledger, budget=None if index == 8 else 0))
        if not safe.proved:
            targets.add("a new quarter on 8 past ones", "proved", f"quarter {index + 1} was refused", False)
            return
        ledger = [*ledger, *as_ledger(safe.tables, f"q{index + 1}")]
    print(f"\nA ninth quarter of 1,428 cells on {len(ledger) - 1428} cells of eight past ones: {seconds:.1f} s")
    targets.add("a new quarter on 8 past ones", "under 10 s", f"{seconds:.1f} s", seconds < 10)


def _table(name: str, dims: tuple[str, ...], counts: np.ndarray, periods: list[str]) -> CountTable:
    cells = {tuple(f"{d}{i:02}" for d, i in zip(dims, at, strict=True)): int(n) for at, n in np.ndenumerate(counts)}
    return CountTable(name, dims, cells, scope={"period": periods})


def compare(targets: Targets) -> None:
    """Ours beside the peers, all judged by the same attack."""
    publications = {
        "33 x 6": [cube((33, 6), 15, 1)],
        "33 x 6 x 4": [cube((33, 6, 4), 20, 2)],
        "three linked tables over 33 x 6 x 4 x 3": linked(
            {"borough": 33, "group": 6, "outcome": 4, "age": 3},
            9000,
            [("borough", "group", "outcome"), ("borough", "age"), ("group", "age")],
            3,
        ),
    }
    methods = {
        "pytauargus, optimal": partial(peers.argus, method="OPT"),
        "pytauargus, modular": partial(peers.argus, method="MOD"),
        "one table at a time": peers.one_at_a_time,
        "small counts only": peers.small_only,
    }
    for title, tables in publications.items():
        safe, seconds = timed(partial(protect, tables, RULE))
        ours = score(tables, safe, seconds)
        print(f"\n{title}, margins of every order: {ours.cells} cells, {ours.small / ours.cells:.0%} small\n{HEAD}")
        line("childfirst", ours)
        safest: list[Score] = []
        for label, method in methods.items():
            try:
                other, took = timed(partial(peers.face, tables, RULE, method))
            except Exception as error:
                reason = "not installed (group bench)" if isinstance(error, ImportError) else str(error).split("\n")[0]
                print(f"  {label:<24}{reason[:80]}", flush=True)
                continue
            theirs = score(tables, other, took)
            line(label, theirs)
            if not theirs.unsafe:
                safest.append(theirs)
        least = min((theirs.hidden for theirs in safest), default=None)
        value = f"{ours.hidden} hidden, ours; {least if least is not None else 'none of them'} where a peer is safe"
        targets.add(
            f"{title}, hidden cells", "no more than any safe peer", value, least is None or ours.hidden <= least
        )


def main() -> None:
    """Run the parts that are asked for; exit 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few publications and tables of each kind")
    parser.add_argument("--nightly", action="store_true", help="10,000 publications")
    parser.add_argument("--publications", type=int, help="how many random publications")
    parser.add_argument("--budget", type=int, default=0, help="work of the search in random publications; 0: fast")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    chosen = parser.parse_args()
    number = chosen.publications or (10_000 if chosen.nightly else 25 if chosen.quick else 200)
    targets = Targets()
    if "safety" in chosen.only:
        safety(targets, number, chosen.budget)
    if "optimum" in chosen.only:
        optimum(targets, 6 if chosen.quick else 30)
    if "large" in chosen.only:
        large(targets)
    if "quarter" in chosen.only:
        quarter(targets)
    if "peers" in chosen.only:
        compare(targets)
    targets.add("memory", "under 2 GB", f"{memory():.0f} MB", memory() < 2048)
    targets.report()
    raise SystemExit(1 if targets.missed else 0)


if __name__ == "__main__":
    main()
