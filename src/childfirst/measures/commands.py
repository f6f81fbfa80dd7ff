"""``childfirst measure``: list and compute measures."""

from __future__ import annotations

import csv
import sys

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from childfirst.audit.actions import note_reading
from childfirst.audit.actors import System
from childfirst.audit.origin import Origin, coming_from
from childfirst.engines.disclosure.rule import TOTAL
from childfirst.measures import queries
from childfirst.measures.actions import compute
from childfirst.measures.references import measure_reference
from childfirst.shared import clock
from childfirst.shared.progress import working


@click.group()
@click.pass_context
def measure(ctx: click.Context) -> None:
    """List and compute measures."""
    ctx.with_resource(coming_from(Origin("command")))


@measure.command("list")
def list_() -> None:
    """List the measures."""
    table = Table("Id", "Title", "Version", "Review by", box=None)
    for plan in queries.definitions():
        late = " (late)" if plan.is_overdue(clock.today()) else ""
        table.add_row(plan.id, escape(plan.title), plan.version, clock.format_date(plan.next_review) + late)
    Console().print(table)


@measure.command("compute")
@click.argument("identifier", metavar="ID")
@click.option("--from", "first", default="", metavar="YYYY-MM", help="First month. Default: the first with facts.")
@click.option("--to", "last", default="", metavar="YYYY-MM", help="Last month. Default: the last with facts.")
@click.option("--csv", "as_csv", is_flag=True, help="Write all margins to standard output as CSV.")
def compute_(identifier: str, first: str, last: str, as_csv: bool) -> None:
    """Compute a measure over the facts. The figures are not protected: they are not for publication."""
    plan = queries.definition(identifier)
    with working("Computing"):
        result = compute(plan, first=first, last=last)
    note_reading(by=System("command line"), name="measures.measure.read", subject=measure_reference(plan.id))
    click.echo("Not for publication: small numbers are not hidden here.", err=True)
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(result.table.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in result.table.columns), strict=True))
        return
    number, total = result.headline()
    click.echo(f"{plan.title}\n{clock.format_month(result.months[0])} to {clock.format_month(result.months[-1])}")
    click.echo(f"{plan.numerator.says}: {number:,} of {total:,}")
    table = Table(plan.answers.title, "Number", "Out of", box=None)
    labels = result.labels[plan.answers.field]
    rows = {str(row[plan.answers.field]): row for row in result.at(**{b.field: TOTAL for b in plan.breakdowns})}
    for code, label in labels.items():
        found = rows.get(code, {"numerator": 0, "denominator": total})  # asked for, but in no record: a true zero
        table.add_row(escape(label), f"{found['numerator']:,}", f"{found['denominator']:,}")
    Console().print(table)
    for field, unknown in result.unknown_by_field().items():
        if unknown:
            click.echo(f"Not recorded: {field} of {unknown:,}")
