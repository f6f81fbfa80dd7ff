"""Pages about term dates and the reports of imports."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.places import actions, calendar, queries
from childfirst.places.forms import AuthorityForm, TermDatesForm
from childfirst.places.models import ImportReport, TermDates
from childfirst.places.permissions import can_import, check_can_import, check_can_read, reports_visible_to
from childfirst.places.vocabulary import DayKind
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import resolve
from childfirst.shared.spreadsheets import harmless


@require_GET
def authorities(request: HttpRequest) -> HttpResponse:
    """The authorities with term dates, whether today is a school day there, and the way to add another."""
    check_can_read(request.user)
    names = queries.authorities()
    codes = TermDates.objects.order_by("la_code").values_list("la_code", flat=True).distinct()
    form = AuthorityForm(request.GET if "authority" in request.GET else None)
    if form.is_valid():
        return redirect("places:term_dates", la_code=form.cleaned_data["authority"])
    rows = [
        (code, names.get(code) or f"Authority {code}", queries.is_school_day(clock.today(), code)) for code in codes
    ]
    context = {"rows": sorted(rows, key=lambda row: row[1]), "form": form, "may_edit": can_import(request.user)}
    return render(
        request, "places/authorities.html", {**context, "breadcrumbs": [("Places", "/places/"), ("Term dates", None)]}
    )


@require_GET
def term_dates(request: HttpRequest, la_code: str) -> HttpResponse:
    """Terms, closures and bank holidays of an authority, by school year."""
    check_can_read(request.user)
    years: dict[int, list[tuple[Any, ...]]] = {}
    rows = queries.term_dates(la_code)
    for row in rows:
        years.setdefault(calendar.school_year(row.starts_on), []).append((row.starts_on, row.ends_on, row.name, row))
    for year, entries in years.items():
        first, last = min(e[0] for e in entries), max(e[1] for e in entries)
        for number in (year, year + 1):
            entries += [(d, d, name, None) for d, name in calendar.bank_holidays(number).items() if first <= d <= last]
        entries.sort(key=lambda entry: (entry[0], entry[1]))
    name = queries.authorities().get(la_code) or f"Authority {la_code}"
    context = {
        "la_code": la_code,
        "name": name,
        "years": [(calendar.school_year_label(year), entries) for year, entries in sorted(years.items(), reverse=True)],
        "may_edit": can_import(request.user),
        "today": queries.is_school_day(clock.today(), la_code),
        "breadcrumbs": [("Places", "/places/"), ("Term dates", "/places/term-dates/"), (name, None)],
    }
    return render(request, "places/term_dates.html", context)


@require_http_methods(["GET", "POST"])
def edit_term_dates(request: HttpRequest, la_code: str, row_id: str = "") -> HttpResponse:
    """Add a term or closure, or change one."""
    check_can_import(request.user)
    row = get_object_or_404(TermDates, pk=row_id, la_code=la_code) if row_id else None
    initial = (
        {name: getattr(row, name) for name in ("kind", "name", "starts_on", "ends_on")}
        if row
        else {"kind": DayKind.TERM}
    )
    form = TermDatesForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = {**form.cleaned_data, "kind": DayKind(form.cleaned_data["kind"])}
        try:
            saved = actions.save_term_dates(by=request.user, la_code=la_code, row=row, **data)  # type: ignore[arg-type]
        except UserError as error:
            form.add_user_error(error, "starts_on")
        else:
            messages.success(request, f"Saved: {saved}.")
            return redirect("places:term_dates", la_code=la_code)
    back = reverse("places:term_dates", args=[la_code])
    return render(
        request, "places/edit_term_dates.html", {"form": form, "row": row, "la_code": la_code, "back_url": back}
    )


@require_POST
def remove_term_dates(request: HttpRequest, la_code: str, row_id: str) -> HttpResponse:
    """Remove a term or closure."""
    check_can_import(request.user)
    row = get_object_or_404(TermDates, pk=row_id, la_code=la_code)
    words = str(row)
    actions.remove_term_dates(by=request.user, row=row)  # type: ignore[arg-type]
    messages.success(request, f"Removed: {words}.")
    return redirect("places:term_dates", la_code=la_code)


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """What imports of places brought, newest first."""
    check_can_import(request.user)
    reports = reports_visible_to(request.user, ImportReport.objects.defer("details"))
    page = Paginator(reports, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, clock.format_moment(one.created_at)) for one in page],
        "breadcrumbs": [("Places", "/places/"), ("Imports", None)],
    }
    return render(request, "places/imports.html", context)


@require_GET
def report(request: HttpRequest, report_id: str) -> HttpResponse:
    """One import: what was read, what landed, what was set aside and why."""
    check_can_import(request.user)
    found = get_object_or_404(reports_visible_to(request.user, ImportReport.objects.all()), pk=report_id)
    who = resolve(found.imported_by, request.user)
    rows_told = sum(found.details["rows_by_month"].values())
    missing = [
        (column, number, 100 * number / rows_told)
        for columns in found.details["missing"].values()
        for column, number in sorted(columns.items(), key=lambda item: -item[1])
        if rows_told
    ]
    return render(
        request,
        "places/report.html",
        {
            "report": found,
            "when": clock.format_moment(found.created_at),
            "who": who.title if who else found.imported_by.partition(":")[2].replace("-", " "),
            "missing": missing,
            "kept_all": found.set_aside <= len(found.details["examples"]),
            "breadcrumbs": [("Places", "/places/"), ("Imports", "/places/imports/"), (found.source, None)],
        },
    )


@require_GET
def set_aside_csv(request: HttpRequest, report_id: str) -> HttpResponse:
    """The rows that were set aside, as a file to mend them by."""
    check_can_import(request.user)
    found = get_object_or_404(reports_visible_to(request.user, ImportReport.objects.all()), pk=report_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="set-aside-{found.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["file", "line", "column", "value", "reason"])
    for row in found.details["examples"]:
        writer.writerow([harmless(str(row[name])) for name in ("file", "line", "column", "value", "reason")])
    return response
