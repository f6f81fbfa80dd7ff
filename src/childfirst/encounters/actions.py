"""Writes of the room. Those about one record have files of their own, whose names stand here too; those about many follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from django.db import IntegrityError

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters import facts, importers, landing, permissions
from childfirst.encounters.actions_corrections import Overtaken, correct_encounter
from childfirst.encounters.actions_drafts import discard_draft, note_diversion, record_draft, save_draft
from childfirst.encounters.actions_recording import Refused, record_encounter, resolve_school
from childfirst.encounters.actions_reviews import complete_review, escalate_reviews
from childfirst.encounters.archives import fingerprint, opened
from childfirst.encounters.models import ArchiveLine, Encounter, ImportReport
from childfirst.encounters.vocabulary import Source
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid
from childfirst.shared.quality import QualityReport
from childfirst.shared.references import Reference

__all__ = [
    "Overtaken",
    "Refused",
    "build_facts",
    "complete_review",
    "correct_encounter",
    "discard_draft",
    "escalate_reviews",
    "import_archive",
    "locate_encounters",
    "note_diversion",
    "record_batch",
    "record_draft",
    "record_encounter",
    "resolve_school",
    "save_draft",
]

LOCATE_LATER = "Bring areas in, then run `childfirst facts --locate`."


@action("encounters.encounter.record_many")
def record_batch(*, by: Actor, frame: pl.DataFrame, reason: str) -> int:
    """Land many encounters at once: a frame in ``landing.COLUMNS``, wards and boroughs looked up where they are not given.

    For sources that have been checked already, such as the demo. Rules that the database keeps hold here as everywhere;
    gives the number of rows. Raises UserError, and lands nothing, when a row breaks one.
    """
    permissions.check_can_import(by)
    frame = frame if "ward" in frame.columns or "lon" not in frame.columns else landing.locate(frame)
    try:
        number = landing.land(frame)
    except IntegrityError as error:
        # The first line names the rule; a further one would show the row.
        rule = str(error).partition("\n")[0]
        raise UserError(f"A row of the batch breaks a rule of the table, so none has landed: {rule}.") from None
    note(Reference("encounters.batch", new_ulid()), data={"landed": number}, reason=reason)
    return number


@action("encounters.encounter.locate")
def locate_encounters(*, by: Actor) -> int:
    """Look up ward and borough of every encounter with coordinates anew, after areas were brought in; gives how many moved."""
    permissions.check_can_import(by)
    moved = landing.locate_again()
    note(Reference("encounters.batch", new_ulid()), data={"moved": moved})
    return moved


@action("encounters.archive.import")
def import_archive(
    *, by: Actor, path: Path, force: str | None = None, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Import the stop and search files of a data.police.uk archive: all of it, or of one force; in one transaction.

    Rows that an earlier import has landed are known by all their values and left as they are, so a second run of the same
    archive, or of one that overlaps, changes nothing. Every row that was read is landed, known, a duplicate or set aside,
    and the report, which stays, says which. ``progress`` is told (bytes done, bytes in all).

    Raises UserError, having changed nothing, when the archive or a file of it cannot be read as a whole.
    """
    permissions.check_can_import(by)
    now = clock.now()
    with opened(Path(path)) as archive:
        forces = importers.chosen_forces(archive, force)
        total = sum(member.size for one in forces for member in archive.of(one))
        done = [0]

        def step(size: int) -> None:
            done[0] += size
            if progress is not None:
                progress(done[0], total)

        reading = importers.Reading(QualityReport(source=archive.name))
        for one in forces:
            frame = importers.read_force(archive, one, reading, now, step)
            _land_new(frame, one, reading)
    return _report(by, Path(path), forces, reading)


def _land_new(frame: pl.DataFrame, force: str, reading: importers.Reading) -> None:
    report = reading.report
    known = _known_keys(frame, force)
    new = frame.filter(~pl.col("source_row_key").is_in(known)) if known else frame
    report.known += frame.height - new.height
    _note_revisions(new, frame, force, reading, known)
    located = landing.locate(new)
    outside = located.filter(pl.col("lon").is_not_null() & (pl.col("borough") == "")).height
    if outside and outside == located["lon"].count() and not places.areas("borough").exists():
        report.notes.append(f"{force}: no areas are here yet, so no row has a borough. {LOCATE_LATER}")
    elif outside:
        report.notes.append(f"{force}: {outside:,} rows have coordinates outside the boroughs known here; they landed.")
    try:
        report.landed += landing.land(located.drop("file_month"))
    except IntegrityError:
        raise UserError(
            "Another import has just landed rows of this archive. Run it again: nothing was changed."
        ) from None


def _known_keys(frame: pl.DataFrame, force: str) -> set[str]:
    if frame.is_empty():
        return set()
    first, last = frame["occurred_at"].min(), frame["occurred_at"].max()
    rows = Encounter.objects.filter(source=Source.ARCHIVE, force=force, occurred_at__range=(first, last)).order_by()
    return set(rows.values_list("source_row_key", flat=True).iterator(50_000))


def _note_revisions(
    new: pl.DataFrame, frame: pl.DataFrame, force: str, reading: importers.Reading, known: set[str]
) -> None:
    """Say where an archive adds rows to a month that was there already: they may be corrections of rows that we have."""
    if not known:
        return
    had = set(frame.filter(pl.col("source_row_key").is_in(known))["file_month"].unique())
    for month, number in new.group_by("file_month").len().sort("file_month").iter_rows():
        if month in had:
            reading.report.notes.append(
                f"{force}, {month}: {number:,} rows are new in a month that was imported before. Some may be corrected "
                "versions of rows that are here already; a row is known again only when no value of it has changed."
            )


def _report(by: Actor, path: Path, forces: tuple[str, ...], reading: importers.Reading) -> ImportReport:
    found, months = reading.report, sorted(reading.months)
    if not found.balanced():
        raise AssertionError(f"The report of {path.name} does not balance.")
    words = {column: {word: dict(by_month) for word, by_month in by.items()} for column, by in reading.words.items()}
    report = ImportReport.objects.create(
        archive=path.name[:300],
        sha256=fingerprint(path),
        forces=list(forces),
        first_month=months[0],
        last_month=months[-1],
        read=found.read,
        landed=found.landed,
        known=found.known,
        duplicates=found.duplicates,
        set_aside=found.set_aside,
        details={**found.as_json(), "words": words, "changed_words": importers.changed_words(reading.words)},
        imported_by=by.audit_name[:120],
    )
    lines = [(str(line.state), line.file[:200], line.line, line.column, line.value, line.reason, line.same_as) for line in reading.lines]  # fmt: skip
    columns = ["state", "file", "line", "column", "value", "reason", "same_as"]
    landing.insert(ArchiveLine, pl.DataFrame(lines, schema=columns, orient="row"), {"report_id": report.pk})
    counts = {name: getattr(report, name) for name in ("read", "landed", "known", "duplicates", "set_aside")}
    note(report.reference, data=counts)
    return report


@action("encounters.facts.build")
def build_facts(*, by: Actor, changed_only: bool = True) -> facts.Built:
    """Bring the facts store up to date: see ``facts.build``."""
    permissions.check_can_import(by)
    built = facts.build(changed_only=changed_only)
    note(
        Reference("encounters.facts", "store"),
        data={"rows": built.rows, "written": len(built.written), "removed": len(built.removed)},
    )
    return built
