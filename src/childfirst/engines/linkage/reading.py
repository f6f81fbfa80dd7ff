"""Reading a mention: where in the words a school may be named, what stands around it, and whether it says "none"."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from childfirst.engines.linkage import lexicon, text

MAX_TOKENS = 16
MAX_QUOTED = 60

_AS_TYPED = {"na": "n/a", "nk": "n/k"}

_NONE = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(sorted((p.strip() for p in lexicon.NONE_PHRASES), key=len, reverse=True))
    + r")(?![a-z0-9])"
)
_NOT_NONE = re.compile(r"(?<![a-z0-9])(?:" + "|".join(lexicon.NOT_NONE) + r")(?![a-z0-9])")
_YEAR_GROUP = re.compile(r"(?<![a-z0-9])(?:years?|yrs?|y)\s?(1[0-3]|[1-9])(?![0-9])")
_YEARS_OLD = re.compile(r"(?<![0-9])(\d{1,2})\s?(?:years?|yrs?|y)\b")

WRAPPERS = frozenset(lexicon.WRAPPERS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of one mention say.

    * ``tokens``: canonical words of the span in which a school is looked for, at most 16;
    * ``is_place``: per token, whether it stands after a place cue or is the name of a borough behind a name;
    * ``is_soft``: per token, whether it is a word of reports that also occurs in schools' names (``old``, ``new``);
    * ``typed``: the span's words as typed, for initials;
    * ``says_none``: a statement that no school is named; ``says_none_only``: and nothing else that could name one;
    * ``boroughs``: local authorities named in the text; ``outside``: canonical words that name a place outside England;
    * ``unreadable``: letters of another script and none that can be read;
    * ``year_group``: 1 to 13, or 0; ``cued``: the span follows a word such as ``at`` or ``attends``;
    * ``wrapped``: words of the text outside the span.
    """

    tokens: tuple[str, ...]
    is_place: tuple[bool, ...]
    is_soft: tuple[bool, ...]
    typed: tuple[str, ...]
    says_none: bool
    says_none_only: bool
    none_words: str
    boroughs: tuple[str, ...]
    outside: tuple[str, ...]
    unreadable: bool
    year_group: int
    cued: bool
    wrapped: int


@dataclass(slots=True)
class _Words:
    """The words of a text with the kind of each: a role, or ``mark``, ``none``, ``wrapper``."""

    canonical: list[str]
    typed: list[str]
    kinds: list[str]


