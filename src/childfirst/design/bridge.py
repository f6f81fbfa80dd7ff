"""From Django to the GOV.UK components of govuk-frontend-jinja.

One Jinja environment, made once, with autoescaping on. Whatever goes in is cleaned first: a parameter is HTML only
where the component calls it HTML (``html``, ``descriptionHtml`` ...) *and* the value is an explicit SafeString;
everything else is escaped, whatever it was marked as.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, TemplateNotFound
from markupsafe import Markup

# They bear the state's crown, crest or cookies; our layouts have their own header and footer.
REFUSED = frozenset({"header", "footer", "cookie-banner"})
_COMPONENT_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_TEXTAREA = re.compile(r"(?<=>)[^<]*(?=</textarea>)")
_ATTRIBUTE_NAME = re.compile(r"[a-zA-Z_:][-a-zA-Z0-9_:.]*")


class ComponentError(Exception):
    """A component that does not exist, or parameters that it cannot take: a mistake of the page's author."""


@cache
def environment() -> Environment:
    """The one Jinja environment of the components."""
    # Nunjucks, for which the components were written, lets `params.label.text` be empty when there is no label.
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=100,
    )


@cache
def _macro(component: str) -> Any:
    if component in REFUSED or not _COMPONENT_NAME.fullmatch(component):
        raise ComponentError(f"There is no component “{component}” in our pages.")
    try:
        template = environment().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    except TemplateNotFound as error:
        raise ComponentError(f"There is no component “{component}”.") from error
    name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    return getattr(template.module, name)


def render(component: str, params: Mapping[str, Any] | None = None, /, **keywords: Any) -> SafeString:
    """The markup of one component.

    ``params`` and keywords are merged (see :func:`nest` for keywords); names may be given as in the GOV.UK docs
    (``preventDoubleClick``) or in Python's way (``prevent_double_click``).

    >>> render("tag", text="Hidden & safe")
    '<strong class="govuk-tag">\\n  Hidden &amp; safe\\n</strong>'

    Raises ComponentError for an unknown component.
    """
    merged = merge(clean(params or {}), clean(nest(keywords)))
    markup = str(_macro(component)(merged)).strip()
    # Components indent what stands inside them; line breaks that a person typed must come back as they were.
    markup = _TEXTAREA.sub(lambda match: match[0].replace("\r\n", "\n").replace("\n", "&#10;"), markup)
    # Components come only from the package and every parameter was cleaned above.
    return mark_safe(markup)  # noqa: S308


def nest(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Nested parameters from flat names: ``label__text`` or ``label.text`` becomes ``{"label": {"text": ...}}``.

    Underscores in the name of an HTML attribute stand for hyphens: ``attributes__data_unit`` is ``data-unit``.
    """
    nested: dict[str, Any] = {}
    for name, value in keywords.items():
        parts = name.replace("__", ".").split(".")
        place = nested
        for position, part in enumerate(parts):
            key = part.replace("_", "-") if position and parts[position - 1] == "attributes" else part
            if position == len(parts) - 1:
                place[key] = value
            else:
                place = place.setdefault(key, {})
                if not isinstance(place, dict):
                    raise ComponentError(f"“{name}” contradicts a parameter that was given before it.")
    return nested


def merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both mappings in one, the second winning, nested mappings merged likewise."""
    merged = dict(first)
    for key, value in second.items():
        before = merged.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(before, value) if both else value  # type: ignore[arg-type]
    return merged


def clean(value: Any, key: str = "") -> Any:
    """Parameters in the form that the components expect, escaped where they hold HTML that nobody vouched for."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        if _is_html(key):
            return Markup(conditional_escape(value))  # noqa: S704
        return "".join(str(value)) if isinstance(value, SafeData | Markup) else value
    if key == "attributes":
        return _attributes(value)
    if isinstance(value, Mapping):
        # What is None was not given: the components would print it.
        return {_camel(str(n)): clean(item, _camel(str(n))) for n, item in value.items() if item is not None}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Iterable):
        return [clean(item, "item") for item in value]
    if _is_html(key):
        return Markup(conditional_escape(value))  # noqa: S704
    return str(value)


def _attributes(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ComponentError("Attributes are given as a mapping of names to values.")
    attributes: dict[str, Any] = {}
    for name, content in value.items():
        if not _ATTRIBUTE_NAME.fullmatch(str(name)) or str(name).lower().startswith("on") or name == "style":
            raise ComponentError(f"“{name}” cannot be an attribute: our pages hold no scripts or styles in markup.")
        if content is None or content is False:
            continue
        attributes[str(name)] = clean(content)
    return attributes


def _is_html(key: str) -> bool:
    return key == "html" or key.endswith("Html")


def _camel(name: str) -> str:
    if name.startswith("_") or "_" not in name:
        return name
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)
