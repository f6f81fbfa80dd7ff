"""A school lead's pages: what waits, a notice, and what the school did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.encounters import queries as of_encounters
from childfirst.encounters.notices import actions, officer_views, permissions, queries
from childfirst.encounters.notices.forms import AcknowledgeForm, ConfirmForm, SpeakForm
from childfirst.encounters.notices.guards import closed_page, for_lead_or_404, visible_or_404
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.vocabulary import KEPT, State
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError

PAGE = 50


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits for the school, what is open, what is done. It shows dates and kinds, never a name."""
    permissions.check_can_open_any(request.user)
    done = Paginator(queries.closed_for_lead(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": list(queries.waiting_for_lead(request.user)),
        "opened": list(queries.opened_for_lead(request.user)),
        "done": done,
        "several_schools": len(permissions.urns_open_to(request.user)) > 1,
        "days_kept": KEPT.days,
    }
    return render(request, "encounters_notices/index.html", context)


@require_GET
@closed_page
def notice(request: HttpRequest, notice_id: str) -> HttpResponse:
    """One notice, for whichever side the person is of. Every opening is an event on the audit trail."""
    found = visible_or_404(request, notice_id)
    if not permissions.is_lead_of(request.user, found):
        return officer_views.page(request, found, SpeakForm())
    if found.is_with_school and not queries.has_confirmed(signed_in(request), found):
        return redirect("notices:before", found.pk)
    return _page(request, found, SpeakForm())


def _page(request: HttpRequest, found: Notice, form: SpeakForm) -> HttpResponse:
    read = queries.read_as_lead(by=signed_in(request), notice=found)
    context = {
        **_about(found),
        "told": read.told,
        "thread": read.thread,
        "form": form if found.is_with_school else None,
    }
    return render(request, "encounters_notices/notice.html", context)


def _about(found: Notice) -> dict[str, Any]:
    """What the record says: when, where and of what kind."""
    names = of_encounters.ward_names([found.encounter])
    place = of_encounters.place_name(found.encounter, names)
    return {"notice": found, "encounter": found.encounter, "place": place, "back_url": reverse("notices:index")}


@require_http_methods(["GET", "POST"])
@closed_page
def before(request: HttpRequest, notice_id: str) -> HttpResponse:
    """What the notice is for, and what it must not be used for, confirmed by each lead before it opens to them."""
    found = for_lead_or_404(request, notice_id)
    if not found.is_with_school:
        return redirect("notices:notice", found.pk)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.open_notice(by=signed_in(request), notice=found)
        return redirect("notices:notice", found.pk)
    return render(request, "encounters_notices/before.html", {**_about(found), "form": form})


@require_POST
@closed_page
def speak(request: HttpRequest, notice_id: str) -> HttpResponse:
    """A question or an answer, from whichever side the person is of."""
    found = visible_or_404(request, notice_id)
    form = SpeakForm(posted(request))
    if form.is_valid():
        try:
            actions.speak(by=signed_in(request), notice=found, words=form.cleaned_data["words"])
        except Forbidden:
            raise
        except UserError as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, "Your message is sent. It is erased together with the notice.")
        return redirect("notices:notice", found.pk)
    lead = permissions.is_lead_of(request.user, found)
    return _page(request, found, form) if lead else officer_views.page(request, found, form)


def _opened_or_404(request: HttpRequest, notice_id: str) -> Notice:
    found = for_lead_or_404(request, notice_id)
    if found.is_with_school and not queries.has_confirmed(signed_in(request), found):
        raise Forbidden("Open the notice first.")
    return found


@require_http_methods(["GET", "POST"])
@closed_page
def acknowledge(request: HttpRequest, notice_id: str) -> HttpResponse:
    """What the school did. With it the name and everything else that the notice said are erased."""
    found = _opened_or_404(request, notice_id)
    if found.state != State.OPENED:
        return _too_late(request, found)
    told = queries.words_of(found)
    form = AcknowledgeForm(posted(request), name=told.name if told else "")
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            actions.acknowledge(by=signed_in(request), notice=found, done=values["done"], words=values["words"])
        except Forbidden:
            raise
        except UserError as error:
            form.add_user_error(error)
        else:
            messages.success(request, f"Notice {found.number} is acknowledged, and what it said is erased.")
            return redirect("notices:index")
    back = {"back_url": reverse("notices:notice", args=[found.pk])}
    return render(request, "encounters_notices/acknowledge.html", {**_about(found), **back, "form": form})


def _too_late(request: HttpRequest, found: Notice) -> HttpResponse:
    if found.state == State.WAITING:
        messages.error(request, "The officer has added to this notice. Open it again first.")
        return redirect("notices:notice", found.pk)
    messages.error(request, f"Notice {found.number} is closed already: a colleague was faster.")
    return redirect("notices:index")


@require_http_methods(["GET", "POST"])
@closed_page
def return_notice(request: HttpRequest, notice_id: str) -> HttpResponse:
    """The child is not a pupil of this school: back to the officer, and gone from here at once."""
    found = _opened_or_404(request, notice_id)
    if found.state != State.OPENED:
        return _too_late(request, found)
    if request.method == "POST":
        actions.return_notice(by=signed_in(request), notice=found)
        messages.success(request, f"Notice {found.number} went back to the officer, and what it said is erased.")
        return redirect("notices:index")
    back = {"back_url": reverse("notices:notice", args=[found.pk])}
    return render(request, "encounters_notices/return.html", {**_about(found), **back})
