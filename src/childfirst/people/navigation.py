"""Where a person can go: each room registers its entries, and the header and the home page are made of them.

A room says in its ``apps.ready()``::

    from childfirst.people.navigation import Entry, register
    from childfirst.people.vocabulary import Permission

    register(
        Entry(
            label="Encounters",
            url_name="encounters:index",
            permission=Permission.ENCOUNTERS_READ_OWN,
            description="Record an encounter with a child, and find those you recorded.",
            order=20,
        )
    )
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from childfirst.people.permissions import held_by
from childfirst.people.vocabulary import Permission

Waiting = Callable[[Any], int]
"""For an account: how many things wait for this person there. Zero is not shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go.

    ``permission`` is one permission or several of which any is enough; None is for everyone who has signed in.
    ``order`` sorts, low first (10 people's daily work ... 90 administration). ``section`` groups the tasks of the home page.
    ``in_header`` and ``on_home`` say where it is shown. ``waiting`` adds a count to the task on the home page.
    """

    label: str
    url_name: str
    permission: Permission | tuple[Permission, ...] | None
    description: str = ""
    order: int = 50
    section: str = "Your work"
    in_header: bool = True
    on_home: bool = True
    waiting: Waiting | None = None

    @property
    def url(self) -> str:
        """Its address. Raises NoReverseMatch for a URL name that no room has."""
        return reverse(self.url_name)

    def is_open_to(self, held: frozenset[Permission]) -> bool:
        """Whether someone with these permissions may go there."""
        if self.permission is None:
            return True
        wanted = self.permission if isinstance(self.permission, tuple) else (self.permission,)
        return not held.isdisjoint(wanted)


_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add entries; a URL name stands in the list once. Raises ValueError when another entry has it already."""
    for entry in entries:
        if _entries.get(entry.url_name, entry) != entry:
            raise ValueError(f"There are two entries for {entry.url_name}.")
        _entries[entry.url_name] = entry


def entries() -> tuple[Entry, ...]:
    """Every entry that a room has registered, in order."""
    return tuple(sorted(_entries.values(), key=lambda entry: (entry.order, entry.label)))


def entries_for(user: Any) -> tuple[Entry, ...]:
    """The entries that a person may open, in order."""
    held = held_by(user)
    return tuple(entry for entry in entries() if entry.is_open_to(held))
