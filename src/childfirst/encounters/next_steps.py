"""What a person can do next about a record: the room's chambers say it on the page "recorded" and on the page of the encounter.

The core imports none of its chambers. A chamber registers in its ``apps.ready()``::

    from childfirst.encounters import next_steps

    next_steps.register(write_the_notice)

where ``write_the_notice(user, encounter)`` gives a NextStep, or None where there is nothing for this person to do here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childfirst.encounters.models import Encounter


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: ``text`` is the words of the link (a verb first), ``url`` where it leads, ``hint`` why or by when.

    ``order`` says which comes first (smaller is sooner); ``urgent`` steps stand before all others and are a button.
    ``hint`` stands on the page "recorded", which shows nothing about the person: keep it so.
    """

    text: str
    url: str
    hint: str = ""
    order: int = 50
    urgent: bool = False


Offer = Callable[[Any, "Encounter"], NextStep | None]

_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Have ``offer(user, encounter)`` asked for each page; a second registration of the same function changes nothing."""
    if offer not in _offers:
        _offers.append(offer)


def steps_for(user: Any, encounter: Encounter) -> list[NextStep]:
    """What this person can do next about this encounter, urgent steps first, then by order and words."""
    found = [step for offer in _offers if (step := offer(user, encounter)) is not None]
    return sorted(found, key=lambda step: (not step.urgent, step.order, step.text))
