"""``childfirst import records FILE --map mapping.toml`` and ``childfirst matching ...``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.db.models import Count, Sum
from rich.console import Console
from rich.table import Table

from childfirst.audit.actors import System
from childfirst.audit.origin import Origin, coming_from
from childfirst.encounters.matching import actions, files, importing, learning, mapping, queries, store
from childfirst.encounters.matching.models import ImportRun, ModelVersion
from childfirst.shared.clock import format_month
from childfirst.shared.errors import UserError
from childfirst.shared.progress import working
from childfirst.shared.text import count_of

BY = System("command line")
SHOWN = 10
WIDTH_IN_A_FILE = 140


@click.command("records")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "mapping_file", type=click.Path(path_type=Path), required=True,
    help="A TOML file that says which column is what: see the how-to for analysts.",
)  # fmt: skip
@click.option(
    "--strict", is_flag=True, help="Exit with 1 when a row was set aside. The other rows have landed even so."
)
def import_records(file: Path, mapping_file: Path, strict: bool) -> None:
    """Import records of an earlier system, CSV or Parquet, and match what was written about schools to the register.

    Cut off, it goes on where it stopped when it is run again. The same file again, or one that overlaps, changes nothing.
    Exits with 0 when the file was imported, and with 2 when it could not be read, or not to its end.
    """
    columns = mapping.from_toml(mapping_file)
    with coming_from(Origin("command")), working(f"Importing {file.name}") as bar:
        done = 0

        def step(rows: int, total: int | None) -> None:
            nonlocal done
            if total is not None:
                bar.total(max(total, rows))
            bar.advance(rows - done)
            done = rows

        run = importing.import_records(by=BY, path=file, columns=columns, progress=step)
    show(run)
    if strict and run.set_aside:
        sys.exit(1)


def show(run: ImportRun) -> None:
    """Print the report of an import as tables that a person can read."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_IN_A_FILE)
    console.print(f"\n[bold]{_plain(run.file)}[/bold] of the system {run.system}{_span(run)}")
    counts = Table(show_header=False, box=None, padding=(0, 2))
    counts.add_column()
    counts.add_column(justify="right")
    for name, number in counts_of(run):
        counts.add_row(name, f"{number:,}")
    console.print(counts)
    details = run.details
    if run.set_aside:
        table = Table("Line", "Column", "Value", "Why", title="Rows set aside", title_justify="left", box=None)
        for row in details["examples"][:SHOWN]:
            table.add_row(str(row["line"]), _plain(row["column"]), _plain(row["value"]), row["reason"])
        console.print(table)
        for reason, number in sorted(details["reasons"].items(), key=lambda item: -item[1]):
            console.print(f"  {number:>9,}  {reason}", markup=False)
    for column, words in details["new_words"].items():
        listed = ", ".join(f"“{_plain(word)}” ({number:,})" for word, number in list(words.items())[:SHOWN])
        console.print(f"  Not known here, in {_plain(column)}: {listed}")
    for sentence in details["notes"]:
        console.print(f"  {sentence}", markup=False)
    console.print(f"\nThe whole report, with every line: matching/imports/{run.pk}/ in the workspace.")
    console.print(
        "Next: what waits for a person is under matching/review/; [bold]childfirst facts[/bold] brings the measures up to date."
    )


def counts_of(run: ImportRun) -> list[tuple[str, int]]:
    """The counts of a run, each with its words; what landed is divided by what became of its text."""
    return [
        ("Rows read", run.rows_done),
        ("Landed", run.landed),
        ("Of these: with a school of the register", run.accepted),
        ("Of these: with words that wait for a person", run.to_review),
        ("Of these: with words that name no school", run.names_none),
        ("Of these: with nothing written about a school", run.without_text),
        ("Known from an earlier import", run.known),
        ("Exact duplicates, landed once", run.duplicates),
        ("Set aside", run.set_aside),
    ]


def _span(run: ImportRun) -> str:
    months = sorted(run.details["rows_by_month"])
    if not months:
        return ""
    first, last = format_month(months[0]), format_month(months[-1])
    return f", {first}" if first == last else f", {first} to {last}"


def _plain(value: str) -> str:
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in value)
    return shown.replace("[", r"\[")


@click.group()
def matching() -> None:
    """The queue of what was written about schools, and the matcher that learns from its reviewers."""


@matching.command()
def status() -> None:
    """Say how much waits for people, and which matcher is in use."""
    cases = queries.open_cases().aggregate(cases=Count("id"), records=Sum("records"))
    click.echo(f"{count_of(cases['cases'], 'case')} of {count_of(cases['records'] or 0, 'record')} wait for a person.")
    in_use = store.model_in_use()
    which = "the one that ships" if in_use == store.packaged_fingerprint() else "a retrained one"
    click.echo(
        f"Matcher in use: {in_use[:12]}, {which}. {count_of(learning.labels().height, 'example')} to learn from."
    )
    for version in queries.offered_versions():
        click.echo(f"Waiting for an analyst: {version}, from {count_of(version.labels, 'decision')}.")


@matching.command()
def rematch() -> None:
    """Ask the matcher again about what waits, after the register or the matcher changed. People's decisions stay."""
    with coming_from(Origin("command")), working("Matching anew"):
        number = 0
        fingerprint = store.matcher().fingerprint
        while actions.stale_mentions(fingerprint).exists():
            number += actions.rematch(by=BY)
    click.echo(f"{count_of(number, 'text')} matched anew.")


@matching.command()
@click.option(
    "--with", "further", type=click.Path(path_type=Path),
    help="Further labels: a CSV or Parquet with id, mention and truth_urn (a URN or none), and what is known around them.",
)  # fmt: skip
def retrain(further: Path | None) -> None:
    """Retrain the matcher on reviewers' decisions. A better one is offered; `accept` puts it into use, nothing else does.

    Exits with 2, and keeps nothing, when the retrained matcher is worse or cannot be shown to be better.
    """
    also = files.whole_table(further) if further is not None else None
    try:
        with coming_from(Origin("command")), working("Retraining"):
            version = learning.retrain(by=BY, also=also)
    except learning.Worse as worse:
        _show_report(worse.report)
        raise
    _show_report(version.report)
    click.echo(f"Matcher {version} is better. Put it into use with: childfirst matching accept {version}")


def _show_report(report: Mapping[str, Any]) -> None:
    click.echo(
        f"On {count_of(report['people'], 'decision')} of people, the retrained matcher never judged on a school that it learned "
        f"from (beside them, {count_of(report['unchallenged'], 'decision')} of the matcher that nobody overruled):"
    )
    click.echo(f"  {'':<52}{'in use':>10}{'retrained':>12}")
    for name, label in learning.FIGURES.items():
        old, new = (report[side][name] for side in ("old", "new"))
        click.echo(f"  {label:<52}{old:>10,}{new:>12,}")


@matching.command()
@click.argument("fingerprint")
def accept(fingerprint: str) -> None:
    """Put an offered matcher into use, by the beginning of its FINGERPRINT; `packaged` goes back to the one that ships."""
    with coming_from(Origin("command")):
        if fingerprint == "packaged":
            actions.reset_model(by=BY)
            click.echo("The matcher that ships is in use again.")
            return
        found = list(ModelVersion.objects.filter(fingerprint__startswith=fingerprint)[:2]) if fingerprint else []
        if len(found) != 1:
            raise UserError(f"{'No' if not found else 'More than one'} matcher begins with {fingerprint}.")
        actions.accept_model(by=BY, version=found[0])
    click.echo(f"Matcher {found[0]} is in use. Match anew what waits with: childfirst matching rematch")
