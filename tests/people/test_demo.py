"""The demonstration's accounts open doors in a demonstration, and nowhere else."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from childfirst.people import demo
from childfirst.people.models import Account, Membership, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SIGN_IN = "/account/sign-in/"


@pytest.fixture(autouse=True)
def officer() -> Account:
    """The demo's ward officer, as ``childfirst demo`` makes it."""
    cache.clear()
    force = Organisation.objects.create(name="Demo Force", kind=OrganisationKind.FORCE)
    account = Account.objects.create_account(
        email=demo.email_of(Role.WARD_OFFICER), name="Demo Officer", password=demo.PASSWORD
    )
    Membership.objects.create(account=account, organisation=force, role=Role.WARD_OFFICER)
    TOTP.activate(account, demo.TOTP_SECRET)
    return account


def test_the_address_is_made_of_the_role() -> None:
    assert demo.email_of(Role.WARD_OFFICER) == "ward-officer@demo.childfirst.example"
    assert demo.is_demo_address("Ward-Officer@DEMO.childfirst.example")
    assert not demo.is_demo_address("demo.childfirst.example@example.org")


def test_in_a_demonstration(settings: LazySettings) -> None:
    settings.DEMO = True
    page = Client().get(SIGN_IN).content.decode()
    assert demo.PASSWORD in page
    assert "ward-officer@demo.childfirst.example" in page
    assert "analyst@demo.childfirst.example" not in page, "only accounts that exist are listed"
    for _ in range(2):  # several people may try the same role at once
        client = Client()
        client.post(SIGN_IN, {"login": demo.email_of(Role.WARD_OFFICER), "password": demo.PASSWORD})
        page = client.get("/account/sign-in/code/").content.decode()
        code = page.split('<code class="cf-code">')[1][:6]
        assert client.post("/account/sign-in/code/", {"code": code}).headers["Location"] == "/"
    assert "Hello, Demo" in client.get("/").content.decode()


def test_nothing_of_it_is_there_without_the_setting(settings: LazySettings, officer: Account) -> None:
    settings.DEMO = False
    page = Client().get(SIGN_IN).content.decode()
    assert demo.PASSWORD not in page
    assert demo.DOMAIN not in page
    client = Client()
    page = client.post(SIGN_IN, {"login": officer.email, "password": demo.PASSWORD})
    assert page.status_code == 200
    assert "is not right" in page.content.decode()
    assert demo.sign_ins() == ()
    assert demo.current_code(officer) == ""
    settings.DEMO = True
    code = demo.current_code(officer)
    settings.DEMO = False
    assert len(code) == 6
    assert not demo.accepts(officer, code)


def test_a_session_of_the_demonstration_ends_with_it(settings: LazySettings, officer: Account) -> None:
    settings.DEMO = True
    client = Client()
    client.force_login(officer, backend="childfirst.people.backends.AccountBackend")
    assert client.get("/").status_code == 200
    settings.DEMO = False
    assert client.get("/").headers["Location"].startswith(SIGN_IN)


def test_a_real_account_has_no_demo_code(settings: LazySettings) -> None:
    settings.DEMO = True
    real = Account.objects.create_account(email="real@example.org", name="Real", password="a-long-test-password")
    assert demo.current_code(real) == ""
    assert not demo.accepts(real, "123456")
