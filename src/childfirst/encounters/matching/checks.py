"""From rows of text to rows that can land: parsed, checked one by one, each fault with its column and its sentence."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
from django.db.models import TextChoices

from childfirst.encounters.matching.files import Batch
from childfirst.encounters.matching.mapping import Columns
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import (
    AGE_LIMITS,
    AgeBand,
    Gender,
    Kind,
    LineState,
    Outcome,
    SelfDefinedEthnicity,
    Source,
    TimePrecision,
)
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.privacy import FieldClass, retention_of
from childfirst.shared.quality import QualityReport, SetAside

LONGEST_WORDS = 10_000
"""More than this was not written about a school: 10,000 letters are five pages."""

CLOSED: dict[str, type[TextChoices]] = {
    "kind": Kind,
    "gender": Gender,
    "self_defined_ethnicity": SelfDefinedEthnicity,
    "outcome": Outcome,
}
_MORE_WORDS = {
    "gender": {"m": "male", "f": "female", "boy": "male", "girl": "female", "unknown": "not_recorded", "u": "not_recorded"},
    "kind": {"stop": "stop_and_search", "stop search": "stop_and_search", "merlin": "safeguarding"},
    "outcome": {"nfa": "no_further_action"},
    "self_defined_ethnicity": {"unknown": "NR"},
}  # fmt: skip
_EMPTY = {
    "gender": Gender.NOT_RECORDED,
    "self_defined_ethnicity": SelfDefinedEthnicity.NR,
    "outcome": Outcome.NOT_RECORDED,
}
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
)  # fmt: skip
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
COUNTED_AS_MISSING = ("words", "borough", "lat", "age", "gender", "team")
_CONTROL = dict.fromkeys((*range(32), 127), " ")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are checked against: names and codes of boroughs, names of teams, what time it is."""

    boroughs: Mapping[str, str]
    """Folded name or code -> code."""
    borough_names: Mapping[str, str]
    """Code -> name."""
    teams: Mapping[str, str]
    """Folded name -> key of the organisation."""
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A row that does not land: why."""

    state: LineState
    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Checked:
    """The sound rows of a batch, as a frame, and what became of the others. ``report`` counts everything but what landed.

    Besides columns of ``landing.COLUMNS`` the frame has ``words``, ``record_borough``, ``line``, ``digest`` and ``month``.
    """

    frame: pl.DataFrame
    report: QualityReport
    lines: list[Line] = field(default_factory=list)


def oldest_day(today: dt.date) -> dt.date:
    """The first day whose records may still be kept: an older one would be erased the same night."""
    return retention_of(Encounter)[FieldClass.SPECIAL].first_day_kept(today)


def check(batch: Batch, columns: Columns, around: Surroundings, name: str) -> Checked:
    """Parse and judge the rows of a batch."""
    report = QualityReport(name, read=batch.size)
    checked = Checked(pl.DataFrame(), report)
    for line, why, beginning in batch.broken:
        _put_aside(checked, name, Line(LineState.SET_ASIDE, line, "", beginning, why))
    raw = _raw(batch, columns)
    parsed = _parsed(raw, columns, around)
    judged, reasons = _judged(parsed, columns, around)
    for row in judged.filter(pl.col("fault").is_not_null()).iter_rows(named=True):
        field_name, reason = reasons[row["fault"]]
        value = (row[f"raw_{field_name}"] or "")[:100] if field_name != "words" else ""
        column = columns.columns.get(field_name, field_name)[:80]
        _put_aside(checked, name, Line(LineState.SET_ASIDE, row["line"], column, value, reason))
        if field_name in CLOSED and value:
            report.new_words[column, value] += 1
    sound = judged.filter(pl.col("fault").is_null())
    _describe(sound, columns, report)
    checked.frame = _as_encounters(sound, columns)
    return checked


def _put_aside(checked: Checked, name: str, line: Line) -> None:
    checked.report.put_aside(SetAside(name, line.line, line.column, line.value, line.reason))
    checked.lines.append(line)


def _raw(batch: Batch, columns: Columns) -> pl.DataFrame:
    """The mapped columns as stripped text, null where empty, named ``raw_FIELD``; and ``line``."""
    position = {column: at for at, column in enumerate(batch.columns)}
    wanted = {name: position[column] for name, column in columns.columns.items()}
    data = {
        f"raw_{name}": pl.Series([_clean(row[at]) for row in batch.rows], dtype=pl.String)
        for name, at in wanted.items()
    }
    frame = pl.DataFrame({**data, "line": pl.Series(batch.lines, dtype=pl.Int64)})
    return frame.with_columns(pl.col(pl.String).replace("", None))


def _clean(value: str) -> str:
    """One line of text in canonical letters: no control characters, no doubled spaces."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return " ".join(unicodedata.normalize("NFC", value).translate(_CONTROL).split())


