"""Reads: schools as they were and as they are, areas, the search. What other rooms may ask."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from childfirst.design.widgets import Suggestion
from childfirst.places import calendar, rules
from childfirst.places.geometry import AreaIndex, to_grid
from childfirst.places.models import Area, School, SchoolLink, SchoolName, TermDates
from childfirst.places.outlines import shape_of
from childfirst.places.search import Entry, SchoolFinder
from childfirst.places.tables import alias_table, register_table
from childfirst.places.vocabulary import AreaKind, DayKind, NameKind, SchoolStatus
from childfirst.shared.clock import format_date

__all__ = [
    "SCHOOL_SUGGESTIONS",
    "AreaIndex",
    "FoundSchool",
    "SchoolThen",
    "alias_table",
    "aliases",
    "area",
    "area_index",
    "area_names",
    "areas",
    "authorities",
    "current_successors",
    "found_schools",
    "is_school_day",
    "register_table",
    "school",
    "school_on",
    "schools",
    "schools_in",
    "search_schools",
    "succession",
    "suggest_schools",
    "suggested_school",
    "term_dates",
]

SCHOOL_SUGGESTIONS = "places:school-suggestions"
"""Name of the address that answers a TypeaheadField for schools."""

AREA_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")

ALSO = "also called"

_areas: dict[tuple[str, dt.date | None], tuple[str, AreaIndex]] = {}
_finder: list[tuple[str, SchoolFinder]] = []


def area_index(kind: str = AreaKind.WARD, *, on: dt.date | None = None) -> AreaIndex:
    """The index that finds the area of points among all areas of a kind, kept in memory until areas change.

    ``on`` takes only the areas that were valid that day; without it, those that have not ended.
    """
    stamp = _stamp(Area)
    key = (str(kind), on)
    kept = _areas.get(key)
    if kept is None or kept[0] != stamp:
        rows = areas(kind, on=on).values_list("code", "outline")
        codes, outlines = [], []
        for code, outline in rows:
            codes.append(code)
            outlines.append(shape_of(outline))
        _areas[key] = kept = (stamp, AreaIndex(codes, outlines))
    return kept[1]


def areas(kind: str | None = None, *, on: dt.date | None = None) -> QuerySet[Area]:
    """Areas of a kind (or of all kinds) that are valid on a day, or that have not ended; by name."""
    found = Area.objects.all() if kind is None else Area.objects.filter(kind=kind)
    if on is None:
        found = found.filter(valid_to__isnull=True)
    else:
        found = found.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )
    return found.order_by("name", "code")


def area_names(kind: str | None = None) -> dict[str, str]:
    """Code -> name of all areas of a kind, also of those that have ended."""
    found = Area.objects.all() if kind is None else Area.objects.filter(kind=kind)
    return dict(found.values_list("code", "name"))


def area(code: str) -> Area | None:
    """The area with the code; None when there is none."""
    if not AREA_CODE.fullmatch(code):
        return None
    return Area.objects.select_related("parent").filter(code=code).first()


def school(urn: int | str) -> School | None:
    """The school with the number, as the newest register has it; None when there is none."""
    number = _urn(urn)
    if number is None:
        return None
    return School.objects.select_related("ward", "borough").filter(urn=number).first()


def schools(urns: Iterable[int | str]) -> dict[int, School]:
    """Many schools by number; those that are not in the table are left out."""
    numbers = {number for urn in urns if (number := _urn(urn)) is not None}
    return School.objects.in_bulk(numbers)


@dataclass(frozen=True, slots=True)
class SchoolThen:
    """A school as it was on a day. ``status`` is None where the register cannot tell; ``name_note`` says how sure
    the name is, empty when it is."""

    urn: int
    on: dt.date
    name: str
    name_is_certain: bool
    name_note: str
    status: SchoolStatus | None
    name_now: str

    @property
    def is_renamed(self) -> bool:
        """Whether the school has another name today."""
        return self.name != self.name_now


def school_on(urn: int | str, date: dt.date) -> SchoolThen | None:
    """The school as it was on a day: its name then, and whether it was open; None when the number is not known."""
    found = school(urn)
    return None if found is None else as_it_was(found, date)


def as_it_was(found: School, date: dt.date) -> SchoolThen:
    """As ``school_on``, for a school at hand."""
    current, former = name_spans(found)
    name = rules.name_on(date, current, former)
    status = rules.status_on(date, found.status, found.opened_on, found.closed_on, found.seen_on)
    return SchoolThen(found.urn, date, name.name, name.certain, name.why, status, found.name)


def name_spans(found: School) -> tuple[rules.NameSpan, list[rules.NameSpan]]:
    """The current name and the former names of a school, with what is known of their times."""
    current = rules.NameSpan(found.name, last_seen=found.seen_on)
    former = []
    for row in found.names.filter(kind=NameKind.REGISTER):
        span = rules.NameSpan(row.name, row.valid_from, row.valid_to, row.first_seen, row.last_seen)
        if row.name == found.name:
            current = span
        else:
            former.append(span)
    return current, former


def succession(urn: int | str) -> rules.Succession:
    """Where the chains of successors of a school lead, step by step. Safe for links that run in a circle."""
    number = _urn(urn)
    if number is None:
        return rules.Succession((), (), (), ())
    rows: dict[int, list[rules.LinkRow]] = {}
    closed: dict[int, bool | None] = {}

    def learn(urns: Sequence[int]) -> None:
        links = SchoolLink.objects.filter(Q(urn__in=urns) | Q(linked_urn__in=urns))
        met = set(urns)
        for one in urns:
            rows[one] = []
        for link in links:
            row = rules.LinkRow(link.urn, link.linked_urn, link.kind, link.manner, link.happened_on)
            met |= {link.urn, link.linked_urn}
            for one in {link.urn, link.linked_urn} & set(urns):
                rows[one].append(row)
        states = School.objects.filter(urn__in=met).values_list("urn", "status", "closed_on")
        closed.update(dict.fromkeys(met - closed.keys()))
        closed.update({u: s == SchoolStatus.CLOSED or (not s and c is not None) for u, s, c in states})

    def is_closed(one: int) -> bool | None:
        if one not in closed:
            learn([one])
        return closed[one]

    def steps(one: int) -> list[rules.Step]:
        if one not in rows:
            learn([one])
        return rules.steps_from(one, rows[one], is_closed)

    return rules.follow(number, steps, is_closed)


def current_successors(urn: int | str) -> list[School]:
    """The schools of today that a school became: itself while it is open, none when it closed without a successor."""
    found = schools(succession(urn).current)
    return sorted(found.values(), key=lambda s: (s.name, s.urn))


def search_schools(text: str, limit: int = 10, near: tuple[float, float] | None = None) -> list[FoundSchool]:
    """Schools for what a person typed: beginnings of words in any order, initials, a postcode, a URN, former names,
    small misspellings. A school of that very name comes first, then open schools before closed ones. ``near`` (longitude, latitude) puts nearer schools first.
    """
    point = None
    if near is not None:
        x, y = to_grid([near[0]], [near[1]])
        point = (float(x[0]), float(y[0]))
    hits = school_finder().find(text, limit, point)
    found = schools(hit.urn for hit in hits)
    former = {hit.urn: hit.former for hit in hits}
    dates = _until(found, former)
    return [_found(found[hit.urn], hit.former, dates.get(hit.urn, "")) for hit in hits if hit.urn in found]


@dataclass(frozen=True, slots=True)
class FoundSchool:
    """A school in a list of finds. ``was`` is the former name it was found by, with until when: ``was X until 2019``;
    for a name that people use, ``also called X``."""

    urn: int
    name: str
    status: str
    closed_on: dt.date | None
    phase: str
    town: str
    la_name: str
    postcode: str
    was: str

    @property
    def is_closed(self) -> bool:
        return self.status == SchoolStatus.CLOSED

    @property
    def hint(self) -> str:
        """What tells the school from its namesakes: place, postcode, number, closed since when, former name."""
        place = ", ".join(dict.fromkeys(part for part in (self.town, self.la_name) if part))
        parts = [" ".join(part for part in (place, self.postcode) if part), f"URN {self.urn}"]
        if self.is_closed:
            parts.append(f"closed {format_date(self.closed_on)}" if self.closed_on else "closed")
        if self.was:
            parts.append(self.was)
        return " · ".join(part for part in parts if part)

    @property
    def suggestion(self) -> Suggestion:
        """The find as a type-ahead shows it; the value is the URN as text."""
        return Suggestion(str(self.urn), self.name, self.hint)


def found_schools(urns: Iterable[int | str]) -> list[FoundSchool]:
    """Schools by number, in that order, as a search shows them; those that are not in the table are left out."""
    wanted = list(urns)
    found = schools(wanted)
    return [_found(found[int(urn)], "", "") for urn in wanted if _urn(urn) in found]


def suggest_schools(text: str) -> list[Suggestion]:
    """``search`` of a TypeaheadField for schools; its ``url_name`` is SCHOOL_SUGGESTIONS."""
    return [found.suggestion for found in search_schools(text, limit=11)]


def suggested_school(urn: str) -> Suggestion | None:
    """``resolve`` of a TypeaheadField for schools."""
    found = school(urn)
    return None if found is None else _found(found, "", "").suggestion


def school_finder() -> SchoolFinder:
    """The search index over the whole register, kept in memory until a school changes."""
    stamp = _stamp(School)
    if not _finder or _finder[0][0] != stamp:
        former: dict[int, list[str]] = {}
        for urn, name in SchoolName.objects.values_list("school_id", "name").order_by("school_id", "name"):
            former.setdefault(urn, []).append(name)
        rows = School.objects.values_list(
            "urn", "name", "town", "la_name", "postcode", "status", "easting", "northing", "absent_on"
        ).order_by()
        finder = SchoolFinder(
            Entry(
                urn, name, tuple(old for old in former.get(urn, ()) if old != name), f"{town} {la}", code,
                _rank(status, absent is not None), x, y,
            )
            for urn, name, town, la, code, status, x, y, absent in rows.iterator(chunk_size=5000)
        )  # fmt: skip
        _finder[:] = [(stamp, finder)]
    return _finder[0][1]


def _rank(status: str, absent: bool) -> int:
    if status == SchoolStatus.CLOSED:
        return 2
    return 1 if absent or not status else 0


def aliases(urn: int | str) -> list[str]:
    """The names that people use for a school, beside those of the register."""
    number = _urn(urn)
    if number is None:
        return []
    found = SchoolName.objects.filter(school_id=number, kind=NameKind.ALIAS)
    return list(found.order_by("name").values_list("name", flat=True))


def _found(row: School, former: str, until: str) -> FoundSchool:
    was = f"was {former}{' ' + until if until else ''}" if former else ""
    if until == ALSO:
        was = f"{ALSO} {former}"
    return FoundSchool(
        row.urn, row.name, row.status, row.closed_on, row.get_phase_display() if row.phase else "",
        row.town, row.la_name, row.postcode, was,
    )  # fmt: skip


def _until(found: dict[int, School], former: dict[int, str]) -> dict[int, str]:
    """For schools found by a former name: until when it held."""
    wanted = [urn for urn, name in former.items() if name and urn in found]
    names: dict[int, list[SchoolName]] = {}
    for row in SchoolName.objects.filter(school_id__in=wanted):
        names.setdefault(row.school_id, []).append(row)
    phrases = {}
    for urn in wanted:
        spans = {
            r.name: rules.NameSpan(r.name, r.valid_from, r.valid_to, r.first_seen, r.last_seen)
            for r in names.get(urn, [])
        }
        if any(r.name == former[urn] and r.kind == NameKind.ALIAS for r in names.get(urn, [])):
            phrases[urn] = ALSO
            continue
        span = spans.get(former[urn])
        if span is not None:
            phrases[urn] = rules.until(span, _next_seen(span, spans.values()))
    return phrases


def _next_seen(span: rules.NameSpan, spans: Iterable[rules.NameSpan]) -> dt.date | None:
    later = [
        s.starts for s in spans if s.starts is not None and span.last_seen is not None and s.starts > span.last_seen
    ]
    return min(later, default=None)


def _stamp(model: type[School] | type[Area]) -> str:
    """Changes whenever a row of the table is added, changed or removed."""
    newest = model.objects.aggregate(newest=Max("revision"))["newest"]
    return f"{newest}/{model.objects.count()}"


def _urn(urn: int | str) -> int | None:
    text = str(urn).strip()
    return int(text) if re.fullmatch(r"[1-9][0-9]{5}", text) else None


def authorities() -> dict[str, str]:
    """Code -> name of the local authorities that have schools or term dates here, by name; the name may be empty."""
    names = dict(School.objects.exclude(la_code="").order_by("la_name").values_list("la_code", "la_name").distinct())
    for code in TermDates.objects.order_by("la_code").values_list("la_code", flat=True).distinct():
        names.setdefault(code, "")
    return dict(sorted(names.items(), key=lambda item: (not item[1], item[1], item[0])))


def term_dates(authority: str) -> list[TermDates]:
    """Terms and closures of an authority, by date."""
    return list(TermDates.objects.filter(la_code=authority).order_by("starts_on", "kind"))


def is_school_day(date: dt.date, authority: str) -> bool | None:
    """Whether the schools of an authority (three-digit code) work on a day; None where its term dates do not tell."""
    return calendar.school_day(
        date, [calendar.Span(DayKind(r.kind), r.starts_on, r.ends_on) for r in term_dates(authority)]
    )


def schools_in(area: Area) -> QuerySet[School]:
    """The schools of a ward or borough, or of all boroughs under a larger area; closed ones too, by name."""
    if area.kind == AreaKind.WARD:
        found = School.objects.filter(ward=area)
    elif area.kind == AreaKind.BOROUGH:
        found = School.objects.filter(borough=area)
    else:
        found = School.objects.filter(Q(borough__parent=area) | Q(borough__parent__parent=area))
    return found.order_by("name", "urn")
