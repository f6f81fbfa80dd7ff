"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.measures import views

app_name = "measures"

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:measure>/", views.measure, name="measure"),
    path("<slug:measure>/csv/", views.as_csv, name="csv"),
]
