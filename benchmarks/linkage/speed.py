"""How fast: new mentions on one core, repeated ones, 5 million records through the command, the index, typing ahead.

Each part that memory or threads would blur runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.linkage import another_hand, data
from benchmarks.linkage.quality import Target

ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
RECORDS = 5_000_000
REPEATS = 1_000_000
LIMIT_MB = 60


def records(number: int, different: int, seed: int = 5) -> pl.DataFrame:
    """Records as a force's years of them repeat: `different` mentions with their context, the k-th most frequent as often as
    1 / k^0.8; the labelled mentions first, then invented ones.
    """
    dice = np.random.default_rng(seed)
    columns = data.INPUTS[1:]
    pool = data.labels().select(columns)
    if different > pool.height:
        more = another_hand.invent(*data.tables(), different - pool.height, seed).select(columns)
        pool = pl.concat([pool, more], how="vertical_relaxed")
    pool = pool[:different]
    weight = 1 / np.arange(1, pool.height + 1) ** 0.8
    chosen = pool[dice.choice(pool.height, number, p=weight / weight.sum())]
    return chosen.select(pl.int_range(number).cast(pl.String).alias("id"), pl.all())


def cold() -> dict[str, float]:
    """New mentions a CPU-second on one core, reasons included, nothing remembered: best of three, each with a fresh index."""
    mentions = pl.concat(
        [data.labels().select(data.INPUTS), another_hand.invent(*data.tables(), 6_000, 21).select(data.INPUTS)],
        how="vertical_relaxed",
    ).unique(data.INPUTS[1:], maintain_order=True)
    seconds = []
    for _ in range(3):
        data.register.cache_clear()
        started = time.process_time()
        register = data.register()
        built = time.process_time() - started
        register.match(mentions[:200])
        started = time.process_time()
        register.match(mentions[200:])
        seconds.append(time.process_time() - started)
    return {"rate": (mentions.height - 200) / min(seconds), "built": built}


def repeated() -> dict[str, float]:
    """Mentions a CPU-second on one core where they repeat and what was asked before is remembered, by one call and by batches."""
    from childfirst.engines.linkage import match_batches

    register = data.register()
    table = records(REPEATS, 4_000)
    register.match(table[:20_000])
    started = time.process_time()
    register.match(table).to_arrow()
    once = REPEATS / (time.process_time() - started)
    batches = table.to_arrow().to_batches(max_chunksize=100_000)
    started = time.process_time()
    number = sum(batch.num_rows for batch in match_batches(batches, register))
    return {"once": once, "batches": number / (time.process_time() - started)}


def index() -> dict[str, float]:
    """The index of England in MB: as bytes to keep or send, and as resident memory that it takes when it is read back."""
    import pickle

    register = data.register()
    packed = register.to_bytes() if hasattr(register, "to_bytes") else pickle.dumps(register)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        path.write_bytes(packed)
        resident = _child("resident", str(path))["resident"]
    return {"packed": len(packed) / 1e6, "resident": resident}


def resident(path: str) -> dict[str, float]:
    """Resident memory, in MB, that reading an index back adds to a process that has all its libraries loaded."""
    import gc
    import pickle

    from childfirst.engines.linkage import Register

    Register.build([{"urn": 1, "name": "Quillon Academy", "lat": 51.5, "lon": -0.1}]).match(
        [{"id": "1", "mention": "quillon"}]
    )
    gc.collect()
    packed = Path(path).read_bytes()
    before = _resident() - len(packed) / 1e6
    register = Register.from_bytes(packed) if hasattr(Register, "from_bytes") else pickle.loads(packed)  # noqa: S301
    del packed
    gc.collect()
    after = _resident()
    return {"resident": after - before, "schools": len(register)}


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def typing(number: int = 400) -> dict[str, float]:
    """CPU-milliseconds of an answer while a name is typed letter by letter: names, short forms, slips; with and without a place."""
    register = data.register()
    if not hasattr(register, "suggest"):
        return {}
    dice = random.Random(3)
    table = another_hand.invent(*data.tables(), number, 31).filter(
        pl.col("truth_urn") != "none", ~pl.col("done").str.contains("sentence")
    )
    times, found, asked = [], 0, 0
    for row in table.iter_rows(named=True):
        text = row["mention"].strip()
        place = (row["lat"], row["lon"]) if row["lat"] is not None and dice.random() < 0.5 else (None, None)
        for end in range(1, len(text) + 1):
            started = time.thread_time()
            listed = register.suggest(text[:end], limit=10, lat=place[0], lon=place[1])
            times.append((time.thread_time() - started) * 1000)
        asked += 1
        found += any(str(getattr(one, "urn", one)) == row["truth_urn"] for one in listed)
    p50, p99 = np.percentile(times, [50, 99])
    return {"p50": float(p50), "p99": float(p99), "worst": max(times), "asked": len(times), "found": found / asked}


def whole_file(number: int, different: int) -> dict[str, float]:
    """`childfirst match` on a file of records, two processes: seconds, and its own account of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        records(number, different).write_csv(path)
        command = [
            sys.executable, "-m", "childfirst", "match", str(path), "--register", str(data.FOLDER / "canonical.parquet"),
            "--aliases", str(data.FOLDER / "aliases.parquet"), "--out", str(Path(folder) / "matched.csv"), "--processes", "2",
        ]  # fmt: skip
        started, before = time.perf_counter(), _of_children()
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=data.ROOT)
        seconds, cpu = time.perf_counter() - started, _of_children() - before
        memory = [line for line in done.stdout.splitlines() if " MB of memory" in line]
    return {"seconds": seconds, "cpu": cpu, "memory": memory[0] if memory else ""}  # type: ignore[dict-item]


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


