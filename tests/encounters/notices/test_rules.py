"""School days, states, what can be sent, names in words: no database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.encounters.notices import rules
from childfirst.encounters.notices.vocabulary import LIVE, SHOWN_TO_LEADS, TRANSITIONS, State, Step
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from tests.encounters.notices.makers import TOLD

UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""A busy machine is no finding."""
NOW = dt.datetime(2026, 3, 24, 10, tzinfo=dt.UTC)


def london(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=clock.LONDON)  # type: ignore[misc,arg-type]


def weekdays(day: dt.date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        (london(2026, 3, 23, 10), 2, london(2026, 3, 25, 10)),  # Monday to Wednesday
        (london(2026, 3, 27, 17), 2, london(2026, 3, 31, 17)),  # Friday to Tuesday, over the change of clocks
        (london(2026, 3, 28, 9), 2, london(2026, 4, 1, 0)),  # Saturday: Monday and Tuesday are whole
        (london(2026, 3, 23, 10), 5, london(2026, 3, 30, 10)),
    ],
)
def test_a_deadline_counts_school_days(since: dt.datetime, days: int, due: dt.datetime) -> None:
    found = rules.working_deadline(since, days, weekdays)
    assert found is not None
    assert (clock.local(found).date(), clock.local(found).hour) == (due.date(), due.hour)


def test_a_deadline_waits_for_the_end_of_the_holiday() -> None:
    def works(day: dt.date) -> bool:
        return day.weekday() < 5 and not dt.date(2026, 7, 22) <= day <= dt.date(2026, 9, 1)

    found = rules.working_deadline(london(2026, 7, 21, 15), 2, works)
    assert found == london(2026, 9, 3, 15)
    assert rules.next_school_day(dt.date(2026, 7, 22), works) == dt.date(2026, 9, 2)


def test_a_school_that_never_works_has_no_deadline() -> None:
    assert rules.working_deadline(NOW, 2, lambda day: False) is None
    assert rules.next_school_day(NOW.date(), lambda day: False) is None


@UNHURRIED
@given(
    since=st.integers(0, 3_000_000).map(lambda minutes: london(2024, 1, 1) + dt.timedelta(minutes=minutes)),
    days=st.integers(1, 10),
    closed=st.sets(st.integers(0, 40), max_size=20),
)
def test_a_deadline_leaves_exactly_so_many_school_days(since: dt.datetime, days: int, closed: set[int]) -> None:
    first = clock.local(since).date()

    def works(day: dt.date) -> bool:
        return day.weekday() < 5 and (day - first).days not in closed

    due = rules.working_deadline(since, days, works)
    assert due is not None
    assert due > since
    last = clock.local(due).date()
    assert works(last)
    between = sum(works(first + dt.timedelta(days=i)) for i in range(1, (last - first).days + 1))
    # What comes on a day without school counts from the next one's midnight, which is then not counted itself.
    assert between == (days if works(first) else days + 1)


def test_every_step_is_in_the_table_or_refused() -> None:
    allowed = {(t.before, t.step) for t in TRANSITIONS}
    assert len(allowed) == len(TRANSITIONS)
    for state in State:
        for step in Step:
            if (state, step) in allowed:
                assert rules.after(state, step) in State
            else:
                with pytest.raises(UserError, match="notice"):
                    rules.after(state, step)


def test_no_state_holds_words_that_a_school_does_not_see_or_an_officer_does_not_write() -> None:
    assert set(LIVE) == {State.TO_WRITE, State.WAITING, State.OPENED}
    assert not {State.TO_WRITE, State.WITHHELD, State.WITHDRAWN} & set(SHOWN_TO_LEADS)
    assert {t.after for t in TRANSITIONS} | {State.TO_WRITE} == set(State)


def test_the_diagram_in_the_readme_is_the_table() -> None:
    readme = Path(rules.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert rules.as_diagram() in readme


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, True),
        ({"has_school": False}, False),
        ({"source": "archive"}, False),
        ({"source": "legacy"}, False),
        ({"source": "api"}, True),
        ({"age": 17}, True),
        ({"age": 18}, False),
        ({"age": None, "age_band": "18-24"}, False),
        ({"age": None, "age_band": "not_recorded"}, True),
        ({"search_of": "vehicle"}, False),
    ],
)
def test_which_encounters_call_for_a_notice(changes: dict[str, object], calls: bool) -> None:
    plain = {"has_school": True, "source": "form", "age": 14, "age_band": "10-17", "search_of": "person"}
    assert rules.concerns_a_pupil(**{**plain, **changes}) is calls  # type: ignore[arg-type]


def test_a_notice_begins_only_about_what_is_recent() -> None:
    assert rules.is_recent(NOW - dt.timedelta(days=29), NOW)
    assert not rules.is_recent(NOW - dt.timedelta(days=31), NOW)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"name_known": "no", "name": ""}, ""),
        ({"name_known": "no"}, "Say that you know the name"),
        ({"name": "  "}, "Enter the child’s name"),
        ({"name_known": "perhaps"}, "Say whether you know the name"),
        ({"date_of_birth": "1980-01-01"}, "must be that of a child"),
        ({"date_of_birth": "2026-01-01"}, "must be that of a child"),
        ({"year_group": "99"}, "Choose a year group"),
        ({"happened": "\n"}, "Say what happened"),
        ({"needed": ()}, "what is needed"),
        ({"needed": ("rumours",)}, "what is needed"),
        ({"needed": ("nothing", "contact_me")}, "not both"),
        ({"parents": ""}, "parent or carer"),
    ],
)
def test_what_can_be_sent(changes: dict[str, object], fault: str) -> None:
    found = rules.fault_in(dataclasses.replace(TOLD, **changes), NOW.date())  # type: ignore[arg-type]
    assert (fault in found) if fault else found == ""


def test_what_is_shared_is_told_by_codes_alone() -> None:
    assert TOLD.shared == ["name", "date_of_birth", "happened", "parents", "needed"]
    unknown = rules.Told(happened="x", needed=("nothing",))
    assert unknown.shared == ["happened", "needed"]


@UNHURRIED
@given(st.text(max_size=200))
def test_tidy_text_stays_tidy_and_holds_no_control(text: str) -> None:
    tidied = rules.tidy(text)
    assert rules.tidy(tidied) == tidied
    assert not any(c < " " and c not in "\n\t" for c in tidied)
    assert not set(tidied) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_other_scripts_and_emoji_are_kept() -> None:
    for name in ("عمر بن الخطاب", "Zoë 🦊 O’Brien", "Ірина", "李小龙"):
        assert rules.tidy(name) == name


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("We spoke with Wilhelmina.", ["wilhelmina"]),
        ("QUISLING's mother came", ["quisling"]),
        ("Angstrom is well", ["angstrom"]),
        ("She is well", []),
        ("We talked about quislings", []),
    ],
)
def test_a_name_is_found_in_words(words: str, found: list[str]) -> None:
    assert rules.names_in(words, TOLD.name) == found


def test_short_parts_of_a_name_are_no_finding() -> None:
    assert rules.names_in("Al is in year 9, and Jo too", "Jo Al") == []
