"""Sign-in and second factor: allauth's addresses that we keep.

A person who is signed in and asks for a sign-in page is led home (302); changing how one signs in asks for a confirmation first.
"""

from __future__ import annotations

from typing import Any

from childfirst.people.models import Account
from childfirst.people.vocabulary import SECOND_FACTOR_ROLES, Role
from tests.routes import EVERYONE, SIGNED_IN, VISITORS, Route

WITH_APP = frozenset(SECOND_FACTOR_ROLES)
WITHOUT_APP = frozenset(Role) - WITH_APP


def a_reset_link(account: Account | None) -> dict[str, Any]:
    return {"uidb36": "x", "key": "wrong"}


ROUTES = [
    Route("account_login", VISITORS),
    Route("account_login", SIGNED_IN, expect=302),
    Route("mfa_authenticate", EVERYONE, expect=302, label="nobody is signing in"),
    Route("account_logout", SIGNED_IN, method="get"),
    Route("account_logout", SIGNED_IN, method="post", expect=302),
    Route("account_inactive", EVERYONE),
    Route("account_signup", EVERYONE),
    Route("socialaccount_signup", EVERYONE),
    Route("account_reauthenticate", WITHOUT_APP),
    Route("account_reauthenticate", WITH_APP, expect=302, label="those with an app confirm by it"),
    Route("mfa_reauthenticate", WITH_APP),
    Route("mfa_reauthenticate", WITHOUT_APP, expect=302, label="those without an app confirm by password"),
    Route("account_change_password", SIGNED_IN),
    Route("account_set_password", SIGNED_IN, expect=302, label="who has one changes it"),
    Route("account_reset_password", EVERYONE),
    Route("account_reset_password_done", EVERYONE),
    Route("account_reset_password_from_key", EVERYONE, make=a_reset_link),
    Route("account_reset_password_from_key_done", EVERYONE),
    Route("socialaccount_login_cancelled", EVERYONE),
    Route("socialaccount_login_error", EVERYONE, expect=401),
    Route(
        "openid_connect_login",
        EVERYONE,
        make=lambda account: {"provider_id": "sso"},
        expect=404,
        label="none is set up",
    ),
    Route(
        "openid_connect_callback",
        EVERYONE,
        make=lambda account: {"provider_id": "sso"},
        expect=404,
        label="none is set up",
    ),
    Route("mfa_index", SIGNED_IN, expect=302),
    Route("socialaccount_connections", SIGNED_IN, expect=302),
    Route("mfa_activate_totp", SIGNED_IN, expect=302, label="confirm first, or there is one"),
    Route("mfa_qr_code", SIGNED_IN, expect=404, label="nothing is being set up"),
    Route("mfa_deactivate_totp", WITH_APP, expect=302, label="confirm first"),
    Route("mfa_view_recovery_codes", SIGNED_IN, expect=404, label="has none"),
    Route("mfa_generate_recovery_codes", SIGNED_IN, expect=302, label="confirm first"),
    Route("mfa_download_recovery_codes", SIGNED_IN, expect=404, label="has none"),
]
