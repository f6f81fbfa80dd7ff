"""The hourly and the daily round: what was not written, delivered, opened or over; e-mails; keys."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outgoing

from childfirst.audit import upkeep
from childfirst.encounters.notices import actions, chasing, keys, mail, queries, sealing
from childfirst.encounters.notices.models import Mailing, Notice, NoticeContent
from childfirst.encounters.notices.vocabulary import Done, News, State
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.places.models import School, TermDates
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from tests.conftest import make_account
from tests.encounters.notices import makers
from tests.encounters.notices.conftest import Move

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LA = "202"


def told(news: News) -> set[Account]:
    return {row.account for row in Mailing.objects.filter(news=news).select_related("account")}


def terms(*spans: tuple[dt.date, dt.date]) -> None:
    """The school's authority has these terms."""
    School.objects.update(la_code=LA)
    for first, last in spans:
        TermDates.objects.create(la_code=LA, kind="term", name="Term", starts_on=first, ends_on=last)


def test_a_round_with_nothing_to_do_says_nothing() -> None:
    makers.lead()
    makers.sent()
    Mailing.objects.all().delete()
    assert chasing.chase() == ""
    assert chasing.tend_keys() == ""


def test_what_is_not_written_within_a_day_goes_without_words() -> None:
    lead = makers.lead()
    notice = makers.raised()
    assert "without words" not in chasing.chase()
    makers.age(notice, hours=25)
    assert "1 notice was sent without words" in chasing.chase()
    notice.refresh_from_db()
    assert (notice.state, notice.written_at) == (State.WAITING, None)
    assert told(News.WAITING) == {lead}
    assert told(News.TO_WRITE) == {notice.officer}
    chasing.chase()
    assert Notice.objects.get().state == State.WAITING


def test_a_lead_who_comes_later_gets_what_waited() -> None:
    notice = makers.sent()
    assert "new lead" not in chasing.chase()
    lead = makers.lead()
    assert "1 notice reached a new lead" in chasing.chase()
    notice.refresh_from_db()
    assert notice.delivered_at is not None
    assert told(News.WAITING) == {lead}


def test_unopened_after_two_school_days_then_five(at: Move) -> None:
    at(2026, 3, 23, 10)  # a Monday
    lead, deputy, officer = makers.lead(), makers.lead(), makers.officer()
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    notice = makers.sent(officer)
    assert told(News.WAITING) == {lead}, "the deputy hears of it only when the lead does not open it"
    at(2026, 3, 25, 9)
    chasing.chase()
    assert told(News.UNOPENED) == set()
    at(2026, 3, 25, 10)
    assert "1 notice was escalated" in chasing.chase()
    assert told(News.UNOPENED) == {lead, deputy, officer, supervisor}
    assert queries.overseer_has_waiting(supervisor) == 1
    chasing.chase()
    notice.refresh_from_db()
    assert notice.escalation == 1
    at(2026, 3, 30, 11)  # five school days, over the change of the clocks
    chasing.chase()
    notice.refresh_from_db()
    assert notice.escalation == 2
    at(2026, 4, 20, 10)
    chasing.chase()
    notice.refresh_from_db()
    assert notice.escalation == 2
    with pytest.raises(UserError, match="not to be escalated"):
        actions.escalate(by=upkeep.BY, notice=notice)
    assert "1 notice was erased after 30 days" in (at(2026, 4, 23, 10) and chasing.chase())


def test_an_opened_notice_is_not_escalated(at: Move) -> None:
    at(2026, 3, 23, 10)
    makers.opened(makers.lead())
    at(2026, 3, 30, 12)
    assert "escalated" not in chasing.chase()


def test_holidays_and_bank_holidays_do_not_count(at: Move) -> None:
    at(2026, 4, 1, 12)  # the last Wednesday of term; Easter is from 3 to 6 April
    makers.lead()
    notice = makers.sent()
    terms((dt.date(2026, 2, 23), dt.date(2026, 4, 2)), (dt.date(2026, 4, 20), dt.date(2026, 5, 22)))
    at(2026, 4, 19, 12)
    assert "escalated" not in chasing.chase()
    at(2026, 4, 20, 12)
    assert "escalated" in chasing.chase()
    assert Notice.objects.get(pk=notice.pk).escalation == 1


