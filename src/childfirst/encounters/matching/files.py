"""Opening a file of records, CSV or Parquet, and reading it a batch at a time, so that its size does not matter.

A file is refused as a whole, with one sentence, when it is none of the two, is empty, or its columns cannot be told apart. A row
with too many or too few values is given on by itself, with its line. Encodings as for archives: UTF-8, UTF-16 with its mark,
else windows-1252, which is said.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of

CSV_SUFFIXES = (".csv", ".txt", ".tsv")
PARQUET_SUFFIXES = (".parquet", ".pq")
SUFFIXES = CSV_SUFFIXES + PARQUET_SUFFIXES
CHUNK = 1 << 20
MOST_COLUMNS = 400
LONGEST_VALUE = 1 << 20
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as they stand in the file: text by column, each with its line. ``broken`` are (line, why, beginning)."""

    columns: tuple[str, ...]
    lines: list[int]
    rows: list[list[str]]
    broken: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows of the file it accounts for."""
        return len(self.rows) + len(self.broken)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read: its columns, how many rows it has where that is known, and what was noticed."""

    path: Path
    name: str
    columns: tuple[str, ...]
    rows: int | None
    encoding: str
    delimiter: str
    notes: tuple[str, ...]

    @property
    def header_key(self) -> str:
        """A fingerprint of the names of the columns, in any order, by which a mapping is remembered."""
        return hashlib.sha256("\x1f".join(sorted(name.casefold() for name in self.columns)).encode()).hexdigest()

    def batches(self, size: int, skip: int = 0) -> Iterator[Batch]:
        """The rows after the first ``skip``, ``size`` at a time."""
        if self.encoding:
            yield from _csv_batches(self, size, skip)
        else:
            yield from _parquet_batches(self, size, skip)

    def sample(self, rows: int = 5) -> Batch:
        """The first rows, for a person who says which column is what."""
        return next(self.batches(rows), Batch(self.columns, [], []))


def open_file(path: Path, name: str = "") -> Opened:
    """Open a file by its suffix. ``name`` is what people call it, where it was stored under another name.

    Raises UserError with one sentence when it cannot be read as a whole.
    """
    name = name or path.name
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(f"{name} must be a CSV file (.csv) or a Parquet file (.parquet).")
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    if path.stat().st_size == 0:
        raise UserError(f"{name} is empty.")
    return _open_parquet(path, name) if suffix in PARQUET_SUFFIXES else _open_csv(path, name)


def whole_table(path: Path) -> pl.DataFrame:
    """All rows of a small file as text, null where empty. Raises UserError as ``open_file`` does, and for a broken row."""
    opened = open_file(path)
    rows: list[list[str]] = []
    for batch in opened.batches(10_000):
        if batch.broken:
            line, why, _ = batch.broken[0]
            raise UserError(f"{opened.name}, line {line}: {why}")
        rows += batch.rows
    frame = pl.DataFrame(rows, schema=dict.fromkeys(opened.columns, pl.String), orient="row")
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _open_parquet(path: Path, name: str) -> Opened:
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (OSError, ValueError, pa.ArrowException):
        raise UserError(f"{name} is not a Parquet file that can be read.") from None
    nested = [f.name for f in schema if pa.types.is_nested(f.type)]
    if rows == 0:
        raise UserError(f"{name} has no rows.")
    notes = (f"The nested columns {', '.join(nested)} are not read.",) if nested else ()
    columns = _columns([f.name for f in schema if f.name not in nested], name)
    return Opened(path, name, columns, rows, "", "", notes)


def _parquet_batches(opened: Opened, size: int, skip: int) -> Iterator[Batch]:
    line = 0
    kept: list[list[str]] = []
    with pq.ParquetFile(opened.path) as file:
        for part in file.iter_batches(batch_size=max(size, 1024), columns=list(opened.columns)):
            if line + part.num_rows <= skip:
                line += part.num_rows
                continue
            if line < skip:
                part = part.slice(skip - line)
                line = skip
            values = [[_text(value) for value in part.column(name).to_pylist()] for name in opened.columns]
            kept += [list(row) for row in zip(*values, strict=True)]
            line += part.num_rows
            while len(kept) >= size:
                yield Batch(opened.columns, list(range(line - len(kept) + 1, line - len(kept) + 1 + size)), kept[:size])
                kept = kept[size:]
    if kept:
        yield Batch(opened.columns, list(range(line - len(kept) + 1, line + 1)), kept)


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\x00", "\ufffd")


