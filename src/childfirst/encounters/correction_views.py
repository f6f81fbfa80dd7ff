"""Correct a record: choose the question, answer it anew and say why, check what changes.

Nothing is kept between the pages but in the form itself: the record's version travels with it, so that whoever comes second
sees what the first one changed, and decides again.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from childfirst.encounters import actions, describing, drafting, permissions, queries
from childfirst.encounters.corrections import Proposal, propose
from childfirst.encounters.forms import CorrectionForm
from childfirst.encounters.models import Encounter
from childfirst.encounters.views import visible_or_404
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError

WHY_POLICE = "Why did the police deal with it?"
"""How the second question reads once there is a record: whether somebody else is dealing with it is settled."""


def _found(request: HttpRequest, encounter_id: str) -> Encounter:
    permissions.check_can_list(request.user)
    encounter = visible_or_404(request, encounter_id)
    permissions.check_can_correct(request.user, encounter)
    return encounter


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, encounter_id: str) -> HttpResponse:
    """Which question has the wrong answer."""
    encounter = _found(request, encounter_id)
    steps = drafting.asked(drafting.answers_of(encounter))
    questions = [(step.slug, WHY_POLICE if step.slug == "police" else step.title) for step in steps]
    form = CorrectionForm(posted(request), questions=questions)
    if request.method == "POST" and form.is_valid():
        return redirect("encounters:correct_question", encounter.pk, form.cleaned_data["question"])
    context = {"form": form, "encounter": encounter, "back_url": reverse("encounters:detail", args=[encounter.pk])}
    return render(request, "encounters/correct.html", context)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, encounter_id: str, slug: str) -> HttpResponse:
    """The question once more, with what the record says; then what changes; then it is done.

    To see what the record says is an event on the trail, and so is to see what somebody else has changed in between.
    """
    encounter = _found(request, encounter_id)
    proposal = propose(encounter, slug, request.GET, posted(request))
    if proposal is None:
        raise Http404("This question is not asked about this encounter.")
    if request.method != "POST":
        queries.read_encounter(by=signed_in(request), encounter=encounter)
        return _question(request, proposal)
    if not proposal.form.is_valid() or "again" in request.POST:
        return _question(request, proposal)
    if follow_up := proposal.question_that_follows():
        return redirect(follow_up)
    if "confirmed" not in request.POST:
        return _check(request, proposal)
    try:
        actions.correct_encounter(
            by=signed_in(request),
            encounter=encounter,
            changes=proposal.changes(),
            reason=proposal.reason,
            version=proposal.version,
        )
    except actions.Overtaken as overtaken:
        proposal.form.add_user_error(overtaken)
        queries.read_encounter(by=signed_in(request), encounter=encounter)
        since = [describing.corrected(one) for one in reversed(overtaken.since)]
        return _question(request, proposal, since=since, version=overtaken.version, status=409)
    except UserError as error:
        proposal.form.add_user_error(error)
        return _question(request, proposal, status=422)
    messages.success(request, f"Encounter {encounter.number} is corrected. What it said before stays with it.")
    return redirect("encounters:detail", encounter.pk)


def _question(
    request: HttpRequest, proposal: Proposal, *, since: Any = (), version: int | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": proposal.form,
        "title": WHY_POLICE if proposal.step.slug == "police" else proposal.step.title,
        "encounter": proposal.encounter,
        "version": version or proposal.version,
        "since": since,
        "back_url": reverse("encounters:correct", args=[proposal.encounter.pk]),
    }
    return render(request, "encounters/correct_question.html", context, status=status)


def _check(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        "encounter": proposal.encounter,
        "changes": proposal.changes_in_words(),
        "reason": proposal.reason,
        "sent": [(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", "confirmed", "again")],
        "asks_for_review": proposal.new_review_reasons(),
        "back_url": reverse("encounters:correct", args=[proposal.encounter.pk]),
    }
    return render(request, "encounters/correct_check.html", context)
