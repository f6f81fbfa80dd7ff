"""Layouts, error pages, navigation and pagination."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.template import loader
from django.test import RequestFactory

from childfirst.design import gallery, navigation, views
from childfirst.design.pages import pagination_params
from childfirst.shared.errors import Forbidden

TEMPLATES = Path(views.__file__).parent / "templates"
LAYOUTS = ["design/base.html", "design/workspace.html", "design/public.html"]


class Person:
    is_authenticated = True
    audit_name = "Ward officer, Northgate team"

    def __str__(self) -> str:
        return "Sam <Okafor>"


def render(name: str, **context: Any) -> str:
    return loader.render_to_string(name, context, RequestFactory().get("/measures/one/"))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_compile_and_hold_nothing_inline(path: Path) -> None:
    loader.get_template(str(path.relative_to(TEMPLATES)))
    source = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_ask_nobody_else_for_anything(name: str) -> None:
    markup = render(name, user=Person())
    for address in re.findall(r'(?:src|href|action)="([^"]+)"', markup):
        if address.startswith("http"):
            assert address.startswith(("http://127.0.0.1", "https://www.nationalarchives.gov.uk")), address
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', markup)
    assert 'href="#main-content"' in markup
    assert markup.count('id="main-content"') == 1
    assert markup.count("<h1") == 0


def test_the_workspace_names_the_person_escaped() -> None:
    markup = render("design/workspace.html", user=Person())
    assert "Sam &lt;Okafor&gt;" in markup
    assert "Ward officer, Northgate team" in markup
    assert 'name="robots" content="noindex' in markup


def test_nobody_signed_in_sees_no_navigation() -> None:
    markup = render("design/workspace.html", navigation=[{"label": "Encounters", "url": "/encounters/"}])
    assert "Encounters" not in markup


def test_demo_banner_only_in_the_demo(settings: Any) -> None:
    assert "Demonstration" not in render("design/public.html")
    settings.DEMO = True
    assert "Demonstration" in render("design/public.html")


@pytest.mark.parametrize(
    ("path", "active", "current"),
    [
        ("/measures/", "Measures", True),
        ("/measures/one/", "Measures", False),
        ("/elsewhere/", "", False),
        ("/", "Home", True),
    ],
)
def test_navigation_knows_where_we_are(path: str, active: str, current: bool) -> None:
    items = [{"label": "Home", "url": "/"}, navigation.Link("Measures", "/measures/"), {"text": "M", "href": "/meas/"}]
    found = navigation.service_navigation_params(items, path)["navigation"]
    assert [item["text"] for item in found if item["active"]] == ([active] if active else [])
    assert any(item["current"] for item in found) is current


def test_links_are_shown_only_when_their_page_exists() -> None:
    assert navigation.existing([("Nowhere", "nowhere:at-all")]) == []


def test_messages_are_banners_and_escaped() -> None:
    found = [
        Message(messages.SUCCESS, "Saved <b>"),
        Message(messages.ERROR, "Not saved"),
        Message(messages.INFO, "Note"),
    ]
    markup = render("design/base.html", messages=found)
    assert markup.count('data-module="govuk-notification-banner"') == 3
    assert "Saved &lt;b&gt;" in markup
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.forbidden, 403),
        (views.not_found, 404),
        (views.server_error, 500),
        (views.unavailable, 503),
        (views.csrf_failure, 403),
    ],
)
def test_error_pages(view: Any, status: int) -> None:
    response: HttpResponse = view(RequestFactory().get("/"))
    assert response.status_code == status
    markup = response.content.decode()
    assert markup.count("<h1") == 1
    assert "Go to the start page" in markup


def test_a_refusal_says_its_own_sentence() -> None:
    response = views.forbidden(RequestFactory().get("/"), Forbidden("Only the school’s lead may read this <note>."))
    assert "may read this &lt;note&gt;" in response.content.decode()


def test_other_exceptions_keep_their_words_to_themselves() -> None:
    response = views.forbidden(RequestFactory().get("/"), PermissionError("row 17 of secret"))
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, "…", 9]),
        (3, [1, 2, 3, 4, "…", 9]),
        (5, [1, "…", 4, 5, 6, "…", 9]),
        (9, [1, "…", 8, 9]),
        (4, [1, 2, 3, 4, 5, "…", 9]),
    ],
)
def test_pagination(number: int, shown: list[Any]) -> None:
    page = Paginator(range(90), 10).page(number)
    params = pagination_params(page, QueryDict("q=a%26b&page=7"))
    assert params is not None
    assert [item.get("number", "…") for item in params["items"]] == shown
    assert params["items"][0]["href"] == "?q=a%26b&page=1"
    assert ("previous" in params, "next" in params) == (number > 1, number < 9)


def test_one_page_needs_no_pagination() -> None:
    assert pagination_params(Paginator(range(3), 10).page(1)) is None


GALLERY = [gallery.index, gallery.forms_page, gallery.figures_page, gallery.question]


@pytest.mark.parametrize("view", GALLERY)
def test_the_gallery_is_for_developers(view: Any, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(Http404):
        view(RequestFactory().get("/design/"))


@pytest.mark.parametrize("view", GALLERY)
@pytest.mark.parametrize("query", ["", "?errors=1", "?ask=kind"])
def test_the_gallery_shows_everything(view: Any, query: str, settings: Any) -> None:
    settings.DEBUG = True
    request = RequestFactory().get(f"/design/{query}")
    response = view(request)
    assert response.status_code == 200
    ids = re.findall(r' id="([^"]+)"', response.content.decode())
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
