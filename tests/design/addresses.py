"""Addresses of the tests of this room: the gallery, and a sign-out that the layouts can point to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """An empty page."""
    return HttpResponse("")


urlpatterns = [
    path("design/", include("childfirst.design.urls")),
    path("sign-out/", nothing, name="account_logout"),
]
