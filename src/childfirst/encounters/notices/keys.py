"""Renewing the key of notices, and destroying old ones: what makes erasure reach into every copy of the database."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import pairwise

from django.db import transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters.notices import permissions, sealing
from childfirst.encounters.notices.models import NoticeContent, NoticeMessage
from childfirst.shared import clock
from childfirst.shared.references import Reference

RENEW_AFTER = dt.timedelta(days=30)
SETTLED_AFTER = dt.timedelta(days=1)
"""A key is destroyed only this long after its successor was made: no transaction that began with it is still running then."""

_SEALED = (NoticeContent, NoticeMessage)


@action("encounters.notice_key.rotate")
def rotate_key(*, by: Actor) -> tuple[str, int]:
    """Make a new key and seal everything with it anew; gives its name and how many texts there were.

    The old key stays until ``destroy_old_keys``: another process may have sealed with it a moment ago. Raises KeyTrouble, with every
    text as it was, when one cannot be opened.
    """
    permissions.check_is_system(by)
    name = sealing.new_key()
    moved = 0
    for model in _SEALED:
        rows = model.objects.select_for_update(of=("self",)).exclude(key=name).select_related("notice")
        for text in rows.order_by("pk").iterator(200):
            text.sealed = sealing.seal(sealing.unseal(text.sealed, bound_to=text.binding), bound_to=text.binding)
            text.save(update_fields=["key", "data"])
            moved += 1
    note(_reference(name), data={"texts": moved})
    return name, moved


@action("encounters.notice_key.destroy")
def destroy_old_keys(*, by: Actor, older_than: dt.timedelta = SETTLED_AFTER) -> list[str]:
    """Destroy the keys that no text needs and whose successor is older than this; gives their names.

    From then on no copy of the database gives back what they had sealed.
    """
    permissions.check_is_system(by)
    names = unused_keys(older_than)
    for name in names:
        note(_reference(name))
        transaction.on_commit(partial(sealing.destroy, name))
    if not names:
        note(_reference("none"))
    return names


def unused_keys(older_than: dt.timedelta = SETTLED_AFTER) -> list[str]:
    """Keys with which nothing is sealed and whose successor is older than this."""
    names, used, limit = sealing.key_names(), keys_in_use(), clock.now() - older_than
    return [name for name, successor in pairwise(names) if name not in used and sealing.made_at(successor) <= limit]


def keys_in_use() -> set[str]:
    """Names of the keys with which something is sealed."""
    return {key for model in _SEALED for key in model.objects.order_by().values_list("key", flat=True).distinct()}


def is_old(now: dt.datetime) -> bool:
    """Whether the key that seals is to be renewed."""
    names = sealing.key_names()
    return bool(names) and now - sealing.made_at(names[-1]) >= RENEW_AFTER


def problems() -> list[str]:
    """What is wrong with the keys, in sentences: for ``childfirst check-deploy``."""
    here = sealing.key_names()
    faults = {name: sealing.trouble_with(name) for name in sorted({*keys_in_use(), *here[-1:]})}
    lacking = [name for name, fault in faults.items() if fault and name not in here]
    damaged = [name for name, fault in faults.items() if fault and name in here]
    found = []
    if lacking:
        found.append(
            f"Put back into {sealing.folder()}: {', '.join(lacking)}. Without it, notices to schools cannot be read."
        )
    if damaged:
        found.append(f"Put back the copy that was kept of {', '.join(damaged)} in {sealing.folder()}: it is damaged.")
    return found


def _reference(name: str) -> Reference:
    return Reference("encounters.notice_key", name)
