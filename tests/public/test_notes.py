"""Release notes: a small part of Markdown, and never a tag of the writer's own."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childfirst.public.notes import render

ALLOWED = {"p", "ul", "ol", "li", "h3", "h4", "h5", "h6", "strong", "em", "code", "a"}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parse(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    return tags


def test_what_notes_may_hold() -> None:
    html = render("# One\n\nA **bold** and *soft* `x < y`.\nSame paragraph.\n\n- a\n- b\n  more\n\n1. c\n\n## Two")
    assert '<h3 class="govuk-heading-m">One</h3>' in html
    assert '<h4 class="govuk-heading-s">Two</h4>' in html
    assert '<strong>bold</strong> and <em>soft</em> <code class="cf-code">x &lt; y</code>. Same paragraph.</p>' in html
    assert "<li>b more</li>" in html
    assert '<ol class="govuk-list govuk-list--number"><li>c</li></ol>' in html


@pytest.mark.parametrize(
    "target", ["https://example.org/a?b=1&c", "http://example.org", "mailto:a@example.org", "/releases", "#notes"]
)
def test_links_that_are_followed(target: str) -> None:
    (_, _), (tag, attributes) = parse(render(f"[text]({target})")).seen
    assert tag == "a"
    assert attributes["href"] == target


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example", "vbscript:x", "https:///x", "x"],
)
def test_links_that_are_text(target: str) -> None:
    assert all(tag != "a" for tag, _ in parse(render(f"[text]({target})")).seen)


def test_headings_skip_no_level() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", render("### deep\n\n# top\n\n###### deepest\n\n## middle"))]
    assert levels[0] == 3
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_quotes_cannot_leave_an_attribute() -> None:
    html = render('[x](https://e.org/"onmouseover="alert(1))')
    assert all(set(attributes) <= {"href", "class", "rel"} for _, attributes in parse(html).seen)


def test_nothing_gives_nothing() -> None:
    assert render("") == render(" \n\n ") == ""


@given(st.text(alphabet="ab<>&\"'*`[]()#-1. \n:/javscript", max_size=200) | st.text(max_size=200))
def test_whatever_is_written_only_our_tags_come_out(text: str) -> None:
    for tag, attributes in parse(render(text)).seen:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "class", "rel"}
