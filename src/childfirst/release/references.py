"""What a reference to a release shows to a person who may see it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.release import permissions
from childfirst.shared.references import Resolved, register


def resolve_release(key: str, user: Any) -> Resolved | None:
    """Title and page of the release, for those who may see releases in preparation."""
    found = permissions.visible_to(user).filter(pk=key).values_list("title", "key").first()
    return None if found is None else Resolved(found[0], reverse("release:detail", args=[found[1]]))


def register_all() -> None:
    """Called when the room starts."""
    register("release.release", resolve_release)
