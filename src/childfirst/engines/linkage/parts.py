"""The words of a mention with what the register makes of each: its kind, its weight in the search for a name, its cues."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from childfirst.engines.linkage import lexicon, text

MARK, NONE, WRAPPER, STOP, TYPE, FAITH, SEX, NAME = range(8)
NUMBER_KINDS = frozenset((TYPE, FAITH, NAME))
_KINDS = {"stop": STOP, "type": TYPE, "faith": FAITH, "sex": SEX, "name": NAME}
_YEARS = frozenset(("year", "years", "yr", "yrs", "y"))
_YEAR_GROUP = re.compile(r"(?:years?|yrs?|y)\s?(1[0-3]|[1-9])")
_LIKE_A_WORD = 0.85
_CACHED = 200_000
_LONG = 6


@dataclass(slots=True)
class Part:
    """One canonical word of a mention: `typed` is the word it comes from, `score` its weight in the search for the span.

    A word is `plain` when it can only be part of a name: no cue, no wrapper, no place.
    """

    token: str
    typed: str
    kind: int
    score: float
    could_be_name: bool
    usable: bool
    stop_role: bool
    soft: bool
    name_cue: bool
    end_cue: bool
    place_cue: bool
    street_word: bool
    opens_borough: bool
    outside: bool
    role_name: bool
    plain: bool
    taken: bool = False


class PartMaker:
    """Makes and remembers the parts of typed words.

    `idf` gives a word's weight in the register (missing: not a register word), `near` how close a word comes to one that is in
    the register (0..1), `prepare` is told many words before `near` is asked, `initials` holds the initials of schools,
    `joined` gives the two words of a name that were typed as one (exactly, or with a slip), else nothing.
    """

    def __init__(
        self,
        idf: Mapping[str, float],
        near: Callable[[str], float],
        prepare: Callable[[Iterable[str]], None],
        initials: Container[str],
        boroughs: Iterable[tuple[str, ...]],
        joined: Callable[[Sequence[str], bool], Mapping[str, tuple[str, str]]],
    ) -> None:
        self._idf = idf
        self._near = near
        self._prepare = prepare
        self._initials = initials
        self._joined = joined
        boroughs = list(boroughs)
        self._opens_borough = {key[0] for key in boroughs}
        self._borough_words = {w for key in boroughs for w in key} | {f"{w}s" for key in boroughs for w in key}
        self.known: dict[str, tuple[Part, ...]] = {text.MARK: (self._part(text.MARK, text.MARK, MARK),)}
        self._none: dict[str, tuple[Part, ...]] = {}
        self._names: dict[tuple[str, str], Part] = {}

    def learn(self, texts: Iterable[Sequence[str]]) -> None:
        """Make the parts of all words that are new."""
        if len(self.known) > _CACHED:
            self.known = {text.MARK: self.known[text.MARK]}
            self._none.clear()
            self._names.clear()
        words: set[str] = set()
        words.update(*texts)
        new = [raw for raw in words if raw not in self.known]
        if new:
            self._prepare({t for raw in new for t in (raw, *text.word(raw))})
        divided = self._divided(new)
        for raw in new:
            self.known[raw] = tuple(
                self._part(token, piece, _kind(piece, token))
                for piece in divided.get(raw, (raw,))
                for token in text.word(piece)
            )

    def as_none(self, raw: str) -> tuple[Part, ...]:
        """The parts of a word that belongs to a statement that no school is named."""
        found = self._none.get(raw)
        if found is None:
            found = self._none[raw] = tuple(self._part(token, raw, NONE) for token in text.word(raw))
        return found

    def as_name(self, part: Part) -> Part:
        """The same word, taken for a name."""
        key = (part.token, part.typed)
        found = self._names.get(key)
        if found is None:
            found = replace(part, kind=NAME, score=self._score(part.token, part.typed, NAME), soft=len(part.token) == 1)
            self._names[key] = found = replace(found, could_be_name=False, usable=False, taken=True)
        return found

    def _part(self, token: str, typed: str, kind: int) -> Part:
        in_register = token in self._idf
        stop_role = token in lexicon.STOP
        cue = typed in lexicon.NAME_CUES or typed in lexicon.END_CUES or typed[0].isdigit()
        name_cue, end_cue = typed in lexicon.NAME_CUES, typed in lexicon.END_CUES
        place_cue, outside = token in lexicon.PLACE_CUES, kind != MARK and typed in lexicon.OUTSIDE_ENGLAND
        opens_borough = token in self._opens_borough
        return Part(
            token=token,
            typed=typed,
            kind=kind,
            score=self._score(token, typed, kind),
            could_be_name=kind == WRAPPER and not cue and len(typed) > 1 and in_register and not stop_role,
            usable=kind in (WRAPPER, STOP) and in_register and typed not in lexicon.NAME_CUES and len(typed) > 1,
            stop_role=stop_role,
            soft=kind == WRAPPER or len(token) == 1,
            name_cue=name_cue,
            end_cue=end_cue,
            place_cue=place_cue,
            street_word=token in lexicon.STREET_WORDS,
            opens_borough=opens_borough,
            outside=outside,
            role_name=text.role(token) == "name",
            plain=kind > STOP
            and not ((name_cue and typed != "school") or end_cue or place_cue or outside or opens_borough),
        )

    def _score(self, token: str, typed: str, kind: int) -> float:
        if kind == MARK:
            return -0.25
        if kind in (WRAPPER, NONE):
            return -0.7 if token not in self._idf else -0.45
        if kind == STOP:
            return -0.02
        if kind in (TYPE, FAITH, SEX):
            return 0.5
        if len(token) == 1:
            return 0.1
        weight = self._idf.get(token, 0.0)
        if weight:
            return 0.45 + weight / 20
        return 0.15 + 0.6 * max(self._near(token), 0.9 * (len(typed) > 2 and typed in self._initials))

    def _divided(self, new: Sequence[str]) -> dict[str, Sequence[str]]:
        """Words the register does not know, as two that it knows where they were typed without the space."""
        unknown = [
            raw
            for raw in new
            if len(raw) >= _LONG
            and raw.isalpha()
            and raw not in lexicon.WRAPPERS
            and raw not in self._borough_words
            and not any(token in self._idf for token in text.word(raw))
        ]
        found: dict[str, Sequence[str]] = dict(self._joined(unknown, False))
        left = [raw for raw in unknown if raw not in found and self._near(raw) < _LIKE_A_WORD]
        for raw in left:
            cuts = [k for k in range(3, len(raw) - 2) if self._knows(raw[:k]) and self._knows(raw[k:])]
            if cuts:
                best = max(cuts, key=lambda k: (min(k, len(raw) - k), k))
                found[raw] = (raw[:best], raw[best:])
        return dict(self._joined([raw for raw in left if raw not in found], True)) | found

    def _knows(self, raw: str) -> bool:
        return all(token in self._idf for token in text.word(raw))


def _kind(typed: str, token: str) -> int:
    if typed == text.MARK:
        return MARK
    if token in lexicon.PLACE_CUES:
        return STOP
    if typed[0].isdigit() or typed in lexicon.WRAPPERS or typed in _YEARS or _YEAR_GROUP.fullmatch(typed):
        return WRAPPER
    return _KINDS[text.role(token)]
