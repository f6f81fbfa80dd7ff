"""What every answer of the public site has in common: read only, no cookie, cached, open to other sites' scripts."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from childfirst.public import queries
from childfirst.public.pages import Page, PageCache, Throttled

MINUTE = "public, max-age=60"
SECONDS_BETWEEN_LOOKS = 1.0
OPEN_PREFIXES = ("/api/", "/releases", "/measures")
READING = ("GET", "HEAD")
_KEPT_HEADERS = ("Content-Disposition", "Link", "X-Robots-Tag", "Last-Modified")
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_logger = logging.getLogger(__name__)


class OpenPages:
    """Answers from memory where it can; else asks the view and remembers what it said.

    Only successful answers to GET are kept, under the version of the store they were made from, so that a new release, a
    correction or a withdrawal shows within a second. HEAD is answered with the headers of GET. A store that cannot be
    read gives a page that says so (503).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.cache = PageCache()
        self.version = Throttled(queries.store_version, SECONDS_BETWEEN_LOOKS, time.monotonic)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return self._open(request, _options())
        if request.method not in READING:
            return HttpResponseNotAllowed([*READING, "OPTIONS"])
        if request.path.startswith("/health/"):
            return self.get_response(request)
        try:
            response = self._answer(request)
        except DatabaseError:
            response = self._unavailable(request)
        if request.method == "HEAD":
            response = _without_body(response)
        return self._open(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A store that cannot be read is not a fault of the page."""
        return self._unavailable(request) if isinstance(exception, DatabaseError) else None

    def _answer(self, request: HttpRequest) -> HttpResponse:
        version = self.version()
        key = f"{request.path}?{'&'.join(sorted(request.META.get('QUERY_STRING', '').split('&')))}"
        page = self.cache.get(key, version)
        if page is None:
            head, request.method = request.method, "GET"
            response = self.get_response(request)
            request.method = head
            if response.status_code != 200 or response.streaming or getattr(response, "is_fleeting", False):
                response.setdefault("Cache-Control", "no-cache")
                return response
            response.setdefault("Cache-Control", MINUTE)
            kept = tuple((name, response[name]) for name in (*_KEPT_HEADERS, "Cache-Control") if name in response)
            page = Page.of(response.content, response["Content-Type"], kept)
            self.cache.put(key, version, page)
        return _from_memory(request, page)

    def _unavailable(self, request: HttpRequest) -> HttpResponse:
        _logger.exception("The published store cannot be read.")
        response = render(request, "public/unavailable.html", status=503)
        response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response

    def _open(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(OPEN_PREFIXES):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _from_memory(request: HttpRequest, page: Page) -> HttpResponse:
    packed = page.packed is not None and _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    response = HttpResponse(page.packed if packed else page.content, content_type=page.content_type)
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = f'"{page.etag}{"-gz" if packed else ""}"'
    if packed:
        response["Content-Encoding"] = "gzip"
    if page.packed is not None:
        patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, Range"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _without_body(response: HttpResponse) -> HttpResponse:
    if response.streaming:
        length = response.get("Content-Length")
        response.close()
    else:
        length = str(len(response.content))
    empty = HttpResponse(status=response.status_code)
    for name, value in response.items():
        empty[name] = value
    if length is not None:
        empty["Content-Length"] = length
    return empty
