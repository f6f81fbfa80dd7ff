"""Reading the stop and search files of a data.police.uk archive into rows that can land, with a quality report.

Decisions, each with its reason in README.md: equal rows land once; what is impossible sets its row aside; what is only unknown
lands as unknown; a column that is missing, renamed or swapped refuses the archive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from childfirst.encounters import checks, words
from childfirst.encounters.archives import Archive, Member, Sheet, cut, decode
from childfirst.encounters.vocabulary import (
    AgeBand,
    Answer,
    Gender,
    Initiator,
    Kind,
    LineState,
    OfficerDefinedEthnicity,
    Outcome,
    SchoolReason,
    SelfDefinedEthnicity,
    Source,
)
from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport, SetAside
from childfirst.shared.text import count_of

Step = Callable[[int], None]
"""Told after each file how many bytes it had, for a progress bar."""

Words = dict[str, dict[str, Counter[str]]]
"""Column -> word -> month -> rows."""

MOST_WORDS = 200
"""An open column with more different words than this in a month is free text, and is not listed by word."""

MISSED = 3
"""So many rows of a word must be missing at an end before it counts as come or gone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that does not land: why, and for a duplicate where its first twin stands."""

    state: LineState
    file: str
    line: int
    column: str = ""
    value: str = ""
    reason: str = ""
    same_as: str = ""


@dataclass(slots=True)
class Reading:
    """What was read of an archive so far. ``report`` counts everything but ``landed`` and ``known``."""

    report: QualityReport
    lines: list[Line] = field(default_factory=list)
    words: Words = field(default_factory=dict)
    months: set[str] = field(default_factory=set)
    outside: Counter[str] = field(default_factory=Counter)


def read_force(archive: Archive, force: str, reading: Reading, now: dt.datetime, step: Step) -> pl.DataFrame:
    """The rows of one force that can land, distinct, in ``landing.COLUMNS`` and ``file_month``; the rest goes to ``reading``.

    Raises UserError, naming the file, when one of its files cannot be read as a whole.
    """
    frames, first_seen = [], dict[str, tuple[str, int]]()
    for member in archive.of(force):
        sheet = _sheet(archive, member, reading)
        rows = _sound_rows(sheet, member, reading, now)
        frames.append(_as_encounters(_distinct(rows, member, reading, first_seen), force))
        reading.months.add(member.month)
        step(member.size)
    return pl.concat(frames)


def _sheet(archive: Archive, member: Member, reading: Reading) -> Sheet:
    text, notes = decode(archive.read(member), member.name)
    sheet = cut(text, member.name, words.COLUMNS)
    report = reading.report
    report.notes += [*notes, *sheet.notes]
    report.read += len(sheet.rows) + len(sheet.broken)
    if not sheet.rows and not sheet.broken:
        report.notes.append(f"{member.name} has the names of the columns and no row.")
    for line, why, beginning in sheet.broken:
        _put_aside(reading, Line(LineState.SET_ASIDE, member.name, line, "", beginning, why))
    return sheet


def _put_aside(reading: Reading, line: Line) -> None:
    reading.report.put_aside(SetAside(line.file, line.line, line.column, line.value, line.reason))
    reading.lines.append(line)


def _sound_rows(sheet: Sheet, member: Member, reading: Reading, now: dt.datetime) -> pl.DataFrame:
    """Rows of a file that pass every check, with their moment, place and key; the others are set aside."""
    columns = list(zip(*(row.values for row in sheet.rows), strict=True)) or [()] * len(sheet.columns)
    raw = pl.DataFrame(
        {name: pl.Series(values, dtype=pl.String) for name, values in zip(sheet.columns, columns, strict=True)}
    ).with_columns(pl.all().str.strip_chars().replace("", None))
    raw = raw.with_columns(pl.Series("line", [row.line for row in sheet.rows], pl.Int64))
    checks.refuse_swapped(raw, member.name)
    listed = checks.row_checks(member.month, now)
    judged = checks.faults(checks.parsed(raw), listed)
    for row in judged.filter(pl.col("fault").is_not_null()).iter_rows(named=True):
        check = listed[row["fault"]]
        value = (row[check.column] or "")[:100]
        _put_aside(reading, Line(LineState.SET_ASIDE, member.name, row["line"], check.column, value, check.reason))
        if check.column in words.CLOSED and value:
            reading.report.new_words[check.column, value] += 1
    sound = judged.filter(pl.col("fault").is_null()).drop("fault")
    return sound.with_columns(pl.Series("key", _keys(sound), pl.String))


def _keys(rows: pl.DataFrame) -> list[str]:
    """For each row the fingerprint of all its values, by which it is known again in any archive.

    It is of the values as published, not of their codes: the same bytes of a row give the same key in every version of ours.
    """
    joined = rows.select(pl.concat_str([pl.col(c).fill_null("") for c in words.COLUMNS], separator="\x1f")).to_series()
    return [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in joined.to_list()]


def _distinct(
    rows: pl.DataFrame, member: Member, reading: Reading, first_seen: dict[str, tuple[str, int]]
) -> pl.DataFrame:
    """The rows that are the first of their kind in the force's files; later twins are counted with their lines."""
    report, is_first = reading.report, []
    for key, line in rows.select("key", "line").iter_rows():
        twin = first_seen.setdefault(key, here := (member.name, line))
        is_first.append(twin is here)
        if twin is not here:
            report.duplicates += 1
            reading.lines.append(Line(LineState.DUPLICATE, member.name, line, same_as=f"{twin[0]} line {twin[1]}"))
    distinct = rows.filter(pl.Series(is_first, dtype=pl.Boolean))
    unknown_time = checks.midnight_is_unknown(rows)
    at_midnight = pl.col("moment").dt.convert_time_zone("Europe/London").dt.strftime("%H:%M:%S") == "00:00:00"
    distinct = distinct.with_columns(
        (at_midnight & pl.lit(unknown_time)).alias("unknown_time"), pl.lit(member.month).alias("file_month")
    )
    _describe(distinct, member, reading, unknown_time)
    return distinct


