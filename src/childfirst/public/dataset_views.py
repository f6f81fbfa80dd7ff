"""Pages about single tables, two releases side by side, and a chart for other people's pages."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from childfirst.public import queries
from childfirst.public.comparisons import as_csv, beside
from childfirst.public.datasets import LICENCE, ShownTable, shown_table, structured
from childfirst.public.downloads import rows_as_csv
from childfirst.public.figures import FIGURE, figures_of
from childfirst.public.filters import Selection, UnknownChoiceError
from childfirst.public.rows import caption, table_params
from childfirst.public.views import ROWS_ON_A_PAGE, page_number, query_of, way
from childfirst.public.wording import file_size

CHANGES_ON_A_PAGE = 20


def table(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One table: preview, columns, downloads, how to cite it. 410 with the reason when its release was withdrawn."""
    found = _found(key, name)
    if found is None:
        return _withdrawn_or_404(request, key)
    selection = _selection(request, found)
    lines = Paginator(selection.lines(), ROWS_ON_A_PAGE)
    page = lines.page(page_number(request, lines.num_pages))
    csv_url = reverse("public:table-csv", args=[key, name])
    context: dict[str, Any] = {
        "found": found,
        "entry": found.release,
        "selection": selection,
        "page": page,
        "caption": caption(found, selection),
        "table": table_params(found, selection, list(page.object_list)),
        "downloads": [(label, file, file_size(file.size)) for label, file in found.files],
        "csv_url": csv_url,
        "part_query": "&".join(query_of(selection)) if not selection.is_default else "",
        "json_url": reverse("open-data:get_table", args=[key, name]),
        "earlier": [other for other in found.others if other.key != key],
        "licence": LICENCE,
        "site_url": settings.PUBLIC_URL,
        "breadcrumbs": way(found.title, ("Releases", "releases"), release=found.release),
    }
    return render(request, "public/table.html", context)


def table_csv(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The rows that the address chooses, or the whole table, as CSV."""
    found = _found(key, name)
    if found is None:
        return _withdrawn_or_404(request, key)
    chosen = {column.name: request.GET[column.name] for column in found.table.dimensions if column.name in request.GET}
    selection = _selection(request, found, chosen) if chosen else None
    return rows_as_csv(found.source, found.table, selection, f"{name}-{key}")


def table_jsonld(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The table as structured metadata (schema.org Dataset)."""
    found = _found(key, name)
    if found is None:
        return _withdrawn_or_404(request, key)
    return JsonResponse(structured(found), content_type="application/ld+json", json_dumps_params={"indent": 2})


def compare(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """What is different from the release ``other`` to the release ``key``."""
    found = beside(other, key)
    if found is None:
        raise Http404
    tables = [
        {
            "pair": pair,
            "rows": pair.comparison.changed[:CHANGES_ON_A_PAGE],
            "left": max(0, len(pair.comparison.changed) - CHANGES_ON_A_PAGE),
        }
        for pair in found.tables
    ]
    context = {
        "found": found,
        "tables": tables,
        "breadcrumbs": way("What is different", ("Releases", "releases"), release=found.new),
    }
    return render(request, "public/compare.html", context)


def compare_csv(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """The same as CSV: every row of every table that both releases have."""
    found = beside(other, key)
    if found is None:
        raise Http404
    response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}-against-{other}.csv"'
    return response


def choose_comparison(request: HttpRequest, key: str) -> HttpResponse:
    """From the form on a release's page to the comparison that was chosen."""
    other = request.GET.get("with", "")
    if queries.release(key) is None or queries.release(other) is None:
        raise Http404
    return redirect("public:compare", key=key, other=other)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
def embed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One chart of a measure, for a frame on anybody's page. Every other page refuses to be framed."""
    found = queries.measure(slug)
    if found is None:
        raise Http404
    if found.table is None:
        return render(request, "public/embed.html", {"measure": found})
    try:
        selection = Selection.of(found.table, found.document.charts, request.GET.dict())
    except UnknownChoiceError as error:
        raise Http404(str(error)) from error
    figure = next((one for one in figures_of(found, selection) if one.id == f"{FIGURE}{number}"), None)
    if figure is None:
        raise Http404
    return render(request, "public/embed.html", {"measure": found, "figure": figure})


def _found(key: str, name: str) -> ShownTable | None:
    return shown_table(key, name)


def _selection(request: HttpRequest, found: ShownTable, asked: dict[str, str] | None = None) -> Selection:
    try:
        return Selection.of(found.table, found.charts, request.GET.dict() if asked is None else asked)
    except UnknownChoiceError as error:
        raise Http404(str(error)) from error


def _withdrawn_or_404(request: HttpRequest, key: str) -> HttpResponse:
    page = queries.release(key)
    if page is None or not page.entry.is_withdrawn:
        raise Http404
    context = {"release": page, "entry": page.entry, "breadcrumbs": way(page.entry.title, ("Releases", "releases"))}
    return render(request, "public/release_withdrawn.html", context, status=410)
