"""Recording, completing a school, reviewing, batches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.encounters import actions, landing, permissions, queries
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.people.models import Account, Organisation
from childfirst.people.permissions import Forbidden
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.places.models import SchoolLink
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import resolve
from tests.encounters import makers
from tests.encounters.makers import found, recorded, school, team_of, told

pytestmark = pytest.mark.django_db

AccountFor = Callable[..., Account]


@pytest.fixture
def officer(account_for: AccountFor) -> Account:
    return account_for(Role.WARD_OFFICER)


class TestRecording:
    def test_a_record_with_a_school(self, officer: Account) -> None:
        makers.areas()
        one = recorded(officer, school=school().urn, school_reason="", lon=-0.1, lat=51.5, age=9, use_of_force="yes")
        assert (one.school_id, one.school_reason, one.follow_up_due) == (100001, "", None)
        assert (one.ward, one.borough, one.age_band) == ("W2", "B2", "0-9")
        assert (one.recorded_by, one.team, one.source) == (officer, team_of(officer), "form")
        assert sorted(one.reviews.values_list("reason", flat=True)) == ["under_10", "use_of_force"]
        event = Event.objects.get(name="encounters.encounter.record")
        assert event.subject == str(one.reference)
        assert event.data == {"kind": "stop_and_search", "source": "form", "reviews": 2}

    def test_a_ward_brings_its_borough(self, officer: Account) -> None:
        makers.areas()
        one = recorded(officer, ward="W1")
        assert (one.borough, one.lon) == ("B1", None)
        with pytest.raises(actions.Refused, match="no ward"):
            recorded(officer, ward="W9")

    def test_not_yet_known_is_due_in_five_days(self, officer: Account) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        assert one.follow_up_due == clock.today() + dt.timedelta(days=5)
        assert queries.waiting_follow_ups(officer) == 1

    def test_all_faults_are_told_at_once_and_nothing_is_made(self, officer: Account) -> None:
        with pytest.raises(actions.Refused) as caught:
            recorded(officer, school_reason="", gender="unsure", occurred_at=clock.now() + dt.timedelta(hours=1))
        assert [fault.field for fault in caught.value.faults] == ["gender", "occurred_at", "school"]
        assert not Encounter.objects.exists()
        assert not Event.objects.exists()

    def test_a_school_that_had_closed_is_refused_with_its_successor(self, officer: Account) -> None:
        school(100001, "Old School", status="closed", closed_on=dt.date(2019, 8, 31))
        school(100002, "New Academy")
        SchoolLink.objects.create(urn=100001, linked_urn=100002, kind="successor")
        with pytest.raises(actions.Refused, match=r"closed on 31 August 2019, .* such as New Academy"):
            recorded(officer, school=100001, school_reason="")

    def test_an_unknown_number_is_refused(self, officer: Account) -> None:
        with pytest.raises(actions.Refused, match="no school with the number 123456"):
            recorded(officer, school=123456, school_reason="")

    def test_a_key_makes_one_record(self, officer: Account, account_for: AccountFor) -> None:
        team = team_of(officer)
        first = actions.record_encounter(by=officer, told=told(), team=team, key="once-only")
        second = actions.record_encounter(by=officer, told=told(), team=team, key="once-only")
        assert first == second
        other = account_for(Role.WARD_OFFICER)
        with pytest.raises(UserError, match="Another person"):
            actions.record_encounter(by=other, told=told(), team=team, key="once-only")

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR}))
    def test_only_officers_and_supervisors_record(self, account_for: AccountFor, role: Role) -> None:
        account = account_for(role)
        with pytest.raises(Forbidden, match="Only ward officers and neighbourhood supervisors"):
            recorded(account)

    def test_not_for_another_team(self, officer: Account) -> None:
        other = Organisation.objects.create(name="Elsewhere", kind=OrganisationKind.FORCE)
        with pytest.raises(Forbidden, match="Elsewhere is not one of them"):
            actions.record_encounter(by=officer, told=told(), team=other)


class TestSeeing:
    def test_who_sees_what(self, account_for: AccountFor) -> None:
        force = Organisation.objects.create(name="The force", kind=OrganisationKind.FORCE)
        mine = Organisation.objects.create(name="Our team", kind=OrganisationKind.FORCE, parent=force)
        officer = account_for(Role.WARD_OFFICER, organisation=mine)
        colleague = account_for(Role.WARD_OFFICER, organisation=mine)
        stranger = account_for(Role.WARD_OFFICER)
        one = recorded(officer)
        sees = {
            name: permissions.can_read(account, one)
            for name, account in {
                "officer": officer,
                "colleague": colleague,
                "stranger": stranger,
                "supervisor": account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=mine),
                "chief": account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=force),
                "other supervisor": account_for(Role.NEIGHBOURHOOD_SUPERVISOR),
                "auditor": account_for(Role.AUDITOR),
                "analyst": account_for(Role.ANALYST),
                "school lead": account_for(Role.SCHOOL_LEAD),
                "administrator": account_for(Role.ADMINISTRATOR),
            }.items()
        }
        assert {name for name, can in sees.items() if can} == {"officer", "supervisor", "chief", "auditor"}
        with pytest.raises(Forbidden):
            queries.read_encounter(by=stranger, encounter=one)
        queries.read_encounter(by=officer, encounter=one)
        assert Event.objects.filter(name="encounters.encounter.read", subject=str(one.reference)).count() == 1

    def test_references_resolve_for_those_who_may_see(self, officer: Account, account_for: AccountFor) -> None:
        one = recorded(officer)
        found = resolve(one.reference, officer)
        assert found is not None
        assert found.title.startswith("Stop and search")
        assert found.url == f"/encounters/{one.pk}/"
        assert resolve(one.reference, account_for(Role.SCHOOL_LEAD)) is None


class TestCompleting:
    def test_a_school_is_completed(self, officer: Account) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        before = one.changed_at
        one = actions.resolve_school(by=officer, encounter=one, school=school().urn)
        assert (one.school_id, one.school_reason, one.follow_up_due) == (100001, "", None)
        assert one.school_resolved_at is not None
        assert one.changed_at > before
        with pytest.raises(UserError, match="already been completed"):
            actions.resolve_school(by=officer, encounter=one, reason="refused")

    @pytest.mark.parametrize(
        ("school_and_reason", "sentence"),
        [
            ({}, "Say which school"),
            ({"reason": "not_yet_known"}, "another reason"),
            ({"reason": "source_records_no_school"}, "Only an imported archive"),
            ({"school": 123456}, "no school with the number"),
            ({"school": 100001, "reason": "refused"}, "not both"),
            ({"reason": "not_school_age"}, "A child of 14 is of school age"),
        ],
    )
    def test_answers_that_complete_nothing(
        self, officer: Account, school_and_reason: dict[str, Any], sentence: str
    ) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        with pytest.raises(UserError, match=sentence):
            actions.resolve_school(by=officer, encounter=one, **school_and_reason)

    def test_others_may_not(self, officer: Account, account_for: AccountFor) -> None:
        one = recorded(officer, school_reason="not_yet_known")
        for role in (Role.WARD_OFFICER, Role.AUDITOR, Role.ANALYST):
            with pytest.raises(Forbidden):
                actions.resolve_school(by=account_for(role), encounter=one, reason="refused")


class TestReviewing:
    @pytest.fixture
    def flag(self, officer: Account) -> ReviewFlag:
        return recorded(officer, use_of_force="yes").reviews.get()

    def test_a_supervisor_reviews_once(self, flag: ReviewFlag, account_for: AccountFor) -> None:
        supervisor = account_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        assert queries.waiting_reviews(supervisor) == 1
        with pytest.raises(UserError, match="what you found"):
            actions.complete_review(by=supervisor, flag=flag, **found(finding="  "))
        done = actions.complete_review(by=supervisor, flag=flag, **found(finding="Force was not needed."))
        assert done.reviewed_by == supervisor
        assert queries.waiting_reviews(supervisor) == 0
        with pytest.raises(UserError, match="already"):
            actions.complete_review(by=supervisor, flag=flag, **found())

    def test_who_only_looks_has_nothing_to_review(self, flag: ReviewFlag, account_for: AccountFor) -> None:
        auditor = account_for(Role.AUDITOR)
        assert queries.open_reviews(auditor).get() == flag
        assert queries.waiting_reviews(auditor) == 0

    def test_nobody_reviews_their_own(self, account_for: AccountFor) -> None:
        supervisor = account_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        flag = recorded(supervisor, use_of_force="yes").reviews.get()
        with pytest.raises(Forbidden, match="yourself"):
            actions.complete_review(by=supervisor, flag=flag, **found())

    def test_others_may_not(self, flag: ReviewFlag, account_for: AccountFor) -> None:
        elsewhere = Organisation.objects.create(name="Elsewhere", kind=OrganisationKind.FORCE)
        strangers = [
            account_for(Role.NEIGHBOURHOOD_SUPERVISOR, organisation=elsewhere),
            account_for(Role.WARD_OFFICER),
            account_for(Role.AUDITOR),
        ]
        for stranger in strangers:
            with pytest.raises(Forbidden):
                actions.complete_review(by=stranger, flag=flag, **found())


class TestBatches:
    def frame(self, officer: Account, **changes: Any) -> pl.DataFrame:
        rows = {
            "occurred_at": [dt.datetime(2026, 3, day, 23, 30, tzinfo=dt.UTC) for day in (28, 29, 31)],
            "kind": ["engagement", "arrest", "victim"],
            "source": ["form"] * 3,
            "source_row_key": ["a", "b", "c"],
            "school_reason": ["home_educated"] * 3,
            "recorded_by_id": [officer.pk] * 3,
            "team_id": [team_of(officer).pk] * 3,
            "use_of_force": [None, "yes", "no"],
        }
        return pl.DataFrame({**rows, **changes})

    def test_rows_land_with_defaults_and_reviews(self, officer: Account) -> None:
        number = actions.record_batch(by=System("tests"), frame=self.frame(officer), reason="A test")
        assert number == 3
        assert list(Encounter.objects.order_by("occurred_at").values_list("month", flat=True)) == [
            "2026-03", "2026-03", "2026-04",
        ]  # fmt: skip
        assert ReviewFlag.objects.get().encounter.kind == "arrest"
        assert Encounter.objects.filter(use_of_force="not_recorded").count() == 1

    def test_a_row_without_a_school_lands_none(self, officer: Account) -> None:
        frame = self.frame(officer, school_reason=["home_educated", "", "refused"])
        with pytest.raises(UserError, match="breaks a rule"):
            actions.record_batch(by=System("tests"), frame=frame, reason="A test")
        assert not Encounter.objects.exists()

    def test_columns_are_checked(self, officer: Account) -> None:
        with pytest.raises(ValueError, match="name"):
            landing.land(self.frame(officer, name=["x"] * 3))
        with pytest.raises(ValueError, match="kind"):
            landing.land(self.frame(officer).drop("kind"))

    def test_columns_that_an_import_of_another_process_took(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        path = makers.archive(tmp_path, makers.rows(3))
        actions.import_archive(by=System("tests"), path=path)
        monkeypatch.setattr(actions, "_known_keys", lambda frame, force: set())
        with pytest.raises(UserError, match="Another import"):
            actions.import_archive(by=System("tests"), path=path)
        assert Encounter.objects.count() == 3


class TestPseudonyms:
    def test_the_same_reference_gives_the_same_pseudonym(self, settings: Any, tmp_path: Any) -> None:
        settings.KEYS_DIR = tmp_path / "keys"
        first = pseudonym("ab 123/45")
        assert first == pseudonym("AB123/45")
        assert len(first) == 64
        assert first != pseudonym("AB123/46")
        assert pseudonym("  ") == ""
        assert (tmp_path / "keys" / "child-references").stat().st_mode & 0o777 == 0o600
        (tmp_path / "keys" / "child-references").unlink()
        assert pseudonym("AB123/45") != first

    @pytest.mark.parametrize("text", ["Jordan Smith", "Jo", "12", "a" * 50 + "1", "José 123"])
    def test_names_are_refused(self, text: str) -> None:
        with pytest.raises(UserError, match="Never enter a name"):
            pseudonym(text)
