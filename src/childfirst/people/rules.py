"""Invitations' links and states: pure functions."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import secrets

INVITATION_LIFETIME = dt.timedelta(days=7)
TOKEN_BYTES = 32


def new_token() -> str:
    """A new secret for a link: 256 random bits as URL-safe text of 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """What is kept of a link's secret. It has 256 bits of its own, so that a plain SHA-256 cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


KEY_PREFIX = "cfk_"
KEY_OVERLAP = dt.timedelta(hours=24)
"""How long a system's old key still works after it was given a new one."""
KEY_LIFETIMES = {90: "90 days", 365: "1 year"}
"""Days for which a key may be made, in words."""


def new_key() -> str:
    """A new key of an API client: the prefix, by which scanners for leaked secrets know it, and 256 random bits."""
    return KEY_PREFIX + new_token()


class InvitationState(enum.StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def invitation_state(
    expires_at: dt.datetime, accepted_at: dt.datetime | None, withdrawn_at: dt.datetime | None, now: dt.datetime
) -> InvitationState:
    """The state at a moment: what was done to it counts before the time that ran out."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.EXPIRED if now >= expires_at else InvitationState.OPEN
