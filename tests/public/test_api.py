"""The open API: its description kept as a snapshot, and attacked from it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from tests.public.invented import CORRECTED, NEWEST, SCHOOLS, SEARCHES, WITHDRAWN

pytestmark = pytest.mark.django_db(databases=["published"])
SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_description_is_the_one_agreed(empty: Client) -> None:
    """A change of the open API is a decision: CHILDFIRST_UPDATE_SNAPSHOTS=1 writes the snapshot anew."""
    now = json.dumps(empty.get("/api/v1/openapi.json").json(), indent=2, sort_keys=True) + "\n"
    if os.environ.get("CHILDFIRST_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now)
    assert now == SNAPSHOT.read_text()


def test_lists_name_what_can_be_asked_for(reader: Client) -> None:
    releases = reader.get("/api/v1/releases").json()["releases"]
    assert [release["key"] for release in releases] == [NEWEST, CORRECTED, WITHDRAWN]
    assert releases[0]["corrects"] == CORRECTED
    assert releases[1]["corrected_by"] == NEWEST
    assert releases[2]["withdrawn"]["reason"]
    measures = reader.get("/api/v1/measures").json()["measures"]
    assert {measure["slug"]: measure["withdrawn"] for measure in measures} == {
        "early": True, SCHOOLS: False, SEARCHES: False,
    }  # fmt: skip


def test_every_address_in_the_answers_can_be_opened(reader: Client) -> None:
    release = reader.get(f"/api/v1/releases/{NEWEST}").json()
    measure = reader.get(f"/api/v1/measures/{SEARCHES}").json()
    addresses = [one["url"] for one in release["tables"] + release["files"]]
    addresses += [release["url"], measure["url"], measure["table_url"], measure["csv_url"]]
    for address in addresses:
        response = reader.get(address.removeprefix("http://127.0.0.1:8000"))
        response.close()
        assert response.status_code == 200, address


def test_a_table_can_be_read_in_parts(reader: Client) -> None:
    address = f"/api/v1/releases/{NEWEST}/tables/{SEARCHES}"
    whole = reader.get(address).json()
    part = reader.get(address + "?offset=10&limit=5").json()
    assert whole["row_count"] == len(whole["rows"]) == part["row_count"]
    assert part["rows"] == whole["rows"][10:15]
    assert reader.get(address + "?offset=9999999").json()["rows"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "offset=-1", "offset=x", "limit=1e9"])
def test_bad_parameters_are_named(reader: Client, query: str) -> None:
    response = reader.get(f"/api/v1/releases/{NEWEST}/tables/{SEARCHES}?{query}")
    assert response.status_code == 422
    assert response.json()["detail"].startswith(query.partition("=")[0])


@pytest.mark.parametrize("address", ["/api/v1/releases/no", "/api/v1/measures/no", "/api/nothing", "/api/v1/"])
def test_what_is_not_there_is_said_in_json(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert response.status_code == 404
    assert response.json()["detail"]


def test_scripts_of_other_sites_may_read_and_nothing_else(reader: Client) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    asked = reader.options("/api/v1/releases", headers=headers)
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert reader.get("/api/v1/releases").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in reader.get("/").headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/releases"), ("get", "/api/v1/releases/{key}"), ("get", "/api/v1/releases/{key}/tables/{name}"),
        ("get", "/api/v1/measures"), ("get", "/api/v1/measures/{slug}"),
    ],
)  # fmt: skip
def test_attack_from_the_description(reader: Client, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

    @given(case=schema[path][method.upper()].as_strategy())
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def attack(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    attack()
