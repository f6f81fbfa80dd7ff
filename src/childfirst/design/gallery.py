"""The gallery: every component, form control, error state, chart and map, for those who build pages. DEBUG only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from childfirst.design.gallery_figures import figures
from childfirst.design.gallery_forms import PlaceForm, QuestionForm, SampleForm, search
from childfirst.design.gallery_samples import COMPONENTS
from childfirst.design.typeahead import suggestions
from childfirst.design.views import not_found

_SECTIONS = (
    {"label": "Components", "url": "/design/"},
    {"label": "Forms", "url": "/design/forms/"},
    {"label": "Figures", "url": "/design/figures/"},
    {"label": "One question", "url": "/design/question/"},
)


def _developers_only() -> None:
    if not settings.DEBUG:
        raise Http404


def _context(**extra: object) -> dict[str, object]:
    return {"navigation": _SECTIONS, "public_navigation": _SECTIONS, "gallery_sections": _SECTIONS, **extra}


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """Components, and the parts that are only ours."""
    _developers_only()
    page = Paginator(range(230), 10).get_page(request.GET.get("page", 6))
    context = _context(
        components=COMPONENTS,
        page=page,
        breadcrumbs=[("Home", "/"), ("Design", "/design/"), ("Components", "")],
        hash="b1946ac92492d2347c6235b4d2611184f3a1f7f0c2a7c94a2ad1cbd3c5c1e6ad",
    )
    return render(request, "design/gallery/components.html", context)


@login_not_required
def forms_page(request: HttpRequest) -> HttpResponse:
    """Every control; ``?errors=1`` shows them all with mistakes."""
    _developers_only()
    if request.method == "POST":
        form = SampleForm(request.POST, request.FILES)
    elif "errors" in request.GET:
        form = SampleForm(SampleForm.wrong_answers())
    else:
        form = SampleForm(initial={"when": "2026-03-27", "kind": "visit", "place": "3"})
    return render(request, "design/gallery/forms.html", _context(form=form))


@login_not_required
def figures_page(request: HttpRequest) -> HttpResponse:
    """Charts and maps with long names, nothing, zero, hidden and unknown."""
    _developers_only()
    return render(request, "design/gallery/figures.html", _context(figures=figures()))


@login_not_required
def question(request: HttpRequest) -> HttpResponse:
    """One thing on a page, with a type-ahead; works without scripts too."""
    _developers_only()
    kind = QuestionForm if request.GET.get("ask") == "kind" else PlaceForm
    form = kind(request.POST or None)
    done = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    return render(request, "design/gallery/question.html", _context(form=form, done=done, back_url="/design/"))


@login_not_required
def problem(request: HttpRequest) -> HttpResponse:
    """How an error page looks."""
    _developers_only()
    return not_found(request)


@login_not_required
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for the gallery's type-ahead."""
    _developers_only()
    return suggestions(request, search)
