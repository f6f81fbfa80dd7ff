"""Writes: bringing in areas, schools, links and term dates; editing term dates; publishing outlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.places import area_importers, importers, term_importers
from childfirst.places.area_importers import AreaRow, AreaTerms
from childfirst.places.calendar import Span, problem_with
from childfirst.places.models import ImportReport, School, SchoolName, TermDates
from childfirst.places.outlines import mend
from childfirst.places.permissions import check_can_import
from childfirst.places.placing import place_schools
from childfirst.places.publish import boundaries_document
from childfirst.places.queries import area_index
from childfirst.places.reading import Sheet, Source
from childfirst.places.vocabulary import AreaKind, DayKind, ImportKind, NameKind
from childfirst.published.actions import STORE as PUBLISHED
from childfirst.published.actions import publish_document
from childfirst.published.models import Document
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid
from childfirst.shared.quality import QualityReport
from childfirst.shared.text import count_of

__all__ = [
    "AreaRow", "AreaTerms", "Source", "add_alias", "import_area_unions", "import_areas", "import_school_links", "import_schools",
    "import_term_dates", "publish_boundaries", "remove_alias", "remove_term_dates", "save_term_dates",
]  # fmt: skip

Progress = importers.Progress


@action("places.school.import")
def import_schools(
    *, by: Actor, source: Source, as_of: dt.date | None = None, complete: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Bring in a vintage of the register of schools, in whichever layout it comes.

    ``as_of`` is the day of the vintage; without it, it is read from the file's name. ``complete`` says that the file
    lists every school that its layout can list: the others are then flagged. Raises UserError for a file that cannot
    be used at all; rows that cannot land are in the report.
    """
    check_can_import(by)
    sheet = Sheet.open(source)
    layout, day = importers.open_register(sheet, as_of, clock.today())
    report = _report(sheet)
    told = importers.read_schools(sheet, layout, day, report)
    if progress is not None:
        progress(0)
    landing = importers.land_schools(told, day, source.name, report, progress)
    if landing.contradicted:
        fields = ", ".join(f"{name} ({number})" for name, number in sorted(landing.contradicted.items()))
        report.notes.append(f"Told otherwise by another register of the same day, and left as it was: {fields}.")
    importers.name_authorities()
    if landing.moved:
        place_schools(landing.moved)
    details = {"complete": complete, "covers_closed": layout.covers_closed}
    absent = _flag_absent(day, layout.covers_closed) if complete else 0
    for earlier in _complete_since(day):
        absent += _flag_absent(earlier.as_of or day, bool(earlier.details.get("covers_closed")))
    if absent:
        report.notes.append(
            f"{count_of(absent, 'school')} that a complete register no longer lists: flagged, not deleted."
        )
    return _keep(
        ImportKind.SCHOOLS, source, report, by, sheet.encoding, layout.name, day, {**details, "absent": absent}
    )


def _flag_absent(day: dt.date, covers_closed: bool) -> int:
    return importers.flag_absent(day, covers_closed=covers_closed)


def _complete_since(day: dt.date) -> Sequence[ImportReport]:
    return list(
        ImportReport.objects.filter(kind=ImportKind.SCHOOLS, as_of__gt=day, details__complete=True).order_by("as_of")
    )


@action("places.school_link.import")
def import_school_links(*, by: Actor, source: Source, progress: Progress | None = None) -> ImportReport:
    """Bring in the register's links between schools: predecessors, successors, mergers."""
    check_can_import(by)
    sheet = Sheet.open(source)
    report = _report(sheet)
    strangers = importers.land_links(sheet, report, progress)
    if strangers:
        report.notes.append(f"{count_of(strangers, 'link')} with a school that is not in our register of schools.")
    return _keep(
        ImportKind.SCHOOL_LINKS, source, report, by, sheet.encoding, "links", importers.as_of_from(source.name)
    )


@action("places.area.import")
def import_areas(
    *, by: Actor, rows: Sequence[AreaRow], terms: AreaTerms, source: Source, layout: str = ""
) -> ImportReport:
    """Bring in areas of one kind. A ward without a parent gets the borough that it lies in, where there is one.

    ``source`` is the file that the rows come from, for its name and fingerprint. Schools are placed anew.
    """
    check_can_import(by)
    report = QualityReport(source.name)
    changed = area_importers.land_areas(_in_boroughs(rows, terms.kind), terms, report)
    if changed or terms.complete:
        moved = place_schools(kinds=[kind for kind in (AreaKind.WARD, AreaKind.BOROUGH) if kind == terms.kind])
        if moved:
            report.notes.append(
                f"{count_of(moved, 'school')} placed in another {terms.kind.label.lower()} than before."
            )
    return _keep(ImportKind.AREAS, source, report, by, "", layout, terms.valid_from, {"area_kind": terms.kind.value})


def _in_boroughs(rows: Sequence[AreaRow], kind: AreaKind) -> list[AreaRow]:
    if kind != AreaKind.WARD:
        return list(rows)
    index = area_index(AreaKind.BOROUGH)
    placed = []
    for row in rows:
        mended = None if row.parent or row.shape is None else mend(row.shape).shape
        if mended is not None:
            inside = mended.representative_point()
            row = replace(row, parent=str(index.locate_metres([inside.x], [inside.y]).codes[0]))
        placed.append(row)
    return placed


