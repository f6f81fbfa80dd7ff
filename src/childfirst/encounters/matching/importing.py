"""The import of a file of records: batch by batch, each whole or not at all, so that it can be cut off and goes on.

An import of a million rows in one transaction would lock officers out of the record form for minutes. So each batch is a
transaction of its own, with its event and its part of the report; the run says how far it is, and is not called imported until its
last batch has landed. Two processes that import the same file cannot both land a batch: the run's row says who was first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters.matching import files, landing, permissions
from childfirst.encounters.matching.checks import Checked, Surroundings, check
from childfirst.encounters.matching.files import Opened
from childfirst.encounters.matching.landing import Landed, Prepared
from childfirst.encounters.matching.mapping import Columns
from childfirst.encounters.matching.models import ImportRun, RunLine
from childfirst.encounters.matching.models import Mapping as MappingRow
from childfirst.encounters.matching.vocabulary import UNFINISHED, RunState
from childfirst.encounters.vocabulary import LineState
from childfirst.people.models import Organisation
from childfirst.people.vocabulary import OrganisationKind
from childfirst.places import queries as places
from childfirst.places.vocabulary import AreaKind
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.quality import KEPT_EXAMPLES, SetAside

BATCH = 5_000
"""Rows in a transaction: about a second's work, far less than a writer waits for the lock of SQLite."""

MOST_WORDS = 200
MOST_LINES = 100_000
"""A file most of whose rows cannot land is the wrong file: it is stopped before its lines fill the disk."""

Progress = Callable[[int, int | None], None]
"""Told (rows done, rows in the file as far as known) after each batch."""


def import_records(
    *, by: Actor, path: Path, columns: Columns, name: str = "", progress: Progress | None = None, batch: int = BATCH
) -> ImportRun:
    """Import a file, or go on with its import where it was cut off; gives the run with its report.

    Raises UserError, having landed nothing of the batch at hand, when the file cannot be read on.
    """
    permissions.check_can_import(by)
    opened = files.open_file(path, name)
    columns.check_against(opened.columns, opened.name)
    run = begin_run(by=by, opened=opened, columns=columns)
    return go_on(by=by, run=run, opened=opened, columns=columns, progress=progress, batch=batch)


def go_on(
    *, by: Actor, run: ImportRun, opened: Opened, columns: Columns, progress: Progress | None = None, batch: int = BATCH
) -> ImportRun:
    """Land the rows that are still to come, then say that the file is imported."""
    around = _surroundings()
    try:
        for part in opened.batches(batch, skip=run.rows_done):
            checked = check(part, columns, around, opened.name)
            prepared = landing.prepare(checked, dict(around.borough_names))
            run = land_batch(by=by, run=run, prepared=prepared)
            if progress is not None:
                progress(run.rows_done, run.rows_in_file)
    except UserError as error:
        stop_run(by=by, run=run, sentence=error.sentence)
        raise
    return finish_run(by=by, run=run)


def _surroundings() -> Surroundings:
    codes, names = {}, {}
    for code, name in places.area_names(AreaKind.BOROUGH).items():
        codes[code.casefold()] = codes[name.casefold()] = code
        names[code] = name
    teams = Organisation.objects.filter(kind=OrganisationKind.FORCE).values_list("name", "pk")
    return Surroundings(codes, names, {name.casefold(): key for name, key in teams}, clock.now())


@action("encounters.records.begin")
def begin_run(*, by: Actor, opened: Opened, columns: Columns, run: ImportRun | None = None) -> ImportRun:
    """Start the import of a file, or find the one that was cut off; the mapping is remembered for the file's columns."""
    permissions.check_can_import(by)
    columns.check_against(opened.columns, opened.name)
    sha256 = files.fingerprint(opened.path)
    unfinished = ImportRun.objects.select_for_update().filter(
        sha256=sha256, system=columns.system, mapping_key=columns.key, state__in=UNFINISHED
    )
    found = unfinished.exclude(pk=run.pk if run else "").first()
    if found is not None and run is not None:
        raise UserError("This file is being imported already. Go on with that import.")
    run = found or run or ImportRun(file=opened.name[:300], sha256=sha256, imported_by=by.audit_name[:120])
    goes_on = run.rows_done > 0
    run.system, run.mapping, run.mapping_key = columns.system, columns.as_json(), columns.key
    run.state, run.failure, run.changed_at, run.rows_in_file = RunState.RUNNING, "", clock.now(), opened.rows
    run.details = run.details or _details(opened)
    run.save()
    MappingRow.objects.update_or_create(
        system=columns.system,
        header=opened.header_key,
        defaults={
            "columns": dict(columns.columns),
            "constants": dict(columns.constants),
            "changed_at": clock.now(),
        },
    )
    note(run.reference, data={"goes_on": goes_on, "rows_done": run.rows_done, "sha256": sha256})
    return run


