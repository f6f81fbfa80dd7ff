"""The open API: what the pages show, as JSON, for reading only. No key, no limit of purpose, open to scripts of any site."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, NinjaAPI, Query, Schema, Status
from ninja.errors import ValidationError
from ninja.responses import Response

from childfirst.public import queries
from childfirst.published.documents import Column, MeasureDocument
from childfirst.published.queries import ReleaseEntry, Table

MOST_ROWS = 10_000
Value = str | int | float | None


class Problem(Schema):
    """What went wrong, in one sentence."""

    detail: str


class Withdrawal(Schema):
    """When and why a release was taken back."""

    at: dt.datetime
    reason: str


class ReleaseSummary(Schema):
    """A release. ``corrects`` and ``corrected_by`` are keys of other releases."""

    key: str
    title: str
    released_on: dt.date
    published_at: dt.datetime
    corrects: str | None
    corrected_by: str | None
    withdrawn: Withdrawal | None
    url: str = Field(description="The page for people.")


class FileOut(Schema):
    """A file of a release."""

    name: str
    title: str
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    url: str


class TableSummary(Schema):
    """A table of a release."""

    name: str
    title: str
    description: str
    measure: str | None = Field(description="Slug of the measure whose figures it holds.")
    url: str = Field(description="The table in this API.")


class ReleaseDetail(ReleaseSummary):
    """A release with all that belongs to it. A withdrawn one has no tables, files or notes."""

    notes: str = Field(description="Markdown.")
    disclosure: dict[str, Any] = Field(description="The rule for hiding small numbers, what was hidden, and the check.")
    signature: str = Field(description="Ed25519 signature of the file SHA256SUMS.")
    public_key: str
    public_key_sha256: str = Field(description="SHA-256 of the key's 32 bytes, empty where there is no key.")
    signed_by: list[str]
    tables: list[TableSummary]
    files: list[FileOut]


class ColumnOut(Schema):
    """A column. ``total`` is the code that stands for all values of a dimension."""

    name: str
    title: str
    role: str = Field(description="dimension, count, denominator, rate, lower, upper, status or denominator_status.")
    description: str
    labels: dict[str, str]
    total: str | None


class TableOut(Schema):
    """A table, or the part of it that was asked for."""

    release: str
    name: str
    title: str
    description: str
    source: str
    measure: str | None
    columns: list[ColumnOut]
    row_count: int = Field(description="Rows of the whole table.")
    offset: int
    rows: list[list[Value]] = Field(
        description="One value per column. A hidden count is null with the status “hidden”; a true zero is 0."
    )


class MeasureSummary(Schema):
    """A measure and where its newest figures are."""

    slug: str
    title: str
    what: str
    unit: str
    direction: str
    is_activity: bool = Field(description="True for counts of activity, which are not outcomes.")
    release: str
    withdrawn: bool
    table_url: str | None
    csv_url: str | None
    url: str = Field(description="The page for people.")


class MeasureDetail(MeasureSummary):
    """A measure with its method."""

    why: str
    outcome: str
    numerator: str
    denominator: str
    method: str
    caveats: list[str]
    sources: list[str]
    minimum_count: int
    author: str
    checker: str
    next_review: str


class Releases(Schema):
    releases: list[ReleaseSummary]


class Measures(Schema):
    measures: list[MeasureSummary]


class Part(Schema):
    """Which rows of a table."""

    offset: int = Field(0, ge=0, le=10_000_000, description="Rows to skip.")
    limit: int = Field(MOST_ROWS, ge=1, le=MOST_ROWS, description="Most rows to return.")


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
    "/releases/{key}/tables/{name}",
    response={200: TableOut, 404: Problem, 422: Problem},
    operation_id="get_table",
    summary="A protected table",
)
def get_table(request: HttpRequest, key: str, name: str, part: Query[Part]) -> Any:
    found = queries.table(key, name)
    if found is None:
        return Status(404, {"detail": "There is no such table, or its release was withdrawn."})
    return _table(found, part)


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


def _table(found: Table, part: Part) -> dict[str, Any]:
    return {
        "release": found.release,
        "name": found.name,
        "title": found.title,
        "description": found.description,
        "source": found.source,
        "measure": found.measure or None,
        "columns": [_column(column) for column in found.columns],
        "row_count": len(found.rows),
        "offset": part.offset,
        "rows": [list(row) for row in found.rows[part.offset : part.offset + part.limit]],
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
