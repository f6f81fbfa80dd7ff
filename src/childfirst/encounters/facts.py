"""What the upper floors may know of encounters for measuring: one row an encounter, nothing that says who it was.

No identifier, name, reference, coordinate, minute or age in years leaves this room. Unknown is null, everywhere and only:
a null is never a zero, a "no" or a "not stated". The meaning of each column, and of its null, is in ``SCHEMA``.

The store is one Parquet file a month of London, ``FACTS_DIR/encounters/YYYY-MM.parquet``. Same rows give the same bytes: rows are
sorted by every column. A file is rewritten only when its bytes would differ, and replaced in one step.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import Count, Max

from childfirst.encounters.alternatives import Alternative, PoliceReason
from childfirst.encounters.models import Encounter, FactsMonth
from childfirst.encounters.vocabulary import (
    GROUP_OF_ETHNICITY,
    GROUP_OF_OFFICER_CODE,
    AgeBand,
    AppropriateAdult,
    EthnicGroup,
    Gender,
    Initiator,
    Kind,
    Outcome,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
    Source,
)
from childfirst.places.models import School
from childfirst.places.vocabulary import Phase
from childfirst.shared import clock

SCHEMA_VERSION = "2"


def column(name: str, kind: pa.DataType, meaning: str, null: str) -> pa.Field:
    """A column of a facts table: its meaning, and what its null means; an empty ``null`` means never null."""
    return pa.field(name, kind, nullable=bool(null), metadata={"meaning": meaning, "null": null or "never"})


_NOT_RECORDED = "not recorded"

SCHEMA = pa.schema(
    [
        column("month", pa.string(), "London month of the encounter, YYYY-MM", ""),
        column("date", pa.date32(), "London date of the encounter", ""),
        column("hour", pa.int8(), "London hour of the encounter, 0 to 23", "only the day is known"),
        column("source", pa.string(), "By which door it came in; an archive with its force", ""),
        column("team", pa.string(), "Name of the team that recorded it", "the source names no team (archives)"),
        column("kind", pa.string(), "Kind of encounter", ""),
        column("initiator", pa.string(), "Who began it", "not known"),
        column("alternative", pa.string(), "Who else could have dealt with it", "not asked"),
        column("police_reason", pa.string(), "Why the police dealt with it", "not asked, or nobody else could have"),
        column("age_band", pa.string(), "Age band of the person", _NOT_RECORDED),
        column("gender", pa.string(), "Gender; not_stated: asked and not said", _NOT_RECORDED),
        column("self_defined_ethnicity", pa.string(), "18+1 code; NS: asked and not stated", _NOT_RECORDED),
        column(
            "self_defined_group", pa.string(), "5+1 group of that code; not_stated: asked and not stated", _NOT_RECORDED
        ),
        column("officer_defined_ethnicity", pa.string(), "Group that the officer saw", _NOT_RECORDED),
        column("send", pa.bool_(), "Whether the child has special educational needs", "not known"),
        column("search_of", pa.string(), "What was searched", "not a search"),
        column("outcome", pa.string(), "What came of it", _NOT_RECORDED),
        column("appropriate_adult", pa.string(), "Whether an appropriate adult was there", _NOT_RECORDED),
        column("borough", pa.string(), "Code of the borough", "place not known, or outside the areas"),
        column("ward", pa.string(), "Code of the ward", "place not known, or outside the areas"),
        column("school_field", pa.string(), "recorded, or the reason why no school is named", ""),
        column("school_urn", pa.int32(), "URN of the school", "no school is named"),
        column("school_phase", pa.string(), "Phase of the school", "no school is named, or its phase is not known"),
    ],
    metadata={"room": "encounters", "version": SCHEMA_VERSION},
)
"""Columns of the facts store with their meaning, in order. No column identifies a person."""

SCHOOL_RECORDED = "recorded"

LABELS: dict[str, dict[str, str]] = {
    "kind": dict(Kind.choices),
    "initiator": {code: label for code, label in Initiator.choices if code != Initiator.UNKNOWN},
    "alternative": {code: label for code, label in Alternative.choices if code != Alternative.NOT_ASKED},
    "police_reason": dict(PoliceReason.choices),
    "appropriate_adult": {c: label for c, label in AppropriateAdult.choices if c != AppropriateAdult.NOT_RECORDED},
    "age_band": {code: label for code, label in AgeBand.choices if code != AgeBand.NOT_RECORDED},
    "gender": {code: label for code, label in Gender.choices if code != Gender.NOT_RECORDED},
    "self_defined_ethnicity": {c: label for c, label in SelfDefinedEthnicity.choices if c != SelfDefinedEthnicity.NR},
    "self_defined_group": dict(EthnicGroup.choices),
    "officer_defined_ethnicity": {
        "white": "White",
        "black": "Black",
        "asian": "Asian",
        "mixed": "Mixed",
        "other": "Other",
    },
    "search_of": dict(SearchOf.choices),
    "outcome": {code: label for code, label in Outcome.choices if code != Outcome.NOT_RECORDED},
    "school_field": {SCHOOL_RECORDED: "School recorded", **dict(SchoolReason.choices)},
    "school_phase": dict(Phase.choices),
}
"""Column -> code -> wording, in the order in which people expect them."""

_READ = (
    "month", "occurred_at", "time_precision", "source", "force", "team__name", "kind", "initiator", "alternative",
    "police_reason", "age_band", "gender", "self_defined_ethnicity", "officer_defined_ethnicity", "send", "search_of",
    "outcome", "appropriate_adult", "borough", "ward",
    "school_reason", "school_id", "school__phase",
)  # fmt: skip

_READ_TYPES: dict[str, Any] = dict.fromkeys(_READ, pl.String) | {
    "occurred_at": pl.Datetime("us", "UTC"),
    "school_id": pl.Int32,
}


IMPORT_NAMES = {str(Source.ARCHIVE): "data.police.uk", str(Source.LEGACY): "Earlier records"}


def source_name(source: str, force: str = "") -> str:
    """How the facts store names a source: ``Record form``, ``data.police.uk: metropolitan``, ``Earlier records: connect``."""
    return f"{IMPORT_NAMES[str(source)]}: {force}" if str(source) in IMPORT_NAMES else Source(source).label


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: months whose file was written, left as it was, and removed."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rows: int = 0
    files: tuple[Path, ...] = field(default=(), repr=False)


def folder() -> Path:
    """Where the room's facts are kept."""
    return Path(settings.FACTS_DIR) / "encounters"


