"""A lead never sees another school's pupils, whatever address or filter is tried; nobody but the two sides sees a word."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.encounters.notices import actions, chasing, permissions, queries
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.urls import urlpatterns
from childfirst.encounters.notices.vocabulary import Done
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.subject_access.holdings import everything
from childfirst.people.models import Account, Membership, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.places.models import School, SchoolLink
from childfirst.shared import clock
from childfirst.shared.references import resolve
from tests.conftest import make_account, sign_in
from tests.encounters.notices import makers
from tests.encounters.notices.makers import SECRETS

pytestmark = [pytest.mark.database, pytest.mark.django_db]
OTHER, THIRD = 100002, 100003
NAMES = [pattern.name for pattern in urlpatterns]
OF_ONE = [pattern.name for pattern in urlpatterns if "notice_id" in str(pattern.pattern)]


def browser(account: Account) -> Client:
    client = Client()
    sign_in(client, account)
    return client


def assert_silent(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_ONE)
def test_no_address_of_another_schools_notice_opens(name: str, method: str) -> None:
    """For every address of the chamber: not found, nothing said, nothing changed."""
    mine, theirs = makers.lead(), makers.lead(OTHER)
    notice = makers.opened(theirs, urn=OTHER)
    before = Notice.objects.values().get()
    url = reverse(f"notices:{name}", args=[notice.pk])
    data = {"confirmed": "on", "words": "x", "done": "spoke", "why": "risk"}
    response = getattr(browser(mine), method)(url, data)
    assert response.status_code in (404, 405)
    assert_silent(response.content.decode())
    assert "School 100002" not in response.content.decode()
    assert Notice.objects.values().get() == before


_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25, deadline=None
)
@given(data=st.data())
def test_no_filter_shows_another_schools_notice(data: st.DataObject) -> None:
    """Query parameters of every kind, on the lists: the answer holds neither number nor address of what is not one's own."""
    Notice.objects.all().delete()
    mine = makers.lead()
    own, foreign = makers.sent(urn=makers.URN), makers.sent(urn=OTHER)
    tried = st.sampled_from(
        ["page", "school", "school_id", "urn", "state", "notice", "notice_id", "q", "id", "officer", "next", "format"]
    )
    values = st.sampled_from([foreign.pk, foreign.number, str(OTHER), "all", "*", "1 OR 1=1", "-1", "9" * 30]) | _TEXT
    query = data.draw(st.dictionaries(tried, values, max_size=4))
    answer = browser(mine).get(reverse("notices:index"), query).content.decode()
    assert own.pk in answer
    assert foreign.pk not in answer
    assert foreign.number not in answer


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15, deadline=None
)
@given(tried=_TEXT.filter(lambda t: t.strip("/ ") and t not in (".", "..")), name=st.sampled_from(OF_ONE))
def test_no_identifier_but_a_real_one_leads_anywhere(tried: str, name: str) -> None:
    lead = Account.objects.filter(memberships__role=Role.SCHOOL_LEAD).first() or makers.lead()
    if "/" in tried:
        tried = tried.replace("/", "-")
    response = browser(lead).get(reverse(f"notices:{name}", args=[tried]))
    assert response.status_code in (404, 405)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30, deadline=None
)
@given(
    leads=st.lists(
        st.sets(st.sampled_from([makers.URN, OTHER, THIRD]), min_size=0, max_size=3), min_size=2, max_size=3
    ),
    ended=st.sets(st.integers(0, 2)),
)
def test_what_is_visible_is_exactly_what_ones_schools_are_sent(leads: list[set[int]], ended: set[int]) -> None:
    """Any number of leads with any schools, some of whose roles have ended: each sees the notices of their schools of today."""
    Notice.objects.all().delete()
    notices = {urn: makers.sent(urn=urn) for urn in (makers.URN, OTHER, THIRD)}
    for position, urns in enumerate(leads):
        account = make_account(Role.SCHOOL_LEAD, organisation=Organisation.objects.get_or_create(
            name="No school of the register", kind=OrganisationKind.SCHOOL)[0])  # fmt: skip
        for urn in urns:
            Membership.objects.create(account=account, organisation=makers.organisation_of(urn), role=Role.SCHOOL_LEAD)
        if position in ended:
            account.memberships.update(ended_at=clock.now())
        wanted = set() if position in ended else {notices[urn].pk for urn in urns}
        assert set(permissions.visible_to(account).values_list("pk", flat=True)) == wanted
        assert {n.pk for n in queries.waiting_for_lead(account)} == wanted
        for notice in notices.values():
            assert permissions.is_lead_of(account, notice) is (notice.pk in wanted)


