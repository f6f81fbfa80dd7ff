"""Who can be signed in at all."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from childfirst.people import demo


class AccountBackend(AuthenticationBackend):
    """Open accounts by address and password; demo accounts only in a demonstration. Asked again at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and demo.may_sign_in(user)
