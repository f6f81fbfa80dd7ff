"""Statements of no school: trying patterns only where one may begin misses none of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childfirst.engines.linkage import lexicon, none_phrases, text

PLAIN = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(sorted((p.strip() for p in lexicon.NONE_PHRASES), key=len, reverse=True))
    + r")(?![a-z0-9])"
)
BLOCKED = re.compile(r"(?<![a-z0-9])(?:" + "|".join(lexicon.NOT_NONE) + r")(?![a-z0-9])")
WORDS = sorted(
    {word for line in lexicon.NONE_PHRASES for word in re.findall(r"[a-z]{2,}", line)}
    | {"x", "xx", "n", "a", "|", "oak"}
)


def plainly(pieces: list[str]) -> set[int]:
    """The same, by trying every pattern everywhere."""
    joined = " ".join(pieces)
    spans = [m.span() for m in PLAIN.finditer(joined)]
    blocked = [m.span() for m in BLOCKED.finditer(joined)]
    spans = [s for s in spans if not any(b[0] < s[1] and s[0] < b[1] for b in blocked)]
    found, at = set(), 0
    for i, raw in enumerate(pieces):
        if raw != text.MARK and any(a <= at < b for a, b in spans):
            found.add(i)
        at += len(raw) + 1
    return found


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=9))
def test_as_if_all_were_tried_everywhere(pieces: list[str]) -> None:
    assert none_phrases.find(pieces) == plainly(pieces)


@pytest.mark.parametrize(
    "mention",
    [
        "being taught by parents", "same as brother", "not on any roll", "see body worn video", "would not give it",
        "between placements", "training provider", "no skl", "has none", "hospital", "taught at home", "nowhere",
    ],
)  # fmt: skip
def test_turns_of_phrase(mention: str) -> None:
    assert none_phrases.find(text.pieces(mention))


@pytest.mark.parametrize("name", ["Over Primary School", "Local Bank Junior School", "On Track Training Centre"])
def test_names_are_not_phrases(name: str) -> None:
    assert not none_phrases.find(text.pieces(name))
