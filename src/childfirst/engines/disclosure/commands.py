"""``childfirst protect`` and ``childfirst attack``: disclosure control on plain files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from childfirst.shared.errors import UserError

from . import folders, wording
from .attack import AuditResult, Breach, audit
from .files import count_table, read_hierarchy, write_all, write_table
from .protection import Protection
from .protection import protect as protect_tables
from .rule import Rule

_HIERARCHY_HELP = "BREAKDOWN=FILE: which code lies in which, a column per level, finest first (ward,borough,force)."
_RULE_HELP = "n=5 (hide counts below 5), interval=5, zeros=hidden, rounding=5, outcomes=COLUMN, or profile=NAME."


@click.command()
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rule", "rules", multiple=True, help=_RULE_HELP)
@click.option(
    "--ledger", type=click.Path(path_type=Path), help="Folder of what was published before about the same facts."
)
@click.option("--out", type=click.Path(path_type=Path), help="New folder for the safe tables and the certificate.")
@click.option("--hierarchy", "hierarchies", multiple=True, help=_HIERARCHY_HELP)
@click.option("--period", help="The period that these tables count, where they have no column for it: 2026-Q2.")
@click.option("--cumulative", is_flag=True, help="These tables count from the first period of the ledger on.")
@click.option("--corrects", multiple=True, help="A release of the ledger whose figures were wrong.")
@click.option(
    "--totals",
    type=click.Choice(["given", "add", "none"]),
    default="given",
    show_default=True,
    help="Which totals are published: those in the file, every one, or none.",
)
@click.option("--count", help="The column that holds the counts. Default: 'count', else the last column.")
@click.option("--suggest", is_flag=True, help="Print what merging categories or coarser areas would spare.")
@click.option("--explain", is_flag=True, help="Say in words what is hidden and why.")
@click.option("--certificate", type=click.Path(path_type=Path), help="With one table: where to write the certificate.")
def protect(
    tables: tuple[Path, ...],
    rules: tuple[str, ...],
    ledger: Path | None,
    out: Path | None,
    hierarchies: tuple[str, ...],
    period: str | None,
    cumulative: bool,
    corrects: tuple[str, ...],
    totals: str,
    count: str | None,
    suggest: bool,
    explain: bool,
    certificate: Path | None,
) -> None:
    """Hide the small counts of TABLES, CSV files about the same records, and whatever would give them away.

    One column per breakdown, then the count; the value Total marks a margin. All tables are protected together, and
    together with the ledger. The output repeats the rows with the count left empty where it is hidden, and a status:
    shown, zero, primary (hidden because it is small) or secondary (hidden to guard another). Nothing is written
    unless every hidden count is proved safe and the attack fails.
    """
    rule, parents = parse_rule(rules), parse_hierarchies(hierarchies)
    alone = len(tables) == 1 and not tables[0].is_dir() and (out is None or out.suffix == ".csv")
    _check_targets(tables, out, certificate, alone)
    past = folders.read_ledger(ledger, parents)
    periods = folders.periods_of(past, period, cumulative)
    scope = {folders.PERIOD: periods} if periods else {}
    long = folders.long_tables(tables, count, parents)
    if period and any(folders.PERIOD in table.dimensions for table in long):
        raise UserError(f"A table has a column “{folders.PERIOD}” of its own; leave out --period and --cumulative.")
    counted = [count_table(table, totals=totals, scope=scope) for table in long]
    cells = folders.ledger_cells(past, period=period, corrects=corrects)
    protection = _protected(counted, rule, cells, period)
    texts = {
        t.name: write_all(protection[t.name]) if totals == "add" else write_table(t, protection[t.name]) for t in long
    }
    if alone:
        if certificate is not None:
            _write(certificate, protection.certificate_json())
        if out is None:
            click.echo(texts[long[0].name], nl=False)
        else:
            _write(out, texts[long[0].name])
    elif out is not None:
        told: dict[str, Any] = {"hierarchies": {n: dict(p) for n, p in parents.items()}, "periods": list(periods)}
        if past:
            told["ledger"] = [release.name for release in past]
        if corrects:
            told["corrects"] = list(corrects)
        folders.write_release(out, texts, protection, told)
    if explain:
        click.echo(wording.explain_protection(protection), err=True)
    if suggest:
        _suggest(protection, counted, rule, cells)
    tally = {key: sum(table.tally()[key] for table in protection) for key in protection.tables[0].tally()}
    click.echo(
        f"{sum(tally.values()):,} cells: {tally['shown']} shown, {tally['true_zero']} true zeros, "
        f"{tally['hidden_primary']} hidden, {tally['hidden_secondary']} hidden to guard them. The attack found no breach.",
        err=True,
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--rule", "rules", multiple=True, help=f"{_RULE_HELP} Default: the rule of the certificate, else n=5.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Earlier releases. Default: the folder's own ledger/.")
@click.option("--hierarchy", "hierarchies", multiple=True, help=_HIERARCHY_HELP)
@click.option("--period", help="The period that this folder counts, where nothing in it says so.")
@click.option("--corrects", multiple=True, help="A release of the ledger whose figures were wrong.")
@click.option(
    "--missing",
    type=click.Choice(["zero", "hidden"]),
    default="zero",
    show_default=True,
    help="What a crossing without a row is.",
)
@click.option("--count", help="The column that holds the counts. Default: 'count', else the last column.")
@click.option("--quick", is_flag=True, help="Only as far as is needed to judge, not both ends of every interval.")
@click.option("--explain", is_flag=True, help="Say in words what was found, instead of the table of intervals.")
def attack(
    folder: Path,
    rules: tuple[str, ...],
    ledger: Path | None,
    hierarchies: tuple[str, ...],
    period: str | None,
    corrects: tuple[str, ...],
    missing: str,
    count: str | None,
    quick: bool,
    explain: bool,
) -> None:
    """Try to undo the protection of FOLDER: what can be proved about each hidden count, from all its tables together.

    FOLDER holds CSV files as `childfirst protect --out` writes them, or as another tool made them: an empty count is a
    hidden one. Prints the interval of every hidden cell. Exits 1 where the rule is broken.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder.")
    parents = parse_hierarchies(hierarchies)
    release, untold = folders.read_release(folder, parents, missing=missing, count=count)
    rule = (parse_rule(rules) if rules else folders.rule_of(release.certificate)) or Rule()
    own = folder / folders.LEDGER
    past = folders.read_ledger(ledger or (own if own.is_dir() else None), release.parents)
    told = release.certificate.get("publication") or {}
    if told.get("ledger") and not past:
        raise UserError(
            f"{folder} was protected together with earlier releases ({', '.join(told['ledger'])}); give their folder with --ledger."
        )
    if period and not release.periods:
        scope = {folders.PERIOD: (period,)}
        release = replace(release, periods=(period,), tables=tuple(replace(t, scope=scope) for t in release.tables))
    wrong = corrects or tuple(told.get("corrects") or ())
    past = tuple(one for one in past if one.name != folder.name)
    cells = folders.ledger_cells(past, period="".join(release.periods) or None, corrects=wrong)
    result = _attacked(folders.publication(release, rule, cells), exact=not quick, missing=missing)
    breaches = judge(result, untold, rule)
    if explain:
        click.echo(wording.explain_attack(result, breaches, rule))
    else:
        click.echo(wording.report_table(result.cells, breaches), nl=False)
        exact = sum(cell.proved_high is not None and cell.proved_low == cell.proved_high for cell in result.cells)
        places = wording.counted(len(breaches), "place", "places")
        verdict = f"The rule is broken at {places}." if breaches else "The rule holds."
        hidden = wording.counted(len(result.cells), "hidden cell", "hidden cells")
        click.echo(f"{hidden}, {exact} of them can be worked out exactly. {verdict}", err=True)
    if breaches:
        raise SystemExit(1)


