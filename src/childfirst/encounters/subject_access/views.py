"""Requests for what is held: the list, one request, its document, the answer; requests to correct a record."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from childfirst.audit import retention
from childfirst.audit.actions import note_reading
from childfirst.encounters.models import Encounter
from childfirst.encounters.subject_access import actions, permissions, queries
from childfirst.encounters.subject_access.forms import (
    AnswerForm,
    CorrectionForm,
    DecisionForm,
    RefusalForm,
    RequestForm,
)
from childfirst.encounters.subject_access.models import AccessRequest, CorrectionRequest
from childfirst.encounters.subject_access.vocabulary import TRANSITIONS, CorrectionState, State
from childfirst.people.requests import posted, signed_in
from childfirst.shared import clock
from childfirst.shared.errors import UserError

PAGE_SIZE = 25


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Requests to be answered, the first due at the front, and those that were decided."""
    permissions.check_can_handle(request.user)
    page = Paginator(queries.decided_requests(), PAGE_SIZE).get_page(request.GET.get("page"))
    today = clock.today()
    waiting = [(found, found.due_on < today) for found in queries.open_requests()]
    context = {"waiting": waiting, "page": page, "decided": list(page)}
    return render(request, "encounters_subject_access/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a request."""
    permissions.check_can_handle(request.user)
    form = RequestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_request(by=signed_in(request), **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "force_reference")
        else:
            messages.success(request, f"The request is recorded. Answer it by {clock.format_date(made.due_on)}.")
            return redirect("subject_access:request", made.pk)
    context = {"form": form, "back_url": reverse("subject_access:index")}
    return render(request, "encounters_subject_access/new.html", context)


@never_cache
@require_safe
def detail(request: HttpRequest, request_id: str) -> HttpResponse:
    """One request: where it stands and what can be done."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    context = {
        "asked": found,
        "late": found.state == State.OPEN and found.due_on < clock.today(),
        "held": retention.held(found.child),
        "corrections": found.corrections.select_related("encounter"),
        "back_url": reverse("subject_access:index"),
    }
    return render(request, "encounters_subject_access/request.html", context)


@never_cache
@require_safe
def document(request: HttpRequest, request_id: str) -> HttpResponse:
    """Everything held and everyone who looked, to be printed and handed over."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    made = queries.read_document(by=signed_in(request), request=found)
    context = {
        "asked": found,
        "document": made,
        "today": clock.today(),
        "form": AnswerForm(initial={"digest": made.digest}) if State.ANSWERED in _next(found) else None,
        "back_url": reverse("subject_access:request", args=[found.pk]),
    }
    return render(request, "encounters_subject_access/document.html", context)


def _next(found: AccessRequest) -> frozenset[State]:
    return TRANSITIONS[State(found.state)]


@never_cache
@require_safe
def document_json(request: HttpRequest, request_id: str) -> HttpResponse:
    """The same document for a machine, as a download."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    made = queries.read_document(by=signed_in(request), request=found)
    return HttpResponse(
        made.as_json(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="request-{found.number}.json"'},
    )


@never_cache
@require_http_methods(["POST"])
def answer(request: HttpRequest, request_id: str) -> HttpResponse:
    """Say that the person was given the document."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_request(by=signed_in(request), request=found, **form.cleaned_data)
        except UserError as error:
            messages.error(request, error.sentence)
            return redirect("subject_access:document", found.pk)
        messages.success(request, f"Request {found.number} is answered.")
        return redirect("subject_access:request", found.pk)
    messages.error(request, "Say how the person got the document.")
    return redirect("subject_access:document", found.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, request_id: str) -> HttpResponse:
    """Refuse a request, with the reason for the person."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    if State.REFUSED not in _next(found):
        messages.info(request, "This request has been decided already.")
        return redirect("subject_access:request", found.pk)
    form = RefusalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse_request(by=signed_in(request), request=found, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.add_user_error(error, "reason")
        else:
            messages.success(request, f"Request {found.number} is refused.")
            return redirect("subject_access:request", found.pk)
    context = {"form": form, "asked": found, "back_url": reverse("subject_access:request", args=[found.pk])}
    return render(request, "encounters_subject_access/refuse.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: HttpRequest, request_id: str, encounter_id: str) -> HttpResponse:
    """Pass on that a record of the document is said to be wrong."""
    permissions.check_can_handle(request.user)
    found = get_object_or_404(AccessRequest, pk=request_id)
    encounter = get_object_or_404(Encounter, pk=encounter_id, child_reference=found.child_reference)
    form = CorrectionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_correction(
                by=signed_in(request), request=found, encounter=encounter, statement=form.cleaned_data["statement"]
            )
        except UserError as error:
            form.add_user_error(error, "statement")
        else:
            messages.success(request, "The supervisors of the team will decide. You see their answer here.")
            return redirect("subject_access:request", found.pk)
    context = {
        "form": form,
        "asked": found,
        "encounter": encounter,
        "back_url": reverse("subject_access:request", args=[found.pk]),
    }
    return render(request, "encounters_subject_access/ask_correction.html", context)


@never_cache
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Requests to correct a record that wait for a supervisor."""
    permissions.check_can_list_corrections(request.user)
    page = Paginator(queries.open_corrections(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {"page": page, "rows": [(one, one.due_on < today) for one in page]}
    return render(request, "encounters_subject_access/corrections.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, correction_id: str) -> HttpResponse:
    """What a person says is wrong, and the supervisor's decision."""
    permissions.check_can_list_corrections(request.user)
    visible = permissions.corrections_visible_to(request.user).select_related("encounter", "decided_by")
    asked: CorrectionRequest = get_object_or_404(visible, pk=correction_id)
    may = asked.state == CorrectionState.OPEN and permissions.can_decide(request.user, asked)
    form = DecisionForm(posted(request)) if may else None
    if request.method == "POST":
        permissions.check_can_decide(request.user, asked)
        if form is not None and form.is_valid():
            try:
                actions.decide_correction(by=signed_in(request), asked=asked, **form.cleaned_data)
            except UserError as error:
                form.add_user_error(error, "state" if "Correct it first" in error.sentence else "answer")
            else:
                messages.success(request, "Your decision is recorded. Whoever answers the person sees it.")
                return redirect("subject_access:corrections")
    else:
        note_reading(by=signed_in(request), name="encounters.correction_request.read", subject=asked.reference)
    context = {
        "form": form,
        "asked": asked,
        "encounter": asked.encounter,
        "was_corrected": actions.was_corrected(asked),
        "back_url": reverse("subject_access:corrections"),
    }
    return render(request, "encounters_subject_access/correction.html", context)
