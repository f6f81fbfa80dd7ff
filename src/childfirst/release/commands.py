"""``childfirst release``: prepare, sign, publish, verify and list releases."""

from __future__ import annotations

import datetime as dt

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from childfirst.audit.actors import Actor, System
from childfirst.audit.origin import Origin, coming_from
from childfirst.measures.queries import definitions
from childfirst.people.models import Account
from childfirst.release import actions, building, rules
from childfirst.release.models import Release
from childfirst.release.verifying import verify
from childfirst.release.vocabulary import Decision, State
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.progress import working

COMMAND_LINE = System("command line")


@click.group()
@click.pass_context
def release(ctx: click.Context) -> None:
    """Prepare, sign, publish and verify releases."""
    ctx.with_resource(coming_from(Origin("command")))


release.add_command(verify)


@release.command("prepare")
@click.option("--title", required=True, help="What the public will read, such as “Open data of 2018”.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    help="Id of a measure; may be given again. Default: every one that has facts.",
)
@click.option("--from", "first", default="", metavar="YYYY-MM", help="First month. Default: the first with facts.")
@click.option("--to", "last", default="", metavar="YYYY-MM", help="Last month. Default: the last with facts.")
@click.option("--date", "released_on", type=click.DateTime(["%Y-%m-%d"]), help="Date of the release. Default: today.")
@click.option("--notes", default="", help="Your own words for the notes.")
@click.option("--corrects", metavar="KEY", help="Key of the published release that this one corrects.")
@click.option("--by", "email", metavar="EMAIL", help="Who prepares it. Default: the server's command line.")
def prepare(
    title: str,
    measures: tuple[str, ...],
    first: str,
    last: str,
    released_on: dt.datetime | None,
    notes: str,
    corrects: str | None,
    email: str | None,
) -> None:
    """Compute measures, protect them, attack the protected tables, and write the bundle."""
    by: Actor = _person(email) if email else COMMAND_LINE
    with working("Computing, protecting and attacking the tables"):
        made = actions.prepare_release(
            by=by,
            measures=measures or [plan.id for plan in definitions() if building.has_facts(plan.facts, first, last)],
            title=title,
            notes=notes,
            released_on=released_on.date() if released_on else None,
            first_month=first,
            last_month=last,
            corrects=_release(corrects) if corrects else None,
        )
    if made.state == State.FAILED:
        raise UserError(made.failure)
    click.echo(f"Prepared {made.key}.")
    for name, table in made.summary["tables"].items():
        click.echo(f"  {name}: {table['shown']} cells shown, {table['hidden']} hidden, {table['zero']} zero")
    for name, why in made.summary["left_out"].items():
        click.echo(f"  {name} was left out: {why}")
    click.echo(f"Now two people sign it: childfirst release sign {made.key} --by EMAIL")


@release.command("sign")
@click.argument("key")
@click.option("--by", "email", required=True, metavar="EMAIL", help="Who decides; someone with an account.")
@click.option("--refuse", "reason", metavar="REASON", help="Refuse instead, and say why.")
def sign(key: str, email: str, reason: str | None) -> None:
    """Sign a release, or refuse it. Two people do, neither of whom prepared it."""
    found = _release(key)
    decision = Decision.SIGN if reason is None else Decision.REFUSE
    actions.sign_release(by=_person(email), release=found, decision=decision, reason=reason or "")
    found.refresh_from_db()
    click.echo(f"Your decision about {key} is kept. The release: {found.get_state_display().lower()}.")


@release.command("publish")
@click.argument("key")
@click.option("--by", "email", metavar="EMAIL", help="Who publishes it. Default: the server's command line.")
def publish(key: str, email: str | None) -> None:
    """Publish a release that two people have signed. Again completes a publication that was cut off."""
    actions.publish_release(by=_person(email) if email else COMMAND_LINE, release=_release(key))
    click.echo(f"Published {key}.")


@release.command("withdraw")
@click.argument("key")
@click.option("--reason", required=True, help="Why; the public will read it.")
@click.option("--by", "email", metavar="EMAIL", help="Who withdraws it. Default: the server's command line.")
def withdraw(key: str, reason: str, email: str | None) -> None:
    """Take a published release down. Its page stays and says why."""
    actions.withdraw_release(by=_person(email) if email else COMMAND_LINE, release=_release(key), reason=reason)
    click.echo(f"Withdrew {key}.")


@release.command("list")
def list_() -> None:
    """List the releases, the newest first."""
    table = Table("Key", "Title", "Date", "State", box=None)
    for each in Release.objects.defer("figures", "summary"):
        table.add_row(each.key, escape(each.title), clock.format_date(each.released_on), State(each.state).label)
    Console().print(table)


@release.command("states")
def states() -> None:
    """Print the states of a release as a Mermaid diagram (the README holds it)."""
    click.echo(rules.mermaid())


def _release(key: str) -> Release:
    found = Release.objects.filter(key=key).first()
    if found is None:
        raise UserError(f"There is no release {key}. See: childfirst release list.")
    return found


def _person(email: str) -> Account:
    found = Account.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise UserError(f"Nobody has an account with the address {email}.")
    return found