def _parsed(raw: pl.DataFrame, columns: Columns, around: Surroundings) -> pl.DataFrame:
    has = columns.columns
    text = {name: pl.col(f"raw_{name}") if name in has else pl.lit(None, pl.String) for name in _ALL}
    without_zone = text["occurred_at"].str.replace(r"(Z|[+-]\d\d:?\d\d)$", "").str.replace(r"\.\d+$", "")
    local = pl.coalesce(without_zone.str.to_datetime(form, time_unit="us", strict=False) for form in _MOMENTS)
    day = pl.coalesce(text["occurred_at"].str.to_date(form, strict=False) for form in _DAYS)
    frame = raw.with_columns(
        zone=text["occurred_at"].str.extract(r"(Z|[+-]\d\d:?\d\d)$").replace("Z", "+0000").str.replace(":", ""),
        local=local,
        day=day,
        lat_=text["lat"].cast(pl.Float64, strict=False),
        lon_=text["lon"].cast(pl.Float64, strict=False),
        age_=text["age"].str.replace(r"\.0$", "").cast(pl.Int64, strict=False),
    )
    london = pl.col("local").dt.replace_time_zone("Europe/London", ambiguous="earliest", non_existent="null")
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    minutes = pl.col("zone").str.slice(1, 2).cast(pl.Int64, strict=False) * 60
    minutes = (minutes + pl.col("zone").str.slice(3, 2).cast(pl.Int64, strict=False)) * sign
    placed = (pl.col("local") - pl.duration(minutes=minutes)).dt.replace_time_zone("UTC")
    start = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("Europe/London").dt.convert_time_zone("UTC")
    coded = [_coded(name, columns).alias(f"{name}_") for name in CLOSED]
    return frame.with_columns(
        pl.coalesce(
            pl.when(pl.col("zone").is_not_null() & pl.col("local").is_not_null()).then(placed),
            london.dt.convert_time_zone("UTC"),
            start,
        ).alias("moment"),
        *coded,
        text["borough"].str.to_lowercase().replace_strict(dict(around.boroughs), default=None).alias("borough_code"),
        text["team"].str.to_lowercase().replace_strict(dict(around.teams), default=None).alias("team_id"),
        *(pl.lit(None, pl.String).alias(f"raw_{name}") for name in _ALL if name not in has),
        *_pseudonyms(raw, has),
    )


_ALL = (
    "words", "occurred_at", "reference", "borough", "lat", "lon", "age", "gender", "self_defined_ethnicity", "kind",
    "outcome", "team", "child_reference",
)  # fmt: skip


def _coded(name: str, columns: Columns) -> pl.Expr:
    if name not in columns.columns:
        return pl.lit(columns.constants.get(name) or str(_EMPTY.get(name, "")), pl.String)
    vocabulary = CLOSED[name]
    words = {str(label).casefold(): str(value) for value, label in vocabulary.choices}
    words |= {value.casefold(): value for value in vocabulary.values} | _MORE_WORDS.get(name, {})
    found = pl.col(f"raw_{name}").str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
    empty = _EMPTY.get(name)
    if empty is None:
        return found
    return pl.when(pl.col(f"raw_{name}").is_null()).then(pl.lit(str(empty))).otherwise(found)


def _pseudonyms(raw: pl.DataFrame, has: Mapping[str, str]) -> list[pl.Series]:
    """The code of each reference; null where it is no reference number, empty where there is none."""
    if "child_reference" not in has:
        return [pl.Series("child_", [""] * raw.height, dtype=pl.String)]
    found: dict[str | None, str | None] = {None: ""}
    for value in raw["raw_child_reference"].unique().to_list():
        if value is not None:
            try:
                found[value] = pseudonym(value)
            except UserError:
                found[value] = None
    return [pl.Series("child_", [found[value] for value in raw["raw_child_reference"].to_list()], dtype=pl.String)]


