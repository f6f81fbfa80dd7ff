"""The fast way of many rows into the tables: one prepared statement (SQLite) or COPY (PostgreSQL), the constraints as ever.

``Frame`` is what importers and the demo hand over: a Polars table with any of the columns of ``COLUMNS``; what is missing takes
the model's default. Rules that the database cannot keep are the caller's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from django.db import connections, models, router

from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.rules import review_due, review_reasons
from childfirst.encounters.vocabulary import IMPORTED, AgeBand, Answer, AppropriateAdult, TimePrecision
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.ids import new_ulids

COLUMNS: dict[str, Any] = {
    "occurred_at": pl.Datetime("us", "UTC"),
    "time_precision": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "ward": pl.String,
    "borough": pl.String,
    "kind": pl.String,
    "initiator": pl.String,
    "age": pl.Int16,
    "age_band": pl.String,
    "gender": pl.String,
    "self_defined_ethnicity": pl.String,
    "officer_defined_ethnicity": pl.String,
    "send": pl.String,
    "search_of": pl.String,
    "legislation": pl.String,
    "object_of_search": pl.String,
    "outcome": pl.String,
    "outcome_linked": pl.String,
    "more_than_outer_clothing": pl.String,
    "use_of_force": pl.String,
    "appropriate_adult": pl.String,
    "alternative": pl.String,
    "police_reason": pl.String,
    "school_id": pl.Int64,
    "school_reason": pl.String,
    "follow_up_due": pl.Date,
    "school_resolved_at": pl.Datetime("us", "UTC"),
    "recorded_by_id": pl.String,
    "team_id": pl.String,
    "source": pl.String,
    "force": pl.String,
    "source_row_key": pl.String,
    "child_reference": pl.String,
}
"""Columns of a frame; ``school_id`` is a URN. ``id``, ``month``, ``created_at`` and ``changed_at`` are made here."""

REQUIRED = ("occurred_at", "kind", "source", "source_row_key")

BATCH = 20_000


def locate(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``ward`` and ``borough`` found from ``lon`` and ``lat``; empty where unknown or outside the areas."""
    points = frame.select("lon", "lat").drop_nulls().unique(maintain_order=True)
    if points.is_empty():
        return frame.with_columns(pl.lit("").alias("ward"), pl.lit("").alias("borough"))
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    found = points.with_columns(
        *(
            pl.Series(kind, np.asarray(places.area_index(kind).locate(lon, lat)), pl.String)
            for kind in ("ward", "borough")
        )
    )
    without = frame.drop("ward", "borough", strict=False)
    return without.join(found, on=["lon", "lat"], how="left", maintain_order="left").with_columns(
        pl.col("ward", "borough").fill_null("")
    )


def land(frame: pl.DataFrame) -> int:
    """Insert the rows of a frame as encounters, with the reviews that they call for; gives how many.

    Call it inside a transaction. Raises IntegrityError when a row breaks a constraint of the table: then none has landed.
    """
    if frame.is_empty():
        return 0
    missing = [name for name in REQUIRED if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in COLUMNS]
    if missing or unknown:
        raise ValueError(f"A frame of encounters lacks {missing} and has unknown columns {unknown}.")
    now = clock.now()
    for part in frame.iter_slices(BATCH):
        whole = _with_defaults(part).with_columns(
            pl.col("occurred_at").dt.convert_time_zone("Europe/London").dt.strftime("%Y-%m").alias("month")
        )
        ids = new_ulids(whole.height)
        insert(Encounter, whole, {"id": ids, "version": 1, "created_at": now, "changed_at": now})
        flags = pl.DataFrame(list(_flags(whole, ids)), schema=_FLAGS, orient="row")
        made = {"id": new_ulids(flags.height), "created_at": now, "finding": "", "conclusion": "", "further_action": ""}
        insert(ReviewFlag, flags, made)
    return frame.height


