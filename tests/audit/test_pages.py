"""The trail as auditors read it, and as each person reads what is theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from childfirst.audit import triggers
from childfirst.audit.actions import note_reading, witness
from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.audit.presenters import phrase, present, presenters
from childfirst.audit.queries import Filters, events, link_around
from childfirst.people.models import Account
from childfirst.people.signals import WITNESSED
from childfirst.people.vocabulary import Role
from childfirst.shared import clock

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SYSTEM = System("night job")


def write(name: str = "people.account.sign_out", subject: str = "people.account:1", **options: Any) -> Event:
    return witness(by=options.pop("by", SYSTEM), name=name, subject=subject, **options)


def text(response: Any) -> str:
    """A page's markup with its white space as a reader sees it."""
    return " ".join(response.content.decode().split())


def numbers(**filters: Any) -> list[int]:
    return list(events(Filters(**filters)).values_list("number", flat=True))


def test_filters(account_for: Callable[..., Account], monkeypatch: pytest.MonkeyPatch) -> None:
    person = account_for(Role.ANALYST)
    days = [
        dt.datetime(2026, 3, 26, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 29, 22, 30, tzinfo=dt.UTC),  # 23:30 in London: the clocks went forward that night
        dt.datetime(2026, 3, 29, 23, 30, tzinfo=dt.UTC),  # already the 30th in London
    ]
    for day, (name, subject, by) in zip(
        days,
        [
            ("people.account.sign_in", "people.account:A", person),
            ("people.account.sign_out", "people.account:B", SYSTEM),
            ("places.school.read", "places.school:1", SYSTEM),
            ("people.account.sign_in_failed", "people.account:A", SYSTEM),
        ],
        strict=True,
    ):
        monkeypatch.setattr(clock, "now", lambda day=day: day)
        write(name, subject, by=by)
    assert numbers() == [4, 3, 2, 1]
    assert numbers(name="people.") == [4, 2, 1]
    assert numbers(name="people.account.") == [4, 2, 1]
    assert numbers(name="people.account.sign_in") == [1]
    assert numbers(subject="people.account:") == [4, 2, 1]
    assert numbers(subject="people.account:A") == [4, 1]
    assert numbers(subject="people.account:a") == [], "references are told apart by case"
    assert numbers(actor=str(person.reference)) == [1]
    assert numbers(actor="analyst") == [1], "part of the role"
    assert numbers(since=dt.date(2026, 3, 29), until=dt.date(2026, 3, 29)) == [3, 2]
    assert numbers(since=dt.date(2026, 3, 30)) == [4]
    assert numbers(actor="audit.system:", name="people.", until=dt.date(2026, 3, 29)) == [2]


def test_the_list_and_its_filters(client_for: Callable[..., Client], account_for: Callable[..., Account]) -> None:
    client, person = client_for(Role.AUDITOR), account_for(Role.ANALYST, name="Petra Person")
    write(by=person, subject=str(person.reference))
    for n in range(60):
        write("people.organisation.add", f"people.organisation:{n}", reason="Made for the test" if n == 59 else "")
    page = text(client.get("/audit/"))
    assert "61 events" in page
    assert "Night job added an organisation" in page
    assert "Reason: Made for the test" in page
    assert "Petra Person" not in page
    assert "Petra Person" in text(client.get("/audit/?page=2"))
    page = text(client.get("/audit/", {"name": "people.account.sign_out"}))
    assert "1 event passes the filters" in page
    assert f'href="/people/{person.pk}/"' in page
    assert "No event passes these filters" in text(client.get("/audit/", {"subject": "nothing:1"}))


def test_wrong_filters_are_named_and_nothing_is_shown(client_for: Callable[..., Client]) -> None:
    write()
    dates = {
        "since-day": "1",
        "since-month": "4",
        "since-year": "2026",
        "until-day": "1",
        "until-month": "3",
        "until-year": "2026",
    }
    page = text(client_for(Role.AUDITOR).get("/audit/", dates))
    assert "The last day must be the same as or after the first day" in page
    assert "Night job" not in page
    page = (
        client_for(Role.AUDITOR)
        .get("/audit/", {"since-day": "31", "since-month": "2", "since-year": "2026"})
        .content.decode()
    )
    assert "must be a real date" in page


def test_an_event_and_its_place_in_the_chain(client_for: Callable[..., Client]) -> None:
    client = client_for(Role.AUDITOR)
    data = {"roles_ended": 2, "fields": ["name", "urn"], "whole": True, "nested": {"rows": 1200}}
    for _ in range(3):
        write("people.account.deactivate", data=data, reason="Left <b>.")
    page = text(client.get("/audit/2/"))
    for said in ("Night job closed a person", "The chain holds here", "name, urn", "Rows: 1,200", "Left &lt;b&gt;.", "Event 1<", "Event 3<"):  # fmt: skip
        assert said in page, said
    assert client.get("/audit/4/").status_code == 404
    triggers.remove(connection)
    Event.objects.filter(number=2).update(reason="Another.")
    assert "This event was altered" in text(client.get("/audit/2/"))
    Event.objects.filter(number=2).delete()
    triggers.install(connection)
    assert "The event before this one is missing" in text(client.get("/audit/3/"))
    assert "The event after this one is missing" in text(client.get("/audit/1/"))


def test_the_last_event_is_joined_to_the_end(db: None) -> None:
    last = write()
    assert link_around(last).hold
    assert link_around(last).after is None


def test_everything_that_is_witnessed_can_be_read() -> None:
    assert sorted(set(WITNESSED) - set(presenters())) == []


def test_an_event_that_nobody_presents_is_named_by_its_code(db: None) -> None:
    assert phrase(write("old.room.thing")) == "did “old.room.thing”"


def test_a_reader_sees_names_only_where_they_may(account_for: Callable[..., Account]) -> None:
    person, other, auditor = account_for(Role.ANALYST), account_for(Role.ANALYST), account_for(Role.AUDITOR)
    event = write(by=person, subject=str(other.reference))
    seen = present(event, auditor)
    assert seen.actor
    assert seen.actor.title == person.name
    assert seen.subject
    assert seen.subject.title == other.name
    hidden = present(event, account_for(Role.SCHOOL_LEAD))
    assert (hidden.actor, hidden.subject) == (None, None)
    assert person.name not in hidden.sentence
    own = present(event, person, first_person=True)
    assert own.sentence == "You signed out."
    assert own.subject is None


def test_a_person_sees_what_was_done_to_their_account(client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ANALYST)
    account = client.account  # type: ignore[attr-defined]
    write("people.account.sign_in_failed", str(account.reference), data={"factor": "first"}, by=System("sign-in"))
    write("people.account.sign_out", str(account.reference), by=account)
    page = text(client.get("/account/"))
    assert "Sign-in refused a wrong password" in page
    assert "You signed out" in page
    assert "Import encounters" in page


def test_reading_is_an_event(account_for: Callable[..., Account]) -> None:
    auditor = account_for(Role.AUDITOR)
    event = note_reading(
        by=auditor, name="encounters.encounter.read", subject="encounters.encounter:1", reason="Complaint 12"
    )
    assert Event.objects.get(number=event.number).actor == str(auditor.reference)
