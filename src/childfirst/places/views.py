"""Pages about schools and areas."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from childfirst.design.typeahead import suggestions
from childfirst.design.widgets import Typed
from childfirst.places import actions, queries, summaries
from childfirst.places.forms import FindSchoolForm, OnDayForm
from childfirst.places.models import School
from childfirst.places.permissions import can_import, check_can_import, check_can_read
from childfirst.places.rules import OPEN_STATUSES
from childfirst.places.vocabulary import PLURALS, AreaKind
from childfirst.shared.errors import UserError

SHOWN = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Find a school: the box, and what was found for the text in it. A choice from the suggestions leads to the school."""
    check_can_read(request.user)
    text = " ".join(request.GET.get("school_text", "").split())[:100]
    chosen = queries.suggested_school(request.GET.get("school", ""))
    if chosen is not None and chosen.text == text:
        return redirect("places:school", urn=chosen.value)
    found = queries.search_schools(text, limit=SHOWN + 1) if text else []
    return render(
        request,
        "places/index.html",
        {
            "find": FindSchoolForm(initial={"school": Typed(text=text)}),
            "text": text,
            "found": found[:SHOWN],
            "more": len(found) > SHOWN,
            "size": School.objects.count(),
            "may_import": can_import(request.user),
        },
    )


@require_GET
def school_suggestions(request: HttpRequest) -> HttpResponse:
    """What the type-ahead offers for a text."""
    check_can_read(request.user)
    return suggestions(request, queries.suggest_schools)


@require_GET
def school(request: HttpRequest, urn: int) -> HttpResponse:
    """A school as the register has it now, its names, what came before and after, and how it was on a day."""
    check_can_read(request.user)
    found = queries.school(urn)
    if found is None:
        raise Http404
    form = OnDayForm(request.GET if any(key.startswith("on") for key in request.GET) else None)
    then = queries.as_it_was(found, form.cleaned_data["on"]) if form.is_valid() else None
    before, after, other = summaries.neighbours(found)
    return render(
        request,
        "places/school.html",
        {
            "school": found,
            "tag": summaries.status_tag(found.status),
            "rows": summaries.school_rows(found),
            "names": summaries.name_rows(found),
            "aliases": queries.aliases(found.urn),
            "before": before,
            "after": after,
            "other": other,
            "today": queries.current_successors(found.urn) if found.is_closed else [],
            "vintages": summaries.vintages(found),
            "map": summaries.school_figure(found),
            "form": form,
            "then": then,
            "breadcrumbs": [("Places", "/places/"), (found.name, None)],
        },
    )


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """Areas of one kind: a map with the number of open schools in each, and a list."""
    check_can_read(request.user)
    wanted = request.GET.get("kind", "")
    kinds = [kind for kind in AreaKind if queries.areas(kind).exists()]
    kind = AreaKind(wanted) if wanted in kinds else next((k for k in (AreaKind.BOROUGH, *kinds) if k in kinds), None)
    listed = list(queries.areas(kind).select_related("parent")) if kind else []
    page = Paginator(listed, 100).get_page(request.GET.get("page"))
    return render(
        request,
        "places/areas.html",
        {
            "kind": kind,
            "kinds": [(one, PLURALS[one]) for one in kinds],
            "title": PLURALS[kind] if kind else "Areas",
            "page": page,
            "map": summaries.areas_figure(kind, listed) if kind else None,
            "may_publish": can_import(request.user),
            "breadcrumbs": [("Places", "/places/"), ("Areas", None)],
        },
    )


@require_POST
def publish(request: HttpRequest, kind: str) -> HttpResponse:
    """Publish the outlines of a kind of area for the public site's maps."""
    check_can_import(request.user)
    if kind not in AreaKind.values:
        raise Http404
    try:
        document = actions.publish_boundaries(by=request.user, kind=AreaKind(kind))  # type: ignore[arg-type]
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"The outlines are on the public site, as version {document.version}.")
    return redirect(f"/places/areas/?kind={kind}")


@require_GET
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area: where it is, what it is part of and made of, and its schools."""
    check_can_read(request.user)
    found = queries.area(code)
    if found is None:
        raise Http404
    parts = list(queries.areas().filter(parent=found))
    schools = queries.schools_in(found)
    page = Paginator(schools, SHOWN).get_page(request.GET.get("page"))
    return render(
        request,
        "places/area.html",
        {
            "area": found,
            "kind": AreaKind(found.kind).label,
            "parts": parts,
            "parts_title": PLURALS[AreaKind(parts[0].kind)] if parts else "",
            "page": page,
            "open_schools": schools.filter(status__in=OPEN_STATUSES, absent_on__isnull=True).count(),
            "map": summaries.area_figure(found, parts),
            "breadcrumbs": [("Places", "/places/"), ("Areas", f"/places/areas/?kind={found.kind}"), (found.name, None)],
        },
    )
