"""Who may read, prepare, sign and publish releases. Default deny."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden, check_holds, holds
from childfirst.people.vocabulary import Permission
from childfirst.release.models import Release
from childfirst.release.vocabulary import State

OPEN_TO_ALL = frozenset({State.RETURNED, State.FAILED})
"""States from which anybody who may prepare releases can prepare this one again."""

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


def check_can_prepare_again(user: Any, release: Release) -> None:
    """Raise Forbidden unless the person may prepare releases; what is being reviewed is taken back only by who prepared it."""
    check_can_prepare(user)
    if release.state not in OPEN_TO_ALL and str(user.reference) not in release.builders:
        raise Forbidden("Only who prepared this release can take it back and prepare it again.")


def can_prepare_again(user: Any, release: Release) -> bool:
    return can_prepare(user) and (release.state in OPEN_TO_ALL or str(user.reference) in release.builders)


def check_can_sign(user: Any, release: Release) -> Account:
    """The person's account. Raises Forbidden unless they may sign, have an account, and prepared no round of the release."""
    if not isinstance(user, Account):
        raise Forbidden("A release is signed by a person with an account, never by a program.")
    check_holds(user, Permission.RELEASES_SIGN)
    if str(user.reference) in release.builders:
        raise Forbidden("You prepared this release. Two other people must decide about it.")
    return user


def can_sign(user: Any, release: Release) -> bool:
    """Whether the person may decide about the release; says nothing of whether its state allows it."""
    return (
        isinstance(user, Account)
        and holds(user, Permission.RELEASES_SIGN)
        and str(user.reference) not in release.builders
    )


def check_can_comment(user: Any, release: Release) -> Account:
    """The person's account. Raises Forbidden unless they prepared the release or may decide about it."""
    if isinstance(user, Account) and str(user.reference) in release.builders:
        return user
    return check_can_sign(user, release)


def can_comment(user: Any, release: Release) -> bool:
    return can_sign(user, release) or (isinstance(user, Account) and str(user.reference) in release.builders)


def check_can_publish(user: Any) -> None:
    """Raise Forbidden unless the person may publish, correct and withdraw, and keeps the calendar."""
    check_holds(user, Permission.RELEASES_PUBLISH)


def can_publish(user: Any) -> bool:
    return holds(user, Permission.RELEASES_PUBLISH)


def is_blind(release: Release, round_: int | None = None) -> bool:
    """Whether decisions of a round are still kept from everybody else: until both have been made. Default: the round that stands."""
    return (round_ or release.round) == release.round and release.state in (State.ATTACKED, State.HALF_REVIEWED)
