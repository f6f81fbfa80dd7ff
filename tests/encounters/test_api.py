"""The API: the same rules as the pages, 422 with clear messages, no school skipped, one record for one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.encounters.models import Correction, Encounter, StoredAnswer
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.people import actions as people
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
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["title"]) == (422, "Unprocessable Content")
    return " ".join(f"{item['pointer'].rpartition('/')[2]}: {item['detail']}" for item in problem["faults"])


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
        ({"legislation": "é" * 10_240}, "legislation"),
        ({"alternative": "school"}, "police_reason: Say why the police"),
        ({"alternative": "immediate_danger", "police_reason": "declined"}, "police_reason: Only where"),
        (
            {"more_than_outer_clothing": "yes", "appropriate_adult": "not_needed"},
            "appropriate_adult: An appropriate adult",
        ),
    ],
)
def test_what_is_wrong_is_said(officer: Client, changes: dict[str, Any], said: str) -> None:
    school()
    assert said in messages(post(officer, **changes))
    assert not Encounter.objects.exists()


def test_a_key_makes_one_record(officer: Client) -> None:
    school()
    told = body()
    first, second = (post(officer, "key-number-1", **told) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second["Idempotent-Replayed"] == "true"
    assert Encounter.objects.count() == 1
    assert "8 to 60" in messages(post(officer, "short"))


def test_a_key_used_for_another_body(officer: Client) -> None:
    school()
    told = body()
    post(officer, "key-number-1", **told)
    response = post(officer, "key-number-1", **{**told, "age": 15})
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("key-used-for-another-call")
    assert Encounter.objects.get().age == 14


def test_a_refused_call_may_be_mended_with_the_same_key(officer: Client) -> None:
    school()
    assert post(officer, "key-number-1", school_urn=123456).status_code == 422
    assert post(officer, "key-number-1").status_code == 201


def test_after_the_answer_is_erased_the_key_still_finds_the_record(officer: Client) -> None:
    school()
    first = post(officer, "key-number-1")
    StoredAnswer.objects.all().delete()
    second = post(officer, "key-number-1", age=15)
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    assert Encounter.objects.get().age == 14


def test_keys_of_different_callers_never_meet(officer: Client, client_for: Callable[..., Client]) -> None:
    school()
    mine, theirs = post(officer, "key-number-1"), post(client_for(Role.WARD_OFFICER), "key-number-1")
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]


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


SCOPES = ("encounters:create", "encounters:correct")


def system(name: str = "Records system", scopes: tuple[str, ...] = SCOPES) -> tuple[Client, Organisation]:
    """A system of the force with a key, and the team that it records for."""
    force, _ = Organisation.objects.get_or_create(name="A force", kind=OrganisationKind.FORCE)
    team, _ = Organisation.objects.get_or_create(name="A team", kind=OrganisationKind.FORCE, parent=force)
    _, key = people.make_api_client(by=System("a test"), name=name, organisation=force, scopes=scopes, days=90)
    return Client(headers={"Authorization": f"Bearer {key}"}), team


def correct(client: Client, made: dict[str, Any], changes: dict[str, Any], **more: Any) -> Any:
    told = {"version": made["version"], "reason": "It was typed wrongly.", "changes": changes, **more}
    return client.post(f"{URL}/{made['id']}/corrections", told, content_type="application/json")


class TestSystems:
    def test_a_system_records_and_sees_its_own_alone(self, officer: Client) -> None:
        school()
        recorded(officer.account)  # type: ignore[attr-defined]
        client, team = system()
        made = post(client, "key-number-1", team=team.pk)
        assert made.status_code == 201, made.content
        one = Encounter.objects.get(pk=made.json()["id"])
        assert one.recorded_by is None
        assert str(one.client).startswith("Records system")
        assert client.get(URL).json()["count"] == 1
        assert client.get(f"{URL}/{one.pk}").status_code == 200
        other, _ = system("Another system")
        assert other.get(URL).json()["count"] == 0
        assert other.get(f"{URL}/{one.pk}").status_code == 404
        assert correct(other, made.json(), {"age": 15}).status_code == 404
        event = Event.objects.get(name="encounters.encounter.record", subject=str(one.reference))
        assert event.actor == str(one.client.reference)  # type: ignore[union-attr]
        assert event.door == "api"

    def test_a_team_must_be_named_and_be_of_the_force(self, officer: Client) -> None:
        school()
        client, _ = system()
        elsewhere = Organisation.objects.create(name="Elsewhere", kind=OrganisationKind.FORCE)
        assert "several teams" in messages(post(client))
        assert "one of your own teams" in messages(post(client, team=elsewhere.pk))

    def test_scopes(self) -> None:
        school()
        asking, team = system("Asking", ("matcher:ask",))
        recording, _ = system("Recording", ("encounters:create",))
        assert post(asking, team=team.pk).status_code == 403
        assert asking.get(URL).status_code == 403
        made = post(recording, team=team.pk).json()
        refused = correct(recording, made, {"age": 15})
        assert refused.status_code == 403
        assert "encounters:correct" in refused.json()["detail"]

    def test_a_supervisor_sees_and_reviews_what_a_system_recorded(self, client_for: Callable[..., Client]) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk, use_of_force="yes").json()
        supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=team)
        assert supervisor.get(f"/encounters/{made['id']}/").status_code == 200
        assert made["id"][-8:] in supervisor.get("/encounters/reviews/").content.decode()


class TestCorrecting:
    def test_what_it_said_stays(self) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk).json()
        assert made["version"] == 1
        done = correct(client, made, {"age": 9, "use_of_force": "yes"})
        assert done.status_code == 200, done.content
        assert (done.json()["age"], done.json()["age_band"], done.json()["version"]) == (9, "0-9", 2)
        history = client.get(f"{URL}/{made['id']}/corrections").json()
        assert history["version"] == 2
        (one,) = history["corrections"]
        assert (one["by"], one["reason"]) == ("system", "It was typed wrongly.")
        assert {change["field"]: (change["before"], change["after"]) for change in one["changes"]} == {
            "age": (14, 9), "age_band": ("10-17", "0-9"), "use_of_force": ("not_recorded", "yes"),
        }  # fmt: skip
        assert sorted(Encounter.objects.get().reviews.values_list("reason", flat=True)) == ["under_10", "use_of_force"]

    def test_who_comes_second_is_told_what_changed(self) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk).json()
        assert correct(client, made, {"age": 15}).status_code == 200
        second = correct(client, made, {"gender": "female"})
        assert second.status_code == 409
        told = second.json()
        assert told["type"].endswith("overtaken")
        assert told["version"] == 2
        assert told["corrections"][0]["changes"][0] == {"field": "age", "before": 14, "after": 15}
        assert correct(client, {**made, "version": 2}, {"gender": "female"}).status_code == 200
        assert Correction.objects.count() == 2

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"age": 14}, "Nothing is different"),
            ({}, "Nothing is different"),
            ({"kind": None}, "cannot be emptied"),
            ({"occurred_at": "2099-01-01T00:00:00Z"}, "cannot be in the future"),
            ({"occurred_at": "2026-01-01T00:00:00"}, "offset"),
            ({"school_urn": None}, "Say which school"),
            ({"school_urn": 123456}, "no school with the number"),
            ({"school_urn": 100001, "school_reason": "refused"}, "not both"),
            ({"kind": "stop_and_search"}, "what was searched"),
            ({"child_reference": "Jordan Smith"}, "Never enter a name"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_what_cannot_be_corrected_is_said(self, changes: dict[str, Any], said: str) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk).json()
        response = correct(client, made, changes)
        assert response.status_code == 422, response.content
        problem = response.json()
        assert said in problem["detail"] + str(problem.get("faults"))
        assert not Correction.objects.exists()

    def test_the_same_correction_twice_is_one(self) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk).json()
        told = {"version": 1, "reason": "It was typed wrongly.", "changes": {"age": 15}}
        answers = [
            client.post(
                f"{URL}/{made['id']}/corrections", told, content_type="application/json",
                headers={"Idempotency-Key": "correction-1"},
            )
            for _ in range(2)
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert Correction.objects.count() == 1

    def test_the_reference_of_the_child_never_comes_out(self) -> None:
        school()
        client, team = system()
        made = post(client, team=team.pk, child_reference="AB123").json()
        assert correct(client, made, {"child_reference": "AB124"}).status_code == 200
        assert Encounter.objects.get().child_reference == pseudonym("AB124")
        shown = client.get(f"{URL}/{made['id']}/corrections").content.decode()
        for secret in ("AB123", "AB124", pseudonym("AB123"), pseudonym("AB124")):
            assert secret not in shown


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe{}",
    '{"kind": "\ud83d"}'.encode("utf-8", "surrogatepass"),
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b'{"kind": "victim", "occurred_at": NaN, "longitude": Infinity}',
    b'{"kind": "victim", "occurred_at": "2026-03-27T16:05:00Z", "age": 1e400}',
    b'{"kind": "victim", "occurred_at": "2026-03-27T16:05:00Z", "school_urn": 100001.5}',
    b'{"kind": "victim", "occurred_at": "9999-12-31T23:59:59.999999+00:00", "school_reason": "refused"}',
    b'{"kind": "victim", "occurred_at": "0001-01-01T00:00:00+23:59", "school_reason": "refused"}',
    b'{"kind": "victim", "occurred_at": "2026-03-27T16:05:00Z", "school_reason": "refused", "age": '
    + b"9" * 5_000
    + b"}",
]


@pytest.mark.parametrize("sent", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("key", ["", "key-number-1"])
def test_a_body_that_is_none_is_a_problem(sent: bytes, key: str) -> None:
    client, _ = system()
    headers = {"Idempotency-Key": key} if key else {}
    response = client.post(URL, sent, content_type="application/json", headers=headers)
    assert response.status_code in (400, 422), response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    assert not Encounter.objects.exists()


def test_a_body_that_is_too_large_is_a_problem(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    client, _ = system()
    response = client.post(URL, {"kind": "x" * 20_000}, content_type="application/json")
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"


def test_a_team_of_its_own_need_not_be_named() -> None:
    school()
    team = Organisation.objects.create(name="One team", kind=OrganisationKind.FORCE)
    _, key = people.make_api_client(
        by=System("a test"), name="Small", organisation=team, scopes=["encounters:create"], days=90
    )
    response = post(Client(headers={"Authorization": f"Bearer {key}"}))
    assert response.status_code == 201
    assert Encounter.objects.get().team == team
