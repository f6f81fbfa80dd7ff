"""Deletion neighbourhoods: which listed words may differ from a typed one by one or two slips, found without comparing them all.

Two words within d slips of each other (a letter missing, added, changed, or two neighbours swapped) share a string that is left
when at most d letters are deleted from each (symmetric deletion, W. Garbe 2012). Every such string of the listed words is hashed
once; the strings of a typed word are looked up. Words that share a hash by chance are weeded out by whoever compares the letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

MAX_LETTERS = 24
TWO_FROM = 5

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_LETTERS = np.array([(i * 0xBF58476D1CE4E5B9 + 0x94D049BB133111EB) % (1 << 64) for i in range(256)], dtype=np.uint64)
_POWERS = np.array([pow(int(_BASE), i, 1 << 64) for i in range(MAX_LETTERS)], dtype=np.uint64)

Hashes = tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]


def letters(words: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Words as a matrix of byte codes (cut at 24 letters) and their lengths."""
    raw = np.array([w[:MAX_LETTERS] for w in words], dtype=f"S{MAX_LETTERS}")
    codes = raw.view(np.uint8).reshape(len(words), MAX_LETTERS) if len(words) else np.zeros((0, MAX_LETTERS), np.uint8)
    return codes, (codes > 0).sum(axis=1).astype(np.int64)


def neighbourhood(words: Sequence[str], depth: int) -> Hashes:
    """Hashes of each word with up to `depth` (1 or 2) letters deleted, and the word that each belongs to.

    Two letters are deleted only from words of five letters or more.
    """
    codes, size = letters(words)
    weighted = np.where(codes > 0, _LETTERS[codes] * _POWERS, np.uint64(0))
    total = np.zeros((len(words), MAX_LETTERS + 1), dtype=np.uint64)
    np.cumsum(weighted, axis=1, out=total[:, 1:])
    row = np.arange(len(words), dtype=np.int32)
    keys, owners = [total[:, -1]], [row]
    for k in range(MAX_LETTERS):
        has = np.flatnonzero((size > k) & (size > 1))
        if not len(has):
            break
        # What stands before the deleted letter keeps its place, what stands behind moves up by one.
        before, behind = total[has, k], (total[has, -1] - total[has, k + 1]) * _INVERSE
        keys.append(before + behind)
        owners.append(row[has])
        if depth < 2:
            continue
        for j in range(k):
            two = has[size[has] >= TWO_FROM]
            front = total[two, j] + (total[two, k] - total[two, j + 1]) * _INVERSE
            keys.append(front + (total[two, -1] - total[two, k + 1]) * _INVERSE * _INVERSE)
            owners.append(row[two])
    key = (np.concatenate(keys) >> np.uint64(32)).astype(np.uint32)
    owner = np.concatenate(owners)
    both = _distinct((key.astype(np.uint64) << np.uint64(32)) | owner.astype(np.uint64))
    return (both >> np.uint64(32)).astype(np.uint32), both.astype(np.uint32).astype(np.int32)


class Neighbours:
    """Listed words, searchable by deletion neighbourhood."""

    def __init__(self, words: Sequence[str], depth: int) -> None:
        self.depth = depth
        self._keys, self._owners = neighbourhood(words, depth)
        self._bits = max(1, len(self._keys).bit_length())
        slots = self._keys >> np.uint32(32 - self._bits)
        self._start = np.searchsorted(slots, np.arange((1 << self._bits) + 1, dtype=np.uint32)).astype(np.int32)

    def pairs(self, typed: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs of typed and listed words (their positions) that share a string, each once, in order."""
        keys, owners = neighbourhood(typed, self.depth)
        slot = (keys >> np.uint32(32 - self._bits)).astype(np.int64)
        low = self._start[slot].astype(np.int64)
        count = self._start[slot + 1] - low
        at = spread(low, count)
        hit = self._keys[at] == np.repeat(keys, count)
        both = _distinct(np.repeat(owners.astype(np.int64), count)[hit] << 32 | self._owners[at[hit]].astype(np.int64))
        return both >> 32, both & 0xFFFFFFFF


def _distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def spread(start: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The numbers start, start + 1, ... for each run of `count`, one run after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - count, count) + np.repeat(start, count)
