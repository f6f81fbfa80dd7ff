"""Incidents in or near school: the protocol, the record, what came of it, the review."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from childfirst.design.typeahead import suggestions
from childfirst.encounters import permissions as encounter_permissions
from childfirst.encounters import queries as encounter_queries
from childfirst.encounters.crime_records import actions, permissions, queries, rules
from childfirst.encounters.crime_records.forms import BeyondForm, DetailsForm, FollowUpForm, IncidentForm, ReviewForm
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import State
from childfirst.encounters.models import Encounter
from childfirst.people.requests import posted, signed_in
from childfirst.shared import clock
from childfirst.shared.errors import UserError

PAGE_SIZE = 25


def _visible(request: HttpRequest, record_id: str) -> CrimeRecord:
    found: CrimeRecord = get_object_or_404(
        permissions.visible_to(request.user).select_related(
            "school", "team", "recorded_by", "reviewed_by", "encounter"
        ),
        pk=record_id,
    )
    return found


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits, and every incident that the person may see."""
    permissions.check_can_list(request.user)
    found = permissions.visible_to(request.user).select_related("school")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "page": page,
        "records": list(page),
        "unfinished": queries.unfinished(request.user),
        "due": [
            (one, bool(one.review_due and one.review_due < today))
            for one in queries.due_reviews(request.user)[:PAGE_SIZE]
        ],
        "summary": queries.summary(request.user),
        "may_keep": permissions.can_keep(request.user),
    }
    return render(request, "encounters_crime_records/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The protocol's questions, before anything is recorded."""
    permissions.check_can_keep(request.user)
    encounter = _encounter(request)
    initial = {}
    if encounter is not None:
        initial = {"school": encounter.school_id, "happened_on": clock.local(encounter.occurred_at).date()}
    form = IncidentForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        team = permissions.teams_of(request.user)[0]
        try:
            made = actions.decide(by=signed_in(request), team=team, incident=form.incident(), encounter=encounter)
        except UserError as error:
            form.add_user_error(error, "happened_on" if "future" in error.sentence else "school")
        else:
            return redirect(
                "crime_records:complete" if made.state == State.TO_COMPLETE else "crime_records:left", made.pk
            )
    context = {"form": form, "encounter": encounter, "back_url": reverse("crime_records:index")}
    return render(request, "encounters_crime_records/new.html", context)


def _encounter(request: HttpRequest) -> Encounter | None:
    key = request.GET.get("encounter", "")
    if not key:
        return None
    found: Encounter = get_object_or_404(encounter_permissions.visible_to(request.user), pk=key)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, record_id: str) -> HttpResponse:
    """The incident is left to the school: what to do now, and the way to a crime record all the same, with a reason."""
    permissions.check_can_keep(request.user)
    record = _visible(request, record_id)
    if record.state != State.LEFT_TO_SCHOOL:
        return redirect("crime_records:record", record.pk)
    form = BeyondForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.go_beyond(by=signed_in(request), record=record, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.add_user_error(error, "reason")
        else:
            return redirect("crime_records:complete", record.pk)
    return render(request, "encounters_crime_records/left.html", {"form": form, "record": record})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, record_id: str) -> HttpResponse:
    """The details of a crime record."""
    permissions.check_can_keep(request.user)
    record = _visible(request, record_id)
    if record.state != State.TO_COMPLETE:
        return redirect("crime_records:record", record.pk)
    form = DetailsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.complete(by=signed_in(request), record=record, details=form.details())
        except UserError as error:
            form.add_user_error(error, "outcome_on")
        else:
            messages.success(
                request, "The record is made. A supervisor will say whether it was in the public interest."
            )
            return redirect("crime_records:record", record.pk)
    context = {"form": form, "record": record, "back_url": reverse("crime_records:index")}
    return render(request, "encounters_crime_records/complete.html", context)


@never_cache
@require_safe
def record(request: HttpRequest, record_id: str) -> HttpResponse:
    """One incident, with what came of it."""
    permissions.check_can_list(request.user)
    found = queries.read(by=signed_in(request), record=_visible(request, record_id))
    context = {
        "record": found,
        "school_line": encounter_queries.school_line(found.school, found.happened_on),
        "may_change": found.state == State.RECORDED and permissions.can_change(request.user, found),
        "may_review": not found.finding and permissions.can_review(request.user, found),
        "back_url": reverse("crime_records:index"),
    }
    return render(request, "encounters_crime_records/record.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, record_id: str) -> HttpResponse:
    """Add what came of it and what the school did."""
    permissions.check_can_keep(request.user)
    found = _visible(request, record_id)
    if found.state != State.RECORDED:
        return redirect("crime_records:record", found.pk)
    initial = {"outcome": found.outcome, "outcome_on": found.outcome_on, "sanction": found.sanction}
    form = FollowUpForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.follow_up(by=signed_in(request), record=found, **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "outcome_on")
        else:
            messages.success(request, "What came of it is recorded.")
            return redirect("crime_records:record", found.pk)
    context = {"form": form, "record": found, "back_url": reverse("crime_records:record", args=[found.pk])}
    return render(request, "encounters_crime_records/follow_up.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, record_id: str) -> HttpResponse:
    """Say whether the record was in the public interest."""
    found = queries.read(by=signed_in(request), record=_visible(request, record_id))
    permissions.check_can_review(request.user, found)
    if found.finding:
        return redirect("crime_records:record", found.pk)
    form = ReviewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.review(by=signed_in(request), record=found, **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "finding")
        else:
            messages.success(request, f"Incident {found.number} is reviewed.")
            return redirect("crime_records:index")
    context = {
        "form": form,
        "record": found,
        "covered": rules.is_covered(found_answers(found)),
        "back_url": reverse("crime_records:record", args=[found.pk]),
    }
    return render(request, "encounters_crime_records/review.html", context)


def found_answers(record: CrimeRecord) -> rules.Answers:
    """The protocol's answers of a record."""
    return rules.Answers(record.where, record.in_hours, record.serious, record.victim_asks, record.head_asks)


@require_GET
def school_suggestions(request: HttpRequest) -> JsonResponse:
    """Schools for the type-ahead."""
    permissions.check_can_keep(request.user)
    return suggestions(request, encounter_queries.suggest_schools, limit=encounter_queries.SUGGESTED)
