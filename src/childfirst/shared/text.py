"""Small matters of wording."""

from __future__ import annotations

from collections.abc import Sequence


def join_and(words: Sequence[str], conjunction: str = "and") -> str:
    """A list as a person says it: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 row``, ``2,300 rows``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