def judge(result: AuditResult, untold: folders.Untold, rule: Rule) -> list[Breach]:
    """The breaches that count where a folder does not say why a cell is hidden.

    Such a cell was attacked as if it were small. Where it is proved to be the threshold or more, it need only not be
    pinned.
    """
    return [
        breach
        for breach in result.breaches
        if (breach.table, breach.codes) not in untold or breach.low < rule.threshold or breach.low == breach.high
    ]


def parse_rule(texts: Sequence[str]) -> Rule:
    """The rule from ``n=5``, ``interval=5``, ``zeros=hidden``, ``rounding=5``, ``outcomes=a+b``, ``profile=health``."""
    given: dict[str, Any] = {}
    profile = ""
    for text in (part.strip() for texts_ in texts for part in texts_.split(",")):
        key, separator, value = text.partition("=")
        key, value = key.strip(), value.strip()
        if not separator or not value:
            raise UserError(f"The rule {text!r} is not of the form name=value, for example n=5.")
        if key == "profile":
            profile = value
        elif key in ("n", "threshold", "interval", "rounding"):
            if not value.isascii() or not value.isdigit():
                raise UserError(f"The rule's {key} is a whole number, not {value!r}.")
            given["threshold" if key == "n" else key] = int(value)
        elif key == "zeros":
            if value not in ("shown", "hidden"):
                raise UserError(f"The rule's zeros are shown or hidden, not {value!r}.")
            given["zeros_shown"] = value == "shown"
        elif key == "outcomes":
            given["outcomes"] = tuple(value.split("+"))
        else:
            raise UserError(f"The rule has no {key!r}; it has n, interval, zeros, rounding, outcomes and profile.")
    return replace(Rule.profile(profile), **given) if profile else Rule(**given)


