"""How close a typed word comes to each word of the register: equality, loose abbreviations, stubs and typing errors."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from childfirst.engines.linkage import lexicon, text
from childfirst.engines.linkage.deletions import Neighbours

LEAST = 0.5
KEPT = 24
STUBS = 24
FAR_SLIPS_FROM = 6
_SHORTLIST = 24
_CACHED = 200_000

Matches = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]
_NOTHING: Matches = (np.zeros(0, np.int32), np.zeros(0, np.float32))


def closeness(typed: Sequence[str], words: Sequence[str]) -> npt.NDArray[np.float64]:
    """Similarity 0..1 of typed words to register words, pair by pair.

    The mean of the optimal-string-alignment and the Jaro-Winkler similarity, set to 0 where more letters differ than a
    slip explains (1 of 3 to 4 letters, 2 of up to 6, 3 beyond).
    """
    if not len(typed):
        return np.zeros(0)
    slips = process.cpdist(typed, words, scorer=OSA.distance, dtype=np.int32)
    jaro = process.cpdist(typed, words, scorer=JaroWinkler.similarity, dtype=np.float64)
    longest = np.maximum(_lengths(words), _lengths(typed))
    allowed = np.where(longest <= 2, 0, np.where(longest <= 4, 1, np.where(longest <= 6, 2, 3)))
    return np.where(slips <= allowed, 0.5 * (1 - slips / longest) + 0.5 * jaro, 0.0)


def _lengths(words: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(len, words), np.int64, len(words))


def pieces(run: str) -> list[str]:
    """The three-letter pieces of a run of letters with its ends marked, in order of the alphabet."""
    padded = f"^{run}$"
    return sorted({padded[i : i + 3] for i in range(max(len(padded) - 2, 1))})


def signatures(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """For each word a set of its two-letter pieces (ends marked), hashed into 64 bits: a quick measure of likeness."""
    kept = [f"^{w[:40]}$".encode() for w in words]
    size = np.fromiter(map(len, kept), np.int64, len(kept))
    flat = np.frombuffer(b"".join(kept), dtype=np.uint8).astype(np.uint32)
    bit = (flat[:-1] * np.uint32(31) + flat[1:] * np.uint32(17)) * np.uint32(2654435761) >> np.uint32(26)
    ends = np.cumsum(size)
    inside = np.ones(max(len(flat) - 1, 0), dtype=bool)
    inside[ends[:-1] - 1] = False
    word = np.repeat(np.arange(len(kept)), size)[:-1] if len(kept) else np.zeros(0, np.int64)
    found = np.zeros(len(kept), dtype=np.uint64)
    np.bitwise_or.at(found, word[inside], np.uint64(1) << bit[inside].astype(np.uint64))
    return found


class WordIndex:
    """The register's words, searchable by likeness. `often` tells how many schools bear each word.

    Results are cached, so that repeated words cost nothing; new words are cheapest when prepared together.
    """

    def __init__(self, words: Sequence[str], often: npt.NDArray[np.float64]) -> None:
        self.words = list(words)
        self.position = {word: i for i, word in enumerate(self.words)}
        self.often = often
        self._neighbours = Neighbours(self.words, 2)
        self._sorted = np.array([w.encode() for w in self.words], dtype="S24")
        self._signature = signatures(self.words)
        self._pieces = np.bitwise_count(self._signature).astype(np.float32)
        self._known: dict[str, Matches] = {}

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_known": {}}

    def matches(self, typed: str) -> Matches:
        """Register words like the typed one: positions and similarities in 0.5..1, best first, at most 24."""
        found = self._known.get(typed)
        if found is None:
            self.prepare((typed,))
            found = self._known[typed]
        return found

    def starting_with(self, start: str) -> tuple[int, int]:
        """Where the words with these first letters stand in the sorted list."""
        return bisect_left(self.words, start), bisect_left(self.words, start + "\x7f")

    def near(self, typed: str) -> float:
        """The best similarity of any register word, 0 where none comes close."""
        similarities = self.matches(typed)[1]
        return float(similarities[0]) if len(similarities) else 0.0

    def prepare(self, typed: Iterable[str]) -> None:
        """Find the words like each of many typed ones, all at once."""
        if len(self._known) > _CACHED:
            self._known.clear()
        new = [t for t in dict.fromkeys(typed) if t not in self._known]
        if not new:
            return
        # Words for the kind of school and the like, typed as the register writes them, mean nothing else.
        alike = [
            t for t in new if len(t) >= 3 and not t.isdigit() and (text.role(t) == "name" or t not in self.position)
        ]
        place = {t: i for i, t in enumerate(new)}
        rows, ids, scores = [], [], []
        for found in (self._exact(new), self._slips(alike), self._stubs(alike)):
            names, columns, values = found
            rows.append(np.fromiter((place[n] for n in names), np.int64, len(names)))
            ids.append(columns)
            scores.append(values)
        row, word, score = np.concatenate(rows), np.concatenate(ids), np.concatenate(scores)
        best = np.zeros(len(new))
        np.maximum.at(best, row, score)
        weak = [t for t in alike if best[place[t]] < 0.75 and len(t) >= FAR_SLIPS_FROM]
        if weak:
            names, columns, values = self._far(weak)
            row = np.concatenate([row, np.fromiter((place[n] for n in names), np.int64, len(names))])
            word, score = np.concatenate([word, columns]), np.concatenate([score, values])
        self._keep(new, row, word, score)

    def _keep(
        self, new: list[str], row: npt.NDArray[np.int64], word: npt.NDArray[np.int64], score: npt.NDArray[np.float64]
    ) -> None:
        enough = score >= LEAST
        row, word, score = row[enough], word[enough], score[enough]
        order = np.lexsort((-score, word, row))
        row, word, score = row[order], word[order], score[order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (word[1:] != word[:-1])
        row, word, score = row[first], word[first], score[first]
        order = np.lexsort((word, -score, row))
        row, word32, score32 = row[order], word[order].astype(np.int32), score[order].astype(np.float32)
        bounds = np.searchsorted(row, np.arange(len(new) + 1)).tolist()
        for i, typed in enumerate(new):
            a, b = bounds[i], min(bounds[i + 1], bounds[i] + KEPT)
            self._known[typed] = (word32[a:b], score32[a:b]) if b > a else _NOTHING

    def _exact(self, typed: list[str]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        found = [(t, self.position[t], 1.0) for t in typed if t in self.position]
        found += [
            (t, self.position[loose], 0.9)
            for t in typed
            for loose in lexicon.LOOSE.get(t, ())
            if loose in self.position
        ]
        return (
            [t for t, _, _ in found],
            np.array([i for _, i, _ in found], dtype=np.int64),
            np.array([s for _, _, s in found], dtype=np.float64),
        )

    def _slips(self, typed: list[str]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        row, word = self._neighbours.pairs(typed)
        asked = [typed[i] for i in row.tolist()]
        return asked, word, closeness(asked, [self.words[i] for i in word.tolist()])

    def _stubs(self, typed: list[str]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Longer words that a typed word begins; where there are many, those that most schools bear and the shortest."""
        starts = np.array([t.encode() for t in typed], dtype="S24")
        low = np.searchsorted(self._sorted, starts, side="left")
        high = np.searchsorted(self._sorted, np.char.add(starts, b"\x7f").astype("S24"), side="right")
        asked: list[str] = []
        kept: list[npt.NDArray[np.int64]] = []
        for t, a, b in zip(typed, low.tolist(), high.tolist(), strict=True):
            if b <= a:
                continue
            ids = np.arange(a, b)
            if b - a > STUBS:
                ids = np.sort(ids[np.argsort(-self.often[a:b], kind="stable")[:STUBS]])
            asked += [t] * len(ids)
            kept.append(ids)
        word = np.concatenate([np.zeros(0, np.int64), *kept])
        size = np.array([len(t) for t in asked], dtype=np.float64)
        longest = np.array([len(self.words[i]) for i in word.tolist()], dtype=np.float64)
        return asked, word, 0.6 + 0.4 * size / np.maximum(longest, 1)

    def _far(self, typed: list[str]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Words that share most two-letter pieces with a longer word that no other way has found."""
        asked: list[str] = []
        kept: list[npt.NDArray[np.int64]] = []
        for t, mine in zip(typed, signatures(typed), strict=True):
            shared = np.bitwise_count(self._signature & mine).astype(np.float32)
            dice = 2 * shared / (self._pieces + np.bitwise_count(mine))
            close = np.flatnonzero(dice >= 0.45)
            if len(close) > _SHORTLIST:
                close = close[np.argsort(-dice[close], kind="stable")[:_SHORTLIST]]
            asked += [t] * len(close)
            kept.append(close)
        word = np.concatenate([np.zeros(0, np.int64), *kept])
        return asked, word, closeness(asked, [self.words[i] for i in word.tolist()])
