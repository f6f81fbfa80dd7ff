"""A batch of checked rows into the tables: records, what was written in them, and how much each case now stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from django.db import connections, router

from childfirst.encounters import landing as core
from childfirst.encounters.matching import matching, rules
from childfirst.encounters.matching.checks import Checked, Line
from childfirst.encounters.matching.matching import CHUNK, Context, Judged
from childfirst.encounters.matching.models import Case, ImportRun, Mention, Written
from childfirst.encounters.matching.vocabulary import Verdict
from childfirst.encounters.models import Encounter
from childfirst.encounters.vocabulary import LineState, SchoolReason, Source

ANOTHER_ROW = "Another row of this file has the same number and other values."


@dataclass(slots=True)
class Prepared:
    """A batch before its transaction: its sound rows with located boroughs, their contexts, what the matcher says of new ones."""

    checked: Checked
    frame: pl.DataFrame
    contexts: list[Context | None]
    judged: list[Judged]


@dataclass(slots=True)
class Landed:
    """What a batch brought: counts that add up to its rows, and further lines that did not land."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    changed_before: int = 0


def prepare(checked: Checked, borough_names: dict[str, str]) -> Prepared:
    """Find wards and boroughs, and ask the matcher about what it was never asked. Reads only: no lock is held meanwhile."""
    frame = _located(checked.frame)
    contexts = _contexts(frame, borough_names)
    distinct = {one.key: one for one in contexts if one is not None}
    known = matching.known(distinct)
    judged = matching.judge([context for key, context in sorted(distinct.items()) if key not in known])
    return Prepared(checked, frame, contexts, judged)


def _contexts(frame: pl.DataFrame, borough_names: dict[str, str]) -> list[Context | None]:
    """The context of each row; rows that say the same share one. None where nothing was written."""
    place = (pl.col(name).round(rules.DECIMALS_OF_PLACE) + 0.0 for name in ("lat", "lon"))
    borough = pl.col("borough").replace_strict(borough_names, default=pl.col("record_borough"))
    told = frame.select("words", borough.alias("borough"), *place, "age", "month_on")
    groups = told.with_row_index("at").group_by(told.columns, maintain_order=True).agg(pl.col("at"))
    found: list[Context | None] = [None] * frame.height
    for *values, positions in groups.iter_rows():
        if values[0]:
            context = Context(*values)
            for at in positions:
                found[at] = context
    return found


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    """Ward and borough from the place; where there is none, the borough that the row names."""
    told = frame["borough"]
    found = core.locate(frame) if frame.height else frame.with_columns(pl.lit("").alias("ward"))
    return found.with_columns(pl.when(pl.col("borough") == "").then(told).otherwise(pl.col("borough")).alias("borough"))


def land(prepared: Prepared, run: ImportRun) -> Landed:
    """Insert what is new. Call it inside a transaction, with the run locked."""
    landed = Landed()
    fresh = _fresh(prepared, run, landed)
    frame = prepared.frame[fresh]
    contexts = [prepared.contexts[at] for at in fresh]
    kept = matching.keep([one for one in contexts if one is not None], prepared.judged)
    keys = [one.key if one is not None else None for one in contexts]
    outcomes = [kept.outcomes[key] if key else rules.Outcome(None, SchoolReason.SOURCE_HAS_NONE) for key in keys]
    whole = frame.with_columns(
        pl.Series("school_id", [one.school for one in outcomes], dtype=pl.Int64),
        pl.Series("school_reason", [str(one.reason) for one in outcomes], dtype=pl.String),
    ).select(name for name in (*frame.columns, "school_id", "school_reason") if name in core.COLUMNS)
    core.land(whole)
    _write_down(frame, keys, kept, run)
    _count_up(frame, keys, kept)
    for one in outcomes:
        landed.counts[_count_of(one)] += 1
    landed.counts["landed"] = frame.height
    return landed


def _count_of(outcome: rules.Outcome) -> str:
    if outcome.school is not None:
        return "accepted"
    return {
        SchoolReason.NOT_MATCHED: "to_review",
        SchoolReason.NAMES_NONE: "names_none",
    }.get(SchoolReason(outcome.reason), "without_text")


