"""Home, one's own access, people and organisations."""

from __future__ import annotations

from typing import Any

from childfirst.audit.actors import System
from childfirst.people import actions
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from tests.conftest import make_account
from tests.routes import EVERYONE, SIGNED_IN, Route

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
LOOKING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def an_organisation(account: Account | None) -> dict[str, Any]:
    council, _ = Organisation.objects.get_or_create(name="A council to look at", kind=OrganisationKind.COUNCIL)
    return {"pk": council.pk}


def another_person(account: Account | None) -> dict[str, Any]:
    return {"pk": make_account(Role.ANALYST).pk}


def another_with_app(account: Account | None) -> dict[str, Any]:
    return {"pk": make_account(Role.WARD_OFFICER).pk}


def a_closed_person(account: Account | None) -> dict[str, Any]:
    other = make_account(Role.ANALYST)
    Account.objects.filter(pk=other.pk).update(is_active=False)
    return {"pk": other.pk}


def oneself(account: Account | None) -> dict[str, Any]:
    return {"pk": account.pk if account else "01J00000000000000000000000"}


def an_organisation_and_person(account: Account | None) -> dict[str, Any]:
    return {**another_person(account), "organisation_pk": an_organisation(account)["pk"]}


def a_membership(account: Account | None) -> dict[str, Any]:
    other = make_account(Role.ANALYST)
    return {"pk": other.pk, "membership_pk": other.memberships.get().pk}


def an_invitation(account: Account | None) -> dict[str, Any]:
    return {"pk": _invite()[0].pk}


def a_token(account: Account | None) -> dict[str, Any]:
    return {"token": _invite()[1]}


def _invite() -> Any:
    council = Organisation.objects.get(pk=an_organisation(None)["pk"])
    number = Account.objects.count()
    return actions.invite(
        by=System("a test"),
        email=f"new{number}@example.org",
        name="New Person",
        organisation=council,
        role=Role.ANALYST,
    )


def an_api_client(account: Account | None) -> dict[str, Any]:
    force, _ = Organisation.objects.get_or_create(name="A force with systems", kind=OrganisationKind.FORCE)
    made, _ = actions.make_api_client(
        by=System("a test"),
        name=f"A records system {force.api_clients.count()}",
        organisation=force,
        scopes=["encounters:create"],
        days=90,
    )
    return {"pk": made.pk}


NEW_KEY = {"days": "90", "old_key": "overlap"}

ROUTES = [
    Route("home", SIGNED_IN),
    Route("your_access", SIGNED_IN),
    Route("usersessions_list", SIGNED_IN),
    Route("usersessions_list", SIGNED_IN, method="post", expect=302),
    Route("people:accept", EVERYONE, make=a_token),
    Route("people:accept", EVERYONE, make=lambda account: {"token": "nonsense"}, expect=404, label="unknown link"),
    Route("people:people", ADMINISTRATORS),
    Route("people:person", LOOKING, make=another_person, label="somebody else"),
    Route("people:person", SIGNED_IN, make=oneself, label="oneself"),
    Route("people:give-role-where", ADMINISTRATORS, make=another_person),
    Route("people:give-role-where", frozenset(), make=oneself, label="oneself"),
    Route("people:give-role", ADMINISTRATORS, make=an_organisation_and_person),
    Route("people:end-role", ADMINISTRATORS, make=a_membership),
    Route("people:end-role", ADMINISTRATORS, make=a_membership, method="post", expect=302),
    Route("people:close", ADMINISTRATORS, make=another_person),
    Route("people:close", ADMINISTRATORS, make=another_person, method="post", data={"reason": "left"}, expect=302),
    Route("people:close", frozenset(), make=oneself, method="post", data={"reason": "left"}, label="oneself"),
    Route("people:open", ADMINISTRATORS, make=a_closed_person),
    Route("people:open", ADMINISTRATORS, make=a_closed_person, method="post", expect=302),
    Route("people:reset-second-factor", ADMINISTRATORS, make=another_with_app),
    Route("people:reset-second-factor", ADMINISTRATORS, make=another_with_app, method="post", expect=302),
    Route("people:invite", ADMINISTRATORS),
    Route("people:invite-to", ADMINISTRATORS, make=an_organisation),
    Route("people:invitations", ADMINISTRATORS),
    Route("people:invitation", ADMINISTRATORS, make=an_invitation),
    Route("people:send-again", ADMINISTRATORS, make=an_invitation, method="post", expect=302),
    Route("people:withdraw", ADMINISTRATORS, make=an_invitation, method="post", expect=302),
    Route("people:organisations", ADMINISTRATORS),
    Route("people:new-organisation", ADMINISTRATORS),
    Route("people:organisation", LOOKING, make=an_organisation),
    Route("people:edit-organisation", ADMINISTRATORS, make=an_organisation),
    Route("people:api-clients", ADMINISTRATORS),
    Route("people:new-api-client", ADMINISTRATORS),
    Route("people:api-client", LOOKING, make=an_api_client),
    Route("people:rotate-api-client", ADMINISTRATORS, make=an_api_client),
    Route("people:rotate-api-client", ADMINISTRATORS, make=an_api_client, method="post", data=NEW_KEY),
    Route("people:revoke-api-client", ADMINISTRATORS, make=an_api_client),
    Route(
        "people:revoke-api-client",
        ADMINISTRATORS,
        make=an_api_client,
        method="post",
        data={"reason": "lost"},
        expect=302,
    ),
]
