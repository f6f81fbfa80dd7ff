"""Template tags: components, forms' error summaries, figures.

{% load govuk %}
{% govuk "button" text="Save" href=url %}
{% govuk "tag" text="Draft" classes="govuk-tag--yellow" %}
{% govuk "input" label__text="Postcode" name="postcode" hint.text="For example SE1 7TL" attributes__data_x="1" %}
{% govuk "summary-list" rows=rows %}
{% govuk "pagination" params_from_the_view %}
{% govukblock "inset-text" %}<p>Content with <strong>markup</strong>.</p>{% endgovukblock %}
{% govukblock "notification-banner" into="html" %}...{% endgovukblock %}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString

from childfirst.design import bridge
from childfirst.design.errors import error_summary_params
from childfirst.design.figures import Figure
from childfirst.design.navigation import service_navigation_params
from childfirst.design.pages import pagination_params

register = template.Library()
_KEYWORD = re.compile(r"([A-Za-z_][\w.\-]*)=(.+)", re.DOTALL)


class ComponentNode(template.Node):
    """A component with its parameters, and in the block form with its content."""

    def __init__(
        self,
        name: FilterExpression,
        params: FilterExpression | None,
        keywords: dict[str, FilterExpression],
        nodelist: NodeList | None = None,
    ) -> None:
        self.name = name
        self.params = params
        self.keywords = keywords
        self.nodelist = nodelist if nodelist is not None else NodeList()
        self.is_block = nodelist is not None

    def render(self, context: Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.keywords.items()}
        if self.is_block:
            values[values.pop("into", "html")] = self.nodelist.render(context)
        params = self.params.resolve(context) if self.params else None
        try:
            return bridge.render(str(self.name.resolve(context)), params, **values)
        except bridge.ComponentError as error:
            raise template.TemplateSyntaxError(str(error)) from error


def _arguments(
    parser: Parser, token: Token
) -> tuple[FilterExpression, FilterExpression | None, dict[str, FilterExpression]]:
    tag, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError(f"{{% {tag} %}} needs the name of a component.")
    params: FilterExpression | None = None
    keywords: dict[str, FilterExpression] = {}
    for bit in bits[1:]:
        match = _KEYWORD.fullmatch(bit)
        if match:
            keywords[match[1]] = parser.compile_filter(match[2])
        elif params is None and not keywords:
            params = parser.compile_filter(bit)
        else:
            raise template.TemplateSyntaxError(f"{{% {tag} %}}: “{bit}” is not of the form name=value.")
    return parser.compile_filter(bits[0]), params, keywords


@register.tag("govuk")
def govuk(parser: Parser, token: Token) -> ComponentNode:
    """One component, all of it in parameters."""
    return ComponentNode(*_arguments(parser, token))


@register.tag("govukblock")
def govukblock(parser: Parser, token: Token) -> ComponentNode:
    """One component whose HTML content stands between the tags; ``into`` names the parameter it goes to."""
    arguments = _arguments(parser, token)
    nodelist = parser.parse(("endgovukblock",))
    parser.delete_first_token()
    return ComponentNode(*arguments, nodelist)


def _forms(context: Context) -> Iterator[BaseForm]:
    """Every form that the view has put into the page's context, in the order of their names' arrival."""
    seen: set[int] = set()
    values: Iterable[Any] = context.flatten().values()
    for value in values:
        # By type(), not isinstance(): that would wake lazy values of the context, and with them the database.
        kind: type = type(value)
        found: list[Any] = []
        if issubclass(kind, BaseForm):
            found = [value]
        elif issubclass(kind, BaseFormSet):
            found = list(value.forms)
        elif issubclass(kind, list | tuple) and value and all(issubclass(type(item), BaseForm) for item in value):
            found = list(value)
        for form in found:
            if id(form) not in seen:
                seen.add(id(form))
                yield form


@register.simple_tag(takes_context=True)
def error_summary(context: Context, *forms: BaseForm) -> str:
    """The summary of all mistakes in the page's forms (or in those given), in page order; nothing without mistakes.

    The layouts call it on every page, so that a view need only pass its form.
    """
    params = error_summary_params(list(forms) or list(_forms(context)))
    return bridge.render("error-summary", params) if params else ""


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """``Error: `` for the title of a page whose form has mistakes, else nothing."""
    return "Error: " if any(form.is_bound and form.errors for form in _forms(context)) else ""


@register.inclusion_tag("design/figure.html")
def figure(figure: Figure, heading_level: int = 2) -> dict[str, Any]:
    """A chart or map, always with its table and, where there is one, its CSV."""
    return {"figure": figure, "heading": f"h{heading_level}"}


@register.simple_tag(takes_context=True)
def service_navigation(context: Context, items: Any) -> str:
    """The bar of links under the header; nothing without links."""
    params = service_navigation_params(items, str(context.get("current_path", "")))
    return bridge.render("service-navigation", params) if params["navigation"] else ""


@register.simple_tag
def breadcrumbs(items: Sequence[Any]) -> str:
    """The way to this page, from pairs of label and address; an entry without an address is the page itself."""
    entries = [{"text": label, "href": url} if url else {"text": label} for label, url in items]
    return bridge.render("breadcrumbs", {"items": entries, "collapse_on_mobile": True})


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], label: str = "Pages") -> str:
    """Links to the pages of a Django ``Page``; other parts of the query stay. Nothing when there is one page."""
    query = context["request"].GET if "request" in context else None
    params = pagination_params(page, query, label)
    return bridge.render("pagination", params) if params else ""


@register.filter
def message_markup(message: Any) -> SafeString:
    """A message as a banner's content: its HTML if it is marked safe, else its text as a heading."""
    text = getattr(message, "message", message)
    if isinstance(text, SafeData):
        return SafeString(text)
    return format_html('<p class="govuk-notification-banner__heading">{}</p>', text)


@register.filter
def banner_id(number: int) -> str:
    """An id of its own for each banner's title."""
    return f"notification-{number}-title"


@register.filter
def cell(value: Any) -> Any:
    """A charts.Cell as words: its number, or “hidden”, or “not known”, each marked for the eye."""
    from childfirst.design.figures import cell_markup

    return cell_markup(value)
