"""A way to run every action of people to its end."""

from __future__ import annotations

from typing import Any

from childfirst.audit.actors import System
from childfirst.people import actions
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from tests.conftest import make_account

BY = System("a test")


def _administrator() -> Account:
    return make_account(Role.ADMINISTRATOR, name="Ada Administrator")


def _council() -> Organisation:
    return Organisation.objects.get_or_create(name="Scenario Council", kind=OrganisationKind.COUNCIL)[0]


def _invitation() -> Any:
    return actions.invite(
        by=BY, email="ina@example.org", name="Ina Invited", organisation=_council(), role=Role.ANALYST
    )


def add_organisation() -> None:
    force = Organisation.objects.create(name="Scenario Force", kind=OrganisationKind.FORCE)
    actions.add_organisation(by=_administrator(), name="North Team", kind=OrganisationKind.FORCE, parent=force)


def edit_organisation() -> None:
    actions.edit_organisation(
        by=_administrator(), organisation=_council(), name="Renamed Council", area_code="E09000012"
    )


def invite() -> None:
    actions.invite(
        by=_administrator(), email="ina@example.org", name="Ina Invited", organisation=_council(), role=Role.ANALYST
    )


def send_again() -> None:
    actions.send_again(by=_administrator(), invitation=_invitation()[0])


def withdraw() -> None:
    actions.withdraw_invitation(by=_administrator(), invitation=_invitation()[0])


def accept() -> None:
    _, token = _invitation()
    actions.accept_invitation(by=actions.INVITATION_LINK, token=token, name="Ina Invited", password="tin roof heron 9")


def give_role() -> None:
    person = make_account(Role.ANALYST, name="Petra Person")
    actions.give_role(by=_administrator(), account=person, organisation=_council(), role=Role.PARTNERSHIP_BOARD)


def end_role() -> None:
    person = make_account(Role.ANALYST, name="Petra Person")
    actions.end_role(by=_administrator(), membership=person.memberships.get())


def deactivate() -> None:
    person = make_account(Role.ANALYST, name="Petra Person")
    actions.deactivate(by=_administrator(), account=person, reason="Left the partnership.")


def reactivate() -> None:
    person = make_account(Role.ANALYST, name="Petra Person")
    Account.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    actions.reactivate(by=_administrator(), account=person)


def reset_second_factor() -> None:
    person = make_account(Role.WARD_OFFICER, name="Petra Person")
    actions.reset_second_factor(by=_administrator(), account=person)


def end_other_sessions() -> None:
    person = make_account(Role.ANALYST, name="Petra Person")
    actions.end_other_sessions(by=person, except_key="")


def _api_client() -> Any:
    force, _ = Organisation.objects.get_or_create(name="Scenario Force", kind=OrganisationKind.FORCE)
    return actions.make_api_client(
        by=_administrator(), name="Records system", organisation=force, scopes=["encounters:create"], days=90
    )[0]


def rotate_api_client() -> None:
    client = _api_client()
    actions.rotate_api_client(by=make_account(Role.ADMINISTRATOR), client=client, days=90)


def revoke_api_client() -> None:
    client = _api_client()
    actions.revoke_api_client(by=make_account(Role.ADMINISTRATOR), client=client, reason="It was seen by others.")


SCENARIOS = {
    "people.api_client.make": _api_client,
    "people.api_client.rotate": rotate_api_client,
    "people.api_client.revoke": revoke_api_client,
    "people.organisation.add": add_organisation,
    "people.organisation.edit": edit_organisation,
    "people.invitation.send": invite,
    "people.invitation.send_again": send_again,
    "people.invitation.withdraw": withdraw,
    "people.invitation.accept": accept,
    "people.membership.give": give_role,
    "people.membership.end": end_role,
    "people.account.deactivate": deactivate,
    "people.account.reactivate": reactivate,
    "people.account.reset_second_factor": reset_second_factor,
    "people.account.end_sessions": end_other_sessions,
}
