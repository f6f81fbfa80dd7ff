"""Long tables of counts as CSV files: one column per breakdown, then the count; ``Total`` marks a margin."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from pathlib import Path

from childfirst.shared.errors import UserError

from .protection import SafeCell, SafeTable
from .rule import TOTAL, Status
from .tables import CountTable

LARGEST_COUNT = 10**12
STATUS = "status"
WORDS = {
    Status.SHOWN: "shown",
    Status.TRUE_ZERO: "zero",
    Status.HIDDEN_PRIMARY: "primary",
    Status.HIDDEN_SECONDARY: "secondary",
}
"""A status as a file says it."""
HIDDEN_MARKS = frozenset({"", "c", "[c]", "x", "*", ":", "..", "suppressed"})
"""What publishers print where a count is hidden."""
_STATUSES = {**{word: status for status, word in WORDS.items()}, **{status.value: status for status in Status}}

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its codes, the count as it was written, and the status where there is one."""

    line: int
    codes: Codes
    count: str
    status: str


@dataclass(frozen=True)
class LongTable:
    """A file as it was read, in its own order."""

    name: str
    file: str
    dimensions: tuple[str, ...]
    rows: tuple[Row, ...]
    parents: Mapping[str, Mapping[str, str]]

    def is_inner(self, codes: Codes) -> bool:
        """Whether a row is no margin and no subtotal."""
        return not any(code in above for above, code in zip(self.totals, codes, strict=True))

    @cached_property
    def totals(self) -> list[set[str]]:
        """For each breakdown the codes that add others up."""
        return [{TOTAL, *self.parents.get(name, {}).values()} for name in self.dimensions]

    def domains(self) -> dict[str, tuple[str, ...]]:
        """Breakdown -> the finest codes that occur."""
        return {
            name: tuple(sorted({row.codes[axis] for row in self.rows} - self.totals[axis]))
            for axis, name in enumerate(self.dimensions)
        }

    def links(self) -> dict[str, dict[str, str]]:
        """The part of each hierarchy that this table's codes belong to."""
        found: dict[str, dict[str, str]] = {}
        for name, domain in self.domains().items():
            parents, used = self.parents.get(name, {}), dict[str, str]()
            for code in domain:
                step = code
                while step in parents and step not in used:
                    used[step] = parents[step]
                    step = parents[step]
            if used:
                found[name] = used
        return found


def read_long(
    path: Path, count: str | None = None, parents: Mapping[str, Mapping[str, str]] | None = None
) -> LongTable:
    """Read one file. ``count`` names the column of counts; default: ``count``, else the last column that is no status.

    ``parents``: breakdown -> child -> parent, for subtotals. Raises UserError, with the line, for whatever is wrong.
    """
    lines = _lines(path)
    header = [name.strip() for name in lines[0][1]]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise UserError(f"{path.name}: its columns are not parted by commas; save it as “CSV UTF-8 (comma delimited)”.")
    if len(set(header)) != len(header) or "" in header:
        raise UserError(f"{path.name}: every column needs a name of its own.")
    candidates = [name for name in header if name != STATUS or count == STATUS]
    chosen = count or ("count" if "count" in header else (candidates or header)[-1])
    if chosen not in header:
        raise UserError(f"{path.name}: there is no column {chosen!r}; the columns are {', '.join(header)}.")
    at, told = header.index(chosen), header.index(STATUS) if STATUS in header and chosen != STATUS else -1
    axes = [i for i in range(len(header)) if i not in (at, told)]
    if not axes:
        raise UserError(f"{path.name}: beside {chosen!r} there is no column to break the counts down by.")
    if "count" in (header[i] for i in axes):
        raise UserError(f"{path.name}: a breakdown may not be called 'count'.")
    rows: list[Row] = []
    seen: dict[Codes, int] = {}
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            raise UserError(f"{path.name}, line {line}: {len(cells)} columns where {len(header)} are expected.")
        codes = tuple(_code(path, line, header[i], cells[i]) for i in axes)
        if codes in seen:
            raise UserError(
                f"{path.name}, line {line}: {' / '.join(codes)} occurs twice; it is on line {seen[codes]}, too."
            )
        seen[codes] = line
        rows.append(Row(line, codes, cells[at].strip(), cells[told].strip().casefold() if told >= 0 else ""))
    if not rows:
        raise UserError(f"{path.name}: there is no row with counts.")
    dimensions = tuple(header[i] for i in axes)
    found = LongTable(path.stem, path.name, dimensions, tuple(rows), dict(parents or {}))
    if not any(found.is_inner(row.codes) for row in rows):
        raise UserError(f"{path.name}: there is no row with counts that is not a total.")
    return found


