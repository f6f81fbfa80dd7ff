"""The pages: the officer's way to a notice, the lead's, their headers, mistakes, and keys that are missing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.encounters.notices import actions, sealing
from childfirst.encounters.notices.models import Notice, NoticeContent
from childfirst.encounters.notices.vocabulary import State
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.conftest import make_account, sign_in
from tests.encounters.notices import makers

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FORM = {
    "name_known": "yes", "name": makers.NAME, "born": "year", "year_group": "9", "happened": makers.HAPPENED,
    "parents": "do_not_tell", "needed": ["check_welfare", "contact_me"], "purpose": "welfare", "basis": "public_task",
}  # fmt: skip


def browser(account: Account) -> Client:
    client = Client()
    sign_in(client, account)
    return client


def page(client: Client, name: str, notice: Notice | None = None, status: int = 200) -> str:
    response = client.get(reverse(f"notices:{name}", args=[notice.pk] if notice else []))
    assert response.status_code == status, response.headers
    return response.content.decode()


def test_the_officers_way_from_the_record_to_the_school() -> None:
    lead, officer = makers.lead(), makers.officer()
    notice, client = makers.raised(officer), browser(officer)
    recorded = client.get(reverse("encounters:recorded", args=[notice.encounter_id])).content.decode()
    assert reverse("notices:write", args=[notice.pk]) in recorded
    assert "Write the notice to the school" in recorded
    assert "1 thing to do" in client.get("/").content.decode()
    answer = client.post(reverse("notices:write", args=[notice.pk]), FORM)
    assert answer.headers["Location"] == reverse("notices:check", args=[notice.pk])
    check = page(client, "check", notice)
    for shown in (makers.NAME, "Year 9", makers.HAPPENED, "Check how the child is", "Public task", "School 100001"):
        assert shown in check
    assert client.post(reverse("notices:check", args=[notice.pk])).headers["Location"] == reverse(
        "notices:done", args=[notice.pk]
    )
    done = page(client, "done", notice)
    assert "safeguarding lead is told that a notice waits" in done
    assert makers.NAME not in done
    assert page(client, "write", notice, 302) == ""
    assert "Waits to be opened" in page(client, "notice", notice)
    assert notice.number in page(browser(lead), "index")


def test_the_form_gives_back_what_was_written() -> None:
    officer = makers.officer()
    notice, client = makers.raised(officer), browser(officer)
    page(client, "write", notice)
    assert not Event.objects.filter(name="encounters.notice.read").exists(), "an empty form shows nothing"
    client.post(reverse("notices:write", args=[notice.pk]), FORM)
    form = page(client, "write", notice)
    assert Event.objects.filter(name="encounters.notice.read", actor=str(officer.reference)).count() == 1
    for shown in (makers.NAME, makers.HAPPENED):
        assert shown in form
    assert form.count("checked") >= 7


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, "Enter the child’s name"),
        ({"happened": "x" * 10_000}, "4000 characters"),
        ({"needed": ["nothing", "contact_me"]}, "not both"),
        ({"born": "birthday", "date_of_birth-day": "1", "date_of_birth-month": "1", "date_of_birth-year": "1970"}, "2 to 18"),
        ({"basis": "because"}, "lawful basis"),
        ({"purpose": ""}, "shared for"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_and_nothing_is_kept(changes: dict[str, object], error: str) -> None:
    officer = makers.officer()
    notice, client = makers.raised(officer), browser(officer)
    answer = client.post(reverse("notices:write", args=[notice.pk]), {**FORM, **changes})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert error.lower() in text.lower()
    assert not NoticeContent.objects.exists()


def test_markup_and_other_directions_in_words_are_text() -> None:
    lead = makers.lead()
    evil = dataclasses.replace(
        makers.TOLD, name="<script>alert(1)</script> עדה", happened="<img src=x onerror=alert(1)>\nثانيًا 🦊"
    )
    notice = makers.opened(lead, told=evil)
    text = page(browser(lead), "notice", notice)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;" in text
    assert 'dir="auto"' in text
    assert "ثانيًا 🦊" in text


def test_a_lead_finds_what_waits_first_on_the_home_page() -> None:
    lead = makers.lead()
    makers.sent()
    home = browser(lead).get("/").content.decode()
    tasks = home[home.index("govuk-task-list") :]
    assert tasks.index("Notices about your pupils") < tasks.index("Places")
    assert "1 thing to do" in tasks


def test_a_lead_confirms_then_opens_then_answers() -> None:
    lead = makers.lead()
    notice, client = makers.sent(told=dataclasses.replace(makers.TOLD, parents="do_not_tell")), browser(lead)
    assert client.get(reverse("notices:notice", args=[notice.pk])).headers["Location"].endswith("/before/")
    before = page(client, "before", notice)
    assert "to discipline, suspend or exclude" in before
    assert makers.NAME not in before
    refused = client.post(reverse("notices:before", args=[notice.pk]), {})
    assert "Confirm that you will use this only to look after the child" in refused.content.decode()
    client.post(reverse("notices:before", args=[notice.pk]), {"confirmed": "on"})
    text = page(client, "notice", notice)
    for shown in (
        makers.NAME, "17 February 2013", makers.HAPPENED, "Stop and search", "Check how the child is", notice.officer.name,
        "Never for discipline", "Do not talk to a parent or carer",
    ):  # fmt: skip
        assert shown in text
    client.post(reverse("notices:speak", args=[notice.pk]), {"words": "Who was with her?"})
    assert "Who was with her?" in page(client, "notice", notice)
    empty = client.post(reverse("notices:speak", args=[notice.pk]), {"words": "  "})
    assert "Enter your message" in empty.content.decode()
    assert makers.NAME in empty.content.decode()
    client.post(reverse("notices:acknowledge", args=[notice.pk]), {"done": "spoke"})
    gone = page(client, "notice", notice)
    assert "What it said is erased" in gone
    for secret in makers.SECRETS:
        assert secret not in gone
    late = client.get(reverse("notices:acknowledge", args=[notice.pk]), follow=True)
    assert "a colleague was faster" in late.content.decode()


def test_a_notice_without_a_name_says_so() -> None:
    lead = makers.lead()
    unknown = dataclasses.replace(makers.TOLD, name_known="no", name="", date_of_birth="")
    text = page(browser(lead), "notice", makers.opened(lead, told=unknown))
    assert "The officer does not know the child’s name" in text
    assert makers.HAPPENED in text


def test_a_notice_without_words_says_so_and_the_officer_can_complete_it() -> None:
    lead = makers.lead()
    notice = actions.open_notice(by=lead, notice=makers.unwritten())
    assert "has not written who the child is" in page(browser(lead), "notice", notice)
    assert "You had not written within 24 hours" in page(browser(notice.officer), "notice", notice)


def test_pages_with_words_are_stored_nowhere_and_not_printed() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    waiting = makers.written(notice.officer)
    for client, name, shown in (
        (browser(lead), "notice", notice),
        (browser(lead), "acknowledge", notice),
        (browser(notice.officer), "notice", notice),
        (browser(notice.officer), "write", waiting),
        (browser(notice.officer), "check", waiting),
    ):
        response = client.get(reverse(f"notices:{name}", args=[shown.pk]))
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        text = response.content.decode()
        assert "is not for printing" in text
        assert text.index("cf-unprinted") < text.index("</h1>")
    assert "no-store" in browser(lead).get(reverse("notices:index")).headers["Cache-Control"]


def test_a_session_that_began_with_the_password_alone_is_asked_for_the_code() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    client = Client()
    client.force_login(lead, backend="childfirst.people.backends.AccountBackend")
    answer = client.get(reverse("notices:notice", args=[notice.pk]))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert notice.pk in answer.headers["Location"]
    posted = client.post(reverse("notices:acknowledge", args=[notice.pk]), {"done": "spoke"})
    assert posted.status_code == 302
    assert Notice.objects.get().state == State.OPENED


def test_after_the_code_the_notice_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.mfa.totp.internal import auth

    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter((59_000_000,)))
    lead = makers.lead()
    notice = makers.opened(lead)
    client = Client()
    client.force_login(lead, backend="childfirst.people.backends.AccountBackend")
    ask = client.get(reverse("notices:notice", args=[notice.pk])).headers["Location"]
    code = auth.format_hotp_value(auth.hotp_value("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 59_000_000))
    answer = client.post(ask, {"code": code})
    assert answer.headers["Location"] == reverse("notices:notice", args=[notice.pk])
    assert makers.NAME in client.get(answer.headers["Location"]).content.decode()


def test_a_missing_key_is_a_page_that_says_so_for_both_sides(keys: Path) -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    (keys / sealing.newest()).unlink()
    text = page(browser(lead), "notice", notice, 503)
    assert "not in the keys folder" in text
    client = browser(notice.officer)
    own = page(client, "notice", notice, 503)
    assert "not in the keys folder" in own
    assert "Write a new notice to this school" in own
    answer = client.post(reverse("notices:renew", args=[notice.pk]))
    fresh = Notice.objects.get(state=State.TO_WRITE)
    assert answer.headers["Location"] == reverse("notices:write", args=[fresh.pk])
    assert client.post(reverse("notices:write", args=[fresh.pk]), FORM).status_code == 302


def test_an_officer_is_told_at_once_that_nobody_can_read_it() -> None:
    officer = makers.officer()
    notice, client = makers.written(officer), browser(officer)
    assert "can open a notice here yet" in page(client, "check", notice)
    client.post(reverse("notices:check", args=[notice.pk]))
    assert "social care team" in page(client, "done", notice)
    supervisor, administrator = make_account(Role.NEIGHBOURHOOD_SUPERVISOR), make_account(Role.ADMINISTRATOR)
    assert "School 100001" in page(browser(supervisor), "unled")
    assert "Add the school" in page(browser(administrator), "unled")
    assert "1 thing to do" in browser(administrator).get("/").content.decode()
    namesake = makers.organisation_of(makers.URN)
    type(namesake).objects.update(urn=None)
    assert "Enter its URN" in page(browser(administrator), "unled")
    type(namesake).objects.filter(pk=namesake.pk).update(urn=makers.URN)
    assert "Invite its safeguarding lead" in page(browser(administrator), "unled")


def test_holding_back_from_the_page() -> None:
    officer = makers.officer()
    notice, client = makers.written(officer), browser(officer)
    assert "There is a problem" in client.post(reverse("notices:hold_back", args=[notice.pk]), {}).content.decode()
    client.post(reverse("notices:hold_back", args=[notice.pk]), {"why": "staff"})
    assert "member of the school’s staff" in page(client, "notice", notice)
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    overview = page(browser(supervisor), "overview")
    assert "It is about a member of the school’s staff" in overview
    assert "School 100001" not in overview


def test_returning_from_the_page() -> None:
    lead = makers.lead()
    notice, client = makers.opened(lead), browser(lead)
    assert "What the notice says is erased at once" in page(client, "return", notice)
    client.post(reverse("notices:return", args=[notice.pk]))
    assert "correct the encounter" in page(browser(notice.officer), "notice", notice)
    again = client.post(reverse("notices:return", args=[notice.pk]), follow=True)
    assert "a colleague was faster" in again.content.decode()


def test_the_number_of_queries_of_a_list_does_not_grow() -> None:
    lead, officer = makers.lead(), makers.officer()
    supervisor = make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    seen = [(browser(lead), "index"), (browser(officer), "sent"), (browser(supervisor), "overview")]
    counts = []
    for _ in range(2):
        for _ in range(4):
            makers.sent(officer)
        counts.append([])
        for client, name in seen:
            with CaptureQueriesContext(connection) as queries:
                page(client, name)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
