"""Rules of sign-in that allauth asks us for: no self sign-up, our words, secrets encrypted at rest."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes

from childfirst.people import demo

FRESH = 300
"""Seconds after signing in during which a first second factor can be set up without confirming again."""
WRONG_CREDENTIALS = "The email address or the password is not right. Check both and try again."
LOCKED_OUT = (
    "There were too many attempts with this email address. Wait 5 minutes and try again, "
    "or choose “Forgotten your password?” to set a new one."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations alone; whoever has a second factor confirms with it, not with the password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG_CREDENTIALS,
        "invalid_login": WRONG_CREDENTIALS,
        "too_many_login_attempts": LOCKED_OUT,
        "rate_limited": "There were too many attempts. Wait 5 minutes and try again.",
        "incorrect_password": "That is not your password. Try again.",
        "enter_current_password": "That is not your current password. Try again.",
        "incorrect_code": "The code is not right. Enter the one that your app shows now.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account with these credentials; a demo account only in a demonstration."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and demo.may_sign_in(user) else None

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        ours = "childfirst.people.single_sign_on.SecondFactorStage"
        return [ours if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("your_access")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in and has no second factor yet need not type the password twice to set one up."""
        request = context.request
        if app == "allauth.mfa" and not request.user.has_second_factor():
            records = get_authentication_records(request, request.user)
            if records and time.time() - records[-1]["at"] < FRESH:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A stolen password must not be enough to replace the second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] == "mfa_reauthenticate"]
        return stronger or methods


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("your_access")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are stored encrypted with a key derived from SECRET_KEY.

    After SECRET_KEY is renewed, the old one in SECRET_KEY_FALLBACKS still reads them.
    """

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. Enter the one that your app shows now.",
        "cannot_generate_recovery_codes": "Set up an authenticator app first: recovery codes are for when it is lost.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str | bytes) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"childfirst second factors")
    return base64.urlsafe_b64encode(derivation.derive(force_bytes(key)))
