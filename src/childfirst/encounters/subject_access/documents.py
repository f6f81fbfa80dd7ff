"""The answer to a request as one document: what is held, when it goes, and everyone who looked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from childfirst.audit.models import Event
from childfirst.audit.presenters import phrase
from childfirst.encounters.subject_access import holdings
from childfirst.encounters.subject_access.holdings import Holding
from childfirst.shared import clock


@dataclass(frozen=True, slots=True)
class Document:
    """What a person is given. ``holdings`` are the records, ``events`` what was done with them."""

    holdings: tuple[Holding, ...]
    events: tuple[Event, ...]

    @property
    def records(self) -> int:
        """How many rows are held in all."""
        return sum(1 for holding in self.holdings for _ in holding.walk())

    @property
    def acts(self) -> list[dict[str, str]]:
        """What was done with the records: when, by whom (role and organisation), what, why."""
        return [
            {
                "at": clock.format_moment(event.at),
                "who": event.actor_name[:1].upper() + event.actor_name[1:],
                "what": phrase(event),
                "why": event.reason,
                "record": event.subject.rpartition(":")[2][-8:],
            }
            for event in self.events
        ]

    def as_json(self) -> bytes:
        """The document for a machine."""
        return _bytes({"records": [_told(holding) for holding in self.holdings], "acts": self.acts})

    @property
    def digest(self) -> str:
        """The SHA-256 of the records as JSON. Who looked is not in it: to make the document is to look."""
        return hashlib.sha256(_bytes([_told(holding) for holding in self.holdings])).hexdigest()


def _bytes(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def _told(holding: Holding) -> dict[str, Any]:
    return {
        "kind": holding.kind,
        "reference": holding.reference,
        "made_on": holding.made_on.isoformat() if holding.made_on else None,
        "erased_on": holding.erased_on.isoformat() if holding.erased_on else None,
        "legal_hold": holding.held,
        "held": {item.label: item.value for item in holding.items},
        "nothing_recorded": list(holding.empty),
        "parts": [_told(part) for part in holding.parts],
    }


def compile_document(pseudonym: str) -> Document:
    """Read everything held about one young person, and everyone who looked. Reading it is for the caller to note."""
    found = holdings.everything(pseudonym)
    return Document(tuple(found), tuple(holdings.looks(found)))
