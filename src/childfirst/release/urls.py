"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.release import views

app_name = "release"

urlpatterns = [
    path("", views.index, name="index"),
    path("prepare/", views.prepare, name="prepare"),
    path("<slug:key>/", views.detail, name="detail"),
    path("<slug:key>/tables/<slug:name>/", views.table, name="table"),
    path("<slug:key>/notes/", views.notes, name="notes"),
    path("<slug:key>/decide/", views.decide, name="decide"),
    path("<slug:key>/publish/", views.publish, name="publish"),
    path("<slug:key>/withdraw/", views.withdraw, name="withdraw"),
]
