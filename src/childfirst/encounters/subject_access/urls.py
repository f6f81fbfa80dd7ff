"""Addresses of the chamber."""

from __future__ import annotations

from django.urls import path

from childfirst.encounters.subject_access import views

app_name = "subject_access"

urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/<str:correction_id>/", views.correction, name="correction"),
    path("<str:request_id>/", views.detail, name="request"),
    path("<str:request_id>/document/", views.document, name="document"),
    path("<str:request_id>/document.json", views.document_json, name="document_json"),
    path("<str:request_id>/answer/", views.answer, name="answer"),
    path("<str:request_id>/refuse/", views.refuse, name="refuse"),
    path("<str:request_id>/wrong/<str:encounter_id>/", views.ask_correction, name="ask_correction"),
]
