"""The command `childfirst match`: plain files in, a plain file out, no database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from childfirst.engines.linkage import files
from childfirst.engines.linkage.matching import MatchTable, match_register
from childfirst.engines.linkage.register import Register
from childfirst.engines.linkage.tables import frame
from childfirst.shared.text import count_of

PATH = click.Path(path_type=Path)
MENTION_COLUMNS = ("id", "mention", "record_borough", "lat", "lon", "age", "date", "gender")


@click.command()
@click.argument("mentions", type=PATH)
@click.option(
    "--register", "register_file", type=PATH, required=True, help="Schools: a CSV or Parquet with urn and name."
)
@click.option(
    "--aliases", "aliases_file", type=PATH, help="Former and other names: a CSV or Parquet with urn and alias."
)
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.99,
    show_default=True,
    help="Share of accepted links that should be right.",
)
@click.option(
    "--out", type=PATH, default=Path("matched.csv"), show_default=True, help="Where to write: .csv or .parquet."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=YOURS",
    help=f"Your name for a column, e.g. mention=school_text. Names: {', '.join(MENTION_COLUMNS)}.",
)
def match(
    mentions: Path,
    register_file: Path,
    aliases_file: Path | None,
    precision: float,
    out: Path,
    columns: tuple[str, ...],
) -> None:
    """Match the mentions of schools in MENTIONS (CSV in UTF-8, or Parquet) to a register.

    MENTIONS needs the columns id and mention; record_borough, lat, lon, age, date and gender help when they are there.
    The output has one row for each row of MENTIONS, in the same order.
    """
    if out.suffix.lower() not in files.CSV_SUFFIXES + files.PARQUET_SUFFIXES:
        raise click.UsageError(f"The output file {out.name} must be a .csv or a .parquet file.")
    if out.resolve() in {p.resolve() for p in (mentions, register_file, aliases_file) if p is not None}:
        raise click.UsageError(f"The output file {out.name} is also an input; choose another name.")
    table = files.rename(files.read(mentions, "mentions"), _columns(columns), "mentions")
    frame(table, "mentions", ("id", "mention"))
    schools = files.read(register_file, "register")
    aliases = files.read(aliases_file, "aliases") if aliases_file is not None else None
    index = Register.build(schools, aliases)
    if sys.stderr.isatty():
        with click.progressbar(length=table.height, label="Matching", file=sys.stderr) as bar:
            matches = match_register(table, index, precision=precision, on_progress=bar.update)
    else:
        matches = match_register(table, index, precision=precision)
    files.write(matches, out)
    _summary(matches, index, out)


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not theirs or ours not in MENTION_COLUMNS:
            raise click.UsageError(
                f"--column {pair} must be NAME=YOURS with a name that the matcher knows: {', '.join(MENTION_COLUMNS)}."
            )
        found[ours] = theirs
    return found


def _summary(matches: MatchTable, index: Register, out: Path) -> None:
    total = len(matches)
    click.echo(
        f"{count_of(total, 'mention')} against {count_of(len(index), 'school')}, precision {matches.precision:g}:"
    )
    for decision, number in matches.counts().items():
        click.echo(f"  {decision:<7}{number:>9,}  {100 * number / total:5.1f} %")
    click.echo(f"Written to {out}.")
