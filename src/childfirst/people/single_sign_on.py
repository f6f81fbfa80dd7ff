"""Single sign-on: when the provider's word stands for our second factor. By default it never does."""

from __future__ import annotations

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest

_PROVED = "single_sign_on_second_factor"


def claims_second_factor(sociallogin: Any) -> bool:
    """Whether the provider's ID token says (``amr``, RFC 8176) that it saw a factor which OIDC_SECOND_FACTORS trusts."""
    trusted = set(settings.OIDC_SECOND_FACTORS)
    if sociallogin is None or not trusted:
        return False
    token = (sociallogin.account.extra_data or {}).get("id_token") or {}
    claimed = token.get("amr") or []
    return isinstance(claimed, list) and not trusted.isdisjoint(map(str, claimed))


def proved_second_factor(request: HttpRequest) -> bool:
    """Whether this session began with single sign-on that proved a second factor which we trust."""
    return bool(settings.OIDC_SECOND_FACTORS) and request.session.get(_PROVED) is True


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor at sign-in, unless the provider has proved one that this installation trusts."""

    def handle(self) -> tuple[Any, bool]:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if claims_second_factor(sociallogin):
            self.request.session[_PROVED] = True
            return None, True
        return super().handle()  # type: ignore[no-any-return]
