"""What the room's pages share: finding a release or saying that there is none, the way back, the period in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from childfirst.release import permissions, queries
from childfirst.release.models import Release
from childfirst.shared import clock
from childfirst.shared.text import join_and


def release_or_404(request: HttpRequest, key: str) -> Release:
    """The release of the key. Raises Forbidden for who may see none, Http404 where there is none."""
    permissions.check_can_read(request.user)
    release = queries.release(request.user, key)
    if release is None:
        raise Http404
    return release


def built_or_404(request: HttpRequest, key: str) -> Release:
    """A release that has a bundle to look at."""
    release = release_or_404(request, key)
    if not release.digest:
        raise Http404
    return release


def crumbs(release: Release | None, title: str) -> list[tuple[str, str]]:
    """The way back from a page."""
    way = [("Releases", reverse("release:index"))]
    if release is not None:
        way.append((release.title, reverse("release:detail", args=[release.key])))
    return [*way, (title, "")]


def titles(names: Sequence[str], tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables as people know them; one that was left out has only its name."""
    return join_and([tables[name]["title"] if name in tables else name for name in names])


def period(release: Release) -> str:
    """The months of a built release, as people say it."""
    months = release.summary.get("months", [])
    return " to ".join(clock.format_month(month) for month in dict.fromkeys([*months[:1], *months[-1:]]))
