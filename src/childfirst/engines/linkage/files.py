"""Plain files in: CSV and Parquet by their suffix, read block by block, with one clear sentence for what is wrong."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from childfirst.engines.linkage.tables import from_arrow
from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport, SetAside
from childfirst.shared.text import count_of, join_and

CSV_SUFFIXES = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz")
PARQUET_SUFFIXES = (".parquet", ".pq")
DELIMITERS = ",;\t|"
HEADER_BYTES = 1 << 20
BLOCK_BYTES = 1 << 21
BLOCK_ROWS = 1 << 15
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass
class Source:
    """A file of rows. Iterate over `blocks`; `report` counts what was read and what was set aside, and why.

    `what` names the file in sentences ("mentions", "register"). `columns` maps the names that the matcher knows to the
    file's own; only those come out, under the matcher's names, where the file has them, and all columns come out where
    it is empty. Names are compared without regard to case and outer spaces.
    """

    path: Path
    what: str
    columns: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    encoding: str = "utf-8"
    report: QualityReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = QualityReport(source=self.path.name)
        _check_name(self.path, f"{self.what} file")
        if not self.path.is_file():
            raise UserError(f"There is no {self.what} file {self.path}.")
        try:
            self.encoding = codecs.lookup(self.encoding).name
        except LookupError as error:
            raise UserError(f"There is no encoding named {self.encoding}; try utf-8 or windows-1252.") from error

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet, by its suffix."""
        return suffix(self.path) in PARQUET_SUFFIXES

    def blocks(self, on_read: Callable[[float], object] | None = None) -> Iterator[pl.DataFrame]:
        """The rows in order, some ten thousand at a time. `on_read` is told the share of the file that each block took.

        Raises UserError for a file that cannot be read, has no rows, lacks a required column, or has one twice.
        """
        rows = 0
        for block, share in self._parquet() if self.is_parquet else self._csv():
            rows += block.height
            self.report.landed += block.height
            if on_read is not None:
                on_read(share)
            if block.height:
                yield block
        self.report.read = self.report.landed + self.report.set_aside
        if not rows:
            where = "" if self.is_parquet else " below its header"
            raise UserError(f"{self._name} has no rows{where}{self._all_aside()}.")

    def _all_aside(self) -> str:
        if not self.report.examples:
            return ""
        return f" that can be read: {self.report.examples[0].reason} (record {self.report.examples[0].line})"

    @property
    def _name(self) -> str:
        return f"The {self.what} file {self.path.name}"

    def _chosen(self, present: list[str]) -> dict[int, str]:
        """Which of the file's columns are read, by position, and what they are called from here on."""
        keys = [name.strip().casefold() for name in present]
        chosen: dict[int, str] = {}
        wanted = self.columns or {name.strip(): name for name in present if name.strip()}
        for ours, theirs in wanted.items():
            at = [i for i, key in enumerate(keys) if key == theirs.strip().casefold()]
            exact = [i for i in at if present[i].strip() == theirs.strip()]
            at = exact if len(exact) == 1 else at
            if len(at) > 1:
                raise UserError(f"{self._name} has the column {theirs} more than once.")
            if at:
                chosen[at[0]] = ours
            elif ours in self.required or ours != theirs:
                raise UserError(f"{self._name} has no column {theirs}; it has {_listed(present)}.")
        return chosen

    def _parquet(self) -> Iterator[tuple[pl.DataFrame, float]]:
        try:
            with pq.ParquetFile(self.path) as file:
                names = file.schema_arrow.names
                chosen = self._chosen(names)
                for i in chosen:
                    if pa.types.is_nested(file.schema_arrow.field(i).type):
                        raise UserError(
                            f"The column {names[i]} of {self._name[0].lower()}{self._name[1:]} holds lists, not values."
                        )
                total = max(file.metadata.num_rows, 1)
                for batch in file.iter_batches(BLOCK_ROWS, columns=[names[i] for i in chosen]):
                    table = pa.Table.from_batches([batch]).select([names[i] for i in chosen])
                    yield from_arrow(table.rename_columns(list(chosen.values()))), batch.num_rows / total
        except (OSError, ValueError, pa.ArrowException) as error:
            raise UserError(f"{self._name} is not a Parquet file that can be read.") from error

    def _csv(self) -> Iterator[tuple[pl.DataFrame, float]]:
        header, delimiter, blank = self._header()
        chosen = self._chosen(header)
        places = [f"c{i}" for i in range(len(header))]
        size = max(self.path.stat().st_size, 1)
        with self.path.open("rb") as raw:
            try:
                reader = pc.open_csv(
                    self._stream(raw),
                    read_options=pc.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK_BYTES,
                        column_names=places,
                        skip_rows=blank,
                        skip_rows_after_names=1,
                        encoding="utf8" if self.encoding == "utf-8" else self.encoding,
                    ),
                    parse_options=pc.ParseOptions(
                        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=self._set_aside
                    ),
                    convert_options=pc.ConvertOptions(
                        column_types=dict.fromkeys(places, pa.string()), include_columns=[places[i] for i in chosen]
                    ),
                )
                before, last = 0, ""
                for batch in reader:
                    now = raw.tell()
                    if batch.num_rows:
                        last = batch.column(batch.num_columns - 1)[batch.num_rows - 1].as_py() or ""
                    table = pa.Table.from_batches([batch]).rename_columns(list(chosen.values()))
                    yield from_arrow(table), (now - before) / size
                    before = now
                self._check_closed(last)
            except (pa.ArrowException, UnicodeError, OSError, EOFError, zlib.error) as error:
                raise self._unreadable(error) from error

    def _stream(self, raw: io.BufferedReader) -> Any:
        file = pa.PythonFile(raw, mode="r")
        return pa.CompressedInputStream(file, "gzip") if self.path.suffix.lower() == ".gz" else file

    def _check_closed(self, last: str) -> None:
        """An opening quotation mark in the last column, never closed, takes in the rest of the file as one value."""
        if "\n" not in last:
            return
        if self.path.suffix.lower() == ".gz":
            closed = not last.endswith("\n")
        else:
            with self.path.open("rb") as raw:
                raw.seek(max(self.path.stat().st_size - 64, 0))
                closed = raw.read().rstrip().endswith(b'"')
        if not closed:
            raise UserError(
                f"{self._name} has a quotation mark that is never closed, {count_of(last.count(chr(10)), 'line')} before its end."
            )

    def _set_aside(self, row: Any) -> str:
        reason = f"has {count_of(row.actual_columns, 'value')}, but the header has {count_of(row.expected_columns, 'column')}"
        lines = row.text.count("\n")
        if lines > 1 and row.text.count('"') % 2:
            reason = f"a quotation mark that is never closed took in {count_of(lines, 'further line')}"
        self.report.put_aside(SetAside(self.path.name, row.number, "", row.text[:80], reason))
        return "skip"

    def _header(self) -> tuple[list[str], str, int]:
        try:
            with _opened(self.path) as raw:
                start = raw.read(HEADER_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(error) from error
        for mark, encoding in MARKS.items():
            if start.startswith(mark) and self.encoding == "utf-8":
                raise UserError(
                    f"{self._name} is in {encoding.upper()}: save it as UTF-8, or add --encoding {encoding}."
                )
        if not start.strip():
            raise UserError(f"{self._name} is empty.")
        text = codecs.getincrementaldecoder(self.encoding)("replace").decode(start).removeprefix("\ufeff")
        if "\x00" in text.partition("\n")[0]:
            raise UserError(f"{self._name} is not a text file; if a spreadsheet made it, save it as CSV (UTF-8).")
        found = max(DELIMITERS, key=lambda mark: (self._known(text, mark), len(_record(text, mark)), mark == ","))
        header = _record(text, found)
        if len(start) < HEADER_BYTES and text.strip("\r\n") == text[: _header_length(text, found)].strip("\r\n"):
            self._chosen(header)
            raise UserError(f"{self._name} has no rows below its header.")
        return header, found, len(text[: len(text) - len(text.lstrip("\r\n"))].splitlines())

    def _known(self, text: str, mark: str) -> int:
        wanted = {name.strip().casefold() for name in self.columns.values()}
        return len(wanted & {name.strip().casefold() for name in _record(text, mark)})

    def _unreadable(self, error: Exception) -> UserError:
        said = str(error)
        if isinstance(error, UnicodeError) or "UTF8" in said:
            line = self._bad_line()
            return UserError(
                f"{self._name} is not in {self.encoding.upper()}: line {line:,} has a byte that is not; save it as UTF-8, or name "
                "its encoding, such as --encoding windows-1252."
            )
        if "straddling" in said or "out of sync" in said:
            return UserError(
                f"{self._name} has a quotation mark that is never closed, or one record of more than 8 MB."
            )
        return UserError(f"{self._name} cannot be read as CSV: {said.rstrip('.')}.")

    def _bad_line(self) -> int:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        number = 1
        with _opened(self.path) as raw:
            for line in raw:
                try:
                    decoder.decode(line)
                except UnicodeError:
                    return number
                number += 1
        return number


def _opened(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _record(text: str, delimiter: str) -> list[str]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if row:
            return [name.strip() for name in row]
    return []


def _header_length(text: str, delimiter: str) -> int:
    """Characters up to the end of the first record that holds anything."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(iter(lines.readline, ""), delimiter=delimiter)
    for row in reader:
        if row:
            break
    return lines.tell()


def _listed(names: list[str]) -> str:
    shown = [name.strip() or "one without a name" for name in names[:20]]
    return (join_and(shown) or "no columns") + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def suffix(path: Path) -> str:
    """The suffix in lower case, with ``.gz`` and what stands before it taken together."""
    last = path.suffix.lower()
    return path.with_suffix("").suffix.lower() + last if last == ".gz" else last


def _check_name(path: Path, what: str) -> None:
    if suffix(path) not in CSV_SUFFIXES + PARQUET_SUFFIXES:
        raise UserError(f"The {what} {path.name} must be a .csv, .csv.gz or .parquet file.")


def check_output(path: Path, what: str, inputs: list[Path]) -> None:
    """Refuse an output whose name is neither CSV nor Parquet, that is an input, or whose folder does not exist."""
    _check_name(path, what)
    if path.resolve() in {p.resolve() for p in inputs}:
        raise UserError(f"The {what} {path.name} is also an input; choose another name.")
    if not path.resolve().parent.is_dir():
        raise UserError(f"The {what} {path} could not be written: there is no folder {path.parent}.")
    if path.is_dir():
        raise UserError(f"The {what} {path} could not be written: it is a folder.")


def read(path: Path, what: str, encoding: str = "utf-8") -> pl.DataFrame:
    """A whole file (a register, aliases) as a frame; a CSV's columns are text, empty where missing.

    Raises UserError as `Source.blocks`, and for a record whose number of values is not that of the header.
    """
    source = Source(path, what, encoding=encoding)
    frames = list(source.blocks())
    if source.report.examples:
        bad = source.report.examples[0]
        raise UserError(f"The {what} file {path.name} cannot be used: record {bad.line} {bad.reason}.")
    return pl.concat(frames, how="vertical_relaxed")
