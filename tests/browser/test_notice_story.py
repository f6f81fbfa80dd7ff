"""A school's lead opens a notice: from the officer's words to their erasure, in a real browser, with sign-in and second factor."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from childfirst.people.demo import email_of
from childfirst.people.vocabulary import Role
from tests.browser.looking import NARROW, REFLOW, WIDE, Watched
from tests.browser.stories import Partnership, rows, window

NAME = "Wilhelmina Quisling"
HAPPENED = "She was pushed from her bicycle near the playing field. She was shaken, and her aunt took her home."
SHOTS = os.environ.get("CHILDFIRST_SHOTS", "")


def check(found: Watched, name: str) -> None:
    """Everything that is looked at on every page, at three widths; with CHILDFIRST_SHOTS also a picture of it."""
    problems = found.look(WIDE, NARROW, REFLOW)
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        for width in (WIDE, NARROW):
            found.page.set_viewport_size({"width": width, "height": 900})
            found.page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    found.page.set_viewport_size({"width": WIDE, "height": 800})
    assert problems == [], f"{name}: {problems}"


def test_the_story_of_a_notice(browser: Browser, partnership: Partnership) -> None:
    with (
        window(browser, partnership, Role.WARD_OFFICER) as officer,
        window(browser, partnership, Role.SCHOOL_LEAD) as lead,
    ):
        number = _the_officer_writes(officer, partnership)
        _the_lead_opens(lead, partnership.workspace, number)
        _they_talk(officer, lead, number)
        _the_lead_acknowledges(lead)
        _the_officer_sees_what_was_done(officer)
    with window(browser, partnership, Role.NEIGHBOURHOOD_SUPERVISOR) as supervisor:
        _the_supervisor_sees_no_word(supervisor)
    _no_e_mail_says_anything(partnership.data / "mail")


def _to_write_for_the_lead(partnership: Partnership) -> str:
    """Number of a notice that the demo's officer has to write to the school of the demo's lead."""
    ((found,),) = rows(
        partnership.data,
        "SELECT n.id FROM encounters_notices_notice n JOIN people_account o ON o.id = n.officer_id AND o.email = ? "
        "JOIN people_organisation s ON s.urn = n.school_id JOIN people_membership m ON m.organisation_id = s.id "
        "JOIN people_account l ON l.id = m.account_id AND l.email = ? WHERE n.state = 'to_write' LIMIT 1",
        email_of(Role.WARD_OFFICER),
        email_of(Role.SCHOOL_LEAD),
    )
    return str(found)[-8:]


def _the_officer_writes(officer: Watched, partnership: Partnership) -> str:
    """From the encounter to the school; gives the notice's number."""
    page = officer.page
    page.goto(f"{partnership.workspace}/notices/sent/")
    check(officer, "officer-1-notices")
    _open(officer, _to_write_for_the_lead(partnership))
    page.get_by_role("link", name="Go to encounter").click()
    page.get_by_role("button", name="Write the notice to the school").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    check(officer, "officer-2-mistakes")
    page.get_by_label("Yes", exact=True).first.check()
    page.get_by_label("Full name").fill(NAME)
    page.get_by_label("Year group", exact=True).first.check()
    page.locator("select[name=year_group]").select_option("9")
    page.get_by_label("What happened").fill(HAPPENED)
    page.get_by_label("No, and the school must not tell them").check()
    page.get_by_label("Check how the child is").check()
    page.get_by_label("So that the school can look after the child").check()
    page.get_by_label("Public task").check()
    check(officer, "officer-3-written")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    check(officer, "officer-4-check")
    page.get_by_role("button", name="Send to the school").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notice sent")
    expect(page.locator("body")).not_to_contain_text(NAME)
    check(officer, "officer-5-sent")
    return page.locator(".govuk-panel strong").inner_text()


