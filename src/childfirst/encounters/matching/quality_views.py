"""The page about how good the data about schools are, and the files behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from childfirst.audit.actions import note_reading
from childfirst.encounters.matching import permissions, quality
from childfirst.encounters.matching.tables import csv_answer
from childfirst.people.requests import signed_in
from childfirst.shared import clock
from childfirst.shared.references import Reference

WORDS = Reference("encounters_matching.case", "words")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Shares by month, source and team; follow-ups; what the words that match nothing say (for reviewers)."""
    permissions.check_can_see_quality(request.user)
    reviews = permissions.can_review(request.user)
    words = quality.unmatched_words() if reviews else []
    if words:
        note_reading(by=signed_in(request), name="encounters.case.list", subject=WORDS, data={"shown": len(words)})
    waiting = quality.waiting(request.user, clock.today())
    context = {
        "figures": list(quality.figures(request.user)),
        "waiting": [(one, quality.days_words(one.median_days)) for one in waiting],
        "overdue": sum(one.overdue for one in waiting),
        "texts": quality.texts() if reviews else None,
        "words": words,
        "reviews": reviews,
        "breadcrumbs": [("Matching", reverse("matching:index")), ("Quality", "")] if reviews else None,
    }
    return render(request, "encounters_matching/quality.html", context)


@require_GET
def sheet(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """One table of the page as CSV."""
    permissions.check_can_see_quality(request.user)
    if slug not in quality.SHEETS:
        raise Http404
    if slug == "words":
        permissions.check_can_review(request.user)
        note_reading(by=signed_in(request), name="encounters.case.list", subject=WORDS)
    found = quality.SHEETS[slug](request.user)
    return csv_answer(f"schools-{slug}", found.columns, found.rows)
