"""What a file says to a spreadsheet: text, never a formula (CWE-1236)."""

from __future__ import annotations

import unicodedata
from typing import Any

BEGIN_FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with, and what makes a program look further; also in full width."""


def harmless(value: Any) -> Any:
    """Text as a spreadsheet shows it and does not run it: with an apostrophe before what could begin a formula.

    Spaces and characters without width do not hide one: programs drop them before they look. What is no text stays as it is.
    """
    if not isinstance(value, str):
        return value
    begins = next((letter for letter in value if not _is_blank(letter)), "")
    return f"'{value}" if begins in BEGIN_FORMULAS else value


def _is_blank(letter: str) -> bool:
    return letter not in BEGIN_FORMULAS and (letter.isspace() or unicodedata.category(letter) == "Cf")
