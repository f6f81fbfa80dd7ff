"""Pages of reviewers: where matching stands, one case after another, lists of cases and of decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.audit.actions import note_reading
from childfirst.encounters.matching import actions, permissions, queries
from childfirst.encounters.matching.forms import CaseForm, CasesFilter
from childfirst.encounters.matching.models import Case, Decision, Mention
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference
from childfirst.shared.text import count_of

PAGE = 50
KEYS_OFF = "matching_keys_off"
BARS_SHOWN = 8


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Where matching stands, and the ways to its parts."""
    permissions.check_can_review(request.user)
    account = signed_in(request)
    context = {
        "queue": queries.queue(account),
        "runs": queries.runs()[:5],
        "proposals": queries.waiting_proposals(account),
        "offered": queries.offered_versions().count(),
    }
    return render(request, "encounters_matching/index.html", context)


@require_GET
def next_case(request: HttpRequest) -> HttpResponse:
    """On to the case that tells most; when there is none left, back with the good news."""
    permissions.check_can_review(request.user)
    like = Case.objects.filter(pk=request.GET.get("like", "")).first()
    found = queries.next_case(signed_in(request), like=like)
    if found is None:
        messages.success(request, "No case is left for you: every text is matched, or another reviewer has it.")
        return redirect("matching:index")
    return redirect("matching:case", found.pk)


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case: what was written, what the matcher thinks and why, and what the reviewer decides."""
    permissions.check_can_review(request.user)
    found = get_object_or_404(Case.objects.select_related("decision__school", "decision__by", "school"), pk=case_id)
    by = signed_in(request)
    if request.method == "POST" and request.POST.get("do") == "skip":
        actions.skip(by=by, case=found)
        return redirect("matching:next")
    taken = _take(request, found) if request.method == "GET" and found.is_open else ""
    mention = queries.read_case(by=by, case=found)
    if mention is None:
        messages.info(request, "The records of this case have been erased.")
        return redirect("matching:cases")
    form = None
    if found.decision_id is None and not taken:
        form = CaseForm(posted(request), options=queries.options(mention), others=queries.same_words(found))
        if request.method == "POST" and form.is_valid() and (answer := _decide(request, found, form)) is not None:
            return answer
    return render(
        request, "encounters_matching/case.html", _case_context(request, found, mention, form) | {"taken": taken}
    )


def _take(request: HttpRequest, found: Case) -> str:
    try:
        actions.claim(by=signed_in(request), case=found)
    except Forbidden:
        raise
    except UserError as error:
        return error.sentence
    return ""


def _decide(request: HttpRequest, found: Case, form: CaseForm) -> HttpResponse | None:
    """Decide and go on to the next case; None where the answer cannot stand, which the form then says."""
    same = bool(form.cleaned_data.get("same_words"))
    try:
        decision = actions.decide(by=signed_in(request), case=found, school=form.chosen, same_words=same)
    except Forbidden:
        raise
    except UserError as error:
        form.add_user_error(error, "answer")
        return None
    meant = decision.school.name if decision.school else "names no school"
    messages.info(request, f"“{found.words[:60]}”: {meant}. {count_of(decision.records, 'record')} settled.")
    if not queries.open_cases().exists():
        return redirect("matching:next")
    return redirect(f"{reverse('matching:next')}?like={found.pk}")


def _case_context(request: HttpRequest, found: Case, mention: Mention, form: CaseForm | None) -> dict[str, Any]:
    asked = request.GET.get("why", "")
    why = queries.explanation(mention, int(asked) if asked.isdigit() and len(asked) == 6 else None)
    why = why or queries.explanation(mention)
    bars = why.rows()[:BARS_SHOWN] if why is not None else []
    account = signed_in(request)
    return {
        "case": found,
        "mention": mention,
        "form": form,
        "why": why,
        "bars": [{**bar, "weight": f"{abs(bar['points']):.3f}"} for bar in bars],
        "heaviest": f"{max((abs(bar['points']) for bar in bars), default=1):.3f}",
        "options": queries.options(mention),
        "state": queries.state_of(found),
        "queue": queries.queue(account),
        "last": queries.last_decision(account),
        "keys": not request.session.get(KEYS_OFF),
        "contexts": found.mentions.count(),
        "breadcrumbs": [("Matching", reverse("matching:index")), (f"Case {found.number}", "")],
    }


@require_POST
def undo(request: HttpRequest, decision_id: str) -> HttpResponse:
    """Take a decision back and show its first case."""
    permissions.check_can_review(request.user)
    decision = get_object_or_404(Decision, pk=decision_id)
    first = decision.settled.order_by("-records", "id").first()
    try:
        actions.undo(by=signed_in(request), decision=decision)
    except Forbidden:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        messages.info(request, f"The decision about {count_of(decision.records, 'record')} is undone.")
    return redirect("matching:case", first.pk) if first is not None else redirect("matching:decisions")


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Turn the keys 1 to 5, n, s and u on or off for this sign-in (WCAG 2.1.4)."""
    permissions.check_can_review(request.user)
    request.session[KEYS_OFF] = not request.session.get(KEYS_OFF)
    return redirect("matching:next")


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases by state and words. It shows what was written, so that looking is an event."""
    permissions.check_can_review(request.user)
    form = CasesFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.cases(wanted.get("kind") or "open", wanted.get("words", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    if listed:
        note_reading(
            by=signed_in(request), name="encounters.case.list", subject=Reference("encounters_matching.case", "list"),
            data={"shown": len(listed)},
        )  # fmt: skip
    context = {
        "page": page,
        "rows": [(one, queries.state_of(one)) for one in listed],
        "filter_form": form,
        "breadcrumbs": [("Matching", reverse("matching:index")), ("Cases", "")],
    }
    return render(request, "encounters_matching/cases.html", context)


@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """What people decided, the newest first, each with the way to undo it."""
    permissions.check_can_review(request.user)
    page = Paginator(queries.decisions(), PAGE).get_page(request.GET.get("page"))
    crumbs = [("Matching", reverse("matching:index")), ("Decisions", "")]
    return render(request, "encounters_matching/decisions.html", {"page": page, "breadcrumbs": crumbs})