def test_a_lead_of_two_schools_sees_both_and_which() -> None:
    lead = makers.lead()
    Membership.objects.create(account=lead, organisation=makers.organisation_of(OTHER), role=Role.SCHOOL_LEAD)
    makers.sent(urn=makers.URN), makers.sent(urn=OTHER), makers.sent(urn=THIRD)
    page = browser(lead).get(reverse("notices:index")).content.decode()
    assert "School 100001" in page
    assert "School 100002" in page
    assert "School 100003" not in page


def test_a_role_that_ended_this_morning_opens_nothing_in_a_session_that_still_runs() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    client = browser(lead)
    url = reverse("notices:notice", args=[notice.pk])
    assert makers.NAME in client.get(url).content.decode()
    lead.memberships.update(ended_at=clock.now())
    answer = client.get(url)
    assert answer.status_code == 404
    assert_silent(answer.content.decode())
    assert client.get(reverse("notices:index")).status_code == 403


def test_a_closed_account_opens_nothing() -> None:
    lead, officer = makers.lead(), makers.officer()
    notice = makers.opened(lead, officer)
    Account.objects.update(is_active=False)
    lead.refresh_from_db()
    officer.refresh_from_db()
    assert not permissions.visible_to(lead).exists()
    assert not permissions.visible_to(officer).exists()
    assert notice.pk


# Schools that close.


def close(urn: int, *successors: int) -> None:
    School.objects.filter(urn=urn).update(status="closed", closed_on=clock.today())
    for successor in successors:
        SchoolLink.objects.create(urn=urn, linked_urn=successor, kind="successor")


def test_the_lead_of_the_one_school_that_a_closed_one_became_opens_its_notices() -> None:
    heir = makers.lead(OTHER)
    notice = makers.sent(urn=makers.URN)
    assert not permissions.for_lead(heir).exists()
    close(makers.URN, OTHER)
    assert permissions.for_lead(heir).get() == notice
    opened = actions.open_notice(by=heir, notice=notice)
    assert queries.read_as_lead(by=heir, notice=opened).told == makers.TOLD
    assert queries.leads_of(School.objects.get(urn=makers.URN)) == [heir]


def test_where_a_school_was_divided_no_successor_opens_its_notices() -> None:
    one, two = makers.lead(OTHER), makers.lead(THIRD)
    makers.sent(urn=makers.URN)
    close(makers.URN, OTHER, THIRD)
    assert not permissions.for_lead(one).exists()
    assert not permissions.for_lead(two).exists()


def test_a_school_that_closed_without_successor_keeps_its_lead_only() -> None:
    lead, other = makers.lead(), makers.lead(OTHER)
    notice = makers.sent()
    close(makers.URN)
    assert permissions.for_lead(lead).get() == notice
    assert not permissions.for_lead(other).exists()


# Nobody else.


def everybody_else() -> Iterator[Account]:
    for role in Role:
        yield make_account(role)


