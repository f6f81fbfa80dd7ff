"""What is held is told whole, who looked is told too, and nothing is told about anybody else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from childfirst.audit import retention
from childfirst.audit.models import Event
from childfirst.encounters import queries as encounters
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.subject_access import actions, holdings, queries
from childfirst.encounters.subject_access.documents import compile_document
from childfirst.encounters.subject_access.models import AccessRequest, CorrectionRequest
from childfirst.encounters.subject_access.rules import due_on
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from childfirst.shared.privacy import Retention
from tests.conftest import make_account
from tests.encounters.matching import makers as legacy
from tests.encounters.subject_access.making import REFERENCE, about, asked, said_to_be_wrong

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (dt.date(2026, 9, 3), dt.date(2026, 10, 5)),  # 3 October is a Saturday
        (dt.date(2026, 1, 31), dt.date(2026, 3, 2)),  # February has 28 days; the 28th is a Saturday
        (dt.date(2026, 11, 25), dt.date(2026, 12, 29)),  # Christmas, a weekend, and the day given for Boxing Day
        (dt.date(2025, 12, 15), dt.date(2026, 1, 15)),
    ],
)
def test_an_answer_is_due_in_a_month(received: dt.date, due: dt.date) -> None:
    assert due_on(received, actions._is_free) == due


@given(
    day=st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)),
    years=st.integers(0, 8),
    days=st.integers(0, 400),
    by_month=st.booleans(),
)
def test_the_day_of_erasure_is_the_first_day_on_which_it_is_over(day: dt.date, years: int, days: int, by_month: bool) -> None:  # fmt: skip
    rule = Retention("made", days=days or 1, years=years, by_month=by_month and not days)
    if rule.by_month:
        rule = Retention("made", years=years or 1, by_month=True)
    goes = rule.erased_on(day)
    assert rule.first_day_kept(goes) > day
    assert rule.first_day_kept(goes - dt.timedelta(days=1)) <= day


def test_every_table_that_belongs_to_an_encounter_is_in_the_document() -> None:
    """Whoever adds a table with a foreign key to an encounter need do nothing."""
    found: set[str] = set()

    def walk(model: type) -> None:
        for belonging, _ in holdings.belongings(model):
            found.add(belonging._meta.label)
            walk(belonging)

    for root in holdings.roots():
        found.add(root._meta.label)
        walk(root)
    assert {"encounters.Encounter", "encounters.ReviewFlag", "encounters_subject_access.AccessRequest"} <= found
    for model in apps.get_models():
        if any(field.related_model is Encounter for field in model._meta.fields if field.is_relation):
            assert model._meta.label in found


def test_the_document_holds_everything_and_nothing_about_others() -> None:
    mine, other = about(age=12, use_of_force="yes"), about("24/CR/009999", age=13)
    auditor = make_account(Role.AUDITOR)
    encounters.read_encounter(by=make_account(Role.AUDITOR), encounter=mine)
    encounters.read_encounter(by=auditor, encounter=other)
    request = asked(" 24/cr/001234 ", by=auditor)
    document = queries.read_document(by=auditor, request=request)
    text = document.as_json().decode()
    told = json.loads(text)
    assert str(mine.reference) in text
    assert str(other.reference) not in text
    assert REFERENCE not in text
    assert "12" in [holding["held"].get("Age") for holding in told["records"]]
    assert any(part["kind"] == "Review flag" for holding in told["records"] for part in holding["parts"])
    looked = [event for event in document.events if event.name == "encounters.encounter.read"]
    assert len(looked) == 1, "the look at the other record is not in it"
    assert auditor.name not in text
    assert request.child_reference not in text


def test_to_make_the_document_is_to_look() -> None:
    encounter, auditor = about(), make_account(Role.AUDITOR)
    request = asked(by=auditor)
    queries.read_document(by=auditor, request=request)
    event = Event.objects.get(name="encounters.encounter.read", subject=str(encounter.reference))
    assert request.number in event.reason
    assert event.actor == str(auditor.reference)


def test_a_record_that_changed_since_the_print_must_be_printed_again() -> None:
    encounter, auditor = about(age=12), make_account(Role.AUDITOR)
    request = asked(by=auditor)
    document = queries.read_document(by=auditor, request=request)
    Encounter.objects.filter(pk=encounter.pk).update(age=13)
    with pytest.raises(UserError, match="Print it again"):
        actions.answer_request(by=auditor, request=request, digest=document.digest, handed="post")
    again = queries.read_document(by=auditor, request=request)
    done = actions.answer_request(by=auditor, request=request, digest=again.digest, handed="post")
    assert (done.records, done.digest) == (again.records, again.digest)
    with pytest.raises(UserError, match="decided already"):
        actions.refuse_request(by=auditor, request=request, reason="Too late.")


def test_nothing_held_is_an_answer_too() -> None:
    auditor = make_account(Role.AUDITOR)
    request = asked("99/ZZ/1", by=auditor)
    document = queries.read_document(by=auditor, request=request)
    assert [holding.kind for holding in document.holdings] == ["Access request"]


def test_a_hold_on_the_young_person_keeps_all_of_it() -> None:
    auditor = make_account(Role.AUDITOR)
    encounter, other = about(), about("24/CR/009999")
    request = asked(by=auditor)
    Encounter.objects.update(occurred_at=clock.now() - dt.timedelta(days=4 * 366))
    retention.place_hold(
        by=auditor, subject=str(request.child), reason="A claim.", review_on=clock.today() + dt.timedelta(days=30)
    )
    assert all(holding.held for holding in compile_document(request.child_reference).holdings if holding.is_encounter)
    retention.dispose_of_all()
    assert set(Encounter.objects.values_list("pk", flat=True)) == {encounter.pk}
    assert other.pk != encounter.pk


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"force_reference": "Kit Example"}, "Never enter a name"),
        ({"force_reference": "   "}, "Enter the force"),
        ({"received_on": dt.date(2099, 1, 1)}, "in the future"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(changed: dict[str, object], sentence: str) -> None:
    given_ = {
        "force_reference": REFERENCE, "asked_by": "child", "identity": "known", "received_on": clock.today(), **changed,
    }  # fmt: skip
    with pytest.raises(UserError, match=sentence):
        actions.record_request(by=make_account(Role.AUDITOR), **given_)  # type: ignore[arg-type]
    assert not AccessRequest.objects.exists()


def test_one_open_request_for_a_young_person() -> None:
    asked()
    with pytest.raises(UserError, match="open already"):
        asked("24 / CR / 001234")


def test_an_officer_cannot_decide_about_their_own_record() -> None:
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    auditor = make_account(Role.AUDITOR)
    encounter = about(officer=supervisor)
    wrong = actions.ask_for_correction(by=auditor, request=asked(by=auditor), encounter=encounter, statement="Not so.")
    with pytest.raises(Forbidden, match="Another supervisor"):
        actions.decide_correction(by=supervisor, asked=wrong, state="not_corrected", answer="It is so.")
    with pytest.raises(Forbidden):
        actions.decide_correction(by=auditor, asked=wrong, state="not_corrected", answer="It is so.")


def test_corrected_is_said_only_when_it_was() -> None:
    wrong, supervisor = said_to_be_wrong(), make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    with pytest.raises(UserError, match="Correct it first"):
        actions.decide_correction(by=supervisor, asked=wrong, state="corrected", answer="It is corrected.")


def test_a_record_about_somebody_else_cannot_be_disputed() -> None:
    auditor, other = make_account(Role.AUDITOR), about("24/CR/009999")
    with pytest.raises(UserError, match="not about the young person"):
        actions.ask_for_correction(by=auditor, request=asked(by=auditor), encounter=other, statement="Not so.")


def test_the_story_on_the_pages(client_for: Callable[..., Client]) -> None:
    encounter = about(use_of_force="yes")
    auditor, supervisor = client_for(Role.AUDITOR), client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
    today = clock.today()
    told = {
        "asked_by": "parent", "identity": "in_person", "force_reference": REFERENCE,
        "received_on-day": today.day, "received_on-month": today.month, "received_on-year": today.year,
    }  # fmt: skip
    page = auditor.post("/subject-access/new/", {**told, "force_reference": "Kit Example"})
    assert "Never enter a name" in page.content.decode()
    page = auditor.post("/subject-access/new/", told, follow=True)
    assert "The request is recorded" in page.content.decode()
    request = AccessRequest.objects.get()
    here = f"/subject-access/{request.pk}/"
    page = auditor.get(f"{here}document/")
    html = page.content.decode()
    assert "Force used" in html or "Use of force" in html
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    page = auditor.post(f"{here}wrong/{encounter.pk}/", {"statement": "I was not searched. ‮ 🙂"}, follow=True)
    assert "Said to be wrong" in page.content.decode()
    assert "1" in supervisor.get("/").content.decode()
    wrong = CorrectionRequest.objects.get()
    assert wrong.encounter.number in supervisor.get("/subject-access/corrections/").content.decode()
    page = supervisor.get(f"/encounters/{encounter.pk}/")
    assert "The person says that this record is wrong" in page.content.decode()
    address = f"/subject-access/corrections/{wrong.pk}/"
    assert "Correct it first" in supervisor.post(address, {"state": "corrected", "answer": "Done."}).content.decode()
    page = supervisor.post(address, {"state": "not_corrected", "answer": "The video shows a search."}, follow=True)
    assert "Your decision is recorded" in page.content.decode()
    page = supervisor.get(f"/encounters/{encounter.pk}/")
    assert "statement on this record" in page.content.decode()
    html = auditor.get(f"{here}document/").content.decode()
    digest = html.partition('name="digest" value="')[2].partition('"')[0]
    page = auditor.post(f"{here}answer/", {"digest": digest, "handed": "in_person"}, follow=True)
    assert "is answered" in page.content.decode()
    page = auditor.post(f"{here}answer/", {"digest": digest, "handed": "in_person"}, follow=True)
    assert "decided already" in page.content.decode()


def test_the_download_is_what_the_page_shows(client_for: Callable[..., Client]) -> None:
    about()
    request = asked()
    answer = client_for(Role.AUDITOR).get(f"/subject-access/{request.pk}/document.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="request-{request.number}.json"'
    assert {"records", "acts"} == set(json.loads(answer.content))


def test_what_an_earlier_system_wrote_about_the_school_is_told(tmp_path: Path) -> None:
    legacy.register()
    legacy.imported(tmp_path, [legacy.row(school="her old place by the harbour", person=REFERENCE)])
    text = compile_document(pseudonym(REFERENCE)).as_json().decode()
    assert "her old place by the harbour" in text
