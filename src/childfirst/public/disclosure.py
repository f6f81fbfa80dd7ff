"""What a release hides, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from childfirst.shared.text import count_of


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rule of a release and what it did, as sentences."""

    sentences: tuple[str, ...]

    @classmethod
    def of(cls, disclosure: Mapping[str, Any]) -> Hiding:
        """From a bundle's disclosure.json; what it does not say is not said here."""
        rule = disclosure.get("rule") or {}
        sentences = []
        if (threshold := rule.get("threshold")) is not None:
            sentences.append(
                f"A number from 1 to {int(threshold) - 1} could point to one person. We hide every such number."
            )
            sentences.append(
                "Sometimes we hide a second number too. Otherwise you could work out the first one by taking away."
            )
        return cls(tuple(sentences) or ("This release does not say which numbers are hidden.",))


def _counted(number: int) -> str:
    return count_of(number, "number")
