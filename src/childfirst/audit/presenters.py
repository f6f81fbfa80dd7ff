"""From an event to a sentence. Each room says in its ``presenters.py`` how its events read after the actor's name::

    PRESENTERS = {
        "encounters.encounter.record": "recorded an encounter",
        "encounters.archive.import": lambda event: f"imported {event.data['landed']:,} encounters",
    }

This room stands low in the house and imports none of the others: it asks every installed application of ours.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps

from childfirst.audit.models import Event
from childfirst.shared.references import Reference, Resolved, resolve

Presenter = str | Callable[[Event], str]

PRESENTERS: Mapping[str, Presenter] = {
    "audit.retention.dispose": "erased what was over",
    "audit.hold.place": "placed a legal hold",
    "audit.hold.lift": "lifted a legal hold",
}


@cache
def presenters() -> Mapping[str, Presenter]:
    """Every room's presenters by event name. Raises ValueError when two rooms present the same event."""
    found: dict[str, Presenter] = {}
    for config in apps.get_app_configs():
        module = f"{config.name}.presenters"
        if not config.name.startswith("childfirst.") or not importlib.util.find_spec(module):
            continue
        for name, presenter in importlib.import_module(module).PRESENTERS.items():
            if name in found:
                raise ValueError(f"Two rooms present the event {name}.")
            found[name] = presenter
    return found


def phrase(event: Event) -> str:
    """What happened, as it reads after the actor's name. An event that nobody presents is named by its code."""
    presenter = presenters().get(event.name)
    if presenter is None:
        return f"did “{event.name}”"
    return presenter(event) if callable(presenter) else presenter


@dataclass(frozen=True, slots=True)
class Presented:
    """An event as a person reads it. ``subject`` and ``actor`` are None where the reader may not see them or they are gone."""

    number: int
    at: dt.datetime
    who: str
    phrase: str
    reason: str
    actor: Resolved | None
    subject: Resolved | None

    @property
    def sentence(self) -> str:
        """Who did what: ``Ward officer, North Team recorded an encounter.``"""
        return f"{self.who} {self.phrase}."


def present(event: Event, reader: Any, *, first_person: bool = False) -> Presented:
    """An event for one reader, with links only to what this reader may see.

    ``first_person`` is for a page about the reader: there, what they did themselves reads “You ...”.
    """
    own = first_person and event.actor == str(reader.reference)
    actor = None if own else _resolved(event.actor, reader)
    return Presented(
        number=event.number,
        at=event.at,
        who="You" if own else event.actor_name[:1].upper() + event.actor_name[1:],
        phrase=phrase(event),
        reason=event.reason,
        actor=actor,
        subject=None if event.subject == event.actor else _resolved(event.subject, reader),
    )


def _resolved(reference: str, reader: Any) -> Resolved | None:
    try:
        return resolve(Reference.parse(reference), reader)
    except ValueError:
        return None
