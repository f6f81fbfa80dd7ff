"""Mistakes in forms, in the order in which the controls stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.forms import BaseForm, BoundField


def page_order(form: BaseForm) -> Iterator[BoundField]:
    """The visible fields as the eye meets them: a revealed field stands right after the choice that reveals it."""
    ordered = getattr(form, "page_order", None)
    yield from ordered() if ordered else form.visible_fields()


def error_summary_params(forms: Sequence[BaseForm]) -> dict[str, Any] | None:
    """Parameters of the error summary for these forms, or None when nothing is wrong."""
    entries: list[dict[str, str]] = []
    for form in forms:
        if not form.is_bound or not form.errors:
            continue
        entries += [{"text": str(error)} for error in form.non_field_errors()]
        for hidden in form.hidden_fields():
            entries += [{"text": f"{hidden.label}: {error}"} for error in hidden.errors]
        for field in page_order(form):
            target = getattr(field, "first_control_id", None) or field.id_for_label or field.auto_id
            for error in field.errors:
                entries.append({"text": str(error), "href": f"#{target}"} if target else {"text": str(error)})
    return {"titleText": "There is a problem", "errorList": entries} if entries else None
