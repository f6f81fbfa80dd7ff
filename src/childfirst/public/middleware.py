"""What every answer of the public site has in common: read only, no cookie, cached, open to other sites' scripts."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers

from childfirst.public import queries
from childfirst.public.pages import Page, PageCache, Throttled

MINUTE = "public, max-age=60"
SECONDS_BETWEEN_LOOKS = 1.0
OPEN_PREFIXES = ("/api/", "/releases", "/measures")
READING = ("GET", "HEAD")
_MADE_ANEW = frozenset({"Content-Type", "Content-Length", "ETag", "Vary"})
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_logger = logging.getLogger(__name__)


class OpenPages:
    """Answers from memory where it can; else asks the view and remembers what it said.

    Only successful answers to GET are kept, with all their headers, under the version of the store they were made from, so that
    a new release, a correction or a withdrawal shows within a second. HEAD is answered with the headers of GET, and a reader
    who has the newest bytes already is told so (304). A store that cannot be read gives a page that says so (503). It stands
    outside the middleware that adds headers, so that a page from memory costs next to nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.cache = PageCache()
        self.version = Throttled(queries.store_version, SECONDS_BETWEEN_LOOKS, time.monotonic)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()  # refuses a host name that is not ours, before anything is answered
        if request.method == "OPTIONS":
            return _open(request, _options())
        if request.method not in READING:
            return HttpResponseNotAllowed([*READING, "OPTIONS"])
        if request.path.startswith("/health/"):
            return self.get_response(request)
        response = self._answer(request)
        if request.method == "HEAD":
            response = _without_body(response)
        return _open(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A store that cannot be read is not a fault of the page."""
        if not isinstance(exception, DatabaseError):
            return None
        _logger.error("The published store cannot be read.", exc_info=exception)
        response = render(request, "public/unavailable.html", status=503)
        response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            version = self.version()
        except DatabaseError:
            return self._asked(request)  # the page that needs the store will say what is wrong
        key = f"{request.path}?{'&'.join(sorted(request.META.get('QUERY_STRING', '').split('&')))}"
        page = None if "HTTP_RANGE" in request.META else self.cache.get(key, version)
        if page is None:
            response = self._asked(request)
            if response.status_code != 200 or response.streaming or getattr(response, "is_fleeting", False):
                return response
            page = _page(response)
            self.cache.put(key, version, page)
        return _from_memory(request, page)

    def _asked(self, request: HttpRequest) -> HttpResponse:
        method, request.method = request.method, "GET"
        response = self.get_response(request)
        request.method = method
        response.setdefault("Cache-Control", MINUTE if response.status_code == 200 else "no-cache")
        return response


def _open(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.path.startswith(OPEN_PREFIXES):
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _page(response: HttpResponse) -> Page:
    kept = tuple((name, value) for name, value in response.items() if name not in _MADE_ANEW)
    return Page.of(response.content, response["Content-Type"], kept, response.get("ETag", "").strip('"'))


def _from_memory(request: HttpRequest, page: Page) -> HttpResponse:
    packed = page.packed is not None and _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    etag = f'"{page.etag}{"-gz" if packed else ""}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(page.packed if packed else page.content, content_type=page.content_type)
        response["Content-Length"] = str(len(response.content))
        if packed:
            response["Content-Encoding"] = "gzip"
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = etag
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
