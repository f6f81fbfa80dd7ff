"""An officer records an encounter after school, corrects it, and a supervisor reviews it: by keyboard alone, on a phone's width,
with scripts and without; and the good end, where somebody else deals with it.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from tests.browser.looking import NARROW, REFLOW, WIDE, Watched
from tests.browser.stories import Partnership, press_enter, window

SHOTS = os.environ.get("CHILDFIRST_SHOTS", "")
STOPS = 150


class Keyboard:
    """A person who has no mouse: goes from control to control, chooses by arrows, types, presses."""

    def __init__(self, found: Watched, name: str, *, scripts: bool = True) -> None:
        self.found, self.page, self.name, self.number = found, found.page, name, 0
        self.scripts = scripts

    def reach(self, wanted: Locator) -> None:
        """Press Tab until the control has the focus."""
        for _ in range(STOPS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached by the Tab key")

    def press(self, name: str, role: str = "button") -> None:
        """Go to a button or link and press Enter."""
        self.reach(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
        press_enter(self.page)

    def choose(self, label: str, *, group: str = "") -> None:
        """Go to a group of radio buttons and choose by the arrow keys."""
        within: Page | Locator = self.page.get_by_role("group", name=group) if group else self.page
        wanted = within.get_by_label(label, exact=True).first
        name = wanted.get_attribute("name")
        for _ in range(STOPS):
            if self.page.evaluate("name => document.activeElement.name === name", name):
                break
            self.page.keyboard.press("Tab")
        for _ in range(30):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def write(self, label: str, text: str) -> None:
        """Go to a field (or a list to choose from) and type."""
        field = self.page.get_by_label(label).first
        self.reach(field)
        self.page.keyboard.type(text)

    def look(self, name: str) -> None:
        """The page has no fault; with CHILDFIRST_SHOTS also a picture of it. Axe needs scripts, and has seen the page with them."""
        self.number += 1
        before = self.page.viewport_size
        problems = self.found.look(WIDE, NARROW, REFLOW) if self.scripts else list(self.found.problems)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            for width in (WIDE, NARROW):
                self.page.set_viewport_size({"width": width, "height": 800})
                self.page.screenshot(path=f"{SHOTS}/{self.name}-{self.number:02}-{name}-{width}.png", full_page=True)
        if before:
            self.page.set_viewport_size(before)
        assert problems == [], f"{name}: {problems}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_officer_records_an_encounter_after_school(
    browser: Browser, partnership: Partnership, scripts: bool
) -> None:
    with window(browser, partnership, Role.WARD_OFFICER, width=NARROW, scripts=scripts) as found:
        keys = Keyboard(found, "officer" if scripts else "officer-without-scripts", scripts=scripts)
        _to_the_first_question(keys, partnership)
        _the_first_questions(keys)
        _when_and_where(keys)
        _the_school(keys, scripts)
        _the_person_and_what_happened(keys)
        number = _make_the_record(keys)
        _correct_it(keys)
    with window(browser, partnership, Role.NEIGHBOURHOOD_SUPERVISOR, width=NARROW, scripts=scripts) as found:
        name = "supervisor" if scripts else "supervisor-without-scripts"
        _the_supervisor_reviews(Keyboard(found, name, scripts=scripts), number)


def test_somebody_else_deals_with_it(browser: Browser, partnership: Partnership) -> None:
    with window(browser, partnership, Role.WARD_OFFICER, number=2, width=NARROW) as found:
        keys = Keyboard(found, "diverted")
        _to_the_first_question(keys, partnership)
        keys.choose("The school, under its own behaviour policy")
        keys.press("Save and continue")
        expect(keys.page.get_by_role("heading", name="Call the school first")).to_be_visible()
        keys.choose("Yes, the school is dealing with it")
        keys.press("Save and continue")
        expect(keys.page.get_by_role("heading", name="No record is needed")).to_be_visible()
        keys.look("no-record")
        keys.press("Go to encounters", "link")
        expect(keys.page.get_by_text("unfinished record")).to_have_count(0)


def _to_the_first_question(keys: Keyboard, partnership: Partnership) -> None:
    keys.page.goto(partnership.workspace + "/")
    keys.press("Record an encounter", "link")
    keys.look("start")
    keys.press("Start now")


def _the_first_questions(keys: Keyboard) -> None:
    expect(keys.page.get_by_role("heading", level=1)).to_contain_text("Could someone else have dealt with this?")
    keys.press("Save and continue")
    expect(keys.page.get_by_role("alert")).to_contain_text("Select who else could have dealt with it, or nobody")
    keys.choose("A youth worker or youth organisation")
    keys.look("alternative")
    keys.press("Save and continue")
    expect(keys.page.get_by_text("detached youth team")).to_be_visible()
    keys.choose("No. They could not come, or not in time")
    keys.look("police")
    keys.press("Save and continue")
    keys.choose("Stop and search")
    keys.look("kind")
    keys.press("Save and continue")
    keys.choose("Police on patrol")
    keys.press("Save and continue")


def _when_and_where(keys: Keyboard) -> None:
    day = clock.local(clock.now() - dt.timedelta(days=1))
    for label, text in (("Day", str(day.day)), ("Month", str(day.month)), ("Year", str(day.year))):
        keys.write(label, text)
    keys.write("Time", "3:40pm")
    keys.look("when")
    keys.press("Save and continue")
    keys.choose("Not known")
    keys.look("where")
    keys.press("Save and continue")


def _the_school(keys: Keyboard, scripts: bool) -> None:
    page = keys.page
    keys.choose("At this school, nursery or college")
    keys.write("Name of the school", "school")
    if scripts:
        expect(page.get_by_role("option").first).to_be_visible()
        keys.look("school")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        keys.press("Save and continue")
        return
    keys.press("Save and continue")
    first = page.locator("input[name=school_choice]").first
    keys.reach(first)
    page.keyboard.press("Space")
    keys.press("Save and continue")


def _the_person_and_what_happened(keys: Keyboard) -> None:
    expect(keys.page.get_by_role("heading", name="About the person")).to_be_visible()
    keys.choose("I know the age")
    keys.write("Age in years", "14")
    keys.choose("Female", group="Gender")
    keys.write("Ethnicity, in the person’s own words", "Black or Black British: C")
    keys.write("Ethnicity, as you saw it", "Black")
    keys.choose("Not known", group="special educational needs")
    keys.look("person")
    keys.press("Save and continue")
    keys.choose("The person")
    keys.write("Under which power?", "Misuse")
    keys.write("What was it a search for?", "Controlled")
    keys.choose("No further action")
    keys.choose("No", group="linked to what the search was for")
    keys.choose("Yes", group="force used")
    keys.choose("No", group="more than outer clothing")
    keys.choose("Not needed")
    keys.look("outcome")
    keys.press("Save and continue")


def _make_the_record(keys: Keyboard) -> str:
    page = keys.page
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    for words in (
        "A youth worker or youth organisation",
        "They could not come",
        "3:40pm",
        "Caribbean",
        "Controlled drugs",
    ):
        expect(page.locator("main")).to_contain_text(words)
    keys.look("check")
    keys.press("Make the record")
    expect(page.get_by_role("heading", name="Encounter recorded")).to_be_visible()
    expect(page.locator("main")).to_contain_text("A supervisor will review this encounter within 24 hours")
    keys.look("recorded")
    return page.locator(".govuk-panel strong").inner_text()


def _correct_it(keys: Keyboard) -> None:
    page = keys.page
    keys.press("Correct the record", "link")
    keys.choose("Who began it?")
    keys.look("what-is-wrong")
    keys.press("Continue")
    keys.choose("A school")
    keys.write("Why is the record corrected?", "The school had called; I chose patrol by mistake.")
    keys.look("correct")
    keys.press("Continue")
    expect(page.locator("main")).to_contain_text("Was: Police on patrol")
    keys.look("check-correction")
    keys.press("Correct the record")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Why: The school had called; I chose patrol by mistake.")
    keys.look("history")


def _the_supervisor_reviews(keys: Keyboard, number: str) -> None:
    page = keys.page
    keys.press("Reviews", "link")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Force was used")
    keys.look("reviews")
    keys.press(number, "link")
    keys.press("Complete the review")
    expect(page.get_by_role("alert")).to_contain_text("Select what you found")
    keys.choose("It was needed, and could have been done better")
    keys.choose("I talk about it with the officer")
    keys.write("Why? Say it in your own words", "Handcuffs were on before anyone had talked to her.")
    keys.look("review")
    keys.press("Complete the review")
    expect(page.get_by_text(f"Encounter {number} is reviewed.")).to_be_visible()
