"""The record form: one question a page, a school that cannot be skipped, a draft that waits, one record for two presses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.encounters.models import Encounter, EncounterDraft
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.people.models import Membership, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.places.models import SchoolLink, SchoolName
from childfirst.shared import clock
from tests.encounters import makers
from tests.encounters.makers import school

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 27, 16, 30, tzinfo=dt.UTC)

ANSWERS: dict[str, dict[str, str]] = {
    "alternative": {"alternative": "youth_worker"},
    "police": {"police_reason": "not_there"},
    "kind": {"kind": "stop_and_search"},
    "initiator": {"initiator": "patrol"},
    "when": {"date-day": "27", "date-month": "3", "date-year": "2026", "time": "4:05pm"},
    "where": {"place": "point", "lat": "51.5", "lon": "-0.2"},
    "school": {"answer": "school", "school": "100001", "school_text": "Rowan Academy"},
    "person": {
        "age_known": "years", "age": "14", "gender": "female", "self_defined_ethnicity": "B1",
        "officer_defined_ethnicity": "IC3", "send": "not_recorded", "child_reference": "AB123",
    },
    "outcome": {
        "search_of": "person", "legislation": "Misuse of Drugs Act 1971 (section 23)", "object_of_search": "Controlled drugs",
        "outcome": "no_further_action", "outcome_linked": "no", "use_of_force": "no", "more_than_outer_clothing": "no",
        "appropriate_adult": "not_needed",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    makers.areas()
    school()


@pytest.fixture
def officer(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.WARD_OFFICER)


def url(slug: str) -> str:
    return reverse("encounters:step", args=[slug])


def answer(client: Client, slug: str, **changes: str) -> Any:
    return client.post(url(slug), {**ANSWERS[slug], **changes})


def fill(client: Client, until: str = "") -> None:
    for slug in ANSWERS:
        if slug == until:
            return
        assert answer(client, slug).status_code == 302, slug


def make(client: Client) -> Any:
    return client.post(reverse("encounters:check"), {"draft": EncounterDraft.objects.get().pk})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_whole_way(officer: Client) -> None:
    assert "Start now" in text(officer.get(reverse("encounters:start")))
    assert officer.post(reverse("encounters:start")).url == url("alternative")
    slugs = list(ANSWERS)
    for slug, following in zip(slugs, [*slugs[1:], "check"], strict=True):
        page = officer.get(url(slug))
        assert page.status_code == 200
        steps = 9 if slug != "alternative" else 8
        assert f"Question {slugs.index(slug) + 1} of {steps}" in text(page)
        assert answer(officer, slug).url == url(following)
    check = text(officer.get(reverse("encounters:check")))
    for words in ("27 March 2026 at 4:05pm", "Rowan Academy", "B1" if False else "Black or Black British: Caribbean"):
        assert words in check
    assert "AB123" not in check
    response = make(officer)
    one = Encounter.objects.get()
    assert response.url == reverse("encounters:recorded", args=[one.pk])
    assert one.number in text(officer.get(response.url))
    assert one.occurred_at == dt.datetime(2026, 3, 27, 16, 5, tzinfo=dt.UTC)
    assert (one.school_id, one.age, one.ward, one.borough) == (100001, 14, "W1", "B1")
    assert (one.self_defined_ethnicity, one.officer_defined_ethnicity, one.initiator) == ("B1", "IC3", "patrol")
    assert one.child_reference == pseudonym("AB123")
    assert (one.alternative, one.police_reason, one.appropriate_adult) == ("youth_worker", "not_there", "not_needed")
    assert not EncounterDraft.objects.exists()


def test_summer_time_is_londons(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 7, 2, 12, 0, tzinfo=dt.UTC))
    fill(officer)
    answer(officer, "when", **{"date-day": "1", "date-month": "7", "time": "00:30"})
    make(officer)
    one = Encounter.objects.get()
    assert one.occurred_at == dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert one.month == "2026-07"


def test_a_time_that_nobody_knows(officer: Client) -> None:
    fill(officer)
    answer(officer, "when", time="")
    assert "time not known" in text(officer.get(reverse("encounters:check")))
    make(officer)
    assert Encounter.objects.get().time_precision == "day"


def test_two_presses_make_one_record(officer: Client) -> None:
    fill(officer)
    draft = EncounterDraft.objects.get().pk
    first = officer.post(reverse("encounters:check"), {"draft": draft})
    second = officer.post(reverse("encounters:check"), {"draft": draft})
    assert first.url == second.url
    assert Encounter.objects.count() == 1
    assert Event.objects.filter(name="encounters.encounter.record").count() == 1


def test_a_press_on_a_draft_that_never_was(officer: Client, client_for: Callable[..., Client]) -> None:
    fill(officer)
    draft = EncounterDraft.objects.get().pk
    other = client_for(Role.WARD_OFFICER)
    response = other.post(reverse("encounters:check"), {"draft": draft}, follow=True)
    assert "no longer there" in text(response)
    assert not Encounter.objects.exists()


class TestOrder:
    def test_questions_cannot_be_jumped(self, officer: Client) -> None:
        assert officer.get(url("person")).url == url("alternative")
        assert officer.get(url("police")).url == url("alternative")
        answer(officer, "alternative")
        assert officer.get(url("kind")).url == url("police")
        answer(officer, "police")
        answer(officer, "kind")
        assert answer(officer, "school").url == url("initiator")
        assert officer.get(reverse("encounters:check")).url.startswith(url("initiator"))
        assert officer.get(reverse("encounters:step", args=["nonsense"])).status_code == 404

    def test_check_without_a_draft_leads_to_the_start(self, officer: Client) -> None:
        assert officer.get(reverse("encounters:check")).url == reverse("encounters:start")

    def test_a_draft_is_found_again(self, officer: Client) -> None:
        fill(officer, until="school")
        page = text(officer.get(reverse("encounters:start")))
        assert "unfinished record, last changed on 27 March 2026 at 4:30pm" in page
        assert officer.post(reverse("encounters:start")).url == url("school")
        assert 'value="51.5"' in text(officer.get(url("where")))

    def test_a_draft_is_thrown_away(self, officer: Client) -> None:
        fill(officer)
        officer.post(reverse("encounters:start"), {"again": "1"})
        assert not EncounterDraft.objects.exists()
        fill(officer, until="where")
        officer.post(reverse("encounters:discard"))
        assert not EncounterDraft.objects.exists()

    def test_a_change_comes_back_to_the_check(self, officer: Client) -> None:
        fill(officer)
        check = reverse("encounters:check")
        assert f'href="{url("where")}?check"' in text(officer.get(check))
        page = text(officer.get(url("where") + "?check"))
        assert f'href="{check}" class="govuk-back-link"' in page
        assert officer.post(url("where") + "?check", {"place": "unknown"}).url == check

    def test_another_kind_asks_again_what_happened(self, officer: Client) -> None:
        fill(officer)
        response = officer.post(url("kind") + "?check", {"kind": "victim"})
        assert response.url == url("outcome") + "?check"
        page = text(officer.get(response.url))
        assert "Under which power" not in page
        given = {"outcome": "referred", "use_of_force": "no", "more_than_outer_clothing": "no"}
        officer.post(response.url, given)
        make(officer)
        one = Encounter.objects.get()
        assert (one.kind, one.legislation, one.outcome) == ("victim", "", "referred")

    def test_the_reference_stays_when_the_page_is_changed(self, officer: Client) -> None:
        fill(officer)
        assert "A reference is saved" in text(officer.get(url("person")))
        answer(officer, "person", child_reference="")
        make(officer)
        assert Encounter.objects.get().child_reference == pseudonym("AB123")


class TestSchool:
    def test_it_cannot_be_skipped(self, officer: Client) -> None:
        fill(officer, until="school")
        for empty in ({}, {"answer": "school", "school_text": ""}, {"answer": "source_records_no_school"}):
            page = officer.post(url("school"), empty)
            assert page.status_code == 200
            assert "There is a problem" in text(page)
        assert "school" not in EncounterDraft.objects.get().answers

    @pytest.mark.parametrize(
        "reason", ["not_in_education", "home_educated", "outside_england", "refused", "not_yet_known"]
    )
    def test_honest_reasons(self, officer: Client, reason: str) -> None:
        fill(officer)
        officer.post(url("school"), {"answer": reason})
        make(officer)
        one = Encounter.objects.get()
        assert (one.school_id, one.school_reason) == (None, reason)
        assert one.follow_up_due == (dt.date(2026, 4, 1) if reason == "not_yet_known" else None)

    def test_search_without_javascript(self, officer: Client) -> None:
        school(100002, "Rowan Primary School", phase="primary", town="Oakford")
        old = school(100003, "Rowan Lane School", status="closed", closed_on=dt.date(2019, 8, 31))
        school(100004, "Elm Grove Academy")
        SchoolLink.objects.create(urn=old.urn, linked_urn=100004, kind="successor")
        fill(officer, until="school")
        page = officer.post(url("school"), {"answer": "school", "school": "", "school_text": "Rowan"})
        words = text(page)
        assert page.status_code == 200
        assert words.count('name="school_choice"') == 3
        assert "Oakford · Primary · URN 100002" in words
        assert "closed 2019, now Elm Grove Academy" in words
        chosen = {"answer": "school", "school_choice": "100002", "school_text": "Rowan", "school_searched": "Rowan"}
        assert officer.post(url("school"), chosen).url == url("person")
        assert EncounterDraft.objects.get().answers["school"]["school"] == "100002"

    def test_a_search_that_finds_nothing(self, officer: Client) -> None:
        fill(officer, until="school")
        page = text(officer.post(url("school"), {"answer": "school", "school_text": "Hogwarts"}))
        assert "Nothing was found for “Hogwarts”" in page

    def test_a_former_name_finds_the_school(self, officer: Client) -> None:
        SchoolName.objects.create(school_id=100001, name="Kestrel High School")
        found = officer.get(reverse("encounters:school-suggestions"), {"q": "kestrel"}).json()["results"]
        assert [item["value"] for item in found] == ["100001"]
        assert "was Kestrel High School" in found[0]["hint"]

    def test_a_school_that_had_closed(self, officer: Client) -> None:
        school(100003, "Old School", status="closed", closed_on=dt.date(2019, 8, 31))
        fill(officer, until="school")
        page = text(officer.post(url("school"), {"answer": "school", "school": "100003", "school_text": "Old School"}))
        assert "Old School closed on 31 August 2019, before this encounter" in page

    def test_a_child_of_school_age_is_of_school_age(self, officer: Client) -> None:
        fill(officer, until="school")
        officer.post(url("school"), {"answer": "not_school_age"})
        page = text(answer(officer, "person"))
        assert "A child of 14 is of school age" in page


class TestFields:
    @pytest.mark.parametrize(
        ("slug", "changes", "sentence"),
        [
            ("kind", {"kind": ""}, "Select what kind of encounter it was"),
            ("initiator", {"initiator": ""}, "Select who began it"),
            ("when", {"date-year": "2027"}, "The date of the encounter must be today or in the past"),
            ("when", {"date-year": "2024"}, "must be on or after 27 March 2025"),
            ("when", {"date-day": "31", "date-month": "2"}, "must be a real date"),
            ("when", {"time": "5pm"}, "The time cannot be in the future. It is now 4:30pm"),
            ("when", {"time": "25:00"}, "Enter a time, like 9:30am or 16:05"),
            ("where", {"lat": "-0.2", "lon": "51.5"}, "The latitude must be 49 or more"),
            ("where", {"place": "ward"}, "Enter the name of the ward"),
            ("person", {"age": "140"}, "must be 120 or less"),
            ("person", {"age_known": "band"}, "Select the age band"),
            ("person", {"self_defined_ethnicity": ""}, "Select the ethnicity in the person’s own words"),
            ("person", {"child_reference": "Jordan Smith"}, "Never enter a name here"),
            ("outcome", {"outcome": "not_recorded"}, "from the list"),
            ("outcome", {"legislation": ""}, "Select the power"),
        ],
    )
    def test_mistakes_are_said_clearly(
        self, officer: Client, slug: str, changes: dict[str, str], sentence: str
    ) -> None:
        fill(officer, until=slug)
        page = answer(officer, slug, **changes)
        assert page.status_code == 200
        words = text(page)
        assert "There is a problem" in words
        assert "<title>Error: " in words
        assert sentence in words

    def test_a_ward_without_javascript(self, officer: Client) -> None:
        fill(officer, until="where")
        page = text(officer.post(url("where"), {"place": "ward", "ward_text": "ward"}))
        assert page.count('name="ward_choice"') == 2
        officer.post(url("where"), {"place": "ward", "ward": "W2", "ward_text": "Eastside Ward"})
        for slug in ("school", "person", "outcome"):
            answer(officer, slug)
        assert "Eastside Ward, Eastside" in text(officer.get(reverse("encounters:check")))
        make(officer)
        assert (Encounter.objects.get().ward, Encounter.objects.get().borough) == ("W2", "B2")

    def test_a_draft_that_grew_too_old_is_told_on_the_check(
        self, officer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(officer)
        monkeypatch.setattr(clock, "now", lambda: NOW + dt.timedelta(days=400))
        officer.force_login(officer.account, backend="childfirst.people.backends.AccountBackend")  # type: ignore[attr-defined]
        page = make(officer)
        assert page.status_code == 422
        assert "cannot be more than a year ago" in text(page)
        assert EncounterDraft.objects.exists()

    def test_the_team_is_asked_of_who_has_several(self, officer: Client) -> None:
        second = Organisation.objects.create(name="Second team", kind=OrganisationKind.FORCE)
        Membership.objects.create(account=officer.account, organisation=second, role=Role.WARD_OFFICER)  # type: ignore[attr-defined]
        answer(officer, "alternative")
        answer(officer, "police")
        assert "There is a problem" in text(answer(officer, "kind"))
        answer(officer, "kind", team=second.pk)
        for slug in list(ANSWERS)[3:]:
            answer(officer, slug)
        assert "Second team" in text(officer.get(reverse("encounters:check")))
        make(officer)
        assert Encounter.objects.get().team == second


def test_only_who_records_comes_in(client_for: Callable[..., Client]) -> None:
    for role in set(Role) - {Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR}:
        client = client_for(role)
        for address in (reverse("encounters:start"), url("kind"), reverse("encounters:check")):
            assert client.get(address).status_code == 403
        assert client.get(reverse("encounters:school-suggestions"), {"q": "rowan"}).status_code == 403
