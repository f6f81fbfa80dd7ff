"""The protocol comes first, what is left to the school keeps nothing about a child, and nobody reviews their own record."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from childfirst.audit.actors import System
from childfirst.encounters.crime_records import actions, facts, queries, rules
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import GROUP_OF_OUTCOME, NO_FURTHER_ACTION, Outcome, State, Why
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.conftest import make_account
from tests.encounters import makers
from tests.encounters.crime_records.making import decided, details, incident, made, the_school
from tests.encounters.makers import team_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_the_protocol_leaves_to_the_school_only_what_nobody_asks_for() -> None:
    for where, *answers in itertools.product(("premises", "near"), *([[True, False]] * 4)):
        asked = rules.Answers(where, *answers)
        left = where == "premises" and answers == [True, False, False, False]
        assert (rules.reason_to_record(asked) is None) == left, asked


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"serious": True, "head_asks": True}, Why.SERIOUS),
        ({"victim_asks": True, "head_asks": True}, Why.VICTIM),
        ({"head_asks": True}, Why.HEAD),
        ({"where": "journey"}, Why.OUTSIDE),
        ({"in_hours": False}, Why.OUTSIDE),
    ],
)
def test_the_weightiest_reason_is_kept(changes: dict[str, object], why: Why) -> None:
    record = decided(**changes)
    assert (record.state, record.why) == (State.TO_COMPLETE, why)


def test_every_decided_outcome_has_its_group() -> None:
    assert set(GROUP_OF_OUTCOME) == {str(code) for code in Outcome if code != Outcome.PENDING}
    assert all(GROUP_OF_OUTCOME[str(code)] == "no_further_action" for code in NO_FURTHER_ACTION)


def test_what_is_left_to_the_school_holds_nothing_about_a_child() -> None:
    record = decided()
    assert record.state == State.LEFT_TO_SCHOOL
    for changed in ({"outcome": "8"}, {"child_reference": "0" * 64}, {"why": "serious"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CrimeRecord.objects.filter(pk=record.pk).update(**changed)
    with pytest.raises(UserError, match="was left to the school"):
        actions.complete(by=record.recorded_by, record=record, details=details())


def test_beyond_the_protocol_only_with_words() -> None:
    record = decided()
    with pytest.raises(UserError, match="Say why"):
        actions.go_beyond(by=record.recorded_by, record=record, reason="  ")
    beyond = actions.go_beyond(by=record.recorded_by, record=record, reason="The third time this week.")
    assert (beyond.state, beyond.why) == (State.TO_COMPLETE, Why.OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        CrimeRecord.objects.filter(pk=record.pk).update(why_beyond="")
    with pytest.raises(UserError, match="was not left"):
        actions.go_beyond(by=record.recorded_by, record=record, reason="Twice.")


def test_nobody_reviews_what_they_recorded() -> None:
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    record = made(supervisor)
    assert queries.waiting_reviews(supervisor) == 0
    with pytest.raises(Forbidden, match="Another supervisor"):
        actions.review(by=supervisor, record=record, finding="yes", instead="", words="Needed.")
    other = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    assert queries.waiting_reviews(other) == 1
    done = actions.review(by=other, record=record, finding="no", instead="school", words="A scuffle.")
    assert done.review_due is None
    assert queries.waiting_reviews(other) == 0
    with pytest.raises(UserError, match="reviewed already"):
        actions.review(by=other, record=record, finding="yes", instead="", words="Needed.")


@pytest.mark.parametrize(
    ("finding", "instead", "words", "sentence"),
    [
        ("no", "", "A scuffle.", "right instead"),
        ("yes", "school", "Needed.", "nothing else"),
        ("unclear", "", "   ", "in a sentence"),
    ],
)
def test_a_review_that_contradicts_itself_is_refused(finding: str, instead: str, words: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        actions.review(
            by=make_account(Role.NEIGHBOURHOOD_SUPERVISOR), record=made(), finding=finding, instead=instead, words=words
        )


@pytest.mark.parametrize(
    ("outcome", "days", "sentence"),
    [("8", None, "day of the outcome"), ("8", 1, "not in the future"), ("8", -30, "after the incident")],
)
def test_an_outcome_has_a_day_that_can_be(outcome: str, days: int | None, sentence: str) -> None:
    day = None if days is None else clock.today() + dt.timedelta(days=days)
    record = made()
    with pytest.raises(UserError, match=sentence):
        actions.follow_up(by=record.recorded_by, record=record, outcome=outcome, outcome_on=day, sanction="none")


def test_a_school_that_had_closed_or_is_not_there() -> None:
    officer = make_account(Role.WARD_OFFICER)
    with pytest.raises(UserError, match="There is no school"):
        actions.decide(by=officer, team=team_of(officer), incident=incident(school=999_999))
    with pytest.raises(UserError, match="future"):
        actions.decide(by=officer, team=team_of(officer), incident=incident(happened_on=dt.date(2099, 1, 1)))
    closed = makers.school(urn=100_999, name="Old Mill School", status="closed", closed_on=dt.date(2020, 1, 1))
    with pytest.raises(UserError, match="closed"):
        actions.decide(by=officer, team=team_of(officer), incident=incident(school=closed.urn))


def test_facts_say_what_is_known_and_no_more() -> None:
    officer = make_account(Role.WARD_OFFICER)
    made(officer, details(outcome="15", outcome_on=clock.today(), self_defined_ethnicity="W1"))
    made(officer)
    decided(officer)
    decided(officer, serious=True)
    assert actions.build_facts(by=System("upkeep"))
    tables = [pq.read_table(file) for file in sorted(facts.folder().glob("*.parquet"))]
    rows = [row for table in tables for row in table.to_pylist()]
    assert len(rows) == 3, "what waits for its details is not a fact yet"
    assert sorted(str(row["outcome"]) for row in rows) == ["None", "None", "no_further_action"]
    assert sorted(str(row["self_defined_group"]) for row in rows) == ["None", "not_stated", "white"]
    assert {row["finding"] for row in rows} == {None}
    assert actions.build_facts(by=System("upkeep")) == [], "nothing changed, nothing written"
    CrimeRecord.objects.all().delete()
    assert actions.build_facts(by=System("upkeep"))
    assert not list(facts.folder().glob("*.parquet"))


def test_the_story_on_the_pages(client_for: Callable[..., Client]) -> None:
    school, today = the_school(), clock.today()
    officer, supervisor = client_for(Role.WARD_OFFICER), client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
    told = {
        "school": str(school.urn), "matter": "assault", "told_by": "school", "where": "premises", "in_hours": "yes",
        "serious": "no", "victim_asks": "no", "head_asks": "no",
        "happened_on-day": today.day, "happened_on-month": today.month, "happened_on-year": today.year,
    }  # fmt: skip
    page = officer.post("/crime-records/new/", {})
    assert "There is a problem" in page.content.decode()
    page = officer.post("/crime-records/new/", told, follow=True)
    assert "Leave it to the school: no crime record" in page.content.decode()
    left = CrimeRecord.objects.get()
    page = officer.post(
        f"/crime-records/{left.pk}/left-to-school/", {"reason": "The third time this week."}, follow=True
    )
    assert "Make the record" in page.content.decode()
    person = {
        "age_band": "10-17", "gender": "male", "self_defined_ethnicity": "NS", "officer_defined_ethnicity": "IC1",
        "send": "no", "child_reference": "Kit Example", "outcome": "pending",
    }  # fmt: skip
    page = officer.post(f"/crime-records/{left.pk}/details/", person)
    assert "Never enter a name" in page.content.decode()
    page = officer.post(f"/crime-records/{left.pk}/details/", {**person, "child_reference": ""}, follow=True)
    assert "The record is made" in page.content.decode()
    again = officer.post(f"/crime-records/{left.pk}/details/", {**person, "child_reference": ""}, follow=True)
    assert again.status_code == 200, "the second press of the button shows the record"
    assert "To be reviewed" in supervisor.get("/crime-records/").content.decode()
    page = supervisor.post(
        f"/crime-records/{left.pk}/review/", {"finding": "no", "instead": "school", "words": "A scuffle."}, follow=True
    )
    assert "is reviewed" in page.content.decode()
    day = {"outcome_on-day": today.day, "outcome_on-month": today.month, "outcome_on-year": today.year}
    page = officer.post(
        f"/crime-records/{left.pk}/follow-up/", {"outcome": "21", "sanction": "suspended", **day}, follow=True
    )
    html = page.content.decode()
    assert "What came of it is recorded" in html
    assert "Suspended" in html
    assert "1 of them the school suspended" in supervisor.get("/crime-records/").content.decode()
