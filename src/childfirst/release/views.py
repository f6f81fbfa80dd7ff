"""Pages about releases: what is prepared, what waits for a decision, what is public."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.people.permissions import Forbidden
from childfirst.people.requests import signed_in
from childfirst.release import actions, permissions, queries, tasks
from childfirst.release.finding import crumbs, period, release_or_404, titles
from childfirst.release.forms import PrepareForm, WithdrawForm, values_of
from childfirst.release.vocabulary import PUBLIC_STATES, State
from childfirst.shared.errors import UserError

RELEASES_ON_A_PAGE = 25


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every release, the newest first, or those of one shelf."""
    permissions.check_can_read(request.user)
    shelf = request.GET.get("show", "all")
    if shelf not in queries.SHELVES:
        shelf = "all"
    found = queries.releases(request.user, shelf).defer("figures", "summary")
    context = {
        "page": Paginator(found, RELEASES_ON_A_PAGE).get_page(request.GET.get("page")),
        "shelf": shelf,
        "shelves": [(name, label) for name, (label, _) in queries.SHELVES.items()],
        "can_prepare": permissions.can_prepare(request.user),
    }
    return render(request, "release/index.html", context)


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
    context = {"form": form, "breadcrumbs": crumbs(None, "Prepare a release")}
    return render(request, "release/prepare.html", context)


@require_http_methods(["GET", "POST"])
def prepare_again(request: HttpRequest, key: str) -> HttpResponse:
    """Prepare a release again: the form holds the values that it had."""
    release = release_or_404(request, key)
    permissions.check_can_prepare_again(request.user, release)
    if not queries.standing(release, request.user).can_prepare_again:
        return redirect("release:detail", key=key)
    form = PrepareForm(request.POST or None, initial=values_of(release))
    if request.method == "POST" and form.is_valid():
        by = signed_in(request)
        try:
            release = actions.prepare_again(by=by, release=release, **form.cleaned_data)
        except Forbidden:
            raise
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            tasks.build.enqueue(release.pk, str(by.reference))
            return redirect("release:detail", key=release.key)
    context = {
        "form": form,
        "release": release,
        "decisions": [each for each in queries.decisions(release) if each.reason],
        "breadcrumbs": crumbs(release, "Prepare again"),
    }
    return render(request, "release/prepare.html", context)


@require_GET
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """Where a release stands, what is in it, what is hidden, and what this person can do with it."""
    release = release_or_404(request, key)
    tables = release.summary.get("tables", {})
    context = {
        "release": release,
        "standing": queries.standing(release, request.user),
        "tables": tables,
        "audit": [{**part, "titles": titles(part["tables"], tables)} for part in release.summary.get("audit", [])],
        "breadcrumbs": crumbs(None, release.title),
        "period": period(release),
        "is_public": release.state in PUBLIC_STATES,
        "can_give_access": permissions.can_publish(request.user) and release.state == State.REVIEWED,
    }
    return render(request, "release/detail.html", context)


@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Publish, or complete a publication that was cut off. A second click changes nothing."""
    release = release_or_404(request, key)
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
    release = release_or_404(request, key)
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
    context = {"release": release, "form": form, "breadcrumbs": crumbs(release, "Withdraw")}
    return render(request, "release/withdraw.html", context)


@require_POST
def complete(request: HttpRequest, key: str) -> HttpResponse:
    """Bring the public site to what the workspace says, after a publication or withdrawal that was cut off."""
    release = release_or_404(request, key)
    permissions.check_can_publish(request.user)
    try:
        if release.state == State.WITHDRAWN:
            actions.withdraw_release(by=signed_in(request), release=release, reason=release.withdrawn_reason)
        else:
            actions.publish_release(by=signed_in(request), release=release)
    except Forbidden:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "The public site says the same as this page again.")
    return redirect("release:detail", key=key)