def _judged(parsed: pl.DataFrame, columns: Columns, around: Surroundings) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """The rows with ``fault``, the number of the first reason against them, and the reasons."""
    oldest = oldest_day(clock.local(around.now).date())
    begins = clock.start_of_day(oldest).astimezone(dt.UTC)
    raw = {name: pl.col(f"raw_{name}") for name in _ALL}
    lat, lon = pl.col("lat_"), pl.col("lon_")
    placed = raw["lat"].is_not_null() | raw["lon"].is_not_null()
    tests: list[tuple[str, pl.Expr, str]] = [
        ("reference", raw["reference"].is_null() & pl.lit("reference" in columns.columns), "The record has no number."),
        ("occurred_at", raw["occurred_at"].is_null(), "The record has no date."),
        ("occurred_at", pl.col("moment").is_null(), "The date cannot be read, or there was no such time on that day."),
        ("occurred_at", pl.col("moment") > around.now, "The date lies in the future."),
        ("occurred_at", pl.col("moment") < begins, f"The record is from before {clock.format_date(oldest)}: it is too old to be kept here."),
        ("words", raw["words"].str.len_chars().fill_null(0) > LONGEST_WORDS, f"More than {LONGEST_WORDS:,} letters were written about the school."),
        ("lat", placed & (lat.is_null() | lon.is_null()), "The place is half given, or is no pair of numbers."),
        ("lat", placed & ~(lat.is_between(49, 61) & lon.is_between(-9, 2.1)), "The place is not in Great Britain."),
        ("age", raw["age"].is_not_null() & ~pl.col("age_").is_between(0, 120).fill_null(False), "The age is not a number of years from 0 to 120."),
        *((name, pl.col(f"{name}_").is_null(), "The word is not known here.") for name in CLOSED),
        ("child_reference", pl.col("child_").is_null(), "The reference is not a number: a name must never stand there."),
    ]  # fmt: skip
    first = pl.coalesce(pl.when(wrong).then(pl.lit(number)) for number, (_, wrong, _) in enumerate(tests))
    return parsed.with_columns(first.alias("fault")), [(name, reason) for name, _, reason in tests]


def _describe(sound: pl.DataFrame, columns: Columns, report: QualityReport) -> None:
    month = pl.col("moment").dt.convert_time_zone("Europe/London").dt.strftime("%Y-%m")
    counted = [name for name in COUNTED_AS_MISSING if name in columns.columns]
    rows = sound.group_by(month.alias("month")).agg(
        pl.len(), *(pl.col(f"raw_{name}").is_null().sum().alias(name) for name in counted)
    )
    for row in rows.sort("month").iter_rows(named=True):
        report.rows_by_month[row["month"]] += row["len"]
        for name in counted:
            if row[name]:
                report.missing[row["month"], name] += row[name]
    for name, code in (("team", "team_id"), ("borough", "borough_code")):
        if name in columns.columns:
            strangers = sound.filter(pl.col(code).is_null() & pl.col(f"raw_{name}").is_not_null())
            report.new_words.update(
                Counter({(columns.columns[name], word): n for word, n in strangers[f"raw_{name}"].value_counts().iter_rows()})
            )  # fmt: skip


def _as_encounters(sound: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    age = pl.col("age_")
    band = pl.lit(str(AgeBand.NOT_RECORDED))
    for one, (first, last) in AGE_LIMITS.items():
        band = pl.when(age.is_between(first, last)).then(pl.lit(str(one))).otherwise(band)
    by_moment = pl.col("local").is_not_null()
    london = pl.col("moment").dt.convert_time_zone("Europe/London")
    frame = sound.select(
        pl.col("moment").alias("occurred_at"),
        pl.when(by_moment).then(pl.lit(str(TimePrecision.MINUTE))).otherwise(pl.lit(str(TimePrecision.DAY))).alias("time_precision"),
        pl.col("lon_").alias("lon"),
        pl.col("lat_").alias("lat"),
        pl.col("borough_code").fill_null("").alias("borough"),
        pl.col("kind_").alias("kind"),
        age.cast(pl.Int16).alias("age"),
        band.alias("age_band"),
        pl.col("gender_").alias("gender"),
        pl.col("self_defined_ethnicity_").alias("self_defined_ethnicity"),
        pl.col("outcome_").alias("outcome"),
        pl.col("team_id"),
        pl.col("child_").alias("child_reference"),
        pl.lit(str(Source.LEGACY)).alias("source"),
        pl.lit(columns.system).alias("force"),
        pl.col("raw_words").fill_null("").alias("words"),
        pl.col("raw_borough").fill_null("").str.slice(0, 80).alias("record_borough"),
        pl.col("line"),
        london.dt.date().dt.truncate("1mo").alias("month_on"),
        london.dt.date().alias("day_on"),
    )  # fmt: skip
    digests = _digests(sound)
    by_reference = "reference" in columns.columns
    keys = [_hash(f"number\x1f{one}") for one in sound["raw_reference"].to_list()] if by_reference else digests
    return frame.with_columns(
        pl.Series("source_row_key", keys, dtype=pl.String), pl.Series("digest", digests, dtype=pl.String)
    )


def _digests(sound: pl.DataFrame) -> list[str]:
    """For each row the fingerprint of all its mapped values as they stand in the file."""
    joined = sound.select(pl.concat_str([pl.col(f"raw_{n}").fill_null("") for n in _ALL], separator="\x1f")).to_series()
    return [_hash(text) for text in joined.to_list()]


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
