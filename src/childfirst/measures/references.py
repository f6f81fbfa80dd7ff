"""References to measures, for the trail. A measure is a file, not a row: its key is its id."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.measures import permissions, queries
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference, Resolved, register

KIND = "measures.measure"


def measure_reference(measure: str) -> Reference:
    """The reference to the measure of that id."""
    return Reference(KIND, measure)


def resolve_measure(key: str, user: Any) -> Resolved | None:
    """Title and page of the measure, for those who may read measures."""
    if not permissions.can_read(user):
        return None
    try:
        plan = queries.definition(key)
    except UserError:
        return None
    return Resolved(plan.title, reverse("measures:measure", args=[key]))


def register_all() -> None:
    """Called when the room starts."""
    register(KIND, resolve_measure)
