"""Type-ahead: schools that the text typed so far may become."""

from __future__ import annotations

from dataclasses import dataclass

from childfirst.engines.linkage.index import Index


@dataclass(frozen=True, slots=True)
class Suggestion:
    urn: str


def suggest(
    text: str, index: Index, limit: int = 10, lat: float | None = None, lon: float | None = None
) -> list[Suggestion]:
    return []
