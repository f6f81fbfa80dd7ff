"""Pages about names that people use for schools, and about the matcher that learns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.encounters.matching import actions, learning, permissions, queries, store, tasks
from childfirst.encounters.matching.forms import AliasForm, RefusalForm
from childfirst.encounters.matching.models import AliasProposal, Case, ModelVersion
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError


@require_GET
def aliases(request: HttpRequest) -> HttpResponse:
    """Names that wait for a second person, and those decided."""
    permissions.check_can_review(request.user)
    waiting, decided = queries.proposals()
    account = signed_in(request)
    context = {
        "waiting": [(one, one.proposed_by_id == account.pk) for one in waiting],
        "page": Paginator(decided, 25).get_page(request.GET.get("page")),
        "breadcrumbs": [("Matching", reverse("matching:index")), ("Names that people use", "")],
    }
    return render(request, "encounters_matching/aliases.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a name that people use for a school, perhaps the words of a case."""
    permissions.check_can_review(request.user)
    form = AliasForm(posted(request), initial=_from_case(request.GET.get("case", "")))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.propose_alias(
                by=signed_in(request), alias=told["alias"], school=int(told["school"]), why=told["why"]
            )
        except Forbidden:
            raise
        except UserError as error:
            form.add_user_error(error, "alias")
        else:
            messages.success(request, f"“{told['alias']}” is proposed. It counts when a second reviewer has agreed.")
            return redirect("matching:aliases")
    crumbs = [
        ("Matching", reverse("matching:index")), ("Names that people use", reverse("matching:aliases")), ("Propose a name", ""),
    ]  # fmt: skip
    return render(request, "encounters_matching/propose.html", {"form": form, "breadcrumbs": crumbs})


def _from_case(case_id: str) -> dict[str, Any]:
    case = Case.objects.select_related("decision").filter(pk=case_id).first()
    if case is None:
        return {}
    school = case.decision.school_id if case.decision else case.school_id
    return {"alias": case.words[:60], **({"school": str(school)} if school else {})}


@require_http_methods(["GET", "POST"])
def alias(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """Agree to a proposed name, or refuse it with a reason, as the second person."""
    permissions.check_can_review(request.user)
    proposal = get_object_or_404(AliasProposal.objects.select_related("school", "proposed_by"), pk=proposal_id)
    by, agrees = signed_in(request), request.POST.get("do") == "agree"
    may = proposal.proposed_by_id != by.pk
    form = RefusalForm(posted(request) if not agrees else None)
    if request.method == "POST":
        permissions.check_can_decide(by, proposed_by=proposal.proposed_by_id)
        try:
            if agrees:
                actions.agree_alias(by=by, proposal=proposal)
                messages.success(request, f"“{proposal.alias}” now finds {proposal.school.name}.")
                return redirect("matching:aliases")
            if form.is_valid():
                actions.refuse_alias(by=by, proposal=proposal, reason=form.cleaned_data["reason"])
                messages.info(request, f"“{proposal.alias}” is refused.")
                return redirect("matching:aliases")
        except Forbidden:
            raise
        except UserError as error:
            messages.error(request, error.sentence)
            return redirect("matching:aliases")
    cases = Case.objects.filter(words__iexact=proposal.alias).order_by("-records")[:5]
    crumbs = [
        ("Matching", reverse("matching:index")), ("Names that people use", reverse("matching:aliases")), (proposal.alias, ""),
    ]  # fmt: skip
    context = {"proposal": proposal, "form": form if may else None, "cases": cases, "breadcrumbs": crumbs}
    return render(request, "encounters_matching/alias.html", context)


@require_GET
def matcher(request: HttpRequest) -> HttpResponse:
    """Which matcher is in use, how many decisions it could learn from, and retrained ones with their reports."""
    permissions.check_can_review(request.user)
    versions = list(queries.versions()[:20])
    context = {
        "versions": [(one, _comparison(one.report)) for one in versions],
        "in_use": store.model_in_use()[:12],
        "is_packaged": store.model_in_use() == store.packaged_fingerprint(),
        "labels": learning.labels().height,
        "fewest": learning.FEWEST_LABELS,
        "breadcrumbs": [("Matching", reverse("matching:index")), ("The matcher", "")],
    }
    return render(request, "encounters_matching/matcher.html", context)


ROWS = (
    ("Best school is the one that people chose", "best_right", "named"),
    ("Accepted, and right", "accepted_right", "accepted"),
    ("Left to people", "review", ""),
    ("Said to name no school although people found one", "none_wrong", "none"),
)


def _comparison(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    def words(side: str, number: str, of: str) -> str:
        found = report[side]
        return f"{found[number]:,} of {found[of]:,}" if of else f"{found[number]:,}"

    return [(label, words("old", number, of), words("new", number, of)) for label, number, of in ROWS]


@require_POST
def retrain(request: HttpRequest) -> HttpResponse:
    """Have the worker retrain the matcher; a better one is then offered here."""
    permissions.check_can_review(request.user)
    if learning.labels().height < learning.FEWEST_LABELS:
        messages.error(request, f"The matcher can be retrained on {learning.FEWEST_LABELS} decisions or more.")
    else:
        tasks.retrain.enqueue(str(signed_in(request).reference))
        messages.info(
            request, "The matcher is being retrained. If it becomes better, it is offered here in some minutes."
        )
    return redirect("matching:matcher")


@require_POST
def decide_version(request: HttpRequest, version_id: str) -> HttpResponse:
    """Put a retrained matcher into use, or refuse it; ``packaged`` goes back to the one that ships."""
    permissions.check_can_review(request.user)
    by, do = signed_in(request), request.POST.get("do")
    try:
        if version_id == "packaged":
            actions.reset_model(by=by)
            messages.info(request, "The matcher that ships is in use again.")
        elif do == "accept":
            actions.accept_model(by=by, version=get_object_or_404(ModelVersion, pk=version_id))
            messages.success(request, "The retrained matcher is in use. What waits is matched anew within the hour.")
        else:
            actions.refuse_model(by=by, version=get_object_or_404(ModelVersion, pk=version_id))
            messages.info(request, "The retrained matcher is refused.")
    except Forbidden:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect("matching:matcher")
