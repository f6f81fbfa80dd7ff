"""What a reference to a notice shows to a person who may open it: its number, never a word of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.encounters.notices import permissions
from childfirst.shared.references import Resolved, register


def notice(key: str, user: Any) -> Resolved | None:
    """Number of the notice, for its two sides."""
    found = permissions.visible_to(user).filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("notices:notice", args=[found.pk]))


def register_all() -> None:
    """Called when the chamber starts."""
    register("encounters.notice", notice)
