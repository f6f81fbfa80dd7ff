"""Single sign-on by settings alone: it opens existing accounts, makes none, and does not stand for the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from childfirst.audit.models import Event
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role

pytestmark = [pytest.mark.database, pytest.mark.django_db]
For = Callable[..., Account]
ISSUER = "https://login.northmarch.example"
START = "/account/single-sign-on/sso/"


@pytest.fixture(autouse=True)
def provider(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A provider as the settings of an installation name it; what it says of the person can be changed by the test."""
    cache.clear()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Sign in with Northmarch",
                    "client_id": "childfirst",
                    "secret": "x",
                    "settings": {"server_url": ISSUER},
                }
            ]
        }
    }
    says: dict[str, Any] = {"sub": "1", "email": "", "email_verified": True, "amr": ["pwd"]}
    config = {
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/keys",
    }
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "openid_config", config)
    monkeypatch.setattr(
        "allauth.socialaccount.providers.oauth2.client.OAuth2Client.get_access_token",
        lambda self, code, pkce_code_verifier=None, **kwargs: {"access_token": "t", "id_token": "i"},
    )
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_fetch_user_info", lambda self, token: dict(says))
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_decode_id_token", lambda self, app, token: dict(says))
    return says


def come_back(client: Client) -> Any:
    """Press the button, and come back from the provider."""
    there = client.post(START)
    assert there.status_code == 302
    assert there.headers["Location"].startswith(f"{ISSUER}/authorize?")
    state = dict(pair.split("=") for pair in there.headers["Location"].split("?")[1].split("&"))["state"]
    return client.get(f"{START}callback/", {"code": "c", "state": state})


def test_the_button_is_there_when_a_provider_is_set_up(settings: LazySettings) -> None:
    assert "Sign in with Northmarch" in Client().get("/account/sign-in/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Sign in with Northmarch" not in Client().get("/account/sign-in/").content.decode()


def test_a_link_alone_does_not_start_it() -> None:
    page = Client().get(START)
    assert page.status_code == 200
    assert "Continue" in page.content.decode()


def test_it_opens_an_existing_account(account_for: For, provider: dict[str, Any]) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    provider["email"] = account.email
    assert come_back(client).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().user == account
    assert Account.objects.get(pk=account.pk).has_usable_password(), "the confirmed address keeps its password"
    assert Event.objects.get(name="people.account.sign_in").data == {"methods": ["socialaccount"]}
    assert "Sign in with Northmarch" in client.get("/account/").content.decode()


@pytest.mark.parametrize("verified", [True, False])
def test_it_makes_no_account(provider: dict[str, Any], verified: bool) -> None:
    provider.update(email="nobody@example.org", email_verified=verified)
    page = come_back(Client())
    assert "Accounts come by invitation" in page.content.decode()
    assert not Account.objects.exists()
    assert not SocialAccount.objects.exists()


def test_an_address_that_the_provider_has_not_confirmed_opens_nothing(
    account_for: For, provider: dict[str, Any]
) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    provider.update(email=account.email, email_verified=False)
    assert "Accounts come by invitation" in come_back(client).content.decode()
    assert client.get("/").status_code == 302


def test_a_closed_account_stays_closed(account_for: For, provider: dict[str, Any]) -> None:
    account, client = account_for(Role.PARTNERSHIP_BOARD), Client()
    Account.objects.update(is_active=False)
    provider["email"] = account.email
    come_back(client)
    assert client.get("/").status_code == 302


def test_the_second_factor_is_asked_for_all_the_same(account_for: For, provider: dict[str, Any]) -> None:
    account, client = account_for(Role.WARD_OFFICER), Client()
    provider.update(email=account.email, amr=["pwd", "mfa"])
    assert come_back(client).headers["Location"] == "/account/sign-in/code/"
    assert client.get("/").status_code == 302


def test_a_second_factor_that_the_installation_trusts_is_enough(
    account_for: For, provider: dict[str, Any], settings: LazySettings
) -> None:
    settings.OIDC_SECOND_FACTORS = ["mfa", "hwk"]
    account = account_for(Role.WARD_OFFICER)
    provider.update(email=account.email, amr=["pwd"])
    client = Client()
    assert come_back(client).headers["Location"] == "/account/sign-in/code/", "the provider saw a password only"
    provider["amr"] = ["pwd", "mfa"]
    client = Client()
    assert come_back(client).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    account.authenticator_set.all().delete()
    assert client.get("/").status_code == 200, "no second one is asked for in such a session"
    settings.OIDC_SECOND_FACTORS = []
    assert client.get("/").headers["Location"] == "/account/second-factor/set-up/"


def test_an_answer_that_was_not_asked_for_is_refused(account_for: For, provider: dict[str, Any]) -> None:
    provider["email"] = account_for(Role.PARTNERSHIP_BOARD).email
    page = Client().get(f"{START}callback/", {"code": "c", "state": "made-up"})
    assert page.status_code == 401
    assert "Single sign-on did not work" in page.content.decode()
    assert EmailAddress.objects.count() == 1
