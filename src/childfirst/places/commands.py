"""Commands that bring in places: ``childfirst import areas | schools | school-links | term-dates``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from childfirst.audit.actors import System
from childfirst.places import actions
from childfirst.places.area_importers import AreaTerms, rows_of
from childfirst.places.boundaries import lookup, read_features
from childfirst.places.models import ImportReport
from childfirst.places.reading import Source
from childfirst.places.vocabulary import AreaKind
from childfirst.shared.clock import format_date
from childfirst.shared.errors import UserError
from childfirst.shared.progress import working
from childfirst.shared.text import count_of

BY = System("command line")
FILE = click.argument("file", type=click.Path(path_type=Path))


def _date(context: click.Context, parameter: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise UserError(f"{value} is not a date written like 2025-07-01.") from None


def _day(*names: str, **options: Any) -> Callable[[Any], Any]:
    return click.option(*names, callback=_date, metavar="YYYY-MM-DD", **options)


@click.command()
@FILE
@click.option("--kind", type=click.Choice([kind.value for kind in AreaKind]), required=True, help="What the areas are.")
@click.option("--code-column", default="", help="Column with the code, such as LAD24CD.")
@click.option("--name-column", default="", help="Column with the name, such as LAD24NM.")
@click.option("--parent-column", default="", help="Column with the code of the larger area, here or in --parents.")
@click.option("--parents", type=click.Path(path_type=Path), help="CSV file from --code-column to --parent-column.")
@click.option("--layer", default="", help="Layer of the GeoPackage, when it has several.")
@click.option("--member-column", default="", help="For a CSV list: column with the smaller areas to unite.")
@click.option("--member-kind", type=click.Choice([kind.value for kind in AreaKind]), default=AreaKind.BOROUGH.value)
@_day("--valid-from", help="First day on which the areas hold.")
@click.option("--complete", is_flag=True, help="The file lists every area of the kind: the others end.")
@click.option(
    "--source", "title", default="", help="Publisher and name of the boundaries, for maps. Default: the file's name."
)
@click.option("--publish", is_flag=True, help="Put the simplified outlines on the public site.")
def areas(
    file: Path,
    kind: str,
    code_column: str,
    name_column: str,
    parent_column: str,
    parents: Path | None,
    layer: str,
    member_column: str,
    member_kind: str,
    valid_from: dt.date | None,
    complete: bool,
    title: str,
    publish: bool,
) -> None:
    """Bring in areas from a GeoPackage or GeoJSON FILE, or as unions from a CSV list.

    \b
    childfirst import areas boroughs.gpkg --kind borough --code-column LAD24CD --name-column LAD24NM
    childfirst import areas wards.gpkg --kind ward --code-column WD24CD --name-column WD24NM \\
        --parents lookup.csv --parent-column LAD24CD
    childfirst import areas units.csv --kind command_unit --member-column borough --name-column bcu
    """
    source = Source.read(file)
    terms = AreaTerms(AreaKind(kind), title or source.name, valid_from, complete)
    if member_column:
        if not name_column:
            raise UserError("Name the column with the larger area, with --name-column.")
        with working(f"Uniting areas from {source.name}"):
            report = actions.import_area_unions(
                by=BY, source=source, terms=terms, member=member_column, group=name_column, of=AreaKind(member_kind)
            )
        show(report)
        _publish(terms.kind, publish)
        return
    if not (code_column and name_column):
        raise UserError("Name the columns with the code and the name, with --code-column and --name-column.")
    if parents is not None and not parent_column:
        raise UserError("Name the column with the larger area in the --parents file, with --parent-column.")
    with working(f"Reading {source.name}"):
        found = read_features(source, layer)
        table = lookup(Source.read(parents), code_column, parent_column) if parents is not None else None
        rows = rows_of(
            found, code=code_column, name=name_column, parent="" if table is not None else parent_column, parents=table
        )
    with working(f"Storing {count_of(len(rows), 'area')}"):
        report = actions.import_areas(by=BY, rows=rows, terms=terms, source=source, layout=found.layout)
    show(report)
    _publish(terms.kind, publish)


def _publish(kind: AreaKind, wanted: bool) -> None:
    if wanted:
        document = actions.publish_boundaries(by=BY, kind=kind)
        click.echo(f"  outlines published, version {document.version}")


@click.command()
@FILE
@_day("--as-of", help="Day of the register. Default: from the file's name, such as gias-open-2025-07.csv.")
@click.option("--complete", is_flag=True, help="The file lists every school that it should: flag those it lacks.")
def schools(file: Path, as_of: dt.date | None, complete: bool) -> None:
    """Bring in a register of schools from a CSV FILE, in its full or one of its slim layouts."""
    source = Source.read(file)
    with working(f"Bringing in schools from {source.name}", source.data.count(b"\n")) as bar:
        report = actions.import_schools(by=BY, source=source, as_of=as_of, complete=complete, progress=bar.advance)
    show(report)


@click.command("school-links")
@FILE
def school_links(file: Path) -> None:
    """Bring in predecessors and successors of schools from the register's links FILE."""
    source = Source.read(file)
    with working(f"Bringing in links from {source.name}", source.data.count(b"\n")) as bar:
        report = actions.import_school_links(by=BY, source=source, progress=bar.advance)
    show(report)


@click.command("term-dates")
@FILE
def term_dates(file: Path) -> None:
    """Bring in terms and closures from a CSV FILE with the columns la_code, kind, name, starts_on, ends_on."""
    with working(f"Bringing in term dates from {file.name}"):
        report = actions.import_term_dates(by=BY, source=Source.read(file))
    show(report)


def show(report: ImportReport) -> None:
    """Print what an import did, and where its report is."""
    facts = [part for part in (report.layout, report.encoding) if part]
    if report.as_of is not None:
        facts.append(f"of {format_date(report.as_of)}")
    click.echo(f"{report.source}{' (' + ', '.join(facts) + ')' if facts else ''}")
    counts = ("read", report.read), ("landed", report.landed), ("known already", report.known)
    for name, number in (*counts, ("duplicates", report.duplicates), ("set aside", report.set_aside)):
        click.echo(f"  {name:<14}{number:>10,}")
    for reason, number in report.details["reasons"].items():
        click.echo(f"    {number:,}: {reason}")
    for example in report.details["examples"][:5]:
        value = f" {example['value']!r}" if example["value"] else ""
        click.echo(
            f"    line {example['line']}{', ' + example['column'] if example['column'] else ''}:{value} {example['reason']}"
        )
    for column, words in report.details["new_words"].items():
        shown = ", ".join(f"{word!r} ({number})" for word, number in list(words.items())[:5])
        click.echo(f"  not known in {column}: {shown}{' and more' if len(words) > 5 else ''}")
    for line in report.details["notes"]:
        click.echo(f"  {line}")
    click.echo(f"  report {report.pk}")
