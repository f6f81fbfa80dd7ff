"""Sent back, prepared again, talked about: what a round is, and who may know what of it."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.people.vocabulary import Role
from childfirst.published import actions as store
from childfirst.published import queries as public
from childfirst.release import access, actions, queries, scheduling
from childfirst.release.models import CalendarEntry, Release
from childfirst.release.vocabulary import Decision, Planned, State
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.conftest import make_account
from tests.release import making

pytestmark = pytest.mark.django_db(databases=["default", "published"])
SEARCHES = ["child-search-outcomes"]
REASON = "The title is misleading."


def returned() -> Release:
    release = making.checked(measures=SEARCHES)
    one, other = making.signers()
    actions.sign_release(by=one, release=release, decision=Decision.REFUSE, reason=REASON)
    actions.sign_release(by=other, release=release)
    release.refresh_from_db()
    return release


def test_what_was_sent_back_is_prepared_again_and_decided_anew() -> None:
    release = returned()
    assert release.state == State.RETURNED
    analyst = make_account(Role.ANALYST)
    again = actions.prepare_again(
        by=analyst, release=release, measures=SEARCHES, title="A better title", released_on=release.released_on
    )
    assert (again.round, again.state, again.key) == (2, State.DRAFTED, "2018-12-a-better-title")
    built = actions.build_release(by=analyst, release=again)
    assert built.state == State.ATTACKED
    reader = make_account(Role.AUDITOR)
    assert [each.reason for each in queries.decisions(built)] == [REASON, ""], "the first round may be known"
    with pytest.raises(Forbidden, match="You prepared this release"):
        actions.sign_release(by=analyst, release=built)
    for signer in [each.signer for each in built.signatures.all()]:
        actions.sign_release(by=signer, release=built)
    assert len(queries.standing(Release.objects.get(pk=built.pk), reader).decisions) == 4
    published = actions.publish_release(by=making.BY, release=built)
    assert public.release(published.key) is not None
    assert public.release(release.key) is None or published.key == release.key


def test_a_failed_release_is_prepared_again_with_the_same_values() -> None:
    release = actions.prepare_release(by=making.BY, measures=SEARCHES, title="Nothing yet")
    assert release.state == State.FAILED
    making.write_facts()
    again = actions.prepare_again(by=making.BY, release=release, measures=SEARCHES, title="Nothing yet")
    assert again.key == release.key
    assert again.failure == ""
    assert actions.build_release(by=making.BY, release=again).state == State.ATTACKED


def test_only_its_author_takes_back_what_is_being_reviewed() -> None:
    release = making.checked(measures=SEARCHES)
    with pytest.raises(Forbidden, match="Only who prepared"):
        actions.prepare_again(by=make_account(Role.ANALYST), release=release, measures=SEARCHES, title=release.title)
    assert actions.prepare_again(by=making.BY, release=release, measures=SEARCHES, title=release.title).round == 2


def test_what_is_published_is_not_prepared_again() -> None:
    release = making.published(measures=SEARCHES)
    with pytest.raises(UserError, match="cannot be prepared again"):
        actions.prepare_again(by=making.BY, release=release, measures=SEARCHES, title="Another")


def test_a_build_of_an_earlier_round_is_dropped() -> None:
    making.write_facts()
    early = making.drafted(measures=SEARCHES)
    late = actions.prepare_again(by=making.BY, release=early, measures=SEARCHES, title="Later")
    with pytest.raises(UserError, match="prepared again meanwhile"):
        actions.protect_release(by=making.BY, release=early, tables=1)
    late.refresh_from_db()
    assert (late.state, late.round) == (State.DRAFTED, 2)


def test_those_who_decide_read_each_others_comments_only_afterwards() -> None:
    making.write_facts()
    author = make_account(Role.ANALYST)
    release = actions.prepare_release(by=author, measures=SEARCHES, title="Talked about")
    one, other = making.signers()
    access.add_comment(by=one, release=release, text="Is May whole?")
    access.add_comment(by=author, release=release, text="May is whole.")

    def read(who: object) -> list[str]:
        return [comment.text for comment in queries.comments(Release.objects.get(pk=release.pk), who)]

    assert read(author) == read(one) == ["Is May whole?", "May is whole."]
    assert read(other) == ["May is whole."]
    assert read(make_account(Role.AUDITOR)) == ["May is whole."]
    actions.sign_release(by=one, release=release)
    assert read(other) == ["May is whole."]
    actions.sign_release(by=other, release=release)
    assert read(other) == ["Is May whole?", "May is whole."]


@pytest.mark.parametrize(("text", "table", "said"), [(" ", "", "Write what"), ("Why?", "no-such", "no such table")])
def test_comments_that_say_nothing(text: str, table: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        access.add_comment(
            by=make_account(Role.ANALYST), release=making.checked(measures=SEARCHES), text=text, table=table
        )


def test_a_comment_on_what_is_published() -> None:
    with pytest.raises(UserError, match="no longer in preparation"):
        access.add_comment(by=make_account(Role.ANALYST), release=making.published(measures=SEARCHES), text="Late.")


def test_who_saw_it_before_is_published_without_names() -> None:
    making.write_facts()
    author = make_account(Role.ANALYST, name="Ada Author")
    release = actions.prepare_release(by=author, measures=SEARCHES, title="Seen before")
    one, other = making.signers()
    for person in (author, one, one, other, make_account(Role.AUDITOR)):
        access.note_access(by=person, release=release)
    board = make_account(Role.PARTNERSHIP_BOARD)
    with pytest.raises(UserError, match="Give a reason"):
        access.give_access(by=board, release=release, holder="Chief executive", reason="x")
    access.give_access(
        by=board, release=release, holder="Chief executive, Test Council", reason="To answer on the day."
    )
    for signer in (one, other):
        actions.sign_release(by=signer, release=release)
    published = actions.publish_release(by=board, release=release)
    found = public.access(published.key)
    assert found is not None
    assert {(entry.holder, entry.people) for entry in found.entries} == {
        ("Analyst, Test Police force", 1),
        ("Partnership board, Test Council", 1),
        ("Auditor, Test Oversight body", 1),
        ("Chief executive, Test Council", 1),
    } or sum(entry.people for entry in found.entries) == 5
    assert "Ada" not in str(found)
    with pytest.raises(UserError, match="public already"):
        access.give_access(by=board, release=published, holder="Somebody", reason="Too late for that.")
    access.note_access(by=board, release=published)
    assert published.access.filter(account=board).count() == 0


def test_an_announced_release_does_not_come_before_its_day() -> None:
    board = make_account(Role.PARTNERSHIP_BOARD)
    day = clock.today() + dt.timedelta(days=40)
    entry = scheduling.announce(by=board, title="A quarter", planned_on=day)
    release = making.signed(measures=SEARCHES, calendar_entry=entry)
    with pytest.raises(UserError, match="is announced for"):
        actions.publish_release(by=board, release=release)
    with pytest.raises(UserError, match="Give a reason"):
        scheduling.move(by=board, entry=entry, planned_on=clock.today(), reason="")
    scheduling.move(by=board, entry=entry, planned_on=clock.today(), reason="Everybody was quicker than planned.")
    actions.publish_release(by=board, release=release)
    told = public.calendar()
    assert told is not None
    (planned,) = told.entries
    assert (planned.state, planned.release) == (Planned.PUBLISHED, release.key)
    assert planned.changes[0].reason == "Everybody was quicker than planned."
    with pytest.raises(UserError, match="no longer be moved"):
        scheduling.cancel(by=board, entry=CalendarEntry.objects.get(), reason="It is too late for that.")


def test_dates_that_cannot_be() -> None:
    board = make_account(Role.PARTNERSHIP_BOARD)
    with pytest.raises(UserError, match="today or later"):
        scheduling.announce(by=board, title="A quarter", planned_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Forbidden):
        scheduling.announce(by=make_account(Role.ANALYST), title="A quarter", planned_on=clock.today())


def test_a_withdrawal_that_was_cut_off_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    release = making.published(measures=SEARCHES)
    board = make_account(Role.PARTNERSHIP_BOARD)
    with monkeypatch.context() as patch:
        patch.setattr(
            store, "withdraw_release", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("No space left"))
        )
        with pytest.raises(OSError, match="No space"):
            actions.withdraw_release(by=board, release=release, reason="A column was mixed up.")
    release.refresh_from_db()
    assert release.state == State.WITHDRAWN
    assert queries.standing(release, board).must_complete_withdrawal
    actions.withdraw_release(by=board, release=release, reason=release.withdrawn_reason)
    assert not queries.standing(release, board).must_complete_withdrawal
    found = public.release(release.key)
    assert found is not None
    assert found.entry.is_withdrawn


def test_a_clock_that_goes_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    making.published(measures=SEARCHES)
    making.write_facts(["2018-04", "2018-05"], seed=3)
    second = making.signed(measures=SEARCHES, title="The next", first_month="2018-04")
    early = clock.now() - dt.timedelta(days=2)
    with monkeypatch.context() as patch:
        patch.setattr(actions.clock, "now", lambda: early)
        with pytest.raises(UserError, match="clock is behind"):
            actions.publish_release(by=making.BY, release=second)
    second.refresh_from_db()
    assert second.state == State.REVIEWED
