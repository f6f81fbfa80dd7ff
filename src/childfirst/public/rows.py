"""The table of a measure's page: each number, or the word for why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from childfirst.design.charts.data import Cell, Unit, number
from childfirst.design.figures import cell_markup
from childfirst.public.filters import Selection
from childfirst.public.tables import VALUE_ROLES, Line, PublishedTable


class Readable(Protocol):
    """A measure or a table of a release: whatever has rows to show."""

    @property
    def title(self) -> str: ...

    @property
    def unit(self) -> Unit: ...

    @property
    def table(self) -> PublishedTable | None: ...


def table_params(found: Readable, selection: Selection, lines: Sequence[Line]) -> dict[str, Any]:
    """Parameters of the GOV.UK table for the rows chosen: a column for each varying dimension, then the values."""
    values = [
        (role, column) for role in VALUE_ROLES if found.table and (column := found.table.value_column(role)) is not None
    ]
    varying = selection.varying
    head = [{"text": column.title} for column in varying] or [{"text": "Shown"}]
    head += [{"text": column.title, "format": "numeric"} for _, column in values]
    ranged = any(line.rate.low is not None for line in found.table.lines) if found.table else False
    if ranged:
        head.append({"text": "Very likely between", "format": "numeric"})
    rows = []
    for line in lines:
        names = [found.table.wording(column.name, line.codes[column.name]) for column in varying if found.table]
        row: list[dict[str, Any]] = [{"html": conditional_escape(name)} for name in names or ["Everything together"]]
        row += [{"html": _value(line, role, found.unit), "format": "numeric"} for role, _ in values]
        if ranged:
            row.append({"text": between(line.rate, found.unit), "format": "numeric"})
        rows.append(row)
    return {
        "caption": caption(found, selection),
        "caption_classes": "govuk-visually-hidden",
        "first_cell_is_header": True,
        "head": head,
        "rows": rows,
    }


def caption(found: Readable, selection: Selection) -> str:
    """What all rows have in common, in words."""
    common = [f"{title}: {words}" for title, words in selection.words()]
    return "; ".join(common) or found.title


def between(cell: Cell, unit: Unit) -> str:
    """The interval of a value in words that stay on one line; a dash where there is none."""
    if cell.low is None or cell.high is None:
        return "–"
    return f"{number(cell.low, unit)} to {number(cell.high, unit)}".replace(" ", "\u00a0")


def _value(line: Line, role: str, unit: Unit) -> SafeString:
    cell: Cell = getattr(line, role)
    return cell_markup(Cell(cell.value, cell.status), unit if role == "rate" else "count")
