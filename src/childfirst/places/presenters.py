"""How the room's events read after the actor's name."""

from __future__ import annotations

from childfirst.audit.models import Event
from childfirst.audit.presenters import Presenter
from childfirst.places.vocabulary import PLURALS, AreaKind
from childfirst.shared.text import count_of


def _imported(what: str) -> Presenter:
    def say(event: Event) -> str:
        aside = f", {event.data['set_aside']:,} set aside" if event.data.get("set_aside") else ""
        return f"imported {what}: {count_of(event.data.get('read', 0), 'row')} read, {event.data.get('landed', 0):,} landed{aside}"

    return say


def _published(event: Event) -> str:
    return f"published the outlines of {PLURALS[AreaKind(event.data['kind'])].lower()}"


PRESENTERS: dict[str, Presenter] = {
    "places.area.import": _imported("areas"),
    "places.area.unite": _imported("areas united from smaller ones"),
    "places.school.import": _imported("a register of schools"),
    "places.school_link.import": _imported("links between schools"),
    "places.term_dates.import": _imported("term dates"),
    "places.term_dates.save": lambda event: f"saved term dates of authority {event.data['la_code']}",
    "places.term_dates.remove": lambda event: f"removed term dates of authority {event.data['la_code']}",
    "places.alias.add": "added a name that people use for a school",
    "places.alias.remove": "removed a name that people use for a school",
    "places.boundaries.publish": _published,
}
