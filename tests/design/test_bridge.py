"""Whatever a page's author passes, text stays text, and only what is marked safe is HTML."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.functional import lazystr
from django.utils.safestring import SafeString, mark_safe

from childfirst.design import bridge

ATTACK = '<script>alert("1")</script>'


def page(source: str, **context: object) -> str:
    return Template("{% load govuk %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% govuk "button" text=attack %}',
        '{% govuk "button" html=attack %}',
        '{% govuk "tag" text=safe %}',
        '{% govuk "input" name="a" label__text=attack hint__text=attack error_message__text=attack value=attack %}',
        '{% govuk "input" name="a" label__html=attack value=attack attributes__data_x=attack %}',
        '{% govuk "radios" params %}',
        '{% govuk "details" summary_text=attack html=attack %}',
        '{% govuk "table" table %}',
    ],
)
def test_nothing_runs_that_was_typed(source: str) -> None:
    params = {
        "name": "a",
        "items": [{"text": ATTACK, "value": ATTACK, "hint": {"html": ATTACK}, "conditional": {"html": ATTACK}}],
        "fieldset": {"legend": {"text": ATTACK}},
    }
    table = {"caption": ATTACK, "rows": [[{"text": ATTACK}, {"html": ATTACK}]]}
    markup = page(source, attack=ATTACK, safe=SafeString(ATTACK), params=params, table=table)
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup


def test_safe_html_passes_where_the_component_takes_html() -> None:
    markup = page('{% govuk "inset-text" html=safe %}', safe=mark_safe("<b>true</b>"))
    assert "<b>true</b>" in markup


def test_block_content_is_html_and_its_variables_are_escaped() -> None:
    markup = page('{% govukblock "inset-text" %}<b>{{ attack }}</b>{% endgovukblock %}', attack=ATTACK)
    assert "<b>&lt;script&gt;" in markup


def test_a_literal_with_an_ampersand_is_escaped_once() -> None:
    assert "Fish &amp; chips" in page('{% govuk "tag" text="Fish & chips" %}')


def test_lazy_text_is_text() -> None:
    assert "&lt;i&gt;" in bridge.render("tag", text=lazystr("<i>"))


def test_names_nest_and_may_be_dotted_or_underscored() -> None:
    assert bridge.nest({"label__text": "a", "label.classes": "b", "attributes__data_unit": 1}) == {
        "label": {"text": "a", "classes": "b"},
        "attributes": {"data-unit": 1},
    }
    assert 'data-prevent-double-click="true"' in page('{% govuk "button" text="a" prevent_double_click=True %}')


def test_keywords_add_to_params() -> None:
    markup = page('{% govuk "button" params text="Send" %}', params={"text": "Save", "attributes": {"data-a": "1"}})
    assert "Send" in markup
    assert 'data-a="1"' in markup


@pytest.mark.parametrize("name", ["onclick", "style", "ONLOAD", 'x" y', "a b"])
def test_scripts_and_styles_are_no_attributes(name: str) -> None:
    with pytest.raises(bridge.ComponentError):
        bridge.render("button", {"text": "a", "attributes": {name: "1"}})


@pytest.mark.parametrize("name", ["header", "footer", "cookie-banner", "nonsense", "../macros/attributes", ""])
def test_unknown_and_refused_components(name: str) -> None:
    with pytest.raises(bridge.ComponentError):
        bridge.render(name)


@pytest.mark.parametrize("source", ["{% govuk %}", '{% govuk "button" text="a" "b" %}', '{% govuk "nonsense" %}'])
def test_mistakes_in_templates_are_named(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        page(source)


def test_line_breaks_in_a_textarea_come_back_unchanged_however_deep() -> None:
    inner = bridge.render("textarea", name="a", label__text="A", value="one\n  two\r\nthree")
    outer = bridge.render(
        "radios",
        {"name": "b", "fieldset": {"legend": {"text": "B"}}, "items": [{"value": "1", "conditional": {"html": inner}}]},
    )
    assert "one&#10;  two&#10;three</textarea>" in outer
