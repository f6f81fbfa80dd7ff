"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="events"),
    path("<int:number>/", views.event, name="event"),
]
