"""Who may read, prepare, sign and publish releases. Default deny."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden, check_holds, holds
from childfirst.people.vocabulary import Permission
from childfirst.release.models import Release
from childfirst.release.vocabulary import State

READERS = (Permission.RELEASES_READ, Permission.RELEASES_PREPARE, Permission.RELEASES_SIGN, Permission.RELEASES_PUBLISH)


def can_read(user: Any) -> bool:
    """Whether the person may see releases in preparation."""
    return any(holds(user, permission) for permission in READERS)


def check_can_read(user: Any) -> None:
    """Raise Forbidden for a person who has nothing to do with releases."""
    if not can_read(user):
        check_holds(user, Permission.RELEASES_READ)


def visible_to(user: Any) -> QuerySet[Release]:
    """The releases that a person may see: all or none."""
    return Release.objects.all() if can_read(user) else Release.objects.none()


def can_prepare(user: Any) -> bool:
    return holds(user, Permission.RELEASES_PREPARE)


def check_can_prepare(user: Any) -> None:
    """Raise Forbidden unless the person may prepare releases."""
    check_holds(user, Permission.RELEASES_PREPARE)


def check_can_sign(user: Any, release: Release) -> Account:
    """The person's account. Raises Forbidden unless they may sign, have an account, and did not prepare the release."""
    if not isinstance(user, Account):
        raise Forbidden("A release is signed by a person with an account, never by a program.")
    check_holds(user, Permission.RELEASES_SIGN)
    if release.prepared_by == str(user.reference):
        raise Forbidden("You prepared this release. Two other people must decide about it.")
    return user


def can_sign(user: Any, release: Release) -> bool:
    """Whether the person may decide about the release; says nothing of whether its state allows it."""
    return (
        isinstance(user, Account)
        and holds(user, Permission.RELEASES_SIGN)
        and release.prepared_by != str(user.reference)
    )


def check_can_publish(user: Any) -> None:
    """Raise Forbidden unless the person may publish, correct and withdraw."""
    check_holds(user, Permission.RELEASES_PUBLISH)


def can_publish(user: Any) -> bool:
    return holds(user, Permission.RELEASES_PUBLISH)


def can_see_decisions(user: Any, release: Release) -> bool:
    """Decisions are blind: until both have been made, whoever may still decide sees none, and nobody else either."""
    return release.state not in (State.CHECKED, State.SIGNED_ONCE)
