"""Finding a school from what a person types: an index in memory over names, former names, places and numbers."""

from __future__ import annotations

import heapq
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[a-z0-9]+")
_SAME = {
    "saint": "st", "saints": "st", "ss": "st", "sts": "st", "and": "", "the": "", "of": "", "coll": "college",
    "sch": "school", "ce": "cofe", "coe": "cofe", "rc": "catholic", "jnr": "junior", "inf": "infant",
    "prim": "primary", "sec": "secondary", "acad": "academy", "pri": "primary", "jun": "junior",
}  # fmt: skip
MANY = 4000
FEW = 1000
"""More hits than this are thinned before they are ranked, to those that begin as typed and this many others."""

_JOINED = (
    (re.compile(r"\bc\.? ?of ?e\b|\bchurch of england\b"), "cofe"),
    (re.compile(r"\broman catholic\b"), "catholic"),
)


def words_of(text: str) -> list[str]:
    """The words by which a text is found: folded to a-z and 0-9, without apostrophes, usual abbreviations made one."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode().replace("'", "")
    folded = folded.replace("&", " and ")
    for pattern, word in _JOINED:
        folded = pattern.sub(word, folded)
    return [word for raw in _WORD.findall(folded) if (word := _SAME.get(raw, raw))]


def initials_of(text: str) -> str:
    """First letters of the words: ``lssc`` for Lambeth South Sports College."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode().replace("'", "")
    return "".join(word[0] for word in _WORD.findall(plain))


