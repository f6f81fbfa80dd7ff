"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from childfirst.encounters import correction_views, import_views, record_views, views

app_name = "encounters"

urlpatterns = [
    path("", views.index, name="index"),
    path("new/", record_views.start, name="start"),
    path("new/check/", record_views.check, name="check"),
    path("new/discard/", record_views.discard, name="discard"),
    path("new/not-needed/<slug:alternative>/", record_views.diverted, name="diverted"),
    path("new/<slug:slug>/", record_views.step, name="step"),
    path("schools/", views.school_suggestions, name="school-suggestions"),
    path("wards/", views.ward_suggestions, name="ward-suggestions"),
    path("follow-ups/", views.follow_ups, name="follow_ups"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<str:flag_id>/", views.review, name="review"),
    path("imports/", import_views.imports, name="imports"),
    path("imports/<str:report_id>/", import_views.report, name="import"),
    path("imports/<str:report_id>/lines.csv", import_views.lines_csv, name="import_lines"),
    path("<str:encounter_id>/", views.detail, name="detail"),
    path("<str:encounter_id>/recorded/", views.recorded, name="recorded"),
    path("<str:encounter_id>/correct/", correction_views.choose, name="correct"),
    path("<str:encounter_id>/correct/<slug:slug>/", correction_views.correct, name="correct_question"),
    path("<str:encounter_id>/school/", views.resolve, name="resolve"),
]
