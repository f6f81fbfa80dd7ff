"""What a release hides, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from childfirst.shared.text import count_of

UNSAID = "This release does not say which numbers are hidden."


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rule of a release, what it did, and what the attack on the tables found, as sentences.

    ``alarm`` is there when the attack succeeded. Such a release is never published by this software; should one come from
    elsewhere, its readers are told.
    """

    sentences: tuple[str, ...]
    alarm: str = ""

    @classmethod
    def of(cls, disclosure: Mapping[str, Any]) -> Hiding:
        """From a bundle's disclosure.json; what it does not say is not said here."""
        parts = [part for part in disclosure.get("parts") or () if isinstance(part, Mapping)]
        sentences = (
            *_rule(disclosure.get("rule") or {}),
            *_tally((disclosure.get("tables") or {}).values()),
            *_attack(parts),
            *(f"One table was left out to protect people ({reason})" for reason in _left_out(disclosure)),
            *(str(sentence) for sentence in (disclosure.get("ledger") or {}).get("left_out") or ()),
        )
        return cls(sentences or (UNSAID,), _alarm(parts))


def _rule(rule: Mapping[str, Any]) -> Iterator[str]:
    threshold = rule.get("threshold")
    if isinstance(threshold, int):
        yield f"A number from 1 to {threshold - 1} could point to one person. We hide every such number."
        yield "Sometimes we hide a second number too. Otherwise you could work out the first one by taking away."


def _tally(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    found = list(tables)
    cells, hidden, zero = (sum(int(table.get(name) or 0) for table in found) for name in ("cells", "hidden", "zero"))
    if cells:
        yield (
            f"This release has {count_of(cells, 'number')} in it. {_is_are(hidden)} hidden. "
            f"{_is_are(zero)} 0, which means that there were none."
        )


def _is_are(number: int) -> str:
    return f"{number:,} is" if number == 1 else f"{number:,} are" if number else "None of them are"


def _attack(parts: list[Mapping[str, Any]]) -> Iterator[str]:
    if parts and all((part.get("audit") or {}).get("safe") is True for part in parts):
        yield (
            "Before it came out, a separate program attacked the tables with everything that a reader can see. "
            "It could not work out any of the hidden numbers."
        )


def _alarm(parts: list[Mapping[str, Any]]) -> str:
    if any((part.get("audit") or {}).get("safe") is False for part in parts):
        return "A program that attacked these tables could work out some of the hidden numbers. Please tell us at once."
    return ""


def _left_out(disclosure: Mapping[str, Any]) -> Iterator[str]:
    for name, reason in (disclosure.get("left_out") or {}).items():
        yield f"{name}: {reason}"
