"""The demonstration's accounts: known to everybody, and good for nothing unless the setting DEMO is on.

The demo partnership (``childfirst demo``) makes the accounts with these addresses, this password and this secret. Where DEMO is
off, the sign-in pages show nothing of it, and an account with such an address cannot sign in even if a database holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from childfirst.people.vocabulary import SECOND_FACTOR_ROLES, Role

DOMAIN = "demo.childfirst.example"
PASSWORD = "demo-partnership-2026"  # noqa: S105
TOTP_SECRET = "CHILDFIRSTDEMOCHILDFIRSTDEMO2345"  # noqa: S105
"""Base32, 32 characters: the second factor of every demo account."""


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One line of the list on the sign-in page."""

    role: str
    email: str
    needs_code: bool


def email_of(role: Role) -> str:
    """The address of the demo account in a role: ``ward-officer@demo.childfirst.example``."""
    return f"{Role(role).value.replace('_', '-')}@{DOMAIN}"


def is_demo_address(email: str) -> bool:
    """Whether an address belongs to the demonstration."""
    return email.lower().endswith(f"@{DOMAIN}")


def may_sign_in(account: Any) -> bool:
    """False for a demo account on an installation that is no demonstration."""
    return bool(settings.DEMO) or not is_demo_address(str(account.email))


def sign_ins() -> tuple[DemoSignIn, ...]:
    """The demo accounts that exist, one per role; none where DEMO is off."""
    from childfirst.people.models import Account

    if not settings.DEMO:
        return ()
    existing = set(Account.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    return tuple(
        DemoSignIn(role.label, email_of(role), role in SECOND_FACTOR_ROLES)
        for role in Role
        if email_of(role) in existing
    )


def current_code(account: Any) -> str:
    """The six digits that a demo account's app would show now; empty for any other account, and where DEMO is off."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    if not settings.DEMO or not is_demo_address(str(account.email)):
        return ""
    return str(format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time()))))


def accepts(account: Any, code: str) -> bool:
    """Whether the code opens a demo account. Unlike a real one it works twice: several people try the demonstration at once."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    if not settings.DEMO or not is_demo_address(str(account.email)):
        return False
    # The code of the half minute before, too: it may have changed since the page that showed it.
    now = next(yield_hotp_counters_from_time())
    typed = "".join(code.split())
    return typed in {format_hotp_value(hotp_value(TOTP_SECRET, counter)) for counter in (now, now - 1)}