def count_table(
    table: LongTable, *, totals: str = "given", scope: Mapping[str, Sequence[str]] | None = None
) -> CountTable:
    """A table to be protected. Rows with ``Total`` or with a parent are checked against the inner rows.

    ``totals``: ``given``: as the rows say, and at least one; ``add``: every margin is published, whether it has rows or
    not; ``none``: a table without totals. Raises UserError.
    """
    inner: dict[Codes, int] = {}
    above: dict[Codes, tuple[int, int]] = {}
    for row in table.rows:
        number = _count(table, row)
        if table.is_inner(row.codes):
            inner[row.codes] = number
        else:
            above[row.codes] = number, row.line
    margins: set[frozenset[str]] | None = {
        frozenset(d for d, code in zip(table.dimensions, codes, strict=True) if code != TOTAL) for codes in above
    }
    if totals == "add":
        margins = None
    elif totals == "given" and not any(TOTAL in codes for codes in above):
        raise UserError(
            f"{table.file}: no row is a total. Add the totals that will be published (the value {TOTAL}), or say "
            "--totals add to count with all of them, or --totals none where no total will ever be published."
        )
    found = CountTable(
        table.name,
        table.dimensions,
        inner,
        domains=table.domains(),
        hierarchies=table.links(),
        margins=margins,
        scope=scope or {},
    )
    _check_margins(table, found, above)
    return found


def safe_table(
    table: LongTable, *, missing: str = "zero", scope: Mapping[str, Sequence[str]] | None = None
) -> tuple[SafeTable, frozenset[Codes]]:
    """A published table as a reader sees it, and the hidden cells whose status it does not tell.

    ``missing``: what a crossing without a row is, ``zero`` or ``hidden``.
    """
    cells: dict[Codes, SafeCell] = {}
    untold: set[Codes] = set()
    for row in table.rows:
        hidden = row.count.casefold() in HIDDEN_MARKS
        if row.status and row.status not in _STATUSES:
            raise UserError(
                f"{table.file}, line {row.line}: {row.status!r} is no status; it is one of {', '.join(WORDS.values())}."
            )
        status = _STATUSES.get(row.status)
        if status is not None and status.hidden != hidden:
            word = "hidden, but a count is printed" if not hidden else "shown, but there is no count"
            raise UserError(f"{table.file}, line {row.line}: its status says that the cell is {word}.")
        if hidden:
            if status is None:
                untold.add(row.codes)
            cells[row.codes] = SafeCell(row.codes, None, status or Status.HIDDEN_PRIMARY)
        else:
            number = _count(table, row)
            cells[row.codes] = SafeCell(row.codes, number, Status.SHOWN if number else Status.TRUE_ZERO)
    domains = table.domains()
    for codes in product(*(domains[name] for name in table.dimensions)):
        if codes not in cells:
            hidden = missing == "hidden"
            cells[codes] = SafeCell(codes, None if hidden else 0, Status.HIDDEN_PRIMARY if hidden else Status.TRUE_ZERO)
            if hidden:
                untold.add(codes)
    ordered = tuple(cells[codes] for codes in sorted(cells))
    told = {name: tuple(sorted(set(codes))) for name, codes in (scope or {}).items()}
    return SafeTable(table.name, table.dimensions, ordered, domains, table.links(), told), frozenset(untold)


