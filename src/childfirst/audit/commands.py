"""``childfirst audit``: prove that the trail holds, and read it in the terminal."""

from __future__ import annotations

import datetime as dt
import json
import sys

import click

from childfirst.audit.actors import System
from childfirst.audit.presenters import present
from childfirst.audit.queries import Filters, events, length, verify
from childfirst.audit.upkeep import run_due, tasks
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of

SHOWN_BREAKS = 50
READER = System("command line")


@click.group()
def audit() -> None:
    """Verify and read the audit trail."""


@audit.command("verify")
@click.option(
    "--seal",
    "known",
    metavar="NUMBER:SEAL",
    help="What an earlier run printed: proves that history up to there is unchanged.",
)
def verify_command(known: str | None) -> None:
    """Walk the whole chain. Exit code 0 when it holds, 1 with the places where it does not."""
    given = _parse_seal(known) if known else None
    with click.progressbar(length=max(length(), 1), label="Walking the trail", file=sys.stderr) as bar:
        result = verify(given, on_progress=bar.update)
    if result.holds:
        click.echo(f"The trail holds: {count_of(result.number, 'event')}.")
        click.echo(f"Keep this seal somewhere else, and give it with --seal next time: {result.number}:{result.seal}")
        return
    for found in result.breaks[:SHOWN_BREAKS]:
        click.echo(found.reason)
    if result.found > SHOWN_BREAKS:
        click.echo(f"... and {result.found - SHOWN_BREAKS:,} more.")
    click.echo(f"The trail does not hold: {count_of(result.found, 'break')}.", err=True)
    raise SystemExit(1)


def _parse_seal(text: str) -> tuple[int, str]:
    number, _, seal = text.partition(":")
    if not number.isdigit() or len(seal) != 64:
        raise UserError("A seal is written NUMBER:SEAL, as `childfirst audit verify` prints it.")
    return int(number), seal


@audit.command("show")
@click.option("--actor", default="", help="Reference of who acted; people.account: for everyone with an account.")
@click.option("--name", default="", help="Event name, such as people.account.sign_in; people. for a whole room.")
@click.option("--subject", default="", help="Reference of the record; people.account: for every account.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day, London time.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, London time.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most this many, the newest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with every column.")
def show(actor: str, name: str, subject: str, since: dt.datetime | None, until: dt.datetime | None, limit: int, as_json: bool) -> None:  # fmt: skip
    """Show events, the newest first."""
    filters = Filters(actor, name, subject, since.date() if since else None, until.date() if until else None)
    found = events(filters)[:limit]
    if as_json:
        for row in found.values().iterator():
            click.echo(json.dumps(row, default=str, ensure_ascii=False))
        return
    for event in found:
        shown = present(event, READER)
        reason = f" Reason: {event.reason}" if event.reason else ""
        click.echo(f"{event.number}  {clock.format_moment(event.at)}  {shown.sentence} {event.subject}{reason}")
    if not found:
        click.echo("No event passes these filters.", err=True)


@click.command()
@click.option("--only", default="", metavar="TASK", help="One task, whether it is due or not.")
@click.option("--list", "listing", is_flag=True, help="List the tasks, and run nothing.")
@click.option("--quietly", is_flag=True, help="Print what failed only.")
def upkeep(only: str, listing: bool, quietly: bool) -> None:
    """Erase what is over, chase what waits, tidy up: whatever is due. Exit code 1 when a task failed."""
    if listing:
        for task in tasks():
            click.echo(f"{task.name:32} every {task.every:5} {task.title}")
        return
    failed = 0
    for run in run_due(only):
        failed += not run.worked
        if not run.worked or not quietly:
            click.echo(f"{run.task}: {run.sentence or 'nothing to do.'}", err=not run.worked)
    if failed:
        raise SystemExit(1)
