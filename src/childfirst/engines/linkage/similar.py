"""How close a typed word comes to each word of the register: equality, loose abbreviations, stubs and typing errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler
from scipy import sparse

from childfirst.engines.linkage import lexicon

LEAST = 0.5
KEPT = 24
_SHORTLIST = 60

Matches = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]


def grams(word: str, size: int = 2) -> set[str]:
    """Character n-grams of a word with its ends marked."""
    padded = f"^{word}$"
    return {padded[i : i + size] for i in range(max(len(padded) - size + 1, 1))}


def closeness(typed: str, words: Sequence[str]) -> npt.NDArray[np.float64]:
    """Similarity 0..1 of one typed word to register words.

    The mean of the optimal-string-alignment and the Jaro-Winkler similarity, set to 0 where more letters differ than a
    slip explains (1 of 3 to 4 letters, 2 of up to 8, 3 beyond). A stub that a longer word begins with scores by its share of letters.
    """
    listed = list(words)
    queries = [typed] * len(listed)
    slips = process.cpdist(queries, listed, scorer=OSA.distance, dtype=np.int32)
    jaro = process.cpdist(queries, listed, scorer=JaroWinkler.similarity, dtype=np.float64)
    lengths = np.array([len(w) for w in listed])
    longest = np.maximum(lengths, len(typed))
    allowed = np.where(longest <= 2, 0, np.where(longest <= 4, 1, np.where(longest <= 8, 2, 3)))
    score = np.where(slips <= allowed, 0.5 * (1 - slips / longest) + 0.5 * jaro, 0.0)
    if len(typed) >= 3:
        stub = np.array([w.startswith(typed) for w in listed])
        score = np.where(stub, np.maximum(score, 0.6 + 0.4 * len(typed) / longest), score)
    return score


class WordIndex:
    """The register's words, searchable by likeness. Results are cached, so that repeated words cost nothing."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self.position = {word: i for i, word in enumerate(self.words)}
        self._grams: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        for i, word in enumerate(self.words):
            for gram in sorted(grams(word)):
                columns.append(self._grams.setdefault(gram, len(self._grams)))
                rows.append(i)
        ones = np.ones(len(rows), dtype=np.float32)
        by_word = sparse.csr_matrix((ones, (rows, columns)), shape=(len(self.words), max(len(self._grams), 1)))
        self._by_gram = by_word.T.tocsr()
        self._sizes = np.asarray(by_word.sum(axis=1)).ravel()
        self._known: dict[str, Matches] = {}

    def matches(self, typed: str) -> Matches:
        """Register words like the typed one: positions and similarities in 0.5..1, best first, at most 24."""
        found = self._known.get(typed)
        if found is None:
            found = self._find(typed)
            if len(self._known) > 500_000:
                self._known.clear()
            self._known[typed] = found
        return found

    def near(self, typed: str) -> float:
        """The best similarity of any register word, 0 where none comes close."""
        similarities = self.matches(typed)[1]
        return float(similarities[0]) if len(similarities) else 0.0

    def _find(self, typed: str) -> Matches:
        scores: dict[int, float] = {}
        exact = self.position.get(typed)
        if exact is not None:
            scores[exact] = 1.0
        for loose in lexicon.LOOSE.get(typed, ()):
            if loose in self.position:
                scores[self.position[loose]] = 0.9
        if len(typed) >= 3 and not typed.isdigit():
            for i, score in self._alike(typed):
                if score >= LEAST:
                    scores[i] = max(scores.get(i, 0.0), score)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        return np.array([i for i, _ in ranked], dtype=np.int32), np.array([s for _, s in ranked], dtype=np.float32)

    def _alike(self, typed: str) -> list[tuple[int, float]]:
        known = [self._grams[g] for g in sorted(grams(typed)) if g in self._grams]
        if not known:
            return []
        shared = np.zeros(len(self.words), dtype=np.float32)
        for gram in known:
            a, b = self._by_gram.indptr[gram], self._by_gram.indptr[gram + 1]
            shared[self._by_gram.indices[a:b]] += 1.0
        dice = 2 * shared / (self._sizes + len(typed) + 1)
        shortlist = np.flatnonzero((dice >= 0.3) | (shared >= len(typed)))
        if len(shortlist) > _SHORTLIST:
            order = np.argsort(-dice[shortlist], kind="stable")[:_SHORTLIST]
            shortlist = np.sort(shortlist[order])
        if not len(shortlist):
            return []
        scores = closeness(typed, [self.words[i] for i in shortlist])
        return [(int(i), float(s)) for i, s in zip(shortlist, scores, strict=True)]
