"""A batch of mentions as arrays: their words, what each word is like in the register, and what the rows say besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import polars as pl

from childfirst.engines.linkage import lexicon, tables, text
from childfirst.engines.linkage.index import ROLES, Index
from childfirst.engines.linkage.reading import Reading
from childfirst.engines.linkage.schools import (
    borough_key,
    faith_of_words,
    halves_of_words,
    sex_of_words,
    sphere,
    stage_of_words,
)

KNOWN = 0.75
INITIALS_TYPED = range(2, 11)
_SEXES = {"female": 1, "f": 1, "girl": 1, "male": 2, "m": 2, "boy": 2}


@dataclass(frozen=True)
class Circumstances:
    """What the rows say besides the words; NaN, -1 (borough), 0 (sex) or ``tables.NO_DAY`` where nothing."""

    borough: npt.NDArray[np.int64]
    point: tables.Floats
    age: tables.Floats
    day: tables.Integers
    sex: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """The distinct words of a batch. Arrays have one entry more, for "no word".

    `ids`, `similar` and `bounds` list the register words like each; `position` its own place in the register, -1 where it
    has none; `weight` its statistical weight; `role` its role, read through its best likeness where that is close.
    """

    listed: list[str]
    bounds: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    similar: npt.NDArray[np.float32]
    weight: tables.Floats
    role: npt.NDArray[np.int8]
    is_name: npt.NDArray[np.bool_]
    street_word: npt.NDArray[np.bool_]
    position: npt.NDArray[np.int64]
    stage: npt.NDArray[np.int8]
    halves: npt.NDArray[np.int8]
    faith: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Asked:
    """Mentions x word slots: `token` indexes `words` (the last for "no word"); `run` is the distinctive words run together."""

    readings: Sequence[Reading]
    around: Circumstances
    words: Words
    token: npt.NDArray[np.int32]
    place: npt.NDArray[np.bool_]
    soft: npt.NDArray[np.bool_]
    width: npt.NDArray[np.int64]
    run: list[str]
    named_borough: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.readings)


def circumstances(table: pl.DataFrame, index: Index) -> Circumstances:
    """What the rows of a mentions table say besides the words."""
    boroughs = tables.texts(table, "record_borough")
    code = {key: i for i, key in enumerate(index.schools.boroughs)}
    known = {b: code.get(borough_key(b), -1) for b in set(boroughs)}
    return Circumstances(
        borough=np.array([known[b] for b in boroughs], dtype=np.int64),
        point=sphere(*tables.coordinates(table)),
        age=tables.numbers(table, "age"),
        day=tables.days(table, "date"),
        sex=np.array([_SEXES.get(g.casefold(), 0) for g in tables.texts(table, "gender")], dtype=np.int64),
    )


def ask(readings: Sequence[Reading], around: Circumstances, index: Index) -> Asked:
    """Arrays of a batch."""
    counts = np.fromiter((len(r.tokens) for r in readings), np.int64, len(readings))
    flat = list(chain.from_iterable([r.tokens for r in readings]))
    vocabulary = {t: i for i, t in enumerate(dict.fromkeys(flat))}
    words = _words(list(vocabulary), index)
    width = max(int(counts.max(initial=0)), 1)
    filled = np.arange(width)[None, :] < counts[:, None]
    token = np.full((len(readings), width), len(vocabulary), dtype=np.int32)
    token[filled] = np.fromiter(map(vocabulary.__getitem__, flat), np.int32, len(flat))
    place = np.zeros(token.shape, dtype=bool)
    place[filled] = np.fromiter(chain.from_iterable([r.is_place for r in readings]), bool, len(flat))
    soft = np.zeros(token.shape, dtype=bool)
    soft[filled] = np.fromiter(chain.from_iterable([r.is_soft for r in readings]), bool, len(flat))
    code = {key: i for i, key in enumerate(index.schools.boroughs)}
    return Asked(
        readings=readings,
        around=around,
        words=words,
        token=token,
        place=place,
        soft=soft,
        width=counts,
        run=[r.run for r in readings],
        named_borough=np.array([code[r.boroughs[-1]] if r.boroughs else -1 for r in readings], dtype=np.int64),
    )


def _words(listed: list[str], index: Index) -> Words:
    found = [index.words.matches(t) for t in listed]
    sizes = np.array([len(ids) for ids, _ in found] + [0], dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    ids = np.concatenate([np.zeros(0, np.int32), *(i for i, _ in found)]).astype(np.int64)
    similar = np.concatenate([np.zeros(0, np.float32), *(s for _, s in found)])
    any_like = sizes > 0
    # One entry more, so that words without any likeness have one to look at.
    ids, similar = np.append(ids, 0), np.append(similar, np.float32(0))
    first = np.where(any_like, bounds[:-1], len(ids) - 1)
    best = ids[first]
    known = any_like & (similar[first] >= KNOWN)
    typed_role = np.array([ROLES[text.role(t)] for t in listed] + [0], dtype=np.int8)
    role = np.where((typed_role == ROLES["name"]) & known, index.role[best], typed_role)
    meant = [index.words.words[b] if k else t for t, b, k in zip(listed, best.tolist(), known.tolist(), strict=False)]
    return Words(
        listed=listed,
        bounds=bounds,
        ids=ids,
        similar=similar,
        weight=np.append(np.where(known, index.idf[best], 0.8 * index.unknown_idf)[:-1], 0.0),
        role=role,
        is_name=typed_role == ROLES["name"],
        position=np.array([index.words.position.get(t, -1) for t in listed] + [-1], dtype=np.int64),
        street_word=np.array([t in lexicon.STREET_WORDS for t in listed] + [False], dtype=bool),
        halves=np.array([halves_of_words((w,)) for w in meant] + [0], dtype=np.int8),
        stage=np.array([stage_of_words((w,)) for w in meant] + [0], dtype=np.int8),
        faith=np.array([faith_of_words((w,)) for w in meant] + [0], dtype=np.int8),
        sex=np.array([sex_of_words((w,)) for w in meant] + [0], dtype=np.int8),
    )
