"""Reading a mention: where in the words a school may be named, what stands around it, and whether it says "none"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from childfirst.engines.linkage import none_phrases, text
from childfirst.engines.linkage.parts import MARK, NAME, NONE, NUMBER_KINDS, SEX, STOP, TYPE, WRAPPER, Part, PartMaker

MAX_TOKENS = 16
MAX_QUOTED = 60

_AS_TYPED = {"na": "n/a", "nk": "n/k"}
_YEAR_WORD = re.compile(r"(?:years?|yrs?|y)")
_YEAR_JOINED = re.compile(r"(?:years?|yrs?|y)(1[0-3]|[1-9])(?![0-9])")
_YEAR_NUMBER = re.compile(r"(1[0-3]|[1-9])(?![0-9])")


@dataclass(slots=True)
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
    * ``wrapped``: words of the text outside the span; ``run``: the distinctive words outside places, run together.
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
    run: str


class Reader:
    """Reads mentions with the register's own statistics.

    `idf` gives a word's weight in the register (0 or missing: not a register word), `near` a weight in 0..1 of how close a
    word that is not in the register comes to one that is, `prepare` is told all words of a batch before `near` is asked,
    `boroughs` maps canonical word tuples to a local authority, `initials` holds the initials of schools, `role` gives a
    word's role, `joined` the two words of a name that are typed as one.
    """

    def __init__(
        self,
        parts: PartMaker,
        boroughs: Mapping[tuple[str, ...], str],
        prepare: Callable[[Sequence[str]], None],
    ) -> None:
        self._parts = parts
        self._boroughs = boroughs
        self._prepare = prepare
        self._longest_borough = max((len(key) for key in boroughs), default=0)
        self._opens_borough = {key[0] for key in boroughs}

    def read(self, mention: str) -> Reading:
        """Read one mention. Any text is accepted; no text gives a reading without tokens."""
        return self.read_all([mention])[0]

    def read_all(self, mentions: Sequence[str]) -> list[Reading]:
        """Read many mentions; the words that are new are looked up together."""
        pieces = [text.pieces(mention) for mention in mentions]
        self._parts.learn(pieces)
        found = [self._read(mention, raws) for mention, raws in zip(mentions, pieces, strict=True)]
        self._prepare(list({token for reading in found for token in reading.tokens}))
        return found

    def _read(self, mention: str, pieces: list[str]) -> Reading:
        known = self._parts.known
        words = [part for raw in pieces for part in known[raw]]
        none = none_phrases.find(pieces)
        if words and not none and False not in [w.plain for w in words] and NAME in [w.kind for w in words]:
            return self._plain(words[:MAX_TOKENS], len(words))
        if none:
            words = [
                part for i, raw in enumerate(pieces) for part in (self._parts.as_none(raw) if i in none else known[raw])
            ]
        start, end, cued, places, boroughs, plain = self._look(words)
        if not none and NAME not in [words[i].kind for i in plain]:
            words = self._take_wrappers_as_names(words, start, end)
            start, end, cued, places, boroughs, plain = self._look(words)
        kept = [i for i in range(start, end) if words[i].kind > NONE and (words[i].kind != WRAPPER or _keeps(words, i))]
        kept = _first_of_each(words, kept)[:MAX_TOKENS]
        named = [i for i in kept if words[i].kind == NAME]
        return Reading(
            tokens=tuple([words[i].token for i in kept]),
            is_place=tuple([i in places for i in kept]),
            is_soft=tuple([words[i].soft for i in kept]),
            typed=tuple(dict.fromkeys([words[i].typed for i in named if not words[i].taken])),
            says_none=bool(none),
            says_none_only=bool(none) and plain.isdisjoint(named),
            none_words=" ".join(_AS_TYPED.get(pieces[i], pieces[i]) for i in sorted(none))[:MAX_QUOTED] if none else "",
            boroughs=boroughs,
            outside=tuple([w.token for w in words if w.outside]),
            unreadable=not pieces and any(c.isalpha() for c in mention),
            year_group=_year_group(pieces),
            cued=cued,
            wrapped=sum([w.kind != MARK for w in words]) - len(kept),
            run="".join([words[i].token for i in kept if words[i].role_name and i not in places]),
        )

    def _plain(self, words: list[Part], size: int) -> Reading:
        """The reading of a mention in which every word can only be part of a name."""
        tokens = tuple([w.token for w in words])
        if len(set(tokens)) < len(tokens):
            words = [words[i] for i in _first_of_each(words, list(range(len(words))))]
            tokens = tuple([w.token for w in words])
        return Reading(
            tokens=tokens,
            is_place=(False,) * len(tokens),
            is_soft=tuple([w.soft for w in words]),
            typed=tuple(dict.fromkeys([w.typed for w in words if w.kind == NAME])),
            says_none=False,
            says_none_only=False,
            none_words="",
            boroughs=(),
            outside=(),
            unreadable=False,
            year_group=0,
            cued=False,
            wrapped=max(size - MAX_TOKENS, 0),
            run="".join([w.token for w in words if w.role_name]),
        )

    def _look(self, words: list[Part]) -> tuple[int, int, bool, set[int], tuple[str, ...], set[int]]:
        """The span, whether a cue opens it, which words tell a place, boroughs, which words are neither."""
        start, end, cued = _span(words)
        places: set[int] = set()
        named: list[str] = []
        opens = [i for i, w in enumerate(words) if w.opens_borough]
        plain = set(range(start, end))
        if True in [w.kind == MARK or w.place_cue for w in words[start:end]]:
            places = _places_by_cue(words, start, end)
        until = 0
        for i in opens:
            if i < until:
                continue
            size = self._borough_at(words, i)
            if not size:
                continue
            until = i + size
            named.append(self._boroughs[tuple([w.token for w in words[i:until]])])
            plain -= set(range(i, until))
            before = NAME in [words[k].kind for k in range(start, min(i, end))]
            after = True in [words[k].kind in (NAME, TYPE, SEX) for k in range(max(until, start), end)]
            if before and not after:
                places |= set(range(i, until))
        return start, end, cued, places, tuple(dict.fromkeys(named)), plain - places

    def _borough_at(self, words: list[Part], i: int) -> int:
        for size in range(min(self._longest_borough, len(words) - i), 0, -1):
            if tuple([w.token for w in words[i : i + size]]) in self._boroughs:
                return size
        return 0

    def _take_wrappers_as_names(self, words: list[Part], start: int, end: int) -> list[Part]:
        """Where nothing else could be a name: words of reports that schools' names also have, beside the span if there is one."""
        inside = start < end
        usable = [w.usable and not (inside and w.stop_role) for w in words]
        first, last = start, end
        while first > 0 and (usable[first - 1] or words[first - 1].kind == MARK):
            first -= 1
        while last < len(usable) and (usable[last] or words[last].kind == MARK):
            last += 1
        chosen = range(first, last) if inside else range(len(usable))
        taken = {i for i in chosen if usable[i]}
        return [self._parts.as_name(w) if i in taken else w for i, w in enumerate(words)]


