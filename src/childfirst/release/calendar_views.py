"""The publication calendar in the workspace: announce, postpone, call off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from childfirst.people.permissions import Forbidden
from childfirst.people.requests import signed_in
from childfirst.release import permissions, queries, scheduling
from childfirst.release.finding import crumbs
from childfirst.release.forms import AnnounceForm, MoveForm
from childfirst.shared import clock
from childfirst.shared.errors import UserError


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What is announced, what came, what was moved and why."""
    permissions.check_can_read(request.user)
    context = {
        "entries": list(queries.calendar()),
        "can_announce": permissions.can_publish(request.user),
        "today": clock.today(),
        "breadcrumbs": crumbs(None, "Calendar"),
    }
    return render(request, "release/calendar.html", context)


@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Tell the public of a publication to come."""
    permissions.check_can_publish(request.user)
    form = AnnounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = scheduling.announce(by=signed_in(request), **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            short = entry.planned_on - clock.today() < scheduling.NOTICE
            notice = " That is less than four weeks ahead." if short else ""
            messages.success(request, f"It is announced for {clock.format_date(entry.planned_on)}.{notice}")
            return redirect("release:calendar")
    way = [("Releases", reverse("release:index")), ("Calendar", reverse("release:calendar")), ("Announce", "")]
    return render(request, "release/announce.html", {"form": form, "breadcrumbs": way})


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Move an announced day, or call the publication off, with a reason that the public reads."""
    permissions.check_can_publish(request.user)
    entry = queries.still_announced().filter(slug=slug).first()
    if entry is None:
        raise Http404
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked, by = form.cleaned_data, signed_in(request)
        try:
            if asked["what"] == "cancel":
                scheduling.cancel(by=by, entry=entry, reason=asked["reason"])
            else:
                scheduling.move(by=by, entry=entry, planned_on=asked["planned_on"], reason=asked["reason"])
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, "The public calendar says so now.")
            return redirect("release:calendar")
    way = [("Releases", reverse("release:index")), ("Calendar", reverse("release:calendar")), (entry.title, "")]
    return render(request, "release/move.html", {"entry": entry, "form": form, "breadcrumbs": way})
