"""The first question leads away from the police where it can: shown, coded, counted, and a good end without a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.encounters import actions, facts
from childfirst.encounters.alternatives import ASKABLE, CAN_BE_CALLED, GUIDANCE, Alternative, PoliceReason
from childfirst.encounters.models import Diversion, Encounter, EncounterDraft
from childfirst.people.vocabulary import Role
from childfirst.shared.errors import UserError
from tests.encounters.makers import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.WARD_OFFICER)


def url(slug: str) -> str:
    return reverse("encounters:step", args=[slug])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def choose(client: Client, alternative: str) -> Any:
    return client.post(url("alternative"), {"alternative": alternative})


def test_everyone_else_stands_before_the_police(officer: Client) -> None:
    page = text(officer.get(url("alternative")))
    places = [page.index(f'value="{one}"') for one in ASKABLE]
    assert places == sorted(places)
    assert page.index("Could someone else have dealt with this?") < places[0]
    assert 'value="not_asked"' not in page
    assert "checked" not in page


@pytest.mark.parametrize("alternative", CAN_BE_CALLED)
def test_who_can_be_called_is_shown_with_whom_to_call_and_where_it_comes_from(
    officer: Client, alternative: str
) -> None:
    assert choose(officer, alternative).url == url("police")
    page = officer.get(url("police"))
    guidance = page.context["guidance"]
    assert guidance == GUIDANCE[Alternative(alternative)]
    words = page.content.decode()
    assert page.context["position"] == 2
    assert f"Call {guidance.who} first" in words
    assert "When, and where this comes from" in words
    assert words.index('value="dealt_with"') < words.index(f'value="{PoliceReason.NOT_THERE}"')


@pytest.mark.parametrize("alternative", ["immediate_danger", "only_police"])
def test_danger_goes_straight_on(officer: Client, alternative: str) -> None:
    assert choose(officer, alternative).url == url("kind")
    assert officer.get(url("kind")).context["steps"] == 8
    assert officer.get(url("police")).url == url("kind"), "the question is not asked"


def test_someone_else_is_dealing_with_it(officer: Client) -> None:
    choose(officer, "youth_worker")
    done = officer.post(url("police"), {"police_reason": "dealt_with"})
    assert done.url == reverse("encounters:diverted", args=["youth_worker"])
    page = text(officer.get(done.url))
    assert "No record is needed" in page
    assert "detached youth team" in page
    assert not EncounterDraft.objects.exists()
    assert not Encounter.objects.exists()
    kept = Diversion.objects.get()
    assert (kept.alternative, kept.team) == ("youth_worker", officer.account.memberships.get().organisation)  # type: ignore[attr-defined]
    event = Event.objects.get(name="encounters.diversion.note")
    assert event.data == {"alternative": "youth_worker"}
    assert officer.get(reverse("encounters:diverted", args=["immediate_danger"])).status_code == 404


def test_pressing_back_after_it_ended_begins_anew(officer: Client) -> None:
    choose(officer, "school")
    officer.post(url("police"), {"police_reason": "dealt_with"})
    again = officer.post(url("police"), {"police_reason": "dealt_with"})
    assert again.url == url("alternative")
    assert Diversion.objects.count() == 1


def test_supervisors_see_how_often(officer: Client, client_for: Callable[..., Client]) -> None:
    choose(officer, "school")
    officer.post(url("police"), {"police_reason": "dealt_with"})
    index = reverse("encounters:index")
    assert "someone else dealt with it 1 time," in text(client_for(Role.NEIGHBOURHOOD_SUPERVISOR).get(index))
    assert "someone else dealt with it" not in text(officer.get(index))


def test_another_alternative_asks_again_why(officer: Client) -> None:
    choose(officer, "school")
    officer.post(url("police"), {"police_reason": "not_there"})
    assert officer.get(url("kind")).status_code == 200
    choose(officer, "family")
    assert officer.get(url("kind")).url == url("police")
    assert "checked" not in text(officer.get(url("police")))


def test_nobody_can_be_noted_as_dealing_with_it(officer: Client) -> None:
    for nobody in ("immediate_danger", "only_police", "not_asked", "", "me"):
        with pytest.raises(UserError, match="Say who"):
            actions.note_diversion(by=officer.account, alternative=nobody)  # type: ignore[attr-defined]


def test_it_can_be_measured(officer: Client) -> None:
    account = officer.account  # type: ignore[attr-defined]
    recorded(account, alternative="school", police_reason="not_thought_of")
    one = recorded(account, alternative="immediate_danger")
    recorded(account)
    rows = [(row["alternative"], row["police_reason"]) for row in facts.table(one.month).to_pylist()]
    assert sorted(rows, key=str) == sorted(
        [("school", "not_thought_of"), ("immediate_danger", None), (None, None)], key=str
    )


def test_the_trail_has_a_drafts_beginning_and_end(officer: Client) -> None:
    def events() -> list[str]:
        return list(
            Event.objects.filter(name__startswith="encounters.").order_by("number").values_list("name", flat=True)
        )

    choose(officer, "immediate_danger")
    officer.post(url("kind"), {"kind": "victim"})
    officer.post(url("initiator"), {"initiator": "school"})
    assert events() == ["encounters.draft.begin"]
    officer.post(reverse("encounters:discard"))
    assert events() == ["encounters.draft.begin", "encounters.draft.discard"]
    assert EncounterDraft.objects.count() == 0


class TestAppropriateAdult:
    ANSWERS = {
        "alternative": {"alternative": "only_police"},
        "kind": {"kind": "victim"},
        "initiator": {"initiator": "public"},
        "when": {"date-day": "1", "date-month": "1", "date-year": "", "time": ""},
        "where": {"place": "unknown"},
        "school": {"answer": "home_educated"},
        "person": {
            "age_known": "years", "age": "14", "gender": "female", "self_defined_ethnicity": "NS",
            "officer_defined_ethnicity": "NR", "send": "not_recorded",
        },
    }  # fmt: skip

    def fill(self, client: Client, **changes: dict[str, str]) -> str:
        from childfirst.shared import clock

        today = clock.today()
        when = {"date-day": str(today.day), "date-month": str(today.month), "date-year": str(today.year), "time": ""}
        for slug, answer in {**self.ANSWERS, "when": when, **changes}.items():
            assert client.post(url(slug), answer).status_code == 302, slug
        return text(client.get(url("outcome")))

    @pytest.mark.parametrize("kind", ["stop_and_search", "arrest", "suspect"])
    def test_it_is_asked_of_a_child_who_is_searched_arrested_or_suspected(self, officer: Client, kind: str) -> None:
        page = self.fill(officer, kind={"kind": kind})
        assert "Was an appropriate adult there?" in page
        answers = {"outcome": "referred", "use_of_force": "no", "more_than_outer_clothing": "no"}
        assert "Select whether an appropriate adult was there" in text(officer.post(url("outcome"), answers))

    def test_for_others_only_where_clothing_was_removed(self, officer: Client) -> None:
        self.fill(officer)
        answers = {"outcome": "referred", "use_of_force": "no", "more_than_outer_clothing": "yes"}
        assert "Select whether an appropriate adult was there" in text(officer.post(url("outcome"), answers))
        assert officer.post(url("outcome"), {**answers, "more_than_outer_clothing": "no"}).status_code == 302

    def test_not_of_an_adult(self, officer: Client) -> None:
        adult = {**self.ANSWERS["person"], "age": "30"}
        self.fill(officer, kind={"kind": "arrest"}, person=adult, school={"answer": "not_school_age"})
        answers = {"outcome": "arrest", "use_of_force": "no", "more_than_outer_clothing": "no"}
        assert officer.post(url("outcome"), answers).status_code == 302

    def test_a_strip_searched_child_needs_one(self, officer: Client) -> None:
        self.fill(officer, kind={"kind": "arrest"})
        answers = {
            "outcome": "arrest", "use_of_force": "no", "more_than_outer_clothing": "yes", "appropriate_adult": "not_needed",
        }  # fmt: skip
        officer.post(url("outcome"), answers)
        draft = EncounterDraft.objects.get().pk
        page = officer.post(reverse("encounters:check"), {"draft": draft})
        assert page.status_code == 422
        assert "An appropriate adult is needed whenever" in text(page)
        officer.post(url("outcome") + "?check", {**answers, "appropriate_adult": "no"})
        officer.post(reverse("encounters:check"), {"draft": draft})
        assert sorted(Encounter.objects.get().reviews.values_list("reason", flat=True)) == [
            "no_appropriate_adult", "strip_search",
        ]  # fmt: skip

    def test_who_becomes_a_child_is_asked_again(self, officer: Client) -> None:
        adult = {**self.ANSWERS["person"], "age": "30"}
        self.fill(officer, kind={"kind": "arrest"}, person=adult)
        answers = {"outcome": "arrest", "use_of_force": "no", "more_than_outer_clothing": "no"}
        officer.post(url("outcome"), answers)
        back = officer.post(url("person") + "?check", self.ANSWERS["person"])
        assert back.url == url("outcome") + "?check"
