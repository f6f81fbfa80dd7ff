"""From the record to the erasure: what each step does, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from childfirst.audit import retention, upkeep
from childfirst.audit.models import DisposalCertificate, Event
from childfirst.encounters import actions as of_encounters
from childfirst.encounters.notices import actions, following, permissions, queries
from childfirst.encounters.notices.models import Mailing, Notice, NoticeContent, NoticeMessage
from childfirst.encounters.notices.vocabulary import Basis, Done, HoldingBack, News, Part, Purpose, State
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.conftest import make_account
from tests.encounters.makers import recorded
from tests.encounters.makers import told as particulars
from tests.encounters.notices import makers
from tests.encounters.notices.conftest import Move

pytestmark = [pytest.mark.database, pytest.mark.django_db]
OTHER = 100002


def told(news: News) -> set[Account]:
    return {row.account for row in Mailing.objects.filter(news=news).select_related("account")}


# The encounter names a school.


def test_an_encounter_with_a_school_begins_a_notice() -> None:
    notice = makers.raised()
    assert notice.state == State.TO_WRITE
    assert notice.officer == notice.encounter.recorded_by
    assert str(notice.reference) == f"encounters.notice:{notice.pk}"
    assert Event.objects.filter(name="encounters.notice.raise", subject=str(notice.reference)).count() == 1
    assert told(News.TO_WRITE) == set(), "the officer is asked on the page"


@pytest.mark.parametrize("changes", [{"age": 19}, {"school": None, "school_reason": "home_educated"}])
def test_an_encounter_without_school_or_of_an_adult_begins_none(changes: dict[str, object]) -> None:
    makers.school()
    encounter = makers.encounter(makers.officer(), **changes) if "age" in changes else recorded(makers.officer())
    assert not encounter.notices.exists()


def test_the_same_record_twice_begins_one_notice() -> None:
    officer = makers.officer()
    makers.school()
    team = officer.memberships.get().organisation
    for _ in range(2):
        made = of_encounters.record_encounter(
            by=officer, told=particulars(school=makers.URN, school_reason=""), team=team, key="k"
        )
    assert made.notices.count() == 1


def test_a_school_found_later_is_told_then_and_the_officer_hears_of_it() -> None:
    officer = makers.officer()
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    encounter = recorded(officer, school_reason="not_yet_known")
    makers.school()
    of_encounters.resolve_school(by=supervisor, encounter=encounter, school=makers.URN)
    notice = encounter.notices.get()
    assert notice.officer == officer
    assert told(News.TO_WRITE) == {officer}


def test_a_correction_to_another_school_withdraws_and_erases() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    encounter = notice.encounter
    encounter.school = makers.school(OTHER)
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    notice.refresh_from_db()
    assert notice.state == State.WITHDRAWN
    assert not NoticeContent.objects.exists()
    assert not permissions.for_lead(lead).exists()
    fresh = encounter.notices.exclude(pk=notice.pk).get()
    assert (fresh.school_id, fresh.state) == (OTHER, State.TO_WRITE)
    following.corrected(by=notice.officer, encounter=encounter)
    assert encounter.notices.count() == 2


def test_a_correction_of_something_else_leaves_the_notice() -> None:
    notice = makers.sent()
    following.corrected(by=notice.officer, encounter=notice.encounter)
    assert notice.encounter.notices.get().state == State.WAITING


def test_a_correction_weeks_later_leaves_a_notice_that_has_begun() -> None:
    notice = makers.sent()
    encounter = notice.encounter
    encounter.occurred_at -= dt.timedelta(days=40)
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    assert encounter.notices.get().state == State.WAITING
    encounter.school = makers.school(OTHER)
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    assert encounter.notices.get().state == State.WITHDRAWN, "too long ago to begin another"


def test_a_correction_to_no_school_withdraws() -> None:
    notice = makers.sent()
    encounter = notice.encounter
    encounter.school, encounter.school_reason = None, "refused"
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    assert encounter.notices.get().state == State.WITHDRAWN
    assert not NoticeContent.objects.exists()


def test_an_acknowledged_notice_stays_when_the_school_is_corrected() -> None:
    notice = makers.acknowledged(makers.lead())
    encounter = notice.encounter
    encounter.school = makers.school(OTHER)
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    assert sorted(encounter.notices.values_list("school", "state")) == [
        (makers.URN, "acknowledged"),
        (OTHER, "to_write"),
    ]


def test_an_erased_encounter_takes_its_notice_along() -> None:
    notice = makers.sent()
    notice.encounter.delete()
    assert not Notice.objects.exists()
    assert not NoticeContent.objects.exists()


def test_what_a_system_recorded_is_taken_over_by_an_officer_of_the_team() -> None:
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    notice = makers.from_system()
    assert notice.officer is None
    assert told(News.TO_WRITE) == {supervisor}
    stranger = makers.officer(organisation=Organisation.objects.create(name="Elsewhere", kind="force"))
    officer, colleague = makers.officer(), makers.officer()
    assert queries.officer_has_waiting(officer) == 1
    assert queries.officer_has_waiting(stranger) == 0
    with pytest.raises(Forbidden, match="Only an officer of the team"):
        actions.take(by=stranger, notice=notice)
    with pytest.raises(Forbidden):
        actions.write(by=officer, notice=notice, told=makers.TOLD, basis="public_task", purpose="welfare")
    notice = actions.take(by=officer, notice=notice)
    with pytest.raises(UserError, match="taken this notice over already"):
        actions.take(by=colleague, notice=notice)
    actions.write(by=officer, notice=notice, told=makers.TOLD, basis="public_task", purpose="welfare")
    assert actions.send(by=officer, notice=notice).state == State.WAITING


def test_what_nobody_takes_over_goes_without_words_and_its_questions_to_the_supervisor() -> None:
    lead, supervisor = makers.lead(), make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    notice = actions.send_unwritten(by=upkeep.BY, notice=makers.age(makers.from_system(), hours=25))
    notice = actions.open_notice(by=lead, notice=notice)
    actions.speak(by=lead, notice=notice, words="Who was there?")
    assert told(News.QUESTION) == {supervisor}
    actions.speak(by=lead, notice=notice, words="And where?")
    taken = actions.take(by=makers.officer(), notice=notice)
    assert taken.officer is not None
    read = queries.read_as_officer(by=taken.officer, notice=taken)
    assert [one.words for one in read.thread] == ["Who was there?", "And where?"]
    actions.speak(by=taken.officer, notice=notice, words="It was me, at the pier.")
    assert queries.officer_has_waiting(taken.officer) == 0, "one answer is enough for two questions"
    fresh = actions.renew(by=taken.officer, notice=taken)
    assert fresh.officer == taken.officer
    actions.write(by=fresh.officer, notice=fresh, told=makers.TOLD, basis="public_task", purpose="welfare")
    notice = actions.open_notice(by=lead, notice=actions.send(by=fresh.officer, notice=fresh))
    actions.acknowledge(by=lead, notice=notice, done=[Done.KNEW])
    assert told(News.ACKNOWLEDGED) == {taken.officer}


# The officer writes.


def test_what_is_written_is_not_shown_before_it_is_sent() -> None:
    lead, notice = makers.lead(), makers.written()
    assert queries.words_of(notice) == makers.TOLD
    assert notice.state == State.TO_WRITE
    assert not permissions.visible_to(lead).exists()


def test_sending_is_logged_with_basis_purpose_what_and_with_whom() -> None:
    makers.lead()
    notice = makers.sent()
    event = Event.objects.get(name="encounters.notice.send")
    assert event.data == {
        "basis": "public_task",
        "purpose": "welfare",
        "shared": ["name", "date_of_birth", "happened", "parents", "needed"],
        "with": "places.school:100001",
        "has_lead": True,
    }
    assert (notice.basis, notice.purpose, notice.shared) == ("public_task", "welfare", event.data["shared"])


def test_the_second_press_of_the_button_sends_once() -> None:
    makers.lead()
    notice = makers.sent()
    again = actions.send(by=notice.officer, notice=notice)
    assert again.sent_at == notice.sent_at
    assert Mailing.objects.filter(news=News.WAITING).count() == 1
    assert Event.objects.filter(name="encounters.notice.send").last().data == {"repeated": True}  # type: ignore[union-attr]


def test_what_was_sent_cannot_be_rewritten() -> None:
    notice = makers.sent()
    with pytest.raises(UserError, match="sent already"):
        actions.write(by=notice.officer, notice=notice, told=makers.TOLD, basis="public_task", purpose="welfare")


@pytest.mark.parametrize(
    ("changes", "basis", "purpose", "fault"),
    [
        ({"happened": ""}, "public_task", "welfare", "Say what happened"),
        ({}, "because", "welfare", "basis"),
        ({}, "public_task", "", "purpose"),
        ({"happened": "x" * 4001}, "public_task", "welfare", "4,000 characters"),
    ],
)
def test_what_cannot_be_sent_is_not_kept(changes: dict[str, str], basis: str, purpose: str, fault: str) -> None:
    notice = makers.raised()
    with pytest.raises(UserError, match=fault):
        actions.write(
            by=notice.officer,
            notice=notice,
            told=dataclasses.replace(makers.TOLD, **changes),  # type: ignore[arg-type]
            basis=basis,
            purpose=purpose,
        )
    assert not NoticeContent.objects.exists()


def test_nothing_written_cannot_be_sent() -> None:
    notice = makers.raised()
    with pytest.raises(UserError, match="Write first"):
        actions.send(by=notice.officer, notice=notice)


def test_other_scripts_emoji_and_long_text_come_back_as_they_were() -> None:
    words = ("مرحبا 🦊\n" * 500)[:3990]
    notice = makers.sent(told=dataclasses.replace(makers.TOLD, name="عمر بن الخطاب", happened=words))
    found = queries.words_of(notice)
    assert found is not None
    assert (found.name, found.happened) == ("عمر بن الخطاب", words)


def test_only_the_recording_officer_writes_and_sends() -> None:
    notice = makers.written()
    same_team = makers.officer(organisation=notice.officer.memberships.get().organisation)
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    for other in (same_team, supervisor, makers.lead(), make_account(Role.ADMINISTRATOR), make_account(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            actions.send(by=other, notice=notice)
        with pytest.raises(Forbidden):
            actions.write(by=other, notice=notice, told=makers.TOLD, basis=Basis.PUBLIC_TASK, purpose=Purpose.WELFARE)
        with pytest.raises(Forbidden):
            actions.hold_back(by=other, notice=notice, why=HoldingBack.RISK)
        with pytest.raises(Forbidden):
            queries.read_as_officer(by=other, notice=notice)


def test_an_officer_who_has_left_reads_their_notices_no_more() -> None:
    notice = makers.sent()
    notice.officer.memberships.update(ended_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    assert not permissions.visible_to(notice.officer).exists()
    with pytest.raises(Forbidden):
        queries.read_as_officer(by=notice.officer, notice=notice)
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    assert queries.writers_of(notice) == [supervisor], "what the school asks goes to somebody who is there"


def test_holding_back_erases_and_says_why() -> None:
    notice = makers.written()
    held = actions.hold_back(by=notice.officer, notice=notice, why=HoldingBack.STAFF)
    assert (held.state, held.held_back) == (State.WITHHELD, "staff")
    assert not NoticeContent.objects.exists()
    with pytest.raises(UserError, match="no longer"):
        actions.hold_back(by=notice.officer, notice=makers.sent(notice.officer), why=HoldingBack.STAFF)
    with pytest.raises(UserError, match="why"):
        actions.hold_back(by=notice.officer, notice=makers.raised(notice.officer), why="no idea")
    fresh = actions.renew(by=notice.officer, notice=held)
    assert (fresh.state, fresh.encounter) == (State.TO_WRITE, notice.encounter)
    with pytest.raises(UserError, match="withdrawn"):
        actions.renew(by=notice.officer, notice=held)
    assert notice.encounter.notices.count() == 2


def test_a_notice_for_a_school_without_a_lead_tells_officer_and_supervisor() -> None:
    officer = makers.officer()
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    other_force = Organisation.objects.create(name="Elsewhere", kind="force")
    elsewhere = make_account(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=other_force)
    notice = makers.sent(officer)
    assert notice.delivered_at is None
    assert told(News.NO_LEAD) == {officer, supervisor}
    administrator = make_account(Role.ADMINISTRATOR)
    assert [one.school.urn for one in queries.unled_schools(supervisor)] == [makers.URN]
    assert [one.notices for one in queries.unled_schools(administrator)] == [1]
    assert queries.unled_schools(elsewhere) == []
    with pytest.raises(Forbidden):
        queries.unled_schools(officer)


# The school reads and answers.


def test_a_lead_confirms_then_reads_and_every_reading_is_an_event() -> None:
    lead, notice = makers.lead(), makers.sent()
    with pytest.raises(Forbidden, match="Confirm first"):
        queries.read_as_lead(by=lead, notice=notice)
    notice = actions.open_notice(by=lead, notice=notice)
    assert (notice.state, notice.opened_by) == (State.OPENED, lead)
    for _ in range(2):
        assert queries.read_as_lead(by=lead, notice=notice).told == makers.TOLD
    events = Event.objects.filter(name="encounters.notice.read", actor=str(lead.reference))
    assert events.count() == 2
    assert events[0].data == {"side": "lead", "words": True, "thread": 0}


def test_a_second_lead_confirms_for_themselves() -> None:
    first, second = makers.lead(), makers.lead()
    notice = makers.opened(first)
    with pytest.raises(Forbidden, match="Confirm first"):
        queries.read_as_lead(by=second, notice=notice)
    again = actions.open_notice(by=second, notice=notice)
    assert (again.opened_by, again.opened_at) == (first, notice.opened_at)
    assert queries.read_as_lead(by=second, notice=again).told == makers.TOLD


def test_a_question_and_its_answer_are_sealed_and_erased_with_the_notice() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    actions.speak(by=lead, notice=notice, words="Was Wilhelmina alone?")
    assert told(News.QUESTION) == {notice.officer}
    assert queries.officer_has_waiting(notice.officer) == 1
    actions.speak(by=notice.officer, notice=notice, words="She was with a friend. 🦊")
    assert queries.officer_has_waiting(notice.officer) == 0
    assert told(News.ANSWER) == {lead}
    said = queries.thread_of(notice)
    assert [(one.part, one.words) for one in said] == [
        (Part.QUESTION, "Was Wilhelmina alone?"),
        (Part.ANSWER, "She was with a friend. 🦊"),
    ]
    assert b"Wilhelmina" not in b"".join(bytes(m.data) for m in NoticeMessage.objects.all())
    actions.acknowledge(by=lead, notice=notice, done=[Done.SPOKE])
    assert not NoticeMessage.objects.exists()


def test_an_answer_is_told_to_those_who_read_the_notice_and_are_still_there() -> None:
    first, second, never = makers.lead(), makers.lead(), makers.lead()
    notice = makers.opened(first)
    actions.open_notice(by=second, notice=notice)
    first.memberships.update(ended_at=clock.now())
    actions.speak(by=notice.officer, notice=notice, words="One more thing")
    assert told(News.ANSWER) == {second}
    assert never not in told(News.ANSWER)


def test_a_message_cannot_be_moved_to_another_notice() -> None:
    lead = makers.lead()
    one, two = makers.opened(lead), makers.opened(lead)
    actions.speak(by=lead, notice=one, words="Hello")
    NoticeMessage.objects.update(notice=two)
    with pytest.raises(UserError, match="changed in the database"):
        queries.thread_of(two)
    NoticeContent.objects.filter(notice=two).delete()
    NoticeContent.objects.filter(notice=one).update(notice=two)
    with pytest.raises(UserError, match="changed in the database"):
        queries.words_of(two)


def test_a_notice_that_is_given_to_another_school_in_the_database_does_not_open() -> None:
    notice = makers.sent()
    makers.school(OTHER)
    Notice.objects.update(school=OTHER)
    notice.refresh_from_db()
    with pytest.raises(UserError, match="changed in the database"):
        queries.words_of(notice)


def test_acknowledgement_erases_everything_but_date_kind_and_what_was_done() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    actions.speak(by=lead, notice=notice, words="Hello")
    done = actions.acknowledge(by=lead, notice=notice, done=[Done.SPOKE, Done.REFERRED], words="She has a mentor now.")
    assert (done.state, done.done, done.closed_by) == (State.ACKNOWLEDGED, ["spoke", "referred"], lead)
    assert not NoticeContent.objects.exists()
    assert queries.read_as_lead(by=lead, notice=done).told is None
    assert queries.read_as_lead(by=lead, notice=done).thread == []
    assert [one.words for one in queries.read_as_officer(by=notice.officer, notice=done).thread] == [
        "She has a mentor now."
    ]
    certificate = DisposalCertificate.objects.get()
    assert (certificate.kind, certificate.rule, certificate.rows) == ("encounters.notice", "acknowledged", 2)
    assert told(News.ACKNOWLEDGED) == {notice.officer}


@pytest.mark.parametrize(
    ("done", "words", "fault"),
    [
        ([], "", "Say what the school did"),
        (["punished"], "", "Say what the school did"),
        (["nothing", "spoke"], "", "not both"),
        (["spoke"], "Wilhelmina is well", "name"),
        (["spoke"], "x" * 4001, "4,000"),
    ],
)
def test_an_acknowledgement_that_cannot_be_changes_nothing(done: list[str], words: str, fault: str) -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    with pytest.raises(UserError, match=fault):
        actions.acknowledge(by=lead, notice=notice, done=done, words=words)
    assert queries.words_of(notice) == makers.TOLD
    assert Notice.objects.get().state == State.OPENED


def test_two_leads_acknowledge_at_once_and_the_second_is_told() -> None:
    first, second = makers.lead(), makers.lead()
    notice = makers.opened(first)
    actions.open_notice(by=second, notice=notice)
    actions.acknowledge(by=first, notice=notice, done=[Done.SPOKE])
    with pytest.raises(UserError, match="colleague may have been faster"):
        actions.acknowledge(by=second, notice=notice, done=[Done.NOTHING])
    with pytest.raises(UserError, match="colleague may have been faster"):
        actions.return_notice(by=second, notice=notice)
    with pytest.raises(UserError, match="closed"):
        actions.speak(by=second, notice=notice, words="Hello")
    assert Notice.objects.get().done == ["spoke"]


def test_a_returned_notice_is_erased_at_once_and_goes_back_to_the_officer() -> None:
    lead = makers.lead()
    notice = actions.return_notice(by=lead, notice=makers.opened(lead))
    assert notice.state == State.RETURNED
    assert not NoticeContent.objects.exists()
    assert told(News.RETURNED) == {notice.officer}
    assert queries.officer_has_waiting(notice.officer) == 1
    encounter = notice.encounter
    encounter.school = makers.school(OTHER)
    encounter.save()
    following.corrected(by=notice.officer, encounter=encounter)
    assert sorted(encounter.notices.values_list("state", flat=True)) == ["to_write", "withdrawn"]


def test_a_notice_is_not_answered_before_it_is_opened() -> None:
    lead, notice = makers.lead(), makers.sent()
    with pytest.raises(Forbidden):
        actions.speak(by=lead, notice=notice, words="Hello")
    with pytest.raises(UserError):
        actions.acknowledge(by=lead, notice=notice, done=[Done.SPOKE])
    with pytest.raises((Forbidden, UserError)):
        actions.return_notice(by=lead, notice=notice)


def test_a_notice_without_words_can_be_completed_and_is_opened_anew() -> None:
    lead = makers.lead()
    notice = actions.open_notice(by=lead, notice=makers.unwritten())
    assert queries.read_as_lead(by=lead, notice=notice).told is None
    actions.write(by=notice.officer, notice=notice, told=makers.TOLD, basis="public_task", purpose="welfare")
    assert queries.read_as_lead(by=lead, notice=notice).told is None, "a draft is not the school's"
    notice = actions.send(by=notice.officer, notice=notice)
    assert (notice.state, notice.opened_at) == (State.WAITING, None)
    with pytest.raises(Forbidden):
        queries.read_as_lead(by=lead, notice=notice)
    assert queries.read_as_lead(by=lead, notice=actions.open_notice(by=lead, notice=notice)).told == makers.TOLD


# The end.


def test_after_thirty_days_everything_is_erased_read_or_not(at: Move) -> None:
    at(2026, 3, 24, 10)
    notice = makers.sent()
    at(days=29, hours=23)
    with pytest.raises(UserError, match="not over"):
        actions.expire(by=upkeep.BY, notice=notice)
    at(hours=1)
    notice = actions.expire(by=upkeep.BY, notice=notice)
    assert notice.state == State.EXPIRED
    assert not NoticeContent.objects.exists()
    assert DisposalCertificate.objects.get().rule == "30 days from sent at"
    event = Event.objects.get(name="encounters.notice.expire", subject=str(notice.reference))
    assert event.data == {"erased": 1, "unread": True}
    assert told(News.EXPIRED) == {notice.officer}
    with pytest.raises(Forbidden):
        actions.expire(by=notice.officer, notice=notice)


def test_no_legal_hold_keeps_a_name(at: Move) -> None:
    """A hold keeps the encounter and the notice's row; the name is a copy, and goes."""
    at(2026, 3, 24, 10)
    notice = makers.sent()
    auditor = make_account(Role.AUDITOR)
    retention.place_hold(
        by=auditor, subject=str(notice.encounter.reference), reason="A court asks", review_on=dt.date(2026, 6, 1)
    )
    at(days=32)
    for model in (NoticeContent, NoticeMessage):
        model.objects.update(created_at=dt.datetime(2026, 3, 24, 10, tzinfo=dt.UTC))
    retention.dispose_of_all()
    assert not NoticeContent.objects.exists()
    assert Notice.objects.get().state == State.EXPIRED
    certificate = DisposalCertificate.objects.get(kind="encounters_notices.NoticeContent")
    assert certificate.held_back == 0


def test_the_daily_erasure_takes_a_draft_that_was_never_sent(at: Move) -> None:
    at(2026, 3, 24, 10)
    notice = makers.written()
    at(days=32)
    for model in (NoticeContent, NoticeMessage):
        model.objects.update(created_at=dt.datetime(2026, 3, 24, 10, tzinfo=dt.UTC))
    retention.dispose_of_all()
    assert not NoticeContent.objects.exists()
    assert Notice.objects.get(pk=notice.pk).state == State.TO_WRITE


def test_closing_words_go_with_the_daily_erasure(at: Move) -> None:
    at(2026, 3, 24, 10)
    lead = makers.lead()
    actions.acknowledge(by=lead, notice=makers.opened(lead), done=[Done.SPOKE], words="She is well.")
    at(days=32)
    for model in (NoticeContent, NoticeMessage):
        model.objects.update(created_at=dt.datetime(2026, 3, 24, 10, tzinfo=dt.UTC))
    retention.dispose_of_all()
    assert not NoticeMessage.objects.exists()


def test_one_notice_for_an_encounter() -> None:
    notice = makers.raised()
    with transaction.atomic(), pytest.raises(IntegrityError):
        Notice.objects.create(encounter=notice.encounter, school=notice.school, officer=notice.officer)
