"""Reads: people and their roles, organisations, what a person's access is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Count, Prefetch, Q, QuerySet

from childfirst.people.models import Account, Invitation, Membership, Organisation
from childfirst.people.permissions import visible_to
from childfirst.people.vocabulary import ROLE_PERMISSIONS, Permission, Role


def accounts(user: Any, text: str = "", role: str = "", closed: bool = False) -> QuerySet[Account]:
    """The accounts that a person may see, with their current roles in ``roles_today``; by part of the name or address."""
    current = Membership.objects.filter(ended_at=None).select_related("organisation").order_by("created_at")
    found = visible_to(user).filter(is_active=not closed).order_by("name", "email")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        found = found.filter(memberships__role=role, memberships__ended_at=None).distinct()
    return found.prefetch_related(Prefetch("memberships", current, to_attr="roles_today"))


def organisations() -> QuerySet[Organisation]:
    """All organisations with the number of people who hold a role in them (``people``)."""
    people = Count(
        "memberships__account",
        filter=Q(memberships__ended_at=None, memberships__account__is_active=True),
        distinct=True,
    )
    return Organisation.objects.select_related("parent").annotate(people=people).order_by("kind", "name")


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that were neither accepted nor withdrawn, the newest first; some may have expired."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("organisation", "invited_by")


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One role of a person, and what it allows."""

    label: str
    organisation: str
    since: dt.datetime
    allows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInMethods:
    """How a person can sign in."""

    password: bool
    app_since: dt.datetime | None
    recovery_codes_left: int | None
    single_sign_on: tuple[str, ...]


def roles_held(account: Account) -> list[RoleHeld]:
    """The person's current roles, each with the wording of its permissions."""
    return [
        RoleHeld(Role(m.role).label, m.organisation.name, m.created_at, allowed_by(Role(m.role)))
        for m in account.current_memberships().select_related("organisation")
    ]


def allowed_by(role: Role) -> tuple[str, ...]:
    """The wording of what a role may do, in the vocabulary's order."""
    return tuple(permission.label for permission in Permission if permission in ROLE_PERMISSIONS[role])


def sign_in_methods(account: Account) -> SignInMethods:
    """Password, authenticator app, recovery codes that are left, single sign-on."""
    found = {authenticator.type: authenticator for authenticator in Authenticator.objects.filter(user=account)}
    app, codes = found.get(Authenticator.Type.TOTP), found.get(Authenticator.Type.RECOVERY_CODES)
    connected = SocialAccount.objects.filter(user=account)
    return SignInMethods(
        password=account.has_usable_password(),
        app_since=app.created_at if app else None,
        recovery_codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        single_sign_on=tuple(str(social.get_provider().name) for social in connected),
    )


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """One place where a person is signed in."""

    browser: str
    address: str
    since: dt.datetime
    current: bool


def sessions(account: Account, session_key: str | None) -> Sequence[SessionSeen]:
    """Where the person is signed in, the newest first."""
    live = UserSession.objects.purge_and_list(account)
    return [
        SessionSeen(browser_name(s.user_agent), s.ip, s.created_at, s.session_key == session_key)
        for s in sorted(live, key=lambda s: s.created_at, reverse=True)
    ]


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(user_agent: str) -> str:
    """A browser's long description of itself in words that its owner recognises: ``Firefox on Windows``."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return (
        " on ".join(word for word in (browser or "A browser" if system else browser, system) if word)
        or "An unknown browser"
    )
