"""The workspace's API as it describes itself: kept as a snapshot, and attacked from it with a key that may do everything."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from childfirst.audit.actors import System
from childfirst.encounters.models import Correction, Encounter
from childfirst.people import actions as people
from childfirst.people.models import Organisation
from childfirst.people.vocabulary import ApiScope, OrganisationKind
from childfirst.shared import clock
from tests.encounters.makers import school

pytestmark = pytest.mark.django_db

SNAPSHOT = Path(__file__).with_name("openapi.json")
DESCRIPTION = "/api/openapi.json"


@pytest.fixture
def key(settings: Any) -> str:
    settings.API_CALLS_A_MINUTE = 1_000_000
    team = Organisation.objects.create(name="A team", kind=OrganisationKind.FORCE)
    return people.make_api_client(
        by=System("a test"), name="Attacker", organisation=team, scopes=ApiScope.values, days=90
    )[1]


def test_description_is_the_one_agreed(key: str) -> None:
    """A change of the API is a decision: CHILDFIRST_UPDATE_SNAPSHOTS=1 writes the snapshot anew."""
    told = Client().get(DESCRIPTION, headers={"Authorization": f"Bearer {key}"}).json()
    now = json.dumps(told, indent=2, sort_keys=True) + "\n"
    if os.environ.get("CHILDFIRST_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert now == SNAPSHOT.read_text(encoding="utf-8")


def test_every_error_is_described_as_a_problem(key: str) -> None:
    told = Client().get(DESCRIPTION, headers={"Authorization": f"Bearer {key}"}).json()
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            if path.startswith("/api/places"):
                continue
            for status, response in operation["responses"].items():
                expected = "application/json" if int(status) < 400 else "application/problem+json"
                assert list(response["content"]) == [expected], (path, method, status)
            assert {"401", "403", "422", "429"} <= set(operation["responses"])


@contextmanager
def connection_kept() -> Iterator[None]:
    """Within, an application that is called without Django's test client leaves open the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


OPERATIONS = [
    ("post", "/api/encounters", 60),
    ("get", "/api/encounters", 25),
    ("get", "/api/encounters/{encounter_id}", 25),
    ("get", "/api/encounters/{encounter_id}/corrections", 25),
    ("post", "/api/encounters/{encounter_id}/corrections", 60),
    ("post", "/api/matcher", 25),
]


@pytest.mark.parametrize(("method", "path", "examples"), OPERATIONS)
def test_attack_from_the_description(key: str, method: str, path: str, examples: int) -> None:
    """Whatever is sent, the answer is one that the description names, in its form; no attack makes a server error."""
    school()
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    moment = (clock.now() - dt.timedelta(days=1)).isoformat()
    made = Client(headers=headers).post(
        "/api/encounters",
        {"kind": "victim", "occurred_at": moment, "school_reason": "home_educated"},
        content_type="application/json",
    )
    assert made.status_code == 201
    one = Encounter.objects.get()
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application(), headers=headers)

        @given(case=schema[path][method.upper()].as_strategy())
        @settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        def attack(case: schemathesis.Case) -> None:
            parameters = case.path_parameters or {}
            if len(str(parameters.get("encounter_id", ""))) % 2:
                parameters["encounter_id"] = one.pk
            # What a schema cannot say (a school or a reason, a search its power) is refused with a fault for each field.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        attack()
    for encounter in Encounter.objects.all():
        assert (encounter.school_id is None) == bool(encounter.school_reason)
        assert encounter.version == 1 + Correction.objects.filter(encounter=encounter).count()