PARTS = {"cold": cold, "repeated": repeated, "index": index, "typing": typing}


def _child(part: str, *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.linkage.speed", part, *more]
    path = os.pathsep.join([str(data.ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=data.ROOT, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def rate_here() -> float:
    """New mentions a CPU-second, measured alone."""
    return _child("cold")["rate"]


def report(*, quick: bool) -> tuple[list[str], list[Target], float]:
    """Lines, targets, and new mentions a CPU-second."""
    fresh, again, size, ahead = (_child(part) for part in PARTS)
    number = RECORDS // 5 if quick else RECORDS
    lines = [
        f"speed (one core, one thread, unless said; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors):",
        f"  index of England built in {fresh['built']:.1f} CPU-seconds; {size['packed']:.1f} MB packed, {size['resident']:.1f} MB resident",
        f"  new mentions: {fresh['rate']:,.0f} a CPU-second, reasons included",
        f"  repeated mentions: {again['once']:,.0f} a CPU-second in one call, {again['batches']:,.0f} in batches of 100,000",
    ]
    targets = [
        Target("new mentions a second on one core", fresh["rate"], 10_000, at_least=True),
        Target("repeated mentions a second on one core", max(again["once"], again["batches"]), 300_000, at_least=True),
        Target("index of England packed, MB", size["packed"], LIMIT_MB, at_least=False),
        Target("index of England resident, MB", size["resident"], LIMIT_MB, at_least=False),
    ]
    for different in (4_000, 200_000):
        took = whole_file(number, different)
        lines.append(
            f"  childfirst match, {number:,} records of {different:,} different mentions, 2 processes: {took['seconds']:.0f} s, "
            f"{took['cpu']:.0f} CPU-seconds; {took['memory']}"
        )
        bound = 120 * number / RECORDS
        targets.append(
            Target(
                f"seconds for {number:,} records, {different:,} different, on 2 cores",
                took["seconds"],
                bound,
                at_least=False,
            )
        )
    if ahead.get("found"):
        lines.append(
            f"  typing ahead: p50 {ahead['p50']:.2f} ms, p99 {ahead['p99']:.2f} ms, worst {ahead['worst']:.1f} ms over {ahead['asked']:,.0f} "
            f"keystrokes; the school is among ten at the end of {ahead['found']:.3f} of the mentions"
        )
        targets.append(Target("type-ahead answer at p99, ms", ahead["p99"], 5, at_least=False))
    else:
        lines.append("  typing ahead: nothing is suggested")
    return lines, targets, fresh["rate"]


if __name__ == "__main__":
    chosen, *rest = sys.argv[1:]
    print(json.dumps(resident(*rest) if chosen == "resident" else PARTS[chosen]()))
