"""How a form's field is shown: everything that is not its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Size = Literal["s", "m", "l", "xl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The look of one field. A form lists them by field name in its class attribute ``present``.

    The label and the hint are the field's own ``label`` and ``help_text``.
    """

    name: str = ""
    """What the thing is called in error messages: ``date of birth`` gives “Enter date of birth”. Default: the label."""
    heading: bool = False
    """The label (or legend) is the page's heading: for pages that ask one thing."""
    size: Size | None = None
    """Size of the label; by default ``l`` for a heading and ``s`` otherwise."""
    hidden_label: bool = False
    """The label is there for screen readers only."""
    width: int | str | None = None
    """2, 3, 4, 5, 10, 20 or 30 characters, or a share such as ``two-thirds``."""
    autocomplete: str = ""
    inputmode: str = ""
    prefix: str = ""
    suffix: str = ""
    spellcheck: bool | None = None
    rows: int = 5
    count: bool = False
    """Show how many characters of ``max_length`` are left (text areas)."""
    inline: bool = False
    """Choices beside each other: only for two short ones."""
    small: bool = False
    """Smaller radios or checkboxes, for filters."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """A hint under single choices, by the choice's value."""
    reveals: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """Fields shown under a choice, by its value. They count only when that choice is made; see GovukForm."""
    dividers: Mapping[str, str] = field(default_factory=dict)
    """A word before a choice, usually “or”, by the choice's value."""
    exclusive: str = ""
    """Value of the checkbox that excludes all others (“None of these”)."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """More HTML attributes for the control."""

    def revealed_by(self, value: str) -> tuple[str, ...]:
        """Names of the fields under one choice."""
        names = self.reveals.get(value, ())
        return (names,) if isinstance(names, str) else tuple(names)

    @property
    def all_revealed(self) -> tuple[str, ...]:
        """Names of all fields under any choice, in order."""
        return tuple(name for value in self.reveals for name in self.revealed_by(value))
