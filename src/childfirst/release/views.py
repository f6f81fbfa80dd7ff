"""Pages about releases: what is prepared, what waits for a decision, what is public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.audit.actions import note_reading
from childfirst.measures.permissions import can_read as can_read_measures
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import signed_in
from childfirst.release import actions, permissions, previews, queries, tasks
from childfirst.release.forms import DecideForm, PrepareForm, WithdrawForm
from childfirst.release.models import Release
from childfirst.release.vocabulary import State
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

ROWS_ON_A_PAGE = 100


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every release, the newest first."""
    permissions.check_can_read(request.user)
    page = Paginator(queries.releases(request.user).defer("figures", "summary"), 25).get_page(request.GET.get("page"))
    return render(request, "release/index.html", {"page": page, "can_prepare": permissions.can_prepare(request.user)})


@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Draft a release and hand it to the worker."""
    permissions.check_can_prepare(request.user)
    form = PrepareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = signed_in(request)
        try:
            release = actions.draft_release(by=by, **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            tasks.build.enqueue(release.pk, str(by.reference))
            return redirect("release:detail", key=release.key)
    crumbs = [("Releases", reverse("release:index")), ("Prepare a release", "")]
    return render(request, "release/prepare.html", {"form": form, "breadcrumbs": crumbs})


@require_GET
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """Where a release stands, what is in it, what is hidden, and what this person can do with it."""
    release = _release_or_404(request, key)
    tables = release.summary.get("tables", {})
    context = {
        "release": release,
        "standing": queries.standing(release, request.user),
        "tables": tables,
        "audit": [{**part, "titles": _titles(part["tables"], tables)} for part in release.summary.get("audit", [])],
        "breadcrumbs": [("Releases", reverse("release:index")), (release.title, "")],
        "period": _period(release),
        "is_public": release.state in (State.PUBLISHED, State.CORRECTED),
    }
    return render(request, "release/detail.html", context)


@require_GET
def table(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A table as the public will see it; who may read unprotected figures sees them beside it."""
    release = _built_or_404(request, key)
    with_raw = can_read_measures(request.user) and name in release.measures
    found = previews.preview(release, name, with_raw=with_raw)
    if found is None:
        raise Http404
    if with_raw:
        note_reading(by=signed_in(request), name="release.release.compare", subject=release.reference)
    only_hidden = request.GET.get("show") == "hidden"
    rows = [row for row in found.rows if not only_hidden or row.count.value is None or row.total.value is None]
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    crumbs = [
        ("Releases", reverse("release:index")),
        (release.title, reverse("release:detail", args=[key])),
        (found.title, ""),
    ]
    context: dict[str, Any] = {"release": release, "preview": found, "page": page, "with_raw": with_raw}
    return render(request, "release/table.html", {**context, "only_hidden": only_hidden, "breadcrumbs": crumbs})


@require_GET
def notes(request: HttpRequest, key: str) -> HttpResponse:
    """The notes as they will be published, as plain text."""
    release = _built_or_404(request, key)
    return HttpResponse(previews.notes(release), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Sign or refuse. A second click changes nothing."""
    release = _release_or_404(request, key)
    permissions.check_can_sign(request.user, release)
    if request.method == "GET" and not queries.standing(release, request.user).can_sign:
        return redirect("release:detail", key=key)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_release(by=signed_in(request), release=release, **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, "Your decision is kept.")
            return redirect("release:detail", key=key)
    crumbs = [
        ("Releases", reverse("release:index")),
        (release.title, reverse("release:detail", args=[key])),
        ("Decide", ""),
    ]
    return render(request, "release/decide.html", {"release": release, "form": form, "breadcrumbs": crumbs})


@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Publish, or complete a publication that was cut off. A second click changes nothing."""
    release = _release_or_404(request, key)
    permissions.check_can_publish(request.user)
    try:
        actions.publish_release(by=signed_in(request), release=release)
    except Forbidden:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "The release is published.")
    return redirect("release:detail", key=key)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take a published release down, with a reason that the public will read."""
    release = _release_or_404(request, key)
    permissions.check_can_publish(request.user)
    if request.method == "GET" and not queries.standing(release, request.user).can_withdraw:
        return redirect("release:detail", key=key)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_release(by=signed_in(request), release=release, reason=form.cleaned_data["reason"])
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, "The release is withdrawn.")
            return redirect("release:detail", key=key)
    crumbs = [
        ("Releases", reverse("release:index")),
        (release.title, reverse("release:detail", args=[key])),
        ("Withdraw", ""),
    ]
    return render(request, "release/withdraw.html", {"release": release, "form": form, "breadcrumbs": crumbs})


def _titles(names: list[str], tables: dict[str, dict[str, Any]]) -> str:
    """Tables as people know them; one that was left out has only its name."""
    return join_and([tables[name]["title"] if name in tables else name for name in names])


def _period(release: Release) -> str:
    months = release.summary.get("months", [])
    return " to ".join(clock.format_month(month) for month in dict.fromkeys([*months[:1], *months[-1:]]))


def _release_or_404(request: HttpRequest, key: str) -> Release:
    permissions.check_can_read(request.user)
    release = queries.release(request.user, key)
    if release is None:
        raise Http404
    return release


def _built_or_404(request: HttpRequest, key: str) -> Release:
    release = _release_or_404(request, key)
    if not release.digest:
        raise Http404
    return release