def locate_again() -> int:
    """Find ward and borough anew for every encounter with coordinates, after areas came or changed; gives how many moved."""
    columns = {"id": pl.String, "lon": pl.Float64, "lat": pl.Float64, "ward": pl.String, "borough": pl.String}
    rows = Encounter.objects.filter(lon__isnull=False).order_by("id").values_list(*columns)
    before = pl.DataFrame(list(rows.iterator(BATCH)), schema=columns, orient="row")
    after = locate(before).rename({"ward": "ward_now", "borough": "borough_now"})
    moved = before.join(after.select("id", "ward_now", "borough_now"), on="id", maintain_order="left").filter(
        (pl.col("ward") != pl.col("ward_now")) | (pl.col("borough") != pl.col("borough_now"))
    )
    connection = connections[router.db_for_write(Encounter)]
    now = connection.ops.adapt_datetimefield_value(clock.now())
    changed = [
        (ward, borough, now, key) for key, ward, borough in moved.select("id", "ward_now", "borough_now").iter_rows()
    ]
    if changed:
        table = connection.ops.quote_name(Encounter._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET ward = %s, borough = %s, changed_at = %s WHERE id = %s", changed)  # noqa: S608
    return moved.height


def _with_defaults(frame: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for name, kind in COLUMNS.items():
        default = _default(name)
        column = pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
        columns.append(column if default is None else column.fill_null(pl.lit(default)))
    return frame.select(columns)


def _default(name: str) -> Any:
    field: models.Field[Any, Any] = Encounter._meta.get_field(name)  # type: ignore[assignment]
    if field.null:
        return None
    default = field.get_default()
    return str(default) if isinstance(default, str) else default


_FLAGS: dict[str, Any] = {"encounter_id": pl.String, "reason": pl.String, "due_at": pl.Datetime("us", "UTC")}


def _flags(frame: pl.DataFrame, ids: Sequence[str]) -> Iterator[tuple[str, str, dt.datetime]]:
    """Encounter, reason and moment due of each review. Rows of imports call for none: nobody here could answer for them."""
    wanted = frame.select(
        "age_band", "more_than_outer_clothing", "use_of_force", "appropriate_adult", "occurred_at", "source"
    ).with_row_index("position")
    calls = (
        (pl.col("age_band") == AgeBand.UNDER_10.value)
        | (pl.col("more_than_outer_clothing") == Answer.YES.value)
        | (pl.col("use_of_force") == Answer.YES.value)
        | (pl.col("appropriate_adult") == AppropriateAdult.NO.value)
    )
    recorded_here = ~pl.col("source").is_in([str(source) for source in IMPORTED])
    for position, band, clothing, force, adult, at, _ in wanted.filter(calls & recorded_here).iter_rows():
        reasons = review_reasons(
            age_band=band, more_than_outer_clothing=clothing, use_of_force=force, appropriate_adult=adult
        )
        for reason in reasons:
            yield ids[position], str(reason), review_due(at)


def insert(model: type[models.Model], frame: pl.DataFrame, more: dict[str, Any]) -> None:
    """Insert a frame into the table of a model. ``more`` adds columns: a list of values, or one value for all rows."""
    if frame.is_empty():
        return
    connection = connections[router.db_for_write(model)]
    names = [*frame.columns, *more]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, frame.height, BATCH):
            part = frame.slice(start, BATCH)
            columns = [_values(part[name], connection) for name in frame.columns]
            columns += [_repeated(value, start, part.height, connection) for value in more.values()]
            rows = zip(*columns, strict=True)
            if connection.vendor == "postgresql":
                # Errors of COPY come at its end, where the cursor does not turn them into Django's.
                with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(names))
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(rows))  # noqa: S608


def _repeated(value: Any, start: int, number: int, connection: Any) -> list[Any]:
    if isinstance(value, list):
        return value[start : start + number]
    return [connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value] * number


def _values(column: pl.Series, connection: Any) -> list[Any]:
    """Python values as the database wants them."""
    values = column.to_list()
    if isinstance(column.dtype, pl.Datetime):
        adapt = connection.ops.adapt_datetimefield_value
    elif isinstance(column.dtype, pl.Date):
        adapt = connection.ops.adapt_datefield_value
    else:
        return values
    known = {moment: adapt(moment) for moment in set(values)}
    return [known[moment] for moment in values]


def day_moment(day: dt.date) -> tuple[dt.datetime, TimePrecision]:
    """A day whose time is not known, as the moment at which it begins in London."""
    return dt.datetime.combine(day, dt.time(), clock.LONDON).astimezone(dt.UTC), TimePrecision.DAY
