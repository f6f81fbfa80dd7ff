"""What the world does between two pages: registers change, buttons are pressed twice, texts are long, odd or made to harm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from childfirst.audit.actors import System
from childfirst.encounters import actions
from childfirst.encounters.models import Encounter, EncounterDraft
from childfirst.people.vocabulary import Role
from childfirst.places.models import School, SchoolLink
from childfirst.shared import clock
from childfirst.shared.spreadsheets import harmless
from tests.encounters import makers
from tests.encounters.makers import school
from tests.encounters.test_record_form import ANSWERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 27, 16, 30, tzinfo=dt.UTC))
    makers.areas()
    school()
    browser = client_for(Role.WARD_OFFICER)
    for slug, answer in ANSWERS.items():
        assert browser.post(reverse("encounters:step", args=[slug]), answer).status_code == 302
    return browser


def make(browser: Client) -> Any:
    return browser.post(reverse("encounters:check"), {"draft": EncounterDraft.objects.get().pk})


def test_a_register_that_closes_the_school_between_draft_and_record(officer: Client) -> None:
    School.objects.filter(urn=100001).update(status="closed", closed_on=dt.date(2026, 1, 31))
    school(100002, "Elm Grove Academy")
    SchoolLink.objects.create(urn=100001, linked_urn=100002, kind="successor")
    page = make(officer)
    words = " ".join(page.content.decode().split())
    assert page.status_code == 422
    assert "Rowan Academy closed on 31 January 2026, before this encounter" in words
    assert "such as Elm Grove Academy" in words
    assert f'href="{reverse("encounters:step", args=["school"])}?check"' in words
    assert EncounterDraft.objects.exists(), "what was written stays"
    mended = {"answer": "school", "school": "100002", "school_text": "Elm Grove Academy"}
    officer.post(reverse("encounters:step", args=["school"]) + "?check", mended)
    assert make(officer).status_code == 302
    assert Encounter.objects.get().school_id == 100002


def test_a_register_that_closes_the_school_afterwards_changes_nothing(officer: Client) -> None:
    School.objects.filter(urn=100001).update(status="closed", closed_on=dt.date(2026, 3, 28))
    assert make(officer).status_code == 302
    assert Encounter.objects.get().school_id == 100001


def test_a_register_that_loses_the_school(officer: Client) -> None:
    School.objects.all().delete()
    page = make(officer)
    assert page.status_code == 422
    assert "There is no school with the number 100001" in page.content.decode()


ODD = [
    "😀" * 20,
    "\u202eloohcs",
    "مدرسة",
    "=cmd|' /C calc'!A0",
    "a" * 10_240,
    "%s%s%n",
    "{{ 7*7 }}",
    "'; DROP TABLE encounters_encounter; --",
    "\ud83d",
]


@pytest.mark.parametrize("words", ODD)
def test_odd_words_in_every_field_of_the_form(officer: Client, words: str) -> None:
    """Each question refuses them with a page of its own, or takes them as what they are; nothing fails."""
    safe = words.encode("utf-8", "replace").decode()
    for slug, answer in ANSWERS.items():
        for name in answer:
            page = officer.post(reverse("encounters:step", args=[slug]), {**answer, name: safe})
            assert page.status_code in (200, 302), (slug, name)
            assert "{{ 7*7 }}" in safe or ">49<" not in page.content.decode()
    assert officer.get(reverse("encounters:check")).status_code in (200, 302)


@pytest.mark.parametrize("words", ODD)
def test_odd_words_in_the_searches(officer: Client, words: str) -> None:
    for name in ("school-suggestions", "ward-suggestions"):
        response = officer.get(reverse(f"encounters:{name}"), {"q": words.encode("utf-8", "replace").decode()})
        assert response.status_code == 200
        assert isinstance(response.json()["results"], list)


def test_a_null_character_is_refused_everywhere(officer: Client) -> None:
    """PostgreSQL holds none in text: whatever reached it would be a server error."""
    for url in (
        "/encounters/a%00b/",
        "/encounters/wards/?q=a%00b",
        "/encounters/?kind=%00",
        "/encounters/reviews/%00/",
    ):
        page = officer.get(url)
        assert page.status_code == 400, url
        assert "That did not work" in page.content.decode()
    for url in ("/api/encounters/a%00b", "/api/places/schools?q=a%00b"):
        response = officer.get(url)
        assert response.status_code == 400, url
        assert response["Content-Type"] == "application/problem+json"
    for slug, answer in ANSWERS.items():
        for name in answer:
            response = officer.post(reverse("encounters:step", args=[slug]), {**answer, name: "a\x00b"})
            assert response.status_code == 400, (slug, name)
    assert officer.post(reverse("encounters:check"), {"draft": "a\x00b"}).status_code == 400


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" =1+1", "' =1+1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\u200b=1", "'\u200b=1"),
        ("Rowan = school", "Rowan = school"),
        ("", ""),
        (7, 7),
        (-7, -7),
    ],
)
def test_a_spreadsheet_runs_nothing_of_an_export(value: Any, shown: Any) -> None:
    assert harmless(value) == shown


def test_an_export_of_harmful_rows(tmp_path: Path, client_for: Callable[..., Client]) -> None:
    rows = [*makers.rows(2), makers.row(Gender="=HYPERLINK(1)"), makers.row(Gender=" @SUM(1)")]
    report = actions.import_archive(by=System("a test"), path=makers.archive(tmp_path, rows))
    response = client_for(Role.ANALYST).get(reverse("encounters:import_lines", args=[report.pk]))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text
    assert ", @SUM" not in text