def _open(found: Watched, number: str) -> None:
    """Follow a notice's line in the list."""
    found.page.locator(".govuk-task-list__item", has_text=f"Notice {number}").first.get_by_role("link").click()


def _the_lead_opens(lead: Watched, url: str, number: str) -> None:
    page = lead.page
    page.goto(url + "/")
    first = page.locator(".govuk-task-list__item").first
    expect(first).to_contain_text("Notices about your pupils")
    expect(first).to_contain_text("things to do")
    check(lead, "lead-1-home")
    first.get_by_role("link").click()
    check(lead, "lead-2-list")
    _open(lead, number)
    page.get_by_role("button", name="Open the notice").click()
    expect(page.get_by_role("alert")).to_contain_text("Confirm that you will use this only to look after the child")
    check(lead, "lead-3-before")
    page.get_by_label("I will use this only to look after the child").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Open the notice").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(NAME)).to_be_visible()
    expect(
        page.get_by_text("Do not talk to a parent or carer about this before you have asked the officer.")
    ).to_be_visible()
    check(lead, "lead-4-notice")
    assert lead.unseen_focus(40) == []
    page.emulate_media(media="print")
    expect(page.get_by_text(NAME)).to_be_hidden()
    expect(page.get_by_text("is not for printing")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/lead-5-print.png", full_page=True)
    page.emulate_media(media="screen")


def _they_talk(officer: Watched, lead: Watched, number: str) -> None:
    lead.page.get_by_label("Your message").fill("May I ask her aunt?")
    lead.page.get_by_role("button", name="Send").click()
    expect(lead.page.get_by_text("May I ask her aunt?")).to_be_visible()
    officer.page.get_by_role("link", name="Go to your notices").click()
    check(officer, "officer-6-notices")
    _open(officer, number)
    expect(officer.page.get_by_text("May I ask her aunt?")).to_be_visible()
    officer.page.get_by_label("Your message").fill("Yes, her aunt knows.")
    officer.page.get_by_role("button", name="Send").click()
    check(officer, "officer-7-thread")
    lead.page.reload()
    expect(lead.page.get_by_text("Yes, her aunt knows.")).to_be_visible()
    check(lead, "lead-6-thread")


def _the_lead_acknowledges(lead: Watched) -> None:
    page = lead.page
    notice = page.url
    page.get_by_role("button", name="Say what the school did").click()
    page.get_by_label("We spoke with the child").check()
    page.get_by_label("Anything the officer should know").fill("Wilhelmina is well")
    page.get_by_role("button", name="Acknowledge and erase").click()
    expect(page.get_by_role("alert")).to_contain_text("Take out the child’s name")
    check(lead, "lead-7-acknowledge")
    page.get_by_label("Anything the officer should know").fill("She is well")
    page.get_by_role("button", name="Acknowledge and erase").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    check(lead, "lead-8-done")
    page.goto(notice)
    expect(page.get_by_text("What it said is erased")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(NAME)
    check(lead, "lead-9-erased")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(NAME)


def _the_officer_sees_what_was_done(officer: Watched) -> None:
    officer.page.reload()
    expect(officer.page.get_by_text("We spoke with the child")).to_be_visible()
    expect(officer.page.get_by_text("She is well")).to_be_visible()
    expect(officer.page.locator("body")).not_to_contain_text(NAME)
    check(officer, "officer-8-answered")


def _the_supervisor_sees_no_word(supervisor: Watched) -> None:
    page = supervisor.page
    page.get_by_role("link", name="Notices that wait").click()
    expect(page.locator("body")).not_to_contain_text(NAME)
    check(supervisor, "supervisor-1-overview")
    page.get_by_role("link", name="with a waiting notice and nobody to open it").click()
    check(supervisor, "supervisor-2-without-a-lead")


def _no_e_mail_says_anything(folder: Path) -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    assert "A notice waits for you to open it" in written
    for secret in (NAME, "Quisling", "bicycle"):
        assert secret not in written
