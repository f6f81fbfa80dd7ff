"""The trail for auditors: a list with filters, and one event with the state of the chain around it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from childfirst.audit.forms import FilterForm
from childfirst.audit.models import Event
from childfirst.audit.permissions import check_can_read_trail
from childfirst.audit.presenters import present
from childfirst.audit.queries import Filters, events, length, link_around

PAGE_SIZE = 50


class TrailPaginator(Paginator):
    """Counts the whole trail by the end of its chain: counting a million rows takes a second."""

    def __init__(self, found: QuerySet[Event], whole: bool) -> None:
        super().__init__(found, PAGE_SIZE)
        self.whole = whole

    @cached_property
    def count(self) -> int:
        """How many events there are."""
        if self.whole:
            return length()
        return super().count


@never_cache
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The events, the newest first."""
    check_can_read_trail(request.user)
    asked = any(value for key, value in request.GET.items() if key != "page")
    form = FilterForm(request.GET if asked else None)
    filters = form.filters() if asked else Filters()
    found = Event.objects.none() if form.errors else events(filters)
    page = TrailPaginator(found, whole=not filters.any() and not form.errors).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "events": [present(event, request.user) for event in page],
        "filtered": filters.any(),
    }
    return render(request, "audit/trail.html", context)


@never_cache
@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    """One event in a sentence, with everything that was kept of it."""
    check_can_read_trail(request.user)
    found = Event.objects.filter(number=number).first()
    if found is None:
        raise Http404
    context = {
        "event": found,
        "presented": present(found, request.user),
        "data": sorted(found.data.items()),
        "links": link_around(found),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if Event.objects.filter(number=number + 1).exists() else None,
        "breadcrumbs": [("Home", reverse("home")), ("Audit trail", reverse("audit:events")), (f"Event {number:,}", "")],
    }
    return render(request, "audit/event.html", context)
