"""Names and status on a day, successors, postcodes, school days."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.places import rules
from childfirst.places.calendar import Span, bank_holidays, problem_with, school_day, school_year, school_year_label
from childfirst.places.rules import LinkRow, NameSpan, name_on, status_on, until
from childfirst.places.vocabulary import DayKind, SchoolStatus


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [("se17tl", "SE1 7TL"), (" SE1  7TL ", "SE1 7TL"), ("EC1A-1BB", "EC1A 1BB"), ("SE1", ""), ("", ""), ("2036", ""),
     ("W1A 0AX", "W1A 0AX"), ("ＳＥ１ 7TL", "")],
)  # fmt: skip
def test_postcodes(written: str, read: str):
    assert rules.postcode(written) == read


class TestNames:
    now = NameSpan("New Academy", first_seen=day("2022-10-01"), last_seen=day("2025-07-01"))
    seen = NameSpan("Old School", first_seen=day("2017-07-01"), last_seen=day("2017-07-01"))
    dated = NameSpan("Old School", valid_from=day("2001-09-01"), valid_to=day("2019-08-31"))
    undated = NameSpan("Elder School")

    @pytest.mark.parametrize(
        ("on", "former", "name", "certain"),
        [
            ("2023-01-01", [seen], "New Academy", True),
            ("2026-01-01", [seen], "New Academy", True),
            ("2017-07-01", [seen], "Old School", True),
            ("2020-01-01", [seen], "Old School", False),
            ("2010-01-01", [seen], "Old School", False),
            ("2019-08-31", [dated], "Old School", True),
            ("2000-01-01", [dated], "Old School", False),
            ("2010-01-01", [undated], "New Academy", False),
            ("2010-01-01", [], "New Academy", False),
            ("2023-01-01", [undated], "New Academy", True),
        ],
    )
    def test_on_a_day(self, on: str, former: list[NameSpan], name: str, certain: bool):
        then = name_on(day(on), self.now, former)
        assert (then.name, then.certain) == (name, certain)
        assert certain or then.why

    def test_nothing_known_of_any_time(self):
        assert name_on(day("2010-01-01"), NameSpan("Only"), []) == rules.NameThen("Only", certain=True)
        then = name_on(day("2010-01-01"), NameSpan("Only"), [self.undated])
        assert not then.certain and "Elder School" in then.why

    def test_a_name_that_came_back_wins_only_where_the_other_did_not_hold(self):
        back = NameSpan("A", first_seen=day("2010-01-01"), last_seen=day("2025-01-01"))
        between = NameSpan("B", first_seen=day("2015-01-01"), last_seen=day("2016-01-01"))
        assert name_on(day("2015-06-01"), back, [between]).name == "B"
        assert name_on(day("2020-06-01"), back, [between]).name == "A"

    def test_until(self):
        assert until(self.dated, None) == "until 31 August 2019"
        assert until(self.seen, day("2022-10-01")) == "until between July 2017 and October 2022"
        assert until(self.seen, None) == "until July 2017 or later"
        assert until(self.undated, day("2022-10-01")) == ""


@pytest.mark.parametrize(
    ("on", "status", "opened", "closed", "expected"),
    [
        ("2020-01-01", "open", None, None, SchoolStatus.OPEN),
        ("2020-01-01", "open", "2021-09-01", None, SchoolStatus.PROPOSED),
        ("2020-08-31", "closed", "1990-09-01", "2020-08-31", SchoolStatus.OPEN),
        ("2020-09-01", "closed", "1990-09-01", "2020-08-31", SchoolStatus.CLOSED),
        ("2020-09-01", "closed", None, None, None),
        ("2022-01-01", "closed", None, None, SchoolStatus.CLOSED),
        ("2020-01-01", "", None, None, None),
        ("2020-01-01", "proposed", None, None, SchoolStatus.PROPOSED),
    ],
)
def test_status_on(on: str, status: str, opened: str | None, closed: str | None, expected: SchoolStatus | None):
    got = status_on(day(on), status, opened and day(opened), closed and day(closed), day("2022-01-01"))
    assert got is expected


def test_one_step_for_each_successor_with_the_fuller_telling():
    rows = [
        LinkRow(1, 2, "successor"),
        LinkRow(2, 1, "predecessor", "merged", day("2020-09-01")),
        LinkRow(1, 3, "sixth_form"),
        LinkRow(4, 1, "successor"),
        LinkRow(1, 1, "successor"),
    ]
    steps = rules.steps_from(1, rows, lambda urn: True)
    assert steps == [rules.Step(1, 2, "merged", day("2020-09-01"))]


def test_following_ends_in_circles_dead_ends_and_the_unlisted():
    after = {1: [2, 3], 2: [1], 3: [4, 5], 5: []}
    closed = {1: True, 2: True, 3: True, 4: None, 5: True}
    found = rules.follow(1, lambda u: [rules.Step(u, to) for to in after.get(u, [])], lambda u: closed[u])
    assert (found.current, found.ended, found.unlisted) == ((), (5,), (4,))
    assert len(found.steps) == 5


class TestSchoolDays:
    terms = (
        Span(DayKind.TERM, day("2025-09-02"), day("2025-12-18")),
        Span(DayKind.CLOSURE, day("2025-10-27"), day("2025-10-31")),
        Span(DayKind.TERM, day("2026-01-05"), day("2026-03-27")),
    )

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            ("2025-09-02", True),
            ("2025-09-06", False),  # a Saturday
            ("2025-10-28", False),  # half-term
            ("2025-12-22", False),  # between two terms
            ("2026-01-01", False),  # New Year's Day
            ("2026-04-15", None),  # after the last term we know
            ("2025-08-28", None),  # before the first
            ("2026-04-06", False),  # Easter Monday, known without terms
        ],
    )
    def test_on_a_day(self, on: str, expected: bool | None):
        assert school_day(day(on), self.terms) is expected

    def test_a_missing_term_is_not_a_holiday(self):
        gap = (self.terms[0], Span(DayKind.TERM, day("2026-04-13"), day("2026-07-21")))
        assert school_day(day("2026-02-03"), gap) is None
        assert school_day(day("2026-02-03"), ()) is None

    def test_bank_holidays_are_those_of_england(self):
        days = bank_holidays(2026)
        assert days[day("2026-05-04")] and day("2026-03-17") not in days  # St Patrick's Day is Northern Ireland's
        assert day("2022-09-19") in bank_holidays(2022)  # the state funeral

    def test_what_cannot_stand(self):
        assert problem_with(Span(DayKind.TERM, day("2025-09-02"), day("2025-09-01")), ())
        assert problem_with(Span(DayKind.TERM, day("2025-09-02"), day("2026-07-20")), ())
        assert problem_with(Span(DayKind.TERM, day("2025-12-18"), day("2026-02-01")), self.terms)
        assert not problem_with(Span(DayKind.CLOSURE, day("2025-12-01"), day("2025-12-01")), self.terms)

    def test_school_years(self):
        assert school_year(day("2025-08-31")) == 2024 and school_year(day("2025-09-01")) == 2025
        assert school_year_label(1999) == "1999/00"