def test_who_sends_in_the_holiday_is_told_at_once(at: Move) -> None:
    now = at(2026, 7, 24, 12)
    makers.lead()
    makers.school()
    terms((dt.date(2026, 6, 1), dt.date(2026, 7, 21)), (dt.date(2026, 9, 2), dt.date(2026, 10, 23)))
    reach = queries.reach(School.objects.get(), now)
    assert (reach.has_lead, reach.closed, reach.works_again) == (True, True, dt.date(2026, 9, 2))
    assert reach.erased_before, "30 days end before the school works again"
    assert not reach.is_certain
    reach = queries.reach(School.objects.get(), at(2026, 8, 20, 12))
    assert (reach.closed, reach.erased_before) == (True, False)
    reach = queries.reach(School.objects.get(), at(2026, 9, 3, 12))
    assert reach.is_certain


def test_one_notice_that_fails_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = makers.raised(), makers.raised()
    for notice in (one, two):
        makers.age(notice, hours=25)
    original = actions.send_unwritten

    def act(*, by: Any, notice: Notice) -> Notice:
        if notice.pk == one.pk:
            raise RuntimeError("Wilhelmina")
        return original(by=by, notice=notice)

    monkeypatch.setattr(actions, "send_unwritten", act)
    with pytest.raises(UserError, match="1 notice could not be dealt with"):
        chasing.chase()
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["to_write", "waiting"]


# E-mails.


def test_several_things_in_an_hour_are_one_e_mail() -> None:
    lead, officer = makers.lead(), makers.officer()
    for _ in range(3):
        makers.sent(officer)
    assert chasing.send_mail(lead)
    assert len(outgoing.outbox) == 1
    assert "A notice waits for you to open it (3 times)." in outgoing.outbox[0].body
    makers.sent(officer)
    assert not chasing.send_mail(lead), "the next one waits for the hour to pass"
    Mailing.objects.filter(sent_at__isnull=False).update(sent_at=clock.now() - dt.timedelta(minutes=61))
    assert chasing.send_mail(lead)
    assert len(outgoing.outbox) == 2


def test_an_e_mail_says_that_something_waits_and_no_more() -> None:
    lead = makers.lead()
    notice = makers.sent()
    chasing.send_mail(lead)
    message = outgoing.outbox[0]
    said = message.subject + message.body
    for secret in (*makers.SECRETS, "School 100001", "100001", notice.pk, notice.number, notice.officer.name, "search"):
        assert secret not in said
    assert "password and the code" in said


@pytest.mark.parametrize("error", [smtplib.SMTPRecipientsRefused({}), ConnectionRefusedError(), TimeoutError()])
def test_a_mail_server_that_fails_loses_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = makers.lead()
    notice = makers.sent()

    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send_mail", refuse)
        for attempt in range(1, 5):
            Mailing.objects.update(due_at=clock.now())
            assert not chasing.send_mail(lead)
            row = Mailing.objects.get(account=lead)
            assert (row.attempts, row.trouble, row.sent_at) == (attempt, type(error).__name__, None)
            assert row.due_at > clock.now()
    assert not chasing.send_mail(lead), "not before it is due again"
    assert queries.oversight(make_account(Role.NEIGHBOURHOOD_SUPERVISOR)).stuck_mail == 1
    assert actions.open_notice(by=lead, notice=notice).state == State.OPENED
    Mailing.objects.create(account=lead, notice=notice, news=News.ANSWER)
    assert chasing.send_mail(lead)


