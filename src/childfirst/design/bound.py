"""A form's field as GOV.UK markup: label, hint, error and control in one.

``{{ form.postcode }}`` renders the whole group. The bare control is ``{{ form.postcode.as_widget }}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeData, SafeString, mark_safe

from childfirst.design import bridge
from childfirst.design.fields import TimeField, TypeaheadField
from childfirst.design.presentation import Present
from childfirst.design.typeahead_markup import typeahead_markup
from childfirst.design.widgets import DateParts, Parts, TypeaheadInput

_OWN_ATTRIBUTES = ("autocomplete", "inputmode", "spellcheck", "class", "id", "rows", "cols", "type")


class GovukBoundField(BoundField):
    """Django's bound field with GOV.UK markup; Django 5.2 uses it through ``bound_field_class``."""

    @property
    def present(self) -> Present:
        """How the form wants this field shown."""
        look = getattr(self.form, "present", {}).get(self.name)
        return look if isinstance(look, Present) else Present()

    @property
    def first_control_id(self) -> str:
        """Id of the control that the error summary links to: the first, or in a date the first that is wrong."""
        base = str(self.auto_id)
        if isinstance(self.field.widget, DateParts):
            wrong = self.wrong_parts
            return f"{base}-{wrong[0] if wrong else 'day'}"
        if isinstance(self.field, TypeaheadField) and self.field.matches(self.value()):
            return f"{base}_choice"
        return base

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """Which boxes of a date are wrong."""
        errors = self.form.errors.as_data().get(self.name, []) if self.form.is_bound else []
        if not errors:
            return ()
        params = getattr(errors[0], "params", None) or {}
        return tuple(params.get("parts", Parts._fields))

    def __str__(self) -> SafeString:
        return self.render()

    def __html__(self) -> SafeString:
        return self.render()

    def render(
        self,
        template_name: str | None = None,
        context: Context | dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """The whole form group; a hidden field is only its input."""
        if self.is_hidden:
            return SafeString(self.as_widget())
        markup = self._renderer()(self)
        if self.field.show_hidden_initial:
            markup = mark_safe(markup + self.as_hidden(only_initial=True))  # noqa: S308
        return markup

    as_field_group = render

    def _renderer(self) -> Callable[[GovukBoundField], SafeString]:
        for kind, renderer in _RENDERERS:
            if isinstance(self.field.widget, kind):
                return renderer
        return _as_input

    # Parameters that the components share.

    def label_params(self) -> dict[str, Any]:
        """The label, as the page's heading where the form says so."""
        look = self.present
        size = look.size or ("l" if look.heading else "s")
        classes = "govuk-visually-hidden" if look.hidden_label else f"govuk-label--{size}"
        return {**_words(self.label), "classes": classes, "is_page_heading": look.heading}

    def fieldset_params(self) -> dict[str, Any]:
        """The same for a group of controls."""
        look = self.present
        size = look.size or ("l" if look.heading else "s")
        classes = "govuk-visually-hidden" if look.hidden_label else f"govuk-fieldset__legend--{size}"
        return {"legend": {**_words(self.label), "classes": classes, "is_page_heading": look.heading}}

    def base_params(self) -> dict[str, Any]:
        """Hint and error, the same for every component."""
        params: dict[str, Any] = {}
        if self.help_text:
            params["hint"] = _words(self.help_text)
        if self.errors:
            joined = format_html_join(mark_safe("<br>"), "{}", ((error,) for error in self.errors))
            params["error_message"] = {"html": joined}
        return params

    def attributes(self) -> dict[str, Any]:
        """HTML attributes of the control that the components have no parameter for."""
        widget = self.field.widget
        own = {key: value for key, value in widget.attrs.items() if key not in _OWN_ATTRIBUTES and not callable(value)}
        return {**own, **self.present.attributes}

    def given(self, name: str) -> str:
        """A setting such as autocomplete: from the form's ``present``, else from the widget's attributes."""
        return str(getattr(self.present, name, "") or self.field.widget.attrs.get(name, "") or "")

    def width_class(self, default: int | str | None = None) -> str:
        """The class for the control's width."""
        width = self.present.width or default
        if width is None:
            return ""
        return f"govuk-input--width-{width}" if str(width).isdigit() else f"govuk-!-width-{width}"

    def revealed(self, value: str) -> SafeString | None:
        """Markup of the fields under one choice."""
        names = [name for name in self.present.revealed_by(value) if name in self.form.fields]
        return mark_safe("".join(self.form[name].render() for name in names)) if names else None  # noqa: S308


def _words(text: Any) -> dict[str, Any]:
    return {"html": text} if isinstance(text, SafeData) else {"text": str(text)}


def _text_params(field: GovukBoundField) -> dict[str, Any]:
    value = field.value()
    spellcheck = field.present.spellcheck
    if spellcheck is None and "spellcheck" in field.field.widget.attrs:
        spellcheck = str(field.field.widget.attrs["spellcheck"]).lower() != "false"
    return {
        **field.base_params(),
        "id": field.auto_id,
        "name": field.html_name,
        "value": None if value is None else str(field.field.widget.format_value(value) or ""),
        "label": field.label_params(),
        "disabled": field.field.disabled,
        "autocomplete": field.given("autocomplete") or None,
        "inputmode": field.given("inputmode") or None,
        "spellcheck": spellcheck,
        "attributes": field.attributes(),
    }


def _as_input(field: GovukBoundField) -> SafeString:
    widget, inner = field.field.widget, field.field
    params = _text_params(field)
    kind = str(getattr(widget, "input_type", "text") or "text")
    width: int | None = None
    if isinstance(inner, forms.IntegerField | forms.DecimalField | forms.FloatField) or kind == "number":
        kind, width = "text", 5
        decimal = isinstance(inner, forms.DecimalField | forms.FloatField) and type(inner) is not forms.IntegerField
        params["inputmode"] = params["inputmode"] or ("decimal" if decimal else "numeric")
        params["spellcheck"] = False
        for name in ("min", "max", "step"):
            params["attributes"].pop(name, None)
    elif isinstance(inner, TimeField) or kind in ("time", "date", "datetime-local"):
        kind, width = "text", 5 if isinstance(inner, TimeField) or kind == "time" else 20
    elif isinstance(inner, forms.EmailField) or kind == "email":
        kind = "email"
        params["spellcheck"] = False
        params["autocomplete"] = params["autocomplete"] or "email"
    elif kind == "tel":
        params["autocomplete"] = params["autocomplete"] or "tel"
    # The browser must not cut what is typed: a person who pastes too much is told so by the error message.
    params["attributes"].pop("maxlength", None)
    params["attributes"].pop("minlength", None)
    params |= {"type": kind, "classes": field.width_class(width)}
    for name in ("prefix", "suffix"):
        if getattr(field.present, name):
            params[name] = {"text": getattr(field.present, name)}
    return bridge.render("input", params)


def _as_password(field: GovukBoundField) -> SafeString:
    params = _text_params(field)
    for name in ("inputmode", "spellcheck"):
        params.pop(name)
    for name in ("maxlength", "minlength"):
        params["attributes"].pop(name, None)
    params |= {
        "value": None,
        "classes": field.width_class(20),
        "autocomplete": params["autocomplete"] or "current-password",
    }
    return bridge.render("password-input", params)


def _as_textarea(field: GovukBoundField) -> SafeString:
    params = _text_params(field) | {"rows": field.present.rows, "classes": field.width_class()}
    params.pop("inputmode")
    params["attributes"].pop("maxlength", None)
    limit = getattr(field.field, "max_length", None)
    if field.present.count and limit:
        params.pop("disabled")
        return bridge.render("character-count", {**params, "maxlength": limit})
    return bridge.render("textarea", params)


def _choices(field: GovukBoundField) -> list[tuple[str, Any]]:
    """Choices as pairs of value and label; a group's name goes before the labels within it."""
    flat: list[tuple[str, Any]] = []
    for value, label in field.field.widget.choices:
        if isinstance(label, list | tuple):
            flat += [(str(inner), f"{value}: {text}") for inner, text in label]
        else:
            flat.append(("" if value is None else str(value), label))
    return flat


def _selected(field: GovukBoundField) -> set[str]:
    value = field.value()
    if value is None:
        return set()
    many = isinstance(value, list | tuple | set)
    return {str(getattr(item, "pk", item)) for item in (value if many else [value])}


def _items(field: GovukBoundField) -> list[dict[str, Any]]:
    look, selected = field.present, _selected(field)
    items: list[dict[str, Any]] = []
    for value, label in _choices(field):
        if value == "" and "" not in look.hints:
            continue
        divider = look.dividers.get(value) or ("or" if look.exclusive and value == look.exclusive else "")
        if divider:
            items.append({"divider": divider})
        item: dict[str, Any] = {"value": value, **_words(label), "checked": value in selected}
        if look.exclusive and value == look.exclusive:
            item["behaviour"] = "exclusive"
        if look.hints.get(value):
            item["hint"] = _words(look.hints[value])
        if field.field.disabled:
            item["disabled"] = True
        revealed = field.revealed(value)
        if revealed:
            item["conditional"] = {"html": revealed}
        items.append(item)
    return items


def _group_params(field: GovukBoundField, component: str) -> dict[str, Any]:
    look = field.present
    classes = [f"govuk-{component}--small"] if look.small else []
    if look.inline:
        classes.append(f"govuk-{component}--inline")
    return {
        **field.base_params(),
        "id_prefix": field.auto_id,
        "name": field.html_name,
        "fieldset": field.fieldset_params(),
        "classes": " ".join(classes),
        "items": _items(field),
        "attributes": field.attributes(),
    }


def _as_radios(field: GovukBoundField) -> SafeString:
    return bridge.render("radios", _group_params(field, "radios"))


def _as_checkboxes(field: GovukBoundField) -> SafeString:
    return bridge.render("checkboxes", _group_params(field, "checkboxes"))


def _as_checkbox(field: GovukBoundField) -> SafeString:
    """One box: its label is the box's, so there is no legend."""
    params = field.base_params()
    hint = params.pop("hint", None)
    item: dict[str, Any] = {
        "value": "on",
        **_words(field.label),
        "checked": bool(field.value()),
        "disabled": field.field.disabled,
        "attributes": field.attributes(),
    }
    if hint:
        item["hint"] = hint
    revealed = field.revealed("on")
    if revealed:
        item["conditional"] = {"html": revealed}
    return bridge.render("checkboxes", {**params, "id_prefix": field.auto_id, "name": field.html_name, "items": [item]})


def _as_select(field: GovukBoundField) -> SafeString:
    selected = _selected(field)
    items = [
        {"value": value, "text": str(label) if value else _empty(label), "selected": value in selected}
        for value, label in _choices(field)
    ]
    params = {
        **field.base_params(),
        "id": field.auto_id,
        "name": field.html_name,
        "label": field.label_params(),
        "items": items,
        "disabled": field.field.disabled,
        "classes": field.width_class(),
        "attributes": {
            **field.attributes(),
            **({"autocomplete": field.given("autocomplete")} if field.given("autocomplete") else {}),
        },
    }
    return bridge.render("select", params)


def _empty(label: Any) -> str:
    """Django's own “---------” says nothing to a person."""
    return "Choose one" if set(str(label)) <= {"-"} else str(label)


def _as_file(field: GovukBoundField) -> SafeString:
    widget = field.field.widget
    params = {
        **field.base_params(),
        "id": field.auto_id,
        "name": field.html_name,
        "label": field.label_params(),
        "multiple": bool(getattr(widget, "allow_multiple_selected", False)),
        "attributes": field.attributes(),
    }
    return bridge.render("file-upload", params)


def _as_date(field: GovukBoundField) -> SafeString:
    widget = cast("DateParts", field.field.widget)
    base = str(field.auto_id)
    params: Mapping[str, Any] = {
        **field.base_params(),
        "id": base,
        "fieldset": field.fieldset_params(),
        "items": widget.items(field.html_name, base, field.value(), field.wrong_parts, field.given("autocomplete")),
    }
    return bridge.render("date-input", params)


def _as_typeahead(field: GovukBoundField) -> SafeString:
    return typeahead_markup(field)


def _as_several_selects(field: GovukBoundField) -> SafeString:
    """A widget made of others (MultiWidget) that we have no component for: the bare controls in a fieldset."""
    inner = format_html('<div class="govuk-form-group">{}</div>', conditional_escape(field.as_widget()))
    return bridge.render("fieldset", {**field.fieldset_params(), "html": inner})


# The first match wins, so the special come before the general: CheckboxSelectMultiple is a RadioSelect.
_RENDERERS: tuple[tuple[type[forms.Widget], Callable[[GovukBoundField], SafeString]], ...] = (
    (DateParts, _as_date),
    (TypeaheadInput, _as_typeahead),
    (forms.CheckboxSelectMultiple, _as_checkboxes),
    (forms.RadioSelect, _as_radios),
    (forms.SelectMultiple, _as_checkboxes),
    (forms.Select, _as_select),
    (forms.CheckboxInput, _as_checkbox),
    (forms.FileInput, _as_file),
    (forms.PasswordInput, _as_password),
    (forms.Textarea, _as_textarea),
    (forms.MultiWidget, _as_several_selects),
)
