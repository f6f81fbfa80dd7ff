"""The queue: what comes first, decisions and their undoing, two reviewers, schools that close, records corrected meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from childfirst.audit.models import Event
from childfirst.encounters.matching import actions, queries, store
from childfirst.encounters.matching.models import Case, Decision, Mention
from childfirst.encounters.models import Encounter
from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from tests.encounters.matching.makers import BY, doubtful, imported, row

pytestmark = pytest.mark.django_db
JOSEPHS, COLLEGE = 100001, 100002
BARE = {"borough": "", "lat": "", "lon": "", "age": ""}


@pytest.fixture
def reviewer(account_for: Callable[..., Account]) -> Account:
    return account_for(Role.ANALYST)


@pytest.fixture
def another(account_for: Callable[..., Account]) -> Account:
    return account_for(Role.ANALYST)


def said() -> list[tuple[int | None, str]]:
    return list(Encounter.objects.order_by("pk").values_list("school_id", "school_reason"))


class TestOrder:
    def test_the_most_records_times_doubt_come_first_and_the_same_words_together(
        self, tmp_path: Path, reviewer: Account
    ) -> None:
        rows = [row(n, "Larkfield", **BARE) for n in range(5)]
        rows += [row(10 + n, "st josephs", **BARE) for n in range(20)]
        rows += [row(40 + n, "St. Joseph's", **{**BARE, "borough": "Westside"}) for n in range(2)]
        rows += [row(60 + n, "Wexcombe", **BARE) for n in range(9)]
        imported(tmp_path, rows)
        listed = [(case.words, case.records) for case in queries.open_cases()]
        assert listed[0] == ("st josephs", 20)
        assert listed.index(("St. Joseph's", 2)) == 1
        assert queries.next_case(reviewer) == Case.objects.get(words="st josephs")
        values = [case.words_value for case in queries.open_cases()]
        assert values == sorted(values, reverse=True)

    def test_records_of_later_files_count(self, tmp_path: Path) -> None:
        case = doubtful(tmp_path, 3)
        doubtful(tmp_path, 4)
        case.refresh_from_db()
        assert case.records == 7
        assert case.value == pytest.approx(7 * case.mentions.get().bits)


class TestDeciding:
    def test_all_records_of_a_case_follow(self, tmp_path: Path, reviewer: Account) -> None:
        case = doubtful(tmp_path, 3)
        decision = actions.decide(by=reviewer, case=case, school=COLLEGE)
        assert said() == [(COLLEGE, "")] * 3
        assert (decision.records, decision.cases) == (3, 1)
        assert Encounter.objects.filter(school_resolved_at__isnull=False).count() == 3
        assert queries.next_case(reviewer) is None

    def test_none_is_an_answer(self, tmp_path: Path, reviewer: Account) -> None:
        actions.decide(by=reviewer, case=doubtful(tmp_path, 2), school=None)
        assert said() == [(None, "text_names_no_school")] * 2

    def test_later_records_of_a_decided_case_follow_it(self, tmp_path: Path, reviewer: Account) -> None:
        actions.decide(by=reviewer, case=doubtful(tmp_path, 2), school=COLLEGE)
        run = imported(tmp_path, [row(5000, "St Josephs", **BARE)])
        assert (run.accepted, run.to_review) == (1, 0)
        assert said() == [(COLLEGE, "")] * 3

    def test_the_same_words_with_it(self, tmp_path: Path, reviewer: Account) -> None:
        rows = [
            row(1, "St Josephs", **BARE),
            row(2, "ST JOSEPHS", **{**BARE, "age": "12"}),
            row(3, "Larkfield", **BARE),
        ]
        imported(tmp_path, rows)
        case = Case.objects.filter(words__iexact="St Josephs", verdict="review").first()
        assert case is not None
        decision = actions.decide(by=reviewer, case=case, school=JOSEPHS, same_words=True)
        assert decision.records == 2 - Encounter.objects.filter(school_id=COLLEGE).count()
        assert not queries.open_cases().filter(words__iexact="St Josephs").exists()
        assert queries.open_cases().filter(words="Larkfield").exists()

    def test_the_matchers_own_decision_can_be_overruled(self, tmp_path: Path, reviewer: Account) -> None:
        imported(tmp_path, [row(1, "Fennick")])
        case = Case.objects.get()
        assert case.verdict == "accept"
        decision = actions.decide(by=reviewer, case=case, school=COLLEGE)
        assert said() == [(COLLEGE, "")]
        actions.undo(by=reviewer, decision=decision)
        assert said() == [(case.school_id, "")]

    def test_there_must_be_such_a_school(self, tmp_path: Path, reviewer: Account) -> None:
        with pytest.raises(UserError, match="no school with the number 999999"):
            actions.decide(by=reviewer, case=doubtful(tmp_path), school=999999)

    def test_only_reviewers(self, tmp_path: Path, account_for: Callable[..., Account]) -> None:
        case = doubtful(tmp_path)
        for role in Role:
            if role != Role.ANALYST:
                with pytest.raises(Forbidden):
                    actions.decide(by=account_for(role), case=case, school=COLLEGE)

    def test_the_event_names_no_child_and_no_words(self, tmp_path: Path, reviewer: Account) -> None:
        actions.decide(by=reviewer, case=doubtful(tmp_path, 2), school=COLLEGE)
        event = Event.objects.get(name="encounters.case.decide")
        assert event.data == {"records": 2, "cases": 1, "answer": "school"}

    def test_a_record_that_somebody_corrected_stays_corrected(self, tmp_path: Path, reviewer: Account) -> None:
        case = doubtful(tmp_path, 3)
        first = Encounter.objects.order_by("pk").first()
        Encounter.objects.filter(pk=first.pk).update(school_id=100005, school_reason="")  # type: ignore[union-attr]
        decision = actions.decide(by=reviewer, case=case, school=COLLEGE)
        assert decision.records == 2
        actions.undo(by=reviewer, decision=decision)
        assert said() == [(100005, ""), (None, "text_not_yet_matched"), (None, "text_not_yet_matched")]


class TestUndoing:
    def test_a_group_goes_back_whole(self, tmp_path: Path, reviewer: Account, another: Account) -> None:
        case = doubtful(tmp_path, 4)
        before = Case.objects.values().get(pk=case.pk)
        decision = actions.decide(by=reviewer, case=case, school=COLLEGE)
        actions.undo(by=another, decision=decision)
        assert said() == [(None, "text_not_yet_matched")] * 4
        assert Encounter.objects.filter(school_resolved_at__isnull=False).count() == 0
        assert Case.objects.values().get(pk=case.pk) == before
        kept = Decision.objects.get()
        assert (kept.by, kept.undone_by) == (reviewer, another)
        assert queries.next_case(reviewer) == case

    def test_once_only(self, tmp_path: Path, reviewer: Account) -> None:
        decision = actions.decide(by=reviewer, case=doubtful(tmp_path), school=COLLEGE)
        actions.undo(by=reviewer, decision=decision)
        with pytest.raises(UserError, match="undone already"):
            actions.undo(by=reviewer, decision=decision)


class TestTwoReviewers:
    def test_one_case_is_one_reviewers(self, tmp_path: Path, reviewer: Account, another: Account) -> None:
        case = doubtful(tmp_path)
        actions.claim(by=reviewer, case=case)
        assert queries.next_case(another) is None
        assert queries.next_case(reviewer) == case
        with pytest.raises(UserError, match="Another reviewer"):
            actions.claim(by=another, case=case)
        with pytest.raises(UserError, match="Another reviewer"):
            actions.decide(by=another, case=case, school=COLLEGE)

    def test_a_claim_ends_after_ten_minutes(
        self, tmp_path: Path, reviewer: Account, another: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = doubtful(tmp_path)
        actions.claim(by=reviewer, case=case)
        later = clock.now() + dt.timedelta(minutes=11)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert queries.next_case(another) == case
        actions.decide(by=another, case=case, school=COLLEGE)
        with pytest.raises(UserError, match="decided meanwhile"):
            actions.decide(by=reviewer, case=case, school=JOSEPHS)
        assert said()[0] == (COLLEGE, "")

    def test_a_person_holds_one_case(self, tmp_path: Path, reviewer: Account, another: Account) -> None:
        first, second = doubtful(tmp_path), doubtful(tmp_path, words="Larkfield")
        actions.claim(by=reviewer, case=first)
        actions.claim(by=reviewer, case=second)
        assert queries.next_case(another) == first

    def test_what_was_put_off_comes_last_and_is_free_for_others(
        self, tmp_path: Path, reviewer: Account, another: Account
    ) -> None:
        first, second = doubtful(tmp_path, 9), doubtful(tmp_path, 1, words="Larkfield")
        actions.claim(by=reviewer, case=first)
        actions.skip(by=reviewer, case=first)
        assert queries.next_case(reviewer) == second
        assert queries.next_case(another) == first
        actions.skip(by=reviewer, case=second)
        assert queries.next_case(reviewer) == first


class TestRegisterChanges:
    def test_a_school_that_closed_between_match_and_review(self, tmp_path: Path, reviewer: Account) -> None:
        case = doubtful(tmp_path, 2)
        School.objects.filter(pk=COLLEGE).update(status="closed", closed_on=dt.date(2020, 8, 31))
        mention = case.mentions.get()
        assert [bool(one.closed) for one in queries.options(mention) if one.urn == COLLEGE] == [True]
        with pytest.raises(UserError, match="closed on 31 August 2020"):
            actions.decide(by=reviewer, case=case, school=COLLEGE)
        assert said() == [(None, "text_not_yet_matched")] * 2
        actions.decide(by=reviewer, case=case, school=JOSEPHS)
        assert said() == [(JOSEPHS, "")] * 2

    def test_only_records_before_the_closing_can_mean_it(self, tmp_path: Path, reviewer: Account) -> None:
        rows = [
            row(1, "St Josephs", incident="01/06/2025", **BARE),
            row(2, "St Josephs", incident="01/06/2026", **BARE),
        ]
        imported(tmp_path, rows)
        case = Case.objects.get()
        school = School.objects.get(pk=COLLEGE)
        school.status, school.closed_on = "closed", dt.date(2025, 8, 31)
        school.save()
        decision = actions.decide(by=reviewer, case=case, school=COLLEGE)
        assert decision.records == 1
        old, new = Encounter.objects.order_by("occurred_at")
        assert old.school_id == COLLEGE
        assert new.school_id in (JOSEPHS, None)
        assert Mention.objects.get(month_on=dt.date(2026, 6, 1)).case_id != case.pk

    def test_what_waits_is_matched_anew_when_the_register_changed(self, tmp_path: Path) -> None:
        case = doubtful(tmp_path, 2)
        assert actions.rematch(by=BY) == 0
        School.objects.get(pk=COLLEGE).delete()
        store.forget()
        other = School.objects.first()
        assert other is not None
        other.save()
        assert actions.rematch(by=BY) == 1
        assert said() == [(JOSEPHS, "")] * 2
        assert not Case.objects.filter(pk=case.pk).exists()
        assert actions.rematch(by=BY) == 0


class TestWhatIsShown:
    def test_an_option_says_what_tells_it_from_its_namesakes(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(1, "St Josephs", **{**BARE, "lat": "51.5", "lon": "-0.2"})])
        mention = Mention.objects.get()
        shown = queries.options(mention)
        assert {one.urn for one in shown} <= {JOSEPHS, COLLEGE}
        hint = queries.options(mention)[0].hint
        assert "Test Road" in hint and "km from the place of record" in hint and "URN 10000" in hint

    def test_the_options_hold_the_truth_in_97_of_100(self) -> None:
        mention = Mention(candidates=[["100001", 0.6], ["100002", 0.35], ["100003", 0.04]], p_none=0.01, words="x")
        mention.month_on = dt.date(2026, 1, 1)
        assert [one.urn for one in queries.options(mention)] == [100001, 100002, 100003]
        mention.candidates = [["100001", 0.6], ["100002", 0.38]]
        assert [one.urn for one in queries.options(mention)] == [100001, 100002]

    def test_the_reason_adds_up(self, tmp_path: Path) -> None:
        mention = doubtful(tmp_path).mentions.get()
        found = queries.explanation(mention)
        assert found is not None and found.sentence
        assert sum(bar.points for bar in found.bars) == pytest.approx(found.score)
        assert queries.explanation(mention, 100009) is None

    def test_looking_is_an_event(self, tmp_path: Path, reviewer: Account) -> None:
        case = doubtful(tmp_path)
        queries.read_case(by=reviewer, case=case)
        assert Event.objects.filter(name="encounters.case.read", subject=str(case.reference)).count() == 1


class TestAsking:
    def test_answers_in_order_and_nothing_is_kept(self) -> None:
        asked = [
            queries.Asked("Marram Academy", lat=51.48, lon=-0.2),
            queries.Asked("not at school"),
            queries.Asked(""),
        ]
        found = queries.candidates(asked)
        assert [one.decision for one in found] == ["accept", "none", "none"]
        assert found[0].urn == 100005 and found[0].candidates[0][1] == "Marram Academy"
        assert not Mention.objects.exists() and queries.candidates([]) == []
