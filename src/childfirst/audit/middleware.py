"""Every request gets an identifier, an origin for the trail, and one line in the log without personal data."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from childfirst.audit.origin import Origin, coming_from
from childfirst.shared.ids import new_ulid

log = structlog.get_logger("childfirst.request")


class RequestOrigin:
    """Sets the origin (web or api, request identifier, address) and logs method, route, status and duration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        door = "api" if request.path_info.startswith("/api/") else "web"
        where = Origin(door, new_ulid(), request.META.get("REMOTE_ADDR", ""))
        with coming_from(where), structlog.contextvars.bound_contextvars(request_id=where.request_id):
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.route if match else "unmatched",
                status=response.status_code,
                milliseconds=round(1000 * (time.perf_counter() - started), 1),
            )
        response["X-Request-ID"] = where.request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Log where an unexpected error came from; the person gets the page that says that it was."""
        match = request.resolver_match
        log.error("error", route=match.route if match else "unmatched", method=request.method, exc_info=exception)
