"""Addresses of the room, and of sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("", home, name="home"), path("account/", include("allauth.urls"))]
