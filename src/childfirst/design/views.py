"""Error pages of both sites."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

from childfirst.shared.errors import Forbidden


def error_page(request: HttpRequest | None, status: int, title: str, *paragraphs: str) -> HttpResponse:
    """A plain page that says what happened and what to do. It needs no session, account or database."""
    context = {
        "title": title,
        "paragraphs": paragraphs,
        "partnership_name": settings.PARTNERSHIP_NAME,
        "partnership_email": settings.PARTNERSHIP_EMAIL,
    }
    response = HttpResponse(loader.render_to_string("design/error.html", context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense to us."""
    return error_page(
        request,
        400,
        "That did not work",
        "The address or the form that was sent is not complete. Go back and try again.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: with the refusal's own sentence where there is one."""
    sentence = exception.sentence if isinstance(exception, Forbidden) else "Your roles do not open this page."
    return error_page(
        request, 403, "You cannot open this page", sentence, "If you need it for your work, ask your administrator."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(
        request,
        404,
        "Page not found",
        "If you typed the address, check that it is right.",
        "If you followed a link, the page may have moved or may have been withdrawn.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return error_page(
        request,
        500,
        "Sorry, something went wrong here",
        "It is our mistake, and it has been logged. What you had saved before is safe.",
        "Try again in a few minutes.",
    )


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """503: for a while."""
    response = error_page(
        request,
        503,
        "Sorry, this is not available just now",
        "We are working on it. Nothing that you had saved is lost. Try again in a few minutes.",
    )
    response["Retry-After"] = "120"
    return response


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403: the form was too old, or came from elsewhere."""
    return error_page(
        request,
        403,
        "This page was open for too long",
        "To keep people's records safe, a form can be sent only for a while after it was opened. Nothing was saved.",
        "Go back, load the page again, and send the form once more.",
    )
