"""A figure: a chart or map that never stands alone, but with its table and the file behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from childfirst.design.charts.data import Cell, Series, Status, Unit, check, words

TableValue = str | int | float | Cell


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown: first column names the row. Values may be cells, text or numbers."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[TableValue, ...], ...]
    unit: Unit = "count"
    decimals: int | None = None

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.headers):
                raise ValueError(f"A row has {len(row)} values under {len(self.headers)} headers.")

    @classmethod
    def of(
        cls,
        caption: str,
        labels: Sequence[str],
        series: Sequence[Series],
        *,
        label_header: str = "",
        unit: Unit = "count",
        decimals: int | None = None,
    ) -> Table:
        """The table of a chart's own data, so that the two cannot differ."""
        check(labels, series)
        rows: tuple[tuple[TableValue, ...], ...] = tuple(
            (label, *(one.cells[index] for one in series)) for index, label in enumerate(labels)
        )
        return cls(caption, (label_header, *(one.name for one in series)), rows, unit, decimals)

    @property
    def has_hidden(self) -> bool:
        return self._has(Status.HIDDEN)

    @property
    def has_unknown(self) -> bool:
        return self._has(Status.UNKNOWN)

    @property
    def has_no_cases(self) -> bool:
        return self._has(Status.NO_CASES)

    def _has(self, status: Status) -> bool:
        return any(isinstance(value, Cell) and value.status is status for row in self.rows for value in row)

    def params(self) -> dict[str, Any]:
        """Parameters of the GOV.UK table."""
        numeric = [
            all(isinstance(row[column], Cell | int | float) for row in self.rows) and column > 0
            for column in range(len(self.headers))
        ]
        return {
            "caption": self.caption,
            "caption_classes": "govuk-table__caption--s",
            "first_cell_is_header": True,
            "head": [
                {"text": header, "format": "numeric" if numeric[column] else ""}
                for column, header in enumerate(self.headers)
            ],
            "rows": [
                [
                    {"html": self._markup(value), "format": "numeric" if numeric[column] else ""}
                    for column, value in enumerate(row)
                ]
                for row in self.rows
            ],
        }

    def _markup(self, value: TableValue) -> SafeString:
        if isinstance(value, Cell):
            return cell_markup(value, self.unit, self.decimals)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cell_markup(Cell.of(value), self.unit, self.decimals)
        return conditional_escape(str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What ``{% figure %}`` shows.

    ``id`` is unique on the page; ``summary`` says in words what the drawing shows; ``drawing`` comes from
    :mod:`childfirst.design.charts` or :mod:`childfirst.design.maps`; ``source`` says where the numbers come from.
    """

    id: str
    title: str
    drawing: SafeString
    table: Table
    summary: str = ""
    csv_url: str = ""
    source: str = ""
    open_table: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.drawing, SafeString):
            raise TypeError("The drawing of a figure comes from charts or maps.")

    @property
    def table_params(self) -> dict[str, Any]:
        return self.table.params()


def cell_markup(value: Any, unit: Unit = "count", decimals: int | None = None) -> SafeString:
    """A cell for a page: hidden and unknown are set off for the eye, and said in words."""
    if not isinstance(value, Cell):
        return conditional_escape(value)
    text = words(value, unit, decimals, interval=True)
    if value.status is Status.SHOWN:
        return conditional_escape(text)
    return format_html('<span class="cf-{}-value">{}</span>', value.status.name.lower().replace("_", "-"), text)
