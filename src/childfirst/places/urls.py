"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.places import term_views, views

app_name = "places"

urlpatterns = [
    path("", views.index, name="index"),
    path("schools/suggestions/", views.school_suggestions, name="school-suggestions"),
    path("schools/<int:urn>/", views.school, name="school"),
    path("areas/", views.areas, name="areas"),
    path("areas/publish/<str:kind>/", views.publish, name="publish"),
    path("areas/<str:code>/", views.area, name="area"),
    path("term-dates/", term_views.authorities, name="authorities"),
    path("term-dates/<str:la_code>/", term_views.term_dates, name="term_dates"),
    path("term-dates/<str:la_code>/add/", term_views.edit_term_dates, name="add_term_dates"),
    path("term-dates/<str:la_code>/<str:row_id>/", term_views.edit_term_dates, name="edit_term_dates"),
    path("term-dates/<str:la_code>/<str:row_id>/remove/", term_views.remove_term_dates, name="remove_term_dates"),
    path("imports/", term_views.imports, name="imports"),
    path("imports/<str:report_id>/", term_views.report, name="report"),
    path("imports/<str:report_id>/set-aside.csv", term_views.set_aside_csv, name="set_aside_csv"),
]
