"""Corrections: what the record said stays, who comes second sees what changed, what follows from a field follows again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.encounters import actions, consequences, drafting, facts
from childfirst.encounters.actions_corrections import particulars_of
from childfirst.encounters.corrections import propose
from childfirst.encounters.models import Correction, Encounter
from childfirst.encounters.vocabulary import AgeBand, Answer, Gender, Outcome
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.encounters import makers
from tests.encounters.makers import recorded, school, team_of

pytestmark = pytest.mark.django_db

AccountFor = Callable[..., Account]
WHY = "It was typed wrongly."


@pytest.fixture
def officer(account_for: AccountFor) -> Account:
    return account_for(Role.WARD_OFFICER)


def correct(by: Account, one: Encounter, version: int = 1, reason: str = WHY, **changes: Any) -> Encounter:
    return actions.correct_encounter(by=by, encounter=one, changes=changes, reason=reason, version=version)


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


class TestWhatStays:
    def test_old_new_who_when_why(self, officer: Account) -> None:
        one = recorded(officer)
        done = correct(officer, one, gender="female", age=15)
        assert (done.gender, done.age, done.version) == ("female", 15, 2)
        kept = Correction.objects.get()
        assert kept.changes == {"gender": ["not_recorded", "female"], "age": [14, 15]}
        assert (kept.reason, kept.corrected_by, kept.version) == (WHY, officer, 2)
        event = Event.objects.get(name="encounters.encounter.correct")
        assert event.data == {"fields": ["age", "gender"], "version": 2, "reviews": 0}

    def test_the_trail_holds_no_value_of_a_person(self, officer: Account) -> None:
        correct(officer, recorded(officer), gender="female", reason="Jordan said so")
        event = Event.objects.get(name="encounters.encounter.correct")
        assert "female" not in str(event.data)
        assert "Jordan" not in event.reason + str(event.data)

    def test_nothing_is_corrected_without_a_reason_or_a_difference(self, officer: Account) -> None:
        one = recorded(officer)
        for reason, changes, sentence in (
            ("  ", {"age": 15}, "why"),
            ("x" * 1001, {"age": 15}, "1,000 letters"),
            (WHY, {"age": 14}, "Nothing is different"),
            (WHY, {}, "Nothing is different"),
        ):
            with pytest.raises(UserError, match=sentence):
                correct(officer, one, reason=reason, **changes)
        assert not Correction.objects.exists()

    def test_the_first_state_can_be_rebuilt(self, officer: Account) -> None:
        one = recorded(officer)
        before = particulars_of(one)
        now = correct(officer, one, 1, gender="female")
        now = correct(officer, now, 2, age=None, age_band="10-17")
        now = correct(officer, now, 3, gender="male", use_of_force="yes")
        state = {name: getattr(now, name) for name in ("gender", "age", "age_band", "use_of_force")}
        for past in Correction.objects.order_by("-version"):
            for name, (old, new) in past.changes.items():
                assert state[name] == new
                state[name] = old
        assert state == {name: getattr(before, name) for name in state}

    def test_completing_a_school_is_part_of_the_history(self, officer: Account) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        actions.resolve_school(by=officer, encounter=one, school=school().urn)
        kept = Correction.objects.get()
        assert kept.changes == {"school_id": [None, 100001], "school_reason": ["not_yet_known", ""]}
        assert Encounter.objects.get().version == 2


class TestWhatFollows:
    def test_reviews_come_and_never_go(self, officer: Account) -> None:
        one = recorded(officer)
        done = correct(officer, one, 1, use_of_force="yes")
        flag = done.reviews.get()
        assert flag.reason == "use_of_force"
        assert flag.due_at - clock.now() > dt.timedelta(hours=23)
        again = correct(officer, done, 2, use_of_force="no")
        assert again.reviews.get().reviewed_at is None, "nobody corrects their way out of a review"

    def test_month_and_facts_of_both_months(self, officer: Account, settings: Any, tmp_path: Any) -> None:
        settings.FACTS_DIR = tmp_path
        one = recorded(officer)
        facts.build()
        assert facts.table(one.month).num_rows == 1
        earlier = one.occurred_at - dt.timedelta(days=62)
        done = correct(officer, one, occurred_at=earlier)
        assert done.month == clock.month_key(earlier) != one.month
        built = facts.build()
        assert built.removed == (one.month,)
        assert built.written == (done.month,)

    def test_ward_and_borough_follow_the_place(self, officer: Account) -> None:
        makers.areas()
        one = recorded(officer, lon=-0.2, lat=51.5)
        assert (one.ward, one.borough) == ("W1", "B1")
        done = correct(officer, one, lon=-0.1, lat=51.5)
        assert (done.ward, done.borough) == ("W2", "B2")
        third = correct(officer, done, 2, ward="W1")
        assert (third.lon, third.ward, third.borough) == (None, "W1", "B1")

    def test_the_place_stays_when_areas_have_changed_since(self, officer: Account) -> None:
        makers.areas()
        one = recorded(officer, lon=-0.2, lat=51.5)
        Encounter.objects.update(ward="OLD", borough="OLD")
        one.refresh_from_db()
        done = correct(officer, one, gender="female")
        assert (done.ward, done.borough) == ("OLD", "OLD")
        assert set(Correction.objects.get().changes) == {"gender"}

    def test_the_band_follows_the_age(self, officer: Account) -> None:
        one = recorded(officer)
        done = correct(officer, one, age=19)
        assert done.age_band == "18-24"
        third = correct(officer, done, 2, age=None, age_band="10-17")
        assert (third.age, third.age_band) == (None, "10-17")

    def test_a_school_replaces_the_reason_and_ends_the_wait(self, officer: Account) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        done = correct(officer, one, school=school().urn)
        assert (done.school_id, done.school_reason, done.follow_up_due) == (100001, "", None)
        assert done.school_resolved_at is not None
        back = correct(officer, done, 2, school_reason="not_yet_known")
        assert (back.school_id, back.school_resolved_at) == (None, None)
        assert back.follow_up_due == clock.today() + dt.timedelta(days=5)

    def test_another_kind_has_no_power_and_object(self, officer: Account) -> None:
        done = correct(officer, recorded(officer), kind="victim")
        assert (done.search_of, done.legislation, done.object_of_search) == ("", "", "")
        assert Correction.objects.get().changes["legislation"][1] == ""

    def test_chambers_are_told(self, officer: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[tuple[str, int]] = []
        listener = lambda *, by, encounter: told.append((encounter.gender, encounter.version))  # noqa: E731
        monkeypatch.setitem(consequences._consequences, "corrected", [listener])
        correct(officer, recorded(officer), gender="female")
        assert told == [("female", 2)]

    def test_a_school_that_closed_since_does_not_keep_the_rest_from_being_corrected(self, officer: Account) -> None:
        one = recorded(officer, school=school().urn, school_reason="")
        School.objects.update(status="closed", closed_on=clock.today() - dt.timedelta(days=30))
        done = correct(officer, one, gender="female")
        assert done.gender == "female"
        with pytest.raises(actions.Refused, match="closed on"):
            correct(officer, done, 2, occurred_at=done.occurred_at - dt.timedelta(minutes=5))

    def test_what_lacked_before_may_lack_still(self, officer: Account) -> None:
        one = recorded(officer)
        Encounter.objects.update(legislation="")
        assert correct(officer, one, gender="female").legislation == ""
        with pytest.raises(actions.Refused, match="power"):
            correct(officer, recorded(officer), legislation="")

    def test_a_year_counts_from_the_making_of_the_record(
        self, officer: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = recorded(officer)
        later = clock.now() + dt.timedelta(days=700)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert correct(officer, one, gender="female").gender == "female"
        with pytest.raises(actions.Refused, match="more than a year ago"):
            correct(officer, one, 2, occurred_at=one.created_at - dt.timedelta(days=400))


class TestWho:
    def test_own_and_team(self, officer: Account, account_for: AccountFor) -> None:
        one = recorded(officer)
        colleague = account_for(Role.WARD_OFFICER)
        assert team_of(colleague) == team_of(officer)
        with pytest.raises(Forbidden):
            correct(colleague, one, gender="female")
        assert correct(account_for(Role.NEIGHBOURHOOD_SUPERVISOR), one, gender="female").version == 2
        for role in (Role.AUDITOR, Role.ANALYST, Role.ADMINISTRATOR, Role.SCHOOL_LEAD):
            with pytest.raises(Forbidden):
                correct(account_for(role), one, 2, gender="male")

    def test_an_import_is_corrected_at_its_source(self, tmp_path: Any) -> None:
        actions.import_archive(by=System("a test"), path=makers.archive(tmp_path, makers.rows(1)))
        with pytest.raises(Forbidden, match="imported"):
            correct(System("a test"), Encounter.objects.get(), gender="female")  # type: ignore[arg-type]


class TestTwoAtOnce:
    def test_the_second_is_told_what_changed(self, officer: Account, account_for: AccountFor) -> None:
        one = recorded(officer)
        supervisor = account_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        correct(officer, one, 1, gender="female")
        with pytest.raises(actions.Overtaken) as told:
            correct(supervisor, one, 1, age=15)
        assert told.value.version == 2
        assert [past.changes for past in told.value.since] == [{"gender": ["not_recorded", "female"]}]
        assert correct(supervisor, one, 2, age=15).version == 3


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "gender": st.sampled_from([str(one) for one in Gender]),
            "age": st.none() | st.integers(0, 120),
            "age_band": st.sampled_from([str(one) for one in AgeBand]),
            "outcome": st.sampled_from([str(one) for one in Outcome]),
            "use_of_force": st.sampled_from([str(one) for one in Answer]),
            "more_than_outer_clothing": st.sampled_from([str(one) for one in Answer]),
            "kind": st.sampled_from(["stop_and_search", "victim", "arrest"]),
        },
    )
)
def test_a_correction_and_its_reverse_give_back_the_record(officer: Account, changes: dict[str, Any]) -> None:
    """Whatever is corrected can be corrected back from what is kept, and every review that it asked for stays asked for."""
    one = recorded(officer)
    before = particulars_of(one)
    try:
        done = correct(officer, one, **changes)
    except UserError:
        assert particulars_of(Encounter.objects.get(pk=one.pk)) == before
        return
    kept = Correction.objects.get(encounter=one).changes
    asked = set(done.reviews.values_list("reason", flat=True))
    back = correct(officer, done, 2, **{name: old for name, (old, _) in kept.items()})
    assert particulars_of(back) == before
    assert set(back.reviews.values_list("reason", flat=True)) >= asked


def test_answers_and_records_are_each_others_reverse(officer: Account) -> None:
    makers.areas()
    school()
    for changes in (
        {},
        {"school": 100001, "school_reason": ""},
        {"lon": -0.2, "lat": 51.5},
        {"ward": "W2"},
        {"age": None, "age_band": "10-17"},
        {"age": None},
        {"alternative": "school", "police_reason": "not_there"},
        {"kind": "victim", "search_of": "", "legislation": "", "object_of_search": ""},
        {"appropriate_adult": "yes", "child_reference": "a" * 64},
    ):
        one = recorded(officer, **changes)
        told, was = drafting.told(drafting.answers_of(one)), particulars_of(one)
        assert told.occurred_at == was.occurred_at.replace(second=0, microsecond=0)
        for name in ("school", "age", "lon", "search_of", "appropriate_adult", "alternative", "child_reference"):
            assert getattr(told, name) == getattr(was, name), (name, changes)
        assert one.age is not None or told.age_band == was.age_band


def test_the_second_that_a_system_told_is_no_change(officer: Account) -> None:
    one = recorded(officer)
    moment = clock.local(one.occurred_at)
    sent = {
        "date-day": str(moment.day), "date-month": str(moment.month), "date-year": str(moment.year),
        "time": moment.strftime("%H:%M"), "reason": WHY, "version": "1",
    }  # fmt: skip
    data = QueryDict(mutable=True)
    data.update(sent)
    proposal = propose(one, "when", {}, data)
    assert proposal is not None
    assert proposal.form.is_valid(), proposal.form.errors
    assert proposal.changes_in_words() == ()


class TestPages:
    @pytest.fixture
    def browser(self, client_for: Callable[..., Client]) -> Client:
        return client_for(Role.WARD_OFFICER)

    @pytest.fixture
    def one(self, browser: Client) -> Encounter:
        return recorded(browser.account)  # type: ignore[attr-defined]

    def url(self, one: Encounter, slug: str) -> str:
        return reverse("encounters:correct_question", args=[one.pk, slug])

    def test_the_whole_way(self, browser: Client, one: Encounter) -> None:
        assert "Correct this record" in text(browser.get(reverse("encounters:detail", args=[one.pk])))
        choose = reverse("encounters:correct", args=[one.pk])
        assert "What is wrong?" in text(browser.get(choose))
        assert "Select what is wrong" in text(browser.post(choose, {}))
        assert browser.post(choose, {"question": "initiator"}).url == self.url(one, "initiator")
        page = browser.get(self.url(one, "initiator"))
        assert 'name="version" value="1"' in text(page)
        assert "Enter why the record is corrected" in text(
            browser.post(page.request["PATH_INFO"], {"initiator": "school"})
        )
        sent = {"initiator": "school", "reason": "The school had called. <b>&", "version": "1"}
        check = browser.post(self.url(one, "initiator"), sent)
        assert "Was: <del>Not known</del><br>Now: <ins>A school</ins>" in text(check)
        assert not Correction.objects.exists()
        assert "A school" in text(browser.post(self.url(one, "initiator"), {**sent, "again": "1"}))
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', check.content.decode()))
        sent_on = {name: unescape(value) for name, value in hidden.items() if name != "csrfmiddlewaretoken"}
        assert sent_on == sent
        done = browser.post(self.url(one, "initiator"), {**sent_on, "confirmed": "1"}, follow=True)
        assert "is corrected" in text(done)
        assert "Why: The school had called. <b>&" in text(done)
        assert "<b>&" not in done.content.decode()
        assert Encounter.objects.get().initiator == "school"

    def test_a_typeahead_survives_the_check(self, browser: Client, one: Encounter) -> None:
        school()
        sent = {"answer": "school", "school": "100001", "school_text": "Rowan Academy", "reason": WHY, "version": "1"}
        check = browser.post(self.url(one, "school"), sent)
        assert "Rowan Academy, URN 100001" in text(check)
        browser.post(self.url(one, "school"), {**sent, "confirmed": "1"})
        assert Encounter.objects.get().school_id == 100001

    def test_a_double_press_corrects_once(self, browser: Client, one: Encounter) -> None:
        sent = {"initiator": "school", "reason": WHY, "version": "1", "confirmed": "1"}
        browser.post(self.url(one, "initiator"), sent)
        second = browser.post(self.url(one, "initiator"), sent)
        assert second.status_code == 409
        assert Correction.objects.count() == 1

    def test_who_comes_second_sees_it_and_can_redo(
        self, browser: Client, one: Encounter, client_for: Callable[..., Client]
    ) -> None:
        supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        sent = {"initiator": "public", "reason": WHY, "version": "1", "confirmed": "1"}
        correct(supervisor.account, one, gender="female", reason="Asked again")  # type: ignore[attr-defined]
        page = browser.post(self.url(one, "initiator"), sent)
        assert page.status_code == 409
        words = text(page)
        for said in (
            "Somebody else has changed this record",
            "Asked again",
            "<ins>Female</ins>",
            'name="version" value="2"',
        ):
            assert said in words
        assert 'value="public" checked' in words
        done = browser.post(self.url(one, "initiator"), {**sent, "version": "2"})
        assert done.status_code == 302
        assert (Encounter.objects.get().initiator, Encounter.objects.get().gender) == ("public", "female")

    def test_to_a_search_asks_for_its_power(self, browser: Client) -> None:
        one = recorded(browser.account, kind="victim", search_of="", legislation="", object_of_search="")  # type: ignore[attr-defined]
        onward = browser.post(self.url(one, "kind"), {"kind": "stop_and_search", "reason": WHY, "version": "1"})
        assert onward.url == self.url(one, "outcome") + "?kind=stop_and_search"
        page = text(browser.get(onward.url))
        assert "Under which power?" in page
        sent = {
            "search_of": "person", "legislation": "Misuse of Drugs Act 1971 (section 23)", "object_of_search": "Controlled drugs",
            "outcome": "no_further_action", "outcome_linked": "no", "use_of_force": "no", "more_than_outer_clothing": "no",
            "appropriate_adult": "not_needed", "reason": WHY, "version": "1", "confirmed": "1",
        }  # fmt: skip
        assert browser.post(onward.url, sent).status_code == 302
        one.refresh_from_db()
        assert (one.kind, one.legislation) == ("stop_and_search", "Misuse of Drugs Act 1971 (section 23)")

    def test_to_somebody_who_could_be_called_asks_why_the_police(self, browser: Client, one: Encounter) -> None:
        sent = {"alternative": "school", "reason": WHY, "version": "1"}
        onward = browser.post(self.url(one, "alternative"), sent)
        assert onward.url == self.url(one, "police") + "?alternative=school"
        page = text(browser.get(onward.url))
        assert "Why did the police deal with it?" in page
        assert "is dealing with it" not in page
        sent = {"police_reason": "not_there", "reason": WHY, "version": "1", "confirmed": "1"}
        assert browser.post(onward.url, sent).status_code == 302
        one.refresh_from_db()
        assert (one.alternative, one.police_reason) == ("school", "not_there")

    def test_a_review_is_announced_before(self, browser: Client, one: Encounter) -> None:
        answers = {
            "search_of": "person", "legislation": one.legislation, "object_of_search": one.object_of_search,
            "outcome": "no_further_action", "outcome_linked": "no", "more_than_outer_clothing": "no",
            "appropriate_adult": "not_needed",
        }  # fmt: skip
        sent = {**answers, "use_of_force": "yes", "reason": WHY, "version": "1"}
        assert "A supervisor will be asked to review the encounter: force was used" in text(
            browser.post(self.url(one, "outcome"), sent)
        )

    @pytest.mark.parametrize("version", ["", "0", "-1", "abc", "9" * 30, "٣", "1.0"])
    def test_a_version_that_is_none(self, browser: Client, one: Encounter, version: str) -> None:
        sent = {"initiator": "school", "reason": WHY, "version": version, "confirmed": "1"}
        assert browser.post(self.url(one, "initiator"), sent).status_code in (302, 409)

    def test_seeing_what_the_record_says_is_an_event(
        self, browser: Client, one: Encounter, client_for: Callable[..., Client]
    ) -> None:
        def readings() -> int:
            return Event.objects.filter(name="encounters.encounter.read", subject=str(one.reference)).count()

        browser.get(reverse("encounters:correct", args=[one.pk]))
        assert readings() == 0, "the list of questions shows nothing of the record"
        browser.get(self.url(one, "person"))
        assert readings() == 1
        supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        correct(supervisor.account, one, gender="female")  # type: ignore[attr-defined]
        sent = {"initiator": "school", "reason": WHY, "version": "1", "confirmed": "1"}
        assert browser.post(self.url(one, "initiator"), sent).status_code == 409
        assert readings() == 2

    def test_no_such_question(self, browser: Client, one: Encounter) -> None:
        assert browser.get(self.url(one, "weather")).status_code == 404

    def test_every_question_can_be_opened(self, browser: Client, one: Encounter) -> None:
        for step in drafting.STEPS:
            expected = 404 if step.slug == "police" else 200
            assert browser.get(self.url(one, step.slug)).status_code == expected, step.slug
