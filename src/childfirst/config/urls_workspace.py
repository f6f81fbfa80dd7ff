"""Addresses of the workspace: each room keeps its own list."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("childfirst.people.urls")),
    path("audit/", include("childfirst.audit.urls")),
    path("places/", include("childfirst.places.urls")),
    path("encounters/", include("childfirst.encounters.urls")),
    path("notices/", include("childfirst.encounters.notices.urls")),
    path("matching/", include("childfirst.encounters.matching.urls")),
    path("crime-records/", include("childfirst.encounters.crime_records.urls")),
    path("subject-access/", include("childfirst.encounters.subject_access.urls")),
    path("measures/", include("childfirst.measures.urls")),
    path("releases/", include("childfirst.release.urls")),
    path("api/", include("childfirst.config.api")),
    path("health/", include("childfirst.published.health")),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", include("childfirst.design.urls")))

handler400 = "childfirst.design.views.bad_request"
handler403 = "childfirst.design.views.forbidden"
handler404 = "childfirst.design.views.not_found"
handler500 = "childfirst.design.views.server_error"