def read_hierarchy(path: Path) -> dict[str, str]:
    """Child -> parent from a file with a column per level, finest first: ``ward,borough,force``."""
    lines = _lines(path)
    if len(lines[0][1]) < 2:
        raise UserError(f"{path.name}: a hierarchy needs a column per level, the finest first.")
    parents: dict[str, str] = {}
    for line, cells in lines[1:]:
        codes = [cell.strip() for cell in cells]
        while codes and not codes[-1]:
            codes.pop()
        for child, parent in pairwise(codes):
            if not child or not parent:
                raise UserError(f"{path.name}, line {line}: a level is empty between two others.")
            if parents.setdefault(child, parent) != parent:
                raise UserError(f"{path.name}, line {line}: {child!r} lies in {parents[child]!r} and in {parent!r}.")
    return parents


def write_table(table: LongTable, safe: SafeTable) -> str:
    """The rows of a file in their order as CSV text, the count empty where it is hidden; ``status`` says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.dimensions, "count", STATUS])
    for codes in [row.codes for row in table.rows]:
        cell = safe[codes]
        writer.writerow([*codes, "" if cell.count is None else cell.count, WORDS[cell.status]])
    return out.getvalue()


def write_all(safe: SafeTable) -> str:
    """Every published cell of a safe table as CSV text, in canonical order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*safe.dimensions, "count", STATUS])
    for cell in safe.cells:
        writer.writerow([*cell.codes, "" if cell.count is None else cell.count, WORDS[cell.status]])
    return out.getvalue()


def _lines(path: Path) -> list[tuple[int, list[str]]]:
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
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
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


def _count(table: LongTable, row: Row) -> int:
    if not (row.count.isascii() and row.count.isdigit()) or int(row.count) > LARGEST_COUNT:
        raise UserError(f"{table.file}, line {row.line}: {row.count!r} is not a count; an unknown count is not zero.")
    return int(row.count)


def _check_margins(table: LongTable, found: CountTable, above: Mapping[Codes, tuple[int, int]]) -> None:
    """Every total agrees with its cells, and a margin that has some of its totals has all of them."""
    chains = [
        {code: _above(code, table.parents.get(name, {})) for code in found.domains[name]} for name in table.dimensions
    ]
    patterns: dict[tuple[int, ...], dict[Codes, int]] = {}
    heights = {codes: _pattern(table, codes) for codes in above}
    for pattern in set(heights.values()):
        sums = patterns[pattern] = {}
        for codes, number in found.counts.items():
            steps = [chain[code] for chain, code in zip(chains, codes, strict=True)]
            for key in product(*(_at(step, height) for step, height in zip(steps, pattern, strict=True))):
                sums[key] = sums.get(key, 0) + number
    for codes, (number, line) in above.items():
        value = patterns[heights[codes]].get(codes)
        if value is None and number == 0:
            raise UserError(f"{table.file}, line {line}: {' / '.join(codes)} is a margin without any inner row.")
        if value != number:
            raise UserError(
                f"{table.file}, line {line}: the margin {' / '.join(codes)} is given as {number}, "
                f"but its cells add up to {value or 0}."
            )
    for pattern, sums in patterns.items():
        absent = [codes for codes, number in sums.items() if number and codes not in above]
        if absent and not _mixed(pattern):
            raise UserError(
                f"{table.file}: the total {' / '.join(min(absent))} is missing, though others of its kind are there."
            )


LEAF, PARENT, WHOLE = 0, 1, 2


def _pattern(table: LongTable, codes: Codes) -> tuple[int, ...]:
    return tuple(
        WHOLE if code == TOTAL else PARENT if code in above else LEAF
        for above, code in zip(table.totals, codes, strict=True)
    )


def _mixed(pattern: tuple[int, ...]) -> bool:
    return PARENT in pattern


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    chain = [code]
    while chain[-1] in parents and len(chain) <= len(parents) + 1:
        chain.append(parents[chain[-1]])
    return chain


def _at(chain: list[str], kind: int) -> list[str]:
    return [TOTAL] if kind == WHOLE else chain[1:] if kind == PARENT else chain[:1]
