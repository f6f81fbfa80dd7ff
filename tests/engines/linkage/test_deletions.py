"""Deletion neighbourhoods and quick likeness: no word within the promised slips is missed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from childfirst.engines.linkage import deletions, similar

WORD = st.text(alphabet="abcdeh", min_size=3, max_size=10)


@settings(deadline=None)
@given(st.lists(WORD, min_size=1, max_size=12, unique=True), WORD)
def test_words_within_one_slip_share_a_string(listed: list[str], typed: str) -> None:
    _, found = deletions.Neighbours(listed, 1).pairs([typed])
    assert {i for i, word in enumerate(listed) if OSA.distance(typed, word) <= 1} <= set(found.tolist())


@settings(deadline=None)
@given(st.lists(WORD, min_size=1, max_size=12, unique=True), WORD)
def test_longer_words_within_two_slips_share_a_string(listed: list[str], typed: str) -> None:
    _, found = deletions.Neighbours(listed, 2).pairs([typed])
    long = len(typed) >= deletions.TWO_FROM
    near = {
        i
        for i, word in enumerate(listed)
        if long and len(word) >= deletions.TWO_FROM and OSA.distance(typed, word) <= 2
    }
    assert near <= set(found.tolist())


@given(st.lists(WORD, max_size=6), st.lists(WORD, max_size=6))
def test_each_pair_stands_once_and_in_order(listed: list[str], typed: list[str]) -> None:
    row, found = deletions.Neighbours(listed, 2).pairs(typed)
    pairs = list(zip(row.tolist(), found.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


def test_runs_of_numbers() -> None:
    assert deletions.spread(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert deletions.spread(np.array([], int), np.array([], int)).tolist() == []


@pytest.mark.parametrize(
    ("typed", "word", "least", "most"),
    [
        ("larkfield", "larkfield", 1, 1),
        ("larkfeild", "larkfield", 0.9, 1),
        ("oak", "elm", 0, 0),
        ("ab", "ac", 0, 0),
    ],
)
def test_closeness(typed: str, word: str, least: float, most: float) -> None:
    assert least <= similar.closeness([typed], [word])[0] <= most


def test_words_are_found_alike_alone_and_together() -> None:
    words = ["ashbrook", "birch", "catholic", "larkfield", "larkhall", "primary", "school"]
    typed = ["larkfeild", "lark", "shcool", "birhc", "xx", "primary", "larkfieldd", "77"]
    together = similar.WordIndex(words, np.ones(len(words)))
    together.prepare(typed)
    for word in typed:
        alone = similar.WordIndex(words, np.ones(len(words))).matches(word)
        assert [a.tolist() for a in together.matches(word)] == [a.tolist() for a in alone]
    assert together.near("larkfeild") > 0.9
    assert together.near("xx") == 0
