"""Where people can go in this room, for the header and the home page."""

from __future__ import annotations

from childfirst.people.navigation import Entry, register
from childfirst.release.permissions import READERS
from childfirst.release.queries import waiting


def register_all() -> None:
    """Called when the room starts."""
    register(
        Entry(
            label="Releases",
            url_name="release:index",
            permission=READERS,
            description="What is prepared for the public, waits for your decision, or is published.",
            order=60,
            section="Data",
            waiting=waiting,
        )
    )
