"""What every page of the workspace shows: the person, their roles, and where they can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from childfirst.people import navigation
from childfirst.people.models import Account, Membership
from childfirst.people.permissions import needs_second_factor
from childfirst.people.vocabulary import Role


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``navigation``, ``signed_in_roles``, ``person_role``, ``account_url``.

    Nothing for a visitor, and nothing to go to for a person who must set up a second factor first.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, Account):
        return {"navigation": ()}
    memberships = SimpleLazyObject(lambda: list(user.current_memberships().select_related("organisation")))
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(user)),
        "signed_in_roles": memberships,
        "person_role": SimpleLazyObject(lambda: _role_line(list(memberships))),
        "account_url": reverse("your_access"),
    }


def _navigation(user: Account) -> tuple[navigation.Entry, ...]:
    if needs_second_factor(user) and not user.has_second_factor():
        return ()
    return tuple(entry for entry in navigation.entries_for(user) if entry.in_header)


def _role_line(memberships: list[Membership]) -> str:
    if not memberships:
        return "No role"
    first = memberships[0]
    line = f"{Role(first.role).label}, {first.organisation}"
    return f"{line} and {len(memberships) - 1} more" if len(memberships) > 1 else line
