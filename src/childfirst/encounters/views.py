"""Pages about encounters that are recorded: lists, details, schools to find, reviews, suggestions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from childfirst.audit.actions import note_reading
from childfirst.design.typeahead import suggestions
from childfirst.encounters import actions, describing, next_steps, permissions, queries, rules
from childfirst.encounters.forms import FilterForm, FindingForm, ResolveForm
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.vocabulary import SearchOf
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference

PAGE = 50


def visible_or_404(request: HttpRequest, encounter_id: str) -> Encounter:
    """The encounter, or "not found" also where it exists and is not this person's to see."""
    rows = permissions.visible_to(request.user).select_related(
        "school", "team", "team__parent", "recorded_by", "client"
    )
    return get_object_or_404(rows, pk=encounter_id)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The encounters that the person may see, newest first, by kind and by state of the school."""
    permissions.check_can_list(request.user)
    form = FilterForm(request.GET or None)
    rows = permissions.visible_to(request.user)
    if form.is_valid():
        rows = _filtered(rows, form.cleaned_data)
    page = Paginator(rows.select_related("team"), PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    names = queries.ward_names(found)
    return render(
        request,
        "encounters/index.html",
        {
            "page": page,
            "rows": [(one, queries.place_name(one, names), _school_words(one)) for one in found],
            "filter_form": form,
            "can_record": permissions.can_record(request.user),
            "waiting": queries.follow_ups(request.user).count(),
            "diverted": queries.diverted_lately(request.user),
            "draft": queries.draft_of(signed_in(request)),
        },
    )


def _filtered(rows: QuerySet[Encounter], wanted: dict[str, Any]) -> QuerySet[Encounter]:
    if wanted["kind"]:
        rows = rows.filter(kind=wanted["kind"])
    if wanted["school"] == "recorded":
        rows = rows.filter(school__isnull=False)
    elif wanted["school"]:
        rows = rows.filter(school_reason=wanted["school"])
    return rows


def _school_words(encounter: Encounter) -> str:
    if encounter.school_id:
        return "Recorded"
    if encounter.follow_up_due:
        return f"To be found by {clock.format_date(encounter.follow_up_due)}"
    return str(encounter.get_school_reason_display())


@require_GET
def detail(request: HttpRequest, encounter_id: str) -> HttpResponse:
    """One encounter in full. Opening it is an event on the audit trail."""
    permissions.check_can_list(request.user)
    encounter = queries.read_encounter(by=signed_in(request), encounter=visible_or_404(request, encounter_id))
    names = queries.ward_names([encounter])
    day = clock.local(encounter.occurred_at).date()
    return render(
        request,
        "encounters/detail.html",
        {
            "encounter": encounter,
            "place": queries.place_name(encounter, names),
            "school_line": queries.school_line(encounter.school, day) if encounter.school else "",
            "is_search": bool(encounter.search_of),
            "of_vehicle": encounter.search_of == SearchOf.VEHICLE,
            "reviews": permissions.reviews_visible_to(request.user).filter(encounter=encounter),
            "can_resolve": bool(encounter.follow_up_due) and permissions.can_resolve(request.user, encounter),
            "can_correct": permissions.can_correct(request.user, encounter),
            "history": describing.history(encounter),
            "overdue": rules.is_overdue(encounter.follow_up_due, clock.today()),
            "next_steps": next_steps.steps_for(request.user, encounter),
            "back_url": reverse("encounters:index"),
        },
    )


@require_GET
def recorded(request: HttpRequest, encounter_id: str) -> HttpResponse:
    """The page after the last: the record is made, and what follows. It shows nothing about the person."""
    permissions.check_can_record(request.user)
    encounter = visible_or_404(request, encounter_id)
    if encounter.recorded_by_id != request.user.pk:
        raise Forbidden(permissions.NOT_YOURS)
    context = {
        "encounter": encounter,
        "needs_review": encounter.reviews.exists(),
        "next_steps": next_steps.steps_for(request.user, encounter),
    }
    return render(request, "encounters/recorded.html", context)


@require_GET
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Encounters whose school is not yet known, the longest due first."""
    permissions.check_can_list(request.user)
    page = Paginator(queries.follow_ups(request.user).select_related("team"), PAGE).get_page(request.GET.get("page"))
    found, today = list(page.object_list), clock.today()
    names = queries.ward_names(found)
    rows = [(one, queries.place_name(one, names), rules.is_overdue(one.follow_up_due, today)) for one in found]
    return render(
        request,
        "encounters/follow_ups.html",
        {"page": page, "rows": rows, "can_record": permissions.can_record(request.user)},
    )


