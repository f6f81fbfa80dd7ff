"""The workspace's pages in a real browser, for every role: axe, narrow screens, the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from childfirst.people.vocabulary import Role
from tests.browser.looking import NARROW, WIDE, watched
from tests.browser.servers import Site


@pytest.mark.parametrize("who", ["visitor", *Role.values])
def test_pages(browser: Browser, workspace: Site, who: str) -> None:
    """Every page that the lists of routes name is seen by the first role that may open it; home by each."""
    mine = workspace.roles[who]
    assert mine["pages"] or who == "visitor"
    problems: dict[str, list[str]] = {}
    with watched(browser, workspace.url) as window:
        for page in mine["pages"]:
            workspace.with_records(page["state"])
            window.sign_in(workspace.url, mine["cookie"])
            window.open(workspace.url + page["address"])
            if found := window.look(WIDE, NARROW):
                problems[f"{page['name']} {page['address']}"] = found
    told = "\n".join(f"{page}\n    " + "\n    ".join(found) for page, found in problems.items())
    assert not problems, told


@pytest.mark.parametrize("who", [Role.WARD_OFFICER, Role.ANALYST, Role.ADMINISTRATOR])
def test_focus_can_be_seen(browser: Browser, workspace: Site, who: str) -> None:
    mine = workspace.roles[who]
    with watched(browser, workspace.url) as window:
        workspace.with_records(f"begun-{who}")
        window.sign_in(workspace.url, mine["cookie"])
        window.open(workspace.url + "/")
        window.page.keyboard.press("Tab")
        expect(window.page.locator(":focus")).to_have_text("Skip to main content")
        assert window.unseen_focus(60) == []
