"""Who may read measures before disclosure control. Default deny."""

from __future__ import annotations

from typing import Any

from childfirst.people.permissions import check_holds, holds
from childfirst.people.vocabulary import Permission


def check_can_read(user: Any) -> None:
    """Raise Forbidden unless the person may read unprotected figures."""
    check_holds(user, Permission.MEASURES_READ)


def can_read(user: Any) -> bool:
    return holds(user, Permission.MEASURES_READ)
