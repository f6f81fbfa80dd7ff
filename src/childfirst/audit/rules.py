"""The chain's arithmetic: what is hashed, and how a broken chain is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HASH_LENGTH = 64
EMPTY_HASH = "0" * HASH_LENGTH

SEALED = (
    "number", "id", "at", "actor", "actor_name", "name", "subject", "reason", "data", "door", "request_id", "address",
    "previous_hash",
)  # fmt: skip


def seal(fields: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the sealed columns.

    Canonical: keys sorted, no spaces, UTF-8, moments in UTC with microseconds.
    """
    values = {name: fields[name] for name in SEALED}
    values["at"] = values["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold, and why."""

    number: int
    reason: str


def find_breaks(events: Iterable[Mapping[str, Any]], head_number: int, head_hash: str) -> list[Break]:
    """Walk the events in order of number; report gaps, altered rows, cut links, and a cut end."""
    breaks: list[Break] = []
    expected, previous = 1, EMPTY_HASH
    for event in events:
        number = event["number"]
        if number != expected:
            breaks.append(Break(expected, f"Event {expected} is missing: the next one found is {number}."))
        elif event["previous_hash"] != previous:
            breaks.append(Break(number, f"Event {number} does not follow the event before it."))
        if seal(event) != event["hash"]:
            breaks.append(Break(number, f"Event {number} was altered after it was written."))
        expected, previous = number + 1, event["hash"]
    if head_number != expected - 1 or head_hash != previous:
        breaks.append(Break(expected, f"The end of the trail was cut: {head_number} events were written."))
    return breaks
