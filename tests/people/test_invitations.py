"""Invitations: a link that works once, for seven days, for the person it was sent to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from childfirst.audit.actors import System
from childfirst.people import actions
from childfirst.people.models import Account, Invitation, Organisation
from childfirst.people.permissions import Forbidden
from childfirst.people.rules import InvitationState, hash_token, invitation_state, new_token
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.shared import clock
from childfirst.shared.errors import UserError

pytestmark = [pytest.mark.database, pytest.mark.django_db]
BY = System("a test")
PASSWORD = "tin roof heron 9"


@pytest.fixture
def council() -> Organisation:
    return Organisation.objects.create(name="Northmarch Council", kind=OrganisationKind.COUNCIL)


def invite(council: Organisation, email: str = "ina@example.org", role: Role = Role.ANALYST) -> tuple[Invitation, str]:
    return actions.invite(by=BY, email=email, name="Ina Invited", organisation=council, role=role)


def test_an_accepted_invitation_makes_an_account_with_the_role(council: Organisation) -> None:
    invitation, token = invite(council)
    account = actions.accept_invitation(
        by=actions.INVITATION_LINK, token=token, name=" Ina  Ingram ", password=PASSWORD
    )
    assert (account.email, account.name) == ("ina@example.org", "Ina Ingram")
    assert account.check_password(PASSWORD)
    assert [(m.role, m.organisation) for m in account.current_memberships()] == [(Role.ANALYST, council)]
    invitation.refresh_from_db()
    assert invitation.account == account
    assert actions.state_of(invitation) is InvitationState.ACCEPTED


def test_the_token_is_kept_only_as_a_hash(council: Organisation) -> None:
    invitation, token = invite(council)
    assert len(token) >= 43
    assert invitation.token_hash == hash_token(token)
    assert token not in str(Invitation.objects.values().get())
    assert new_token() != new_token()


@pytest.mark.parametrize("end", ["used", "withdrawn", "expired", "replaced", "unknown"])
def test_a_link_that_has_ended_says_why(council: Organisation, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation, token = invite(council)
    if end == "used":
        actions.accept_invitation(by=actions.INVITATION_LINK, token=token, name="Ina", password=PASSWORD)
    elif end == "withdrawn":
        actions.withdraw_invitation(by=BY, invitation=invitation)
    elif end == "expired":
        later = clock.now() + dt.timedelta(days=7, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
    elif end == "replaced":
        actions.send_again(by=BY, invitation=invitation)
    else:
        token = "nonsense"
    said = {
        "used": "used already", "withdrawn": "was withdrawn", "expired": "has expired",
        "replaced": "newer link was sent", "unknown": "not complete",
    }[end]  # fmt: skip
    response = Client().get(f"/invitation/{token}/")
    assert response.status_code == (404 if end in ("replaced", "unknown") else 410)
    assert said in response.content.decode()
    response = Client().post(f"/invitation/{token}/", {"name": "Eve", "password": PASSWORD})
    assert response.status_code in (404, 410)
    before = Account.objects.count()
    with pytest.raises(UserError, match=said):
        actions.accept_invitation(by=actions.INVITATION_LINK, token=token, name="Eve", password=PASSWORD)
    assert Account.objects.count() == before


def test_the_link_works_to_its_last_second(council: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation, token = invite(council)
    monkeypatch.setattr(clock, "now", lambda: invitation.expires_at - dt.timedelta(seconds=1))
    assert actions.accept_invitation(by=actions.INVITATION_LINK, token=token, name="Ina", password=PASSWORD)


def test_what_was_done_counts_before_the_time_that_ran_out() -> None:
    now = dt.datetime(2026, 3, 27, tzinfo=dt.UTC)
    past = now - dt.timedelta(days=1)
    assert invitation_state(past, now, None, now) is InvitationState.ACCEPTED
    assert invitation_state(past, None, now, now) is InvitationState.WITHDRAWN
    assert invitation_state(now, None, None, now) is InvitationState.EXPIRED


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "12 characters"), ("password1234", "too common"), ("ina@example.org", "too similar")],
)
def test_a_weak_password_is_refused_in_words(council: Organisation, password: str, said: str) -> None:
    _, token = invite(council)
    response = Client().post(f"/invitation/{token}/", {"name": "Ina", "password": password})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert "Error: " in response.content.decode()
    assert not Account.objects.exists()


def test_the_page_makes_the_account_and_leads_to_sign_in(council: Organisation) -> None:
    _, token = invite(council)
    client = Client()
    page = client.get(f"/invitation/{token}/").content.decode()
    assert "Northmarch Council" in page
    assert "Import encounters" in page
    response = client.post(f"/invitation/{token}/", {"name": "Ina Invited", "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/account/sign-in/", 302)]
    assert "Your account is ready" in response.content.decode()


def test_one_open_invitation_for_an_address(council: Organisation) -> None:
    invitation, _ = invite(council, "Ina@Example.org")
    with pytest.raises(UserError, match="has an invitation already"):
        invite(council, "ina@example.org ")
    actions.withdraw_invitation(by=BY, invitation=invitation)
    invite(council)


def test_an_address_with_an_account_is_not_invited(council: Organisation, account_for: Callable[..., Account]) -> None:
    account = account_for(Role.ANALYST)
    with pytest.raises(UserError, match="already an account"):
        invite(council, account.email.upper())


def test_a_role_must_fit_the_organisation(council: Organisation) -> None:
    with pytest.raises(UserError, match="ward officer can only be held in a police force"):
        invite(council, role=Role.WARD_OFFICER)


def test_only_administrators_invite(council: Organisation, account_for: Callable[..., Account]) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(Forbidden, match="Only administrators"):
            actions.invite(
                by=account_for(role), email="x@example.org", name="X", organisation=council, role=Role.ANALYST
            )


def test_an_ended_invitation_cannot_be_sent_again_or_withdrawn(council: Organisation) -> None:
    invitation, _ = invite(council)
    actions.withdraw_invitation(by=BY, invitation=invitation)
    with pytest.raises(UserError, match="already withdrawn"):
        actions.send_again(by=BY, invitation=invitation)
    with pytest.raises(UserError, match="already withdrawn"):
        actions.withdraw_invitation(by=BY, invitation=invitation)


def test_an_expired_invitation_can_be_sent_again(council: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation, _ = invite(council)
    later = clock.now() + dt.timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert actions.state_of(invitation) is InvitationState.EXPIRED
    token = actions.send_again(by=BY, invitation=invitation)
    assert actions.state_of(Invitation.objects.get(token_hash=hash_token(token))) is InvitationState.OPEN


def test_the_invitation_goes_by_mail(council: Organisation, client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ADMINISTRATOR)
    data = {"name": "Ina Invited", "email": "Ina@Example.org", "role": "analyst"}
    response = client.post(f"/organisations/{council.pk}/invite/", data, follow=True)
    assert "is on its way to ina@example.org" in response.content.decode()
    (message,) = mail.outbox
    assert message.to == ["ina@example.org"]
    link = re.search(r"http://127\.0\.0\.1:8001(/invitation/\S+/)", message.body)
    assert link
    assert Client().get(link[1]).status_code == 200
    assert link[1] not in response.content.decode(), "who invites does not see the link that went by mail"


def test_without_a_mail_server_the_link_is_shown_once(
    council: Organisation, client_for: Callable[..., Client], settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    client = client_for(Role.ADMINISTRATOR)
    data = {"name": "Ina Invited", "email": "ina@example.org", "role": "analyst"}
    response = client.post(f"/organisations/{council.pk}/invite/", data, follow=True)
    assert "/invitation/" in response.content.decode()
    link = re.search(r"http://127\.0\.0\.1:8001(/invitation/\S+?/)<", response.content.decode())
    assert link
    assert Client().get(link[1]).status_code == 200
    assert "8001/invitation/" not in client.get(f"/people/invitations/{Invitation.objects.get().pk}/").content.decode()


def test_a_mail_server_that_fails_does_not_lose_the_invitation(
    council: Organisation, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("childfirst.people.mail.send_mail", broken)
    data = {"name": "Ina Invited", "email": "ina@example.org", "role": "analyst"}
    response = client_for(Role.ADMINISTRATOR).post(f"/organisations/{council.pk}/invite/", data, follow=True)
    assert "did not take the message" in response.content.decode()


def test_mistakes_in_the_form_are_named(council: Organisation, client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ADMINISTRATOR)
    page = client.post(f"/organisations/{council.pk}/invite/", {"email": "no address"}).content.decode()
    for said in ("There is a problem", "Enter the full name", "must be an email address", "Select a role"):
        assert said in page
    page = client.post("/people/invite/", {}).content.decode()
    assert "Select an organisation" in page
