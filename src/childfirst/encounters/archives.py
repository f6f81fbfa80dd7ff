"""Opening archives of data.police.uk safely, straight from the zip, and cutting their files into rows.

Nothing is unpacked to disk. What is read is bounded whatever the zip says of itself. A file comes out as text lines with
their true line numbers; whether the rows make sense is for ``importers``.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of, join_and

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold. The whole of data.police.uk for three years stays well below."""

    entries: int = 50_000
    file_bytes: int = 100 * MEGABYTE
    total_bytes: int = 2_000 * MEGABYTE
    ratio: int = 100  # unpacked to packed; real archives are near 18
    ratio_from_bytes: int = MEGABYTE  # small files may pack as well as they like


LIMITS = Limits()

_NAME = re.compile(r"(?P<month>20[0-9]{2}-(?:0[1-9]|1[0-2]))-(?P<force>[a-z0-9]+(?:-[a-z0-9]+)*)-stop-and-search\.csv")


@dataclass(frozen=True, slots=True)
class Member:
    """One stop and search file of an archive."""

    name: str
    month: str
    force: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, cut into its values."""

    line: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as rows: ``rows`` have a value for each of ``columns``, ``broken`` have not (line, why, its beginning)."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    broken: tuple[tuple[int, str, str], ...]
    notes: tuple[str, ...]


class Archive:
    """An open archive: its stop and search files by force and month."""

    def __init__(self, zipped: zipfile.ZipFile, name: str, limits: Limits) -> None:
        self._zip = zipped
        self._limits = limits
        self._left = limits.total_bytes
        self.name = name
        self.members = self._look()

    @property
    def forces(self) -> tuple[str, ...]:
        """Names of the forces with a file here, as the file names have them."""
        return tuple(sorted({member.force for member in self.members}))

    def of(self, force: str) -> list[Member]:
        """The files of a force, oldest month first."""
        return [member for member in self.members if member.force == force]

    def _look(self) -> list[Member]:
        entries = self._zip.infolist()
        if len(entries) > self._limits.entries:
            raise UserError(
                f"{self.name} holds {count_of(len(entries), 'file')}; an archive of data.police.uk has far fewer. "
                "It was not opened."
            )
        members: dict[tuple[str, str], Member] = {}
        for entry in entries:
            self._check(entry)
            found = _NAME.fullmatch(PurePosixPath(entry.filename).name)
            if found is None or entry.is_dir():
                continue
            key = (found["force"], found["month"])
            if key in members:
                raise UserError(
                    f"{self.name} holds two files for {found['force']} in {found['month']}. Which one is true?"
                )
            members[key] = Member(entry.filename, found["month"], found["force"], entry.file_size)
        if not members:
            raise UserError(
                f"{self.name} holds no stop and search file. In an archive of data.police.uk they are named like "
                "2018-05/2018-05-metropolitan-stop-and-search.csv."
            )
        return [members[key] for key in sorted(members)]

    def _check(self, entry: zipfile.ZipInfo) -> None:
        path = PurePosixPath(entry.filename)
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename or is_link:
            raise UserError(f"{self.name} holds a file whose path leads out of the archive. It was not opened.")
        packed = max(entry.compress_size, 1)
        if entry.file_size >= self._limits.ratio_from_bytes and entry.file_size > self._limits.ratio * packed:
            raise UserError(
                f"{entry.filename} in {self.name} would unpack to {entry.file_size // packed} times its size, as zip bombs "
                "do. The archive was not opened."
            )
        if entry.flag_bits & 1:
            raise UserError(f"{entry.filename} in {self.name} is locked with a password. Unlock the archive first.")

    def read(self, member: Member) -> bytes:
        """The bytes of a file. Raises UserError when it is damaged, or larger than it may be whatever the zip says."""
        most = min(self._limits.file_bytes, self._left)
        chunks, size = [], 0
        try:
            with self._zip.open(member.name) as opened:
                while chunk := opened.read(MEGABYTE):
                    size += len(chunk)
                    if size > most:
                        raise UserError(
                            f"{member.name} in {self.name} unpacks to more than {most // MEGABYTE:,} MB, which no such file "
                            "has. Nothing was imported."
                        )
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError) as error:
            raise UserError(
                f"{member.name} in {self.name} is damaged and cannot be unpacked. Nothing was imported."
            ) from error
        self._left -= size
        return b"".join(chunks)


@contextmanager
def opened(path: Path, limits: Limits = LIMITS) -> Iterator[Archive]:
    """Open an archive; raises UserError with one sentence when it is not one, or not safe to read."""
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    try:
        zipped = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(f"{path.name} is not a zip archive, or its end is missing.") from error
    with zipped:
        yield Archive(zipped, path.name, limits)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file and what was noticed: UTF-8 (with or without mark), UTF-16 with its mark, else windows-1252.

    Null characters, which no database keeps, become the replacement character, so that their rows are seen to be wrong.
    """
    text, notes = _decoded(data, name)
    return text.replace("\x00", "\ufffd"), notes


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), [f"{name} is written in UTF-16."]
        except UnicodeDecodeError:
            raise UserError(f"{name} begins as UTF-16 and then is not. Nothing was imported.") from None
    notes = [f"{name} begins with a byte order mark."] if data.startswith(b"\xef\xbb\xbf") else []
    try:
        return data.decode("utf-8-sig"), notes
    except UnicodeDecodeError as error:
        if error.end >= len(data) and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8-sig"), [*notes, f"{name} ends in the middle of a letter."]
    try:
        return data.decode("cp1252"), [f"{name} is not UTF-8: it was read as windows-1252."]
    except UnicodeDecodeError:
        raise UserError(
            f"{name} is neither UTF-8 nor windows-1252: it is not a text file. Nothing was imported."
        ) from None


