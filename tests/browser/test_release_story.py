"""A release from its author to its readers, by clicks and keys: refused with reasons, prepared again, decided blind, published, read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import servers
from tests.browser.looking import NARROW, WIDE, Watched, watched

TITLE = "Second quarter of 2018"
KEY = "2018-09-second-quarter-of-2018"
REASON = "The notes do not say that March has no ages."


@dataclass(frozen=True)
class Stage:
    """Both doors on one partnership's data, and who can sign in."""

    workspace: str
    public: str
    cookie: str
    sessions: dict[str, str]
    first: str

    def enter(self, window: Watched, who: str) -> Page:
        window.sign_in(self.workspace, [self.cookie, self.sessions[who]])
        return window.page


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("releases")
    servers.run("django", "collectstatic", "--noinput", "-v0", env=servers.environment(folder, "workspace"))
    demo = {"CHILDFIRST_DEMO": "true"}  # no time is spent on hiding the last cell less
    made = json.loads(
        servers.run("tests.browser.release_people", env=servers.environment(folder, "workspace", **demo)).splitlines()[
            -1
        ]
    )
    with servers.serving("public", folder) as public:
        url = {"CHILDFIRST_PUBLIC_URL": public}
        with servers.serving("workspace", folder, **demo, **url) as workspace:
            yield Stage(workspace, public, made["cookie"], made["sessions"], made["first"])