def _open_csv(path: Path, name: str) -> Opened:
    with path.open("rb") as raw:
        begin = raw.read(4096)
    if begin.startswith(_SPREADSHEETS):
        raise UserError(f"{name} is a spreadsheet, not a CSV file. Save it as CSV (UTF-8) and bring that.")
    encoding, rows, notes = _encoding_of(path, name)
    with path.open(encoding=encoding, newline="") as text:
        header = next((line for line in text if line.strip()), "")
    if not header:
        raise UserError(f"{name} is empty: it has not even a line with the names of columns.")
    delimiter = max(",;\t|", key=header.count) if len(header) < LONGEST_VALUE else ","
    try:
        columns = _columns(next(csv.reader([header], delimiter=delimiter)), name)
    except csv.Error as error:
        raise UserError(f"The first line of {name} is not a list of columns: {error}.") from None
    opened = Opened(path, name, columns, rows, encoding, delimiter, tuple(notes))
    if not opened.sample(1).size:
        raise UserError(f"{name} has the names of its columns and no row below them.")
    return opened


def _columns(names: list[str], name: str) -> tuple[str, ...]:
    stripped = [one.strip().lstrip("\ufeff") for one in names]
    if len(stripped) > MOST_COLUMNS:
        raise UserError(f"{name} has {count_of(len(stripped), 'column')}; at most {MOST_COLUMNS} can be read.")
    twice = next((one for one in stripped if one and stripped.count(one) > 1), None)
    if twice is not None:
        raise UserError(f"{name} has the column “{twice[:60]}” twice, so that they cannot be told apart.")
    return tuple(one or f"(column {number})" for number, one in enumerate(stripped, 1))


def _encoding_of(path: Path, name: str) -> tuple[str, int, list[str]]:
    """Encoding, an estimate of the rows (line ends less the header), and what was noticed; reads the file once."""
    with path.open("rb") as raw:
        mark = raw.read(4)
        raw.seek(0)
        if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", _rows_of(path, "utf-16", name), [f"{name} is written in UTF-16."]
        decoder, ends, is_utf8 = codecs.getincrementaldecoder("utf-8")(), 0, True
        while chunk := raw.read(CHUNK):
            if b"\x00" in chunk:
                raise UserError(f"{name} is not a text file. If a spreadsheet made it, save it as CSV (UTF-8).")
            ends += chunk.count(b"\n")
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
        if is_utf8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                raise UserError(f"{name} ends in the middle of a letter: it was cut off. Bring it whole.") from None
            return "utf-8-sig", max(ends - 1, 1), []
    return _windows(path, name), max(ends - 1, 1), [f"{name} is not UTF-8: it was read as windows-1252."]


def _windows(path: Path, name: str) -> str:
    try:
        _rows_of(path, "cp1252", name)
    except UnicodeDecodeError:
        raise UserError(f"{name} is neither UTF-8 nor windows-1252: it is not a text file.") from None
    return "cp1252"


def _rows_of(path: Path, encoding: str, name: str) -> int:
    try:
        with path.open(encoding=encoding, newline="") as text:
            ends = 0
            while chunk := text.read(CHUNK):
                ends += chunk.count("\n")
    except UnicodeError:
        if encoding == "cp1252":
            raise
        raise UserError(f"{name} begins as UTF-16 and then is not.") from None
    return max(ends - 1, 1)


@contextmanager
def _reading(opened: Opened) -> Iterator[Any]:
    with opened.path.open(encoding=opened.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=opened.delimiter)
        before = csv.field_size_limit(LONGEST_VALUE)
        try:
            yield reader
        finally:
            csv.field_size_limit(before)


def _csv_batches(opened: Opened, size: int, skip: int) -> Iterator[Batch]:
    width = len(opened.columns)
    batch, seen, header = Batch(opened.columns, [], []), 0, True
    with _reading(opened) as reader:
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error:
                row, broken = (
                    [],
                    "A quotation mark is opened here and not closed, or a value is longer than a million letters.",
                )
            else:
                broken = ""
            if not row and not broken:
                continue
            if header:
                header = False
                continue
            seen += 1
            if seen <= skip:
                continue
            if not broken and len(row) != width:
                broken = f"The row has {count_of(len(row), 'value')} instead of {width}."
            if broken:
                batch.broken.append((line, broken, opened.delimiter.join(row)[:100]))
            else:
                batch.lines.append(line)
                batch.rows.append(row)
            if batch.size >= size:
                yield batch
                batch = Batch(opened.columns, [], [])
    if batch.size:
        yield batch
