"""Who may do what. Default deny: a permission that no current membership grants is refused."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from childfirst.audit.actors import System
from childfirst.people.models import Account, Membership
from childfirst.people.vocabulary import ROLE_PERMISSIONS, SECOND_FACTOR_ROLES, Permission, Role
from childfirst.shared.errors import Forbidden
from childfirst.shared.text import join_and

__all__ = [
    "Forbidden",
    "can_see_person",
    "check_can_change_roles",
    "check_can_manage",
    "check_can_see_person",
    "check_holds",
    "granting",
    "held_by",
    "holds",
    "needs_second_factor",
    "roles_of",
    "roles_with",
    "visible_to",
]


def granting(user: Any, permission: Permission) -> list[Membership]:
    """The current memberships of a person that grant the permission, with their organisations."""
    if not isinstance(user, Account) or not user.is_active:
        return []
    roles = roles_with(permission)
    return list(user.current_memberships().filter(role__in=roles).select_related("organisation"))


def holds(user: Any, permission: Permission) -> bool:
    """Whether the actor may; a named part of the system (a command on the server) may everything."""
    return isinstance(user, System) or bool(granting(user, permission))


def check_holds(user: Any, permission: Permission) -> None:
    """Raise Forbidden with a sentence that says who may, unless the actor may."""
    if not holds(user, permission):
        names = [Role(role).label.lower() + "s" for role in Role if role in roles_with(permission)]
        whom = f"Only {join_and(names)} can do this." if names else "Nobody has been given this right."
        raise Forbidden(f"You cannot {permission.label[0].lower() + permission.label[1:]}. {whom}")


def held_by(user: Any) -> frozenset[Permission]:
    """Every permission that a person's current roles grant, in whichever organisation."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles_of(user)))


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that grant a permission."""
    return frozenset(role for role, granted in ROLE_PERMISSIONS.items() if permission in granted)


def roles_of(user: Any) -> frozenset[Role]:
    """The roles that a person holds today, in whichever organisation."""
    if not isinstance(user, Account) or not user.is_active:
        return frozenset()
    return frozenset(Role(role) for role in user.current_memberships().values_list("role", flat=True))


def needs_second_factor(user: Any) -> bool:
    """Whether one of the person's roles may not work without a second factor."""
    return bool(roles_of(user) & SECOND_FACTOR_ROLES)


def check_can_manage(user: Any) -> None:
    """Raise Forbidden unless the actor may invite people and change organisations and roles."""
    check_holds(user, Permission.PEOPLE_MANAGE)


def check_can_change_roles(user: Any, account: Account) -> None:
    """Raise Forbidden unless the actor may change what this person may do; nobody may do it for themselves."""
    check_can_manage(user)
    if isinstance(user, Account) and user.pk == account.pk:
        raise Forbidden("You cannot change your own access. Ask another administrator to do it.")


def visible_to(user: Any) -> QuerySet[Account]:
    """The accounts that a person may see: all for administrators and auditors, else their own."""
    if holds(user, Permission.PEOPLE_MANAGE) or holds(user, Permission.AUDIT_READ):
        return Account.objects.all()
    return Account.objects.filter(pk=user.pk) if isinstance(user, Account) else Account.objects.none()


def can_see_person(user: Any, account: Account) -> bool:
    """Whether ``account`` is among those that the person may see."""
    return visible_to(user).filter(pk=account.pk).exists()


def check_can_see_person(user: Any, account: Account) -> None:
    """Raise Forbidden unless the person may see the account."""
    if not can_see_person(user, account):
        raise Forbidden("Only administrators and auditors can look at other people's accounts.")
