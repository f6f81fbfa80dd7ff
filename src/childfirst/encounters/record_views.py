"""The record form: start, one question a page, check your answers. It may end well without a record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.encounters import actions, describing, drafting, permissions, queries
from childfirst.encounters.alternatives import CAN_BE_CALLED, GUIDANCE, Alternative
from childfirst.encounters.drafting import BY_SLUG, STEPS, Step
from childfirst.encounters.record_forms import DEALT_WITH
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError

CHECKING = "check"


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a record, or go on with the one that is unfinished."""
    permissions.check_can_record(request.user)
    draft = queries.draft_of(signed_in(request))
    if request.method == "POST":
        if draft is not None and request.POST.get("again"):
            actions.discard_draft(by=signed_in(request))
            draft = None
        if draft is None:
            return redirect("encounters:step", STEPS[0].slug)
        waiting = drafting.missing(draft.answers)
        return redirect("encounters:step", waiting.slug) if waiting else redirect("encounters:check")
    return render(request, "encounters/start.html", {"draft": draft, "back_url": reverse("encounters:index")})


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """One question. Its answer is saved at once; steps before it that have no answer come first."""
    permissions.check_can_record(request.user)
    if slug not in BY_SLUG:
        raise Http404("There is no such question.")
    one, draft = BY_SLUG[slug], queries.draft_of(signed_in(request))
    answers: dict[str, dict[str, Any]] = draft.answers if draft else {}
    if (first := _comes_first(one, answers)) is not None:
        return redirect("encounters:step", first.slug)
    form = drafting.form_for(one, permissions.teams_of(request.user), answers, posted(request))
    checking = CHECKING in request.GET
    if request.method == "POST" and form.is_valid():
        if slug == "police" and form.cleaned_data["police_reason"] == DEALT_WITH:
            return _diverted(request, str(drafting.chosen_alternative(answers)))
        given = drafting.cleaned(form, answers.get(slug, {}))
        saved = actions.save_draft(by=signed_in(request), answers={slug: given})
        return redirect(_next(one, saved.answers, checking))
    steps = drafting.asked(answers)
    context = {"form": form, "step": one, "back_url": _back(one, answers, checking), "position": steps.index(one) + 1}
    alternative = drafting.chosen_alternative(answers) if slug == "police" else None
    guidance = GUIDANCE[alternative] if alternative else None
    return render(request, "encounters/step.html", {**context, "steps": len(steps), "guidance": guidance})


def _comes_first(one: Step, answers: dict[str, Any]) -> Step | None:
    """The question to answer before this one; the first where this one is not asked after these answers."""
    return drafting.missing(answers, until=one) or (None if one.applies(answers) else STEPS[0])


def _next(one: Step, answers: dict[str, Any], checking: bool) -> str:
    if checking:
        gap = drafting.missing(answers)
        return (
            reverse("encounters:check") if gap is None else f"{reverse('encounters:step', args=[gap.slug])}?{CHECKING}"
        )
    following = drafting.after(one, answers)
    return reverse("encounters:step", args=[following.slug]) if following else reverse("encounters:check")


def _back(one: Step, answers: dict[str, Any], checking: bool) -> str:
    if checking:
        return reverse("encounters:check")
    earlier = drafting.before(one, answers)
    return reverse("encounters:step", args=[earlier.slug]) if earlier else reverse("encounters:start")


def _diverted(request: HttpRequest, alternative: str) -> HttpResponse:
    actions.note_diversion(by=signed_in(request), alternative=alternative)
    return redirect("encounters:diverted", alternative)


@require_GET
def diverted(request: HttpRequest, alternative: str) -> HttpResponse:
    """The good end without a record: somebody else is dealing with it."""
    permissions.check_can_record(request.user)
    if alternative not in CAN_BE_CALLED:
        raise Http404("There is no such page.")
    return render(request, "encounters/diverted.html", {"guidance": GUIDANCE[Alternative(alternative)]})


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """All answers with a way to change each; the button makes the record, once however often it is pressed."""
    permissions.check_can_record(request.user)
    draft = queries.draft_of(signed_in(request))
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            made = actions.record_draft(
                by=signed_in(request),
                draft_id=request.POST.get("draft", ""),
                told=drafting.particulars,
            )
            return redirect("encounters:recorded", made.pk)
        except actions.Refused as refused:
            faults = [(fault.sentence, drafting.step_of(fault.field).slug) for fault in refused.faults]
        except UserError as error:
            messages.error(request, error.sentence)
            return redirect("encounters:start")
    if draft is None:
        return redirect("encounters:start")
    if (gap := drafting.missing(draft.answers)) is not None:
        return redirect(f"{reverse('encounters:step', args=[gap.slug])}?{CHECKING}")
    context = {
        "draft": draft,
        "summary": {"rows": [_row(*row) for row in describing.summary(draft.answers)]},
        "faults": _fault_links(faults),
        "back_url": reverse("encounters:step", args=[STEPS[-1].slug]),
    }
    return render(request, "encounters/check.html", context, status=422 if faults else 200)


def _row(question: str, answer: str, slug: str) -> dict[str, Any]:
    href = f"{reverse('encounters:step', args=[slug])}?{CHECKING}"
    change = {"href": href, "text": "Change", "visually_hidden_text": question.lower()}
    return {"key": {"text": question}, "value": {"text": answer}, "actions": {"items": [change]}}


def _fault_links(faults: list[tuple[str, str]]) -> dict[str, Any] | None:
    if not faults:
        return None
    links = [{"text": text, "href": f"{reverse('encounters:step', args=[slug])}?{CHECKING}"} for text, slug in faults]
    return {"title_text": "There is a problem", "error_list": links}


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the unfinished record away."""
    permissions.check_can_record(request.user)
    actions.discard_draft(by=signed_in(request))
    messages.success(request, "The unfinished record was thrown away.")
    return redirect("encounters:index")
