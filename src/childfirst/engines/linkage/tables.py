"""Reading what callers give: pyarrow tables, polars frames or lists of dicts, with documented columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

Rows: TypeAlias = pa.Table | pl.DataFrame | Iterable[Mapping[str, Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

EPOCH = dt.date(1970, 1, 1).toordinal()
NO_DAY = np.iinfo(np.int64).min
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M")


def frame(rows: Rows, what: str, required: tuple[str, ...]) -> pl.DataFrame:
    """The rows as a polars frame that has the required columns.

    `what` names the table in the message of the UserError raised when a column is missing or the type is not known.
    """
    if isinstance(rows, pl.DataFrame):
        table = rows
    elif isinstance(rows, pa.Table):
        table = from_arrow(rows)
    elif isinstance(rows, Mapping | str | bytes):
        raise UserError(f"The {what} must be a table or a list of rows, not {type(rows).__name__}.")
    else:
        listed = list(rows)
        names = list(dict.fromkeys(key for row in listed for key in row))
        if not listed:
            return pl.DataFrame(schema=dict.fromkeys(required, pl.String))
        table = pl.DataFrame({name: pl.Series(name, [row.get(name) for row in listed], strict=False) for name in names})
    missing = [name for name in required if name not in table.columns]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise UserError(
            f"The {what} table has no {noun} {join_and(missing)}; it has {join_and(table.columns) or 'no columns'}."
        )
    return table


def from_arrow(table: pa.Table) -> pl.DataFrame:
    """A pyarrow table as a polars frame."""
    return cast("pl.DataFrame", pl.from_arrow(table))


def column(table: pl.DataFrame, name: str) -> pl.Series:
    """A column as stripped text; empty where the value or the column is missing. Whole floats lose their ``.0``."""
    if name not in table.columns:
        return pl.Series(name, [""], dtype=pl.String).new_from_index(0, table.height)
    found = table[name]
    if found.dtype == pl.String:
        return found.str.strip_chars().fill_null("")
    if found.dtype.is_float():
        written = ["" if v is None or v != v else f"{v:g}" if v % 1 else f"{v:.0f}" for v in found.to_list()]
    else:
        written = ["" if value is None else str(value).strip() for value in found.to_list()]
    return pl.Series(name, written, dtype=pl.String)


def texts(table: pl.DataFrame, name: str) -> list[str]:
    """The same as a list."""
    return column(table, name).to_list()


def numbers(table: pl.DataFrame, name: str) -> Floats:
    """A column as floats; NaN where the value or the column is missing or is not a finite number."""
    if name not in table.columns:
        return np.full(table.height, np.nan)
    column = table[name]
    if not column.dtype.is_numeric():
        column = column.cast(pl.String, strict=False).str.strip_chars().cast(pl.Float64, strict=False)
    values = column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64, copy=True)
    values[~np.isfinite(values)] = np.nan
    return values


def coordinates(table: pl.DataFrame) -> tuple[Floats, Floats]:
    """Latitude and longitude (WGS 84, degrees); both NaN where either is missing, impossible, or is the point 0, 0."""
    lat, lon = numbers(table, "lat"), numbers(table, "lon")
    bad = np.isnan(lat) | np.isnan(lon) | (np.abs(lat) > 90) | (np.abs(lon) > 180) | ((lat == 0) & (lon == 0))
    lat[bad] = np.nan
    lon[bad] = np.nan
    return lat, lon


def days(table: pl.DataFrame, name: str) -> Integers:
    """A column of dates as days since 1970; ``NO_DAY`` where the value or the column is missing or cannot be read.

    Dates and datetimes are taken as they are; text is read as ``2024-03-27``, ``27/03/2024`` or ``27-03-2024``.
    """
    if name not in table.columns:
        return np.full(table.height, NO_DAY, dtype=np.int64)
    found = table[name]
    if found.dtype == pl.Date:
        return found.cast(pl.Int32).cast(pl.Int64).fill_null(int(NO_DAY)).to_numpy().astype(np.int64)
    if found.null_count() == len(found):
        return np.full(table.height, NO_DAY, dtype=np.int64)
    known = {value: _day(value) for value in set(found.to_list())}
    return np.array([known[value] for value in found.to_list()], dtype=np.int64)


def _day(value: object) -> int:
    if isinstance(value, dt.datetime):
        return value.toordinal() - EPOCH
    if isinstance(value, dt.date):
        return value.toordinal() - EPOCH
    if isinstance(value, str) and value.strip():
        text = value.strip()[:19]
        for form in DATE_FORMATS:
            try:
                return dt.datetime.strptime(text, form).toordinal() - EPOCH  # noqa: DTZ007 - a calendar day has no zone
            except ValueError:
                continue
    return int(NO_DAY)
