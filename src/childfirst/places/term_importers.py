"""Bringing in term dates from a list: one term or closure on each line."""

from __future__ import annotations

from collections import defaultdict

from childfirst.places.calendar import Span, problem_with
from childfirst.places.layouts import read_date, read_text
from childfirst.places.models import TermDates
from childfirst.places.reading import BadValue, Sheet, lacking
from childfirst.places.vocabulary import DayKind
from childfirst.shared.quality import QualityReport

TERM_COLUMNS = ("la_code", "kind", "name", "starts_on", "ends_on")
_KINDS = {"term": DayKind.TERM, "closure": DayKind.CLOSURE, "half term": DayKind.CLOSURE, "holiday": DayKind.CLOSURE}


def land_term_dates(sheet: Sheet, report: QualityReport) -> int:
    """Store the terms and closures of a CSV file with the columns of TERM_COLUMNS; gives the number of authorities."""
    if any(name not in sheet.header for name in TERM_COLUMNS):
        raise lacking(sheet.header, TERM_COLUMNS, sheet.source.name, "a list of term dates")
    stored: dict[str, dict[tuple[str, object], TermDates]] = defaultdict(dict)
    for known in TermDates.objects.all():
        stored[known.la_code][known.kind, known.starts_on] = known
    seen: dict[tuple[str, str, object], tuple[int, tuple[str, Span]]] = {}
    for line, row in sheet.rows(report):
        try:
            code, name, span = _read(row)
            key = (code, span.kind.value, span.starts_on)
            if key in seen:
                if seen[key][1] == (name, span):
                    report.duplicates += 1
                    continue
                raise BadValue("starts_on", row["starts_on"], f"This stands on line {seen[key][0]} already, otherwise.")
            old = stored[code].get((span.kind.value, span.starts_on))
            others = [_span(other) for other in stored[code].values() if other is not old]
            if problem := problem_with(span, others):
                raise BadValue("starts_on", f"{row['starts_on']} to {row['ends_on']}", problem)
        except BadValue as bad:
            report.put_aside(bad.at(sheet.source.name, line))
            continue
        seen[key] = (line, (name, span))
        if old is not None and (old.ends_on, old.name) == (span.ends_on, name):
            report.known += 1
            continue
        report.landed += 1
        new = old or TermDates(la_code=code, kind=span.kind, starts_on=span.starts_on)
        new.name, new.ends_on, new.source = name, span.ends_on, sheet.source.name
        new.save()
        stored[code][span.kind.value, span.starts_on] = new
    return len({key[0] for key in seen})


def _read(row: dict[str, str]) -> tuple[str, str, Span]:
    code = row["la_code"]
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise BadValue("la_code", code, "The authority is not a code of three digits.")
    kind = _KINDS.get(read_text(row["kind"]).casefold().replace("-", " "))
    if kind is None:
        raise BadValue("kind", row["kind"], "The kind is neither term nor closure.")
    days = []
    for column in ("starts_on", "ends_on"):
        try:
            days.append(read_date(row[column]))
        except ValueError as error:
            raise BadValue(column, row[column], str(error)) from error
    name = read_text(row["name"])
    if not name or len(name) > 100:
        raise BadValue("name", name, "The name is missing or longer than 100 characters.")
    return code, name, Span(kind, days[0], days[1])


def _span(row: TermDates) -> Span:
    return Span(DayKind(row.kind), row.starts_on, row.ends_on)
