"""The written forms under which a school may be named: its name, its short name, former names, initials."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from childfirst.engines.linkage import lexicon, tables, text
from childfirst.engines.linkage.schools import Schools

MAX_WORDS = 14
NAME, SHORT, FORMER = 0, 1, 2

_TAIL = re.compile(r"\s*(?:,|\s-\s|\(|:|;).*$")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_LITTLE = frozenset(("of", "for", "and", "the", "at", "in", "on", "with", "by", "to", "a", "de", "la", "upon", "le"))
_FAITH = re.compile(r"\bc(?:hurch)? of e(?:ngland)?\b|\bcofe\b|\bce\b")


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a school: canonical words (at most 14) and when it was in use (days since 1970)."""

    school: int
    kind: int
    written: str
    words: tuple[str, ...]
    valid_from: int
    valid_to: int


def of_register(schools: Schools, aliases: tables.Rows | None) -> list[Form]:
    """The forms of all schools, by school; each wording of a school once. Aliases of unknown URNs are left out."""
    first, last = int(tables.NO_DAY), int(np.iinfo(np.int64).max)
    listed: list[Form] = []
    for i, name in enumerate(schools.name):
        listed.append(_form(i, NAME, name, first, last))
        if not name.replace(" ", "").isalnum():
            listed.extend(_form(i, SHORT, short, first, last) for short in short_names(name))
    if aliases is not None:
        table = tables.frame(aliases, "aliases", ("urn", "alias"))
        position = {urn: i for i, urn in enumerate(schools.urn)}
        valid_to = tables.days(table, "valid_to")
        ends = np.where(valid_to == tables.NO_DAY, last, valid_to)
        rows = zip(
            tables.texts(table, "urn"),
            tables.texts(table, "alias"),
            tables.days(table, "valid_from").tolist(),
            ends.tolist(),
            strict=True,
        )
        listed.extend(_form(position[u], FORMER, a, f, t) for u, a, f, t in rows if a and u in position)
    listed.sort(key=lambda f: (f.school, f.kind, f.written, f.valid_from, f.valid_to))
    kept: dict[tuple[int, tuple[str, ...], int, int], Form] = {}
    for form in listed:
        if form.words:
            kept.setdefault((form.school, form.words, form.valid_from, form.valid_to), form)
    return list(kept.values())


def _form(school: int, kind: int, written: str, valid_from: int, valid_to: int) -> Form:
    words = tuple(dict.fromkeys(text.tokens(written)))[:MAX_WORDS]
    return Form(school, kind, written, words, valid_from, valid_to)


def short_names(name: str) -> list[str]:
    """The name without a bracket and without what follows a comma, dash or colon, where that leaves something."""
    tried = dict.fromkeys((_BRACKETS.sub("", name).strip(), _TAIL.sub("", name).strip()))
    return [s for s in tried if s and s != name and any(text.role(w) == "name" for w in text.tokens(s))]


def distinctive(words: Sequence[str]) -> str:
    """The distinctive words run together; all words where none is distinctive. What typing errors are compared on."""
    kept = [w for w in words if text.role(w) == "name"]
    return "".join(kept or words)


def initials(name: str) -> set[str]:
    """Initials by which a name is written: with and without little words, Church of England as C, CE or COE."""
    words = text.raw_words(name)
    if len(words) < 2:
        return set()
    faith = False
    if any(w[0] == "c" for w in words):
        joined, count = _FAITH.subn("@", " ".join(words))
        faith, words = bool(count), joined.split()
    words = ["sixth" if w == "6th" else w for w in words[:12]]
    little = sorted({w for w in words if w in _LITTLE})
    drops: set[frozenset[str]] = {frozenset(), frozenset(little)}
    if little:
        drops |= {frozenset(some) for some in itertools.combinations(little, 1)}
        drops |= {frozenset(little) - {keep} for keep in little}
    last = lexicon.ABBREVIATIONS.get(words[-1], words[-1])
    found: set[str] = set()
    for drop, letter in itertools.product(drops, ("c", "ce", "coe") if faith else ("",)):
        letters = "".join([letter if w == "@" else w[0] for w in words if w not in drop])
        if 2 <= len(letters) <= 12:
            found.add(letters)
            if len(letters) >= 4 and last in lexicon.TYPE_WORDS:
                found.add(letters[:-1])
    return found
