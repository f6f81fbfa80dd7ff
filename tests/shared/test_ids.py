"""Identifiers, one by one and many at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from childfirst.shared import ids


def test_many_are_ulids_different_and_ascending() -> None:
    made = ids.new_ulids(5_000)
    assert all(ids.is_ulid(one) for one in made)
    assert made == sorted(set(made))
    assert len({one[:10] for one in made}) == 1
    assert ids.new_ulids(0) == []


@given(st.integers(0, 2**80 - 1))
def test_letters_are_those_of_the_library(value: int) -> None:
    assert ids._letters(value) == str(ULID.from_bytes(bytes(6) + value.to_bytes(10, "big")))[10:]


def test_the_counter_never_runs_into_the_moment(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(ids, "ULID", lambda: ULID.from_bytes(bytes(6) + b"\xff" * 10))
    made = ids.new_ulids(10)
    assert len(set(made)) == 10
    assert {one[:10] for one in made} == {"0" * 10}
