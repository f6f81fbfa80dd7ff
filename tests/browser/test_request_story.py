"""A parent asks what is held about their child: from the request to the answer, and the record that is said to be wrong."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.synthetic.requests import REFERENCE
from tests.browser.looking import NARROW
from tests.browser.stories import Partnership, looks_well, press_enter, window


def test_a_parents_request_is_answered_by_keyboard(browser: Browser, partnership: Partnership) -> None:
    with window(browser, partnership, Role.AUDITOR, width=NARROW) as found:
        page = found.page
        page.goto(f"{partnership.workspace}/subject-access/")
        page.get_by_role("button", name="Record a request").focus()
        press_enter(page)
        page.get_by_label("What is the force’s reference").focus()
        page.keyboard.type("Kit Example")
        press_enter(page)
        expect(page.get_by_role("alert")).to_contain_text("Never enter a name")
        looks_well(found)
        page.get_by_label("What is the force’s reference").fill("26/SM/000042")
        page.get_by_label("A parent or carer").focus()
        page.keyboard.press("Space")
        page.get_by_label("In person, with an identity document").focus()
        page.keyboard.press("Space")
        today = clock.today()
        for label, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
            page.get_by_label(label, exact=True).fill(str(value))
        page.get_by_role("button", name="Record the request").focus()
        press_enter(page)
        expect(page.get_by_text("The request is recorded")).to_be_visible()
        looks_well(found)
        page.get_by_role("button", name="Open what is held").focus()
        press_enter(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("holds about you")
        expect(page.get_by_role("heading", level=3)).to_have_count(1)  # nothing but the request itself
        looks_well(found)


def test_the_document_says_all_and_a_supervisor_decides_what_is_wrong(
    browser: Browser, partnership: Partnership
) -> None:
    with window(browser, partnership, Role.AUDITOR) as found:
        page = found.page
        page.goto(f"{partnership.workspace}/subject-access/")
        page.locator("table a").first.click()
        page.get_by_role("button", name="Open what is held").click()
        expect(page.get_by_role("heading", level=3)).to_have_count(4)
        expect(page.locator("main")).not_to_contain_text(REFERENCE)
        looks_well(found)
        page.get_by_role("link", name="The person says that this is wrong").first.click()
        page.get_by_label("What is wrong").fill("I was not there: my brother was.")
        page.get_by_role("button", name="Pass it on").click()
        expect(page.get_by_text("Said to be wrong")).to_be_visible()
        looks_well(found)
        page.get_by_role("button", name="Open what is held").click()
        page.get_by_label("By recorded delivery").check()
        page.get_by_role("button", name="The person has this document").click()
        expect(page.get_by_text("is answered")).to_be_visible()
    with window(browser, partnership, Role.NEIGHBOURHOOD_SUPERVISOR, width=NARROW) as found:
        page = found.page
        page.get_by_role("link", name="Records said to be wrong").click()
        looks_well(found)
        page.locator("table a").last.click()
        page.get_by_label("The record stays").check()
        page.get_by_label("What is the person told?").fill(
            "The officer’s video shows you. Your words stay with the record."
        )
        page.get_by_role("button", name="Record your decision").click()
        expect(page.get_by_text("Your decision is recorded")).to_be_visible()


def test_the_protocol_comes_before_a_crime_record(browser: Browser, partnership: Partnership) -> None:
    with window(browser, partnership, Role.WARD_OFFICER, width=NARROW) as found:
        page = found.page
        page.goto(f"{partnership.workspace}/crime-records/")
        looks_well(found)
        page.get_by_role("button", name="Start with the Schools Protocol").click()
        looks_well(found)
        page.get_by_label("Which school is it about?").fill("a")
        page.get_by_label("Which school is it about?").press_sequentially("cademy")
        page.get_by_role("option").first.click()
        today = clock.today()
        for label, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
            page.get_by_label(label, exact=True).fill(str(value))
        page.get_by_label("A fight or an assault").check()
        page.get_by_label("Staff of the school").check()
        page.get_by_label("On school premises").check()
        for question, answer in (
            ("Was it in school hours?", "Yes"),
            ("Is it serious?", "No"),
            ("Does the young person who was harmed", "No"),
            ("Does the head teacher ask", "No"),
        ):
            page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Leave it to the school: no crime record")
        looks_well(found)