def _fresh(prepared: Prepared, run: ImportRun, landed: Landed) -> list[int]:
    """Positions of the rows that are not here yet. Twins in the file are counted, with their lines."""
    keys = prepared.frame["source_row_key"].to_list()
    there: dict[str, tuple[str | None, str | None]] = {}
    wanted = Encounter.objects.filter(source=Source.LEGACY, force=run.system).order_by()
    for start in range(0, len(keys), CHUNK):
        rows = wanted.filter(source_row_key__in=keys[start : start + CHUNK])
        there |= {k: (r, d) for k, r, d in rows.values_list("source_row_key", "written__run_id", "written__digest")}
    fresh: list[int] = []
    for at, (key, digest, line) in enumerate(
        zip(keys, prepared.frame["digest"].to_list(), prepared.frame["line"].to_list(), strict=True)
    ):
        before = there.get(key)
        if before is None:
            fresh.append(at)
            there[key] = (run.pk, digest)
        elif before[0] != run.pk:
            landed.counts["known"] += 1
            landed.changed_before += before[1] != digest
        elif before[1] == digest:
            landed.counts["duplicates"] += 1
            landed.lines.append(Line(LineState.DUPLICATE, line, "", "", "Equal to another row of this file."))
        else:
            landed.counts["set_aside"] += 1
            landed.lines.append(
                Line(LineState.SET_ASIDE, line, run.mapping["columns"]["reference"][:80], "", ANOTHER_ROW)
            )
    return fresh


def _write_down(frame: pl.DataFrame, keys: list[str | None], kept: matching.Kept, run: ImportRun) -> None:
    ids: dict[str, str] = {}
    row_keys = frame["source_row_key"].to_list()
    for start in range(0, len(row_keys), CHUNK):
        rows = Encounter.objects.filter(
            source=Source.LEGACY, force=run.system, source_row_key__in=row_keys[start : start + CHUNK]
        )
        ids |= dict(rows.order_by().values_list("source_row_key", "id"))
    written = pl.DataFrame(
        {
            "encounter_id": pl.Series([ids[key] for key in row_keys], dtype=pl.String),
            "mention_id": pl.Series([kept.mentions[key][0] if key else None for key in keys], dtype=pl.String),
            "line": frame["line"],
            "digest": frame["digest"],
        }
    )
    core.insert(Written, written, {"run_id": run.pk})


def _count_up(frame: pl.DataFrame, keys: list[str | None], kept: matching.Kept) -> None:
    """Add the batch to what its mentions and cases stand for."""
    counted = (
        pl.DataFrame({"key": pl.Series(keys, dtype=pl.String), "day": frame["day_on"]})
        .drop_nulls("key")
        .group_by("key", maintain_order=True)
        .agg(pl.len().alias("records"), pl.col("day").max())
    )
    connection = connections[router.db_for_write(Mention)]
    adapt, quote = connection.ops.adapt_datefield_value, connection.ops.quote_name
    rows = [(n, adapt(day), adapt(day), kept.mentions[key][0]) for key, n, day in counted.iter_rows()]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(Mention._meta.db_table)} SET records = records + %s, "  # noqa: S608
            "latest_on = CASE WHEN latest_on < %s THEN %s ELSE latest_on END WHERE id = %s",
            rows,
        )
    refresh_cases(sorted({kept.mentions[key][1] for key in counted["key"].to_list()}))


def refresh_cases(cases: Sequence[str]) -> None:
    """Bring records, value and last day of some cases, and the value of their words, in line with their mentions."""
    connection = connections[router.db_for_write(Case)]
    quote = connection.ops.quote_name
    case, mention = quote(Case._meta.db_table), quote(Mention._meta.db_table)
    sums = f"SELECT {{}} FROM {mention} m WHERE m.case_id = {case}.id"  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        for start in range(0, len(cases), CHUNK):
            part = list(cases[start : start + CHUNK])
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"UPDATE {case} SET records = COALESCE(({sums.format('SUM(m.records)')}), 0), "  # noqa: S608
                f"value = COALESCE(({sums.format('SUM(m.records * m.bits)')}), 0), "
                f"latest_on = COALESCE(({sums.format('MAX(m.latest_on)')}), latest_on) WHERE id IN ({marks})",
                part,
            )
    words = set()
    for start in range(0, len(cases), CHUNK):
        words |= set(Case.objects.filter(pk__in=cases[start : start + CHUNK]).values_list("words_key", flat=True))
    refresh_words(sorted(words))


def refresh_words(words: Sequence[str]) -> None:
    """Bring the value of words in line with their open cases, so that the queue has the same words together."""
    connection = connections[router.db_for_write(Case)]
    case = connection.ops.quote_name(Case._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(words), CHUNK - 1):
            part = list(words[start : start + CHUNK - 1])
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"UPDATE {case} SET words_value = COALESCE((SELECT SUM(o.value) FROM {case} o WHERE "  # noqa: S608
                f"o.words_key = {case}.words_key AND o.verdict = %s AND o.decision_id IS NULL), 0) "
                f"WHERE words_key IN ({marks})",
                [str(Verdict.REVIEW), *part],
            )
