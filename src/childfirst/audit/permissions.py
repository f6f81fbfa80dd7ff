"""Who may read the trail. The room stands below ``people``, so it asks the account for the permission by its name."""

from __future__ import annotations

from typing import Any

from childfirst.audit.actors import System
from childfirst.shared.errors import Forbidden

READ = "audit.read"
READ_DISPOSALS = "retention.read"
HOLD = "retention.hold"


def _may(user: Any, permission: str) -> bool:
    may = getattr(user, "may", None)
    return isinstance(user, System) or bool(may is not None and may(permission))


def can_read_trail(user: Any) -> bool:
    """Whether the person may read the whole trail; a command on the server may."""
    return _may(user, READ)


def check_can_read_trail(user: Any) -> None:
    """Raise Forbidden unless the person may read the trail."""
    if not can_read_trail(user):
        raise Forbidden(
            "Only auditors can read the audit trail. What was done to your own account is on “Your access”."
        )


def check_can_read_disposals(user: Any) -> None:
    """Raise Forbidden unless the person may read what was erased, what is held, and what the platform does by itself."""
    if not _may(user, READ_DISPOSALS):
        raise Forbidden("Only auditors and administrators can read disposal certificates and legal holds.")


def can_hold(user: Any) -> bool:
    """Whether the person may place and lift legal holds."""
    return _may(user, HOLD)


def check_can_hold(user: Any) -> None:
    """Raise Forbidden unless the person may place and lift legal holds."""
    if not can_hold(user):
        raise Forbidden("Only auditors can place or lift a legal hold.")


def check_is_system(user: Any) -> None:
    """Raise Forbidden for a person: what is erased by the rules is erased by the platform alone."""
    if not isinstance(user, System):
        raise Forbidden("Nobody erases by hand: records go when their time is over.")