def _first_of_each(words: list[Part], kept: list[int]) -> list[int]:
    """The positions kept without those at which a word stands a second time."""
    first: dict[str, int] = {}
    for i in kept:
        first.setdefault(words[i].token, i)
    return list(first.values())


def _keeps(words: list[Part], i: int) -> bool:
    beside = (i > 0 and words[i - 1].kind == NAME) or (i + 1 < len(words) and words[i + 1].kind == NAME)
    return beside and words[i].could_be_name


def _span(words: list[Part]) -> tuple[int, int, bool]:
    """The run of words most like a school's name: the largest sum of word scores, with bonuses for cues around it."""
    size = len(words)
    best, first, last, cued = 0.0, 0, 0, False
    total, start, cued_here, opened, before_cues = 0.0, 0, False, False, False
    for i, word in enumerate(words):
        cue = word.kind > STOP and before_cues and _follows_cue(words, i)
        before_cues = word.name_cue or word.kind == MARK
        fresh = 0.8 if cue else 0.0
        if not opened or total <= fresh:
            total, start, cued_here, opened = fresh, i, cue, True
        total += word.score
        if total <= 0:
            opened, total = False, 0.0
            continue
        value = total + (0.3 if i + 1 < size and words[i + 1].end_cue else 0.0)
        if value > best + 1e-9:
            best, first, last, cued = value, start, i + 1, cued_here
    while first < last and words[first].kind in (STOP, MARK):
        first += 1
    while 0 < first < last and words[first - 1].could_be_name:
        first -= 1
    while first < last < size and words[last].could_be_name:
        last += 1
    return first, last, cued


def _follows_cue(words: list[Part], i: int) -> bool:
    before = words[i - 1]
    if before.name_cue and before.typed != "school":
        return True
    opens = before.kind == MARK and i >= 2 and words[i - 2].typed == "school"
    return opens and (i == 2 or words[i - 3].kind in (MARK, WRAPPER))


def _places_by_cue(words: list[Part], start: int, end: int) -> set[int]:
    places: set[int] = set()
    inside = seen_name = False
    for i in range(start, end):
        word = words[i]
        if word.kind == MARK:
            inside = seen_name and _is_street(words, i + 1)
        elif inside:
            places.add(i)
        elif word.place_cue and seen_name and word.kind in (STOP, WRAPPER, NAME):
            inside = True
            places.add(i)
        elif word.kind in NUMBER_KINDS:
            seen_name = True
    return places


def _is_street(words: list[Part], start: int) -> bool:
    """Whether the clause that starts here ends in a word for a street."""
    end = start
    while end < len(words) and words[end].kind not in (MARK, WRAPPER, NONE):
        end += 1
    return end - start >= 2 and words[end - 1].street_word


def _year_group(pieces: list[str]) -> int:
    for i, raw in enumerate(pieces):
        if raw[0] != "y":
            continue
        found = _YEAR_JOINED.match(raw)
        if found is None and i + 1 < len(pieces) and _YEAR_WORD.fullmatch(raw):
            found = _YEAR_NUMBER.match(pieces[i + 1])
        if found is not None:
            return int(found.group(1))
    return 0
