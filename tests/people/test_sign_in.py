"""Sign-in: password, second factor, lock-out, idle time-out, forgotten passwords."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
)
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from childfirst.audit.models import Event
from childfirst.people.models import Account
from childfirst.people.sessions import SessionStore
from childfirst.people.vocabulary import SECOND_FACTOR_ROLES, Role
from childfirst.shared import clock

pytestmark = [pytest.mark.database, pytest.mark.django_db]
For = Callable[..., Account]
PASSWORD = "a-long-test-password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN_IN = "/account/sign-in/"
COUNTER = 59_000_000


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No attempt is counted yet, and the apps' clock stands still: no code changes between its making and its use."""
    cache.clear()
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter((COUNTER,)))


def code(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, COUNTER)))


def sign_in(client: Client, account: Account, password: str = PASSWORD, **query: str) -> object:
    return client.post(SIGN_IN, {"login": account.email, "password": password}, query_params=query)


def test_sign_in_without_a_second_factor(account_for: For) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    response = sign_in(client, account, next="/account/")
    assert response.headers["Location"] == "/account/"  # type: ignore[attr-defined]
    assert "partnership board" in client.get("/").content.decode().lower()
    event = Event.objects.get(name="people.account.sign_in")
    assert (event.actor, event.data, event.door) == (str(account.reference), {"methods": ["password"]}, "web")


def test_the_address_may_be_typed_in_any_case(account_for: For) -> None:
    account = account_for(Role.PARTNERSHIP_BOARD)
    response = Client().post(SIGN_IN, {"login": f" {account.email.upper()} ", "password": PASSWORD})
    assert response.headers["Location"] == "/"


def test_sign_in_with_a_second_factor(account_for: For) -> None:
    account, client = account_for(Role.WARD_OFFICER), Client()
    assert sign_in(client, account).headers["Location"] == "/account/sign-in/code/"  # type: ignore[attr-defined]
    assert client.get("/").headers["Location"].startswith(SIGN_IN), "the password alone opens nothing"
    page = client.get("/account/sign-in/code/").content.decode()
    assert "Enter your code" in page
    assert "Demonstration" not in page
    assert "The code is not right" in client.post("/account/sign-in/code/", {"code": "000000"}).content.decode()
    assert client.post("/account/sign-in/code/", {"code": code()}).headers["Location"] == "/"
    assert Event.objects.filter(name="people.account.sign_in_failed", data={"factor": "second"}).count() == 1
    assert Event.objects.get(name="people.account.sign_in").data == {"methods": ["password", "mfa"]}


def test_a_code_works_once(account_for: For) -> None:
    account = account_for(Role.WARD_OFFICER)
    used = code()
    for expected in (302, 200):
        client = Client()
        sign_in(client, account)
        assert client.post("/account/sign-in/code/", {"code": used}).status_code == expected


def test_wrong_passwords_tell_nothing_about_who_has_an_account(account_for: For) -> None:
    account = account_for(Role.ANALYST)
    told = [Client().post(SIGN_IN, {"login": who, "password": "wrong"}) for who in (account.email, "no@example.org")]
    said = "The email address or the password is not right."
    for response in told:
        assert response.status_code == 200
        assert said in response.content.decode()
    failed = Event.objects.filter(name="people.account.sign_in_failed")
    assert [event.subject for event in failed] == [str(account.reference)]
    assert failed[0].actor == "audit.system:sign-in"


@pytest.mark.parametrize("exists", [True, False])
def test_lock_out_after_failed_attempts(account_for: For, settings: LazySettings, exists: bool) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/5m/key"}
    account = account_for(Role.PARTNERSHIP_BOARD)
    other = account_for(Role.PARTNERSHIP_BOARD)
    who = account.email if exists else "no@example.org"
    for _ in range(5):
        assert "is not right" in Client().post(SIGN_IN, {"login": who, "password": "wrong"}).content.decode()
    page = Client().post(SIGN_IN, {"login": who, "password": PASSWORD}).content.decode()
    assert "There were too many attempts with this email address. Wait 5 minutes" in page
    assert sign_in(Client(), other).status_code == 302, "only the one address is locked"  # type: ignore[attr-defined]


