"""The pages. A view parses the address, asks one question of the store, and renders."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from childfirst.public import notes, queries
from childfirst.public.disclosure import Hiding
from childfirst.public.figures import figures_of
from childfirst.public.filters import Selection, UnknownChoiceError
from childfirst.public.rows import caption, table_params
from childfirst.public.wording import file_size
from childfirst.published.queries import ReleaseEntry

ROWS_ON_A_PAGE = 60
RELEASES_ON_A_PAGE = 40
NEWEST = 3
VERIFY = "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig"

TITLES = {
    "young-people": "For young people and parents",
    "schools": "For schools",
    "researchers": "For researchers and journalists",
    "reading": "How to read the figures",
    "check": "How to check our files",
    "data": "Open data",
    "standards": "How we publish",
    "revisions": "Revisions and corrections",
    "accessibility": "Accessibility statement",
    "privacy": "Privacy notice",
}


def home(request: HttpRequest) -> HttpResponse:
    """What this is, the newest figures, what is new, and where to go from here."""
    found = sorted(queries.measures(), key=lambda one: one.is_withdrawn)
    context = {"measures": found, "releases": queries.releases(NEWEST), "next": queries.next_planned()}
    return render(request, "public/home.html", context)


def measures(request: HttpRequest) -> HttpResponse:
    """Everything that is measured, by title."""
    return render(
        request, "public/measures.html", {"measures": queries.measures(), "breadcrumbs": way("What we measure")}
    )


def measure(request: HttpRequest, slug: str) -> HttpResponse:
    """One measure: its figure in words, charts, the table chosen by the address, and how it was made."""
    found = queries.measure(slug)
    if found is None:
        raise Http404
    context: dict[str, Any] = {
        "measure": found,
        "document": found.document,
        "breadcrumbs": way(found.document.title, ("What we measure", "measures")),
    }
    if found.table is None:
        return render(request, "public/measure_withdrawn.html", context)
    try:
        selection = Selection.of(found.table, found.document.charts, request.GET.dict())
    except UnknownChoiceError as error:
        raise Http404(str(error)) from error
    lines = Paginator(selection.lines(), ROWS_ON_A_PAGE)
    page = lines.page(page_number(request, lines.num_pages))
    context |= {
        "headline": found.headline_at(selection.codes),
        "about": found.about_at(selection.codes),
        "selection": selection,
        "figures": figures_of(found, selection),
        "page": page,
        "caption": caption(found, selection),
        "table": table_params(found, selection, list(page.object_list)),
        "csv_url": reverse("public:measure-csv", args=[slug]),
        "part_query": "&".join(query_of(selection)) if not selection.is_default else "",
    }
    return render(request, "public/measure.html", context)


def releases(request: HttpRequest) -> HttpResponse:
    """Every release by year, corrections and withdrawals among them."""
    found = Paginator(queries.releases(), RELEASES_ON_A_PAGE)
    page = found.page(page_number(request, found.num_pages))
    years = [(year, list(group)) for year, group in groupby(page.object_list, key=lambda entry: entry.released_on.year)]
    context = {"page": page, "years": years, "next": queries.next_planned(), "breadcrumbs": way("Releases")}
    return render(request, "public/releases.html", context)


def calendar(request: HttpRequest) -> HttpResponse:
    """What will be published when, what came, and what was moved, with its reason."""
    context = {
        "to_come": queries.planned(),
        "came": [entry for entry in queries.calendar() if entry.state != "announced"][::-1],
        "breadcrumbs": way("Publication calendar"),
    }
    return render(request, "public/calendar.html", context)


def release(request: HttpRequest, key: str) -> HttpResponse:
    """One release: notes, tables, what is hidden, files, and how to check them."""
    found = queries.release(key)
    if found is None:
        raise Http404
    entry = found.entry
    context: dict[str, Any] = {
        "release": found,
        "entry": entry,
        "corrects": _entry(entry.corrects),
        "corrected_by": _entry(entry.corrected_by),
        "breadcrumbs": way(entry.title, ("Releases", "releases")),
    }
    if entry.is_withdrawn:
        return render(request, "public/release_withdrawn.html", context)
    titles = {one.document.slug: one.document.title for one in queries.measures()}
    context |= {
        "notes": notes.render(notes.without(found.notes, entry.title, "What is in it"), top=3),
        "access": queries.access(key),
        "others": [one for one in queries.releases(include_withdrawn=False) if one.key != key],
        "hiding": Hiding.of(found.disclosure),
        "fingerprint": queries.fingerprint(found.public_key),
        "tables": [(one, titles.get(one.measure, "")) for one in found.tables],
        "files": [(one, file_size(one.size)) for one in found.files],
    }
    return render(request, "public/release.html", context)


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page that stands still."""
    context: dict[str, Any] = {"page_title": TITLES[name], "breadcrumbs": way(TITLES[name])}
    if name == "check":
        newest = queries.releases(1, include_withdrawn=False)
        context["verify_command"] = VERIFY
        found = queries.release(newest[0].key) if newest else None
        context |= {"release": found, "fingerprint": queries.fingerprint(found.public_key) if found else ""}
    if name == "standards":
        context["next"] = queries.next_planned()
    if name in ("data", "researchers"):
        context["measures"] = queries.measures()
    return render(request, f"public/{name.replace('-', '_')}.html", context)


def no_such_data(request: HttpRequest) -> JsonResponse:
    """404 in the API's own form."""
    return JsonResponse({"detail": "There is nothing at this address."}, status=404)


def way(title: str, *above: tuple[str, str], release: ReleaseEntry | None = None) -> list[tuple[str, str]]:
    """The way to a page: home, what stands above it, the release that it belongs to, and its title."""
    found = [("Home", reverse("public:home")), *((text, reverse(f"public:{name}")) for text, name in above)]
    if release is not None:
        found.append((release.title, reverse("public:release", args=[release.key])))
    return [*found, (title, "")]


def _entry(key: str) -> ReleaseEntry | None:
    found = queries.release(key) if key else None
    return found.entry if found else None


def page_number(request: HttpRequest, last: int) -> int:
    """The page of a list that the address asks for. Raises Http404 for one that it does not have."""
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 9 or not 1 <= int(asked) <= last:
        raise Http404("There is no such page of the list.")
    return int(asked)


def query_of(selection: Selection) -> list[str]:
    """A reader's choice as parameters of an address."""
    return [f"{quote(choice.column.name)}={quote(choice.chosen)}" for choice in selection.choices]


def without_slash(request: HttpRequest, address: str) -> HttpResponse:
    """Addresses here have no slash at their end; one typed with it leads to the page, where there is such a page."""
    target = "/" + address.strip("/")
    try:
        resolve(target)
    except Resolver404:
        raise Http404 from None
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
