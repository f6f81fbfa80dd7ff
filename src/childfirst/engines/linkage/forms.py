"""The written forms under which a school may be named: its name, its short name, former names, initials."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from childfirst.engines.linkage import lexicon, text

MAX_WORDS = 14
NAME, SHORT, FORMER = 0, 1, 2

_TAIL = re.compile(r"\s*(?:,|\s-\s|\(|:|;).*$")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_LITTLE = ("of", "for", "and", "the", "at", "in", "on", "with", "by", "to", "a", "de", "la", "upon", "le")


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a school: canonical words (at most 14) and when it was in use (days since 1970)."""

    school: int
    kind: int
    written: str
    words: tuple[str, ...]
    valid_from: int
    valid_to: int


def short_names(name: str) -> list[str]:
    """The name without a bracket and without what follows a comma, dash or colon, where that leaves something."""
    tried = dict.fromkeys((_BRACKETS.sub("", name).strip(), _TAIL.sub("", name).strip()))
    return [s for s in tried if s and s != name and any(text.role(w) == "name" for w in text.tokens(s))]


def distinctive(words: tuple[str, ...]) -> str:
    """The distinctive words run together; all words where none is distinctive. What typing errors are compared on."""
    kept = [w for w in words if text.role(w) == "name"]
    return "".join(kept or words)


def initials(name: str) -> set[str]:
    """Initials by which a name is written: with and without little words, Church of England as C, CE or COE."""
    words = text.raw_words(name)
    if len(words) < 2:
        return set()
    joined = " ".join(words)
    joined = re.sub(r"\bc(?:hurch)? of e(?:ngland)?\b|\bcofe\b|\bce\b", "@", joined)
    joined = re.sub(r"\b6th\b", "sixth", joined)
    words = joined.split()[:12]
    found: set[str] = set()
    little = sorted({w for w in words if w in _LITTLE})
    drops: list[set[str]] = [set(), set(little)]
    drops += [set(some) for some in itertools.combinations(little, 1)]
    drops += [set(little) - {keep} for keep in little]
    faiths = ("c", "ce", "coe") if "@" in words else ("",)
    for drop, faith in itertools.product(drops, faiths):
        letters = "".join(faith if w == "@" else w[0] for w in words if w not in drop)
        if 2 <= len(letters) <= 12:
            found.add(letters)
        ends_in_type = lexicon.ABBREVIATIONS.get(words[-1], words[-1]) in lexicon.TYPE_WORDS
        if ends_in_type and 4 <= len(letters) <= 12:
            found.add(letters[:-1])
    return found
