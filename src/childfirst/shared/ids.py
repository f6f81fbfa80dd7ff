"""Identifiers that sort by time of making and carry no other meaning."""

from __future__ import annotations

from ulid import ULID

ULID_LENGTH = 26


def new_ulid() -> str:
    """A new ULID in its 26-character text form."""
    return str(ULID())


def is_ulid(text: str) -> bool:
    """Whether the text is a ULID in canonical form."""
    try:
        return str(ULID.from_str(text)) == text
    except ValueError:
        return False
