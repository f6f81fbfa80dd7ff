"""``childfirst import records FILE --map mapping.toml`` and ``childfirst matching ...``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from childfirst.audit.actors import System
from childfirst.audit.origin import Origin, coming_from
from childfirst.encounters.matching import importing, mapping
from childfirst.encounters.matching.models import ImportRun
from childfirst.shared.clock import format_month
from childfirst.shared.progress import working

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
        ("   with a school, matched to the register", run.accepted),
        ("   with words that wait for a person", run.to_review),
        ("   with words that name no school", run.names_none),
        ("   with nothing written about a school", run.without_text),
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
