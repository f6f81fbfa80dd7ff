"""Bringing in areas: boundaries from a file, and larger areas as the union of smaller ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from childfirst.places.boundaries import FeatureFile, read_pairs
from childfirst.places.models import Area
from childfirst.places.outlines import mend, shape_of, union, wkb_of
from childfirst.places.reading import BadValue, Source
from childfirst.places.vocabulary import PLURALS, AreaKind
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid
from childfirst.shared.quality import QualityReport
from childfirst.shared.text import join_and

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,39}")
_OFFICIAL = re.compile(r"[EWSNK][0-9]{8}")
"""A code of the Office for National Statistics, in all parts of the United Kingdom."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area to be stored; ``shape`` is in grid metres and still to be mended; ``parent`` is a code or empty."""

    number: int
    code: str
    name: str
    shape: Any
    parent: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AreaTerms:
    """What holds for every area of an import."""

    kind: AreaKind
    source: str
    valid_from: dt.date | None = None
    complete: bool = False


def rows_of(
    file: FeatureFile, *, code: str, name: str, parent: str = "", parents: Mapping[str, str] | None = None
) -> list[AreaRow]:
    """Areas from a file's features by the names of its columns; ``parents`` gives the parent's code by the area's code.

    Raises UserError when a column is not there.
    """
    if not file.features:
        raise UserError(f"{file.source.name} holds no areas.")
    missing = [column for column in (code, name, parent) if column and column not in file.header]
    if missing:
        raise UserError(f"{file.source.name} has no column {join_and(missing)}; it has {join_and(list(file.header))}.")
    swapped = sum(
        bool(_OFFICIAL.fullmatch(feature.columns.get(name, "")))
        - bool(_OFFICIAL.fullmatch(feature.columns.get(code, "")))
        for feature in file.features
    )
    if 2 * swapped > len(file.features):
        raise UserError(f"The column {name} of {file.source.name} holds codes, not names. Are the two columns swapped?")
    rows = []
    for feature in file.features:
        key = feature.columns.get(code, "")
        above = feature.columns.get(parent, "") if parent else (parents or {}).get(key, "")
        rows.append(AreaRow(feature.number, key, feature.columns.get(name, ""), feature.shape, above, feature.problem))
    return rows


def land_areas(rows: Iterable[AreaRow], terms: AreaTerms, report: QualityReport) -> list[str]:
    """Store areas; gives the codes that are new or changed. An outline that had to be repaired is told in a note."""
    existing = Area.objects.in_bulk(field_name="code")
    seen: dict[str, AreaRow] = {}
    changed: list[Area] = []
    repaired: dict[str, list[str]] = {}
    for row in rows:
        report.read += 1
        try:
            area, repair = _area(row, terms, seen, existing)
        except BadValue as bad:
            report.put_aside(bad.at(terms.source, row.number))
            continue
        if area is None:
            report.duplicates += 1
            continue
        seen[row.code] = row
        if repair:
            repaired.setdefault(repair, []).append(row.code)
        if _same(existing.get(row.code), area):
            report.known += 1
        else:
            report.landed += 1
            changed.append(area)
    for what, codes in sorted(repaired.items()):
        report.notes.append(f"Repaired {len(codes)} outlines ({what.lower()}): {join_and(codes[:20])}.")
    _store(changed)
    if terms.complete:
        _end_others(seen, terms, report)
    return [area.code for area in changed]


def _area(
    row: AreaRow, terms: AreaTerms, seen: Mapping[str, AreaRow], existing: Mapping[Any, Area]
) -> tuple[Area | None, str]:
    if not _CODE.fullmatch(row.code):
        raise BadValue("code", row.code, "The code is missing or not made of letters, digits, - and _.")
    if not row.name or len(row.name) > 200:
        raise BadValue("name", row.name, "The name is missing or longer than 200 characters.")
    if row.code in seen:
        if (seen[row.code].name, seen[row.code].shape) == (row.name, row.shape):
            return None, ""
        raise BadValue("code", row.code, "The code stands in the file already, for another area.")
    old = existing.get(row.code)
    if old is not None and old.kind != terms.kind:
        raise BadValue("code", row.code, f"The code belongs to a {AreaKind(old.kind).label.lower()}.")
    if row.parent and row.parent not in existing:
        raise BadValue("parent", row.parent, "The parent area is not known; bring in the larger areas first.")
    if row.problem:
        raise BadValue("outline", row.code, row.problem)
    mended = mend(row.shape)
    if mended.shape is None:
        raise BadValue("outline", row.code, mended.reason)
    x0, y0, x1, y1 = mended.shape.bounds
    parent = row.parent or (old.parent_id if old else None)
    area = Area(
        code=row.code, kind=terms.kind, name=row.name, parent_id=parent, outline=wkb_of(mended.shape),
        min_x=x0, min_y=y0, max_x=x1, max_y=y1, source=terms.source, revision=new_ulid(),
        valid_from=terms.valid_from or (old.valid_from if old else None), valid_to=None,
    )  # fmt: skip
    return area, mended.repair