def cut(text: str, name: str, expected: Sequence[str]) -> Sheet:
    """Cut the text of a file into rows of the expected columns, by name and in any order.

    Line ends may be of Unix, Windows or the old Mac. A row with too few or too many values is set aside by itself: a stray
    quotation mark spoils its own line and no other, for no value of these files holds a line break.

    Raises UserError, and so refuses the whole file, when the text is empty or a column is missing, unknown or doubled.
    """
    notes = []
    if "\r" in text:
        if "\n" not in text:
            notes.append(f"{name} has the line ends of the old Mac.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    ends_whole = lines[-1] == ""
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise UserError(f"{name} is empty: it has not even a line with the names of columns. Nothing was imported.")
    order = _order([value.strip() for value in _values(lines[start])], name, expected)
    if order != list(range(len(expected))):
        notes.append(f"{name} has its columns in another order; they were read by their names.")
    rows, broken = [], []
    last = max(i for i, line in enumerate(lines) if line.strip())
    for i in range(start + 1, len(lines)):
        line = lines[i]
        if not line.strip():
            continue
        values = _values(line)
        if len(values) == len(expected):
            rows.append(Row(i + 1, tuple([values[position] for position in order])))
            continue
        is_cut = i == last and not ends_whole and len(values) < len(expected)
        why = f"The row has {count_of(len(values), 'value')} instead of {len(expected)}"
        broken.append((i + 1, f"{why}: the file was cut in the middle of it." if is_cut else f"{why}.", line[:100]))
    return Sheet(tuple(expected), tuple(rows), tuple(broken), tuple(notes))


def _values(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration):
        return [line]


def _order(header: list[str], name: str, expected: Sequence[str]) -> list[int]:
    found = [value.casefold() for value in header]
    wanted = [value.casefold() for value in expected]
    missing = [expected[i] for i, value in enumerate(wanted) if value not in found]
    unknown = [header[i] for i, value in enumerate(found) if value not in wanted]
    if missing:
        words = f"{name} has no column {join_and([f'“{column}”' for column in missing])}."
        if len(missing) > len(expected) // 2:
            words = f"{name} does not begin with the columns of a stop and search file of data.police.uk."
        elif unknown:
            likely = difflib.get_close_matches(missing[0], unknown, 1, 0.4) or unknown[:1]
            words += f" It has “{likely[0][:60]}” instead."
        raise UserError(f"{words} The file was refused and nothing was imported.")
    if unknown:
        named = join_and([f"“{column[:60]}”" for column in unknown[:3]])
        raise UserError(
            f"{name} has a column that is not known: {named}. The file was refused and nothing was imported."
        )
    if len(found) != len(set(found)):
        twice = next(header[i] for i, value in enumerate(found) if value in found[:i])
        raise UserError(f"{name} has the column “{twice}” twice. The file was refused and nothing was imported.")
    return [found.index(value) for value in wanted]
