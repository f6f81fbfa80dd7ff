"""Asking the matcher through the API: who may, what it answers, what it refuses, and that nothing of a question is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.people import actions as people
from childfirst.people.models import Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.places.models import School

pytestmark = pytest.mark.django_db

URL = "/api/matcher"


def system(*scopes: str) -> Client:
    force = Organisation.objects.get_or_create(name="A force", kind=OrganisationKind.FORCE)[0]
    _, key = people.make_api_client(
        by=System("a test"), name=f"System {force.api_clients.count()}", organisation=force, scopes=scopes, days=90
    )
    return Client(headers={"Authorization": f"Bearer {key}"})


def ask(client: Client, *asked: dict[str, Any]) -> Any:
    return client.post(URL, {"asked": list(asked)}, content_type="application/json")


def test_answers_come_in_the_order_of_the_questions_and_sum_to_one() -> None:
    name = School.objects.filter(status="open").order_by("urn").first()
    assert name is not None
    response = ask(system("matcher:ask"), {"text": name.name}, {"text": "nk"}, {"text": ""})
    assert response.status_code == 200, response.content
    told = response.json()
    first, *others = told["answers"]
    assert first["candidates"][0]["name"] == name.name
    assert first["urn"] == first["candidates"][0]["urn"]
    assert [one["decision"] for one in others] == ["none", "none"]
    assert others[0]["urn"] is None or others[0]["p_none"] > 0.5
    for answer in told["answers"]:
        listed = sum(one["probability"] for one in answer["candidates"])
        assert listed + answer["p_none"] == pytest.approx(1, abs=1e-6)
        assert answer["reason"]


def test_nothing_of_a_question_is_kept_but_that_it_was_asked() -> None:
    ask(system("matcher:ask"), {"text": "zanzibar xyzzy primary"})
    event = Event.objects.get(name="encounters.matcher.ask")
    assert event.data == {"asked": 1}
    assert event.actor.startswith("people.apiclient:")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            assert "xyzzy" not in repr(cursor.fetchall())


def test_who_may(client_for: Callable[..., Client]) -> None:
    for role in Role:
        expected = 200 if role in (Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR, Role.ANALYST) else 403
        assert ask(client_for(role), {"text": "Rowan"}).status_code == expected, role
    assert ask(system("encounters:create"), {"text": "Rowan"}).status_code == 403
    assert ask(Client(), {"text": "Rowan"}).status_code == 401


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ([], "/asked"),
        ([{"text": "x" * 501}], "/asked/0/text"),
        ([{"text": "a\x00b"}], "/asked/0/text"),
        ([{"text": "Rowan", "latitude": 51.5}], "/asked/0/latitude"),
        ([{"text": "Rowan"}, {"text": "Rowan", "longitude": 0.1}], "/asked/1/latitude"),
        ([{"text": "Rowan", "age": -1}], "/asked/0/age"),
        ([{"text": "Rowan", "name": "Jordan"}], "/asked/0/name"),
        ([{"text": "Rowan"}] * 1001, "/asked"),
    ],
)
def test_what_cannot_be_asked_is_said(asked: list[dict[str, Any]], where: str) -> None:
    response = ask(system("matcher:ask"), *asked)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert where in [fault["pointer"] for fault in response.json()["faults"]]


@pytest.mark.parametrize("text", ["😀", "\u202erowan", "مدرسة", "=1+1", " " * 500, "🏫" * 250])
def test_odd_texts_are_answered(text: str) -> None:
    response = ask(system("matcher:ask"), {"text": text})
    assert response.status_code == 200
    assert len(response.json()["answers"]) == 1


def test_without_schools_it_says_that_it_is_not_ready() -> None:
    School.objects.all().delete()
    response = ask(system("matcher:ask"), {"text": "Rowan"})
    assert response.status_code == 503
    assert response.json()["type"].endswith("matcher-not-ready")
