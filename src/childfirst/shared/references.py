"""Typed references: how a room points at a sibling's record without importing it.

A reference is text such as ``encounters.encounter:01J...``. The room that owns the kind registers a resolver, which answers
with a title and a link for a person who may see the record, and with nothing for anybody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_FORM = re.compile(r"([a-z_]+\.[a-z_]+):(\S+)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to one record: its kind (``room.thing``) and its key."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read the text form. Raises ValueError when it is not ``room.thing:key``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"Not a reference: {text!r}. A reference is written room.thing:key.")
        return cls(found[1], found[2])


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a person who may see the record is shown of it."""

    title: str
    url: str


Resolver = Callable[[str, Any], Resolved | None]

_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Say how references of this kind are resolved. Raises ValueError when another resolver has the kind already."""
    if _resolvers.get(kind, resolver) is not resolver:
        raise ValueError(f"References of kind {kind!r} already have a resolver.")
    _resolvers[kind] = resolver


def resolve(reference: Reference | str, user: Any) -> Resolved | None:
    """Title and link of the record, or None when it is gone, of an unknown kind, or not for this person to see."""
    if isinstance(reference, str):
        reference = Reference.parse(reference)
    resolver = _resolvers.get(reference.kind)
    return None if resolver is None else resolver(reference.key, user)
