"""The API: the same rules as the pages, 422 with clear messages, no school skipped, one record for one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from childfirst.audit.models import Event
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.people.models import Membership, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.shared import clock
from tests.encounters.makers import recorded, school

pytestmark = pytest.mark.django_db

URL = "/api/encounters"


@pytest.fixture
def officer(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.WARD_OFFICER)


def body(**changes: Any) -> dict[str, Any]:
    told = {
        "kind": "victim",
        "occurred_at": (clock.now() - dt.timedelta(hours=2)).isoformat(),
        "school_urn": 100001,
        "age": 14,
        "outcome": "referred",
    }
    return {key: value for key, value in {**told, **changes}.items() if value is not ...}


def post(client: Client, key: str = "", **changes: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, body(**changes), content_type="application/json", headers=headers)


def messages(response: Any) -> str:
    assert response.status_code == 422, response.content
    return " ".join(f"{item['loc'][-1]}: {item['msg']}" for item in response.json()["detail"])


def test_a_record_is_made_and_read(officer: Client) -> None:
    school()
    response = post(officer, child_reference="AB123", special_educational_needs="yes")
    assert response.status_code == 201, response.content
    made = response.json()
    one = Encounter.objects.get(pk=made["id"])
    assert (one.source, one.school_id, one.age_band, one.send) == ("api", 100001, "10-17", "yes")
    assert one.child_reference == pseudonym("AB123")
    assert "AB123" not in response.content.decode()
    assert made["school_recorded"] is True
    read = officer.get(f"{URL}/{one.pk}")
    assert read.json()["school_urn"] == 100001
    assert Event.objects.filter(name="encounters.encounter.read").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"school_urn": ...}, "school_urn: Say which school"),
        ({"school_urn": None, "school_reason": None}, "school_urn: Say which school"),
        ({"school_reason": "refused"}, "not both"),
        ({"school_urn": None, "school_reason": "source_records_no_school"}, "Only an imported archive"),
        ({"school_urn": None, "school_reason": "forgot"}, "school_reason"),
        ({"school_urn": 123456}, "no school with the number 123456"),
        ({"school_urn": 5}, "school_urn"),
        ({"occurred_at": "2099-01-01T00:00:00Z"}, "cannot be in the future"),
        ({"occurred_at": "2001-01-01T00:00:00Z"}, "more than a year ago"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "offset"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"kind": "chat"}, "kind"),
        ({"age": 14, "age_band": "18-24"}, "not in the age band"),
        ({"longitude": 51.5, "latitude": -0.1}, "not in Great Britain"),
        ({"longitude": -0.1}, "both a longitude and a latitude"),
        ({"kind": "stop_and_search"}, "what was searched"),
        ({"child_reference": "Jordan Smith"}, "Never enter a name"),
        ({"name": "Jordan"}, "name"),
        ({"team": "nowhere"}, "one of your own teams"),
        ({"legislation": "a\x00b"}, "legislation"),
    ],
)
def test_what_is_wrong_is_said(officer: Client, changes: dict[str, Any], said: str) -> None:
    school()
    assert said in messages(post(officer, **changes))
    assert not Encounter.objects.exists()


def test_a_key_makes_one_record(officer: Client) -> None:
    school()
    first, second = post(officer, "key-number-1"), post(officer, "key-number-1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Encounter.objects.count() == 1
    assert "8 to 60" in messages(post(officer, "short"))


def test_a_key_of_another_person(officer: Client, client_for: Callable[..., Client]) -> None:
    school()
    post(officer, "key-number-1")
    assert "Another person" in messages(post(client_for(Role.WARD_OFFICER), "key-number-1"))


def test_an_honest_reason(officer: Client) -> None:
    made = post(officer, school_urn=None, school_reason="not_yet_known").json()
    assert made["follow_up_due"] == (clock.today() + dt.timedelta(days=5)).isoformat()


def test_the_team_of_who_has_several(officer: Client) -> None:
    school()
    second = Organisation.objects.create(name="Second team", kind=OrganisationKind.FORCE)
    Membership.objects.create(account=officer.account, organisation=second, role=Role.WARD_OFFICER)  # type: ignore[attr-defined]
    assert "several teams" in messages(post(officer))
    assert post(officer, team=second.pk).status_code == 201


def test_lists_show_nothing_about_the_person(officer: Client, client_for: Callable[..., Client]) -> None:
    recorded(officer.account, school_reason="not_yet_known")  # type: ignore[attr-defined]
    recorded(officer.account)  # type: ignore[attr-defined]
    listed = officer.get(URL).json()
    assert listed["count"] == 2
    assert not {"age", "gender", "self_defined_ethnicity", "outcome", "school_urn"} & set(listed["items"][0])
    assert officer.get(URL, {"school_reason": "not_yet_known"}).json()["count"] == 1
    assert client_for(Role.WARD_OFFICER).get(URL).json()["count"] == 0


def test_who_may_not(client_for: Callable[..., Client], officer: Client) -> None:
    one = recorded(officer.account)  # type: ignore[attr-defined]
    analyst, stranger = client_for(Role.ANALYST), client_for(Role.WARD_OFFICER)
    assert post(analyst).status_code == 403
    assert "Only ward officers" in post(analyst).json()["detail"]
    assert analyst.get(URL).status_code == 403
    assert stranger.get(f"{URL}/{one.pk}").status_code == 404
    assert Client().get(URL).status_code in (401, 403)
