"""Type-ahead: what has been typed so far, with a slip, near a place, by initials or by number."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines.linkage import Register


@pytest.mark.parametrize(
    ("typed", "urn"),
    [
        ("Lar", "1"),
        ("larkfield p", "1"),
        ("larkfield hi", "2"),
        ("larkfeild pr", "1"),
        ("lrakf", "1"),
        ("quil", "5"),
        ("quilon ac", "5"),
        ("dunm", "5"),
        ("TGGS", "6"),
        ("tamsin grove b", "7"),
        ("grove tamsin", "6"),
        ("the vale six", "10"),
        ("st brid", "3"),
        ("saint bri", "3"),
        ("1000", "1000"),
    ],
)
def test_the_school_is_among_the_first(register: Register, typed: str, urn: str) -> None:
    assert urn in [found.urn for found in register.suggest(typed, 4)]


def test_the_nearer_of_two_namesakes_comes_first(register: Register) -> None:
    assert register.suggest("St Bride's Catholic", lat=51.60, lon=-0.40)[0].urn == "4"
    found = register.suggest("St Bride's Catholic", lat=51.52, lon=-0.12)
    assert found[0].urn == "3"
    assert found[0].km == pytest.approx(0.0, abs=0.1)
    assert register.suggest("St Bride's Catholic")[0].km is None


def test_a_former_name_is_told(register: Register) -> None:
    found = register.suggest("Dunmarrow")[0]
    assert (found.name, found.written) == ("Quillon Academy", "Dunmarrow Comprehensive")


def test_an_open_school_stands_before_a_closed_one(register: Register) -> None:
    assert [found.urn for found in register.suggest("pennyworth")] == ["12", "11"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "??", "\U0001f642", "\u0645\u062f\u0631\u0633\u0629", "xyzzyxyzzy", "|||", "99999"]
)
def test_nothing_to_suggest(register: Register, typed: str) -> None:
    assert register.suggest(typed) == []
    assert register.suggest("larkfield", 0) == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.integers(1, 12))
def test_any_text_gives_few_distinct_schools_best_first(register: Register, typed: str, limit: int) -> None:
    found = register.suggest(typed, limit)
    assert len(found) <= limit
    assert len({one.urn for one in found}) == len(found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert register.suggest(typed, limit) == found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_every_beginning_of_a_name_of_three_letters_finds_it(register: Register, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(register) - 1))
    name = register.schools.name[at]
    typed = name[: data.draw(st.integers(min(3, len(name)), len(name)))]
    assert register.schools.urn[at] in [one.urn for one in register.suggest(typed, len(register))]
