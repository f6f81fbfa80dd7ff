"""How references to this room's records are shown to a person who follows one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.people.models import Account, ApiClient, Invitation, Organisation
from childfirst.people.permissions import holds, visible_to
from childfirst.people.vocabulary import Permission
from childfirst.shared.references import Resolved, register


def _account(key: str, user: Any) -> Resolved | None:
    account = visible_to(user).filter(pk=key).first()
    return Resolved(account.name, reverse("people:person", args=[key])) if account else None


def _sees_all(user: Any) -> bool:
    return holds(user, Permission.PEOPLE_MANAGE) or holds(user, Permission.AUDIT_READ)


def _organisation(key: str, user: Any) -> Resolved | None:
    organisation = Organisation.objects.filter(pk=key).first() if _sees_all(user) else None
    return Resolved(organisation.name, reverse("people:organisation", args=[key])) if organisation else None


def _invitation(key: str, user: Any) -> Resolved | None:
    invitation = Invitation.objects.filter(pk=key).first() if holds(user, Permission.PEOPLE_MANAGE) else None
    return Resolved(str(invitation), reverse("people:invitation", args=[key])) if invitation else None


def _api_client(key: str, user: Any) -> Resolved | None:
    found = ApiClient.objects.filter(pk=key).first() if _sees_all(user) else None
    return Resolved(f"API client {found.name}", reverse("people:api-client", args=[key])) if found else None


def register_all() -> None:
    """Called once when the application starts."""
    register(Account().reference.kind, _account)
    register(Organisation().reference.kind, _organisation)
    register(Invitation().reference.kind, _invitation)
    register(ApiClient().reference.kind, _api_client)