def table(month: str) -> pa.Table:
    """The facts of one London month (``2018-05``) as the database has them now, sorted, in ``SCHEMA``."""
    rows = list(Encounter.objects.filter(month=month).order_by().values_list(*_READ).iterator(20_000))
    frame = pl.DataFrame(rows, schema=_READ_TYPES, orient="row")
    london = pl.col("occurred_at").dt.convert_time_zone("Europe/London")
    columns = [
        pl.col("month"),
        london.dt.date().alias("date"),
        pl.when(pl.col("time_precision") == "minute").then(london.dt.hour()).cast(pl.Int8).alias("hour"),
        pl.when(pl.col("source").is_in(list(IMPORT_NAMES)))
        .then(pl.concat_str(pl.col("source").replace(IMPORT_NAMES), pl.lit(": "), pl.col("force")))
        .otherwise(pl.col("source").replace_strict(dict(Source.choices)))
        .alias("source"),
        pl.col("team__name").alias("team"),
        pl.col("kind"),
        _known("initiator", Initiator.UNKNOWN),
        _known("alternative", Alternative.NOT_ASKED),
        _known("police_reason", ""),
        _known("age_band", AgeBand.NOT_RECORDED),
        _known("gender", Gender.NOT_RECORDED),
        _known("self_defined_ethnicity", SelfDefinedEthnicity.NR),
        _mapped(
            "self_defined_ethnicity", {str(c): str(g) for c, g in GROUP_OF_ETHNICITY.items()}, "self_defined_group"
        ),
        _mapped("officer_defined_ethnicity", {str(c): g for c, g in GROUP_OF_OFFICER_CODE.items()}),
        pl.col("send").replace_strict({"yes": True, "no": False}, default=None, return_dtype=pl.Boolean),
        _known("search_of", ""),
        _known("outcome", Outcome.NOT_RECORDED),
        _known("appropriate_adult", AppropriateAdult.NOT_RECORDED),
        _known("borough", ""),
        _known("ward", ""),
        pl.when(pl.col("school_reason") == "")
        .then(pl.lit(SCHOOL_RECORDED))
        .otherwise(pl.col("school_reason"))
        .alias("school_field"),
        pl.col("school_id").alias("school_urn"),
        _known("school__phase", "").alias("school_phase"),
    ]
    facts = frame.select(columns).sort(SCHEMA.names, nulls_last=True)
    return facts.to_arrow().cast(SCHEMA)


