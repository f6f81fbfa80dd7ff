"""Vintages come in any order: the same is known in the end."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from childfirst.places.layouts import NONE
from childfirst.places.merging import EMPTY, Sighting, State, same_name

JULY_2017, OCTOBER_2022, JULY_2025 = dt.date(2017, 7, 1), dt.date(2022, 10, 1), dt.date(2025, 7, 1)
told = st.fixed_dictionaries(
    {"name": st.sampled_from(["A", "B"])},
    optional={
        "phase": st.sampled_from(["primary", "secondary"]),
        "town": st.sampled_from(["Brook", "Fen"]),
        "status": st.sampled_from(["open", "closed"]),
        "closed_on": st.sampled_from([dt.date(2020, 8, 31), dt.date(2030, 8, 31), NONE]),
    },
)


@given(st.dictionaries(st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)), told, min_size=1, max_size=5), st.randoms())
def test_the_order_of_imports_does_not_matter(vintages, random):
    def end(order):
        state = State()
        for day in order:
            assert state.merge(vintages[day], day) == []
        return state

    days = sorted(vintages)
    shuffled = days[:]
    random.shuffle(shuffled)
    assert end(days) == end(shuffled)


@given(told, st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)))
def test_the_same_vintage_again_changes_nothing(values, day):
    state = State()
    state.merge(values, day)
    before = (dict(state.values), dict(state.known), state.seen_on)
    assert state.merge(values, day) == []
    assert before == (state.values, state.known, state.seen_on)


def test_a_slim_vintage_blanks_nothing_and_an_older_one_takes_nothing_back():
    state = State()
    state.merge({"name": "Old", "phase": "primary", "town": "Fen"}, JULY_2017)
    state.merge({"name": "New", "town": "Brook"}, JULY_2025)
    state.merge({"name": "Middle", "town": "Elsewhere", "gender": "mixed"}, OCTOBER_2022)
    assert state.values == {**EMPTY, "name": "New", "phase": "primary", "town": "Brook", "gender": "mixed"}
    assert state.known["phase"] == "2017-07-01" and state.known["gender"] == "2022-10-01"
    assert state.seen_on == JULY_2025


def test_two_registers_of_one_day_that_contradict_each_other_are_told():
    state = State()
    state.merge({"name": "A", "town": "Fen"}, JULY_2025)
    assert state.merge({"name": "B", "town": "Fen"}, JULY_2025) == ["name"]
    assert state.values["name"] == "A"


def test_a_school_that_is_seen_open_again_has_not_closed():
    state = State()
    state.merge({"name": "A", "status": "closed", "closed_on": dt.date(2020, 8, 31)}, OCTOBER_2022)
    state.merge({"name": "A", "status": "open"}, JULY_2025)
    assert state.values["status"] == "open" and state.closed_on is None
    state.merge({"name": "A", "status": "closed"}, dt.date(2026, 1, 1))
    assert state.closed_on == dt.date(2020, 8, 31)


def test_a_flag_of_absence_falls_when_the_school_is_seen_since():
    state = State(seen_on=JULY_2017, absent_on=OCTOBER_2022)
    state.merge({"name": "A"}, dt.date(2020, 1, 1))
    assert state.absent_on == OCTOBER_2022
    state.merge({"name": "A"}, JULY_2025)
    assert state.absent_on is None


def test_sightings_widen():
    name = Sighting()
    for day in (OCTOBER_2022, JULY_2017, JULY_2025):
        name.see(day)
    assert (name.first_seen, name.last_seen) == (JULY_2017, JULY_2025)


def test_names_that_differ_in_spelling_only():
    assert same_name("St. Mary's  School", "ST MARYS SCHOOL") and same_name("A & B", "A and B")
    assert not same_name("St Mary's School", "St Marys Academy")
