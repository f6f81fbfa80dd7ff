"""The answer that the search box's script reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, JsonResponse

from childfirst.design.widgets import Suggestion

Search = Callable[[str], Sequence[Suggestion]]


def suggestions(request: HttpRequest, search: Search, *, minimum: int = 2, limit: int = 10) -> JsonResponse:
    """``{"results": [{"value", "text", "hint"}], "more": bool}`` for the ``q`` of the request.

    A room's view is one line: ``return suggestions(request, search_schools)``. Too short a text finds nothing.
    """
    text = " ".join(request.GET.get("q", "").split())[:100]
    found = list(search(text)) if len(text) >= minimum else []
    results = [{"value": item.value, "text": item.text, "hint": item.hint} for item in found[:limit]]
    response = JsonResponse({"results": results, "more": len(found) > limit})
    response["Cache-Control"] = "private, max-age=60"
    return response
