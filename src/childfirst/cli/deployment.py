"""Is this installation fit to serve real people? One line a check, a sentence for each that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from childfirst.cli.mistakes import sentence_for


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was looked at, and what to do about it (empty when all is well)."""

    subject: str
    remedy: str = ""


def _flags() -> Iterator[Finding]:
    yield Finding("Debug pages are off", "Set CHILDFIRST_DEBUG to false." if settings.DEBUG else "")
    yield Finding("Demo sign-ins are off", "Set CHILDFIRST_DEMO to false." if settings.DEMO else "")
    yield Finding("Pages are served over HTTPS only", "" if settings.HTTPS else "Set CHILDFIRST_HTTPS to true.")
    local = {"127.0.0.1", "localhost", "[::1]"}
    named = set(settings.ALLOWED_HOSTS) - local
    yield Finding(
        "The sites have their host names", "" if named else "Set CHILDFIRST_ALLOWED_HOSTS to your host names."
    )
    wild = "*" in settings.ALLOWED_HOSTS
    yield Finding(
        "No host name is a wildcard", "Name the hosts in CHILDFIRST_ALLOWED_HOSTS one by one." if wild else ""
    )
    yield Finding(
        "The public can write to the partnership",
        "" if settings.PARTNERSHIP_EMAIL else "Set CHILDFIRST_PARTNERSHIP_EMAIL.",
    )
    yield Finding(
        "Messages are sent",
        "Set CHILDFIRST_EMAIL_URL: messages are only written to a folder."
        if "filebased" in settings.EMAIL_BACKEND
        else "",
    )


def _keys() -> Iterator[Finding]:
    loose = [
        path.name
        for path in (settings.KEYS_DIR.iterdir() if settings.KEYS_DIR.is_dir() else ())
        if path.stat().st_mode & 0o077 and not path.name.endswith(".pub.pem")
    ]
    yield Finding(
        "Keys can be read by their owner only", f"Take the rights of others from {', '.join(loose)}." if loose else ""
    )


def _notices() -> Iterator[Finding]:
    from childfirst.encounters.notices.keys import problems

    yield Finding("Notices to schools can be read with the keys that are here", " ".join(problems()))


def _databases() -> Iterator[Finding]:
    for alias in ("default", "published"):
        executor = MigrationExecutor(connections[alias])
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        yield Finding(f"The database {alias} is up to date", "Run: childfirst setup." if behind else "")


def _trail() -> Iterator[Finding]:
    from childfirst.audit.queries import verify

    breaks = verify().breaks
    yield Finding("The audit trail holds", f"Run: childfirst audit verify. {breaks[0].reason}" if breaks else "")


def _django() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=True):
        if message.level >= checks.WARNING and message.id not in {"security.W021"}:
            yield Finding(f"Django: {message.id}", message.msg)


def _complete(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds; where it cannot be made because of trouble outside the program, that is a finding, too."""
    try:
        yield from check()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        yield Finding(f"The check of {check.__name__.strip('_')} could be made", sentence)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (_flags, _keys, _notices, _databases, _trail, _django)


@click.command()
def check_deploy() -> None:
    """Say whether this installation is fit to serve; exit 1 when a check fails."""
    failed = 0
    for check in CHECKS:
        for finding in _complete(check):
            failed += bool(finding.remedy)
            click.echo(f"{'no ' if finding.remedy else 'yes'}  {finding.subject}. {finding.remedy}".rstrip())
    if failed:
        raise click.ClickException(f"{failed} of the checks failed.")
