"""Tables as CSV, in the project's way: text that a spreadsheet would run as a formula is marked as text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from childfirst.shared.spreadsheets import harmless


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The rows as a CSV file to be saved under a name."""
    writer = csv.writer(_Echo())
    response = StreamingHttpResponse(
        (writer.writerow([harmless(value) for value in row]) for row in (columns, *rows)),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
