"""Files: those of a release as they were signed, and a measure's table as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from childfirst.public import queries
from childfirst.public.filters import Selection, UnknownChoiceError
from childfirst.public.selecting import rows_to_csv
from childfirst.public.tables import PublishedTable
from childfirst.published.queries import File, Table

FOREVER = "public, max-age=31536000, immutable"
CHUNK = 128 * 1024
KEPT_IN_MEMORY = 512 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def release_file(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """A file of a release, whole or the one range that was asked for. 410 when the release was withdrawn."""
    found = queries.file(key, name)
    if found is None:
        page = queries.release(key)
        if page is not None and page.entry.is_withdrawn:
            return HttpResponse(
                "This release was withdrawn, and its files with it.\n",
                content_type="text/plain; charset=utf-8",
                status=410,
            )
        raise Http404
    return serve(request, found)


def serve(request: HttpRequest, file: File) -> HttpResponseBase:
    """The file's bytes. Its address names content that never changes, so that it may be kept for ever."""
    stat = file.path.stat()
    etag = f'"{file.sha256}"'
    held = get_conditional_response(request, etag=etag)
    if held is not None:
        held["ETag"] = etag
        held["Cache-Control"] = FOREVER
        return held
    span = _span(request, etag, stat.st_size)
    response: HttpResponseBase
    if span is None and stat.st_size <= KEPT_IN_MEMORY:
        response = HttpResponse(file.path.read_bytes(), content_type=_content_type(file))
    elif span is None:
        response = FileResponse(file.path.open("rb"), content_type=_content_type(file))
        response["Content-Length"] = str(stat.st_size)
    elif span == (0, -1):
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{stat.st_size}"
        return response
    else:
        first, last = span
        response = StreamingHttpResponse(
            _part(file.path.open("rb"), first, last), status=206, content_type=_content_type(file)
        )
        response["Content-Length"] = str(last - first + 1)
        response["Content-Range"] = f"bytes {first}-{last}/{stat.st_size}"
    response["Content-Disposition"] = f'attachment; filename="{_plain(file.name)}"'
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["Cache-Control"] = FOREVER
    return response


def _span(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for the whole file; (0, -1) for a range that the file does not have."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    if any(len(end) > 18 for end in asked.groups()):
        return (0, -1)
    if not asked[1]:
        length = min(int(asked[2]), size)
        return (size - length, size - 1) if length else (0, -1)
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    if asked[2] and int(asked[2]) < first:
        return None
    return (first, last) if first < size else (0, -1)


def _part(handle: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with handle:
        handle.seek(first)
        left = last - first + 1
        while left > 0 and (piece := handle.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _content_type(file: File) -> str:
    textual = file.media_type.startswith("text/") and "charset" not in file.media_type
    return f"{file.media_type}; charset=utf-8" if textual else file.media_type or "application/octet-stream"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name.rsplit("/", 1)[-1])


def measure_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures behind a measure: the whole table, or the rows that the address chooses."""
    found = queries.measure(slug)
    if found is None or found.source is None or found.table is None:
        raise Http404
    chosen = {column.name: request.GET[column.name] for column in found.table.dimensions if column.name in request.GET}
    selection = None
    if chosen:
        try:
            selection = Selection.of(found.table, found.document.charts, chosen)
        except UnknownChoiceError as error:
            raise Http404(str(error)) from error
    return rows_as_csv(found.source, found.table, selection, f"{slug}-{found.document.release}")


def rows_as_csv(source: Table, table: PublishedTable, selection: Selection | None, name: str) -> HttpResponse:
    """A table, or the rows that a reader has chosen of it, as a CSV file of that name."""
    rows = source.rows
    if selection is not None:
        wanted = {id(line) for line in selection.lines()}
        rows = tuple(row for row, line in zip(rows, table.lines, strict=True) if id(line) in wanted)
    response = HttpResponse(rows_to_csv(source, rows), content_type="text/csv; charset=utf-8")
    part = "" if selection is None else "-part"
    response["Content-Disposition"] = f'attachment; filename="{name}{part}.csv"'
    return response