def parse_hierarchies(texts: Sequence[str]) -> dict[str, dict[str, str]]:
    """Breakdown -> child -> parent from ``BREAKDOWN=FILE`` options."""
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        name, separator, file = text.partition("=")
        if not separator or not name or not file:
            raise UserError(f"--hierarchy {text!r} is not of the form BREAKDOWN=FILE.")
        found[name] = read_hierarchy(Path(file))
    return found


def _protected(counted: Any, rule: Rule, cells: Sequence[Any], period: str | None) -> Protection:
    try:
        protection = protect_tables(counted, rule, cells)
    except UserError as error:
        if cells and period is None and "ledger" in str(error):
            raise UserError(
                f"{error} If the releases count different periods, say --period, and --cumulative where each contains "
                "those before it; if the earlier figures were wrong, say --corrects RELEASE."
            ) from None
        raise
    if not protection.proved:
        what = "The tables" if len(counted) > 1 else counted[0].name
        reason = " Earlier releases may already give a count away." if cells else ""
        raise UserError(f"{what} could not be proved safe under this rule, so nothing was written.{reason}")
    return protection


def _attacked(protection: Protection, *, exact: bool, missing: str) -> AuditResult:
    try:
        return audit(protection, exact=exact)
    except UserError as error:
        if missing == "zero" and "contradict" in str(error):
            raise UserError(
                f"{error} If crossings without a row are hidden rather than none, say --missing hidden."
            ) from None
        raise


def _suggest(protection: Protection, counted: Any, rule: Rule, cells: Sequence[Any]) -> None:
    from .merging import alternatives

    found = alternatives(counted, rule, cells, protection)
    if not found:
        click.echo("No merging of two categories would spare a cell.", err=True)
    for one in found:
        click.echo(one.sentence, err=True)


def _check_targets(tables: Sequence[Path], out: Path | None, certificate: Path | None, alone: bool) -> None:
    if not alone and out is None:
        raise UserError("For several tables, say with --out which new folder they go to.")
    if certificate is not None and not alone:
        raise UserError("A folder gets its certificate by itself; leave out --certificate.")
    targets = [path.resolve() for path in (out, certificate) if path is not None]
    if {path.resolve() for path in tables} & set(targets) or len(set(targets)) < len(targets):
        raise UserError("The safe table, the certificate and the input must be three different files.")


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", newline="", delete=False) as draft:
            try:
                draft.write(text)
                draft.flush()
                os.chmod(draft.name, 0o644)
                os.replace(draft.name, path)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None
