"""Markup of the type-ahead: a search box, and radios when a search without scripts found several things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from childfirst.design import bridge
from childfirst.design.fields import TypeaheadField
from childfirst.design.widgets import Suggestion, TypeaheadInput, Typed

if TYPE_CHECKING:
    from childfirst.design.bound import GovukBoundField


def typeahead_markup(field: GovukBoundField) -> SafeString:
    """The form group: the box alone, or the question “which one?” and the box to search again."""
    inner = cast("TypeaheadField", field.field)
    typed = field.value()
    if not isinstance(typed, Typed):
        typed = inner.prepare_value(typed)
    matches = inner.matches(typed) if field.form.is_bound else []
    if not matches:
        return _box(field, typed, field.base_params(), field.label_params())
    radios = _radios(field, typed, matches)
    again = _box(
        field,
        typed,
        {"hint": {"text": "Change the name and continue to search again."}},
        {"text": "Not in the list? Search again", "classes": "govuk-label--s"},
    )
    searched = format_html('<input type="hidden" name="{}_searched" value="{}">', field.html_name, typed.text)
    return mark_safe(radios + searched + again)  # noqa: S308


def _radios(field: GovukBoundField, typed: Typed, matches: list[Suggestion]) -> SafeString:
    items: list[dict[str, Any]] = []
    for item in matches:
        entry: dict[str, Any] = {"value": item.value, "text": item.text, "checked": item.value == typed.choice}
        if item.hint:
            entry["hint"] = {"text": item.hint}
        items.append(entry)
    params = field.base_params() | {
        "id_prefix": f"{field.auto_id}_choice",
        "name": f"{field.html_name}_choice",
        "fieldset": field.fieldset_params(),
        "items": items,
    }
    return bridge.render("radios", params)


def _box(field: GovukBoundField, typed: Typed, base: dict[str, Any], label: dict[str, Any]) -> SafeString:
    widget = cast("TypeaheadInput", field.field.widget)
    hidden = format_html(
        '<input type="hidden" name="{}" value="{}" data-typeahead-value>', field.html_name, typed.value
    )
    attributes: dict[str, Any] = {"data-typeahead": "", "data-min": str(widget.minimum)}
    url = _address(widget.url_name)
    if url:
        attributes["data-url"] = url
    params = {
        **base,
        "id": field.auto_id,
        "name": f"{field.html_name}_text",
        "value": typed.text or "",
        "label": label,
        "autocomplete": "off",
        "spellcheck": False,
        "disabled": field.field.disabled,
        "classes": field.width_class(),
        "attributes": field.attributes(),
        "form_group": {"after_input": {"html": hidden}},
        "input_wrapper": {"classes": "cf-typeahead", "attributes": attributes},
    }
    return bridge.render("input", params)


def _address(url_name: str) -> str:
    """The suggestions' address; none on a site that has no such page, where the box works without suggestions."""
    if not url_name:
        return ""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