class Reader:
    """Reads mentions with the register's own statistics.

    `idf` gives a word's weight in the register (0 or missing: not a register word), `near` a weight in 0..1 of how close a
    word that is not in the register comes to one that is, `boroughs` maps canonical word tuples to a local authority,
    `initials` holds the initials of schools.
    """

    def __init__(
        self,
        idf: Mapping[str, float],
        near: Callable[[str], float],
        boroughs: Mapping[tuple[str, ...], str],
        initials: Container[str] = frozenset(),
    ) -> None:
        self._initials = initials
        self._idf = idf
        self._near = near
        self._boroughs = boroughs
        self._borough_words = {word for key in boroughs for word in key} | {
            f"{word}s" for key in boroughs for word in key
        }
        self._longest_borough = max((len(key) for key in boroughs), default=0)

    def read(self, mention: str) -> Reading:
        """Read one mention. Any text is accepted; no text gives a reading without tokens."""
        pieces = text.pieces(mention)
        joined = " ".join(pieces)
        none = self._none_words(joined, pieces)
        year = _YEAR_GROUP.search(joined)
        words = self._words(pieces, none)
        start, end, cued = self._span(words)
        places, boroughs, plain = self._places(words, start, end)
        if not none and not any(words.kinds[i] == "name" and i in plain for i in range(start, end)):
            self._take_wrappers_as_names(words, start, end)
            start, end, cued = self._span(words)
            places, boroughs, plain = self._places(words, start, end)
        kept = [i for i in range(start, end) if self._keeps(words, i)][:MAX_TOKENS]
        named = [i for i in kept if words.kinds[i] == "name"]
        return Reading(
            tokens=tuple(words.canonical[i] for i in kept),
            is_place=tuple(places[i] for i in kept),
            is_soft=tuple(words.kinds[i] == "wrapper" or len(words.canonical[i]) == 1 for i in kept),
            typed=tuple(dict.fromkeys(words.typed[i] for i in named)),
            says_none=bool(none),
            says_none_only=bool(none) and not any(i in plain for i in named),
            none_words=" ".join(_AS_TYPED.get(pieces[i], pieces[i]) for i in sorted(none))[:MAX_QUOTED],
            boroughs=boroughs,
            outside=tuple(t for t, r in zip(words.canonical, words.typed, strict=True) if r in lexicon.OUTSIDE_ENGLAND),
            unreadable=not pieces and any(c.isalpha() for c in mention),
            year_group=int(year.group(1)) if year else 0,
            cued=cued,
            wrapped=sum(kind != "mark" for kind in words.kinds) - len(kept),
        )

    def _take_wrappers_as_names(self, words: _Words, start: int, end: int) -> None:
        """Where nothing else could be a name: words of reports that schools' names also have, beside the span if there is one."""
        usable = [
            kind in ("wrapper", "stop") and token in self._idf and typed not in lexicon.NAME_CUES and len(typed) > 1
            for token, typed, kind in zip(words.canonical, words.typed, words.kinds, strict=True)
        ]
        if start < end:
            usable = [can and text.role(token) != "stop" for can, token in zip(usable, words.canonical, strict=True)]
        first, last = start, end
        while first > 0 and (usable[first - 1] or words.kinds[first - 1] == "mark"):
            first -= 1
        while last < len(usable) and (usable[last] or words.kinds[last] == "mark"):
            last += 1
        for i in range(first, last) if start < end else range(len(usable)):
            if usable[i]:
                words.kinds[i] = "name"

    def _keeps(self, words: _Words, i: int) -> bool:
        kind = words.kinds[i]
        if kind != "wrapper":
            return kind not in ("mark", "none")
        beside = [words.kinds[k] for k in (i - 1, i + 1) if 0 <= k < len(words.kinds)]
        return "name" in beside and self._could_be_name(words, i)

    def _words(self, pieces: list[str], none: set[int]) -> _Words:
        words = _Words([], [], [])
        for index, raw in enumerate(pieces):
            if raw == text.MARK:
                words.canonical.append(text.MARK)
                words.typed.append(raw)
                words.kinds.append("mark")
                continue
            for part in [raw] if index in none else self._divided(raw):
                for token in text.word(part):
                    words.canonical.append(token)
                    words.typed.append(part)
                    words.kinds.append(_kind(part, token, index in none))
        return words

    def _divided(self, raw: str) -> list[str]:
        """A word the register does not know, as two that it knows where they were typed without the space."""
        if (
            len(raw) < 6
            or not raw.isalpha()
            or raw in WRAPPERS
            or raw in self._borough_words
            or any(t in self._idf for t in text.word(raw))
        ):
            return [raw]
        if self._near(raw) >= 0.85:
            return [raw]
        cuts = [k for k in range(3, len(raw) - 2) if self._knows(raw[:k]) and self._knows(raw[k:])]
        if not cuts:
            return [raw]
        best = max(cuts, key=lambda k: (min(k, len(raw) - k), k))
        return [raw[:best], raw[best:]]

    def _knows(self, raw: str) -> bool:
        return all(token in self._idf for token in text.word(raw))

    def _none_words(self, joined: str, words: list[str]) -> set[int]:
        spans = [m.span() for m in _NONE.finditer(joined)]
        if not spans:
            return set()
        blocked = [m.span() for m in _NOT_NONE.finditer(joined)]
        spans = [s for s in spans if not any(b[0] < s[1] and s[0] < b[1] for b in blocked)]
        found: set[int] = set()
        position = 0
        for index, raw in enumerate(words):
            if raw != text.MARK and any(a <= position < b for a, b in spans):
                found.add(index)
            position += len(raw) + 1
        return found

    def _span(self, words: _Words) -> tuple[int, int, bool]:
        """The run of words most like a school's name: the largest sum of word scores, with bonuses for cues around it."""
        typed, kinds = words.typed, words.kinds
        best = (0.0, 0, 0, False)
        total, start, cued_here, opened = 0.0, 0, False, False
        for i, kind in enumerate(kinds):
            cue = i > 0 and kind not in ("mark", "wrapper", "none", "stop") and _follows_cue(typed, kinds, i)
            fresh = 0.8 if cue else 0.0
            if not opened or total <= fresh:
                total, start, cued_here, opened = fresh, i, cue, True
            total += self._score(words.canonical[i], typed[i], kind)
            if total <= 0:
                opened, total = False, 0.0
                continue
            ends = i + 1 < len(kinds) and typed[i + 1] in lexicon.END_CUES
            value = total + (0.3 if ends else 0.0)
            if value > best[0] + 1e-9:
                best = (value, start, i + 1, cued_here)
        start, end = best[1], best[2]
        while start < end and kinds[start] in ("stop", "mark"):
            start += 1
        while 0 < start < end and self._could_be_name(words, start - 1):
            start -= 1
        while start < end < len(kinds) and self._could_be_name(words, end):
            end += 1
        return start, end, best[3]

    def _could_be_name(self, words: _Words, i: int) -> bool:
        typed = words.typed[i]
        cue = typed in lexicon.NAME_CUES or typed in lexicon.END_CUES or typed[0].isdigit()
        token = words.canonical[i]
        return (
            words.kinds[i] == "wrapper"
            and not cue
            and len(typed) > 1
            and token in self._idf
            and text.role(token) != "stop"
        )

    def _score(self, token: str, typed: str, kind: str) -> float:
        if kind == "mark":
            return -0.25
        if kind in ("wrapper", "none"):
            return -0.7 if token not in self._idf else -0.45
        if kind == "stop":
            return -0.02
        if kind in ("type", "faith", "sex"):
            return 0.5
        weight = self._idf.get(token, 0.0)
        if weight:
            return 0.45 + weight / 20
        return 0.15 + 0.6 * max(self._near(token), 0.9 * (len(typed) > 2 and typed in self._initials))

    def _places(self, words: _Words, start: int, end: int) -> tuple[list[bool], tuple[str, ...], set[int]]:
        """Which words tell a place; the boroughs named; which words of the span are neither place nor borough."""
        tokens, kinds = words.canonical, words.kinds
        places = [False] * len(tokens)
        named: list[str] = []
        plain = set(range(start, end))
        inside = seen_name = False
        for i in range(start, end):
            if kinds[i] == "mark":
                inside = seen_name and _is_street(words, i + 1)
            elif inside:
                places[i] = True
            elif tokens[i] in lexicon.PLACE_CUES and seen_name and kinds[i] in ("stop", "wrapper", "name"):
                inside = places[i] = True
            elif kinds[i] in ("name", "type", "faith"):
                seen_name = True
        i = 0
        while i < len(tokens):
            size = self._borough_at(tokens, i)
            if not size:
                i += 1
                continue
            named.append(self._boroughs[tuple(tokens[i : i + size])])
            plain -= set(range(i, i + size))
            before = any(kinds[k] == "name" for k in range(start, min(i, end)))
            after = any(kinds[k] in ("name", "type", "sex") for k in range(max(i + size, start), end))
            if before and not after:
                places[i : i + size] = [True] * len(places[i : i + size])
            i += size
        plain -= {i for i, place in enumerate(places) if place}
        return places, tuple(dict.fromkeys(named)), plain

    def _borough_at(self, tokens: list[str], i: int) -> int:
        for size in range(min(self._longest_borough, len(tokens) - i), 0, -1):
            if tuple(tokens[i : i + size]) in self._boroughs:
                return size
        return 0