def test_waits_between_attempts_grow_and_end() -> None:
    now = clock.now()
    waits = [mail.retry_at(attempts, now) - now for attempts in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == dt.timedelta(minutes=20)
    assert waits[-1] == dt.timedelta(hours=12)


def test_two_processes_do_not_send_the_same() -> None:
    lead = makers.lead()
    makers.sent()
    rows = mail.claim(lead)
    assert len(rows) == 1
    assert mail.claim(lead) == []
    makers.sent()
    assert mail.claim(lead) == [], "while one is being sent, what comes in waits for the next"


def test_news_that_is_none_any_more_is_not_sent() -> None:
    lead, deputy = makers.lead(), makers.lead()
    notice = makers.sent()
    actions.open_notice(by=deputy, notice=notice)
    assert not chasing.send_mail(lead)
    actions.acknowledge(by=deputy, notice=notice, done=[Done.SPOKE])
    assert told(News.WAITING) == set()


def test_mail_goes_out_when_the_action_is_done(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    lead = makers.lead()
    with django_capture_on_commit_callbacks(execute=True):
        makers.sent()
        assert outgoing.outbox == []
    assert [message.to for message in outgoing.outbox] == [[lead.email]]


def test_a_closed_account_gets_no_mail() -> None:
    lead = makers.lead()
    makers.sent()
    Account.objects.filter(pk=lead.pk).update(is_active=False)
    assert mail.due_accounts() == []


# Keys.


def test_a_key_of_a_month_is_renewed_and_the_old_one_destroyed_a_day_later(at: Move) -> None:
    at(2026, 3, 24, 10)
    notice = makers.sent()
    lead = makers.lead()
    notice = actions.open_notice(by=lead, notice=notice)
    actions.speak(by=lead, notice=notice, words="Hello")
    old = sealing.newest()
    copy = {row.pk: row.sealed for row in NoticeContent.objects.all()}
    at(days=29)
    assert chasing.tend_keys() == ""
    at(days=1)
    assert chasing.tend_keys() == "The key was renewed and 2 texts sealed anew."
    assert queries.words_of(notice) == makers.TOLD
    assert [one.words for one in queries.thread_of(notice)] == ["Hello"]
    assert keys.keys_in_use() == {sealing.newest()} != {old}
    assert sealing.key_names()[0] == old
    at(days=1)
    with _commits():
        assert chasing.tend_keys() == "1 old key destroyed."
    assert sealing.key_names() == [sealing.newest()]
    for sealed in copy.values():
        with pytest.raises(sealing.KeyTrouble):
            sealing.unseal(sealed, bound_to=f"{notice.binding}|content")
    assert chasing.tend_keys() == ""


def _commits() -> Any:
    from django.test import TestCase

    return TestCase.captureOnCommitCallbacks(execute=True)


def test_a_key_in_use_is_never_destroyed(at: Move) -> None:
    at(2026, 3, 24, 10)
    makers.sent()
    old = sealing.newest()
    sealing.new_key()
    at(days=10)
    assert keys.unused_keys() == []
    with _commits():
        assert keys.destroy_old_keys(by=upkeep.BY) == []
    assert old in sealing.key_names()


def test_renewal_with_a_text_that_cannot_be_opened_leaves_everything(keys: Path) -> None:
    one, two = makers.sent(), makers.sent()
    NoticeContent.objects.filter(notice=two).update(data=b"x" * 100)
    old = sealing.newest()
    with pytest.raises(sealing.KeyTrouble):
        actions.rotate_key(by=upkeep.BY)
    assert set(NoticeContent.objects.values_list("key", flat=True)) == {old}
    assert queries.words_of(one) == makers.TOLD


def test_what_is_wrong_with_the_keys_is_said(keys: Path) -> None:
    from childfirst.encounters.notices import keys as renewal

    assert renewal.problems() == []
    makers.sent()
    assert renewal.problems() == []
    name = sealing.newest()
    text = (keys / name).read_text()
    (keys / name).write_text("0" * 64)
    assert "damaged" in renewal.problems()[0]
    (keys / name).unlink()
    assert name in renewal.problems()[0]
    assert "cannot be read" in renewal.problems()[0]
    (keys / name).write_text(text)
    assert renewal.problems() == []
