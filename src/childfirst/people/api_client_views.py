"""Administrators' pages: keys for systems that use the API. A key is shown in the answer to the form that made it, and never again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from childfirst.people import actions
from childfirst.people.forms import ApiClientForm, RevocationForm, RotationForm
from childfirst.people.models import ApiClient
from childfirst.people.permissions import check_can_manage, holds
from childfirst.people.requests import posted, signed_in
from childfirst.people.vocabulary import ApiScope, Permission
from childfirst.shared import clock
from childfirst.shared.errors import UserError

Trail = list[tuple[str, str]]


def _trail(*entries: tuple[str, str]) -> Trail:
    return [("Home", reverse("home")), ("API clients", reverse("people:api-clients")), *entries]


def _found(pk: str) -> ApiClient:
    return get_object_or_404(ApiClient.objects.select_related("organisation", "made_by"), pk=pk)


@require_safe
def api_clients(request: HttpRequest) -> HttpResponse:
    """Every key that was made, the live ones first."""
    check_can_manage(request.user)
    found = sorted(ApiClient.objects.select_related("organisation"), key=lambda one: (not one.is_live, one.name))
    return render(request, "people/api_clients.html", {"clients": found, "now": clock.now()})


@require_safe
def api_client(request: HttpRequest, pk: str) -> HttpResponse:
    """One client: for whom it acts, what it may do, when it was last used."""
    if not holds(request.user, Permission.AUDIT_READ):
        check_can_manage(request.user)
    manages = holds(request.user, Permission.PEOPLE_MANAGE)
    found = _found(pk)
    context = {
        "client": found,
        "scopes": [scope.label for scope in ApiScope if scope in found.scopes],
        "manages": manages,
        "old_key_works": found.is_live and found.previous_until is not None and found.previous_until > clock.now(),
        "breadcrumbs": _trail((found.name, "")) if manages else [("Home", reverse("home")), (found.name, "")],
    }
    return render(request, "people/api_client.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a client; the answer shows its key, once."""
    check_can_manage(request.user)
    form = ApiClientForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, key = actions.make_api_client(by=signed_in(request), **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "name")
        else:
            return _shown_once(request, made, key)
    title = "Make a key for a system"
    context = {"form": form, "title": title, "button": "Make the key", "breadcrumbs": _trail((title, ""))}
    return render(request, "people/api_client_form.html", context)


@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, pk: str) -> HttpResponse:
    """Give a client a new key; the answer shows it, once."""
    check_can_manage(request.user)
    found, form = _found(pk), RotationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        at_once = form.cleaned_data["old_key"] == "at_once"
        try:
            days = form.cleaned_data["days"]
            key = actions.rotate_api_client(by=signed_in(request), client=found, days=days, at_once=at_once)
        except UserError as error:
            form.add_user_error(error)
        else:
            return _shown_once(request, _found(pk), key)
    return _question(request, found, form, "Make a new key", "Make a new key")


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Stop a client's keys at once."""
    check_can_manage(request.user)
    found, form = _found(pk), RevocationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_api_client(by=signed_in(request), client=found, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.add_user_error(error)
        else:
            messages.success(request, f"The key of {found.name} no longer works.")
            return redirect("people:api-client", pk=pk)
    return _question(request, found, form, "Revoke the key", "Revoke the key", warning=True)


def _question(
    request: HttpRequest, client: ApiClient, form: object, title: str, button: str, *, warning: bool = False
) -> HttpResponse:
    here = (client.name, reverse("people:api-client", args=[client.pk]))
    context = {"client": client, "form": form, "title": title, "button": button, "warning": warning}
    return render(request, "people/api_client_form.html", {**context, "breadcrumbs": _trail(here, (title, ""))})


def _shown_once(request: HttpRequest, client: ApiClient, key: str) -> HttpResponse:
    """The page with the key. Nothing keeps it: not the session, and the browser is asked not to."""
    context = {"client": client, "key": key, "breadcrumbs": _trail((client.name, ""))}
    response = render(request, "people/api_client_key.html", context)
    response["Cache-Control"] = "no-store"
    return response
