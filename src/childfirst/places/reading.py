"""Reading delimited text as it comes: unknown encoding, any line ends, cut rows."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport, SetAside
from childfirst.shared.text import join_and

LARGEST = 512 * 1024 * 1024
LONGEST_VALUE = 100

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or a spreadsheet; save its sheet as CSV first",
    b"SQLite format 3": "a database",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file; unpack it first",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save its sheet as CSV first",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: its name without folders, its fingerprint and its bytes."""

    name: str
    sha256: str
    data: bytes

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read the file. Raises UserError where it is missing, a folder, empty, too large or not to be read."""
        try:
            if not path.is_file():
                raise UserError(f"There is no file {path}.")
            if path.stat().st_size > LARGEST:
                raise UserError(f"{path.name} is larger than {LARGEST // 1024**2} MB.")
            data = path.read_bytes()
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}.") from error
        return cls.of(path.name, data)

    @classmethod
    def of(cls, name: str, data: bytes) -> Source:
        """From bytes at hand, such as an uploaded file. Raises UserError where there are none."""
        if not data.strip(b"\0\r\n\t \xef\xbb\xbf"):
            raise UserError(f"{name} is empty.")
        return cls(name[-300:], hashlib.sha256(data).hexdigest(), data)

    def text(self) -> tuple[str, str]:
        """The text and the name of its encoding: by its byte order mark, else UTF-8, else windows-1252.

        Raises UserError for what is no text.
        """
        for start, what in _NOT_TEXT.items():
            if self.data.startswith(start):
                raise UserError(f"{self.name} is not a CSV file but {what}.")
        for mark, codec, title in _MARKS:
            if self.data.startswith(mark):
                try:
                    return self._without_nulls(self.data.decode(codec)), title
                except UnicodeDecodeError as error:
                    raise UserError(f"{self.name} begins as {title} but breaks off at byte {error.start}.") from error
        for codec, title in (("utf-8", "UTF-8"), ("cp1252", "windows-1252"), ("latin-1", "ISO 8859-1")):
            try:
                return self._without_nulls(self.data.decode(codec)), title
            except UnicodeDecodeError:
                continue
        raise AssertionError("ISO 8859-1 reads any bytes")

    def _without_nulls(self, text: str) -> str:
        if "\0" in text:
            raise UserError(f"{self.name} is not a text file.")
        return text


@dataclass
class Sheet:
    """A delimited file: its header, and its rows one after the other."""

    source: Source
    encoding: str
    header: tuple[str, ...]
    _reader: Iterator[list[str]]
    _first_line: int
    notes: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, source: Source) -> Sheet:
        """Read the header. Raises UserError for an empty file, a name that stands twice in the header, or no text."""
        text, encoding = source.text()
        notes = []
        if "\n" not in text and "\r" in text:
            notes.append("The file has old Macintosh line ends.")
        head = text.lstrip("\r\n").splitlines()[0]
        delimiter = max(",;\t|", key=lambda mark: (head.count(mark), mark == ","))
        if delimiter != ",":
            notes.append(f"Columns are separated by {'tabs' if delimiter == chr(9) else repr(delimiter)}.")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header: list[str] = []
        try:
            while not any(header):
                header = [name.strip().strip("\ufeff") for name in next(reader)]
        except (StopIteration, csv.Error) as error:
            raise UserError(f"{source.name} has no header row that can be read.") from error
        while header and not header[-1]:
            header.pop()
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise UserError(f"{source.name} has two columns named {join_and(twice)}.")
        return cls(source, encoding, tuple(header), reader, reader.line_num, notes)

    def rows(self, report: QualityReport) -> Iterator[tuple[int, dict[str, str]]]:
        """(line where the row begins, column -> stripped text) of each whole row; ``report.read`` counts all rows.

        Rows of the wrong length are set aside, and so is what follows an opening quotation mark that nothing closes.
        """
        width = len(self.header)
        line = self._first_line + 1
        while True:
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                report.read += 1
                reason = "The row cannot be read: the file is cut inside it, or a quotation mark is not closed."
                report.put_aside(SetAside(self.source.name, line, "", str(error)[:LONGEST_VALUE], reason))
                if "unexpected end of data" in str(error):
                    return
                line = getattr(self._reader, "line_num", line) + 1
                continue
            begun, line = line, getattr(self._reader, "line_num", line) + 1
            if not any(cell.strip() for cell in row):
                continue
            report.read += 1
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                reason = f"The row has {'fewer' if len(row) < width else 'more'} columns than the header."
                report.put_aside(SetAside(self.source.name, begun, "", f"{len(row)} of {width} columns", reason))
                continue
            yield begun, {name: cell.strip() for name, cell in zip(self.header, row, strict=False)}


class BadValue(Exception):
    """A value that keeps its row from landing: the column, the value as written, and a sentence."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value[:LONGEST_VALUE], reason

    def at(self, source: str, line: int) -> SetAside:
        """The row's place in the report."""
        return SetAside(source, line, self.column, self.value, self.reason)


def lacking(header: Sequence[str], needed: Sequence[str], file: str, looks_like: str) -> UserError:
    """The sentence for a file without a column that its layout needs."""
    missing = [name for name in needed if name not in header]
    noun = "column" if len(missing) == 1 else "columns"
    has = join_and(list(header[:12])) + (" and more" if len(header) > 12 else "")
    return UserError(f"{file} looks like {looks_like} but has no {noun} {join_and(missing)}. It has: {has}.")
