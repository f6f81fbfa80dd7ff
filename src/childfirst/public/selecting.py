"""Rows of a table that a program asks for: dimensions' codes, and a span of months."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from childfirst.public.tables import is_month
from childfirst.published.queries import Table

FROM, TO = "from", "to"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Rows = Sequence[tuple[Any, ...]]


class UnknownCodeError(LookupError):
    """The address asks for a code that the table does not have, or for months of a table without any."""


def chosen_rows(table: Table, asked: QueryDict) -> Rows:
    """The rows whose codes are among those asked for. A parameter that names no dimension is left alone.

    ``from`` and ``to`` bound the dimension that holds months, whose total is then left out. Raises UnknownCodeError.
    """
    rows: Rows = table.rows
    for column in table.dimensions:
        codes = set(asked.getlist(column.name))
        if not codes:
            continue
        place = table.index(column.name)
        unknown = codes - {str(row[place]) for row in table.rows}
        if unknown:
            raise UnknownCodeError(f"{column.name} has no code “{min(unknown)[:80]}”.")
        rows = [row for row in rows if str(row[place]) in codes]
    return _between(table, rows, asked.get(FROM, ""), asked.get(TO, ""))


def _between(table: Table, rows: Rows, first: str, last: str) -> Rows:
    if not first and not last:
        return rows
    for month in (first, last):
        if month and not _MONTH.fullmatch(month):
            raise UnknownCodeError(f"“{month[:80]}” is not a month such as 2018-05.")
    for column in table.dimensions:
        place = table.index(column.name)
        if any(is_month(str(row[place])) for row in table.rows):
            return [
                row
                for row in rows
                if is_month(str(row[place])) and (first or "") <= str(row[place]) <= (last or "9999-12")
            ]
    raise UnknownCodeError("This table is not broken down by month.")


def rows_to_csv(table: Table, rows: Rows) -> str:
    """Rows as CSV with the table's header, safe to open in a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(column.name) for column in table.columns])
    writer.writerows([safe(value) for value in row] for row in rows)
    return out.getvalue()


def safe(value: object) -> object:
    """Text that a spreadsheet would run as a formula is marked as text; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
