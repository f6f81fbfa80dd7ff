"""What happens in sign-in, which is another library's work, goes on the trail like an act of ours."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as single_sign_on_signals
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from childfirst.audit.actions import witness
from childfirst.audit.actors import System
from childfirst.people.models import Account

SIGN_IN = System("sign-in")

WITNESSED = (
    "people.account.sign_in",
    "people.account.sign_in_failed",
    "people.account.sign_out",
    "people.account.change_password",
    "people.account.reset_password",
    "people.account.add_second_factor",
    "people.account.remove_second_factor",
    "people.account.renew_recovery_codes",
    "people.account.connect_single_sign_on",
)
"""Events that this room writes without an action."""


def _of_own(name: str, user: Any, **data: Any) -> None:
    if isinstance(user, Account):
        witness(by=user, name=f"people.account.{name}", subject=user.reference, data=data)


def on_signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """A person has signed in, second factor and all."""
    methods = [str(record.get("method")) for record in get_authentication_records(request, user)]
    _of_own("sign_in", user, methods=list(dict.fromkeys(methods)))


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """A person has signed out."""
    _of_own("sign_out", user)


def on_password_refused(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """A wrong password. Of addresses that have no account nothing is kept: it may be anyone's, mistyped."""
    account = Account.objects.filter(email__iexact=str(credentials.get("email", ""))).first()
    if account is not None:
        name = "people.account.sign_in_failed"
        witness(by=SIGN_IN, name=name, subject=account.reference, data={"factor": "first"})


def on_code_refused(sender: Any, user: Any, **kwargs: Any) -> None:
    """A wrong second-factor code, after the right password."""
    witness(by=SIGN_IN, name="people.account.sign_in_failed", subject=user.reference, data={"factor": "second"})


def on_password_changed(sender: Any, user: Any, **kwargs: Any) -> None:
    """A new password, by someone signed in."""
    _of_own("change_password", user)


def on_password_reset(sender: Any, user: Any, **kwargs: Any) -> None:
    """A new password, by the link that was sent."""
    _of_own("reset_password", user)


def on_factor_added(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """A second factor was set up, with a code that proves that the person has it: no need to ask for it again at once."""
    _of_own("add_second_factor", user, type=authenticator.type)
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)


def on_factor_removed(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """A second factor was removed by the person."""
    _of_own("remove_second_factor", user, type=authenticator.type)


def on_factor_reset(sender: Any, user: Any, **kwargs: Any) -> None:
    """New recovery codes replaced the old."""
    _of_own("renew_recovery_codes", user)


def on_connected(sender: Any, request: HttpRequest, sociallogin: Any, **kwargs: Any) -> None:
    """Single sign-on was connected to the account, at its first use."""
    _of_own("connect_single_sign_on", sociallogin.user, provider=sociallogin.account.provider)


def connect() -> None:
    """Listen; called once when the application starts."""
    for signal, receiver in (
        (account_signals.user_logged_in, on_signed_in),
        (user_logged_out, on_signed_out),
        (user_login_failed, on_password_refused),
        (account_signals.password_changed, on_password_changed),
        (account_signals.password_set, on_password_changed),
        (account_signals.password_reset, on_password_reset),
        (factor_signals.authentication_failed, on_code_refused),
        (factor_signals.authenticator_added, on_factor_added),
        (factor_signals.authenticator_removed, on_factor_removed),
        (factor_signals.authenticator_reset, on_factor_reset),
        (single_sign_on_signals.social_account_added, on_connected),
    ):
        signal.connect(receiver, dispatch_uid=f"childfirst.people.{receiver.__name__}.{id(signal)}")
