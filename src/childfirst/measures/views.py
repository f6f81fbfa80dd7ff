"""Pages about measures for those who may see unprotected figures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from childfirst.audit.actions import note_reading
from childfirst.measures import permissions, presenting, queries
from childfirst.measures.actions import compute
from childfirst.measures.definition import Definition
from childfirst.measures.forms import PeriodForm
from childfirst.measures.references import measure_reference
from childfirst.measures.results import MeasureResult
from childfirst.people.requests import signed_in
from childfirst.shared import clock
from childfirst.shared.errors import UserError


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every measure, with its next review."""
    permissions.check_can_read(request.user)
    today = clock.today()
    rows = [(plan, plan.is_overdue(today)) for plan in queries.definitions()]
    return render(request, "measures/index.html", {"rows": rows})


@require_GET
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """A measure with its unprotected figures, one breakdown at a time, and what is known of the records behind it."""
    permissions.check_can_read(request.user)
    plan = _definition_or_404(measure)
    form = PeriodForm(request.GET or None, plan=plan)
    context: dict[str, Any] = {
        "plan": plan,
        "form": form,
        "overdue": plan.is_overdue(clock.today()),
        "breadcrumbs": [("Measures", reverse("measures:index")), (plan.title, "")],
    }
    if form.is_bound and not form.is_valid():
        return render(request, "measures/measure.html", context)
    try:
        result = _compute(request, plan, form)
    except UserError as error:
        return render(request, "measures/measure.html", {**context, "nothing": error.sentence})
    by = form.cleaned_data["by"] if form.is_bound else ""
    shown = presenting.present(result, by or plan.breakdowns[0].field)
    return render(request, "measures/measure.html", {**context, "shown": shown})


@require_GET
def as_csv(request: HttpRequest, measure: str) -> HttpResponse | StreamingHttpResponse:
    """All margins as a file whose name and first line say that it is not for publication."""
    permissions.check_can_read(request.user)
    plan = _definition_or_404(measure)
    form = PeriodForm(request.GET or None, plan=plan)
    if form.is_bound and not form.is_valid():
        raise Http404
    try:
        result = _compute(request, plan, form)
    except UserError as error:
        raise Http404 from error
    response = StreamingHttpResponse(_lines(result), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="not-for-publication-{plan.id}.csv"'
    return response


def _definition_or_404(measure: str) -> Definition:
    try:
        return queries.definition(measure)
    except UserError as error:
        raise Http404 from error


def _compute(request: HttpRequest, plan: Definition, form: PeriodForm) -> MeasureResult:
    first = form.cleaned_data["first"] if form.is_bound else ""
    last = form.cleaned_data["last"] if form.is_bound else ""
    result = compute(plan, first=first, last=last)
    note_reading(by=signed_in(request), name="measures.measure.read", subject=measure_reference(plan.id))
    return result


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(result: MeasureResult) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["Not for publication: small numbers are not hidden here"])
    yield writer.writerow(result.table.column_names)
    for row in zip(*(column.to_pylist() for column in result.table.columns), strict=True):
        yield writer.writerow(row)
