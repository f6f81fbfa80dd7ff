"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.audit import keeping_views, views

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="events"),
    path("<int:number>/", views.event, name="event"),
    path("disposals/", keeping_views.disposals, name="disposals"),
    path("disposals/<str:certificate_id>/", keeping_views.disposal, name="disposal"),
    path("holds/", keeping_views.holds, name="holds"),
    path("holds/new/", keeping_views.place_hold, name="place_hold"),
    path("holds/<str:hold_id>/lift/", keeping_views.lift_hold, name="lift_hold"),
    path("upkeep/", keeping_views.upkeep_runs, name="upkeep"),
]
