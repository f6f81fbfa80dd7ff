"""Roles, organisations and accounts: what administrators do, and what nobody can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.people import actions
from childfirst.people.commands import roles_table
from childfirst.people.models import Account, Organisation
from childfirst.people.permissions import Forbidden, check_holds, granting, held_by, holds, visible_to
from childfirst.people.vocabulary import (
    ROLE_ORGANISATIONS,
    ROLE_PERMISSIONS,
    SECOND_FACTOR_ROLES,
    SPECIAL,
    OrganisationKind,
    Permission,
    Role,
)
from childfirst.shared.errors import UserError
from tests.conftest import ORGANISATION_OF_ROLE, ROOT

pytestmark = [pytest.mark.database, pytest.mark.django_db]
BY = System("a test")
For = Callable[..., Account]


def test_default_deny(account_for: For) -> None:
    nobody = Account.objects.create_account(email="no@example.org", name="No Role", password="a-long-test-password")
    assert not any(holds(nobody, permission) for permission in Permission)
    assert held_by(nobody) == frozenset()
    assert not any(holds(None, permission) for permission in Permission)
    assert all(holds(BY, permission) for permission in Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_grants_what_its_table_says(role: Role, account_for: For) -> None:
    account = account_for(role)
    assert held_by(account) == ROLE_PERMISSIONS[role]
    for permission in Permission:
        assert account.may(permission) == holds(account, permission) == (permission in ROLE_PERMISSIONS[role])
        assert [m.role for m in granting(account, permission)] == (
            [role] if permission in ROLE_PERMISSIONS[role] else []
        )


def test_an_ended_role_and_a_closed_account_grant_nothing(account_for: For) -> None:
    account_for(Role.ADMINISTRATOR)
    ended, closed = account_for(Role.ANALYST), account_for(Role.ANALYST)
    actions.end_role(by=BY, membership=ended.memberships.get())
    actions.deactivate(by=BY, account=closed, reason="left")
    for account in (ended, closed):
        assert held_by(account) == frozenset()
        assert not account.may(Permission.PLACES_READ)
    with pytest.raises(Forbidden, match=r"You cannot look up schools or areas\. Only"):
        check_holds(ended, Permission.PLACES_READ)


def test_who_can_see_what_is_special_needs_a_second_factor() -> None:
    for role, granted in ROLE_PERMISSIONS.items():
        if granted & SPECIAL:
            assert role in SECOND_FACTOR_ROLES


def test_every_role_has_its_organisations() -> None:
    for role in Role:
        assert ROLE_ORGANISATIONS[role]
        assert ORGANISATION_OF_ROLE[role] in ROLE_ORGANISATIONS[role]


def test_who_sees_whom(account_for: For) -> None:
    accounts = {role: account_for(role) for role in Role}
    for role, account in accounts.items():
        everybody = role in (Role.ADMINISTRATOR, Role.AUDITOR)
        assert visible_to(account).count() == (len(accounts) if everybody else 1)
    assert not visible_to(None).exists()


def test_giving_and_ending_a_role(account_for: For) -> None:
    administrator, person = account_for(Role.ADMINISTRATOR), account_for(Role.ANALYST)
    council = Organisation.objects.create(name="Northmarch Council", kind=OrganisationKind.COUNCIL)
    membership = actions.give_role(by=administrator, account=person, organisation=council, role=Role.AUDITOR)
    assert holds(person, Permission.AUDIT_READ)
    with pytest.raises(UserError, match="already"):
        actions.give_role(by=administrator, account=person, organisation=council, role=Role.AUDITOR)
    actions.end_role(by=administrator, membership=membership)
    assert not holds(person, Permission.AUDIT_READ)
    with pytest.raises(UserError, match="ended already"):
        actions.end_role(by=administrator, membership=membership)
    again = actions.give_role(by=administrator, account=person, organisation=council, role=Role.AUDITOR)
    assert again.pk != membership.pk


def test_nobody_changes_their_own_access(account_for: For) -> None:
    administrator = account_for(Role.ADMINISTRATOR)
    account_for(Role.ADMINISTRATOR)
    council = administrator.memberships.get().organisation
    for act in (
        lambda: actions.give_role(by=administrator, account=administrator, organisation=council, role=Role.AUDITOR),
        lambda: actions.end_role(by=administrator, membership=administrator.memberships.get()),
        lambda: actions.deactivate(by=administrator, account=administrator, reason="x"),
        lambda: actions.reset_second_factor(by=administrator, account=administrator),
    ):
        with pytest.raises(Forbidden, match="your own access"):
            act()


def test_the_last_administrator_stays(account_for: For) -> None:
    last = account_for(Role.ADMINISTRATOR)
    with pytest.raises(UserError, match="last administrator"):
        actions.end_role(by=BY, membership=last.memberships.get())
    with pytest.raises(UserError, match="last administrator"):
        actions.deactivate(by=BY, account=last, reason="left")
    other = account_for(Role.ADMINISTRATOR)
    actions.deactivate(by=other, account=last, reason="left")


def test_a_closed_account_is_out_at_once(client_for: Callable[..., Client], account_for: For) -> None:
    client = client_for(Role.ANALYST)
    account = client.account  # type: ignore[attr-defined]
    assert client.get("/").status_code == 200
    actions.deactivate(by=BY, account=account, reason="Left the force.")
    assert client.get("/").headers["Location"].startswith("/account/sign-in/")
    event = Event.objects.get(name="people.account.deactivate")
    assert event.reason == "Left the force."
    with pytest.raises(UserError, match="closed already"):
        actions.deactivate(by=BY, account=account, reason="again")
    council = Organisation.objects.create(name="C", kind=OrganisationKind.COUNCIL)
    with pytest.raises(UserError, match="is closed"):
        actions.give_role(by=BY, account=account, organisation=council, role=Role.ANALYST)
    actions.reactivate(by=BY, account=account)
    assert held_by(account) == frozenset()
    with pytest.raises(UserError, match="is open"):
        actions.reactivate(by=BY, account=account)


def test_closing_needs_a_reason(account_for: For) -> None:
    with pytest.raises(UserError, match="Say why"):
        actions.deactivate(by=BY, account=account_for(Role.ANALYST), reason="  ")


def test_a_lost_second_factor_is_reset(account_for: For) -> None:
    person = account_for(Role.WARD_OFFICER)
    actions.reset_second_factor(by=account_for(Role.ADMINISTRATOR), account=person)
    assert not Authenticator.objects.filter(user=person).exists()
    with pytest.raises(UserError, match="no second factor"):
        actions.reset_second_factor(by=BY, account=person)


def test_secrets_of_second_factors_are_not_stored_in_clear(account_for: For) -> None:
    person = account_for(Role.WARD_OFFICER)
    stored = Authenticator.objects.get(user=person)
    assert "JBSWY3DPEHPK3PXP" not in str(stored.data)
    assert stored.wrap() is not None


def test_an_accounts_address_counts_as_confirmed(account_for: For) -> None:
    address = EmailAddress.objects.get(user=account_for(Role.ANALYST))
    assert address.verified
    assert address.primary


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " ", "kind": "council"}, "Enter the organisation's name"),
        ({"name": "NORTHMARCH council", "kind": "council"}, "already a council with this name"),
        ({"name": "Other", "kind": "council", "urn": 100001}, "Only a school has a URN"),
        ({"name": "Other", "kind": "school", "urn": 100000}, "already a school with this URN"),
    ],
)
def test_an_organisation_that_cannot_be(values: dict[str, object], said: str) -> None:
    actions.add_organisation(by=BY, name="Northmarch Council", kind=OrganisationKind.COUNCIL)
    actions.add_organisation(by=BY, name="Heron Park School", kind=OrganisationKind.SCHOOL, urn=100000)
    with pytest.raises(UserError, match=said):
        actions.add_organisation(by=BY, **values)  # type: ignore[arg-type]


def test_an_organisation_is_no_part_of_itself_or_of_another_kind() -> None:
    force = actions.add_organisation(by=BY, name="Force", kind=OrganisationKind.FORCE)
    team = actions.add_organisation(by=BY, name="Team", kind=OrganisationKind.FORCE, parent=force)
    with pytest.raises(UserError, match="part of itself"):
        actions.edit_organisation(by=BY, organisation=force, name="Force", parent=team)
    council = Organisation.objects.create(name="Council", kind=OrganisationKind.COUNCIL)
    with pytest.raises(UserError, match="only be a part of another police force"):
        actions.add_organisation(by=BY, name="Other", kind=OrganisationKind.FORCE, parent=council)


def test_administrators_pages_do_what_they_say(client_for: Callable[..., Client], account_for: For) -> None:
    client = client_for(Role.ADMINISTRATOR)
    page = client.post("/organisations/new/", {"name": "Heron Park", "kind": "school", "urn": "123456"}, follow=True)
    assert "Heron Park is added." in page.content.decode()
    school = Organisation.objects.get(name="Heron Park")
    page = client.post(f"/organisations/{school.pk}/edit/", {"name": "Heron Park School", "urn": "123456"}, follow=True)
    assert "Your changes are saved." in page.content.decode()
    assert Event.objects.get(name="people.organisation.edit").data == {"fields": ["name"]}
    page = client.post("/organisations/new/", {"name": "Heron Park School", "kind": "school"})
    assert "Enter the URN" in page.content.decode()

    person = account_for(Role.ANALYST, name="Petra Person")
    here = f"/people/{person.pk}/"
    assert (
        client.post(here + "give-role/", {"organisation": school.pk}).headers["Location"]
        == f"{here}give-role/{school.pk}/"
    )
    page = client.post(f"{here}give-role/{school.pk}/", {"role": "school_lead"}, follow=True)
    assert "Petra Person is now school safeguarding lead in Heron Park School." in page.content.decode()
    page = client.post(f"{here}give-role/{school.pk}/", {"role": "school_lead"})
    assert "holds this role already" in page.content.decode()
    page = client.post(here + "close/", {"reason": ""})
    assert "Enter why you are closing this account" in page.content.decode()
    page = client.post(here + "close/", {"reason": "Left."}, follow=True)
    assert "The account of Petra Person is closed." in page.content.decode()
    assert "Petra Person" not in client.get("/people/").content.decode()
    assert "Petra Person" in client.get("/people/?closed=1&q=petra").content.decode()
    assert "Nobody was found" in client.get("/people/?q=nobody").content.decode()


def test_the_readme_holds_the_table_of_roles() -> None:
    readme = (ROOT / "src" / "childfirst" / "people" / "README.md").read_text(encoding="utf-8")
    assert roles_table() in readme, "run `childfirst people roles` and put its table into the README"


def test_ones_own_page_leads_nowhere_that_is_closed(client_for: Callable[..., Client]) -> None:
    for role, opens in ((Role.WARD_OFFICER, False), (Role.AUDITOR, True), (Role.ADMINISTRATOR, True)):
        client = client_for(role)
        page = client.get(f"/people/{client.account.pk}/").content.decode()  # type: ignore[attr-defined]
        assert ("/organisations/" in page.split("<main", 1)[1]) is opens
        assert ("Another administrator can change" in page) is (role is Role.ADMINISTRATOR)