def _describe(rows: pl.DataFrame, member: Member, reading: Reading, unknown_time: bool) -> None:
    """What the report says of the sound rows of a file: gaps by month, new words, oddities of time."""
    report, month = reading.report, member.month
    report.rows_by_month[month] += rows.height
    for column, gaps in rows.select(pl.col(words.COUNTED_AS_MISSING).null_count()).row(0, named=True).items():
        if gaps:
            report.missing[month, column] += gaps
    for column in (*words.CLOSED, *words.OPEN):
        counted = rows[column].drop_nulls().value_counts()
        if counted.height > MOST_WORDS:
            continue
        for word, number in counted.iter_rows():
            reading.words.setdefault(column, {}).setdefault(word, Counter())[month] += number
            if column in words.OPEN and word.casefold() not in words.OPEN[column]:
                report.new_words[column, word] += number
    report.notes += list(_oddities(rows, member, unknown_time))


def _oddities(rows: pl.DataFrame, member: Member, unknown_time: bool) -> Iterator[str]:
    london = pl.col("moment").dt.convert_time_zone("Europe/London").dt.strftime("%Y-%m")
    counts = rows.select(
        other_month=(london != member.month).sum(),
        naive=pl.col("naive").sum(),
        day_only=pl.col("day_only").sum(),
        unknown=pl.col("unknown_time").sum(),
    ).row(0, named=True)
    if number := counts["other_month"]:
        yield f"{member.name}: {count_of(number, 'row')} of a neighbouring month by London's clock landed in that month."
    if number := counts["naive"]:
        yield f"{member.name}: {count_of(number, 'time')} without a zone taken as London's clock."
    if number := counts["day_only"]:
        yield f"{member.name}: {count_of(number, 'row')} with a date alone; the time of day is not known."
    if unknown_time and (number := counts["unknown"]):
        yield f"{member.name}: midnight stands out, so the time of {count_of(number, 'row')} counts as not known."


