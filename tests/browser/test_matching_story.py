"""An analyst clears the queue of a file of 100,000 earlier records: by command and by upload, by keyboard and without scripts."""

from __future__ import annotations

import csv
import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.synthetic.matching import NAMES_NONE, writer
from tests.browser.stories import Partnership, looks_well, press_enter, rows, window

ROWS = 100_000
DIFFERENT = 1_500
CLEARED = 12
HEADER = ("No", "Date", "School", "Borough", "Age", "Kind")
MAPPING = """
system = "lantern"
[columns]
reference = "No"
occurred_at = "Date"
words = "School"
borough = "Borough"
age = "Age"
kind = "Kind"
"""


def write_file(path: Path, schools: list[tuple[str, str]], number: int, first: int = 1) -> None:
    """As many records as free text has them: few words very often, many once or twice."""
    rng = np.random.default_rng(20)
    write = writer(rng)
    said = []
    for _ in range(DIFFERENT):
        name, borough = schools[int(rng.integers(len(schools)))]
        words = str(rng.choice(np.array(NAMES_NONE))) if rng.random() < 0.05 else write(name, ())
        month = int(rng.integers(1, 4))
        age = "" if rng.random() < 0.4 else str(int(rng.integers(5, 17)))
        said.append((month, words, borough if rng.random() < 0.6 else "", age))
    often = 1 / np.arange(1, DIFFERENT + 1) ** 0.7
    chosen = rng.choice(DIFFERENT, number, p=often / often.sum())
    last = clock.today() - dt.timedelta(days=40)
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADER)
        for n, which in enumerate(chosen.tolist(), first):
            month, words, borough, age = said[which]
            day = last - dt.timedelta(days=30 * month)
            table.writerow((f"L{n:07}", day.strftime("%d/%m/%Y"), words, borough, age, "Victim of a crime"))


