"""Addresses of the chamber."""

from __future__ import annotations

from django.urls import path

from childfirst.encounters.matching import alias_views, import_views, quality_views, views

app_name = "matching"

urlpatterns = [
    path("", views.index, name="index"),
    path("review/", views.next_case, name="next"),
    path("review/keys/", views.keys, name="keys"),
    path("review/<str:case_id>/", views.case, name="case"),
    path("cases/", views.cases, name="cases"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<str:decision_id>/undo/", views.undo, name="undo"),
    path("names/", alias_views.aliases, name="aliases"),
    path("names/new/", alias_views.propose, name="propose"),
    path("names/<str:proposal_id>/", alias_views.alias, name="alias"),
    path("matcher/", alias_views.matcher, name="matcher"),
    path("matcher/retrain/", alias_views.retrain, name="retrain"),
    path("matcher/<str:version_id>/", alias_views.decide_version, name="version"),
    path("imports/", import_views.imports, name="imports"),
    path("imports/new/", import_views.upload, name="upload"),
    path("imports/<str:run_id>/", import_views.report, name="import"),
    path("imports/<str:run_id>/columns/", import_views.columns, name="columns"),
    path("imports/<str:run_id>/go-on/", import_views.go_on, name="go_on"),
    path("imports/<str:run_id>/discard/", import_views.discard, name="discard"),
    path("imports/<str:run_id>/lines.csv", import_views.lines_csv, name="import_lines"),
    path("quality/", quality_views.page, name="quality"),
    path("quality/<slug:slug>.csv", quality_views.sheet, name="quality_csv"),
]