def test_supervisor_auditor_analyst_and_administrator_see_no_word_on_any_page() -> None:
    lead = makers.lead()
    notice = makers.opened(lead)
    actions.speak(by=lead, notice=notice, words="Is Wilhelmina well?")
    pages = [reverse(f"notices:{name}", args=[notice.pk] if name in OF_ONE else []) for name in NAMES]
    pages += [
        "/", reverse("encounters:index"), reverse("encounters:detail", args=[notice.encounter_id]), "/audit/", "/account/",
    ]  # fmt: skip
    for account, url in itertools.product(everybody_else(), pages):
        response = browser(account).get(url)
        assert_silent(response.content.decode())
    for account in everybody_else():
        assert not permissions.visible_to(account).exists()
        assert resolve(notice.reference, account) is None
    assert resolve(notice.reference, lead) is not None


def test_no_word_stands_in_the_database_the_log_the_mail_or_the_session(
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    """Through the pages, from writing to acknowledgement, with mistakes on the way: afterwards every table is read."""
    lead, officer = makers.lead(), makers.officer()
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        notice = makers.raised(officer)
        mine, theirs = browser(officer), browser(lead)
        sent = {
            "name_known": "yes", "name": makers.NAME, "born": "birthday", "date_of_birth-day": "17",
            "date_of_birth-month": "2", "date_of_birth-year": "2013", "happened": makers.HAPPENED, "parents": "told",
            "needed": ["check_welfare"], "basis": "public_task",
        }  # fmt: skip
        wrong = mine.post(reverse("notices:write", args=[notice.pk]), sent)
        assert wrong.status_code == 200
        assert "there is a problem" in wrong.content.decode().lower()
        everywhere()
        assert mine.post(reverse("notices:write", args=[notice.pk]), {**sent, "purpose": "welfare"}).status_code == 302
        assert makers.NAME in mine.get(reverse("notices:check", args=[notice.pk])).content.decode()
        everywhere()
        mine.post(reverse("notices:check", args=[notice.pk]))
        assert chasing.send_mail(lead)
        theirs.post(reverse("notices:before", args=[notice.pk]), {"confirmed": "on"})
        assert makers.HAPPENED in theirs.get(reverse("notices:notice", args=[notice.pk])).content.decode()
        theirs.post(reverse("notices:speak", args=[notice.pk]), {"words": "Where did Wilhelmina go?"})
        mine.post(reverse("notices:speak", args=[notice.pk]), {"words": "Home, from the bus stop"})
        everywhere()
        named = theirs.post(
            reverse("notices:acknowledge", args=[notice.pk]), {"done": "spoke", "words": "Wilhelmina is well"}
        )
        assert named.status_code == 200
        assert "Take out the child’s name" in named.content.decode()
        theirs.post(reverse("notices:acknowledge", args=[notice.pk]), {"done": "spoke", "words": "All is well"})
    assert Notice.objects.get().done == [Done.SPOKE]
    everywhere()
    out, err = capfd.readouterr()
    assert_silent(caplog.text + out + err)
    assert {address for message in mail.outbox for address in message.to} == {lead.email, officer.email}
    for message in mail.outbox:
        text = f"{message.subject} {message.body} {message.extra_headers}"
        assert_silent(text)
        assert "School 100001" not in text
        assert notice.pk not in text
        assert notice.number not in text


def everywhere() -> None:
    """Read every column of every table, as text and as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    for secret in SECRETS:
                        assert secret not in text, table


def test_who_asks_what_is_held_is_told_of_the_notice_and_that_its_words_are_sealed() -> None:
    reference = pseudonym("26/SM/00001")
    lead = makers.lead()
    notice = makers.opened(lead, child_reference=reference)
    actions.speak(by=lead, notice=notice, words="Is Wilhelmina well?")
    told = [part for root in everything(reference) for part in root.walk()]
    kinds = {part.kind for part in told}
    assert {"Notice to a school", "Words of a notice to a school", "Message between a school and the officer"} <= kinds
    said = " ".join(f"{item.label}: {item.value}" for part in told for item in part.items)
    assert_silent(said)
    assert "What was shared: name" in said
    assert "Lawful basis of sharing: Public task" in said
    assert "encrypted form" in said
