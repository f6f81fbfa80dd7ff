"""The open API: what the pages show, as JSON or CSV, for reading only. No key, no limit of purpose, open to scripts of any site.

An address that names a release gives the same answer for ever, or says that the release was withdrawn; one that does not gives
the newest.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Status
from ninja.errors import ValidationError
from ninja.responses import Response

from childfirst.public import queries
from childfirst.public.comparisons import Beside, beside
from childfirst.public.schemas import (
    Calendar,
    ComparisonOut,
    MeasureDetail,
    Measures,
    Part,
    Problem,
    ReleaseDetail,
    Releases,
    TableOut,
    Tables,
)  # fmt: skip
from childfirst.public.selecting import UnknownCodeError, chosen_rows, rows_to_csv
from childfirst.published.comparing import Change
from childfirst.published.documents import Column, MeasureDocument
from childfirst.published.queries import ReleaseEntry, Table

WITHDRAWN = "The release was withdrawn, and its tables with it."
NO_TABLE = "There is no such table."
_FILTERS: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": "from",
        "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
        "description": "First month. Only for tables by month.",
    },
    {
        "in": "query",
        "name": "to",
        "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
        "description": "Last month.",
    },
    {
        "in": "query",
        "name": "filters",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
        "description": "Any dimension's name with a code, more than once for several: `borough=E09000003&outcome=arrest`.",
    },
]

api = NinjaAPI(
    title="childfirst open data",
    version="1",
    description=(
        "Everything that the public pages show, as JSON: releases, their protected tables, and the measures. Read only. "
        "A number that is hidden, a number that is zero and a number that is not known are three different things here too."
    ),
    docs_url=None,
    urls_namespace="open-data",
)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> Response:
    first = error.errors[0] if error.errors else {}
    name = str((first.get("loc") or ["parameter"])[-1])
    return Response({"detail": f"{name}: {first.get('msg', 'is not valid')}."}, status=422)


@api.get("/releases", response=Releases, operation_id="list_releases", summary="Every release, the newest first")
def list_releases(request: HttpRequest) -> dict[str, Any]:
    return {"releases": [_release(entry) for entry in queries.releases()]}


@api.get(
    "/releases/latest",
    response={200: ReleaseDetail, 404: Problem},
    operation_id="get_newest_release",
    summary="The newest release that stands",
)
def get_newest_release(request: HttpRequest) -> Any:
    newest = queries.releases(1, include_withdrawn=False)
    return get_release(request, newest[0].key) if newest else Status(404, {"detail": "Nothing has been published yet."})


@api.get(
    "/releases/{key}",
    response={200: ReleaseDetail, 404: Problem},
    operation_id="get_release",
    summary="A release with its tables and files",
)
def get_release(request: HttpRequest, key: str) -> Any:
    found = queries.release(key)
    if found is None:
        return Status(404, {"detail": "There is no release with this key."})
    return {
        **_release(found.entry),
        "notes": found.notes,
        "disclosure": dict(found.disclosure),
        "signature": found.signature,
        "public_key": found.public_key,
        "public_key_sha256": queries.fingerprint(found.public_key),
        "signed_by": list(found.signed_by),
        "tables": [
            {
                "name": one.name,
                "title": one.title,
                "description": one.description,
                "measure": one.measure or None,
                "url": _address("api/v1/releases", key, "tables", one.name),
            }
            for one in found.tables
        ],
        "files": [
            {
                "name": one.name,
                "title": one.title,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256,
                "url": _address("releases", key, "files", one.name),
            }
            for one in found.files
        ],
    }


@api.get(
    "/releases/{key}/tables/{name}.csv",
    response={200: str, 404: Problem, 410: Problem, 422: Problem},
    operation_id="get_table_csv",
    summary="A protected table as CSV",
    openapi_extra={"parameters": _FILTERS},
)
def get_table_csv(request: HttpRequest, key: str, name: str) -> Any:
    found = queries.table(key, name)
    return _csv(request, found, f"{name}-{key}") if found is not None else _missing(key)


@api.get(
    "/releases/{key}/tables/{name}",
    response={200: TableOut, 404: Problem, 410: Problem, 422: Problem},
    operation_id="get_table",
    summary="A protected table, or the rows that are asked for",
    openapi_extra={"parameters": _FILTERS},
)
def get_table(request: HttpRequest, key: str, name: str, part: Query[Part]) -> Any:
    found = queries.table(key, name)
    return _table(request, found, part) if found is not None else _missing(key)


@api.get(
    "/releases/{key}/compare/{other}",
    response={200: ComparisonOut, 404: Problem},
    operation_id="compare_releases",
    summary="What is different from the release OTHER to the release KEY",
)
def compare_releases(request: HttpRequest, key: str, other: str) -> Any:
    found = beside(other, key)
    if found is None:
        return Status(404, {"detail": "One of the two releases is not known or was withdrawn."})
    return _comparison(found)


@api.get("/tables", response=Tables, operation_id="list_tables", summary="Every table with the releases that have it")
def list_tables(request: HttpRequest) -> dict[str, Any]:
    return {"tables": _tables_in_all()}


@api.get(
    "/tables/{name}.csv",
    response={200: str, 404: Problem, 422: Problem},
    operation_id="get_newest_table_csv",
    summary="The newest figures of a table as CSV",
    openapi_extra={"parameters": _FILTERS},
)
def get_newest_table_csv(request: HttpRequest, name: str) -> Any:
    found = _newest(name)
    if found is None:
        return Status(404, {"detail": NO_TABLE})
    return _csv(request, found, f"{name}-{found.release}")


@api.get(
    "/tables/{name}",
    response={200: TableOut, 404: Problem, 422: Problem},
    operation_id="get_newest_table",
    summary="The newest figures of a table",
    openapi_extra={"parameters": _FILTERS},
)
def get_newest_table(request: HttpRequest, name: str, part: Query[Part]) -> Any:
    found = _newest(name)
    return _table(request, found, part) if found is not None else Status(404, {"detail": NO_TABLE})


@api.get(
    "/calendar", response=Calendar, operation_id="get_calendar", summary="What will be published when, and what came"
)
def get_calendar(request: HttpRequest) -> dict[str, Any]:
    names = ("slug", "title", "about", "planned_on", "announced_on", "state")
    return {
        "entries": [
            {
                **{name: getattr(entry, name) for name in names},
                "release": entry.release or None,
                "changes": [
                    {"on": one.on, "was": one.from_date, "to": one.to_date, "reason": one.reason}
                    for one in entry.changes
                ],
            }
            for entry in queries.calendar()
        ]
    }


@api.get("/measures", response=Measures, operation_id="list_measures", summary="Every measure, by title")
def list_measures(request: HttpRequest) -> dict[str, Any]:
    return {"measures": [_measure(one) for one in queries.measures()]}


@api.get(
    "/measures/{slug}",
    response={200: MeasureDetail, 404: Problem},
    operation_id="get_measure",
    summary="A measure with its method and its newest figures",
)
def get_measure(request: HttpRequest, slug: str) -> Any:
    found = queries.measure(slug)
    if found is None:
        return Status(404, {"detail": "There is no measure with this slug."})
    names = (
        "why", "outcome", "numerator", "denominator", "method", "minimum_count", "author", "checker", "next_review",
    )  # fmt: skip
    document = found.document
    return {
        **_measure(found),
        **{name: getattr(document, name) for name in names},
        "caveats": list(document.caveats),
        "sources": list(document.sources),
    }


def _address(*parts: str) -> str:
    return "/".join([settings.PUBLIC_URL, *(quote(part, safe="/") for part in parts)])


def _release(entry: ReleaseEntry) -> dict[str, Any]:
    withdrawn = {"at": entry.withdrawn_at, "reason": entry.withdrawn_reason} if entry.withdrawn_at else None
    return {
        "key": entry.key,
        "title": entry.title,
        "released_on": entry.released_on,
        "published_at": entry.published_at,
        "corrects": entry.corrects or None,
        "corrected_by": entry.corrected_by or None,
        "withdrawn": withdrawn,
        "url": _address("releases", entry.key),
    }


def _measure(found: queries.ShownMeasure) -> dict[str, Any]:
    document: MeasureDocument = found.document
    names = ("slug", "title", "what", "unit", "direction", "is_activity", "release")
    shown = not found.is_withdrawn
    return {
        **{name: getattr(document, name) for name in names},
        "withdrawn": found.is_withdrawn,
        "table_url": _address("api/v1/releases", document.release, "tables", document.dataset) if shown else None,
        "csv_url": _address("measures", f"{document.slug}.csv") if shown else None,
        "url": _address("measures", document.slug),
    }


def _missing(key: str) -> Status:
    page = queries.release(key)
    if page is not None and page.entry.is_withdrawn:
        return Status(410, {"detail": WITHDRAWN})
    return Status(404, {"detail": NO_TABLE})


def _newest(name: str) -> Table | None:
    found = queries.releases_with(name)
    return queries.table(found[0].key, name) if found else None


def _table(request: HttpRequest, found: Table, part: Part) -> Any:
    try:
        rows = chosen_rows(found, request.GET)
    except UnknownCodeError as error:
        return Status(422, {"detail": str(error)})
    return {
        "release": found.release,
        "name": found.name,
        "title": found.title,
        "description": found.description,
        "source": found.source,
        "measure": found.measure or None,
        "columns": [_column(column) for column in found.columns],
        "row_count": len(rows),
        "offset": part.offset,
        "rows": [list(row) for row in rows[part.offset : part.offset + part.limit]],
    }


def _csv(request: HttpRequest, found: Table, name: str) -> Any:
    try:
        rows = chosen_rows(found, request.GET)
    except UnknownCodeError as error:
        return Status(422, {"detail": str(error)})
    response = HttpResponse(rows_to_csv(found, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _tables_in_all() -> list[dict[str, Any]]:
    """Every table of every release that stands, by name; its title is that of the newest."""
    found: dict[str, dict[str, Any]] = {}
    for entry in queries.releases(include_withdrawn=False):
        page = queries.release(entry.key)
        for table in page.tables if page else ():
            about = found.setdefault(
                table.name,
                {
                    "name": table.name,
                    "title": table.title,
                    "newest_url": _address("api/v1/tables", table.name),
                    "releases": [],
                },
            )
            url = _address("api/v1/releases", entry.key, "tables", table.name)
            about["releases"].append({"key": entry.key, "released_on": entry.released_on, "table_url": url})
    return [found[name] for name in sorted(found)]


def _comparison(found: Beside) -> dict[str, Any]:
    return {
        "old": found.old.key,
        "new": found.new.key,
        "same_period": found.same_period,
        "tables": [
            {
                "name": pair.name,
                "title": pair.title,
                "comparable": pair.comparison.comparable,
                "rows_the_same": pair.comparison.tally[Change.SAME],
                "differences": [
                    {
                        "codes": dict(
                            zip((column.name for column in pair.comparison.dimensions), row.codes, strict=True)
                        ),
                        "change": row.change.value,
                        "old": row.old,
                        "new": row.new,
                    }
                    for row in pair.comparison.changed
                ],
            }
            for pair in found.tables
        ],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": column.title,
        "role": column.role,
        "description": column.description,
        "labels": dict(column.labels),
        "total": column.total or None,
    }
