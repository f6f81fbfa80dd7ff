"""Plain files in and out: CSV and Parquet by their suffix, with one clear sentence for what is wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from childfirst.engines.linkage.matching import MatchTable
from childfirst.engines.linkage.tables import from_arrow
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

CSV_SUFFIXES = (".csv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
LISTED_FROM = 0.001
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def read(path: Path, what: str) -> pl.DataFrame:
    """Read a CSV (UTF-8, header row, every column as text) or Parquet file. `what` names it in a UserError."""
    suffix = path.suffix.lower()
    if suffix not in CSV_SUFFIXES + PARQUET_SUFFIXES:
        raise UserError(f"The {what} file {path.name} must be a .csv or a .parquet file.")
    if not path.is_file():
        raise UserError(f"There is no {what} file {path}.")
    if suffix in PARQUET_SUFFIXES:
        return _read_parquet(path, what)
    return _read_csv(path, what)


def _read_parquet(path: Path, what: str) -> pl.DataFrame:
    try:
        frame = from_arrow(pq.read_table(path))
    except (OSError, ValueError) as error:
        raise UserError(f"The {what} file {path.name} is not a Parquet file that can be read.") from error
    return _not_empty(frame, path, what)


def _read_csv(path: Path, what: str) -> pl.DataFrame:
    raw = path.read_bytes()
    if not raw.strip():
        raise UserError(f"The {what} file {path.name} is empty.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"The {what} file {path.name} is not in UTF-8: line {line} has a byte that is not; save it as UTF-8 and try again."
        ) from error
    if "\x00" in text:
        raise UserError(
            f"The {what} file {path.name} is not a text file; if a spreadsheet made it, save it as CSV (UTF-8)."
        )
    rows = list(csv.reader(text.splitlines(keepends=True)))
    header = [name.strip() for name in rows[0]]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UserError(f"The {what} file {path.name} has the column {twice[0] or 'without a name'} more than once.")
    body: list[list[str]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(header):
            raise UserError(
                f"The {what} file {path.name} has {len(row)} values in record {number}, but {len(header)} columns in its header."
            )
        body.append(row)
    columns = {name: [row[i] or None for row in body] for i, name in enumerate(header)}
    return _not_empty(pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)), path, what)


def _not_empty(frame: pl.DataFrame, path: Path, what: str) -> pl.DataFrame:
    if not frame.height:
        raise UserError(f"The {what} file {path.name} has no rows below its header.")
    return frame


def rename(frame: pl.DataFrame, columns: dict[str, str], what: str) -> pl.DataFrame:
    """Give columns the names that the matcher knows: `columns` maps its names to the file's."""
    missing = [theirs for theirs in columns.values() if theirs not in frame.columns]
    if missing:
        raise UserError(f"The {what} file has no column {missing[0]}; it has {join_and(frame.columns)}.")
    kept = frame.drop([ours for ours in columns if ours in frame.columns and columns[ours] != ours])
    renamed = {theirs: ours for ours, theirs in columns.items()}
    return kept.rename({theirs: ours for theirs, ours in renamed.items() if theirs in kept.columns})


def write(matches: MatchTable, path: Path) -> None:
    """Write matches: Parquet as `MatchTable.to_arrow`, CSV with the candidates as JSON (those of 0.001 or more).

    In a CSV, text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    suffix = path.suffix.lower()
    if suffix not in CSV_SUFFIXES + PARQUET_SUFFIXES:
        raise UserError(f"The output file {path.name} must be a .csv or a .parquet file.")
    try:
        if suffix in PARQUET_SUFFIXES:
            pq.write_table(matches.to_arrow(), path)
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["id", "urn", "probability", "p_none", "decision", "candidates", "reason"])
            for match in matches:
                listed = [
                    {"urn": c.urn, "probability": round(c.probability, 6)}
                    for c in match.candidates
                    if c.probability >= LISTED_FROM
                ]
                writer.writerow(
                    [
                        _plain(match.id),
                        match.urn or "",
                        f"{match.probability:.6f}",
                        f"{match.p_none:.6f}",
                        match.decision,
                        json.dumps(listed),
                        _plain(match.reason),
                    ]
                )
    except OSError as error:
        raise UserError(f"The output file {path} could not be written: {error.strerror or error}.") from error


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
