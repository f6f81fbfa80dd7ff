"""Writes: raise, write, send, hold back, open, answer, acknowledge, return, withdraw, escalate and erase notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from childfirst.audit import retention
from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters import permissions as of_encounters
from childfirst.encounters.models import Encounter
from childfirst.encounters.notices import facts, mail, permissions, queries, rules, sealing
from childfirst.encounters.notices.keys import destroy_old_keys, rotate_key
from childfirst.encounters.notices.models import Confirmation, Mailing, Notice, NoticeContent, NoticeMessage
from childfirst.encounters.notices.vocabulary import (
    KEPT,
    TO_LEADS,
    WRITE_WITHIN,
    Basis,
    Done,
    HoldingBack,
    News,
    Part,
    Purpose,
    State,
    Step,
)
from childfirst.people.models import Account
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from childfirst.shared.references import Reference

__all__ = ["destroy_old_keys", "rotate_key"]

LONGEST_WORDS = 4_000


def _locked(notice: Notice) -> Notice:
    found = Notice.objects.select_for_update(of=("self",)).select_related(
        "school", "encounter__team", "encounter__recorded_by", "officer"
    )
    return found.get(pk=notice.pk)


# The encounter names a school, or another one.


@action("encounters.notice.raise")
def raise_notice(*, by: Actor, encounter: Encounter) -> Notice:
    """Have a school told of an encounter. Its officer is asked for words; who else completed the school has the officer told.

    Called by the consequences of recording and correcting. Raises Forbidden for who may not see the encounter.
    """
    of_encounters.check_can_read(by, encounter)
    if encounter.school_id is None:
        raise UserError("Only an encounter that names a school can be told to a school.")
    notice = Notice.objects.create(encounter=encounter, school_id=encounter.school_id, officer=encounter.recorded_by)
    note(notice.reference, data={"encounter": str(encounter.reference)})
    if by != encounter.recorded_by:
        mail.tell(queries.writers_of(notice), News.TO_WRITE, notice)
    return notice


@action("encounters.notice.take")
def take(*, by: Account, notice: Notice) -> Notice:
    """Take over the notice about what a system of the force recorded: this officer was there, writes it and answers the school.

    Raises Forbidden for who is of another team, UserError when a colleague was faster.
    """
    notice = _locked(notice)
    if notice.officer is not None:
        raise UserError("A colleague has taken this notice over already.")
    permissions.check_can_take(by, notice)
    notice.officer = by
    notice.save(update_fields=["officer"])
    note(notice.reference)
    return notice


@action("encounters.notice.withdraw")
def withdraw(*, by: Actor, notice: Notice) -> Notice:
    """Take a notice back and erase its words: the encounter names another school now, or none, or the officer writes anew."""
    of_encounters.check_can_read(by, notice.encounter)
    notice = _locked(notice)
    _close(notice, Step.WITHDRAW, by)
    erased = _erase(notice, "withdrawn")
    note(notice.reference, data={"erased": erased})
    return notice


@action("encounters.notice.renew")
def renew(*, by: Account, notice: Notice) -> Notice:
    """Begin anew with the same school: what was held back, expired, returned or cannot be opened is withdrawn, and a notice to write
    takes its place. Raises UserError for one that was acknowledged or withdrawn, and when the encounter no longer names the school."""
    permissions.check_is_officer(by, notice)
    notice = _locked(notice)
    if notice.encounter.school_id != notice.school_id:
        raise UserError("The encounter names another school now.")
    _close(notice, Step.WITHDRAW, by)
    erased = _erase(notice, "withdrawn")
    made = Notice.objects.create(encounter=notice.encounter, school_id=notice.school_id, officer=by)
    note(notice.reference, data={"renewed_as": str(made.reference), "erased": erased})
    return made


# The officer writes.


@action("encounters.notice.write")
def write(*, by: Account, notice: Notice, told: rules.Told, basis: str, purpose: str) -> Notice:
    """Keep what the officer has written, sealed, until they have checked it and send it; the school does not see it yet.

    Raises UserError for what cannot be sent, or a notice that was sent with words already.
    """
    permissions.check_is_officer(by, notice)
    notice = _locked(notice)
    if not notice.waits_for_words:
        raise UserError("This notice was sent already. What was sent cannot be changed; answer in the thread below it.")
    if fault := rules.fault_in(told, clock.today()):
        raise UserError(fault)
    if basis not in Basis.values or purpose not in Purpose.values:
        raise UserError("Say on what basis and for what purpose this is shared.")
    if len(told.happened) > LONGEST_WORDS:
        raise UserError(f"What happened must be told in {LONGEST_WORDS:,} characters or fewer.")
    notice.basis, notice.purpose, notice.shared = basis, purpose, told.shared
    notice.save(update_fields=["basis", "purpose", "shared"])
    content = NoticeContent.objects.filter(notice=notice).first() or NoticeContent(notice=notice)
    content.notice = notice
    content.sealed = sealing.seal(told.as_json(), bound_to=content.binding)
    content.save()
    note(notice.reference, data={"fields": told.shared})
    return notice


@action("encounters.notice.send")
def send(*, by: Account, notice: Notice) -> Notice:
    """Share what was written with the school. The event is the log of the sharing: basis, purpose, what (codes), with whom.

    Sending twice sends once. Raises UserError when nothing was written, or the notice is closed.
    """
    permissions.check_is_officer(by, notice)
    notice = _locked(notice)
    if notice.written_at is not None and notice.is_with_school:
        note(notice.reference, data={"repeated": True})
        return notice
    after = rules.after(notice.state, Step.SEND)
    if not NoticeContent.objects.filter(notice=notice).exists():
        raise UserError("Write first what the school is told.")
    now = clock.now()
    notice.state, notice.written_at, notice.sent_at = after, now, now
    notice.opened_at = notice.opened_by = notice.escalated_at = None
    notice.escalation = 0
    notice.confirmations.all().delete()
    _deliver(notice, now)
    notice.save()
    data = {
        "basis": notice.basis,
        "purpose": notice.purpose,
        "shared": notice.shared,
        "with": f"places.school:{notice.school_id}",
        "has_lead": notice.delivered_at is not None,
    }
    note(notice.reference, data=data)
    return notice


@action("encounters.notice.send_unwritten")
def send_unwritten(*, by: Actor, notice: Notice) -> Notice:
    """After 24 hours without the officer's words: the school learns what the record says, and whom to ask.

    A draft stays the officer's, who can still complete the notice.
    """
    permissions.check_is_system(by)
    notice = _locked(notice)
    now = clock.now()
    if now < notice.created_at + WRITE_WITHIN:
        raise UserError("The officer has 24 hours to write.")
    notice.state, notice.sent_at = rules.after(notice.state, Step.SEND_UNWRITTEN), now
    _deliver(notice, now)
    notice.save()
    mail.tell(queries.writers_of(notice), News.TO_WRITE, notice)
    note(
        notice.reference,
        data={"with": f"places.school:{notice.school_id}", "has_lead": notice.delivered_at is not None},
    )
    return notice


@action("encounters.notice.hold_back")
def hold_back(*, by: Account, notice: Notice, why: str) -> Notice:
    """Do not tell the school, for one of the reasons that allow it; the supervisor sees that and why. What was written is erased."""
    permissions.check_is_officer(by, notice)
    if why not in HoldingBack.values:
        raise UserError("Say why the school must not be told.")
    notice = _locked(notice)
    _close(notice, Step.WITHHOLD, by)
    notice.held_back = why
    notice.save(update_fields=["held_back"])
    note(notice.reference, data={"why": why, "erased": _erase(notice, "held back")})
    return notice


def _deliver(notice: Notice, now: dt.datetime) -> None:
    """Tell the school's lead; where there is none, the officer and the supervisors, and the notice stays undelivered."""
    leads = queries.leads_of(notice.school)
    if leads:
        notice.delivered_at = now
        mail.tell(leads[:1], News.WAITING, notice)
    else:
        notice.delivered_at = None
        mail.tell(_police_side(notice), News.NO_LEAD, notice)