def prepare(page: Page, *, notes: str) -> None:
    """Fill in the form that is open, and send it."""
    page.get_by_label("Title", exact=True).fill(TITLE)
    for name in ("What comes of stopping and searching children", "Encounters with the child's school recorded"):
        page.get_by_label(name, exact=True).check()
    page.get_by_label("First month").fill("2018-04")
    page.get_by_label("Last month").fill("2018-06")
    for name, value in (("Day", "3"), ("Month", "9"), ("Year", "2018")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Your own words for the notes").fill(notes)
    page.get_by_role("button", name="Prepare the release").click(timeout=120_000)


def decide(page: Page, workspace: str, *, sign: bool, reason: str = "") -> None:
    """Decide with the keyboard alone."""
    page.goto(f"{workspace}/releases/{KEY}/")
    page.get_by_role("button", name="Sign or refuse").focus()
    page.keyboard.press("Enter")
    choice = page.get_by_label("I sign: it can be published" if sign else "I refuse")
    choice.focus()
    page.keyboard.press("Space")
    if not sign:
        page.keyboard.press("Tab")
        page.keyboard.type(reason)
    page.get_by_role("button", name="Keep my decision").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your decision is kept.")).to_be_visible()


def test_from_its_author_to_its_readers(browser: Browser, stage: Stage, tmp_path: Path) -> None:
    with watched(browser, stage.workspace) as window:
        page = stage.enter(window, "author")
        page.set_default_timeout(90_000)
        window.open(f"{stage.workspace}/releases/")
        page.get_by_role("button", name="Prepare a release").click()
        assert window.look(WIDE, NARROW) == []
        prepare(page, notes="All teams.")
        expect(page.get_by_text("Ready to be reviewed")).to_be_visible()
        expect(page.get_by_text("You prepared this release")).to_be_visible()
        assert window.look(WIDE, NARROW) == []

        stage.enter(window, "colleague")
        window.open(f"{stage.workspace}/releases/{KEY}/changes/")
        expect(page.get_by_role("heading", name="What changed since the release before")).to_be_visible()
        assert window.look(WIDE, NARROW) == []
        window.open(f"{stage.workspace}/releases/{KEY}/tables/school-recorded/?show=hidden")
        expect(page.get_by_text("it guards a small one").first).to_be_visible()
        assert window.look(WIDE, NARROW) == []
        window.open(f"{stage.workspace}/releases/{KEY}/comment/")
        page.get_by_label("Your comment").fill("Is June whole?")
        page.get_by_role("button", name="Keep the comment").click()
        expect(page.get_by_text("Is June whole?")).to_be_visible()
        decide(page, stage.workspace, sign=False, reason=REASON)

        stage.enter(window, "board")
        window.open(f"{stage.workspace}/releases/{KEY}/")
        expect(
            page.get_by_text("One of two people has decided. What they decided is shown when both have.")
        ).to_be_visible()
        expect(page.get_by_text(REASON)).to_have_count(0)
        expect(page.get_by_text("Is June whole?")).to_have_count(0)
        decide(page, stage.workspace, sign=True)
        expect(page.get_by_text(REASON)).to_be_visible()
        expect(page.get_by_text("Sent back with reasons")).to_be_visible()

        stage.enter(window, "author")
        window.open(f"{stage.workspace}/releases/{KEY}/")
        assert window.look(WIDE, NARROW) == []
        page.get_by_role("button", name="Prepare it again").click()
        expect(page.get_by_text(REASON)).to_be_visible()
        expect(page.get_by_label("Title", exact=True)).to_have_value(TITLE)
        prepare(page, notes="All teams. The records of March have no ages.")
        expect(page.get_by_text("Ready to be reviewed")).to_be_visible()

        stage.enter(window, "colleague")
        decide(page, stage.workspace, sign=True)
        expect(page.get_by_role("button", name="Publish")).to_have_count(0)
        stage.enter(window, "board")
        decide(page, stage.workspace, sign=True)
        assert window.look(WIDE, NARROW) == []
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("The release is published.")).to_be_visible()
        assert window.problems == []

    with watched(browser, stage.public) as window:
        page = window.page
        window.open(f"{stage.public}/releases")
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_text("Analyst, Test Police force: Could decide about the release")).to_be_visible()
        assert window.look(WIDE, NARROW) == []
        page.get_by_role("link", name="Encounters with the child's school recorded", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Encounters with the child's school recorded")
        assert window.look(WIDE, NARROW) == []
        assert window.unseen_focus(40) == []
        page.get_by_label("Month", exact=True).select_option(label="May 2018")
        page.get_by_role("button", name="Show these rows").click()
        expect(page.get_by_text("Month: May 2018").first).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download these rows (CSV)").click()
        rows = list(csv.DictReader(Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()))
        assert {row["month"] for row in rows} == {"2018-05"}
        assert {row["count"] for row in rows if row["status"] == "hidden"} <= {""}
        window.open(f"{stage.public}/releases/{KEY}")
        page.get_by_label("Release", exact=True).select_option(value=stage.first)
        page.get_by_role("button", name="Show what is different").click()
        expect(page.get_by_text("They are about different months.")).to_be_visible()
        assert window.look(WIDE, NARROW) == []


@pytest.mark.parametrize("address", ["/calendar", "/how-we-publish", "/revisions"])
def test_pages_for_those_who_use_figures(browser: Browser, stage: Stage, address: str) -> None:
    with watched(browser, stage.public) as window:
        window.open(stage.public + address)
        assert window.look(WIDE, NARROW) == []


def test_a_date_is_announced_and_moved(browser: Browser, stage: Stage) -> None:
    with watched(browser, stage.workspace) as window:
        page = stage.enter(window, "board")
        window.open(f"{stage.workspace}/releases/calendar/")
        page.get_by_role("button", name="Announce a publication").click()
        page.get_by_label("What will be published?").fill("Third quarter of 2018")
        for name, value in (("Day", "3"), ("Month", "12"), ("Year", "2099")):
            page.get_by_label(name, exact=True).fill(value)
        assert window.look(WIDE, NARROW) == []
        page.get_by_role("button", name="Announce it").click()
        expect(page.get_by_role("cell", name="3 December 2099")).to_be_visible()
        page.get_by_role("link", name="Move or call off").click()
        page.get_by_label("It comes on another day").check()
        for name, value in (("Day", "10"), ("Month", "12"), ("Year", "2099")):
            page.get_by_label(name, exact=True).fill(value)
        page.get_by_label("Why?").fill("Two teams handed in late.")
        page.get_by_role("button", name="Tell the public").click()
        assert window.look(WIDE, NARROW) == []
    with watched(browser, stage.public) as window:
        window.page.wait_for_timeout(1_200)
        window.open(f"{stage.public}/calendar")
        expect(window.page.get_by_text("Moved from 3 December 2099 to 10 December 2099")).to_be_visible()
