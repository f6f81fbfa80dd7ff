"""The chain's arithmetic: what is hashed, and how a broken chain is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HASH_LENGTH = 64
EMPTY_HASH = "0" * HASH_LENGTH

SEALED = (
    "number", "id", "at", "actor", "actor_name", "name", "subject", "reason", "data", "door", "request_id", "address",
    "previous_hash",
)  # fmt: skip

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def seal(fields: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the sealed columns.

    Canonical: keys sorted, no spaces, UTF-8, moments in UTC with microseconds.
    """
    values = {name: fields[name] for name in SEALED}
    values["at"] = values["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_encode(values).encode()).hexdigest()


def check_data(value: Any) -> Any:
    """The data of an event in the one form that every database gives back unchanged.

    Tuples become lists, keys and enums plain text, whole floats integers (PostgreSQL stores 1e22 as an integer).
    Raises TypeError for anything that JSON cannot hold, and for text that PostgreSQL cannot (a null character).
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if "\x00" in value:
            raise TypeError("An event's data cannot hold a null character.")
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"An event's data cannot hold {value}.")
        return int(value) if value.is_integer() else float(value)
    if isinstance(value, Mapping):
        return {str(key): check_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [check_data(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((check_data(item) for item in value), key=str)
    raise TypeError(f"An event's data cannot hold a {type(value).__name__}: only text, numbers, lists and mappings.")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold, and why."""

    number: int
    reason: str


def breaks(events: Iterable[Mapping[str, Any]], head_number: int, head_hash: str) -> Iterator[Break]:
    """Walk the events in order of number and give each gap, altered row, cut link, and a cut end. Holds one event at a time."""
    expected, previous = 1, EMPTY_HASH
    for event in events:
        number = event["number"]
        if number != expected:
            yield Break(expected, f"Event {expected} is missing: the next one found is {number}.")
        elif event["previous_hash"] != previous:
            yield Break(number, f"Event {number} does not follow the event before it.")
        if seal(event) != event["hash"]:
            yield Break(number, f"Event {number} was altered after it was written.")
        expected, previous = number + 1, event["hash"]
    if head_number != expected - 1 or head_hash != previous:
        yield Break(expected, f"The end of the trail was cut: {head_number} events were written.")


def find_breaks(events: Iterable[Mapping[str, Any]], head_number: int, head_hash: str) -> list[Break]:
    """All of ``breaks`` in a list, for trails of a length that can be read at once."""
    return list(breaks(events, head_number, head_hash))