def _as_encounters(rows: pl.DataFrame, force: str) -> pl.DataFrame:
    """Sound rows as a frame for ``landing``, without wards and boroughs, with ``file_month``."""
    return rows.select(
        pl.col("moment").alias("occurred_at"),
        checks.precision().alias("time_precision"),
        pl.col("lon_").alias("lon"),
        pl.col("lat_").alias("lat"),
        pl.lit(str(Kind.STOP_AND_SEARCH)).alias("kind"),
        pl.lit(str(Initiator.UNKNOWN)).alias("initiator"),
        checks.coded(words.AGE).fill_null(str(AgeBand.NOT_RECORDED)).alias("age_band"),
        checks.coded(words.GENDER).fill_null(str(Gender.NOT_RECORDED)).alias("gender"),
        checks.coded(words.OWN).fill_null(str(SelfDefinedEthnicity.NR)).alias("self_defined_ethnicity"),
        checks.coded(words.OFFICER)
        .fill_null(str(OfficerDefinedEthnicity.NOT_RECORDED))
        .alias("officer_defined_ethnicity"),
        checks.coded(words.TYPE).alias("search_of"),
        pl.col(words.LAW).fill_null("").alias("legislation"),
        pl.col(words.OBJECT).fill_null("").alias("object_of_search"),
        checks.coded(words.OUTCOME).fill_null(str(Outcome.NOT_RECORDED)).alias("outcome"),
        checks.coded(words.LINKED).fill_null(str(Answer.NOT_RECORDED)).alias("outcome_linked"),
        checks.coded(words.CLOTHING).fill_null(str(Answer.NOT_RECORDED)).alias("more_than_outer_clothing"),
        pl.lit(str(SchoolReason.SOURCE_HAS_NONE)).alias("school_reason"),
        pl.lit(str(Source.ARCHIVE)).alias("source"),
        pl.lit(force).alias("force"),
        pl.col("key").alias("source_row_key"),
        pl.col("file_month"),
    )


def chosen_forces(archive: Archive, force: str | None) -> tuple[str, ...]:
    """The forces to import: the one that was asked for, else all that the archive has."""
    if force is None:
        return archive.forces
    name = force.strip().casefold().replace(" ", "-").removesuffix("-police")
    if name not in archive.forces:
        listed = ", ".join(archive.forces[:10]) + (" and others" if len(archive.forces) > 10 else "")
        raise UserError(f"{archive.name} has no file of the force “{force}”. It has files of: {listed}.")
    return (name,)


def _is_missed(by_month: Mapping[str, int], totals: Mapping[str, int]) -> bool:
    """Whether a word should have been in the months before its first or after its last, by its share in between."""
    first, last = min(by_month), max(by_month)
    share = sum(by_month.values()) / sum(number for month, number in totals.items() if first <= month <= last)
    before = sum(number for month, number in totals.items() if month < first)
    after = sum(number for month, number in totals.items() if month > last)
    return share * max(before, after) >= MISSED


def changed_words(found: Words) -> list[dict[str, object]]:
    """Words that came after the first month of their column, or went before its last: column, word, first, last, rows.

    A month in which the column has no word at all has lost the column, and says nothing of its words; a rare word that is
    absent in between has not changed. Nor has one whose absence at an end may be chance, because the months there have few rows:
    at its own share of the rows, ``MISSED`` or more would have had it (under Poisson's law none has it in 5 of 100 such cases).
    A word that goes where another comes is most often the same thing under a new name;
    that is for people to judge.
    """
    changed: list[dict[str, object]] = []
    for column, by_word in sorted(found.items()):
        totals: Counter[str] = Counter()
        for by_month in by_word.values():
            totals.update(by_month)
        for word, by_month in sorted(by_word.items(), key=lambda item: (min(item[1]), item[0])):
            if _is_missed(by_month, totals):
                changed.append(
                    {
                        "column": column,
                        "word": word,
                        "first": min(by_month),
                        "last": max(by_month),
                        "rows": sum(by_month.values()),
                    }
                )
    return changed
