"""Links that the layouts show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go."""

    label: str
    url: str


PUBLIC_NAVIGATION = (
    ("What we measure", "public:measures"),
    ("How to read the figures", "public:reading"),
    ("Releases", "public:releases"),
    ("Open data", "public:data"),
)
PUBLIC_FOOTER = (
    ("Young people and parents", "public:young-people"),
    ("Schools", "public:schools"),
    ("Researchers", "public:researchers"),
    ("Calendar", "public:calendar"),
    ("How we publish", "public:standards"),
    ("Revisions", "public:revisions"),
    ("Accessibility", "public:accessibility"),
    ("Privacy", "public:privacy"),
    ("Open data", "public:data"),
    ("Feed of releases", "public:feed"),
)


def existing(candidates: Iterable[tuple[str, str]]) -> list[Link]:
    """Those of the named pages that this site has: a link is never shown before its page exists."""
    links = []
    for label, name in candidates:
        try:
            links.append(Link(label, reverse(name)))
        except NoReverseMatch:
            continue
    return links


def service_navigation_params(items: Iterable[Any], current_path: str) -> dict[str, Any]:
    """Parameters of the service navigation from links (``label`` and ``url``, as attributes or keys).

    The entry of the page itself is current; the entry whose section the page is in is active.
    """
    links = [_link(item) for item in items or ()]
    best = max(
        (link.url for link in links if _holds(link.url, current_path)),
        key=len,
        default="",
    )
    return {
        "navigation": [
            {"text": link.label, "href": link.url, "current": link.url == current_path, "active": link.url == best}
            for link in links
        ],
        "menu_button_text": "Menu",
        "navigation_label": "Main",
    }


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def _link(item: Any) -> Link:
    if isinstance(item, Mapping):
        return Link(str(item.get("label") or item.get("text")), str(item.get("url") or item.get("href")))
    return Link(str(item.label), str(item.url))
