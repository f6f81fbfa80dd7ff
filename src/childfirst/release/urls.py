"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.release import calendar_views, review_views, views

app_name = "release"

urlpatterns = [
    path("", views.index, name="index"),
    path("prepare/", views.prepare, name="prepare"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/announce/", calendar_views.announce, name="announce"),
    path("calendar/<slug:slug>/move/", calendar_views.move, name="move"),
    path("<slug:key>/", views.detail, name="detail"),
    path("<slug:key>/prepare-again/", views.prepare_again, name="prepare-again"),
    path("<slug:key>/tables/<slug:name>/", review_views.table, name="table"),
    path("<slug:key>/changes/", review_views.changes, name="changes"),
    path("<slug:key>/notes/", review_views.notes, name="notes"),
    path("<slug:key>/comment/", review_views.comment, name="comment"),
    path("<slug:key>/access/", review_views.access, name="access"),
    path("<slug:key>/decide/", review_views.decide, name="decide"),
    path("<slug:key>/publish/", views.publish, name="publish"),
    path("<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:key>/complete/", views.complete, name="complete"),
]