@dataclass(frozen=True, slots=True)
class Entry:
    """One school as the index needs it. ``rank`` is 0 for open schools, 1 for unknown, 2 for closed ones."""

    urn: int
    name: str
    former: tuple[str, ...] = ()
    place: str = ""
    postcode: str = ""
    rank: int = 0
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A found school: its number, and the former name by which it was found (empty: by its name of today)."""

    urn: int
    former: str = ""


Words = tuple[str, ...]


@dataclass
class _Postings:
    """Word -> positions of entries, with the words sorted so that those of a prefix stand together."""

    raw: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    words: list[str] = field(default_factory=list)
    asked: dict[str, set[int]] = field(default_factory=dict)

    def close(self) -> None:
        self.words = sorted(self.raw)

    def starting_with(self, prefix: str) -> set[int]:
        """Positions of the entries with a word that begins so; the answers to short prefixes are kept."""
        if prefix in self.asked:
            return self.asked[prefix]
        found: set[int] = set()
        at = bisect_left(self.words, prefix)
        while at < len(self.words) and self.words[at].startswith(prefix):
            found |= self.raw[self.words[at]]
            at += 1
        if len(found) > MANY:
            self.asked[prefix] = found
        return found


class SchoolFinder:
    """Finds schools among entries; built once for a state of the register, then only read.

    Every word typed must begin a word of the school's name, of one of its former names, of its place or its postcode.
    A word that begins nothing is taken for a misspelling of the nearest words (one slip, or two in six letters and
    more). Initials, a postcode or its beginning, and a URN or its beginning find directly.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda e: (e.name.casefold(), e.urn))
        self._names: list[Words] = [tuple(words_of(entry.name)) for entry in self.entries]
        self._former: list[tuple[Words, ...]] = [tuple(tuple(words_of(n)) for n in e.former) for e in self.entries]
        self._urns = sorted((str(entry.urn), at) for at, entry in enumerate(self.entries))
        self._words, self._postcodes, self._initials = _Postings(), _Postings(), _Postings()
        for at, entry in enumerate(self.entries):
            for words in (self._names[at], *self._former[at], words_of(entry.place)):
                for word in words:
                    self._words.raw[word].add(at)
            for name in (entry.name, *entry.former):
                if len(initials := initials_of(name)) >= 2:
                    self._initials.raw[initials].add(at)
            if entry.postcode:
                self._postcodes.raw[entry.postcode.replace(" ", "").lower()].add(at)
        for postings in (self._words, self._postcodes, self._initials):
            postings.close()

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, text: str, limit: int, near: tuple[float, float] | None = None) -> list[Hit]:
        """The best hits. ``near`` is a point in grid metres: among equally good hits the nearest come first."""
        typed = list(dict.fromkeys(words_of(text)))[:8]
        if not typed or limit < 1:
            return []
        initials = re.sub(r"[\s.]", "", text).lower()
        short = self._initials.raw.get(initials, set()) if len(initials) >= 2 else set()
        found = self._by_number(text)
        if not found:
            found, typed = self._by_words(typed, forgive=not short)
        if len(found) > MANY:
            found = self._first_rate(found, typed)
        found = found | short
        best = heapq.nsmallest(limit, found, key=lambda at: self._order(at, typed, near))
        return [Hit(self.entries[at].urn, self._former_hit(at, typed)) for at in best]

    def _by_number(self, text: str) -> set[int]:
        compact = re.sub(r"\s", "", text).lower()
        if re.fullmatch(r"[0-9]{3,6}", compact):
            found = set()
            for urn, at in self._urns[bisect_left(self._urns, (compact, -1)) :]:
                if not urn.startswith(compact):
                    break
                found.add(at)
            return found
        if re.fullmatch(r"[a-z]{1,2}[0-9][a-z0-9]?([0-9][a-z]{0,2})?", compact):
            return self._postcodes.starting_with(compact)
        return set()

    def _by_words(self, typed: Sequence[str], *, forgive: bool) -> tuple[set[int], list[str]]:
        """What all the words find, and the words as they were understood."""
        found: set[int] | None = None
        understood = []
        for word in typed:
            hits = self._words.starting_with(word) | self._postcodes.starting_with(word)
            if not hits and forgive:
                hits, word = self._misspelt(word)
            understood.append(word)
            found = hits if found is None else found & hits
            if not found:
                return set(), list(typed)
        return found or set(), understood

    def _misspelt(self, word: str) -> tuple[set[int], str]:
        if len(word) < 4 or any(letter.isdigit() for letter in word):
            return set(), word
        slips = 2 if len(word) >= 6 else 1
        near = process.extract(word, self._words.words, scorer=OSA.distance, score_cutoff=slips, limit=12)
        if not near:
            return set(), word
        return set().union(*(self._words.raw[match] for match, _, _ in near)), near[0][0]

    def _first_rate(self, found: set[int], typed: Sequence[str]) -> set[int]:
        """Of very many hits those whose name begins as typed, and the first open ones: the rest would not be shown."""
        begins = {at for at in found if self._names[at][:1] and self._names[at][0].startswith(typed[0])}
        return begins | set(heapq.nsmallest(FEW, (at for at in found if self.entries[at].rank == 0)))

    def _order(self, at: int, typed: Sequence[str], near: tuple[float, float] | None) -> tuple[float, ...]:
        entry = self.entries[at]
        quality: float = _closeness(typed, self._names[at])
        if quality and self._former[at]:
            quality = min(quality, min(_closeness(typed, former) for former in self._former[at]) + 0.5)
        distance = 0.0
        if near is not None:
            distance = (
                1e12 if entry.x is None or entry.y is None else (entry.x - near[0]) ** 2 + (entry.y - near[1]) ** 2
            )
        return quality >= 1, entry.rank, quality, distance, len(self._names[at]), at

    def _former_hit(self, at: int, typed: Sequence[str]) -> str:
        """The former name that was meant, where the typed words are not all in today's name."""
        entry = self.entries[at]
        if not entry.former or _closeness(typed, self._names[at]) < ELSEWHERE:
            return ""
        scores = [_closeness(typed, former) for former in self._former[at]]
        return entry.former[scores.index(min(scores))] if min(scores) < ELSEWHERE else ""


ELSEWHERE = 4


def _closeness(typed: Sequence[str], name: Sequence[str]) -> int:
    """0: the very name; 1: begins with what was typed; 2: the words in order; 3: each in the name; 4: elsewhere."""
    size = len(typed)
    if size <= len(name) and name[size - 1].startswith(typed[-1]) and list(name[: size - 1]) == list(typed[:-1]):
        return 0 if size == len(name) and name[-1] == typed[-1] else 1
    at = 0
    for word in name:
        if at < size and word.startswith(typed[at]):
            at += 1
    if at == size:
        return 2
    if all(any(word.startswith(part) for word in name) for part in typed):
        return 3
    return ELSEWHERE
