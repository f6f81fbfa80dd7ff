"""Keys for systems: made once, shown once, limited, rotated without a gap, stopped at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.people import actions
from childfirst.people.models import ApiClient, Organisation
from childfirst.people.rules import KEY_PREFIX
from childfirst.people.vocabulary import ApiScope, OrganisationKind, Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError

pytestmark = pytest.mark.django_db

BY = System("a test")
URL = "/api/openapi.json"


def force(name: str = "A force") -> Organisation:
    return Organisation.objects.get_or_create(name=name, kind=OrganisationKind.FORCE)[0]


def make(**changes: Any) -> tuple[ApiClient, str]:
    given = {"name": "Records system", "organisation": force(), "scopes": [ApiScope.MATCHER_ASK], "days": 90}
    return actions.make_api_client(by=BY, **{**given, **changes})


def call(key: str, url: str = URL, **headers: str) -> Any:
    return Client().get(url, headers={"Authorization": f"Bearer {key}", **headers})


def test_a_key_opens_the_api_and_is_kept_nowhere() -> None:
    client, key = make()
    assert key.startswith(KEY_PREFIX)
    assert len(key) > 40
    assert call(key).status_code == 200
    with connection.cursor() as cursor:
        for table in ("people_apiclient", "audit_event"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            assert key not in repr(cursor.fetchall())
    client.refresh_from_db()
    assert client.last_used_at is not None
    assert client.key_hint == key[-4:]


@pytest.mark.parametrize("key", ["", "cfk_", "cfk_" + "x" * 43, "nonsense", "Bearer", "cfk_\N{SNOWMAN}", "a b"])
def test_a_wrong_key_is_refused_as_a_problem(key: str) -> None:
    response = Client().get(URL, HTTP_AUTHORIZATION=f"Bearer {key}")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["title"] == "Unauthorized"


def test_a_wrong_key_is_refused_also_beside_a_session(client_for: Callable[..., Client]) -> None:
    browser = client_for(Role.WARD_OFFICER)
    assert browser.get(URL).status_code == 200
    assert browser.get(URL, headers={"Authorization": "Bearer cfk_wrong"}).status_code == 401


def test_a_key_beside_a_session_decides(client_for: Callable[..., Client]) -> None:
    browser = client_for(Role.WARD_OFFICER)
    _, key = make()
    assert browser.get("/api/encounters").status_code == 200
    assert browser.get("/api/encounters", headers={"Authorization": f"Bearer {key}"}).status_code == 403


def test_a_key_opens_no_page() -> None:
    _, key = make()
    for url in ("/", "/encounters/", "/people/", "/audit/"):
        assert call(key, url).status_code == 302


def test_a_key_without_its_scope_is_refused() -> None:
    _, key = make()
    response = call(key, "/api/places/schools?q=rowan")
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"


def test_expired_and_revoked(monkeypatch: pytest.MonkeyPatch) -> None:
    client, key = make()
    later = clock.now() + dt.timedelta(days=90, seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert call(key).status_code == 401
    actions.revoke_api_client(by=BY, client=client, reason="The system was replaced.")
    assert call(key).status_code == 401
    assert Event.objects.get(name="people.api_client.revoke").reason == "The system was replaced."
    with pytest.raises(UserError, match="already"):
        actions.revoke_api_client(by=BY, client=client, reason="Again.")
    with pytest.raises(UserError, match="revoked"):
        actions.rotate_api_client(by=BY, client=client, days=90)


def test_rotation_leaves_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    client, old = make()
    new = actions.rotate_api_client(by=BY, client=client, days=365)
    assert call(old).status_code == call(new).status_code == 200
    later = clock.now() + dt.timedelta(hours=24, seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert call(old).status_code == 401
        assert call(new).status_code == 200
    newest = actions.rotate_api_client(by=BY, client=client, days=365, at_once=True)
    assert call(new).status_code == 401
    assert call(old).status_code == 401
    assert call(newest).status_code == 200


def test_a_limit_for_all_processes(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_CALLS_A_MINUTE = 3
    now = dt.datetime(2026, 3, 27, 15, 40, 20, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    _, key = make()
    _, other = make(name="Another system")
    assert [call(key).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = call(key)
    assert refused["Retry-After"] == "40"
    assert refused["Content-Type"] == "application/problem+json"
    assert call(other).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=1))
    assert call(key).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Enter the name"),
        ({"name": "records  SYSTEM"}, "already an API client"),
        ({"scopes": []}, "at least one"),
        ({"scopes": ["encounters:delete"]}, "from the list"),
        ({"days": 4000}, "one of the times"),
    ],
)
def test_what_cannot_be_made(changes: dict[str, Any], sentence: str) -> None:
    make()
    with pytest.raises(UserError, match=sentence):
        make(**{"name": "Second system", **changes})


def test_only_for_the_police() -> None:
    school = Organisation.objects.create(name="A school", kind=OrganisationKind.SCHOOL)
    with pytest.raises(UserError, match="police force"):
        make(organisation=school)


def test_only_administrators_make_keys(account_for: Callable[..., Any]) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(Forbidden):
            actions.make_api_client(
                by=account_for(role), name="Mine", organisation=force(), scopes=["matcher:ask"], days=90
            )


def test_the_pages(client_for: Callable[..., Client]) -> None:
    browser = client_for(Role.ADMINISTRATOR)
    team = force()
    new = reverse("people:new-api-client")
    assert "There is a problem" in browser.post(new, {}).content.decode()
    given = {"name": "CONNECT north", "organisation": team.pk, "scopes": ["encounters:create"], "days": "365"}
    page = browser.post(new, given)
    key = re.search(rf"{KEY_PREFIX}[\w-]+", page.content.decode())
    assert key is not None
    assert page["Cache-Control"] == "no-store"
    assert call(key[0]).status_code == 200
    again = browser.post(new, given).content.decode()
    assert "already an API client with this name" in again
    made = ApiClient.objects.get()
    here = reverse("people:api-client", args=[made.pk])
    shown = browser.get(here).content.decode()
    assert key[0] not in shown
    assert "Record encounters" in shown
    page = browser.post(reverse("people:rotate-api-client", args=[made.pk]), {"days": "90", "old_key": "overlap"})
    assert KEY_PREFIX in page.content.decode()
    assert "The one before works until" in browser.get(here).content.decode()
    browser.post(reverse("people:revoke-api-client", args=[made.pk]), {"reason": "It was in an e-mail."})
    assert "Revoked" in browser.get(reverse("people:api-clients")).content.decode()
    assert KEY_PREFIX not in browser.session.serializer().dumps(dict(browser.session)).decode("latin1")
