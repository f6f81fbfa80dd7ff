"""Writes: record an encounter, complete its school, review it, keep a draft, import an archive, build the facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters import consequences, facts, importers, landing, permissions, queries, rules
from childfirst.encounters.archives import fingerprint, opened
from childfirst.encounters.models import ArchiveLine, Encounter, EncounterDraft, ImportReport, ReviewFlag
from childfirst.encounters.vocabulary import IMPORTED, SchoolReason, Source
from childfirst.people.models import Account, Organisation
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid
from childfirst.shared.quality import QualityReport
from childfirst.shared.references import Reference

LOCATE_LATER = "Bring areas in, then run `childfirst facts --locate`."


class Refused(UserError):
    """The particulars do not make a record: ``faults`` says which fields are wrong and why."""

    def __init__(self, faults: list[rules.Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


@action("encounters.encounter.record")
def record_encounter(
    *, by: Account, told: rules.Particulars, team: Organisation, source: str = Source.FORM, key: str = ""
) -> Encounter:
    """Record one encounter for a team, with the reviews that it calls for.

    ``key`` makes the call safe to repeat: with the key of a record that is already there, that record is given back and
    nothing is added. The ward and borough are looked up from the place; the age band from the age.

    Raises Refused with every fault of the particulars, Forbidden for a team that is not the person's own.
    """
    permissions.check_can_record(by, team)
    found = Encounter.objects.filter(source=source, force="", source_row_key=key).first() if key else None
    if found is not None:
        _check_is_repetition(found, by)
        note(found.reference, data={"repeated": True})
        return found
    now = clock.now()
    faults = list(rules.faults(told, now=now))
    faults += _register_faults(told)
    if source in IMPORTED:
        faults.append(rules.Fault("source", "An archive is imported, not recorded."))
    if faults:
        raise Refused(faults)
    encounter = Encounter.objects.create(
        **_columns(_placed(told)),
        school_id=told.school,
        follow_up_due=rules.due_after(clock.today()) if told.school_reason == SchoolReason.NOT_YET_KNOWN else None,
        month=clock.month_key(told.occurred_at),
        recorded_by=by,
        team=team,
        source=source,
        source_row_key=key or new_ulid(),
        changed_at=now,
    )
    reasons = rules.review_reasons(
        age_band=encounter.age_band,
        more_than_outer_clothing=encounter.more_than_outer_clothing,
        use_of_force=encounter.use_of_force,
    )
    ReviewFlag.objects.bulk_create([ReviewFlag(encounter=encounter, reason=reason) for reason in reasons])
    note(encounter.reference, data={"kind": encounter.kind, "source": source, "reviews": len(reasons)})
    consequences.follow("recorded", by=by, encounter=encounter)
    return encounter


def _check_is_repetition(found: Encounter, by: Account) -> None:
    if found.recorded_by_id != by.pk:
        raise UserError("Another person has used this key for a record. Use a new key.")


def _register_faults(told: rules.Particulars) -> list[rules.Fault]:
    """What the registers of schools and areas say against the particulars."""
    found = []
    if told.school is not None:
        if places.school(told.school) is None:
            found.append(rules.Fault("school", f"There is no school with the number {told.school}."))
        elif sentence := queries.closed_before(told.school, clock.local(told.occurred_at).date()):
            found.append(rules.Fault("school", sentence))
    if told.ward and told.lon is None and queries.suggested_ward(told.ward) is None:
        found.append(rules.Fault("place", f"There is no ward with the code {told.ward}."))
    return found


def _placed(told: rules.Particulars) -> rules.Particulars:
    band = rules.band_of(told.age) if told.age is not None else told.age_band
    if told.lon is None or told.lat is None:
        borough = queries.borough_of(told.ward) if told.ward else ""
        return dataclasses.replace(told, age_band=str(band), borough=borough)
    ward, borough = (str(places.area_index(kind).locate([told.lon], [told.lat])[0]) for kind in ("ward", "borough"))
    return dataclasses.replace(told, age_band=str(band), ward=ward, borough=borough)


def _columns(told: rules.Particulars) -> dict[str, Any]:
    values = {field.name: getattr(told, field.name) for field in dataclasses.fields(told)}
    del values["school"]
    return values


@action("encounters.school.resolve")
def resolve_school(*, by: Account, encounter: Encounter, school: int | None = None, reason: str = "") -> Encounter:
    """Complete the school of an encounter that waits for it: with a school, or with a reason that is final.

    Raises Forbidden for an encounter of another team, UserError when it does not wait for a school or the answer is none.
    """
    permissions.check_can_resolve(by, encounter)
    encounter = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if encounter.school_reason != SchoolReason.NOT_YET_KNOWN:
        raise UserError("The school of this encounter has already been completed.")
    if reason == SchoolReason.NOT_YET_KNOWN:
        raise UserError("Enter the school, or another reason why there is none.")
    if sentence := rules.school_fault(school, reason, age=encounter.age):
        raise UserError(sentence)
    if school is not None:
        if places.school(school) is None:
            raise UserError(f"There is no school with the number {school}.")
        if sentence := queries.closed_before(school, clock.local(encounter.occurred_at).date()):
            raise UserError(sentence)
    encounter.school_id, encounter.school_reason, encounter.follow_up_due = school, reason, None
    encounter.school_resolved_at = encounter.changed_at = clock.now()
    encounter.save(update_fields=["school", "school_reason", "follow_up_due", "school_resolved_at", "changed_at"])
    note(encounter.reference, data={"school": "recorded" if school else reason})
    consequences.follow("corrected", by=by, encounter=encounter)
    return encounter


@action("encounters.review.complete")
def complete_review(*, by: Account, flag: ReviewFlag, finding: str) -> ReviewFlag:
    """Say what a supervisor found. Raises UserError for an empty finding or a review that is done already."""
    permissions.check_can_review(by, flag)
    flag = ReviewFlag.objects.select_for_update().select_related("encounter").get(pk=flag.pk)
    if flag.reviewed_at is not None:
        raise UserError("This review has already been completed.")
    if not finding.strip():
        raise UserError("Say what you found.")
    flag.finding, flag.reviewed_by, flag.reviewed_at = finding.strip(), by, clock.now()
    flag.save()
    note(flag.encounter.reference, data={"review": flag.reason})
    return flag


@action("encounters.draft.save")
def save_draft(*, by: Account, answers: dict[str, Any], step: str = "") -> EncounterDraft:
    """Keep the answers to a step of the record form in the person's draft, which is made when there is none."""
    permissions.check_can_record(by)
    draft, _ = EncounterDraft.objects.select_for_update().get_or_create(account=by)
    draft.answers, draft.changed_at = {**draft.answers, **answers}, clock.now()
    draft.save()
    note(draft.reference, data={"step": step})
    return draft


@action("encounters.draft.discard")
def discard_draft(*, by: Account) -> None:
    """Erase the person's draft, if there is one."""
    permissions.check_can_record(by)
    draft = EncounterDraft.objects.filter(account=by).first()
    note(draft.reference if draft else Reference("encounters.encounterdraft", "none"))
    if draft is not None:
        draft.delete()


def record_draft(*, by: Account, draft_id: str, told: Callable[[EncounterDraft], tuple[rules.Particulars, Organisation]]) -> Encounter:  # fmt: skip
    """Make the record of a draft and erase the draft, together. The second press of the button finds the first one's record.

    ``told`` reads the particulars and the team from the draft once it is locked. Raises UserError when there is neither draft
    nor record.
    """
    with transaction.atomic():
        draft = EncounterDraft.objects.select_for_update().filter(pk=draft_id, account=by).first()
        if draft is None:
            made = Encounter.objects.filter(
                source=Source.FORM, force="", source_row_key=draft_id, recorded_by=by
            ).first()
            if made is None:
                raise UserError("This draft is no longer there. Start a new record.")
            return made
        particulars, team = told(draft)
        encounter = record_encounter(by=by, told=particulars, team=team, key=draft.pk)
        draft.delete()
        return encounter


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