def _known(name: str, unknown: str) -> pl.Expr:
    return pl.when(pl.col(name) != unknown).then(pl.col(name)).alias(name)


def _mapped(name: str, codes: dict[str, str], alias: str = "") -> pl.Expr:
    return pl.col(name).replace_strict(codes, default=None, return_dtype=pl.String).alias(alias or name)


def build(*, changed_only: bool = True) -> Built:
    """Bring the facts store up to date with the database.

    ``changed_only`` looks only at months in which an encounter was added, changed or disposed of, or the register of schools
    changed since the last build, or whose file is missing; otherwise every month is made anew. Either way a file is
    replaced only when its bytes differ, and the file of a month without encounters is removed.
    """
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    marks = _marks()
    kept = {row.month: row for row in FactsMonth.objects.all()}
    written, unchanged, rows = [], [], 0
    for month, mark in sorted(marks.items()):
        file, before = place / f"{month}.parquet", kept.get(month)
        if changed_only and before and before.mark == mark and file.is_file():
            unchanged.append(month)
            rows += before.rows
            continue
        facts = table(month)
        data = table_bytes(facts)
        digest = hashlib.sha256(data).hexdigest()
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == digest:
            unchanged.append(month)
        else:
            replace_file(file, data)
            written.append(month)
        rows += facts.num_rows
        FactsMonth.objects.update_or_create(
            month=month,
            defaults={"mark": mark, "rows": facts.num_rows, "sha256": digest, "written_at": clock.now()},
        )
    removed = _remove(place, keep=marks.keys())
    return Built(
        tuple(written), tuple(unchanged), removed, rows, tuple(place / f"{month}.parquet" for month in sorted(marks))
    )


def _marks() -> dict[str, str]:
    schools = School.objects.aggregate(last=Max("revision"))["last"] or ""
    found = Encounter.objects.order_by().values("month").annotate(n=Count("id"), last=Max("changed_at"))
    return {row["month"]: f"{SCHEMA_VERSION}:{row['n']}:{row['last'].isoformat()}:{schools}" for row in found}


def table_bytes(facts: pa.Table) -> bytes:
    """A facts table as Parquet: the same rows give the same bytes."""
    out = io.BytesIO()
    pq.write_table(facts, out, compression="zstd", row_group_size=1_000_000, version="2.6", store_schema=True)
    return out.getvalue()


def rewrite(place: Path, months: Iterable[str], table_of: Callable[[str], pa.Table]) -> list[str]:
    """Bring a folder of months up to date: those that were written or removed, in order.

    A file is replaced only when its bytes differ; a month that is not among ``months`` has none.
    """
    place.mkdir(parents=True, exist_ok=True)
    wanted, changed = set(months), []
    for month in sorted(wanted):
        data, file = table_bytes(table_of(month)), place / f"{month}.parquet"
        if not file.is_file() or file.read_bytes() != data:
            replace_file(file, data)
            changed.append(month)
    for file in place.glob("*.parquet"):
        if file.stem not in wanted:
            file.unlink()
            changed.append(file.stem)
    return sorted(changed)


def replace_file(file: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old one or the new one."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _remove(place: Path, *, keep: Iterable[str]) -> tuple[str, ...]:
    kept = set(keep)
    removed = tuple(sorted(file.stem for file in place.glob("*.parquet") if file.stem not in kept))
    for month in removed:
        (place / f"{month}.parquet").unlink(missing_ok=True)
    FactsMonth.objects.exclude(month__in=kept).delete()
    return removed