def _same(old: Area | None, new: Area) -> bool:
    fields = ("name", "parent_id", "valid_from", "valid_to")
    return (
        old is not None
        and all(getattr(old, name) == getattr(new, name) for name in fields)
        and bytes(old.outline) == bytes(new.outline)
    )


def _store(areas: list[Area]) -> None:
    fields = [field.name for field in Area._meta.fields if field.name not in ("code", "created_at")]
    Area.objects.bulk_create(areas, update_conflicts=True, unique_fields=["code"], update_fields=fields)


def _end_others(seen: Mapping[str, AreaRow], terms: AreaTerms, report: QualityReport) -> None:
    """Areas of the kind that a complete file no longer lists end on the day before it begins to hold."""
    if terms.valid_from is None:
        raise UserError("A complete set of areas needs the day from which it holds: --valid-from 2024-05-02.")
    others = Area.objects.filter(kind=terms.kind, valid_to__isnull=True).exclude(code__in=list(seen))
    ended = 0
    for area in others:
        if area.valid_from is None or area.valid_from < terms.valid_from:
            area.valid_to = terms.valid_from - dt.timedelta(days=1)
            area.save()
            ended += 1
    if ended:
        report.notes.append(f"{PLURALS[terms.kind]} that the file does not list and that have ended: {ended}.")


def own_code(kind: AreaKind, name: str) -> str:
    """A code for an area that the statistics office does not code: ``BCU-CENTRAL-EAST``."""
    prefix = {AreaKind.COMMAND_UNIT: "BCU", AreaKind.FORCE: "FORCE"}.get(kind, kind.upper())
    return f"{prefix}-{re.sub('[^A-Z0-9]+', '-', name.upper()).strip('-')}"[:40]


def unions_of(
    source: Source, terms: AreaTerms, report: QualityReport, *, member: str, group: str, of: AreaKind
) -> tuple[list[AreaRow], dict[str, str]]:
    """Larger areas as unions of smaller ones, from a CSV file with a member and a group on each line.

    Members are areas of the kind ``of``, by name or code. Gives the areas, and for each member's code its group's code.
    A line whose member is not known is set aside, with the group left out altogether: an area with a hole in it that
    nobody meant would be worse than none.
    """
    members = list(Area.objects.filter(kind=of, valid_to__isnull=True))
    by_name = {area.name.casefold(): area for area in members} | {area.code.casefold(): area for area in members}
    groups: dict[str, list[Area]] = {}
    spoilt: set[str] = set()
    group_of: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, name, group_name in read_pairs(source, report, member, group):
        try:
            area = _member(by_name.get(name.casefold()), name, member, of)
            if not group_name:
                raise BadValue(group, "", "The name of the larger area is missing.")
            if area.code in group_of:
                raise BadValue(member, name, "The area stands in the file already.")
        except BadValue as bad:
            report.put_aside(bad.at(source.name, line))
            spoilt.add(group_name)
            continue
        groups.setdefault(group_name, []).append(area)
        lines.setdefault(group_name, line)
        group_of[area.code] = own_code(terms.kind, group_name)
    rows = []
    for name, parts in sorted(groups.items()):
        row = AreaRow(lines[name], own_code(terms.kind, name), name, None)
        if name in spoilt:
            rows.append(replace(row, problem="One of its members could not be read, so the area would have a hole."))
            group_of = {code: above for code, above in group_of.items() if above != row.code}
            continue
        joined = union([shape_of(part.outline) for part in parts])
        rows.append(replace(row, shape=joined.shape, problem=joined.reason))
    # From here on the report counts areas, not lines of the file, but for the lines that were set aside.
    report.read = report.set_aside
    return rows, group_of


def _member(area: Area | None, name: str, column: str, of: AreaKind) -> Area:
    if area is None:
        raise BadValue(column, name, f"There is no {of.label.lower()} of this name or code.")
    return area


def adopt(group_of: Mapping[str, str]) -> int:
    """Give members their larger area as parent where that area exists now; gives how many changed."""
    there = set(Area.objects.filter(code__in=set(group_of.values())).values_list("code", flat=True))
    changed = 0
    for area in Area.objects.filter(code__in=list(group_of)):
        above = group_of[area.code]
        if above in there and area.parent_id != above:
            area.parent_id = above
            area.save(update_fields={"parent"})
            changed += 1
    return changed