@pytest.fixture(scope="module")
def imported(partnership: Partnership, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The file of 100,000 rows, imported by the command; what it printed, and what it took."""
    folder = tmp_path_factory.mktemp("legacy")
    schools = rows(partnership.data, "SELECT name, la_name FROM places_school WHERE status = 'open' ORDER BY urn")
    file, mapping = folder / "lantern.csv", folder / "mapping.toml"
    write_file(file, schools, ROWS)
    mapping.write_text(MAPPING)
    started = time.monotonic()
    printed = partnership.run("import", "records", str(file), "--map", str(mapping))
    return {
        "printed": printed,
        "seconds": time.monotonic() - started,
        "file": file,
        "mapping": mapping,
        "schools": schools,
    }


def waiting(partnership: Partnership) -> tuple[int, int]:
    """Open cases and their records."""
    found = rows(
        partnership.data,
        "SELECT COUNT(*), COALESCE(SUM(records), 0) FROM encounters_matching_case WHERE verdict = 'review' AND decision_id IS NULL",
    )
    return found[0][0], found[0][1]


def test_the_file_is_imported_and_again_changes_nothing(partnership: Partnership, imported: dict[str, Any]) -> None:
    assert f"{ROWS:,}" in imported["printed"]
    landed = rows(
        partnership.data, "SELECT COUNT(*) FROM encounters_encounter WHERE source = 'legacy' AND force = 'lantern'"
    )
    assert landed == [(ROWS,)]
    before = waiting(partnership)
    again = partnership.run("import", "records", str(imported["file"]), "--map", str(imported["mapping"]))
    assert "Known from an earlier import" in again
    assert waiting(partnership) == before
    assert rows(partnership.data, "SELECT COUNT(*) FROM encounters_encounter WHERE force = 'lantern'") == [(ROWS,)]


def _case_of(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2].partition("?")[0]


def test_the_top_of_the_queue_is_cleared_by_keyboard(
    browser: Browser, partnership: Partnership, imported: dict[str, Any]
) -> None:
    cases, records = waiting(partnership)
    assert cases > CLEARED
    with window(browser, partnership, Role.ANALYST) as analyst:
        page = analyst.page
        page.goto(f"{partnership.workspace}/matching/")
        expect(page.locator(".cf-stat").first).to_contain_text(f"{cases:,}")
        looks_well(analyst)
        page.get_by_role("button", name="Review the next case").focus()
        press_enter(page)
        looks_well(analyst)
        values, settled = [], 0
        for turn in range(CLEARED):
            case = _case_of(page)
            ((value, size, words),) = rows(
                partnership.data, "SELECT words_value, records, words FROM encounters_matching_case WHERE id = ?", case
            )
            values.append(value)
            expect(page.locator(".cf-words")).to_contain_text(words[:40].strip(" ."))
            key = "n" if page.get_by_label("1. ", exact=False).count() == 0 or turn % 5 == 4 else "1"
            with page.expect_navigation():
                page.keyboard.press(key)
            expect(page.get_by_text(f"{size:,} record").first).to_be_visible()
            settled += size
        left = waiting(partnership)
        assert left == (cases - CLEARED, records - settled)
        assert values[0] == max(values)
        last = rows(partnership.data, "SELECT id, records FROM encounters_matching_decision ORDER BY id DESC LIMIT 1")[
            0
        ]
        with page.expect_navigation():
            page.keyboard.press("u")
        assert waiting(partnership) == (left[0] + 1, left[1] + last[1])
        expect(page.get_by_text("is undone")).to_be_visible()
        put_off = _case_of(page)
        with page.expect_navigation():
            page.keyboard.press("s")
        assert _case_of(page) != put_off
        _another_school_by_keyboard(page, imported["schools"][0][0])
        looks_well(analyst)
        page.get_by_role("button", name="Turn the keys off").click()
        here = _case_of(page)
        page.keyboard.press("n")
        page.wait_for_timeout(300)
        assert _case_of(page) == here
        for path in ("cases/", "decisions/", "quality/", "imports/", "names/", "matcher/"):
            page.goto(f"{partnership.workspace}/matching/{path}")
            looks_well(analyst)
        assert analyst.problems == []


def _another_school_by_keyboard(page: Page, name: str) -> None:
    """Key o leads into the search box; what is typed there is text and no command."""
    page.keyboard.press("o")
    box = page.locator("input[name=school_text]")
    expect(box).to_be_focused()
    page.keyboard.type(name)
    page.locator('[role="option"]').first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save and go on").focus()
    press_enter(page)
    expect(page.get_by_text(f": {name}.").first).to_be_visible()


def test_two_reviewers_get_different_cases(
    browser: Browser, partnership: Partnership, imported: dict[str, Any]
) -> None:
    with (
        window(browser, partnership, Role.ANALYST) as first,
        window(browser, partnership, Role.ANALYST, number=2) as second,
    ):
        for one in (first, second):
            one.page.goto(f"{partnership.workspace}/matching/review/")
        assert _case_of(first.page) != _case_of(second.page)
        second.page.goto(first.page.url)
        expect(second.page.get_by_text("Another reviewer is working on this case")).to_be_visible()


def test_without_scripts_it_is_a_form(browser: Browser, partnership: Partnership, imported: dict[str, Any]) -> None:
    before = waiting(partnership)
    with window(browser, partnership, Role.ANALYST, scripts=False) as analyst:
        page = analyst.page
        page.goto(f"{partnership.workspace}/matching/review/")
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_role("alert")).to_contain_text("Select which school is meant, or none")
        page.get_by_label("None: no school is named", exact=False).check()
        page.get_by_role("button", name="Save and go on").click()
        assert waiting(partnership)[0] == before[0] - 1
        page.get_by_role("button", name="Undo my last decision").click()
        assert waiting(partnership) == before


def test_a_file_is_brought_on_a_page(
    browser: Browser, partnership: Partnership, imported: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "lantern-2.csv"
    write_file(file, imported["schools"], 300, first=ROWS - 99)
    with window(browser, partnership, Role.ANALYST) as analyst:
        page = analyst.page
        page.goto(f"{partnership.workspace}/matching/imports/new/")
        looks_well(analyst)
        page.get_by_label("File").set_input_files(file)
        page.get_by_label("Name of the records system").fill("Lantern")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("A file with the same columns came before")).to_be_visible()
        expect(page.get_by_label("What was written about the school")).to_have_value("School")
        looks_well(analyst)
        page.get_by_role("button", name="Import the file").click()
        if page.get_by_text("You can leave this page").count():
            partnership.run("manage", "db_worker", "--batch")
            page.reload()
        counts = page.locator(".govuk-summary-list")
        expect(counts).to_contain_text("Known from an earlier import")
        run = rows(
            partnership.data,
            "SELECT state, rows_done, known, landed FROM encounters_matching_importrun ORDER BY id DESC LIMIT 1",
        )
        assert run == [("done", 300, 100, 200)]
        looks_well(analyst)
    assert not list((partnership.data / "matching" / "uploads").iterdir())


def test_measured(imported: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        told = json.dumps({"rows": ROWS, "seconds": round(imported["seconds"], 1)})
        print(f"\nimport of earlier records: {told}")  # noqa: T201
    assert imported["seconds"] < 280