@action("encounters.notice.deliver")
def deliver(*, by: Actor, notice: Notice) -> Notice:
    """A school that had no lead has one now: the notice reaches them, and their time begins."""
    permissions.check_is_system(by)
    notice = _locked(notice)
    leads = queries.leads_of(notice.school)
    if notice.state != State.WAITING or notice.delivered_at is not None or not leads:
        raise UserError("This notice does not wait for a lead.")
    notice.delivered_at = clock.now()
    notice.save(update_fields=["delivered_at"])
    mail.forget(notice, [News.NO_LEAD])
    mail.tell(leads[:1], News.WAITING, notice)
    note(notice.reference)
    return notice


@action("encounters.notice.escalate")
def escalate(*, by: Actor, notice: Notice) -> Notice:
    """Nobody has opened a notice in time: tell every lead of the school, the officer and the team's supervisors."""
    permissions.check_is_system(by)
    notice = _locked(notice)
    if notice.state != State.WAITING or notice.escalation >= 2:
        raise UserError("This notice is not to be escalated.")
    notice.escalation += 1
    notice.escalated_at = clock.now()
    notice.save(update_fields=["escalation", "escalated_at"])
    told = dict.fromkeys([*queries.leads_of(notice.school), *_police_side(notice)])
    mail.tell(told, News.UNOPENED, notice)
    note(notice.reference, data={"time": notice.escalation, "told": len(told)})
    return notice


