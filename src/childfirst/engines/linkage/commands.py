"""The command `childfirst match`: plain files in, a plain file out, no database."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click

from childfirst.engines.linkage import files, tables
from childfirst.engines.linkage.batch import READ
from childfirst.engines.linkage.decision import percent
from childfirst.engines.linkage.explaining import explain as explain_mention
from childfirst.engines.linkage.output import Writer, is_parquet, writing
from childfirst.engines.linkage.register import Register
from childfirst.engines.linkage.review import COVERAGE, Reviews
from childfirst.engines.linkage.streaming import Tally, available_processors, match_file, peak_megabytes
from childfirst.shared.errors import UserError
from childfirst.shared.progress import working
from childfirst.shared.text import count_of

PATH = click.Path(path_type=Path)
COLUMNS = ("id", *READ)
BAR_WIDTH = 24
SHOWN_ASIDE = 5


@click.command()
@click.argument("mentions", type=PATH, required=False)
@click.option(
    "--register", "register_file", type=PATH, required=True, help="Schools: CSV or Parquet with urn and name."
)
@click.option("--aliases", "aliases_file", type=PATH, help="Former and other names: CSV or Parquet with urn and alias.")
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.99,
    show_default=True,
    help="Share of accepted links that should be right.",
)
@click.option(
    "--out",
    type=PATH,
    default=Path("matched.csv"),
    show_default=True,
    help="Where to write: .csv, .csv.gz or .parquet.",
)
@click.option("--review", "review_file", type=PATH, help="Where to write what a person should look at.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=YOURS",
    help=f"Your name for a column, e.g. mention=school_text. Names: {', '.join(COLUMNS)}.",
)
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of MENTIONS, e.g. windows-1252.")
@click.option(
    "--processes", type=click.IntRange(1, 64), help="Processes that match at once. Default: one for each processor."
)
@click.option("--explain", "text", metavar="TEXT", help="Say why TEXT is, or is not, a school; needs no MENTIONS.")
@click.option(
    "--about", multiple=True, metavar="NAME=VALUE", help="With --explain: what else is known, e.g. age=9, lat=51.5."
)
def match(
    mentions: Path | None,
    register_file: Path,
    aliases_file: Path | None,
    precision: float,
    out: Path,
    review_file: Path | None,
    columns: tuple[str, ...],
    encoding: str,
    processes: int | None,
    text: str | None,
    about: tuple[str, ...],
) -> None:
    """Match the mentions of schools in MENTIONS (CSV or Parquet, .csv.gz too) to a register.

    MENTIONS needs the columns id and mention; record_borough, lat, lon, age, date and gender help when they are there.
    The output has one row for each row of MENTIONS, in the same order: id, urn, probability, p_none, decision (accept,
    review, none), candidates (JSON), reason.
    """
    if (mentions is None) == (text is None):
        raise click.UsageError("Name a file of MENTIONS, or give --explain TEXT; one of the two.")
    if about and text is None:
        raise click.UsageError("--about goes with --explain.")
    if text is not None:
        register, _ = _register(register_file, aliases_file)
        _explain({"mention": text, **_pairs(about, "--about", READ[1:])}, register, precision)
    elif mentions is not None:
        named = {name: name for name in COLUMNS} | _pairs(columns, "--column", COLUMNS)
        source = files.Source(mentions, "mentions", named, ("id", "mention"), encoding)
        inputs = [path for path in (mentions, register_file, aliases_file) if path is not None]
        files.check_output(out, "output file", inputs)
        if review_file is not None:
            files.check_output(review_file, "review file", [*inputs, out])
        register, streets = _register(register_file, aliases_file)
        _match(source, register, out, review_file, precision, processes or available_processors(), streets)


def _pairs(pairs: tuple[str, ...], option: str, names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals or not theirs or ours not in names:
            raise click.UsageError(
                f"{option} {pair} must be NAME=... with a name that the matcher knows: {', '.join(names)}."
            )
        found[ours] = theirs
    return found


def _register(schools_file: Path, aliases_file: Path | None) -> tuple[Register, dict[str, str]]:
    """The index, and the street of each school, for the review file."""
    schools = files.read(schools_file, "register")
    aliases = files.read(aliases_file, "aliases") if aliases_file is not None else None
    register = Register.build(schools, aliases)
    return register, dict(zip(tables.texts(schools, "urn"), tables.texts(schools, "street"), strict=True))


def _match(
    source: files.Source,
    register: Register,
    out: Path,
    review_file: Path | None,
    precision: float,
    processes: int,
    streets: Mapping[str, str],
) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="childfirst-match-") as folder:
        reviews = Reviews(Path(folder), streets) if review_file is not None else None
        with writing(out, "output file") as file, working("Matching", 100) as bar:
            writer = Writer(file, is_parquet(out))
            tally = match_file(
                source,
                register,
                writer,
                csv=not is_parquet(out),
                precision=precision,
                processes=processes,
                reviews=reviews,
                on_progress=lambda share: bar.advance(100 * share),
            )
            writer.close()
        groups = reviews.write(review_file) if reviews is not None and review_file is not None else None
    _summary(tally, source, register, precision, time.monotonic() - started)
    click.echo(f"Written to {out}.")
    if groups is not None:
        click.echo(f"To review: {count_of(groups[0], 'group')} for {count_of(groups[1], 'record')}, in {review_file}.")


def _summary(tally: Tally, source: files.Source, register: Register, precision: float, seconds: float) -> None:
    click.echo(
        f"{count_of(tally.rows, 'mention')} against {count_of(len(register), 'school')}, precision {precision:g}, "
        f"in {seconds:,.1f} s:"
    )
    for decision in ("accept", "review", "none"):
        number = tally.decisions[decision]
        click.echo(f"  {decision:<7}{number:>11,}  {100 * number / max(tally.rows, 1):5.1f} %")
    for note in _notes(tally, source):
        click.echo(note)
    here, helpers = peak_megabytes()
    if here:
        more = f", {helpers:,.0f} MB in the largest of {count_of(tally.helpers, 'helper process', 'helper processes')}"
        click.echo(
            f"{count_of(tally.matched, 'different mention')} matched; at most {here:,.0f} MB of memory here"
            f"{more if tally.helpers else ''}."
        )


def _notes(tally: Tally, source: files.Source) -> list[str]:
    notes = []
    if source.report.set_aside:
        notes.append(
            f"Set aside, and not in the output: {count_of(source.report.set_aside, 'record')} of "
            f"{source.report.read:,} (the header is record 1)."
        )
        notes += [f"  record {row.line}: {row.reason}" for row in source.report.examples[:SHOWN_ASIDE]]
        if source.report.set_aside > SHOWN_ASIDE:
            notes.append(f"  and {source.report.set_aside - SHOWN_ASIDE:,} more")
    for name, (number, value, first) in sorted(tally.unreadable.items()):
        notes.append(
            f"Taken as missing, because it cannot be read: {name} in {count_of(number, 'row')}, e.g. “{value[:40]}” ({f'id {first}' if first else 'no id'})."
        )
    repeated = tally.repeated_ids()
    if repeated:
        notes.append(f"With an id that an earlier row has: {count_of(repeated, 'row')}.")
    if tally.without_id:
        notes.append(f"Without an id: {count_of(tally.without_id, 'row')}.")
    if tally.nuls:
        notes.append(f"With NUL characters, which were left out: {count_of(tally.nuls, 'row')}.")
    return notes


def _explain(mention: Mapping[str, str], register: Register, precision: float) -> None:
    number = {name: _number(name, mention[name]) for name in ("lat", "lon", "age") if name in mention}
    known = dict(mention) | number
    explanation = explain_mention(known, register, precision=precision)
    found = register.match([{"id": "", **known}], precision=precision)[0]
    click.echo(f"“{mention['mention']}”: {explanation.decision}")
    click.echo(explanation.sentence)
    click.echo("")
    for option in found.options(COVERAGE):
        place = f" ({option.borough})" if option.borough else ""
        click.echo(f"  {percent(option.probability):>10}  {option.urn} {option.name}{place}")
    click.echo(f"  {percent(found.p_none):>10}  none of these")
    rows = explanation.rows()
    if not rows:
        return
    click.echo(f"\nFor and against {explanation.name}, written “{explanation.written}”, rather than none:")
    longest = max(abs(row["points"]) for row in rows)
    for row in rows:
        bar = ("█" if row["points"] > 0 else "░") * max(round(BAR_WIDTH * abs(row["points"]) / longest), 1)
        click.echo(f"  {row['points']:+7.2f}  {bar:<{BAR_WIDTH}}  {row['term']}")
    total = math.fsum(bar.points for bar in explanation.bars)
    click.echo(f"  {total:+7.2f}  in all: the logarithm of its chance over that of none")


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise UserError(f"--about {name}={value} must be a number.") from error
