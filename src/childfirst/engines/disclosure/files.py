"""Long tables of counts as CSV files: one column per breakdown, then the count; ``Total`` marks a margin."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from childfirst.shared.errors import UserError

from .protection import SafeTable
from .rule import TOTAL
from .tables import CountTable

LARGEST_COUNT = 10**12


def read_table(path: Path, count: str | None = None) -> CountTable:
    """Read one long table. Rows with ``Total`` are margins: they are checked against the inner cells, and they say
    which margins are published; a file without any publishes every margin.

    ``count`` names the column of counts; default: ``count``, else the last column. Raises UserError with the line for
    anything that is not a count of one crossing.
    """
    rows = _rows(path)
    header = [name.strip() for name in rows[0][1]]
    if len(set(header)) != len(header) or "" in header:
        raise UserError(f"{path.name}: every column needs a name of its own.")
    chosen = count or ("count" if "count" in header else header[-1])
    if chosen not in header:
        raise UserError(f"{path.name}: there is no column {chosen!r}; the columns are {', '.join(header)}.")
    at = header.index(chosen)
    dimensions = tuple(name for i, name in enumerate(header) if i != at)
    if not dimensions:
        raise UserError(f"{path.name}: beside {chosen!r} there is no column to break the counts down by.")
    taken = {"count", "status"} & set(dimensions)
    if taken:
        raise UserError(f"{path.name}: a breakdown may not be called {min(taken)!r}.")

    inner: dict[tuple[str, ...], int] = {}
    margins: dict[tuple[str, ...], tuple[int, int]] = {}
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise UserError(f"{path.name}, line {line}: {len(row)} columns where {len(header)} are expected.")
        codes = tuple(_code(path, line, header[i], cell) for i, cell in enumerate(row) if i != at)
        number = _count(path, line, row[at])
        if codes in inner or codes in margins:
            raise UserError(f"{path.name}, line {line}: {' / '.join(codes)} occurs twice.")
        if TOTAL in codes:
            margins[codes] = (number, line)
        else:
            inner[codes] = number
    if not inner:
        raise UserError(f"{path.name}: there is no row with counts.")
    _check_margins(path, inner, margins)
    kept = {frozenset(d for d, code in zip(dimensions, codes, strict=True) if code != TOTAL) for codes in margins}
    return CountTable(path.stem, dimensions, inner, margins=kept or None)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text; save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    if "\0" in text:
        raise UserError(f"{path.name} is not a CSV file.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise UserError(f"{path.name}, line {reader.line_num}: {error}.") from None
    if not rows:
        raise UserError(f"{path.name} is empty.")
    return rows


def _code(path: Path, line: int, column: str, cell: str) -> str:
    code = cell.strip()
    if not code:
        raise UserError(f"{path.name}, line {line}: {column} is empty; give it a category, for example “not recorded”.")
    return TOTAL if code.casefold() == TOTAL.casefold() else code


def _count(path: Path, line: int, cell: str) -> int:
    text = cell.strip()
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST_COUNT:
        raise UserError(f"{path.name}, line {line}: {cell!r} is not a count; an unknown count is not zero.")
    return int(text)


def _check_margins(
    path: Path, inner: dict[tuple[str, ...], int], margins: dict[tuple[str, ...], tuple[int, int]]
) -> None:
    patterns = {tuple(code == TOTAL for code in codes) for codes in margins}
    for pattern in patterns:
        sums: dict[tuple[str, ...], int] = {}
        for codes, number in inner.items():
            above = tuple(TOTAL if total else code for total, code in zip(pattern, codes, strict=True))
            sums[above] = sums.get(above, 0) + number
        for codes, (number, line) in margins.items():
            if tuple(code == TOTAL for code in codes) != pattern:
                continue
            if sums.get(codes) is None and number == 0:
                raise UserError(f"{path.name}, line {line}: {' / '.join(codes)} is a margin without any inner row.")
            if sums.get(codes, 0) != number:
                raise UserError(
                    f"{path.name}, line {line}: the margin {' / '.join(codes)} is given as {number}, "
                    f"but its cells add up to {sums.get(codes, 0)}."
                )


def write_table(table: SafeTable, count: str = "count") -> str:
    """A safe table as CSV text: the count is empty where it is hidden; ``status`` says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.dimensions, count, "status"])
    for cell in table.cells:
        writer.writerow([*cell.codes, "" if cell.count is None else cell.count, cell.status.value])
    return out.getvalue()
