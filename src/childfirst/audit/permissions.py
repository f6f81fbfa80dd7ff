"""Who may read the trail. The room stands below ``people``, so it asks the account for the permission by its name."""

from __future__ import annotations

from typing import Any

from childfirst.audit.actors import System
from childfirst.shared.errors import Forbidden

READ = "audit.read"


def can_read_trail(user: Any) -> bool:
    """Whether the person may read the whole trail; a command on the server may."""
    may = getattr(user, "may", None)
    return isinstance(user, System) or bool(may is not None and may(READ))


def check_can_read_trail(user: Any) -> None:
    """Raise Forbidden unless the person may read the trail."""
    if not can_read_trail(user):
        raise Forbidden(
            "Only auditors can read the audit trail. What was done to your own account is on “Your access”."
        )
