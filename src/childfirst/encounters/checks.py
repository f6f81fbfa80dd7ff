"""What a row of an archive must be to land, as Polars expressions over the raw text columns.

Each check names the column that it faults and the reason that people read; the first one that fails sets the row aside.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from childfirst.encounters import words
from childfirst.encounters.vocabulary import TimePrecision
from childfirst.shared import clock
from childfirst.shared.errors import UserError

_PLAIN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"

BRITAIN_LON = (-9.0, 2.1)
BRITAIN_LAT = (49.0, 61.0)

SWAP_SHARE = 0.5
"""When more than this share of a column's values are words of another column, the file has the two swapped."""

LONGEST_OPEN_WORD = 120


@dataclass(frozen=True, slots=True)
class Check:
    """One reason to set a row aside: the column that it is about, when it is so, and the sentence."""

    column: str
    fails: pl.Expr
    reason: str


def parsed(raw: pl.DataFrame) -> pl.DataFrame:
    """The raw rows with ``moment`` (UTC, null when the date cannot be read), ``day_only``, ``naive`` and ``lon_``, ``lat_``.

    A moment with its offset is what it says: the archive writes UTC, so that ``2018-04-30T23:05:00+00:00`` is five past midnight
    of 1 May in London. One without an offset is taken as London's clock; a date alone is a day whose time is not known.
    """
    plain = pl.col(words.DATE).str.contains(_PLAIN)
    quick = raw.with_columns(
        pl.when(plain)
        .then(pl.col(words.DATE).str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"))
        .dt.replace_time_zone("UTC")
        .alias("moment"),
        *(_degrees(name, alias) for name, alias in ((words.LONGITUDE, "lon_"), (words.LATITUDE, "lat_"))),
        pl.lit(False).alias("day_only"),
        pl.lit(False).alias("naive"),
    )
    odd = quick.filter(pl.col("moment").is_null() & pl.col(words.DATE).is_not_null())[words.DATE].unique().to_list()
    if not odd:
        return quick
    read = {text: read_date(text) for text in odd}
    schema: dict[str, Any] = {words.DATE: pl.String, "m": pl.Datetime("us", "UTC"), "d": pl.Boolean, "n": pl.Boolean}
    slow = pl.DataFrame([(text, *found) for text, found in read.items()], schema=schema, orient="row")
    return (
        quick.join(slow, on=words.DATE, how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("moment", "m").alias("moment"),
            pl.col("d").fill_null(False).alias("day_only"),
            pl.col("n").fill_null(False).alias("naive"),
        )
        .drop("m", "d", "n")
    )


def _degrees(name: str, alias: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(_NUMBER)).then(pl.col(name).cast(pl.Float64, strict=False)).alias(alias)


def read_date(text: str) -> tuple[dt.datetime | None, bool, bool]:
    """A date in any ISO form: the moment in UTC or None, whether only the day is known, whether the zone was not said."""
    try:
        if len(text) == 10:
            day = dt.date.fromisoformat(text)
            return dt.datetime.combine(day, dt.time(), clock.LONDON).astimezone(dt.UTC), True, False
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(dt.UTC), False, False
        return moment.replace(tzinfo=clock.LONDON).astimezone(dt.UTC), False, True
    except (ValueError, OverflowError):
        return None, False, False


def row_checks(month: str, now: dt.datetime) -> list[Check]:
    """Every check on a row of the file of a month, over the columns of ``parsed``."""
    year, number = int(month[:4]), int(month[5:])
    london = pl.col("moment").dt.convert_time_zone("Europe/London")
    months_off = (london.dt.year().cast(pl.Int32) * 12 + london.dt.month() - (year * 12 + number)).abs()
    lon, lat = pl.col("lon_"), pl.col("lat_")
    checks = [
        Check(words.DATE, pl.col(words.DATE).is_null(), "There is no date."),
        Check(words.DATE, pl.col("moment").is_null(), "This is not a date."),
        Check(words.DATE, pl.col("moment") > now, "The date is in the future."),
        Check(words.DATE, months_off > 1, "The date is more than a month away from the month of the file."),
        Check(words.TYPE, pl.col(words.TYPE).is_null(), "There is no type of search."),
        Check(
            words.LATITUDE,
            pl.col(words.LATITUDE).is_null() != pl.col(words.LONGITUDE).is_null(),
            "Only one of latitude and longitude is given.",
        ),
        Check(words.LATITUDE, pl.col(words.LATITUDE).is_not_null() & lat.is_null(), "The latitude is not a number."),
        Check(words.LONGITUDE, pl.col(words.LONGITUDE).is_not_null() & lon.is_null(), "The longitude is not a number."),
        Check(words.LATITUDE, (lat == 0) & (lon == 0), "The coordinates are 0, 0, which is in the sea off Africa."),
        Check(
            words.LATITUDE,
            ~(lat.is_between(*BRITAIN_LAT) & lon.is_between(*BRITAIN_LON)),
            "The coordinates are not in Great Britain.",
        ),
    ]
    for column, known in words.CLOSED.items():
        checks.append(
            Check(
                column,
                pl.col(column).is_not_null() & ~_word(column).is_in(list(known)),
                f"This word is not known for {column.lower()}.",
            )
        )
    too_long = "The text is too long."
    checks += [Check(column, pl.col(column).str.len_chars() > LONGEST_OPEN_WORD, too_long) for column in words.OPEN]
    return checks


def faults(rows: pl.DataFrame, checks: list[Check]) -> pl.DataFrame:
    """The rows with ``fault``: the number of the first check that fails, null where all hold."""
    found = [pl.when(check.fails.fill_null(False)).then(pl.lit(i, pl.Int32)) for i, check in enumerate(checks)]
    return rows.with_columns(pl.coalesce(found).alias("fault"))


def coded(column: str) -> pl.Expr:
    """The code of each word of a closed column; null where there is no word."""
    codes = {word: str(code) for word, code in words.CLOSED[column].items()}
    return _word(column).replace_strict(codes, default=None, return_dtype=pl.String)


def _word(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase()


def refuse_swapped(rows: pl.DataFrame, name: str) -> None:
    """Raise UserError when the values of one column are those of another: then every row would be wrong in silence."""
    recognised = _recognisers()
    own = rows.select(
        *(recognised[column].mean().alias(column) for column in recognised),
    ).row(0, named=True)
    for column, share in own.items():
        if share is None or share >= 1 - SWAP_SHARE:
            continue
        others = {
            other: rows.select(_recogniser_on(other, column).mean()).item() for other in recognised if other != column
        }
        other, most = max(others.items(), key=lambda item: item[1] or 0)
        if (most or 0) > SWAP_SHARE:
            raise UserError(
                f"In {name} the column “{column}” holds values of “{other}”: columns were swapped. "
                "The file was refused and nothing was imported."
            )


def _recognisers() -> dict[str, pl.Expr]:
    return {column: _recogniser_on(column, column) for column in (*words.CLOSED, *words.OPEN, *_SHAPES)}


_SHAPES = (words.DATE, words.LATITUDE, words.LONGITUDE)


def _recogniser_on(kind: str, column: str) -> pl.Expr:
    """Whether each value of ``column`` looks like one of the column ``kind``; null where it is empty."""
    value = pl.col(column)
    if kind == words.DATE:
        return value.str.contains(r"^\d{4}-\d\d-\d\d")
    if kind in _SHAPES:
        low, high = BRITAIN_LAT if kind == words.LATITUDE else BRITAIN_LON
        number = value.cast(pl.Float64, strict=False)
        is_zero = number == 0
        looks = number.is_between(low, high).fill_null(False) | is_zero.fill_null(False)
        return pl.when(value.is_not_null()).then(looks)
    known = words.CLOSED[kind] if kind in words.CLOSED else words.OPEN[kind]
    return value.str.to_lowercase().is_in(list(known))


def midnight_is_unknown(rows: pl.DataFrame) -> bool:
    """Whether the file writes midnight in London for "time not known".

    So it is where midnight exactly stands out: more than three times as often as any of the four round times around it (and ten
    times at least), or in more than half of three rows or more. A few searches at midnight are just searches at midnight.
    """
    clock_time = pl.col("moment").dt.convert_time_zone("Europe/London").dt.strftime("%H:%M:%S")
    times = dict(rows.filter(~pl.col("day_only")).group_by(clock_time.alias("t")).len().iter_rows())
    midnight = times.get("00:00:00", 0)
    around = max(times.get(time, 0) for time in ("23:00:00", "23:30:00", "00:30:00", "01:00:00"))
    total = sum(times.values())
    return (midnight >= 10 and midnight > 3 * around) or (total >= 3 and midnight * 2 > total)


def precision() -> pl.Expr:
    """``time_precision`` over ``day_only`` and ``unknown_time``."""
    return (
        pl.when(pl.col("day_only") | pl.col("unknown_time"))
        .then(pl.lit(str(TimePrecision.DAY)))
        .otherwise(pl.lit(str(TimePrecision.MINUTE)))
    )
