"""Two people at the same moment, on a database that lets them: only one of them comes through."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from childfirst.audit.queries import verify
from childfirst.encounters.notices import actions, chasing
from childfirst.encounters.notices.models import Mailing, Notice, NoticeMessage
from childfirst.encounters.notices.vocabulary import Done, News
from childfirst.shared.errors import UserError
from tests.encounters.notices import makers

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="the tests' SQLite is in memory, where writers never meet"
    ),
]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same moment, each in a thread with a connection of its own; gives results and errors in order."""
    ready = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def run(position: int, call: Callable[[], Any]) -> None:
        try:
            ready.wait(10)
            found[position] = call()
        except Exception as error:
            found[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, call)) for i, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_two_leads_acknowledge_at_once() -> None:
    first, second = makers.lead(), makers.lead()
    notice = makers.opened(first)
    actions.open_notice(by=second, notice=notice)
    found = together(
        lambda: actions.acknowledge(by=first, notice=notice, done=[Done.SPOKE], words="One"),
        lambda: actions.acknowledge(by=second, notice=notice, done=[Done.KNEW], words="Two"),
    )
    refused = [one for one in found if isinstance(one, UserError)]
    assert len(refused) == 1, found
    assert "colleague may have been faster" in refused[0].sentence
    assert NoticeMessage.objects.count() == 1
    assert verify().holds


def test_the_button_pressed_twice_at_once_sends_once() -> None:
    lead, notice = makers.lead(), makers.written()
    together(*[lambda: actions.send(by=notice.officer, notice=notice)] * 2)
    assert Mailing.objects.filter(account=lead, news=News.WAITING).count() == 1
    assert Notice.objects.get().sent_at is not None


def test_two_officers_take_over_at_once() -> None:
    one, two = makers.officer(), makers.officer()
    notice = makers.from_system()
    found = together(lambda: actions.take(by=one, notice=notice), lambda: actions.take(by=two, notice=notice))
    assert sum(isinstance(each, UserError) for each in found) == 1


def test_writing_while_the_key_is_renewed_loses_nothing() -> None:
    from childfirst.audit import upkeep
    from childfirst.encounters.notices import queries

    notices = [makers.written() for _ in range(4)]
    fresh = makers.raised()
    told = {"told": makers.TOLD, "basis": "public_task", "purpose": "welfare"}
    found = together(
        lambda: actions.rotate_key(by=upkeep.BY), lambda: actions.write(by=fresh.officer, notice=fresh, **told)
    )
    assert not [one for one in found if isinstance(one, Exception)], found
    for notice in [*notices, fresh]:
        assert queries.words_of(notice) == makers.TOLD


def test_two_rounds_at_once_do_everything_once() -> None:
    lead = makers.lead()
    notice = makers.raised()
    makers.age(notice, hours=25)

    def chase() -> str:
        try:
            return chasing.chase()
        except UserError:
            return "the other was faster"

    together(chase, chase)
    assert Mailing.objects.filter(account=lead, news=News.WAITING).count() == 1
    assert Notice.objects.get().sent_at is not None
