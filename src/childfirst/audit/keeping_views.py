"""What is kept for how long, what was erased, what is held, and what the platform does by itself."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from childfirst.audit import permissions, retention, upkeep
from childfirst.audit.actors import Actor
from childfirst.audit.forms import HoldForm, LiftForm
from childfirst.audit.models import DisposalCertificate, LegalHold
from childfirst.shared.errors import UserError
from childfirst.shared.references import resolve

PAGE_SIZE = 50


@never_cache
@require_safe
def disposals(request: HttpRequest) -> HttpResponse:
    """What is kept for how long, and the certificates of what was erased, the newest first."""
    permissions.check_can_read_disposals(request.user)
    page = Paginator(DisposalCertificate.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "certificates": list(page),
        "rules": [rule for rule in retention.rules() if rule.field_class in retention.CERTIFIED],
        "holds": len(retention.active_holds()),
    }
    return render(request, "audit/disposals.html", context)


@never_cache
@require_safe
def disposal(request: HttpRequest, certificate_id: str) -> HttpResponse:
    """One certificate, to be read out or printed."""
    permissions.check_can_read_disposals(request.user)
    certificate = get_object_or_404(DisposalCertificate, pk=certificate_id)
    return render(request, "audit/disposal.html", {"certificate": certificate, "back_url": reverse("audit:disposals")})


@never_cache
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Legal holds: those that stand, by their review, and those that were lifted."""
    permissions.check_can_read_disposals(request.user)
    found = LegalHold.objects.all()
    context = {
        "standing": [(hold, resolve(hold.subject, request.user)) for hold in found.filter(lifted_at__isnull=True)],
        "lifted": found.filter(lifted_at__isnull=False).order_by("-lifted_at")[:PAGE_SIZE],
        "may_hold": permissions.can_hold(request.user),
    }
    return render(request, "audit/holds.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place_hold(request: HttpRequest) -> HttpResponse:
    """Place a hold on the record whose reference is given, or that a link brought along."""
    permissions.check_can_hold(request.user)
    form = HoldForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    if request.method == "POST" and form.is_valid():
        try:
            retention.place_hold(by=_by(request), **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "subject" if "reference" in error.sentence else "reason")
        else:
            messages.success(request, "The hold is placed. What it covers stays until you lift it.")
            return redirect("audit:holds")
    return render(request, "audit/place_hold.html", {"form": form, "back_url": reverse("audit:holds")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lift_hold(request: HttpRequest, hold_id: str) -> HttpResponse:
    """Lift a hold, with a reason."""
    permissions.check_can_hold(request.user)
    hold = get_object_or_404(LegalHold, pk=hold_id)
    if hold.lifted_at is not None:
        messages.info(request, "This hold was lifted already.")
        return redirect("audit:holds")
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            retention.lift_hold(by=_by(request), hold=hold, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.add_user_error(error, "reason")
        else:
            messages.success(request, "The hold is lifted. What is over goes with the next daily run.")
            return redirect("audit:holds")
    return render(request, "audit/lift_hold.html", {"form": form, "hold": hold, "back_url": reverse("audit:holds")})


@never_cache
@require_safe
def upkeep_runs(request: HttpRequest) -> HttpResponse:
    """What the platform does by itself, and how it went last time."""
    permissions.check_can_read_disposals(request.user)
    return render(request, "audit/upkeep.html", {"states": upkeep.states()})


def _by(request: HttpRequest) -> Actor:
    return cast("Actor", request.user)
