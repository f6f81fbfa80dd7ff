"""Addresses of the public site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("childfirst.public.urls"))]

handler400 = "childfirst.design.views.bad_request"
handler403 = "childfirst.design.views.forbidden"
handler404 = "childfirst.design.views.not_found"
handler500 = "childfirst.design.views.server_error"
