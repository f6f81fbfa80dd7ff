"""Pages for those who review a release: its tables as the public will see them, what changed, who saw it, what they decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from childfirst.audit.actions import note_reading
from childfirst.measures.permissions import can_read as can_read_measures
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import signed_in
from childfirst.release import access as seeing
from childfirst.release import actions, permissions, previews, queries
from childfirst.release.finding import built_or_404, crumbs, release_or_404
from childfirst.release.forms import AccessForm, CommentForm, DecideForm
from childfirst.release.vocabulary import UNPUBLISHED
from childfirst.shared.errors import UserError

ROWS_ON_A_PAGE = 100
LARGEST = 10
CHANGED_ON_THE_PAGE = 50


@require_GET
def table(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A table as the public will see it, and why cells are hidden; who may read unprotected figures sees them beside it."""
    release = built_or_404(request, key)
    with_raw = can_read_measures(request.user) and name in release.measures
    found = previews.preview(release, name, with_raw=with_raw)
    if found is None:
        raise Http404
    seeing.note_access(by=signed_in(request), release=release)
    if with_raw:
        note_reading(by=signed_in(request), name="release.release.compare", subject=release.reference)
    only_hidden = request.GET.get("show") == "hidden"
    rows = [row for row in found.rows if not only_hidden or row.count.value is None or row.total.value is None]
    context: dict[str, Any] = {
        "release": release,
        "preview": found,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "with_raw": with_raw,
        "with_why": bool(release.figures),
        "only_hidden": only_hidden,
        "breadcrumbs": crumbs(release, found.title),
    }
    return render(request, "release/table.html", context)


@require_GET
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """What is different from the release before: the largest differences, what is newly hidden, what is new or gone."""
    release = built_or_404(request, key)
    found = previews.changes(release)
    seeing.note_access(by=signed_in(request), release=release)
    tables = [
        {
            "found": one,
            "tally": [(label, one.comparison.tally[change]) for change, label in previews.WORDING.items()],
            "largest": one.comparison.largest(LARGEST),
            "changed": one.comparison.changed[:CHANGED_ON_THE_PAGE] if one.same_period else (),
            "left": max(0, len(one.comparison.changed) - CHANGED_ON_THE_PAGE) if one.same_period else 0,
        }
        for one in (found.tables if found else ())
    ]
    context = {
        "release": release,
        "since": found,
        "tables": tables,
        "wording": previews.WORDING,
        "breadcrumbs": crumbs(release, "What changed"),
    }
    return render(request, "release/changes.html", context)


@require_GET
def notes(request: HttpRequest, key: str) -> HttpResponse:
    """The notes as they will be published, as plain text."""
    release = built_or_404(request, key)
    seeing.note_access(by=signed_in(request), release=release)
    return HttpResponse(previews.notes(release), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """Say something about the release."""
    release = release_or_404(request, key)
    permissions.check_can_comment(request.user, release)
    if request.method == "GET" and not queries.standing(release, request.user).can_comment:
        return redirect("release:detail", key=key)
    about = request.GET.get("table", "")
    form = CommentForm(request.POST or None, initial={"table": about}, release=release)
    if request.method == "POST" and form.is_valid():
        try:
            seeing.add_comment(by=signed_in(request), release=release, **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, "Your comment is kept.")
            return redirect("release:detail", key=key)
    context = {
        "release": release,
        "form": form,
        "prepared_it": str(signed_in(request).reference) in release.builders,
        "breadcrumbs": crumbs(release, "Comment"),
    }
    return render(request, "release/comment.html", context)


@require_http_methods(["GET", "POST"])
def access(request: HttpRequest, key: str) -> HttpResponse:
    """Who saw the release before the public; and, for who publishes, giving access to somebody else."""
    release = release_or_404(request, key)
    may_give = permissions.can_publish(request.user) and release.state in UNPUBLISHED
    if request.method == "POST":
        permissions.check_can_publish(request.user)
    form = AccessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            seeing.give_access(by=signed_in(request), release=release, **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, "It is on the list, which is published with the release.")
            return redirect("release:access", key=key)
    context = {
        "release": release,
        "entries": release.access.all(),
        "form": form if may_give else None,
        "breadcrumbs": crumbs(release, "Who saw it before"),
    }
    return render(request, "release/access.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Sign or refuse. A second click changes nothing."""
    release = release_or_404(request, key)
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
    context = {"release": release, "form": form, "breadcrumbs": crumbs(release, "Decide")}
    return render(request, "release/decide.html", context)