@action("places.area.unite")
def import_area_unions(
    *, by: Actor, source: Source, terms: AreaTerms, member: str, group: str, of: AreaKind = AreaKind.BOROUGH
) -> ImportReport:
    """Make larger areas (command units, a force area) as unions of smaller ones from a CSV list of members.

    ``member`` and ``group`` name the columns. Members get the larger area as their parent.
    """
    check_can_import(by)
    report = QualityReport(source.name)
    rows, group_of = area_importers.unions_of(source, terms, report, member=member, group=group, of=of)
    area_importers.land_areas(rows, terms, report)
    adopted = area_importers.adopt(group_of)
    return _keep(
        ImportKind.AREAS, source, report, by, "", f"union of {of.label.lower()}s", terms.valid_from,
        {"area_kind": terms.kind.value, "adopted": adopted},
    )  # fmt: skip


@action("places.term_dates.import")
def import_term_dates(*, by: Actor, source: Source) -> ImportReport:
    """Bring in a list of terms and closures of authorities."""
    check_can_import(by)
    sheet = Sheet.open(source)
    report = _report(sheet)
    authorities = term_importers.land_term_dates(sheet, report)
    return _keep(
        ImportKind.TERM_DATES, source, report, by, sheet.encoding, "term dates", None, {"authorities": authorities}
    )


@action("places.term_dates.save")
def save_term_dates(
    *,
    by: Actor,
    la_code: str,
    kind: DayKind,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    row: TermDates | None = None,
) -> TermDates:
    """Add a term or closure of an authority, or change the one given. Raises UserError when the dates cannot stand."""
    check_can_import(by)
    others = TermDates.objects.filter(la_code=la_code)
    if row is not None:
        others = others.exclude(pk=row.pk)
    spans = [Span(DayKind(one.kind), one.starts_on, one.ends_on) for one in others]
    if problem := problem_with(Span(kind, starts_on, ends_on), spans):
        raise UserError(problem)
    row = row or TermDates()
    row.la_code, row.kind, row.name, row.starts_on, row.ends_on = la_code, kind, name, starts_on, ends_on
    row.source = "Entered by hand"
    row.save()
    note(
        row.reference,
        data={
            "la_code": la_code,
            "kind": kind.value,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        },
    )
    return row


@action("places.term_dates.remove")
def remove_term_dates(*, by: Actor, row: TermDates) -> None:
    """Remove a term or closure."""
    check_can_import(by)
    note(row.reference, data={"la_code": row.la_code, "kind": row.kind, "starts_on": row.starts_on.isoformat()})
    row.delete()


@action("places.alias.add")
def add_alias(*, by: Actor, school: School, alias: str, reason: str = "") -> SchoolName:
    """Keep a name that people use for a school, so that searches and the matcher find the school by it.

    Raises UserError for a name that is too short, or that the school has already.
    """
    check_can_import(by)
    name = " ".join(alias.split())
    if not any(letter.isalpha() for letter in name) or not 2 <= len(name) <= 200:
        raise UserError("A name that people use has 2 to 200 letters.")
    if (
        SchoolName.objects.filter(school=school, name__iexact=name).exists()
        or school.name.casefold() == name.casefold()
    ):
        raise UserError(f"{school.name} is already found by the name “{name}”.")
    row = SchoolName.objects.create(school=school, name=name, kind=NameKind.ALIAS, source="Agreed by two people here")
    School.objects.filter(pk=school.pk).update(revision=new_ulid())
    note(school.reference, data={"name": row.pk}, reason=reason)
    return row


@action("places.alias.remove")
def remove_alias(*, by: Actor, row: SchoolName, reason: str = "") -> None:
    """Take away a name that people use. Raises UserError for a name of the register, which is not ours to remove."""
    check_can_import(by)
    if row.kind != NameKind.ALIAS:
        raise UserError("Only a name that people use can be removed: this one is the register's.")
    School.objects.filter(pk=row.school_id).update(revision=new_ulid())
    note(row.school.reference, data={"name": row.pk}, reason=reason)
    row.delete()


def publish_boundaries(*, by: Actor, kind: AreaKind) -> Document:
    """Publish the simplified outlines of the areas of a kind, for the public site's maps.

    The published store is a database of its own: its transaction is held open around the action's, so that an action
    that fails at its end leaves nothing there either. Raises UserError when there are no such areas.
    """
    with transaction.atomic(using=PUBLISHED):
        return _publish_boundaries(by=by, kind=kind)


@action("places.boundaries.publish")
def _publish_boundaries(*, by: Actor, kind: AreaKind) -> Document:
    check_can_import(by)
    document = publish_document(boundaries_document(AreaKind(kind)))
    note(f"published.document:{document.pk}", data={"kind": kind, "version": document.version})
    return document


def _report(sheet: Sheet) -> QualityReport:
    return QualityReport(sheet.source.name, notes=list(sheet.notes))


def _keep(
    kind: ImportKind,
    source: Source,
    report: QualityReport,
    by: Actor,
    encoding: str = "",
    layout: str = "",
    as_of: dt.date | None = None,
    details: Mapping[str, Any] | None = None,
) -> ImportReport:
    """Store the quality report and write the event of the import."""
    if not report.balanced():
        raise AssertionError(f"The report of {source.name} does not account for every row.")
    kept = ImportReport.objects.create(
        kind=kind, source=source.name, sha256=source.sha256, layout=layout, encoding=encoding, as_of=as_of,
        read=report.read, landed=report.landed, known=report.known, duplicates=report.duplicates,
        set_aside=report.set_aside, details={**report.as_json(), **(details or {})}, imported_by=str(by.reference),
    )  # fmt: skip
    note(
        kept.reference,
        data={
            "kind": kind.value, "sha256": source.sha256, "read": report.read, "landed": report.landed,
            "known": report.known, "duplicates": report.duplicates, "set_aside": report.set_aside,
        },
    )  # fmt: skip
    return kept
