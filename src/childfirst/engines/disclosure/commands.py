"""``childfirst protect``: make one table of counts safe to publish."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from childfirst.shared.errors import UserError

from .files import read_table, write_table
from .protection import protect as protect_tables
from .rule import Rule


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--count", help="The column that holds the counts. Default: 'count', else the last column.")
@click.option("--threshold", default=5, show_default=True, help="Counts from 1 to one less than this are hidden.")
@click.option("--hide-zeros", is_flag=True, help="Hide true zeros like small counts.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the safe table. Default: standard output.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Where to write the certificate (JSON).")
def protect(
    table: Path, count: str | None, threshold: int, hide_zeros: bool, out: Path | None, certificate: Path | None
) -> None:
    """Hide the small counts of TABLE, a CSV file, and whatever would give them away.

    One column per breakdown, then the count; the value Total marks a margin. The output repeats the rows with the
    count left empty where it is hidden, and a status: shown, hidden_primary, hidden_secondary or true_zero. Nothing is
    written unless every hidden count is proved safe.
    """
    targets = [path.resolve() for path in (out, certificate) if path is not None]
    if table.resolve() in targets or len(set(targets)) < len(targets):
        raise UserError("The safe table, the certificate and the input must be three different files.")
    rule = Rule(threshold=threshold, zeros_shown=not hide_zeros)
    protection = protect_tables([read_table(table, count)], rule)
    if not protection.proved:
        raise UserError(f"{table.name} could not be proved safe under this rule, so nothing was written.")
    safe = protection.tables[0]
    text = write_table(safe)
    if certificate is not None:
        _write(certificate, protection.certificate_json())
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text)
    tally = safe.tally()
    click.echo(
        f"{len(safe.cells)} cells: {tally['shown']} shown, {tally['true_zero']} true zeros, "
        f"{tally['hidden_primary']} hidden, {tally['hidden_secondary']} hidden to guard them. The attack found no breach.",
        err=True,
    )


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