def _is_street(words: _Words, start: int) -> bool:
    """Whether the clause that starts here ends in a word for a street."""
    end = start
    while end < len(words.kinds) and words.kinds[end] not in ("mark", "wrapper", "none"):
        end += 1
    return end - start >= 2 and words.canonical[end - 1] in lexicon.STREET_WORDS


def _kind(typed: str, token: str, none: bool) -> str:
    if none:
        return "none"
    if token in lexicon.PLACE_CUES:
        return "stop"
    if (
        typed[0].isdigit()
        or typed in WRAPPERS
        or typed in ("year", "years", "yr", "yrs", "y")
        or _YEAR_GROUP.fullmatch(typed)
    ):
        return "wrapper"
    return text.role(token)


def _follows_cue(typed: list[str], kinds: list[str], i: int) -> bool:
    if typed[i - 1] in lexicon.NAME_CUES and typed[i - 1] != "school":
        return True
    opens = i >= 2 and kinds[i - 1] == "mark" and typed[i - 2] == "school"
    return opens and (i == 2 or kinds[i - 3] in ("mark", "wrapper"))


def run_of(reading: Reading) -> str:
    """The mention's distinctive words outside its places, run together."""
    pairs = zip(reading.tokens, reading.is_place, strict=True)
    return "".join(t for t, place in pairs if not place and text.role(t) == "name")
