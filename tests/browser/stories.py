"""The demo partnership for stories that people live through: real sign-in with a second factor, both doors open."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from childfirst.people.demo import PASSWORD, email_of
from childfirst.people.vocabulary import Role
from tests.browser import servers
from tests.browser.looking import NARROW, WIDE, Watched, watched

SIZE = ("--schools", "24", "--encounters", "800", "--seed", "7")
DEMO = {"CHILDFIRST_DEMO": "true"}


@dataclass(frozen=True)
class Partnership:
    """The running demo: the address of each door, and the folder of its data."""

    workspace: str
    public: str
    data: Path

    def run(self, *arguments: str) -> str:
        """Run a command of ours on this partnership; gives what it printed."""
        return servers.run("childfirst", *arguments, env=servers.environment(self.data, "workspace", **DEMO))


def rows(data: Path, query: str, *values: Any) -> list[Any]:
    """What the workspace's database says."""
    with contextlib.closing(
        sqlite3.connect(f"file:{data / 'workspace.sqlite3'}?mode=ro", uri=True, timeout=30)
    ) as found:
        return found.execute(query, values).fetchall()


@contextlib.contextmanager
def standing(data: Path) -> Iterator[Partnership]:
    """A small demo partnership, served."""
    env = servers.environment(data, "workspace", **DEMO)
    servers.run("childfirst", "demo", "--no-serve", *SIZE, env=env)
    with servers.serving("public", data) as public, servers.serving("workspace", data, CHILDFIRST_PUBLIC_URL=public, **DEMO) as url:  # fmt: skip
        yield Partnership(url, public, data)


@contextlib.contextmanager
def window(browser: Browser, partnership: Partnership, role: Role | str, *, number: int = 1, width: int = WIDE, scripts: bool = True) -> Iterator[Watched]:  # fmt: skip
    """A window in which the demo's account of a role has signed in, at a width; ``public`` for the public site.

    ``number`` 2 is the second person in that role.
    """
    url = partnership.public if role == "public" else partnership.workspace
    with watched(browser, url, scripts=scripts) as found:
        found.page.set_viewport_size({"width": width, "height": 800})
        if role == "public":
            found.open(url + "/")
        else:
            sign_in(found.page, url, Role(role), number)
        yield found


def sign_in(page: Page, url: str, role: Role, number: int = 1) -> None:
    """Sign in by keyboard as a person would, with the code that the demo shows where one is asked for."""
    email = email_of(role)
    page.goto(f"{url}/account/sign-in/")
    page.get_by_label("Email", exact=False).first.focus()
    page.keyboard.type(email if number == 1 else email.replace("@", f"-{number}@"))
    page.locator("input[type=password]").focus()
    page.keyboard.type(PASSWORD)
    press_enter(page)
    code = page.locator("input[name=code]")
    if code.count():
        shown = re.search(r"\b(\d{3}) ?(\d{3})\b", page.locator("main").inner_text())
        assert shown is not None, "the demo shows no code"
        code.focus()
        page.keyboard.type(shown[1] + shown[2])
        press_enter(page)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def press_enter(page: Page) -> None:
    """Press the key, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looks_well(found: Watched) -> None:
    """The open page has no fault of axe's, fits both widths, and said nothing on the console."""
    before = found.page.viewport_size
    problems = found.look(WIDE, NARROW)
    if before:
        found.page.set_viewport_size(before)
    assert not problems, "\n".join(problems)