def _police_side(notice: Notice) -> list[Account]:
    """The officer, and the team's supervisors."""
    return list(dict.fromkeys([*queries.writers_of(notice), *queries.supervisors_of(notice.encounter.team)]))


# The school reads and answers.


@action("encounters.notice.open")
def open_notice(*, by: Account, notice: Notice) -> Notice:
    """A lead confirms that the notice is used to look after the child and not for discipline: from then on it opens to them."""
    permissions.check_is_lead(by, notice)
    notice = _locked(notice)
    if not notice.is_with_school:
        raise UserError("This notice is closed. What it said is erased.")
    Confirmation.objects.get_or_create(notice=notice, account=by)
    if notice.state == State.WAITING:
        notice.state, notice.opened_at, notice.opened_by = rules.after(notice.state, Step.OPEN), clock.now(), by
        notice.delivered_at = notice.delivered_at or notice.opened_at
        notice.save()
        mail.forget(notice, [News.WAITING, News.UNOPENED, News.NO_LEAD])
    note(notice.reference, data={"first": notice.opened_by_id == by.pk})
    return notice


@action("encounters.notice.speak")
def speak(*, by: Account, notice: Notice, words: str) -> NoticeMessage:
    """A question of the school, or an answer of the officer: sealed, and erased with the notice."""
    lead = permissions.is_lead_of(by, notice)
    if not lead:
        permissions.check_is_officer(by, notice)
    elif not queries.has_confirmed(by, notice):
        raise Forbidden("Confirm first what the notice is for.")
    notice = _locked(notice)
    if not notice.is_with_school:
        raise UserError("This notice is closed, so that nothing can be added to it.")
    part = Part.QUESTION if lead else Part.ANSWER
    message = _message(by, notice, part, words)
    told = queries.writers_of(notice) if lead else queries.readers_of(notice)
    mail.tell(told, News.QUESTION if lead else News.ANSWER, notice)
    note(notice.reference, data={"part": part})
    return message


def _message(by: Account, notice: Notice, part: Part, words: str) -> NoticeMessage:
    words = rules.tidy(words)
    if not words:
        raise UserError("Write what you want to say.")
    if len(words) > LONGEST_WORDS:
        raise UserError(f"Write {LONGEST_WORDS:,} characters or fewer.")
    message = NoticeMessage(notice=notice, part=part, author=by)
    message.sealed = sealing.seal({"words": words}, bound_to=message.binding)
    message.save(force_insert=True)
    return message


@action("encounters.notice.acknowledge")
def acknowledge(*, by: Account, notice: Notice, done: Iterable[str], words: str = "") -> Notice:
    """The school says what it did. Everything that the notice said is erased in the same moment.

    Optional ``words`` for the officer hold no name: they are kept sealed until the 30 days are over. Raises UserError when a colleague
    has acknowledged it already, nothing was chosen, or the words hold the child's name.
    """
    permissions.check_is_lead(by, notice)
    notice = _locked(notice)
    rules.after(notice.state, Step.ACKNOWLEDGE)
    if not queries.has_confirmed(by, notice):
        raise Forbidden("Open the notice before you acknowledge it.")
    chosen = list(dict.fromkeys(done))
    if not chosen or not set(chosen) <= set(Done.values):
        raise UserError("Say what the school did.")
    if Done.NOTHING in chosen and len(chosen) > 1:
        raise UserError("Choose what the school did, or that nothing was needed, not both.")
    if words.strip() and (told := queries.words_of(notice)) and rules.names_in(words, told.name):
        raise UserError("Your words hold the child’s name. Take it out: the officer knows whom the notice is about.")
    _close(notice, Step.ACKNOWLEDGE, by)
    notice.done = chosen
    notice.save(update_fields=["done"])
    erased = _erase(notice, "acknowledged")
    if words.strip():
        _message(by, notice, Part.CLOSING, words)
    mail.tell(queries.writers_of(notice), News.ACKNOWLEDGED, notice)
    note(notice.reference, data={"done": chosen, "erased": erased})
    return notice


