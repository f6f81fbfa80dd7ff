"""What the platform does by itself about notices, every hour and every day. Each step is an action of its own and may run twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import structlog
from django.db.models import Q

from childfirst.audit import upkeep
from childfirst.audit.actors import System
from childfirst.encounters.notices import actions, keys, mail, queries, rules
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.vocabulary import ESCALATE_AFTER, KEPT, WITH_SCHOOL, WRITE_WITHIN, State
from childfirst.people.models import Account
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of, join_and

POST = System("post office")

log = structlog.get_logger("childfirst.notices")


def chase() -> str:
    """The hourly round: what was not written goes without words, who has a lead now gets theirs, what waits too long is escalated,
    what is over is erased, and the e-mails that are due are sent.

    Says in a sentence what was done. Raises UserError at the end when a notice could not be dealt with: the others were.
    """
    failed: list[str] = []
    done = [
        (_each(unwritten(), actions.send_unwritten, failed), "was sent without words", "were sent without words"),
        (_each(unled_that_have_one(), actions.deliver, failed), "reached a new lead", "reached a new lead"),
        (_each(overdue(), actions.escalate, failed), "was escalated", "were escalated"),
        (_each(over(), actions.expire, failed), "was erased after 30 days", "were erased after 30 days"),
    ]
    sent = sum(send_mail(account) for account in mail.due_accounts())
    said = [f"{count_of(number, 'notice')} {one if number == 1 else many}" for number, one, many in done if number]
    if sent:
        said.append(f"{count_of(sent, 'e-mail')} {'was' if sent == 1 else 'were'} sent")
    if failed:
        raise UserError(f"{count_of(len(failed), 'notice')} could not be dealt with; the log says why.")
    return f"{join_and(said)}." if said else ""


def _each(notices: Iterable[Notice], act: Callable[..., Notice], failed: list[str]) -> int:
    number = 0
    for notice in notices:
        try:
            act(by=upkeep.BY, notice=notice)
            number += 1
        except Exception as error:
            # A notice that cannot be dealt with must not keep the others; its words are never in an error of ours.
            log.error("notice not dealt with", reference=str(notice.reference), error=type(error).__name__)
            failed.append(notice.pk)
    return number


def unwritten() -> list[Notice]:
    """Notices whose officer has not written for 24 hours."""
    return list(Notice.objects.filter(state=State.TO_WRITE, created_at__lte=clock.now() - WRITE_WITHIN))


def unled_that_have_one() -> list[Notice]:
    """Notices that had nobody to open them, to schools that have a lead now."""
    rows = Notice.objects.filter(state=State.WAITING, delivered_at__isnull=True).select_related("school")
    led: dict[int, bool] = {}
    for notice in rows:
        if notice.school_id not in led:
            led[notice.school_id] = bool(queries.leads_of(notice.school))
    return [notice for notice in rows if led[notice.school_id]]


def overdue() -> list[Notice]:
    """Delivered notices that nobody has opened within the school days allowed."""
    now, days = clock.now(), queries.SchoolDays()
    old_enough = Q()
    for times, allowed in enumerate(ESCALATE_AFTER):
        old_enough |= Q(escalation=times, delivered_at__lte=now - dt.timedelta(days=allowed))
    rows = Notice.objects.filter(old_enough, state=State.WAITING)
    found = []
    for notice in rows.select_related("school"):
        allowed = ESCALATE_AFTER[notice.escalation]
        due = rules.working_deadline(notice.delivered_at or now, allowed, days.of(notice.school))
        if due is not None and due <= now:
            found.append(notice)
    return found


def over() -> list[Notice]:
    """Notices whose 30 days are over."""
    return list(Notice.objects.filter(state__in=WITH_SCHOOL, sent_at__lte=clock.now() - KEPT))


def send_mail(account: Account) -> bool:
    """Tell a person what waits for them, in one e-mail; False when there is nothing to tell now, or it was not taken."""
    rows = mail.claim(account)
    if not rows:
        return False
    trouble = mail.post(account, rows)
    actions.note_mail(by=POST, account=account, rows=rows, trouble=trouble)
    return not trouble


def facts_up_to_date() -> str:
    """The daily round: months of facts that have changed are rewritten."""
    changed = actions.build_facts(by=upkeep.BY)
    return f"{count_of(len(changed), 'month')} rewritten." if changed else ""


def tend_keys() -> str:
    """The daily round: a key that is a month old is renewed, and keys that nothing needs any more are destroyed."""
    said = []
    if keys.is_old(clock.now()):
        _, moved = keys.rotate_key(by=upkeep.BY)
        said.append(f"the key was renewed and {count_of(moved, 'text')} sealed anew")
    if keys.unused_keys() and (names := keys.destroy_old_keys(by=upkeep.BY)):
        said.append(f"{count_of(len(names), 'old key')} destroyed")
    sentence = join_and(said)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""
