"""``childfirst people``: organisations, invitations and roles from the server's command line."""

from __future__ import annotations

import sys

import click
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from childfirst.audit.actors import System
from childfirst.people import actions, mail, queries
from childfirst.people.models import Account, Invitation, Membership, Organisation
from childfirst.people.rules import INVITATION_LIFETIME, hash_token
from childfirst.people.vocabulary import ROLE_PERMISSIONS, SECOND_FACTOR_ROLES, OrganisationKind, Permission, Role
from childfirst.shared.errors import UserError

COMMAND_LINE = System("command line")
_KINDS = click.Choice([kind.value for kind in OrganisationKind])
_ROLES = click.Choice([role.value for role in Role])


@click.group()
def people() -> None:
    """Organisations, invitations and roles."""


@people.command("add-organisation")
@click.argument("name")
@click.option("--kind", type=_KINDS, required=True, help="What kind of partner it is.")
@click.option("--urn", type=int, help="A school's unique reference number.")
@click.option("--area-code", default="", help="Code of the area that it serves.")
@click.option("--parent", help="Name of the organisation that it is a part of.")
def add_organisation(name: str, kind: str, urn: int | None, area_code: str, parent: str | None) -> None:
    """Add an organisation to the partnership."""
    made = actions.add_organisation(
        by=COMMAND_LINE,
        name=name,
        kind=OrganisationKind(kind),
        urn=urn,
        area_code=area_code,
        parent=_organisation(parent) if parent else None,
    )
    click.echo(f"Added {made.name}.")


@people.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Full name of the person.")
@click.option("--organisation", required=True, help="Name of the organisation.")
@click.option("--role", type=_ROLES, required=True, help="The role that they are invited to.")
def invite(email: str, name: str, organisation: str, role: str) -> None:
    """Invite a person, and print the link that they need. It is shown only here."""
    _invite(email, name, _organisation(organisation), Role(role))


@people.command("first-administrator")
@click.argument("email")
@click.option("--name", required=True, help="Full name of the person.")
@click.option(
    "--organisation", required=True, help="Name of their organisation; it is added when there is none of this name."
)
@click.option("--kind", type=click.Choice(["council", "force"]), default="council", show_default=True, help="Its kind.")
def first_administrator(email: str, name: str, organisation: str, kind: str) -> None:
    """Invite the first administrator of a fresh installation, who can invite everybody else."""
    if Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, account__is_active=True).exists():
        raise UserError(
            "There is an administrator already. They can invite another one, or use `childfirst people invite`."
        )
    _check_address(email)
    place = Organisation.objects.filter(name__iexact=organisation.strip(), kind=kind).first()
    if place is None:
        place = actions.add_organisation(by=COMMAND_LINE, name=organisation, kind=OrganisationKind(kind))
    _invite(email, name, place, Role.ADMINISTRATOR)


def _invite(email: str, name: str, organisation: Organisation, role: Role) -> None:
    _check_address(email)
    _, token = actions.invite(by=COMMAND_LINE, email=email, name=name, organisation=organisation, role=role)
    click.echo(f"Give this link to {name}. It works once, for {INVITATION_LIFETIME.days} days:", err=True)
    click.echo(mail.invitation_link(token))


@people.command("accept")
@click.argument("link")
def accept(link: str) -> None:
    """Accept an invitation here instead of in a browser: LINK is what `invite` printed. The password is asked for, or read
    from standard input."""
    token = link.rstrip("/").rsplit("/", 1)[-1]
    invitation = Invitation.objects.filter(token_hash=hash_token(token)).first()
    stdin = sys.stdin
    if stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    name = invitation.name if invitation else ""
    account = actions.accept_invitation(by=actions.INVITATION_LINK, token=token, name=name, password=password)
    click.echo(f"{account.email} has an account now.")


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise UserError(f"“{email}” is not an email address in the form name@example.org.") from None


def _organisation(name: str) -> Organisation:
    found = list(Organisation.objects.filter(name__iexact=name.strip())[:2])
    if not found:
        raise UserError(f"There is no organisation named “{name}”. See `childfirst people list --organisations`.")
    if len(found) > 1:
        raise UserError(f"There are several organisations named “{name}”. Invite from the page of the right one.")
    return found[0]


@people.command("list")
@click.option("--organisations", "only_organisations", is_flag=True, help="List organisations instead of people.")
@click.option("--closed", is_flag=True, help="List closed accounts.")
def list_people(only_organisations: bool, closed: bool) -> None:
    """List people with their roles, or organisations."""
    if only_organisations:
        table = Table("Organisation", "Kind", "Part of", "People")
        for organisation in queries.organisations():
            parent = organisation.parent.name if organisation.parent else ""
            kind = OrganisationKind(organisation.kind).label
            table.add_row(escape(organisation.name), kind, escape(parent), str(organisation.people))  # type: ignore[attr-defined]
    else:
        table = Table("Name", "Email address", "Roles")
        for account in queries.accounts(COMMAND_LINE, closed=closed):
            table.add_row(escape(account.name), escape(account.email), escape(_roles(account)))
    Console().print(table)


def _roles(account: Account) -> str:
    held: list[Membership] = account.roles_today  # type: ignore[attr-defined]
    return "; ".join(str(membership) for membership in held) or "none"


@people.command("roles")
def roles() -> None:
    """Print the table of roles and what they may do, in Markdown."""
    click.echo(roles_table(), nl=False)


def roles_table() -> str:
    """Roles by permissions as a Markdown table; the README and the reference pages hold exactly this."""
    lines = [
        "| May | " + " | ".join(role.label for role in Role) + " |",
        "| --- |" + " :-: |" * len(Role),
    ]
    for permission in Permission:
        marks = ["yes" if permission in ROLE_PERMISSIONS[role] else "" for role in Role]
        lines.append(f"| {permission.label} (`{permission.value}`) | " + " | ".join(marks) + " |")
    second = ["yes" if role in SECOND_FACTOR_ROLES else "" for role in Role]
    lines.append("| *Must set up a second factor* | " + " | ".join(second) + " |")
    return "\n".join([*lines, ""])
