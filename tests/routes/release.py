"""Releases: analysts prepare and sign, the board signs and publishes, auditors read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.release.models import CalendarEntry, Release, ReleaseSignature
from childfirst.release.vocabulary import State
from childfirst.shared import clock
from tests.release import making
from tests.routes import Route

READERS = frozenset({Role.ANALYST, Role.PARTNERSHIP_BOARD, Role.AUDITOR})
SIGNERS = frozenset({Role.ANALYST, Role.PARTNERSHIP_BOARD})
BOARD = frozenset({Role.PARTNERSHIP_BOARD})

_built: dict[str, Any] = {}


def built(account: Account | None) -> dict[str, Any]:
    """A built release: the bundle is made once a run, its row put back for each visit."""
    if not _built:
        making.write_facts()
        release = making.checked(title="For the matrix")
        _built.update({field.attname: getattr(release, field.attname) for field in Release._meta.fields})
    else:
        Release.objects.get_or_create(pk=_built["id"], defaults=_built)
    return {"key": _built["key"]}


def own(account: Account | None) -> dict[str, Any]:
    """A release that the visitor prepared: to decide about it is not theirs."""
    found = built(account)
    if account is not None:
        Release.objects.filter(key=found["key"]).update(builders=[str(account.reference)])
    return found


def a_table(account: Account | None) -> dict[str, Any]:
    return {**built(account), "name": "school-recorded"}


def signed(account: Account | None) -> dict[str, Any]:
    found = built(account)
    release = Release.objects.get(key=found["key"])
    if not release.signatures.exists():
        for signer in making.signers():
            ReleaseSignature.objects.create(
                release=release, signer=signer, decision="sign", digest=release.digest, role=signer.audit_name
            )
        Release.objects.filter(pk=release.pk).update(state=State.REVIEWED)
    return found


def published(account: Account | None) -> dict[str, Any]:
    found = built(account)
    Release.objects.filter(key=found["key"]).update(state=State.PUBLISHED)
    return found


def returned(account: Account | None) -> dict[str, Any]:
    found = built(account)
    Release.objects.filter(key=found["key"]).update(state=State.RETURNED)
    return found


def cut_off(account: Account | None) -> dict[str, Any]:
    """A withdrawal that the public site has not heard of."""
    found = built(account)
    Release.objects.filter(key=found["key"]).update(
        state=State.WITHDRAWN, withdrawn_at=clock.now(), withdrawn_reason="A column was mixed up."
    )
    return found


def announced(account: Account | None) -> dict[str, Any]:
    day = clock.today() + dt.timedelta(days=40)
    entry, _ = CalendarEntry.objects.get_or_create(slug="a-quarter", defaults={"title": "A quarter", "planned_on": day})
    return {"slug": entry.slug}


ROUTES = [
    Route("release:index", READERS),
    Route("release:prepare", frozenset({Role.ANALYST})),
    Route("release:calendar", READERS),
    Route("release:announce", BOARD),
    Route("release:move", BOARD, make=announced),
    Route("release:detail", READERS, make=built),
    Route("release:prepare-again", frozenset({Role.ANALYST}), make=returned),
    Route("release:table", READERS, make=a_table),
    Route("release:changes", READERS, make=built),
    Route("release:notes", READERS, make=built),
    Route("release:comment", SIGNERS, make=built),
    Route("release:access", READERS, make=built),
    Route("release:decide", SIGNERS, make=built, label="prepared by another"),
    Route("release:decide", frozenset(), make=own, label="prepared by the visitor"),
    Route("release:publish", BOARD, make=signed, method="post", expect=302),
    Route("release:withdraw", BOARD, make=published),
    Route("release:complete", BOARD, make=cut_off, method="post", expect=302),
]
