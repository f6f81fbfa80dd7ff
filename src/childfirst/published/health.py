"""Health and readiness, for both processes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Every configured database answers; 503 with the names of those that do not."""
    failing = []
    for connection in connections.all():
        if connection.vendor == "unknown" or connection.settings_dict["ENGINE"].endswith("dummy"):
            continue
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            failing.append(connection.alias)
    return JsonResponse(
        {"status": "unavailable" if failing else "ok", "failing": failing}, status=503 if failing else 200
    )


urlpatterns = [
    path("live", login_not_required(live), name="health-live"),
    path("ready", login_not_required(ready), name="health-ready"),
]
