"""A file of any length through the matcher: read, match what differs once and on all processors, write in the order read."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa

from childfirst.engines.linkage import batch, tables
from childfirst.engines.linkage.files import Source
from childfirst.engines.linkage.output import Writer, csv_rest
from childfirst.engines.linkage.register import Register
from childfirst.engines.linkage.review import COVERAGE, Reviews
from childfirst.shared.errors import UserError

ASKED_AT_ONCE = 2_048
HELPERS_FROM = 16_384
WAITING_BLOCKS = 2
LISTED_FROM = 0.000_001
NUMBERS = ("lat", "lon", "age")


@dataclass
class Tally:
    """What came of a file: rows, rows by decision, how many rows differed, and values that were taken as missing."""

    rows: int = 0
    matched: int = 0
    helpers: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    nuls: int = 0
    without_id: int = 0
    ids: list[np.ndarray] = field(default_factory=list)

    def repeated_ids(self) -> int:
        """How many rows bear an id that an earlier row has (by a 64-bit hash of it)."""
        every = np.concatenate(self.ids) if self.ids else np.zeros(0, dtype=np.uint64)
        every.sort()
        return int(np.count_nonzero(every[1:] == every[:-1]))


@dataclass(frozen=True)
class _Wish:
    precision: float
    csv: bool
    options: bool


def answer(rows: pl.DataFrame, register: Register, wish: _Wish) -> pl.DataFrame:
    """The answers for rows that differ: the output's columns but the id, ``rest`` for a CSV, and what a reviewer needs."""
    matches = register.match(rows.with_columns(pl.lit("").alias("id")), precision=wish.precision)
    table = matches.to_arrow()
    said, bits = _candidates(table["candidates"].combine_chunks(), table["p_none"].to_numpy())
    answers = tables.from_arrow(table.drop(["id", "candidates"])).with_columns(
        pl.col("urn").fill_null(""), pl.Series("candidates", said, dtype=pl.String)
    )
    if wish.csv:
        answers = answers.with_columns(csv_rest(answers))
    if not wish.options:
        return answers
    options = [
        json.dumps([[c.urn, c.name, c.borough, c.probability] for c in matches[i].options(COVERAGE)])
        if decision == "review"
        else None
        for i, decision in enumerate(answers["decision"].to_list())
    ]
    return answers.with_columns(
        pl.Series("options", options, dtype=pl.String), pl.Series("bits", bits, dtype=pl.Float64)
    )


def _candidates(lists: pa.ListArray, p_none: tables.Floats) -> tuple[list[str], tables.Floats]:
    """Each row's candidates as JSON, without those whose chance rounds to nothing, and the entropy of its chances in bits."""
    pairs = lists.flatten()
    chance = pairs.field("probability").to_numpy()
    ends = np.concatenate([[0], np.cumsum(lists.value_lengths().to_numpy())])
    kept = np.flatnonzero(chance >= LISTED_FROM)
    urns = pairs.field("urn").take(pa.array(kept)).to_pylist()
    quoted = {urn: json.dumps(urn) for urn in set(urns)}
    texts = [
        f'{{"urn": {quoted[urn]}, "probability": {p:.6f}}}' for urn, p in zip(urns, chance[kept].tolist(), strict=True)
    ]
    cuts = np.searchsorted(kept, ends).tolist()
    said = [f"[{', '.join(texts[a:b])}]" for a, b in itertools.pairwise(cuts)]
    row = np.repeat(np.arange(len(lists)), np.diff(ends))
    every, of_row = np.concatenate([p_none, chance]), np.concatenate([np.arange(len(lists)), row])
    some = every > 0
    bits = np.bincount(of_row[some], -every[some] * np.log2(every[some]), len(lists))
    return said, bits.astype(np.float64)


_here: tuple[Register, _Wish] | None = None


def _begin(register: Register, wish: _Wish) -> None:
    global _here
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started the helpers ends them
    _here = register, wish


def _answer_here(rows: pl.DataFrame) -> pl.DataFrame:
    if _here is None:
        raise RuntimeError("a helper was asked before it had its register")
    return answer(rows, *_here)


class _Hands:
    """Who answers: this process for the first, helper processes once there is enough to be worth their start."""

    def __init__(self, register: Register, wish: _Wish, processes: int) -> None:
        self.register, self.wish, self.processes = register, wish, processes
        self.pool: ProcessPoolExecutor | None = None
        self.asked = 0

    def ask(self, rows: pl.DataFrame) -> list[Callable[[], pl.DataFrame]]:
        """One call for the answers to each part of the rows, in order."""
        self.asked += rows.height
        if self.pool is None and self.processes > 1 and self.asked >= HELPERS_FROM:
            self.pool = ProcessPoolExecutor(
                self.processes, multiprocessing.get_context("spawn"), _begin, (self.register, self.wish)
            )
        parts = [rows[start : start + ASKED_AT_ONCE] for start in range(0, rows.height, ASKED_AT_ONCE)]
        if self.pool is not None:
            return [_result(self.pool.submit(_answer_here, part)) for part in parts]
        return [lambda part=part: answer(part, self.register, self.wish) for part in parts]  # type: ignore[misc]


def _result(future: Future[pl.DataFrame]) -> Callable[[], pl.DataFrame]:
    def result() -> pl.DataFrame:
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise UserError(
                "A helper process ended before its work was done, perhaps for lack of memory; try again with --processes 1."
            ) from error

    return result


