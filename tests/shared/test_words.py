"""The clock, references, identifiers, wording and the quality report."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childfirst.shared import clock, references
from childfirst.shared.ids import is_ulid, new_ulid
from childfirst.shared.quality import KEPT_EXAMPLES, QualityReport, SetAside
from childfirst.shared.references import Reference, Resolved
from childfirst.shared.text import count_of, join_and

UTC = dt.UTC


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (dt.datetime(2026, 3, 27, 16, 5, tzinfo=UTC), "27 March 2026 at 4:05pm"),
        (dt.datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "2 July 2026 at midnight"),
        (dt.datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "1 July 2026 at midday"),
        (dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "29 March 2026 at 2:30am"),
        (dt.datetime(2026, 12, 31, 0, 1, tzinfo=UTC), "31 December 2026 at 12:01am"),
    ],
)
def test_moments_are_written_on_londons_clock(moment: dt.datetime, written: str) -> None:
    assert clock.format_moment(moment) == written


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.local(dt.datetime(2026, 3, 27, 16, 5))  # noqa: DTZ001


def test_the_month_of_a_moment_is_londons() -> None:
    assert clock.month_key(dt.datetime(2018, 5, 31, 23, 30, tzinfo=UTC)) == "2018-06"
    assert clock.month_key(dt.datetime(2018, 1, 31, 23, 30, tzinfo=UTC)) == "2018-01"
    assert clock.format_month("2018-06") == "June 2018"
    assert clock.format_date(dt.date(2026, 3, 7)) == "7 March 2026"


def test_today_is_londons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert clock.today() == dt.date(2026, 7, 1)


def test_references_read_back() -> None:
    reference = Reference("people.account", new_ulid())
    assert Reference.parse(str(reference)) == reference


@pytest.mark.parametrize("text", ["", "people:1", "people.account", "people.account:", "People.Account:1", "a.b:c d"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Not a reference"):
        Reference.parse(text)


def test_a_kind_has_one_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "_resolvers", {})

    def resolver(key: str, user: object) -> Resolved | None:
        return Resolved(f"Thing {key}", f"/things/{key}/") if user == "may" else None

    references.register("test.thing", resolver)
    references.register("test.thing", resolver)
    with pytest.raises(ValueError, match="already have a resolver"):
        references.register("test.thing", lambda key, user: None)
    assert references.resolve("test.thing:1", "may") == Resolved("Thing 1", "/things/1/")
    assert references.resolve("test.thing:1", "may not") is None
    assert references.resolve("test.unknown:1", "may") is None


def test_identifiers_sort_by_their_making() -> None:
    made = [new_ulid() for _ in range(3)]
    assert all(is_ulid(one) for one in made)
    assert not is_ulid("not one")
    assert not is_ulid(made[0].lower())


@pytest.mark.parametrize(
    ("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_are_said_as_people_say_them(words: list[str], said: str) -> None:
    assert join_and(words) == said
    assert join_and(words, "or") == said.replace(" and ", " or ")


def test_numbers_agree_with_their_nouns() -> None:
    assert [count_of(n, "row") for n in (0, 1, 2300)] == ["0 rows", "1 row", "2,300 rows"]
    assert count_of(2, "person", "people") == "2 people"


@given(landed=st.integers(0, 50), known=st.integers(0, 50), duplicates=st.integers(0, 50), wrong=st.integers(0, 400))
def test_the_quality_report_loses_no_row(landed: int, known: int, duplicates: int, wrong: int) -> None:
    report = QualityReport("file.csv", landed + known + duplicates + wrong, landed, known, duplicates)
    for line in range(wrong):
        report.put_aside(SetAside("file.csv", line + 2, "date", "x", "is no date"))
    assert report.balanced()
    assert report.reasons["is no date"] == wrong
    assert len(report.examples) == min(wrong, KEPT_EXAMPLES)
    assert report.as_json()["set_aside"] == wrong
    report.read += 1
    assert not report.balanced()