@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, encounter_id: str) -> HttpResponse:
    """Complete a school that was not yet known."""
    permissions.check_can_list(request.user)
    encounter = visible_or_404(request, encounter_id)
    permissions.check_can_resolve(request.user, encounter)
    if encounter.follow_up_due is None:
        return redirect("encounters:detail", encounter.pk)
    form = ResolveForm(posted(request), on=clock.local(encounter.occurred_at).date(), age=encounter.age)
    if request.method == "POST" and form.is_valid():
        urn, reason = form.school_and_reason
        try:
            actions.resolve_school(by=signed_in(request), encounter=encounter, school=urn, reason=reason)
        except UserError as error:
            form.add_user_error(error, "answer")
        else:
            messages.success(request, f"The school of encounter {encounter.number} is complete.")
            return redirect("encounters:follow_ups")
    context = {"form": form, "encounter": encounter, "back_url": reverse("encounters:follow_ups")}
    return render(request, "encounters/resolve.html", context)


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Encounters that a supervisor must look at, those due first at the front. Why is said, so that seeing the list is an event."""
    permissions.check_can_list_reviews(request.user)
    page = Paginator(queries.open_reviews(request.user), PAGE).get_page(request.GET.get("page"))
    flags, now = list(page.object_list), clock.now()
    if flags:
        shown = Reference("encounters.reviewflag", "list")
        note_reading(by=signed_in(request), name="encounters.review.list", subject=shown, data={"shown": len(flags)})
    rows = [(flag, flag.due_at < now, flag.encounter.recorded_by_id == request.user.pk) for flag in flags]
    overdue = queries.open_reviews(request.user).filter(due_at__lt=now).count()
    return render(request, "encounters/reviews.html", {"page": page, "rows": rows, "overdue": overdue})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, flag_id: str) -> HttpResponse:
    """One review: why it is asked for, the way to the encounter, and what the supervisor finds."""
    permissions.check_can_list_reviews(request.user)
    rows = permissions.reviews_visible_to(request.user).select_related("encounter", "reviewed_by")
    flag: ReviewFlag = get_object_or_404(rows, pk=flag_id)
    may = flag.reviewed_at is None and permissions.can_review(request.user, flag)
    form = FindingForm(posted(request)) if may else None
    if request.method == "POST":
        permissions.check_can_review(request.user, flag)
        if form is not None and form.is_valid():
            actions.complete_review(by=signed_in(request), flag=flag, **form.cleaned_data)
            messages.success(request, f"Encounter {flag.encounter.number} is reviewed.")
            return redirect("encounters:reviews")
    else:
        note_reading(by=signed_in(request), name="encounters.review.read", subject=flag.encounter.reference)
    context = {
        "form": form,
        "flag": flag,
        "encounter": flag.encounter,
        "overdue": flag.reviewed_at is None and flag.due_at < clock.now(),
        "still_stands": flag.reason in rules.review_reasons_of(flag.encounter),
        "back_url": reverse("encounters:reviews"),
    }
    return render(request, "encounters/review.html", context)


@require_GET
def school_suggestions(request: HttpRequest) -> JsonResponse:
    """Schools for the type-ahead of the record form."""
    permissions.check_can_record(request.user)
    return suggestions(request, queries.suggest_schools, limit=queries.SUGGESTED)


@require_GET
def ward_suggestions(request: HttpRequest) -> JsonResponse:
    """Wards for the type-ahead of the record form."""
    permissions.check_can_record(request.user)
    return suggestions(request, queries.suggest_wards, limit=queries.SUGGESTED)
