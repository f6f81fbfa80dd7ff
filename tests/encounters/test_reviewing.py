"""Reviews within 24 hours: when they are due, who is told, who may do them when nobody did, and what is kept of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.encounters import actions, permissions, queries
from childfirst.encounters.apps import escalate_overdue
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.encounters.makers import found, recorded

pytestmark = pytest.mark.django_db

AccountFor = Callable[..., Account]


def team(name: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.get_or_create(name=name, kind=OrganisationKind.FORCE, parent=parent)[0]


@pytest.fixture
def people(account_for: AccountFor) -> dict[str, Account]:
    """An officer and a supervisor of the north; supervisors of the south of the same force, and of another force."""
    force, other = team("The force"), team("Another force")
    north, south, abroad = team("North", force), team("South", force), team("Abroad", other)
    return {
        "officer": account_for(Role.WARD_OFFICER, organisation=north),
        "north": account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=north),
        "south": account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=south),
        "abroad": account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=abroad),
    }


def later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    moment = clock.now() + dt.timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"age": 9}, ["under_10"]),
        ({"use_of_force": "yes"}, ["use_of_force"]),
        ({"appropriate_adult": "no"}, ["no_appropriate_adult"]),
        ({"appropriate_adult": "not_needed"}, []),
        ({"more_than_outer_clothing": "yes", "appropriate_adult": "no"}, ["no_appropriate_adult", "strip_search"]),
        ({"age": None, "age_band": "0-9", "use_of_force": "yes"}, ["under_10", "use_of_force"]),
    ],
)
def test_what_calls_for_a_review(people: dict[str, Account], changes: dict[str, Any], reasons: list[str]) -> None:
    one = recorded(people["officer"], **changes)
    assert sorted(one.reviews.values_list("reason", flat=True)) == reasons
    for flag in one.reviews.all():
        assert dt.timedelta(hours=23, minutes=59) < flag.due_at - clock.now() <= dt.timedelta(hours=24)


def test_supervisors_of_the_team_are_told_and_nothing_about_anyone(people: dict[str, Account]) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        one = recorded(people["officer"], use_of_force="yes", age=9)
    assert [message.to for message in mail.outbox] == [[people["north"].email]]
    sent = mail.outbox[0].subject + mail.outbox[0].body
    for secret in (one.pk, one.number, "force was", "under 10", "North", people["officer"].name):
        assert secret not in sent
    assert "/encounters/reviews/" in sent


def test_nobody_is_told_of_what_needs_no_review(people: dict[str, Account]) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        recorded(people["officer"])
    assert mail.outbox == []


class TestEscalation:
    def test_other_supervisors_of_the_force_are_asked_once(
        self, people: dict[str, Account], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = recorded(people["officer"], use_of_force="yes")
        assert escalate_overdue() == ""
        assert not permissions.can_review(people["south"], one.reviews.get())
        later(monkeypatch, 24.1)
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert escalate_overdue() == "1 review escalated."
        assert escalate_overdue() == ""
        assert sorted(message.to[0] for message in mail.outbox) == sorted(
            [people["north"].email, people["south"].email]
        )
        event = Event.objects.get(name="encounters.review.escalate")
        assert event.data == {"review": "use_of_force", "hours_late": 0}
        flag = one.reviews.get()
        assert permissions.can_review(people["south"], flag)
        assert permissions.can_read(people["south"], one)
        assert not permissions.can_read(people["abroad"], one)
        assert not permissions.can_correct(people["south"], one), "asked for a review, not to change the record"
        actions.complete_review(by=people["south"], flag=flag, **found())
        assert not permissions.can_read(people["south"], one), "when it is done, the record is its own team's again"
        assert Event.objects.get(name="encounters.review.complete").data["late"] is True

    def test_nothing_to_escalate(self, people: dict[str, Account]) -> None:
        with pytest.raises(UserError, match="No review is overdue"):
            actions.escalate_reviews(by=people["north"])

    def test_who_recorded_it_cannot_review_it_when_it_is_escalated(
        self, people: dict[str, Account], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = recorded(people["south"], use_of_force="yes")
        later(monkeypatch, 25)
        escalate_overdue()
        with pytest.raises(Forbidden, match="yourself"):
            actions.complete_review(by=people["south"], flag=one.reviews.get(), **found())
        actions.complete_review(by=people["north"], flag=one.reviews.get(), **found())

    def test_a_review_that_was_done_is_never_overdue(
        self, people: dict[str, Account], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = recorded(people["officer"], use_of_force="yes")
        actions.complete_review(by=people["north"], flag=one.reviews.get(), **found())
        later(monkeypatch, 48)
        assert not queries.overdue_reviews().exists()


class TestFindings:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"conclusion": ""}, "what you found"),
            ({"conclusion": "fine"}, "what you found"),
            ({"further_action": "none of your business"}, "what follows"),
            ({"finding": " \n "}, "own words"),
        ],
    )
    def test_codes_and_words(self, people: dict[str, Account], changes: dict[str, str], sentence: str) -> None:
        flag = recorded(people["officer"], use_of_force="yes").reviews.get()
        with pytest.raises(UserError, match=sentence):
            actions.complete_review(by=people["north"], flag=flag, **found(**changes))

    def test_the_event_says_what_follows_and_no_words(self, people: dict[str, Account]) -> None:
        flag = recorded(people["officer"], use_of_force="yes").reviews.get()
        actions.complete_review(
            by=people["north"], flag=flag, **found(further_action="professional_standards", finding="Jordan was hurt")
        )
        event = Event.objects.get(name="encounters.review.complete")
        assert event.data == {"review": "use_of_force", "further_action": "professional_standards", "late": False}
        assert "Jordan" not in str(event.data) + event.reason


class TestPages:
    def test_the_list_says_why_and_by_when_and_leaves_an_event(
        self, people: dict[str, Account], client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        north = Organisation.objects.get(name="North")
        browser = client_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=north)
        url = reverse("encounters:reviews")
        assert "No review is waiting" in browser.get(url).content.decode()
        assert not Event.objects.filter(name="encounters.review.list").exists()
        recorded(people["officer"], use_of_force="yes")
        ReviewFlag.objects.update(due_at=clock.now() - dt.timedelta(minutes=5))
        recorded(people["officer"], age=8)
        page = browser.get(url).content.decode()
        assert page.index("Force was used") < page.index("The child is under 10"), "what is due first comes first"
        assert "1 review is overdue" in " ".join(page.split())
        assert Event.objects.get(name="encounters.review.list").data == {"shown": 2}

    def test_a_reason_that_was_corrected_away_is_still_reviewed(
        self, people: dict[str, Account], client_for: Callable[..., Client]
    ) -> None:
        one = recorded(people["officer"], use_of_force="yes")
        actions.correct_encounter(
            by=people["officer"], encounter=one, changes={"use_of_force": "no"}, reason="A slip.", version=1
        )
        browser = client_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=Organisation.objects.get(name="North"))
        page = browser.get(reverse("encounters:review", args=[one.reviews.get().pk])).content.decode()
        assert "it no longer says this" in page

    @pytest.mark.parametrize(
        "words",
        [
            "😢 hurt",
            "טקסט מימין לשמאל",
            "\u202eesrever",
            "x" * 2000,
            "=HYPERLINK(1)",
            "<script>alert(1)</script>",
            "é" * 2000,
        ],
    )
    def test_any_words_are_kept_as_they_are(
        self, people: dict[str, Account], client_for: Callable[..., Client], words: str
    ) -> None:
        flag = recorded(people["officer"], use_of_force="yes").reviews.get()
        browser = client_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=Organisation.objects.get(name="North"))
        address = reverse("encounters:review", args=[flag.pk])
        assert browser.post(address, found(finding=words)).status_code == 302
        flag.refresh_from_db()
        assert flag.finding == words
        assert "<script>alert" not in browser.get(address).content.decode()

    def test_ten_kilobytes_are_refused_with_a_sentence(
        self, people: dict[str, Account], client_for: Callable[..., Client]
    ) -> None:
        flag = recorded(people["officer"], use_of_force="yes").reviews.get()
        browser = client_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=Organisation.objects.get(name="North"))
        page = browser.post(reverse("encounters:review", args=[flag.pk]), found(finding="a b " * 2560))
        assert page.status_code == 200
        assert "2,000 characters or fewer" in page.content.decode() or "2000 characters" in page.content.decode()
        assert Encounter.objects.get().reviews.get().reviewed_at is None