@action("encounters.notice.return")
def return_notice(*, by: Account, notice: Notice) -> Notice:
    """The child is not a pupil of the school: what the notice said is erased at once, and its officer finds the right school."""
    permissions.check_is_lead(by, notice)
    notice = _locked(notice)
    if not queries.has_confirmed(by, notice):
        raise Forbidden("Open the notice before you return it.")
    _close(notice, Step.RETURN, by)
    erased = _erase(notice, "returned")
    mail.tell(queries.writers_of(notice), News.RETURNED, notice)
    note(notice.reference, data={"erased": erased})
    return notice


# The end.


@action("encounters.notice.expire")
def expire(*, by: Actor, notice: Notice) -> Notice:
    """30 days have passed: what the notice said is erased, whether it was read or not. No legal hold keeps it."""
    permissions.check_is_system(by)
    notice = _locked(notice)
    if notice.sent_at is None or clock.now() < notice.sent_at + KEPT:
        raise UserError("The 30 days are not over.")
    unread = notice.opened_at is None
    _close(notice, Step.EXPIRE, by)
    erased = _erase(notice, "30 days from sent at")
    mail.tell(_police_side(notice), News.EXPIRED, notice)
    note(notice.reference, data={"erased": erased, "unread": unread})
    return notice


def _close(notice: Notice, step: Step, by: Actor) -> None:
    notice.state, notice.closed_at = rules.after(notice.state, step), clock.now()
    notice.closed_by = by if isinstance(by, Account) else None
    notice.save()
    mail.forget(notice, [*News] if step in (Step.WITHDRAW, Step.WITHHOLD) else [*TO_LEADS, News.NO_LEAD, News.QUESTION])


def _erase(notice: Notice, rule: str) -> int:
    """Delete every sealed word of a notice and leave a certificate; gives how many pieces there were."""
    texts = [*NoticeContent.objects.filter(notice=notice), *NoticeMessage.objects.filter(notice=notice)]
    if texts:
        references = [str(text.reference) for text in texts]
        retention.certify(kind="encounters.notice", field_class="secret", rule=rule, references=references)
    NoticeContent.objects.filter(notice=notice).delete()
    NoticeMessage.objects.filter(notice=notice).delete()
    return len(texts)


def erase_contents(*, by: Actor, rows: Iterable[NoticeContent]) -> None:
    """What the daily erasure calls for words whose 30 days are over: drafts, and what hourly upkeep has not reached."""
    contents = list(rows)
    for content in contents:
        notice = content.notice
        if notice.is_with_school and notice.written_at is not None:
            _close(notice, Step.EXPIRE, by)
        NoticeMessage.objects.filter(notice=notice).exclude(part=Part.CLOSING).delete()
    NoticeContent.objects.filter(pk__in=[content.pk for content in contents]).delete()


@action("encounters.notice.facts")
def build_facts(*, by: Actor) -> list[str]:
    """Bring the facts about notices up to date; gives the months whose file was written or removed."""
    permissions.check_is_system(by)
    changed = facts.build()
    note(Reference("encounters.facts", facts.KIND), data={"changed": len(changed)})
    return changed


@action("encounters.notice.tell")
def note_mail(*, by: Actor, account: Account, rows: list[Mailing], trouble: str) -> int:
    """Write down that an e-mail was taken by the mail server, or why not and when it is tried again."""
    permissions.check_is_system(by)
    now = clock.now()
    for row in rows:
        row.attempts += 1
        row.trouble = trouble[:80]
        row.sent_at, row.due_at = (None, mail.retry_at(row.attempts, now)) if trouble else (now, row.due_at)
    Mailing.objects.bulk_update(rows, ["attempts", "trouble", "sent_at", "due_at"])
    news = sorted({row.news for row in rows})
    note(account.reference, data={"news": news, "pieces": len(rows), "trouble": trouble})
    return len(rows)
