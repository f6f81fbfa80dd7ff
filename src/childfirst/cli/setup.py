"""Setting an installation up: folders, databases, static files."""

from __future__ import annotations

import click
from django.conf import settings
from django.core.management import call_command

from childfirst.shared.errors import UserError
from childfirst.shared.progress import working


def prepare(*, quietly: bool = False) -> None:
    """Make the folders, bring both databases up to date and collect the static files. Running it again changes nothing."""
    try:
        for folder in (settings.DATA_DIR, settings.FACTS_DIR, settings.BUNDLES_DIR, settings.PUBLISHED_DIR):
            folder.mkdir(parents=True, exist_ok=True)
        settings.KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UserError(f"The folder {error.filename} cannot be made: {error.strerror}.") from error
    verbosity = 0 if quietly else 1
    with working("Preparing the workspace database"):
        call_command("migrate", database="default", verbosity=verbosity, interactive=False)
    with working("Preparing the published store"):
        call_command("migrate", database="published", verbosity=verbosity, interactive=False)
    with working("Collecting styles, scripts and fonts"):
        call_command("collectstatic", verbosity=0, interactive=False)


@click.command()
def setup() -> None:
    """Make or update the databases and the static files of this installation."""
    prepare(quietly=True)
    click.echo(f"Ready in {settings.DATA_DIR}.")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, such as `childfirst manage check`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["childfirst manage", *arguments])
