"""Addresses of the chamber."""

from __future__ import annotations

from django.urls import path

from childfirst.encounters.crime_records import views

app_name = "crime_records"

urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("schools/", views.school_suggestions, name="school_suggestions"),
    path("<str:record_id>/", views.record, name="record"),
    path("<str:record_id>/left-to-school/", views.left, name="left"),
    path("<str:record_id>/details/", views.complete, name="complete"),
    path("<str:record_id>/follow-up/", views.follow_up, name="follow_up"),
    path("<str:record_id>/review/", views.review, name="review"),
]
