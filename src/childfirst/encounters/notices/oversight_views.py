"""What supervisors and administrators see: which notices wait, and which schools have nobody to open one. Never a word of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from childfirst.encounters.notices import permissions, queries
from childfirst.encounters.notices.vocabulary import URGENT_ROUTE, HoldingBack
from childfirst.people.permissions import holds
from childfirst.people.vocabulary import Permission


@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Numbers of a supervisor's teams, what waits, and what was held back and why."""
    permissions.check_can_oversee(request.user)
    found = queries.oversight(request.user)
    context = {
        "oversight": found,
        "counts": [(state.label, number) for state, number in found.counts.items()],
        "held_back": [(one, HoldingBack(one.held_back).label) for one in found.held_back],
        "unled": queries.unled_waiting(request.user),
    }
    return render(request, "encounters_notices/overview.html", context)


@never_cache
@require_GET
def unled(request: HttpRequest) -> HttpResponse:
    """Schools for which a notice waits and that have no lead: for supervisors those of their teams, for administrators all."""
    permissions.check_can_see_unled(request.user)
    context = {
        "schools": queries.unled_schools(request.user),
        "manages": holds(request.user, Permission.PEOPLE_MANAGE),
        "urgent_route": URGENT_ROUTE,
    }
    return render(request, "encounters_notices/unled.html", context)
