"""What the pages of the room show, put together: rows of a school's summary, its names, its links, figures with maps."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from childfirst.design import maps
from childfirst.design.charts.data import Cell
from childfirst.design.figures import Figure, Table
from childfirst.places import queries, rules
from childfirst.places.models import Area, School, SchoolLink
from childfirst.places.outlines import shape_of
from childfirst.places.vocabulary import PLURALS, AreaKind, LinkKind, SchoolStatus
from childfirst.shared.clock import format_date
from childfirst.shared.text import join_and

NOT_KNOWN = SafeString('<span class="cf-unknown-value">not known</span>')

TAGS = {
    SchoolStatus.OPEN: "govuk-tag--green",
    SchoolStatus.CLOSING: "govuk-tag--yellow",
    SchoolStatus.CLOSED: "govuk-tag--grey",
    SchoolStatus.PROPOSED: "govuk-tag--blue",
}

FIELD_WORDS = {
    "name": "name", "status": "status", "opened_on": "opening date", "closed_on": "closing date",
    "establishment_type": "type", "phase": "phase", "lowest_age": "ages", "highest_age": "ages", "gender": "gender",
    "religious_character": "religious character", "street": "address", "locality": "address", "town": "address",
    "county": "address", "postcode": "postcode", "la_code": "authority", "la_name": "authority", "position": "position",
}  # fmt: skip


def school_link(urn: int, name: str) -> SafeString:
    """A link to a school's page."""
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("places:school", args=[urn]), name)


def area_link(area: Area) -> SafeString:
    """A link to an area's page."""
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("places:area", args=[area.code]), area.name)


def _row(key: str, value: Any) -> dict[str, Any]:
    known = value not in ("", None)
    return {"key": {"text": key}, "value": {"html": format_html("{}", value) if known else NOT_KNOWN}}


def status_tag(status: str) -> dict[str, str]:
    """Parameters of the tag that says a school's status."""
    if not status:
        return {"text": "Status not known", "classes": "govuk-tag--grey"}
    return {"text": SchoolStatus(status).label, "classes": TAGS[SchoolStatus(status)]}


def school_rows(school: School) -> list[dict[str, Any]]:
    """The summary list of a school; what no register has told is "not known"."""
    address = [school.street, school.locality, school.town, school.county, school.postcode]
    lines = [line for line in dict.fromkeys(address) if line]
    ages = [age for age in (school.lowest_age, school.highest_age) if age is not None]
    rows = [
        _row("URN", school.urn),
        _row("Type", school.establishment_type),
        _row("Phase", school.get_phase_display() if school.phase else ""),
        _row("Ages", " to ".join(str(age) for age in ages) if len(ages) == 2 else ""),
        _row("Girls or boys", school.get_gender_display() if school.gender else ""),
        _row("Religious character", school.religious_character),
        _row("Address", format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines)) if lines else ""),
        _row("Authority", _authority(school)),
        _row("Ward", area_link(school.ward) if school.ward else ""),
        _row("Borough", area_link(school.borough) if school.borough else ""),
        _row("Opened", format_date(school.opened_on) if school.opened_on else ""),
    ]
    if school.status == SchoolStatus.CLOSED or school.closed_on:
        rows.append(_row("Closed", format_date(school.closed_on) if school.closed_on else ""))
    return rows


def _authority(school: School) -> str:
    if school.la_name and school.la_code:
        return f"{school.la_name} ({school.la_code})"
    return school.la_name or school.la_code


def vintages(school: School) -> list[tuple[str, str]]:
    """(date of a register, the facts that come from it), newest first."""
    told: dict[str, list[str]] = defaultdict(list)
    for name, day in school.known.items():
        words = FIELD_WORDS.get(name)
        if words and words not in told[day]:
            told[day].append(words)
    return [
        (format_date(dt.date.fromisoformat(day)), join_and(sorted(words)))
        for day, words in sorted(told.items(), reverse=True)
    ]


