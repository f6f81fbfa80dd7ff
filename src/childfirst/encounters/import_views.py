"""Pages about imports: the list of quality reports, one report with its figures, and its lines as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from childfirst.audit.actions import note_reading
from childfirst.design.charts import Series, line, small_multiples
from childfirst.design.figures import Figure, Table
from childfirst.encounters import permissions, queries
from childfirst.encounters.models import ImportReport
from childfirst.encounters.vocabulary import LineState
from childfirst.encounters.words import COUNTED_AS_MISSING, LATITUDE
from childfirst.people.requests import signed_in
from childfirst.shared.clock import format_month
from childfirst.shared.spreadsheets import harmless

LINES_ON_A_PAGE = 50


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every import that was run, the newest first."""
    permissions.check_can_import(request.user)
    page = Paginator(queries.import_reports(), 25).get_page(request.GET.get("page"))
    return render(request, "encounters/imports.html", {"page": page})


@require_GET
def report(request: HttpRequest, report_id: str) -> HttpResponse:
    """What one import found: counts, gaps by month, rows set aside, words that changed."""
    permissions.check_can_import(request.user)
    found = get_object_or_404(ImportReport, pk=report_id)
    aside = found.lines.filter(state=LineState.SET_ASIDE)
    page = Paginator(aside, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    if found.set_aside:
        note_reading(by=signed_in(request), name="encounters.lines.read", subject=found.reference)
    context = {
        "report": found,
        "span": _span(found),
        "counts": _counts(found),
        "figures": list(_figures(found)),
        "page": page,
        "reasons": found.details["reasons"],
        "new_words": _flat(found.details["new_words"]),
        "changed_words": [
            {**word, "first": format_month(word["first"]), "last": format_month(word["last"])}
            for word in found.details["changed_words"]
        ],
        "notes": found.details["notes"],
        "has_lines": bool(found.set_aside or found.duplicates),
        "back_url": reverse("encounters:imports"),
    }
    return render(request, "encounters/import.html", context)


def _span(found: ImportReport) -> str:
    if not found.first_month:
        return ""
    first, last = format_month(found.first_month), format_month(found.last_month)
    return first if first == last else f"{first} to {last}"


def _counts(found: ImportReport) -> dict[str, Any]:
    rows = (
        ("Rows read", found.read),
        ("Landed", found.landed),
        ("Known from an earlier import", found.known),
        ("Exact duplicates, landed once", found.duplicates),
        ("Set aside", found.set_aside),
    )
    return {"rows": [{"key": {"text": name}, "value": {"text": f"{number:,}"}} for name, number in rows]}


def _flat(nested: dict[str, dict[str, int]]) -> list[tuple[str, str, int]]:
    return [(column, word, number) for column, words in nested.items() for word, number in words.items()]


def _figures(found: ImportReport) -> Iterator[Figure]:
    by_month: dict[str, int] = found.details["rows_by_month"]
    if len(by_month) < 2:
        return
    labels = [format_month(month) for month in by_month]
    rows = Series.of("Rows", list(by_month.values()))
    title = "Rows by month of their file"
    yield Figure(
        id="rows",
        title=title,
        summary="Without duplicates and rows set aside.",
        drawing=line(id="rows-chart", title=title, labels=labels, series=[rows]),
        table=Table.of(title, labels, [rows], label_header="Month"),
        source=f"Source: {found.archive}",
    )
    missing: dict[str, dict[str, int]] = found.details["missing"]
    gaps = [
        Series.of(
            "Place" if column == LATITUDE else column,
            [
                100 * missing.get(month, {}).get(column, 0) / number if number else None
                for month, number in by_month.items()
            ],
        )
        for column in COUNTED_AS_MISSING
        if any(column in columns for columns in missing.values())
    ]
    if gaps:
        title = "Share of rows without a value, by month"
        yield Figure(
            id="missing",
            title=title,
            summary="A month that stands out has lost a field at the publisher: what is measured from it is about the others.",
            drawing=small_multiples(
                id="missing-chart", title=title, labels=labels, series=gaps, unit="percent", maximum=100
            ),
            table=Table.of(title, labels, gaps, label_header="Month", unit="percent"),
            source=f"Source: {found.archive}",
        )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_GET
def lines_csv(request: HttpRequest, report_id: str) -> StreamingHttpResponse:
    """Every line that did not land, set aside or duplicate, as CSV."""
    permissions.check_can_import(request.user)
    found = get_object_or_404(ImportReport, pk=report_id)
    note_reading(by=signed_in(request), name="encounters.lines.read", subject=found.reference)
    columns = ("state", "file", "line", "column", "value", "reason", "same_as")
    writer = csv.writer(_Echo())
    rows = found.lines.values_list(*columns).iterator(2_000)
    response = StreamingHttpResponse(
        (writer.writerow([harmless(value) for value in row]) for row in (columns, *rows)),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk}-lines.csv"'
    return response
