"""Constraints that the database itself keeps, with names and sentences."""

from __future__ import annotations

from django.db.models import CheckConstraint, F, Q, TextChoices


def one_of(field: str, vocabulary: type[TextChoices], *, name: str, blank: bool = False) -> CheckConstraint:
    """The column holds a value of the vocabulary (or nothing, where ``blank``)."""
    allowed = [*vocabulary.values, *([""] if blank else [])]
    return CheckConstraint(
        condition=Q(**{f"{field}__in": allowed}),
        name=name,
        violation_error_message=f"Choose a value that is in the list for {field.replace('_', ' ')}.",
    )


def in_order(first: str, second: str, *, name: str) -> CheckConstraint:
    """``second`` is empty or not before ``first``."""
    return CheckConstraint(
        condition=Q(**{f"{second}__isnull": True}) | Q(**{f"{second}__gte": F(first)}),
        name=name,
        violation_error_message=f"{second.replace('_', ' ').capitalize()} is before {first.replace('_', ' ')}.",
    )