@contextmanager
def _hands(register: Register, wish: _Wish, processes: int) -> Iterator[_Hands]:
    hands = _Hands(register, wish, processes)
    try:
        yield hands
    finally:
        if hands.pool is not None:
            hands.pool.shutdown(wait=True, cancel_futures=True)


@dataclass
class _Waiting:
    """A block that was read, and whose answers are under way."""

    ids: pl.Series
    rows: pl.DataFrame
    which: tables.Integers
    counts: tables.Integers
    known: batch.Answers
    positions: tables.Integers
    answers: list[Callable[[], pl.DataFrame]]
    share: float


def match_file(
    source: Source,
    register: Register,
    writer: Writer,
    *,
    csv: bool,
    precision: float = 0.99,
    processes: int = 1,
    reviews: Reviews | None = None,
    remembered: int = batch.REMEMBERED,
    on_progress: Callable[[float], object] | None = None,
) -> Tally:
    """Match all rows of a file, in blocks: one row out for each row in, in order.

    Rows that say the same are matched once; what is remembered, and what waits, is bounded, so that memory does not grow with
    the file but for 8 bytes a row (by which repeated ids are found) and for `reviews`, which go to disk. The rows written do not
    depend on `processes`, `remembered` or the blocks. `on_progress` is told the share of the file that was just done.
    """
    tally = Tally()
    known = batch.Answers(remembered)
    waiting: deque[_Waiting] = deque()
    shares: list[float] = []
    with _hands(register, _Wish(precision, csv, reviews is not None), max(processes, 1)) as hands:
        for block in source.blocks(shares.append):
            clean = _checked(block, tally)
            rows, which, counts = batch.distinct(clean)
            _look(rows, counts, clean["id"], tally)
            known = known.renewed()
            positions, new = known.place(rows.drop("_row"))
            tally.matched += len(new)
            asked = hands.ask(rows[new].drop("_row")) if new else []
            waiting.append(_Waiting(clean["id"], rows, which, counts, known, positions, asked, sum(shares)))
            shares.clear()
            if len(waiting) > WAITING_BLOCKS or hands.pool is None:
                _finish(waiting.popleft(), writer, reviews, tally, on_progress)
        while waiting:
            _finish(waiting.popleft(), writer, reviews, tally, on_progress)
        tally.helpers = hands.processes if hands.pool is not None else 0
    return tally


def _finish(
    one: _Waiting, writer: Writer, reviews: Reviews | None, tally: Tally, on_progress: Callable[[float], object] | None
) -> None:
    told = on_progress or (lambda share: None)
    for get in one.answers:
        one.known.add(get())
        told(one.share / len(one.answers))
    answers = one.known.take(one.positions)
    for decision, number in zip(answers["decision"].to_list(), one.counts.tolist(), strict=True):
        tally.decisions[decision] += number
    if reviews is not None:
        reviews.add(one.rows, one.counts, answers, one.ids, tally.rows)
    writer.write(one.ids, answers[one.which])
    tally.rows += len(one.which)
    if not one.answers:
        told(one.share)


def _checked(block: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """The block with ids as text and without NUL characters, which no reader of a CSV takes."""
    block = block.with_columns(pl.Series("id", tables.texts(block, "id"), dtype=pl.String))
    texts = [name for name, kind in block.schema.items() if kind == pl.String]
    found = block.select(
        pl.any_horizontal(pl.col(texts).str.contains("\x00", literal=True)).fill_null(value=False)
    ).to_series()
    if found.any():
        tally.nuls += int(found.sum())
        block = block.with_columns(pl.col(texts).str.replace_all("\x00", "", literal=True))
    ids = block["id"]
    tally.without_id += int((ids == "").sum())
    tally.ids.append(ids.filter(ids != "").hash(seed=1).to_numpy())
    return block


def _look(rows: pl.DataFrame, counts: tables.Integers, ids: pl.Series, tally: Tally) -> None:
    """Count values that are there but cannot be read; the matcher takes them as missing."""
    lat, lon = tables.numbers(rows, "lat"), tables.numbers(rows, "lon")
    wrong = {name: np.isnan(tables.numbers(rows, name)) for name in NUMBERS}
    wrong["lat"] |= np.abs(lat) > 90
    wrong["lon"] |= np.abs(lon) > 180
    if "date" in rows.columns:
        days = rows.select("date").unique().filter(pl.col("date").is_not_null())
        unread = days.filter(pl.Series(tables.days(days, "date") == tables.NO_DAY, dtype=pl.Boolean))["date"]
        wrong["date"] = rows["date"].is_in(unread.implode()).fill_null(value=False).to_numpy()
    for name, bad in wrong.items():
        if name not in rows.columns or not bad.any():
            continue
        said = tables.texts(rows, name)
        there = [i for i in np.flatnonzero(bad).tolist() if said[i]]
        if there:
            number, value, first = tally.unreadable.get(name, (0, said[there[0]], ids[int(rows["_row"][there[0]])]))
            tally.unreadable[name] = (number + int(counts[there].sum()), value, first)


def available_processors() -> int:
    """Processors that this process may use, 8 at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), 8)
    return min(os.cpu_count() or 1, 8)


def peak_megabytes() -> tuple[float, float]:
    """The most memory that this process, and the largest of its ended helpers, ever held, in MB; zeros where not known."""
    try:
        import resource
    except ImportError:
        return 0.0, 0.0
    unit = 1024**2 if sys.platform == "darwin" else 1024
    of: Sequence[int] = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    here, helpers = (resource.getrusage(who).ru_maxrss / unit for who in of)
    return here, helpers
