"""Pages of a long list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict


def pagination_params(page: Page[Any], query: QueryDict | None = None, label: str = "Pages") -> dict[str, Any] | None:
    """Parameters of the pagination component, or None when everything is on one page."""
    total = page.paginator.num_pages
    if total <= 1:
        return None

    def href(number: int) -> str:
        rest = query.copy() if query is not None else QueryDict(mutable=True)
        rest["page"] = str(number)
        return f"?{rest.urlencode()}"

    shown = sorted({1, total} | {n for n in range(page.number - 1, page.number + 2) if 1 <= n <= total})
    items: list[dict[str, Any]] = []
    before = 0
    for number in shown:
        if number == before + 2:
            items.append({"number": number - 1, "href": href(number - 1)})
        elif number > before + 2:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": href(number), "current": number == page.number})
        before = number
    params: dict[str, Any] = {"landmark_label": label, "items": items}
    if page.has_previous():
        params["previous"] = {"href": href(page.previous_page_number())}
    if page.has_next():
        params["next"] = {"href": href(page.next_page_number())}
    return params
