"""``childfirst notices``: the key of notices, and what the platform does about notices every hour."""

from __future__ import annotations

import datetime as dt

import click

from childfirst.audit.actors import System
from childfirst.encounters.notices import chasing, keys, sealing
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of

COMMAND_LINE = System("command line")


@click.group()
def notices() -> None:
    """Keys of notices to schools, and the hourly round."""


@notices.command("keys")
def list_keys() -> None:
    """List the keys, and whether what is stored can be opened with them; exit 2 when not."""
    used = keys.keys_in_use()
    names = sealing.key_names()
    for name in names:
        state = "seals" if name == names[-1] else "still needed" if name in used else "no longer needed"
        click.echo(f"{name}  made {clock.format_moment(sealing.made_at(name))}  {state}")
    if not names:
        click.echo("There is no key yet: the first notice makes it.")
    if found := keys.problems():
        raise UserError(" ".join(found))


@notices.command("rotate-key")
@click.option("--destroy-old", is_flag=True, help="Destroy the old keys at once. Stop the platform first.")
def rotate_key(destroy_old: bool) -> None:
    """Make a new key and seal every notice with it anew.

    Old keys are destroyed by the daily upkeep a day later, so that nothing that is being written now is lost. It happens by itself
    once a month.
    """
    name, moved = keys.rotate_key(by=COMMAND_LINE)
    click.echo(f"{name} seals from now on. {count_of(moved, 'text')} sealed anew.")
    if destroy_old:
        gone = keys.destroy_old_keys(by=COMMAND_LINE, older_than=dt.timedelta())
        click.echo(f"{count_of(len(gone), 'old key')} destroyed.")


@notices.command("chase")
def chase() -> None:
    """Do now what upkeep does every hour: deliver, escalate and erase notices, and send the e-mails that are due."""
    click.echo(chasing.chase() or "There was nothing to do.")
