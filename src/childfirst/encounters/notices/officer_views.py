"""An officer's pages: the notices that they owe, write, check, send and follow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.encounters import queries as of_encounters
from childfirst.encounters.notices import actions, permissions, queries
from childfirst.encounters.notices.forms import HoldBackForm, SpeakForm, WriteForm
from childfirst.encounters.notices.guards import closed_page, of_officer_or_404
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.sealing import KeyTrouble
from childfirst.encounters.notices.vocabulary import URGENT_ROUTE, Basis, Done, Purpose, State
from childfirst.encounters.permissions import can_read
from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared import clock
from childfirst.shared.errors import UserError

PAGE = 50
UNREAD = (State.TO_WRITE, State.WAITING)
RENEWABLE = (State.WITHHELD, State.RETURNED, State.EXPIRED)


@never_cache
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """The officer's notices and their state, what waits for the officer first."""
    permissions.check_can_send_any(request.user)
    rows = queries.sent_by(request.user)
    context = {
        "waiting": list(queries.needs_officer(rows)),
        "untaken": list(queries.untaken(request.user)),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "encounters_notices/sent.html", context)


def page(request: HttpRequest, found: Notice, form: SpeakForm) -> HttpResponse:
    """One notice as its officer sees it: their own words while there are any, the thread, what the school did."""
    context = {
        **_about(found),
        "form": form if found.is_with_school else None,
        "can_renew": found.state in RENEWABLE and found.encounter.school_id == found.school_id,
        "done": [Done(code).label for code in found.done],
        "can_see_encounter": can_read(request.user, found.encounter),
        "back_url": reverse("notices:sent"),
    }
    try:
        read = queries.read_as_officer(by=signed_in(request), notice=found)
    except KeyTrouble as trouble:
        context |= {"trouble": trouble.sentence, "can_renew": True, "form": None}
        return render(request, "encounters_notices/own.html", context, status=503)
    return render(request, "encounters_notices/own.html", {**context, "told": read.told, "thread": read.thread})


def _about(found: Notice) -> dict[str, Any]:
    names = of_encounters.ward_names([found.encounter])
    return {
        "notice": found,
        "encounter": found.encounter,
        "place": of_encounters.place_name(found.encounter, names),
        "basis": Basis(found.basis).label if found.basis else "",
        "purpose": Purpose(found.purpose).label if found.purpose else "",
        "reach": queries.reach(found.school, clock.now(), found.erased_on) if found.state in UNREAD else None,
        "urgent_route": URGENT_ROUTE,
    }


@require_http_methods(["GET", "POST"])
@closed_page
def write(request: HttpRequest, notice_id: str) -> HttpResponse:
    """What the school is told. It is kept encrypted, and goes nowhere before it is checked and sent."""
    found = of_officer_or_404(request, notice_id)
    if not found.waits_for_words:
        return redirect("notices:notice", found.pk)
    form = WriteForm(posted(request), initial=_written(signed_in(request), found))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.write(
                by=signed_in(request), notice=found, told=form.told, basis=values["basis"], purpose=values["purpose"]
            )
        except (Forbidden, KeyTrouble):
            raise
        except UserError as error:
            form.add_user_error(error)
        else:
            return redirect("notices:check", found.pk)
    context = {**_about(found), "form": form, "back_url": reverse("notices:sent")}
    return render(request, "encounters_notices/write.html", context)


def _written(by: Account, found: Notice) -> dict[str, Any] | None:
    """What the officer wrote before; nothing when there is nothing, or it can no longer be opened: it is written anew then."""
    if not queries.has_words(found):
        return None
    try:
        told = queries.read_as_officer(by=by, notice=found).told
    except KeyTrouble:
        return None
    return WriteForm.initial_from(told, found.basis, found.purpose) if told else None


@require_http_methods(["GET", "POST"])
@closed_page
def check(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Everything once more, who will read it and when; the button shares it, once however often it is pressed."""
    found = of_officer_or_404(request, notice_id)
    if request.method == "POST":
        actions.send(by=signed_in(request), notice=found)
        return redirect("notices:done", found.pk)
    if not found.waits_for_words:
        return redirect("notices:notice", found.pk)
    read = queries.read_as_officer(by=signed_in(request), notice=found)
    if read.told is None:
        return redirect("notices:write", found.pk)
    context = {**_about(found), "told": read.told, "back_url": reverse("notices:write", args=[found.pk])}
    return render(request, "encounters_notices/check.html", context)


@never_cache
@require_GET
def done(request: HttpRequest, notice_id: str) -> HttpResponse:
    """The page after sending: who reads it when, and what to do when that is not soon enough. It holds no word of the notice."""
    found = of_officer_or_404(request, notice_id)
    return render(request, "encounters_notices/done.html", _about(found))


@require_http_methods(["GET", "POST"])
@closed_page
def hold_back(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Not to tell the school, with the reason."""
    found = of_officer_or_404(request, notice_id)
    if found.state != State.TO_WRITE:
        return redirect("notices:notice", found.pk)
    form = HoldBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.hold_back(by=signed_in(request), notice=found, why=form.cleaned_data["why"])
        messages.success(request, "The school is not told. Your supervisor sees that, and why.")
        return redirect("notices:sent")
    context = {**_about(found), "form": form, "back_url": reverse("notices:write", args=[found.pk])}
    return render(request, "encounters_notices/hold_back.html", context)


@require_POST
def take(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Take over the notice about what a system of the force recorded."""
    found = get_object_or_404(permissions.untaken_for(request.user), pk=notice_id)
    actions.take(by=signed_in(request), notice=found)
    return redirect("notices:write", found.pk)


@require_POST
@closed_page
def renew(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Begin anew with the same school."""
    found = of_officer_or_404(request, notice_id)
    made = actions.renew(by=signed_in(request), notice=found)
    return redirect("notices:write", made.pk)
