"""Bringing in the register of schools and its links: merged with what is known, reported row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Q

from childfirst.places.geometry import GRID_BOX, from_grid, given, to_grid
from childfirst.places.layouts import LINK_COLUMNS, SchoolLayout, link_values, school_layout
from childfirst.places.merging import EMPTY, POSITION, Sighting, State, same_name
from childfirst.places.models import School, SchoolLink, SchoolName
from childfirst.places.reading import BadValue, Sheet, lacking
from childfirst.places.vocabulary import LINK_WORDS, NameKind, SchoolStatus
from childfirst.shared.clock import format_date
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid
from childfirst.shared.quality import QualityReport, SetAside
from childfirst.shared.text import count_of

CHUNK = 2000
MOST_ABSENT = 0.5
"""A file that lacks a greater share of the schools that it should list is not complete, whatever is said of it."""

OUTDATED_CLOSING = "outdated_closing"
"""Key in School.known under which a closing date is kept that a newer vintage has overtaken."""

Progress = Callable[[int], None]

_WRITTEN = (
    *(name for name in EMPTY if name != "position"), *POSITION, "known", "seen_on", "absent_on", "revision",
)  # fmt: skip


@dataclass
class Told:
    """One row of a register, read: the line it stands on and the values by field."""

    line: int
    values: dict[str, Any]
    former: tuple[tuple[str, dt.date | None], ...] = ()


@dataclass
class Landing:
    """What an import of schools has done besides its report."""

    moved: list[int] = field(default_factory=list)
    contradicted: Counter[str] = field(default_factory=Counter)


def as_of_from(name: str) -> dt.date | None:
    """The date of a vintage from its file's name: ``gias-open-2025-07.csv`` is of 1 July 2025."""
    found = re.search(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)", name)
    if found is None:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def read_schools(sheet: Sheet, layout: SchoolLayout, as_of: dt.date, report: QualityReport) -> list[Told]:
    """Every row that can land, in order of URN; the others are put aside in the report or counted as duplicates."""
    month = f"{as_of.year:04d}-{as_of.month:02d}"
    seen: dict[int, tuple[int, int]] = {}
    told: list[Told] = []
    for line, row in sheet.rows(report):
        try:
            values, unknown = layout.values(row)
            first = seen.get(values["urn"])
            if first is not None:
                if first[1] == hash(tuple(row.values())):
                    report.duplicates += 1
                    continue
                raise BadValue(
                    layout.columns["urn"].header, str(values["urn"]), f"The URN stands on line {first[0]} already."
                )
            layout.complete(values, as_of)
            _check_lengths(values, layout)
        except BadValue as bad:
            report.put_aside(bad.at(sheet.source.name, line))
            continue
        seen[values["urn"]] = (line, hash(tuple(row.values())))
        report.rows_by_month[month] += 1
        for name, column in layout.columns.items():
            if name not in values:
                report.missing[month, column.header] += 1
        for column_and_word in unknown:
            report.new_words[column_and_word] += 1
        told.append(Told(line, values, values.pop("former", ())))
    told.sort(key=lambda one: one.values["urn"])
    _place(told, report)
    return told


def _check_lengths(values: dict[str, Any], layout: SchoolLayout) -> None:
    for name, value in values.items():
        if isinstance(value, str) and name in EMPTY:
            longest = getattr(School._meta.get_field(name), "max_length", None)
            if longest is not None and len(value) > longest:
                raise BadValue(layout.columns[name].header, value, f"The text is longer than {longest} characters.")


def _place(told: Sequence[Told], report: QualityReport) -> None:
    """Turn whichever coordinates the rows have into a position, grid and globe; outside Great Britain into none."""
    size = len(told)
    lon, lat, x, y = (
        np.array([one.values.pop(name, np.nan) for one in told], dtype=np.float64) for name in ("lon", "lat", "x", "y")
    )
    on_globe = given(lon, lat)
    if on_globe.any():
        x[on_globe], y[on_globe] = to_grid(lon[on_globe], lat[on_globe])
    on_grid = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    inside = on_grid & (x >= GRID_BOX[0]) & (x <= GRID_BOX[2]) & (y >= GRID_BOX[1]) & (y <= GRID_BOX[3])
    to_globe = inside & ~on_globe
    if to_globe.any():
        lon[to_globe], lat[to_globe] = from_grid(x[to_globe], y[to_globe])
    for at in range(size):
        if inside[at]:
            told[at].values["position"] = (
                round(float(x[at]), 2), round(float(y[at]), 2), round(float(lon[at]), 6), round(float(lat[at]), 6),
            )  # fmt: skip
    if outside := int((on_grid & ~inside).sum()):
        report.notes.append(f"{count_of(outside, 'row')} had a place outside Great Britain; the place was left out.")