def name_rows(school: School) -> list[tuple[str, str]]:
    """(name, when it held) for the names of a school, today's first, then the dated ones from new to old."""
    current, former = queries.name_spans(school)
    spans = [current, *former]
    rows = [(current.name, "Name now" if not school.is_closed else "Name at closing")]
    former.sort(key=lambda span: (span.ends or dt.date.min, span.name), reverse=True)
    for span in former:
        later = [s.starts for s in spans if s.starts and span.last_seen and s.starts > span.last_seen]
        phrase = rules.until(span, min(later, default=None))
        rows.append((span.name, phrase[0].upper() + phrase[1:] if phrase else "The register does not say when"))
    return rows


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A school before or after another in time: its link (or plain name), how, and when."""

    school: SafeString | str
    how: str
    on: str
    is_closed: bool


def neighbours(school: School) -> tuple[list[Neighbour], list[Neighbour], list[Neighbour]]:
    """Predecessors, successors, and schools linked otherwise; each school once on its side."""
    links = list(SchoolLink.objects.filter(Q(urn=school.urn) | Q(linked_urn=school.urn)))
    others = {link.linked_urn if link.urn == school.urn else link.urn for link in links}
    there = queries.schools(others)
    names = {link.linked_urn: link.linked_name for link in links if link.linked_urn != school.urn}
    sides: dict[str, dict[int, tuple[str, dt.date | None]]] = {"before": {}, "after": {}, "other": {}}
    for link in links:
        other = link.linked_urn if link.urn == school.urn else link.urn
        side = _side(link, school, there.get(other))
        manner, day = sides[side].get(other, ("", None))
        sides[side][other] = (manner or _manner(link), day or link.happened_on)

    def listed(side: str) -> list[Neighbour]:
        rows = sorted(sides[side].items(), key=lambda item: (item[1][1] or dt.date.max, item[0]))
        return [
            Neighbour(
                school_link(urn, there[urn].name) if urn in there else f"{names.get(urn) or 'School'} ({urn})",
                manner,
                format_date(day) if day else "",
                urn in there and there[urn].is_closed,
            )
            for urn, (manner, day) in rows
        ]

    return listed("before"), listed("after"), listed("other")


def _side(link: SchoolLink, school: School, other: School | None) -> str:
    if link.kind in (LinkKind.SUCCESSOR, LinkKind.PREDECESSOR):
        return "after" if (link.kind == LinkKind.SUCCESSOR) == (link.urn == school.urn) else "before"
    if link.kind == LinkKind.MERGER and other is not None and other.is_closed != school.is_closed:
        return "after" if school.is_closed else "before"
    return "other"


def _manner(link: SchoolLink) -> str:
    if link.kind == LinkKind.SIXTH_FORM:
        return "shares a sixth form"
    return rules.MANNER_WORDS.get(link.manner, "")


def school_figure(school: School) -> Figure | None:
    """The school as a point in its borough; None where its position is not known."""
    if school.easting is None or school.northing is None:
        return None
    around = school.borough or school.ward
    where = f" in {around.name}" if around else ""
    drawing = maps.points(
        id="where",
        title=f"{school.name}{where}",
        places=[maps.Place(school.name, school.easting, school.northing)],
        outlines=[_map_area(around)] if around else [],
        crs="EPSG:27700",
        description=f"One point{where}." if around else "One point; its borough is not among our areas.",
    )
    table = Table(
        "Position",
        ("", "East", "North"),
        (
            ("National Grid, metres", f"{school.easting:.0f}", f"{school.northing:.0f}"),
            ("Degrees (WGS 84)", f"{school.lon:.5f}", f"{school.lat:.5f}"),
        ),
    )
    return Figure(
        id="where-figure",
        title=f"Where it is{where}",
        drawing=drawing,
        table=table,
        source=f"Boundary: {around.source}" if around and around.source else "",
    )


def _map_area(area: Area) -> maps.Area:
    return maps.Area(area.code, area.name, shape_of(area.outline))


def areas_figure(kind: AreaKind, areas: Sequence[Area]) -> Figure:
    """A map of areas with the number of open schools in each."""
    counts = school_counts(kind, areas)
    cells = {code: Cell.of(number) for code, number in counts.items()}
    drawing = maps.choropleth(
        id="areas",
        title=f"Open schools by {kind.label.lower()}",
        areas=[_map_area(area) for area in areas],
        values=cells,
    )
    rows = tuple((area.name, area.code, cells[area.code]) for area in areas)
    return Figure(
        id="areas-figure",
        title=f"Open schools by {kind.label.lower()}",
        drawing=drawing,
        table=Table(f"Open schools by {kind.label.lower()}", (kind.label, "Code", "Open schools"), rows),
        summary=f"{len(areas)} {PLURALS[kind].lower() if len(areas) != 1 else kind.label.lower()}.",
        source=f"Boundaries: {join_and(sorted({area.source for area in areas if area.source}))}",
    )


def school_counts(kind: AreaKind, areas: Sequence[Area]) -> dict[str, int]:
    """Code -> open schools in the area; larger areas count what their boroughs hold."""
    column = "ward_id" if kind == AreaKind.WARD else "borough_id"
    opened = School.objects.filter(status__in=rules.OPEN_STATUSES, absent_on__isnull=True)
    held = dict(opened.exclude(**{column: None}).values_list(column).annotate(Count("urn")).order_by())
    if kind in (AreaKind.WARD, AreaKind.BOROUGH):
        return {area.code: held.get(area.code, 0) for area in areas}
    parents = dict(Area.objects.values_list("code", "parent_id"))
    totals: dict[str, int] = defaultdict(int)
    for code, number in held.items():
        above = parents.get(code)
        seen: set[str] = set()
        while above and above not in seen:
            totals[above] += number
            seen.add(above)
            above = parents.get(above)
    return {area.code: totals[area.code] for area in areas}


def area_figure(area: Area, parts: Sequence[Area]) -> Figure:
    """An area, or the areas that it is made of, with the open schools in each."""
    kind = AreaKind(parts[0].kind) if parts else AreaKind(area.kind)
    return areas_figure(kind, list(parts) or [area])
