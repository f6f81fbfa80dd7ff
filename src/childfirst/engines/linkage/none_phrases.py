"""Finding statements that no school is named: regular expressions over normalised words, tried only where one could begin."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from childfirst.engines.linkage import lexicon, text

_BLOCKED = re.compile(r"(?<![a-z0-9])(?:" + "|".join(lexicon.NOT_NONE) + r")(?![a-z0-9])")
_LITERAL = re.compile(r"(?<![\\{,])([a-z][a-z0-9]*)(\??)")


def _divided(pattern: str, at: str) -> list[str]:
    """A pattern cut where a character stands outside all brackets."""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(pattern):
        depth += (character in "([") - (character in ")]")
        if character == at and not depth:
            parts.append(pattern[start:i])
            start = i + 1
    return [*parts, pattern[start:]]


def _patterns() -> list[tuple[str, frozenset[str]]]:
    """Each alternative, longest line first, with the literal pieces of what may be its first word."""
    lines = sorted((p.strip() for p in lexicon.NONE_PHRASES), key=len, reverse=True)
    alternatives = [alternative for line in lines for alternative in _divided(line, "|")]
    return [(a, _first_words(_divided(a, " ")[0])) for a in alternatives]


def _first_words(pattern: str) -> frozenset[str]:
    pieces = _LITERAL.findall(pattern)
    return frozenset(p for p, _ in pieces) | frozenset(p[:-1] for p, optional in pieces if optional and len(p) > 1)


_PATTERNS = _patterns()


def _by_start() -> dict[str, frozenset[int]]:
    """Patterns by the first (at most three) letters of the words that they may begin with."""
    found: dict[str, set[int]] = defaultdict(set)
    for i, (_, pieces) in enumerate(_PATTERNS):
        for piece in pieces:
            found[piece[:3]].add(i)
    return {start: frozenset(patterns) for start, patterns in found.items()}


_BY_START = _by_start()
_NO_PATTERN: frozenset[int] = frozenset()


@lru_cache(maxsize=50_000)
def _beginning(word: str) -> re.Pattern[str] | None:
    """The patterns that could match from a word on: wide enough never to miss one."""
    chosen = _BY_START.get(word[:3], _NO_PATTERN)
    if len(word) < 4 or set(word) == {"x"}:
        chosen = chosen | _BY_START.get(word[:2], _NO_PATTERN) | _BY_START.get(word[:1], _NO_PATTERN)
    return _compiled(tuple(sorted(chosen))) if chosen else None


@lru_cache(maxsize=1_000)
def _compiled(chosen: tuple[int, ...]) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(_PATTERNS[i][0] for i in chosen) + r")(?![a-z0-9])")


def find(pieces: Sequence[str]) -> set[int]:
    """Which of the pieces of a text (`text.pieces`) belong to a statement that no school is named."""
    beginnings = [_beginning(raw) for raw in pieces]
    if not any(beginnings):
        return set()
    joined = " ".join(pieces)
    spans: list[tuple[int, int]] = []
    starts: list[int] = []
    position = 0
    free_from = 0
    for raw, pattern in zip(pieces, beginnings, strict=True):
        starts.append(position)
        if pattern is not None and position >= free_from:
            found = pattern.match(joined, position)
            if found is not None and found.end() > position:
                spans.append(found.span())
                free_from = found.end()
        position += len(raw) + 1
    if not spans:
        return set()
    blocked = [m.span() for m in _BLOCKED.finditer(joined)]
    spans = [s for s in spans if not any(b[0] < s[1] and s[0] < b[1] for b in blocked)]
    return {
        i
        for i, (raw, at) in enumerate(zip(pieces, starts, strict=True))
        if raw != text.MARK and any(a <= at < b for a, b in spans)
    }
