"""``childfirst import encounters ARCHIVE.zip`` and ``childfirst facts``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from childfirst.audit.actors import System
from childfirst.audit.origin import Origin, coming_from
from childfirst.encounters import actions
from childfirst.encounters.crime_records.actions import build_facts as build_incident_facts
from childfirst.encounters.models import ImportReport
from childfirst.encounters.words import COUNTED_AS_MISSING, LATITUDE
from childfirst.shared.clock import format_month
from childfirst.shared.progress import working
from childfirst.shared.text import count_of

BY = System("command line")
SHOWN = 10
WIDTH_IN_A_FILE = 140


@click.command("encounters")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--force", metavar="NAME", help="Import the files of this force alone, such as metropolitan.")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 when a row was set aside. The other rows have landed even so."
)
def import_encounters(archive: Path, force: str | None, strict: bool) -> None:
    """Import stop and search from an ARCHIVE of data.police.uk, straight from the zip.

    Exits with 0 when the archive was imported, and with 2, having changed nothing, when it could not be read.
    """
    with coming_from(Origin("command")), working(f"Importing {archive.name}") as bar:
        done = 0

        def step(now: int, total: int) -> None:
            nonlocal done
            bar.total(total)
            bar.advance(now - done)
            done = now

        report = actions.import_archive(by=BY, path=archive, force=force, progress=step)
    show(report)
    if strict and report.set_aside:
        sys.exit(1)


@click.command()
@click.option("--all", "every", is_flag=True, help="Make every month anew, not only those that changed.")
@click.option("--locate", is_flag=True, help="First look up ward and borough anew: areas came or changed since.")
def facts(every: bool, locate: bool) -> None:
    """Bring the facts store up to date with the encounters and incidents that are recorded."""
    if locate:
        with coming_from(Origin("command")), working("Looking up wards and boroughs"):
            moved = actions.locate_encounters(by=BY)
        click.echo(f"{count_of(moved, 'encounter')} in another ward or borough than before.")
    with coming_from(Origin("command")), working("Building the facts about encounters"):
        built = actions.build_facts(by=BY, changed_only=not every)
        incidents = build_incident_facts(by=BY)
    months = count_of(len(built.written) + len(built.unchanged), "month")
    click.echo(
        f"Facts of {count_of(built.rows, 'encounter')} in {months}: {len(built.written)} written, "
        f"{len(built.unchanged)} as they were, {len(built.removed)} removed."
    )
    if incidents:
        click.echo(f"Facts of incidents in school: {count_of(len(incidents), 'month')} written.")


def show(report: ImportReport) -> None:
    """Print the quality report of an import as tables that a person can read."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_IN_A_FILE)
    details = report.details
    console.print(f"\n[bold]{report.archive}[/bold]: {', '.join(report.forces)}, {_span(report)}")
    counts = Table(show_header=False, box=None, padding=(0, 2))
    counts.add_column()
    counts.add_column(justify="right")
    for name, number in (
        ("Rows read", report.read),
        ("Landed", report.landed),
        ("Known from an earlier import", report.known),
        ("Exact duplicates, landed once", report.duplicates),
        ("Set aside", report.set_aside),
    ):
        counts.add_row(name, f"{number:,}")
    console.print(counts)
    _show_set_aside(console, report)
    _show_missing(console, details)
    _show_words(console, details)
    for sentence in details["notes"]:
        console.print(f"  {sentence}", markup=False)
    console.print(f"\nThe whole report, with every line: encounters/imports/{report.pk}/ in the workspace.")
    console.print("Next: [bold]childfirst facts[/bold] brings the measures up to date.")


def _span(report: ImportReport) -> str:
    first, last = format_month(report.first_month), format_month(report.last_month)
    return first if first == last else f"{first} to {last}"


def _show_set_aside(console: Console, report: ImportReport) -> None:
    if not report.set_aside:
        return
    table = Table("File", "Line", "Column", "Value", "Why", title="Rows set aside", title_justify="left", box=None)
    for row in report.details["examples"][:SHOWN]:
        table.add_row(Path(row["file"]).name, str(row["line"]), row["column"], _plain(row["value"]), row["reason"])
    console.print(table)
    if report.set_aside > SHOWN:
        console.print(f"  and {report.set_aside - SHOWN:,} more; by reason:")
        for reason, number in report.details["reasons"].items():
            console.print(f"  {number:>9,}  {reason}", markup=False)


def _plain(value: str) -> str:
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in value)
    return shown.replace("[", r"\[")


def _show_missing(console: Console, details: dict[str, dict[str, dict[str, int]]]) -> None:
    rows, missing = details["rows_by_month"], details["missing"]
    columns = [name for name in COUNTED_AS_MISSING if any(name in by_column for by_column in missing.values())]
    if not columns:
        return
    table = Table(title="Rows without a value, by month of the file", title_justify="left", box=None, padding=(0, 1))
    table.add_column("Month")
    table.add_column("Rows", justify="right")
    for name in columns:
        table.add_column("Place" if name == LATITUDE else name, justify="right")
    for month, number in rows.items():
        gaps = [missing.get(month, {}).get(name, 0) for name in columns]
        table.add_row(month, f"{number:,}", *(f"{gap / number:.0%}" if gap else "-" for gap in gaps))  # type: ignore[operator]
    console.print(table)


def _show_words(console: Console, details: dict[str, object]) -> None:
    new: dict[str, dict[str, int]] = details["new_words"]  # type: ignore[assignment]
    for column, words in new.items():
        listed = ", ".join(f"“{_plain(word)}” ({number:,})" for word, number in list(words.items())[:SHOWN])
        console.print(f"  New words for {column}: {listed}")
    changed: list[dict[str, object]] = details["changed_words"]  # type: ignore[assignment]
    if not changed:
        return
    table = Table("Column", "Word", "First", "Last", "Rows", title="Words that came or went", box=None)
    table.title_justify = "left"
    for row in changed[: 4 * SHOWN]:
        table.add_row(
            str(row["column"]), _plain(str(row["word"])), str(row["first"]), str(row["last"]), f"{row['rows']:,}"
        )
    console.print(table)
