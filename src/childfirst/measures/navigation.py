"""Where people can go in this room, for the header and the home page."""

from __future__ import annotations

from childfirst.people.navigation import Entry, register
from childfirst.people.vocabulary import Permission


def register_all() -> None:
    """Called when the room starts."""
    register(
        Entry(
            label="Measures",
            url_name="measures:index",
            permission=Permission.MEASURES_READ,
            description="What is measured and how, with figures that are not for publication.",
            order=50,
            section="Data",
        )
    )
