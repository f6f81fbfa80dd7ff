"""Ciphertext that opens only in its own place, and keys that are missing, wrong, renewed, destroyed."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.encounters.notices import sealing
from childfirst.encounters.notices.sealing import KeyTrouble, Sealed, seal, unseal
from childfirst.shared import clock

HERE = "encounters.notice:A|places.school:100001|content"
anything = st.recursive(st.text() | st.booleans() | st.integers(), lambda inner: st.lists(inner), max_leaves=5)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50, deadline=None
)
@given(content=st.dictionaries(st.text(), anything, max_size=4), place=st.text(min_size=1))
def test_what_is_sealed_opens_in_its_place_and_nowhere_else(content: dict[str, object], place: str) -> None:
    sealed = seal(content, bound_to=place)
    assert unseal(sealed, bound_to=place) == content
    with pytest.raises(KeyTrouble, match="changed in the database"):
        unseal(sealed, bound_to=place + " ")


def test_ciphertext_shows_neither_words_nor_much_of_their_length() -> None:
    short, long = seal({"words": "Ada"}, bound_to=HERE), seal({"words": "Ada " * 80}, bound_to=HERE)
    assert b"Ada" not in short.data
    assert len(short.data) == len(long.data)
    assert seal({"words": "Ada"}, bound_to=HERE).data != short.data


@pytest.mark.parametrize("position", [0, 5, 12, 40, -1])
def test_one_changed_bit_is_noticed(position: int) -> None:
    sealed = seal({"words": "Ada"}, bound_to=HERE)
    data = bytearray(sealed.data)
    data[position] ^= 1
    with pytest.raises(KeyTrouble, match="changed in the database"):
        unseal(Sealed(sealed.key, bytes(data)), bound_to=HERE)
    with pytest.raises(KeyTrouble):
        unseal(Sealed(sealed.key, b""), bound_to=HERE)


def test_the_key_is_for_its_owner_alone(keys: Path) -> None:
    name = sealing.newest()
    assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert sealing.key_names() == [name]
    assert sealing.newest() == name


def test_a_missing_key_is_said(keys: Path) -> None:
    sealed = seal({"words": "Ada"}, bound_to=HERE)
    (keys / sealed.key).unlink()
    with pytest.raises(KeyTrouble, match="not in the keys folder"):
        unseal(sealed, bound_to=HERE)
    with pytest.raises(KeyTrouble, match="not in the keys folder"):
        unseal(Sealed("../../etc/passwd", sealed.data), bound_to=HERE)


@pytest.mark.parametrize("text", ["", "zz", "00" * 32, "ab" * 31])
def test_a_wrong_key_is_said(keys: Path, text: str) -> None:
    sealed = seal({"words": "Ada"}, bound_to=HERE)
    (keys / sealed.key).write_text(text)
    with pytest.raises(KeyTrouble, match="changed or damaged"):
        unseal(sealed, bound_to=HERE)
    assert "changed or damaged" in sealing.trouble_with(sealed.key)


def test_a_folder_that_cannot_be_written_is_said(keys: Path) -> None:
    keys.parent.mkdir(parents=True)
    keys.write_text("a file where the folder should be")
    with pytest.raises(KeyTrouble, match="cannot be made"):
        seal({}, bound_to=HERE)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = seal({"words": "Ada"}, bound_to=HERE)
    name = sealing.new_key()
    assert sealing.newest() == name != old.key
    assert seal({}, bound_to=HERE).key == name
    assert unseal(old, bound_to=HERE) == {"words": "Ada"}


def test_keys_of_the_same_moment_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    made = [sealing.new_key() for _ in range(5)]
    assert sealing.key_names() == made
    assert sealing.made_at(made[-1]) == dt.datetime(2026, 3, 1, 0, 0, 0, 4, dt.UTC)


def test_a_destroyed_key_opens_nothing(keys: Path) -> None:
    sealed = seal({"words": "Ada"}, bound_to=HERE)
    sealing.destroy(sealed.key)
    assert list(keys.iterdir()) == []
    with pytest.raises(KeyTrouble):
        unseal(sealed, bound_to=HERE)
