"""Reads: releases with where they stand for the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from childfirst.people.models import Account
from childfirst.published import models as published
from childfirst.published.actions import STORE
from childfirst.release import permissions
from childfirst.release.models import Release, ReleaseSignature
from childfirst.release.vocabulary import CORRECTABLE, PUBLIC_STATES, State


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person can do with a release now, and what they may know of the decisions."""

    can_sign: bool
    can_publish: bool
    can_withdraw: bool
    must_complete: bool
    prepared_it: bool
    own: ReleaseSignature | None
    decisions: tuple[ReleaseSignature, ...]


def releases(user: Any) -> QuerySet[Release]:
    """The releases that the person may see, the newest first, without their figures."""
    return permissions.visible_to(user).defer("figures").select_related("corrects")


def release(user: Any, key: str) -> Release | None:
    """The release of that key, if the person may see it."""
    return releases(user).filter(key=key).first()


def correctable() -> QuerySet[Release]:
    """Releases that a new one can correct."""
    return Release.objects.filter(state__in=CORRECTABLE).defer("figures", "summary")


def standing(release: Release, user: Any) -> Standing:
    """See :class:`Standing`."""
    own = release.signatures.filter(signer=user).first() if isinstance(user, Account) else None
    open_to_decide = release.state in (State.CHECKED, State.SIGNED_ONCE)
    publisher = permissions.can_publish(user)
    return Standing(
        can_sign=open_to_decide and own is None and permissions.can_sign(user, release),
        can_publish=publisher and release.state == State.SIGNED_TWICE,
        can_withdraw=publisher and release.state in PUBLIC_STATES,
        must_complete=publisher and release.state in PUBLIC_STATES and not is_in_store(release),
        prepared_it=isinstance(user, Account) and release.prepared_by == str(user.reference),
        own=own,
        decisions=tuple(release.signatures.all()) if permissions.can_see_decisions(user, release) else (),
    )


def is_in_store(release: Release) -> bool:
    """Whether the published store has the release: a publication that was cut off leaves it out."""
    return published.Release.objects.using(STORE).filter(key=release.key).exists()


def waiting(user: Any) -> int:
    """Releases that wait for this person's decision."""
    found = releases(user).filter(state__in=[State.CHECKED, State.SIGNED_ONCE]).defer("summary", "figures")
    return sum(
        permissions.can_sign(user, release) and not release.signatures.filter(signer=user).exists() for release in found
    )