def land_schools(
    told: Sequence[Told], as_of: dt.date, source: str, report: QualityReport, progress: Progress | None = None
) -> Landing:
    """Merge the rows into the tables of schools and their names, a chunk at a time."""
    landing = Landing()
    for start in range(0, len(told), CHUNK):
        chunk = told[start : start + CHUNK]
        _land_chunk(chunk, as_of, source, report, landing)
        if progress is not None:
            progress(len(chunk))
    return landing


def _land_chunk(chunk: Sequence[Told], as_of: dt.date, source: str, report: QualityReport, landing: Landing) -> None:
    urns = [one.values["urn"] for one in chunk]
    existing = {row.urn: row for row in School.objects.filter(urn__in=urns)}
    names: dict[int, dict[str, SchoolName]] = {urn: {} for urn in urns}
    for name in SchoolName.objects.filter(school_id__in=urns).order_by():
        names[name.school_id][name.name] = name
    revision = new_ulid()
    written: list[School] = []
    renamed: list[SchoolName] = []
    for one in chunk:
        urn = one.values.pop("urn")
        row = existing.get(urn)
        state = _state(row)
        before = (dict(state.values), dict(state.known), state.seen_on, state.absent_on)
        landing.contradicted.update(state.merge(one.values, as_of))
        changes = _names(urn, row, one, as_of, source, names[urn])
        renamed += changes
        if before == (state.values, state.known, state.seen_on, state.absent_on) and not changes:
            report.known += 1
            continue
        report.landed += 1
        if before[0]["position"] != state.values["position"]:
            landing.moved.append(urn)
        written.append(_school(urn, state, revision))
    School.objects.bulk_create(written, update_conflicts=True, unique_fields=["urn"], update_fields=_WRITTEN)
    SchoolName.objects.bulk_create(
        renamed,
        update_conflicts=True,
        unique_fields=["school", "name"],
        update_fields=["kind", "valid_from", "valid_to", "first_seen", "last_seen", "source"],
    )


def _state(row: School | None) -> State:
    if row is None:
        return State()
    values = {name: getattr(row, name) for name in EMPTY if name != "position"}
    values["position"] = None if row.easting is None else tuple(getattr(row, name) for name in POSITION)
    known = dict(row.known)
    if outdated := known.pop(OUTDATED_CLOSING, None):
        values["closed_on"] = dt.date.fromisoformat(outdated)
    return State(values, known, row.seen_on, row.absent_on)


def _school(urn: int, state: State, revision: str) -> School:
    position = state.values["position"] or (None,) * 4
    values = {name: value for name, value in state.values.items() if name not in ("position", "closed_on")}
    known = dict(state.known)
    told = state.values["closed_on"]
    if told is not None and state.closed_on is None:
        known[OUTDATED_CLOSING] = told.isoformat()
    return School(
        urn=urn, **values, closed_on=state.closed_on, **dict(zip(POSITION, position, strict=True)), known=known,
        seen_on=state.seen_on, absent_on=state.absent_on, revision=revision,
    )  # fmt: skip


def _names(
    urn: int, row: School | None, one: Told, as_of: dt.date, source: str, names: dict[str, SchoolName]
) -> list[SchoolName]:
    """The rows of SchoolName that the vintage adds or changes."""
    changed: dict[str, SchoolName] = {}

    def sight(name: str) -> tuple[Sighting, Sighting]:
        kept = names.get(name)
        if kept is None:
            return Sighting(source=source), Sighting()
        old = Sighting(kept.valid_from, kept.valid_to, kept.first_seen, kept.last_seen, kept.source)
        return Sighting(old.valid_from, old.valid_to, old.first_seen, old.last_seen, old.source), old

    def keep(name: str, new: Sighting, old: Sighting) -> None:
        kept = names.get(name)
        if new == old and (kept is None or kept.kind == NameKind.REGISTER):
            return
        kept = names.setdefault(name, SchoolName(school_id=urn, name=name))
        kept.kind = NameKind.REGISTER
        kept.valid_from, kept.valid_to = new.valid_from, new.valid_to
        kept.first_seen, kept.last_seen, kept.source = new.first_seen, new.last_seen, new.source
        changed[name] = kept

    if row is not None and row.name not in names and row.name != one.values["name"]:
        new, old = sight(row.name)
        if row.seen_on is not None:
            new.see(row.seen_on)
        keep(row.name, new, old)
    new, old = sight(one.values["name"])
    new.see(as_of)
    keep(one.values["name"], new, old)
    for name, last_day in one.former:
        if not same_name(name, one.values["name"]) and len(name) <= 200:
            new, old = sight(name)
            new.valid_to = last_day or new.valid_to
            keep(name, new, old)
    return list(changed.values())


