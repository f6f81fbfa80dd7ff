"""The publication calendar: what will be published when, told to the public before, and moved only with a reason.

Code of Practice for Statistics (UK Statistics Authority, edition 2.0, practices T3.1 and T3.2): releases are announced in a
calendar that reaches twelve months ahead, with a date at least four weeks before; a change is announced promptly with its reason.
"""

from __future__ import annotations

import datetime as dt

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.published.actions import publish_document
from childfirst.release import permissions, rules
from childfirst.release.models import CalendarChange, CalendarEntry, Release
from childfirst.release.publish import calendar_document
from childfirst.release.vocabulary import Planned
from childfirst.shared import clock
from childfirst.shared.errors import UserError

NOTICE = dt.timedelta(weeks=4)
"""How long before a date should be announced; a shorter notice is possible and is said."""


def announce(*, by: Actor, title: str, planned_on: dt.date, about: str = "") -> CalendarEntry:
    """Tell the public of a publication to come. Raises Forbidden, and UserError for a day that is over."""
    entry = _announce(by=by, title=title, planned_on=planned_on, about=about)
    publish_calendar()
    return entry


def move(*, by: Actor, entry: CalendarEntry, planned_on: dt.date, reason: str) -> CalendarEntry:
    """Postpone or bring forward an announced publication, with a reason that the public reads."""
    entry = _move(by=by, entry=entry, planned_on=planned_on, reason=reason)
    publish_calendar()
    return entry


def cancel(*, by: Actor, entry: CalendarEntry, reason: str) -> CalendarEntry:
    """Call an announced publication off, with a reason that the public reads."""
    entry = _cancel(by=by, entry=entry, reason=reason)
    publish_calendar()
    return entry


@action("release.calendar.announce")
def _announce(*, by: Actor, title: str, planned_on: dt.date, about: str = "") -> CalendarEntry:
    permissions.check_can_publish(by)
    title = " ".join(title.split())
    slug = rules.key_for(title, planned_on)
    if planned_on < clock.today():
        raise UserError("The date must be today or later.")
    known = CalendarEntry.objects.filter(title=title, planned_on=planned_on, state=Planned.ANNOUNCED).first()
    if known is not None:
        note(known.reference, data={"again": True})
        return known
    taken = CalendarEntry.objects.filter(slug__startswith=slug).values_list("slug", flat=True)
    entry = CalendarEntry.objects.create(
        slug=rules.numbered(slug, list(taken)), title=title, planned_on=planned_on, about=about.strip()
    )
    note(entry.reference, data={"planned_on": planned_on.isoformat()})
    return entry


@action("release.calendar.move")
def _move(*, by: Actor, entry: CalendarEntry, planned_on: dt.date, reason: str) -> CalendarEntry:
    permissions.check_can_publish(by)
    entry = _open(entry)
    if planned_on == entry.planned_on:
        note(entry.reference, data={"again": True})
        return entry
    if planned_on < clock.today():
        raise UserError("The date must be today or later.")
    change = CalendarChange.objects.create(
        entry=entry, from_date=entry.planned_on, to_date=planned_on, reason=rules.check_reason(reason)
    )
    entry.planned_on = planned_on
    entry.save(update_fields=["planned_on"])
    note(entry.reference, data={"planned_on": planned_on.isoformat()}, reason=change.reason)
    return entry


@action("release.calendar.cancel")
def _cancel(*, by: Actor, entry: CalendarEntry, reason: str) -> CalendarEntry:
    permissions.check_can_publish(by)
    entry = _open(entry)
    change = CalendarChange.objects.create(entry=entry, from_date=entry.planned_on, reason=rules.check_reason(reason))
    entry.state = Planned.CANCELLED
    entry.save(update_fields=["state"])
    note(entry.reference, data={"cancelled": True}, reason=change.reason)
    return entry


def fulfil(release: Release) -> None:
    """The announced publication has come; called inside the act of publishing. Raises UserError before the announced day."""
    entry = release.calendar_entry
    if entry is None:
        return
    entry = CalendarEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.state == Planned.CANCELLED:
        raise UserError("The publication that this release belongs to was called off in the calendar.")
    if entry.state == Planned.ANNOUNCED and clock.today() < entry.planned_on:
        raise UserError(
            f"This release is announced for {clock.format_date(entry.planned_on)}. Publish it on that day, or move the date in the "
            "calendar and say why."
        )
    entry.state = Planned.PUBLISHED
    entry.save(update_fields=["state"])


def publish_calendar() -> None:
    """Give the public the calendar as it stands. Doing it again changes nothing."""
    publish_document(calendar_document())


def _open(entry: CalendarEntry) -> CalendarEntry:
    found = CalendarEntry.objects.select_for_update().get(pk=entry.pk)
    if found.state != Planned.ANNOUNCED:
        raise UserError(f"This publication is {found.get_state_display().lower()} and can no longer be moved.")
    return found
