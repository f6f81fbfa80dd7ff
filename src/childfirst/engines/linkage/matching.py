"""From mentions to a table of matches: rows that say the same are solved once, rows solved before are remembered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.decision import decide
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.memory import Memory
from childfirst.engines.linkage.model import Model, packaged
from childfirst.engines.linkage.pipeline import weigh
from childfirst.engines.linkage.results import SCHEMA, Candidate, Match, MatchTable

BATCH = 2048
MODELS_REMEMBERED = 8
_SEEDS = (1, 2)


def match_register(
    mentions: tables.Rows,
    register: Index,
    *,
    precision: float = 0.99,
    model: Model | None = None,
    on_progress: Callable[[int], object] | None = None,
) -> MatchTable:
    """Match mentions against an index; see `childfirst.engines.linkage.match`.

    `on_progress` is called after each batch with the number of mentions that it held.
    """
    model = model or packaged()
    thresholds = model.accept_threshold(precision), model.none_threshold(precision)
    table = tables.frame(mentions, "mentions", ("id", "mention"))
    told = _told(table)
    with register.lock:
        memory = _memory(register, model, precision)
        first, place, keys, checks = _distinct(told)
        rows = np.array(memory.find(keys, checks), dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        # Many rows may wait on few distinct ones: progress is told in rows.
        waiting = np.bincount(place, minlength=len(first))
        if on_progress is not None and len(new) < len(rows):
            on_progress(int(waiting[rows >= 0].sum()))
        for start in range(0, len(new), BATCH):
            part = new[start : start + BATCH]
            rows[part] = len(memory.solved) + np.arange(len(part))
            _solve(told[first[part]], register, model, thresholds, memory)
            memory.remember([keys[i] for i in part.tolist()], [checks[i] for i in part.tolist()])
            if on_progress is not None:
                on_progress(int(waiting[part].sum()))
        solved = memory.solved
    return MatchTable(register, precision, tables.texts(table, "id"), rows[place], solved)


def _told(table: pl.DataFrame) -> pl.DataFrame:
    """The columns that the matcher reads, and no other, in one form whatever the caller's types."""
    lat, lon = tables.coordinates(table)
    return pl.DataFrame(
        {
            "mention": tables.column(table, "mention"),
            "record_borough": tables.column(table, "record_borough"),
            "lat": lat,
            "lon": lon,
            "age": tables.numbers(table, "age"),
            "date": _dates(table),
            "gender": tables.column(table, "gender").str.to_lowercase(),
        }
    )


def _dates(table: pl.DataFrame) -> pl.Series:
    days = tables.days(table, "date")
    known = days != tables.NO_DAY
    return (
        pl.Series(np.where(known, days, 0).astype(np.int32))
        .cast(pl.Date)
        .zip_with(pl.Series(known), pl.Series([None] * len(days), dtype=pl.Date))
    )


def _distinct(told: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[int], list[int]]:
    """First rows of the distinct ones, each row's place among them, and two hashes of each."""
    if not told.height:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), [], []
    key, check = (told.hash_rows(seed).to_numpy() for seed in _SEEDS)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    if not np.array_equal(check[first][place], check):
        first = place = np.arange(told.height)
    return first.astype(np.int64), place.astype(np.int64), key[first].tolist(), check[first].tolist()


def _memory(register: Index, model: Model, precision: float) -> Memory:
    key = (model.fingerprint, precision)
    memories = register.memories
    if key not in memories:
        if len(memories) >= MODELS_REMEMBERED:
            memories.pop(next(iter(memories)))
        memories[key] = Memory()
    return memories[key]


def _solve(table: pl.DataFrame, register: Index, model: Model, thresholds: tuple[float, float], memory: Memory) -> None:
    asked, evidence = weigh(table, register)
    chance, p_none = model.probabilities(evidence)
    decided = decide(asked, evidence, chance, p_none, thresholds, register)
    memory.solved.add(
        decided.decisions,
        decided.reasons,
        p_none,
        np.diff(evidence.bounds),
        evidence.school[decided.order],
        chance[decided.order],
    )


__all__ = ["SCHEMA", "Candidate", "Match", "MatchTable", "match_register"]
