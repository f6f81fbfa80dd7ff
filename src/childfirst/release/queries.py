"""Reads: releases with where they stand for the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from childfirst.people.models import Account
from childfirst.published import models as published
from childfirst.published.actions import STORE
from childfirst.release import permissions
from childfirst.release.models import CalendarEntry, PreReleaseAccess, Release, ReleaseComment, ReleaseSignature
from childfirst.release.vocabulary import CORRECTABLE, PUBLIC_STATES, UNPUBLISHED, Planned, State

TO_DECIDE = (State.ATTACKED, State.HALF_REVIEWED)
SHELVES: dict[str, tuple[str, tuple[State, ...]]] = {
    "all": ("All", tuple(State)),
    "preparing": ("In preparation", tuple(UNPUBLISHED)),
    "review": ("In review", TO_DECIDE),
    "back": ("Sent back or failed", (State.RETURNED, State.FAILED)),
    "public": ("Published", tuple(PUBLIC_STATES)),
    "withdrawn": ("Withdrawn", (State.WITHDRAWN,)),
}
"""How the list of releases can be narrowed: name in the address -> wording and states."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person can do with a release now, and what they may know of decisions and comments."""

    can_sign: bool
    can_publish: bool
    can_withdraw: bool
    can_prepare_again: bool
    can_comment: bool
    must_complete: bool
    must_complete_withdrawal: bool
    prepared_it: bool
    own: ReleaseSignature | None
    decisions: tuple[ReleaseSignature, ...]
    comments: tuple[ReleaseComment, ...]
    access: tuple[PreReleaseAccess, ...]


def releases(user: Any, shelf: str = "all") -> QuerySet[Release]:
    """The releases that the person may see, the newest first, without their figures."""
    found = permissions.visible_to(user).defer("figures").select_related("corrects", "calendar_entry")
    return found if shelf not in SHELVES or shelf == "all" else found.filter(state__in=SHELVES[shelf][1])


def release(user: Any, key: str) -> Release | None:
    """The release of that key, if the person may see it."""
    return releases(user).filter(key=key).first()


def correctable() -> QuerySet[Release]:
    """Releases that a new one can correct."""
    return Release.objects.filter(state__in=CORRECTABLE).defer("figures", "summary")


def calendar() -> QuerySet[CalendarEntry]:
    """Every entry of the publication calendar, by date."""
    return CalendarEntry.objects.prefetch_related("changes", "releases")


def still_announced() -> QuerySet[CalendarEntry]:
    """Announced publications that have not come yet."""
    return CalendarEntry.objects.filter(state=Planned.ANNOUNCED)


def standing(release: Release, user: Any) -> Standing:
    """See :class:`Standing`."""
    own = None
    if isinstance(user, Account):
        own = release.signatures.filter(signer=user, round=release.round).first()
    publisher = permissions.can_publish(user)
    in_store = _store_state(release)
    return Standing(
        can_sign=release.state in TO_DECIDE and own is None and permissions.can_sign(user, release),
        can_publish=publisher and release.state == State.REVIEWED,
        can_withdraw=publisher and release.state in PUBLIC_STATES,
        can_prepare_again=release.state in UNPUBLISHED and permissions.can_prepare_again(user, release),
        can_comment=release.state in UNPUBLISHED and bool(release.digest) and permissions.can_comment(user, release),
        must_complete=publisher and release.state in PUBLIC_STATES and in_store == "",
        must_complete_withdrawal=publisher and release.state == State.WITHDRAWN and in_store == "standing",
        prepared_it=isinstance(user, Account) and str(user.reference) in release.builders,
        own=own,
        decisions=decisions(release),
        comments=comments(release, user),
        access=tuple(release.access.all()),
    )


def decisions(release: Release) -> tuple[ReleaseSignature, ...]:
    """The decisions that may be known: those of earlier rounds, and of this one once both people have decided."""
    return tuple(each for each in release.signatures.all() if not permissions.is_blind(release, each.round))


def comments(release: Release, user: Any) -> tuple[ReleaseComment, ...]:
    """The comments that the person may read.

    While two people decide, what those say who may decide is read by themselves and by those who prepared the release, so that
    questions can be answered and neither sways the other. What those say who prepared it is read by all.
    """
    blind = permissions.is_blind(release)
    mine = str(user.reference) if isinstance(user, Account) else ""
    found = []
    for comment in release.comments.select_related("author"):
        author = str(comment.author.reference)
        open_to_all = not blind or comment.round != release.round or author in release.builders
        if open_to_all or mine == author or mine in release.builders:
            found.append(comment)
    return tuple(found)


def _store_state(release: Release) -> str:
    """What the public can see of the release: ``standing``, ``withdrawn`` or nothing."""
    row = published.Release.objects.using(STORE).filter(key=release.key).values_list("withdrawn_at", flat=True)
    return "" if not row else "withdrawn" if row[0] else "standing"


def waiting(user: Any) -> int:
    """Releases that wait for this person: to decide, or to prepare again what was sent back to them."""
    if not isinstance(user, Account):
        return 0
    found = releases(user).filter(state__in=[*TO_DECIDE, State.RETURNED]).defer("summary", "figures")
    mine = str(user.reference)
    return sum(
        mine == each.prepared_by
        if each.state == State.RETURNED
        else permissions.can_sign(user, each) and not each.signatures.filter(signer=user, round=each.round).exists()
        for each in found
    )
