"""Lists, details, schools to find, reviews, quality reports."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.encounters import actions
from childfirst.encounters.models import Encounter
from childfirst.people.navigation import entries_for
from childfirst.people.vocabulary import Role
from tests.encounters import makers
from tests.encounters.makers import archive, recorded, row, rows, school, text_of

pytestmark = pytest.mark.django_db

ClientFor = Callable[..., Client]


def text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return " ".join(body.decode().split())


@pytest.fixture
def officer(client_for: ClientFor) -> Client:
    return client_for(Role.WARD_OFFICER)


def test_the_list_shows_nothing_about_the_person(officer: Client) -> None:
    makers.areas()
    place = school()
    one = recorded(officer.account, school=place.urn, school_reason="", lon=-0.2, lat=51.5, self_defined_ethnicity="B1")  # type: ignore[attr-defined]
    page = text(officer.get(reverse("encounters:index")))
    assert one.number in page
    assert "Westside Ward, Westside" in page
    assert "Rowan Academy" not in page
    assert "Caribbean" not in page
    assert not Event.objects.filter(name="encounters.encounter.read").exists()


def test_the_list_is_narrowed(officer: Client) -> None:
    recorded(officer.account)  # type: ignore[attr-defined]
    waiting = recorded(officer.account, school_reason="not_yet_known")  # type: ignore[attr-defined]
    page = text(officer.get(reverse("encounters:index"), {"school": "not_yet_known"}))
    assert waiting.number in page
    assert "1 encounter." in page
    assert "no encounter here" in text(officer.get(reverse("encounters:index"), {"kind": "victim"}))
    assert "no encounter here" in text(officer.get(reverse("encounters:index"), {"school": "recorded"}))


def test_opening_one_is_on_the_trail(officer: Client) -> None:
    place = school()
    one = recorded(officer.account, school=place.urn, school_reason="", self_defined_ethnicity="B1")  # type: ignore[attr-defined]
    page = text(officer.get(reverse("encounters:detail", args=[one.pk])))
    assert "Rowan Academy, URN 100001" in page
    assert "Black or Black British: Caribbean" in page
    event = Event.objects.get(name="encounters.encounter.read")
    assert (event.subject, event.actor) == (str(one.reference), str(officer.account.reference))  # type: ignore[attr-defined]


def test_a_school_to_find(officer: Client) -> None:
    one = recorded(officer.account, school_reason="not_yet_known")  # type: ignore[attr-defined]
    Encounter.objects.update(follow_up_due=dt.date(2020, 1, 1))
    listed = text(officer.get(reverse("encounters:follow_ups")))
    assert "Overdue" in listed
    assert "1 January 2020" in listed
    home = {entry.url_name: entry for entry in entries_for(officer.account)}  # type: ignore[attr-defined]
    waiting = home["encounters:follow_ups"].waiting
    assert waiting is not None
    assert waiting(officer.account) == 1  # type: ignore[attr-defined]
    address = reverse("encounters:resolve", args=[one.pk])
    assert "Not known yet" not in text(officer.get(address))
    assert "There is a problem" in text(officer.post(address, {"answer": "not_school_age"}))
    place = school()
    given = {"answer": "school", "school": str(place.urn), "school_text": place.name}
    page = text(officer.post(address, given, follow=True))
    assert "is complete" in page
    assert "No school is waiting" in page
    assert officer.get(address).url == reverse("encounters:detail", args=[one.pk])


def test_a_review(officer: Client, client_for: ClientFor) -> None:
    recorded(officer.account, use_of_force="yes")  # type: ignore[attr-defined]
    supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
    flag = Encounter.objects.get().reviews.get()
    assert Encounter.objects.get().number in text(supervisor.get(reverse("encounters:reviews")))
    address = reverse("encounters:review", args=[flag.pk])
    assert "Force was used".lower() in text(supervisor.get(address)).lower()
    page = text(supervisor.post(address, {"finding": ""}))
    for sentence in ("Select what you found", "Select what follows", "Enter what you found in your own words"):
        assert sentence in page
    said = makers.found(conclusion="not_needed", further_action="apology", finding="It was not needed.")
    assert "No review is waiting" in text(supervisor.post(address, said, follow=True))
    for words in ("not proportionate", "An explanation or apology"):
        assert words in text(supervisor.get(address))
    assert "It was not needed." in text(supervisor.get(address))
    assert "It was not needed." in text(client_for(Role.AUDITOR).get(address))


def test_one_cannot_review_oneself(client_for: ClientFor) -> None:
    supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
    flag = recorded(supervisor.account, use_of_force="yes").reviews.get()  # type: ignore[attr-defined]
    address = reverse("encounters:review", args=[flag.pk])
    assert "<textarea" not in text(supervisor.get(address))
    assert supervisor.post(address, makers.found()).status_code == 403


class TestQualityReport:
    @pytest.fixture
    def report(self, tmp_path: Path) -> Any:
        june = "2018-06/2018-06-testshire-stop-and-search.csv"
        files = {
            makers.NAME: text_of([*rows(30), row(), row(), row(Gender="=1+1"), row(Latitude="0", Longitude="0")]),
            june: text_of([row(Date="2018-06-02T10:00:00+00:00", Outcome="Local resolution", age_range="")]),
        }
        return actions.import_archive(by=System("tests"), path=archive(tmp_path, files))

    def test_it_shows_everything(self, report: Any, client_for: ClientFor) -> None:
        analyst = client_for(Role.ANALYST)
        assert "archive.zip" in text(analyst.get(reverse("encounters:imports")))
        page = text(analyst.get(reverse("encounters:import", args=[report.pk])))
        for words in (
            "May 2018 to June 2018",
            "The coordinates are 0, 0, which is in the sea off Africa.",
            "This word is not known for gender.",
            "Share of rows without a value, by month",
            "Local resolution",
            "Exact duplicates, landed once",
        ):
            assert words in page, words
        assert Event.objects.filter(name="encounters.lines.read").count() == 1

    def test_its_lines_as_a_file(self, report: Any, client_for: ClientFor) -> None:
        response = client_for(Role.ANALYST).get(reverse("encounters:import_lines", args=[report.pk]))
        body = b"".join(response.streaming_content).decode()
        listed = list(csv.DictReader(io.StringIO(body)))
        assert [line["state"] for line in listed] == ["set_aside", "set_aside", "duplicate"]
        assert [line["line"] for line in listed] == ["34", "35", "33"]
        assert listed[0]["value"] == "'=1+1", "a spreadsheet must not run what stands in an archive"
        assert listed[2]["same_as"] == f"{makers.NAME} line 32"

    def test_an_import_that_brought_nothing_new(self, report: Any, client_for: ClientFor, tmp_path: Path) -> None:
        again = actions.import_archive(by=System("tests"), path=tmp_path / "archive.zip")
        page = text(client_for(Role.ANALYST).get(reverse("encounters:import", args=[again.pk])))
        assert "Known from an earlier import" in page
