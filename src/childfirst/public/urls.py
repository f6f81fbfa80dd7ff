"""Addresses of the public site."""

from __future__ import annotations

from django.urls import include, path, re_path

from childfirst.public import dataset_views, downloads, feeds, views
from childfirst.public.api import api

APP = "public"

_pages = [
    path("", views.home, name="home"),
    path("measures", views.measures, name="measures"),
    path("measures/<slug:slug>.csv", downloads.measure_csv, name="measure-csv"),
    path("measures/<slug:slug>", views.measure, name="measure"),
    path("releases", views.releases, name="releases"),
    path("releases.atom", feeds.feed, name="feed"),
    path("releases/<slug:key>", views.release, name="release"),
    path("releases/<slug:key>/files/<path:name>", downloads.release_file, name="file"),
    path("releases/<slug:key>/tables/<slug:name>", dataset_views.table, name="table"),
    path("releases/<slug:key>/tables/<slug:name>.csv", dataset_views.table_csv, name="table-csv"),
    path("releases/<slug:key>/tables/<slug:name>.jsonld", dataset_views.table_jsonld, name="table-jsonld"),
    path("releases/<slug:key>/compare", dataset_views.choose_comparison, name="choose-comparison"),
    path("releases/<slug:key>/compare/<slug:other>", dataset_views.compare, name="compare"),
    path("releases/<slug:key>/compare/<slug:other>.csv", dataset_views.compare_csv, name="compare-csv"),
    path("embed/<slug:slug>/<int:number>", dataset_views.embed, name="embed"),
    path("calendar", views.calendar, name="calendar"),
    path("calendar.ics", feeds.icalendar, name="calendar-ics"),
    path("how-we-publish", views.page, {"name": "standards"}, name="standards"),
    path("revisions", views.page, {"name": "revisions"}, name="revisions"),
    path("young-people-and-parents", views.page, {"name": "young-people"}, name="young-people"),
    path("schools", views.page, {"name": "schools"}, name="schools"),
    path("researchers", views.page, {"name": "researchers"}, name="researchers"),
    path("how-to-read-figures", views.page, {"name": "reading"}, name="reading"),
    path("how-to-check-files", views.page, {"name": "check"}, name="check"),
    path("open-data", views.page, {"name": "data"}, name="data"),
    path("accessibility", views.page, {"name": "accessibility"}, name="accessibility"),
    path("privacy", views.page, {"name": "privacy"}, name="privacy"),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path(".well-known/security.txt", feeds.security, name="security"),
]

urlpatterns = [
    path("", include((_pages, APP))),
    path("api/v1/", views.no_such_data),
    path("api/v1/", api.urls),
    re_path(r"^api/", views.no_such_data),
    path("health/", include("childfirst.published.health")),
    re_path(r"^(?P<address>.+)/$", views.without_slash),
]