def test_lock_out_counts_codes_too(account_for: For, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/5m/key"}
    client = Client()
    sign_in(client, account_for(Role.WARD_OFFICER))
    for _ in range(5):
        client.post("/account/sign-in/code/", {"code": "000000"})
    page = client.post("/account/sign-in/code/", {"code": code()}).content.decode()
    assert "There were too many attempts" in page


def test_attempts_are_counted_where_all_processes_see_them(account_for: For, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/5m/key"}
    from childfirst.people.models import CacheEntry

    Client().post(SIGN_IN, {"login": "no@example.org", "password": "wrong"})
    assert CacheEntry.objects.exists()
    assert "no@example.org" not in str(list(CacheEntry.objects.values()))


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_nothing_opens_before_the_second_factor_is_set_up(role: Role, client_for: Callable[..., Client]) -> None:
    client = client_for(role)
    Authenticator.objects.filter(user=client.account).delete()  # type: ignore[attr-defined]
    for address in ("/", "/account/", "/people/", "/audit/", "/account/recovery-codes/", "/account/sessions/"):
        assert client.get(address).headers["Location"] == "/account/second-factor/set-up/", address
    response = client.get("/api/openapi.json")
    assert response.status_code == 403
    assert "second factor" in response.json()["detail"]
    assert client.get("/health/live").status_code == 200
    assert client.post("/account/sign-out/").headers["Location"] == SIGN_IN


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_second_factor(account_for: For) -> None:
    account, client = account_for(Role.WARD_OFFICER), Client()
    Authenticator.objects.filter(user=account).delete()
    assert sign_in(client, account).headers["Location"] == "/"  # type: ignore[attr-defined]
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/account/second-factor/set-up/", 302)]
    assert "Your role needs one before you can go on" in page.content.decode()
    secret = client.session[SECRET_SESSION_KEY]
    assert " ".join(re.findall("....", secret)) in page.content.decode()
    picture = client.get("/account/second-factor/qr-code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture["Cache-Control"].find("no-store") >= 0
    assert "style" not in picture.content.decode()
    assert "is not right" in client.post("/account/second-factor/set-up/", {"code": "000000"}).content.decode()
    response = client.post("/account/second-factor/set-up/", {"code": code(secret)})
    assert response.headers["Location"] == "/account/recovery-codes/"
    codes = re.findall(r'<code class="cf-code">(\d{8})</code>', client.get("/account/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert codes[0] in client.get("/account/recovery-codes/download/").content.decode()
    assert client.get("/").status_code == 200
    assert "Your second factor is set up" in [message.subject for message in mail.outbox]

    again = Client()
    sign_in(again, account)
    assert again.post("/account/sign-in/code/", {"code": codes[0]}).headers["Location"] == "/"
    third = Client()
    sign_in(third, account)
    assert third.post("/account/sign-in/code/", {"code": codes[0]}).status_code == 200, "a recovery code works once"


def test_changing_sign_in_asks_for_the_stronger_confirmation(client_for: Callable[..., Client]) -> None:
    with_app, without = client_for(Role.WARD_OFFICER), client_for(Role.PARTNERSHIP_BOARD)
    remove = "/account/second-factor/remove/"
    assert with_app.get(remove).headers["Location"] == f"/account/confirm/code/?next={remove.replace('/', '%2F')}"
    assert with_app.get("/account/confirm/password/").status_code == 302
    assert without.get("/account/second-factor/set-up/").headers["Location"].startswith("/account/confirm/password/")
    page = with_app.post("/account/confirm/code/", {"code": code()}, query_params={"next": remove})
    assert page.headers["Location"] == remove
    assert with_app.post(remove).headers["Location"] == "/account/second-factor/"
    assert with_app.get("/").headers["Location"] == "/account/second-factor/set-up/"


def test_changing_the_password(client_for: Callable[..., Client]) -> None:
    client = client_for(Role.PARTNERSHIP_BOARD)
    elsewhere = Client()
    sign_in(elsewhere, client.account)  # type: ignore[attr-defined]
    address = "/account/password/change/"
    page = client.post(address, {"oldpassword": "wrong", "password1": "tin roof heron 9"}).content.decode()
    assert "That is not your current password" in page
    page = client.post(address, {"oldpassword": PASSWORD, "password1": "short"}).content.decode()
    assert "12 characters" in page
    response = client.post(address, {"oldpassword": PASSWORD, "password1": "tin roof heron 9"})
    assert response.headers["Location"] == "/account/"
    assert "Your new password is saved" in client.get("/account/").content.decode()
    assert elsewhere.get("/").status_code == 302, "other sessions have ended"
    assert Event.objects.filter(name="people.account.change_password").count() == 1
    assert mail.outbox[-1].subject == "Your password was changed"
    assert "example.com" not in mail.outbox[-1].body


def test_a_forgotten_password(account_for: For) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    for who in ("no@example.org", account.email):
        response = client.post("/account/password/forgotten/", {"email": who})
        assert response.headers["Location"] == "/account/password/forgotten/sent/"
    (message,) = mail.outbox
    assert message.to == [account.email]
    assert message.subject == "A link to choose a new password"
    link = re.search(r"http://[^/]+(/account/password/new/\S+)", message.body)
    assert link
    form = client.get(link[1], follow=True)
    assert "Choose a new password" in form.content.decode()
    response = client.post(form.redirect_chain[-1][0], {"password1": "tin roof heron 9"})
    assert response.headers["Location"] == "/account/password/new/saved/"
    assert sign_in(Client(), account, "tin roof heron 9").status_code == 302  # type: ignore[attr-defined]
    assert "This link does not work" in Client().get(link[1], follow=True).content.decode(), "a link works once"
    assert Event.objects.filter(name="people.account.reset_password").count() == 1


def test_a_session_ends_without_activity_and_the_page_says_so(account_for: For) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    sign_in(client, account)
    Session.objects.update(expire_date=clock.now() - dt.timedelta(seconds=1))
    response = client.get("/account/", follow=True)
    assert response.redirect_chain == [("/account/sign-in/?next=/account/&ended=1", 302)]
    assert "You were signed out" in response.content.decode()
    assert "You were signed out" not in Client().get(SIGN_IN).content.decode()


def test_signing_out_oneself_is_not_called_a_time_out(account_for: For) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    sign_in(client, account)
    response = client.post("/account/sign-out/", follow=True)
    assert response.redirect_chain == [(SIGN_IN, 302)]
    assert "You are signed out." in response.content.decode()
    assert "You were signed out" not in response.content.decode()
    assert Event.objects.filter(name="people.account.sign_out").count() == 1


def test_the_end_of_a_session_moves_on_at_most_once_a_minute(
    client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    client, start = client_for(Role.PARTNERSHIP_BOARD), clock.now()
    client.get("/")
    first = Session.objects.get().expire_date
    client.get("/")
    assert Session.objects.get().expire_date == first
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(minutes=10))
    client.get("/")
    moved = Session.objects.get().expire_date
    assert moved >= start + dt.timedelta(minutes=10, seconds=settings.SESSION_COOKIE_AGE)


def test_a_busy_database_does_not_keep_a_page_waiting(
    client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start = client_for(Role.PARTNERSHIP_BOARD), clock.now()

    class Busy:
        def __enter__(self) -> None:
            raise OperationalError("database is locked")

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr("childfirst.people.sessions._without_waiting", Busy)
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(minutes=10))
    before = Session.objects.get().expire_date
    assert client.get("/").status_code == 200
    assert Session.objects.get().expire_date == before
    assert SessionStore().roll() is False


def test_a_visitors_api_call_is_answered_with_401() -> None:
    response = Client().get("/api/openapi.json")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "Sign in, or send the key of an API client."


def test_one_cannot_be_led_elsewhere(account_for: For) -> None:
    response = sign_in(Client(), account_for(Role.PARTNERSHIP_BOARD), next="https://evil.example/")
    assert response.headers["Location"] == "/"  # type: ignore[attr-defined]
