"""Who may act: a person with an account, or a named part of the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from childfirst.shared.references import Reference


@runtime_checkable
class Actor(Protocol):
    """Anyone who can stand behind an act."""

    @property
    def reference(self) -> Reference: ...

    @property
    def audit_name(self) -> str:
        """How the trail names the actor: a person's role and organisation, not more than needed."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """A part of the system that acts without a person at the screen, such as an import at the command line."""

    name: str

    @property
    def reference(self) -> Reference:
        return Reference("audit.system", self.name.replace(" ", "-"))

    @property
    def audit_name(self) -> str:
        return self.name
