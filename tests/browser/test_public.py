"""The public pages in a real browser: axe, narrow screens, no scripts, the keyboard, no word to anyone else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import NARROW, REFLOW, WIDE, watched
from tests.public.invented import CORRECTED, NEWEST, SCHOOLS, SEARCHES, WITHDRAWN

STANDING = [
    "/", "/measures", "/releases", "/young-people-and-parents", "/schools", "/researchers", "/how-to-read-figures",
    "/how-to-check-files", "/open-data", "/accessibility", "/privacy",
]  # fmt: skip
SHOWING = [
    f"/measures/{SEARCHES}", f"/measures/{SCHOOLS}", "/measures/early",
    f"/measures/{SEARCHES}?borough=E09000003&self_defined_group=each&outcome=arrest",
    f"/measures/{SEARCHES}?borough=each&self_defined_group=each&outcome=each&page=2",
    f"/releases/{NEWEST}", f"/releases/{CORRECTED}", f"/releases/{WITHDRAWN}",
]  # fmt: skip


@pytest.mark.parametrize("address", STANDING + SHOWING)
def test_pages(browser: Browser, public: str, address: str) -> None:
    with watched(browser, public) as window:
        window.open(public + address)
        assert window.look(WIDE, NARROW, REFLOW) == []


@pytest.mark.parametrize(
    "address", ["/", "/measures", "/releases", "/open-data", "/researchers", "/how-to-check-files"]
)
def test_pages_before_anything_is_published(browser: Browser, empty_public: str, address: str) -> None:
    with watched(browser, empty_public) as window:
        window.open(empty_public + address)
        assert window.look(WIDE, NARROW, REFLOW) == []


def test_page_not_found(browser: Browser, public: str) -> None:
    with watched(browser, public) as window:
        window.open(public + "/nothing-here", status=404)
        window.problems = [one for one in window.problems if "404" not in one]
        assert window.look(WIDE, NARROW, REFLOW) == []


@pytest.mark.parametrize("address", ["/", f"/measures/{SEARCHES}", f"/releases/{NEWEST}"])
def test_focus_can_be_seen_on_everything_that_tab_reaches(browser: Browser, public: str, address: str) -> None:
    with watched(browser, public) as window:
        window.open(public + address)
        window.page.keyboard.press("Tab")
        expect(window.page.locator(":focus")).to_have_text("Skip to main content")
        assert window.unseen_focus() == []


def test_a_borough_can_be_chosen_without_scripts(browser: Browser, public: str) -> None:
    with watched(browser, public, scripts=False) as window:
        page = window.page
        window.open(f"{public}/measures/{SEARCHES}")
        page.get_by_label("Borough", exact=True).select_option(label="Dunmere")
        page.get_by_label("Ethnic group (self-defined)", exact=True).select_option(value="each")
        page.get_by_role("button", name="Show these figures").click()
        expect(page).to_have_url(re.compile("borough=E09000004"))
        expect(page.get_by_role("heading", name="Borough: Dunmere")).to_be_visible()
        expect(page.get_by_role("rowheader", name="Mixed")).to_be_visible()
        page.get_by_role("link", name="Start again").click()
        expect(page.get_by_role("rowheader", name="Ashbourne")).to_be_visible()
        assert window.problems == []


@pytest.mark.parametrize("address", STANDING + SHOWING)
def test_pages_say_the_same_without_scripts(browser: Browser, public: str, address: str) -> None:
    with watched(browser, public, scripts=False) as window:
        window.open(public + address)
        expect(window.page.locator("h1")).to_be_visible()
        assert window.problems == []


def test_nothing_is_left_in_the_browser(browser: Browser, public: str) -> None:
    with watched(browser, public) as window:
        for address in (*STANDING, *SHOWING):
            window.open(public + address)
        assert window.page.context.cookies() == []
        assert window.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_charts_speak_to_those_who_hear_them(browser: Browser, public: str) -> None:
    with watched(browser, public) as window:
        window.open(f"{public}/measures/{SEARCHES}")
        drawings = window.page.locator(".cf-figure svg[role=img]")
        assert drawings.count() >= 3
        for number in range(drawings.count()):
            drawing = drawings.nth(number)
            assert drawing.locator("title").first.text_content()
            assert drawing.locator("desc").first.text_content()
        for details in window.page.locator(".cf-figure details").all():
            details.locator("summary").click()
            expect(details.locator("table")).to_be_visible()


def test_a_file_is_downloaded_by_its_own_name(browser: Browser, public: str) -> None:
    with watched(browser, public) as window:
        window.open(f"{public}/releases/{NEWEST}")
        with window.page.expect_download() as waiting:
            window.page.get_by_role("link", name=f"{SEARCHES} as CSV").click()
        assert waiting.value.suggested_filename == f"{SEARCHES}.csv"
