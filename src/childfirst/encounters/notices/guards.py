"""What stands before every page that can show a word of a notice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from childfirst.design.views import error_page
from childfirst.encounters.notices import permissions
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.sealing import KeyTrouble
from childfirst.people.requests import showed_second_factor

View = Callable[[HttpRequest, str], HttpResponse]


def closed_page(view: View) -> View:
    """A page about one notice: "not found" for who is neither side of it; it asks for a session in which a second factor was shown, is
    stored nowhere, and says in words when a key is missing.

    The referrer policy stays "same-origin": a stricter one makes browsers hide the origin of our own forms, which the protection
    against forged ones needs.
    """

    @wraps(view)
    @sensitive_variables()
    def guarded(request: HttpRequest, notice_id: str) -> HttpResponse:
        if not permissions.visible_to(request.user).filter(pk=notice_id).exists():
            raise Http404("There is no such notice for this person.")
        if not showed_second_factor(request):
            back = request.get_full_path() if request.method == "GET" else reverse("home")
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")
        try:
            response = view(request, notice_id)
        except KeyTrouble as trouble:
            response = error_page(request, 503, "This notice cannot be opened now", trouble.sentence)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return sensitive_post_parameters()(guarded)


def for_lead_or_404(request: HttpRequest, notice_id: str) -> Notice:
    """A notice to a school of which the person is a lead today; "not found" for any other, whether it exists or not."""
    return _found(permissions.for_lead(request.user), notice_id)


def of_officer_or_404(request: HttpRequest, notice_id: str) -> Notice:
    """A notice about an encounter that the person recorded; "not found" for any other."""
    return _found(permissions.of_officer(request.user), notice_id)


def visible_or_404(request: HttpRequest, notice_id: str) -> Notice:
    """A notice that the person is one of the two sides of."""
    return _found(permissions.visible_to(request.user), notice_id)


def _found(rows: QuerySet[Notice], notice_id: str) -> Notice:
    full = rows.select_related("encounter__team", "school", "officer", "opened_by", "closed_by")
    return get_object_or_404(full, pk=notice_id)