def flag_absent(as_of: dt.date, *, covers_closed: bool) -> int:
    """Flag the schools that the complete vintage of that day should list and that no vintage since has shown.

    Nothing is deleted. Raises UserError when more than half of the schools would be flagged: then the file is a part.
    """
    schools = School.objects if covers_closed else School.objects.exclude(status=SchoolStatus.CLOSED)
    unseen = schools.filter(Q(seen_on__isnull=True) | Q(seen_on__lt=as_of))
    absent = unseen.count()
    if absent > MOST_ABSENT * schools.count():
        raise UserError(
            f"{count_of(absent, 'school')} that a complete register should list would be missing, more than half: "
            "this file is a part. Bring it in without --complete."
        )
    return unseen.filter(Q(absent_on__isnull=True) | Q(absent_on__lt=as_of)).update(
        absent_on=as_of, revision=new_ulid()
    )


def name_authorities() -> None:
    """Give schools whose authority is known by its code alone the name that other schools have with that code."""
    rows = School.objects.exclude(la_code="").exclude(la_name="").values_list("la_code", "la_name", "known")
    newest: dict[str, tuple[str, str]] = {}
    for code, name, known in rows.iterator(chunk_size=5000):
        newest[code] = max(newest.get(code, ("", "")), (known.get("la_name", ""), name))
    for code, (_, name) in newest.items():
        School.objects.filter(la_code=code, la_name="").update(la_name=name, revision=new_ulid())


def open_register(sheet: Sheet, as_of: dt.date | None, today: dt.date) -> tuple[SchoolLayout, dt.date]:
    """The layout of a sheet and the date of its vintage. Raises UserError where either cannot be told."""
    layout = school_layout(sheet.header, sheet.source.name)
    day = as_of or as_of_from(sheet.source.name)
    if day is None:
        raise UserError(
            f"Say of which day the register in {sheet.source.name} is, with --as-of, for example --as-of 2025-07-01."
        )
    if day > today:
        raise UserError(f"The register cannot be of {format_date(day)}: that day is still to come.")
    return layout, day


def land_links(sheet: Sheet, report: QualityReport, progress: Progress | None = None) -> int:
    """Bring in the links file; gives the number of links to schools that are not in our table."""
    if any(name not in sheet.header for name in LINK_COLUMNS):
        raise lacking(sheet.header, LINK_COLUMNS, sheet.source.name, "the links between schools")
    known = {
        (row.urn, row.linked_urn, row.kind, row.manner): row
        for row in SchoolLink.objects.all().iterator(chunk_size=5000)
    }
    seen: dict[tuple[int, int, str, str], tuple[int, Any]] = {}
    fresh: list[SchoolLink] = []
    dated: list[SchoolLink] = []
    for number, (line, row) in enumerate(sheet.rows(report), 1):
        if progress is not None and number % CHUNK == 0:
            progress(CHUNK)
        try:
            link = link_values(row, LINK_WORDS)
        except BadValue as bad:
            report.put_aside(bad.at(sheet.source.name, line))
            continue
        key = (link.urn, link.linked_urn, link.kind.value, link.manner)
        if key in seen:
            _repeated(report, sheet.source.name, line, seen[key], link)
            continue
        seen[key] = (line, link)
        old = known.get(key)
        if old is None:
            report.landed += 1
            fresh.append(
                SchoolLink(
                    urn=link.urn, linked_urn=link.linked_urn, linked_name=link.linked_name, kind=link.kind,
                    manner=link.manner, happened_on=link.happened_on,
                )
            )  # fmt: skip
        elif link.happened_on is not None and (old.happened_on, old.linked_name) != (
            link.happened_on,
            link.linked_name,
        ):
            report.landed += 1
            old.happened_on, old.linked_name = link.happened_on, link.linked_name
            dated.append(old)
        else:
            report.known += 1
    SchoolLink.objects.bulk_create(fresh, batch_size=CHUNK)
    SchoolLink.objects.bulk_update(dated, ["happened_on", "linked_name"], batch_size=500)
    listed = set(School.objects.values_list("urn", flat=True))
    return sum(one[1] not in listed or one[0] not in listed for one in seen)


def _repeated(report: QualityReport, file: str, line: int, first: tuple[int, Any], link: Any) -> None:
    if first[1] == link:
        report.duplicates += 1
    else:
        reason = "The same link stands in the file already, with another date or name."
        report.put_aside(SetAside(file, line, "LinkURN", f"{link.urn} to {link.linked_urn}, line {first[0]}", reason))
