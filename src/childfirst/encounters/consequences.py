"""What follows from a record: the room's chambers say what they do when one is made or changed.

The core of the room imports none of its chambers. A chamber registers in its ``apps.ready()``::

    from childfirst.encounters import consequences

    consequences.register("recorded", raise_notice)

Every consequence runs inside the action that caused it, in the order of registration: if one fails, nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from childfirst.audit.actors import Actor

if TYPE_CHECKING:
    from childfirst.encounters.models import Encounter

Moment = Literal["recorded", "corrected"]
Consequence = Callable[..., None]
"""Called as ``consequence(by=..., encounter=...)``. What belongs to an encounter goes with it: its foreign keys see to that."""

_consequences: dict[Moment, list[Consequence]] = {"recorded": [], "corrected": []}


def register(moment: Moment, consequence: Consequence) -> None:
    """Have ``consequence`` called at each such moment; a second registration of the same function changes nothing."""
    if consequence not in _consequences[moment]:
        _consequences[moment].append(consequence)


def follow(moment: Moment, *, by: Actor, encounter: Encounter) -> None:
    """Call everyone who registered for this moment."""
    for consequence in _consequences[moment]:
        consequence(by=by, encounter=encounter)