def _details(opened: Opened) -> dict[str, Any]:
    empty: dict[str, Any] = {name: {} for name in ("reasons", "rows_by_month", "missing", "new_words")}
    return {**empty, "examples": [], "notes": list(opened.notes), "changed_before": 0}


@action("encounters.records.land")
def land_batch(*, by: Actor, run: ImportRun, prepared: Prepared) -> ImportRun:
    """Land one batch and its part of the report, together. Raises UserError when another process was faster."""
    permissions.check_can_import(by)
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.rows_done != run.rows_done or locked.state != RunState.RUNNING:
        raise UserError("Another process is importing this file. Let it go on; nothing was changed here.")
    try:
        with transaction.atomic():
            landed = landing.land(prepared, locked)
    except IntegrityError:
        raise UserError("Another import has just landed rows of this batch. Run it again: it goes on here.") from None
    _add_up(locked, prepared.checked, landed)
    if locked.set_aside > MOST_LINES:
        raise UserError(
            f"More than {MOST_LINES:,} rows cannot land: this is not the file, or not the mapping, that was meant. "
            "The rows before this batch have landed."
        )
    locked.changed_at = clock.now()
    locked.save()
    lines = [*prepared.checked.lines, *landed.lines]
    RunLine.objects.bulk_create(
        [RunLine(run=locked, state=o.state, line=o.line, column=o.column, value=o.value[:120], reason=o.reason[:300]) for o in lines],
        batch_size=500,
    )  # fmt: skip
    note(locked.reference, data={"rows": prepared.checked.report.read, **dict(landed.counts)})
    return locked


def _add_up(run: ImportRun, checked: Checked, landed: Landed) -> None:
    report, counts = checked.report, landed.counts
    for line in landed.lines:
        if line.state == LineState.SET_ASIDE:
            report.put_aside(SetAside(run.file, line.line, line.column, line.value, line.reason))
    run.rows_done += report.read
    run.set_aside += report.set_aside
    for name in ("landed", "known", "duplicates", "accepted", "to_review", "names_none", "without_text"):
        setattr(run, name, getattr(run, name) + counts[name])
    found, part = run.details, report.as_json()
    _sum_into(found["reasons"], part["reasons"])
    _sum_into(found["rows_by_month"], part["rows_by_month"])
    for outer in ("missing", "new_words"):
        for key, inner in part[outer].items():
            kept = found[outer].setdefault(key, {})
            _sum_into(kept, {w: n for w, n in inner.items() if w in kept or len(kept) < MOST_WORDS})
    found["examples"] += part["examples"][: KEPT_EXAMPLES - len(found["examples"])]
    found["changed_before"] += landed.changed_before
    # Assigned anew, so that a JSON field is seen to have changed.
    run.details = dict(found)


def _sum_into(total: dict[str, int], part: Mapping[str, int]) -> None:
    for key, number in part.items():
        total[key] = total.get(key, 0) + number


@action("encounters.records.finish")
def finish_run(*, by: Actor, run: ImportRun) -> ImportRun:
    """Say that the whole file is imported; the stored upload goes."""
    permissions.check_can_import(by)
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.rows_done != run.rows_done or locked.state != RunState.RUNNING:
        raise UserError("Another process is importing this file. Let it go on; nothing was changed here.")
    locked.state, locked.ended_at, locked.changed_at = RunState.DONE, clock.now(), clock.now()
    locked.rows_in_file = locked.rows_done
    if number := locked.details["changed_before"]:
        locked.details["notes"].append(
            f"{number:,} records were here already with other values. They were left as they are: correct them one by one."
        )
    upload, locked.upload = locked.upload, ""
    locked.save()
    note(locked.reference, data={"rows": locked.rows_done, "landed": locked.landed, "set_aside": locked.set_aside})
    if upload:
        from childfirst.encounters.matching import uploads

        transaction.on_commit(lambda: uploads.remove(upload))
    return locked


@action("encounters.records.stop")
def stop_run(*, by: Actor, run: ImportRun, sentence: str) -> ImportRun:
    """Say why an import stopped. It goes on, after what landed, when the same file is imported again."""
    permissions.check_can_import(by)
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.rows_done == run.rows_done and locked.state in UNFINISHED:
        locked.state, locked.failure, locked.changed_at = RunState.FAILED, sentence[:500], clock.now()
        locked.save(update_fields=["state", "failure", "changed_at"])
    note(locked.reference, data={"rows_done": locked.rows_done})
    return locked
