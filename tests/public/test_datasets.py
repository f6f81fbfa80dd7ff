"""Pages of single tables, two releases side by side, the calendar, and charts for other people's pages."""

from __future__ import annotations

import csv
import json
import re

import pytest
from django.test import Client

from tests.public.invented import CORRECTED, NEWEST, SCHOOLS, SEARCHES, WITHDRAWN

pytestmark = pytest.mark.django_db(databases=["published"])


def test_a_table_has_preview_columns_downloads_and_citation(reader: Client) -> None:
    page = reader.get(f"/releases/{NEWEST}/tables/{SEARCHES}").content.decode()
    assert f"/releases/{NEWEST}/files/{SEARCHES}.csv" in page
    assert "Saltmere &amp; Partners (2026). What came of searches of children, January 2018 to December 2018." in page
    assert f"Release {NEWEST}, 3 March 2026" in page
    assert 'itemtype="https://schema.org/Dataset"' in page
    assert "Ashbourne" in page
    assert "<script" not in re.sub(r'<script (type="module" )?src="[^"]+"></script>', "", page), "nothing inline"


def test_the_structured_metadata_of_a_table(reader: Client) -> None:
    answer = reader.get(f"/releases/{NEWEST}/tables/{SEARCHES}.jsonld")
    assert answer["Content-Type"].startswith("application/ld+json")
    about = answer.json()
    assert about["@type"] == "Dataset"
    assert about["temporalCoverage"] == "2018-01/2018-12"
    assert about["datePublished"] == "2026-03-03"
    assert about["distribution"][0]["contentUrl"].endswith(f"/releases/{NEWEST}/files/{SEARCHES}.csv")
    for name in ("name", "description", "license", "creator", "identifier", "url"):
        assert about[name], name


def test_rows_of_a_table_are_chosen_and_downloaded(reader: Client) -> None:
    address = f"/releases/{NEWEST}/tables/{SCHOOLS}"
    chosen = "?month=2018-03&source=archive&school_field=each"
    assert "March 2018" in reader.get(address + chosen).content.decode()
    rows = list(csv.DictReader(reader.get(f"{address}.csv{chosen}").content.decode().splitlines()))
    assert {row["month"] for row in rows} == {"2018-03"}
    whole = list(csv.DictReader(reader.get(f"{address}.csv").content.decode().splitlines()))
    assert len(whole) > len(rows)


@pytest.mark.parametrize("end", ["", ".csv", ".jsonld"])
def test_a_table_that_is_not_there(reader: Client, end: str) -> None:
    assert reader.get(f"/releases/{NEWEST}/tables/nothing{end}").status_code == 404
    assert reader.get(f"/releases/nothing/tables/{SEARCHES}{end}").status_code == 404
    gone = reader.get(f"/releases/{WITHDRAWN}/tables/{SEARCHES}{end}")
    assert gone.status_code == 410
    assert "could point to a child" in gone.content.decode()


def test_a_wrong_choice_is_not_found(reader: Client) -> None:
    assert reader.get(f"/releases/{NEWEST}/tables/{SEARCHES}?borough=Atlantis").status_code == 404
    assert reader.get(f"/releases/{NEWEST}/tables/{SEARCHES}?page=99").status_code == 404


def test_two_releases_side_by_side(reader: Client) -> None:
    page = reader.get(f"/releases/{NEWEST}/compare/{CORRECTED}").content.decode()
    assert "it was revised" in page
    assert "Revised" in page
    assert "Newly hidden" in page
    assert "-7" in page
    assert "1 newly hidden" in page
    rows = list(csv.DictReader(reader.get(f"/releases/{NEWEST}/compare/{CORRECTED}.csv").content.decode().splitlines()))
    changed = [row for row in rows if row["change"] != "same"]
    assert {row["change"] for row in changed} == {"different", "newly_hidden"}
    assert next(row for row in changed if row["change"] == "newly_hidden")["new_count"] == ""
    assert next(row for row in changed if row["change"] == "different")["count_difference"] == "-7"


def test_the_form_leads_to_the_comparison(reader: Client) -> None:
    answer = reader.get(f"/releases/{NEWEST}/compare?with={CORRECTED}")
    assert answer["Location"] == f"/releases/{NEWEST}/compare/{CORRECTED}"
    for other in ("nothing", ""):
        assert reader.get(f"/releases/{NEWEST}/compare?with={other}").status_code == 404


@pytest.mark.parametrize("other", ["nothing", WITHDRAWN])
def test_what_does_not_stand_is_not_compared(reader: Client, other: str) -> None:
    for end in ("", ".csv"):
        assert reader.get(f"/releases/{NEWEST}/compare/{other}{end}").status_code == 404


def test_only_an_embedded_chart_may_be_framed(reader: Client) -> None:
    chart = reader.get(f"/embed/{SEARCHES}/2")
    assert "X-Frame-Options" not in chart
    assert "frame-ancestors *" in chart["Content-Security-Policy"]
    assert "script-src 'self'" in chart["Content-Security-Policy"]
    again = reader.get(f"/embed/{SEARCHES}/2")
    assert "frame-ancestors *" in again["Content-Security-Policy"], "from memory, too"
    for address in ("/", f"/measures/{SEARCHES}", f"/releases/{NEWEST}", f"/releases/{NEWEST}/tables/{SEARCHES}"):
        page = reader.get(address)
        assert page["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"], address


def test_the_code_for_embedding_leads_to_the_chart(reader: Client) -> None:
    page = reader.get(f"/measures/{SEARCHES}").content.decode()
    found = re.findall(r"&lt;iframe src=&quot;|&lt;iframe src=\"([^\"]+)\"", page)
    assert found
    for address in found:
        path = "/" + address.split("/", 3)[3]
        assert reader.get(path).status_code == 200, path
    assert reader.get(f"/embed/{SEARCHES}/99").status_code == 404
    assert reader.get("/embed/nothing/1").status_code == 404
    assert "taken back" in reader.get("/embed/early/1").content.decode()


def test_a_chart_without_any_number_is_not_drawn(reader: Client) -> None:
    page = reader.get(f"/measures/{SEARCHES}?borough=E09000012&self_defined_group=mixed").content.decode()
    assert "There is no number to draw" in page or "no cases" in page


def test_the_calendar_says_what_was_moved_and_why(reader: Client) -> None:
    page = reader.get("/calendar").content.decode()
    assert "16 June 2099" in page
    assert "Moved from 9 June 2099 to 16 June 2099: Records came late." in page
    assert "Called off" in page
    assert f"/releases/{CORRECTED}" in page
    assert "16 June 2099" in reader.get("/releases").content.decode()


def test_the_calendar_for_peoples_own(reader: Client) -> None:
    text = reader.get("/calendar.ics").content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "DTSTART;VALUE=DATE:20990616" in text
    assert "STATUS:CANCELLED" in text
    assert "SUMMARY:An extra table\\; teams\\, by month" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_who_saw_a_release_before(reader: Client) -> None:
    page = reader.get(f"/releases/{NEWEST}").content.decode()
    assert "Chief executive, Saltmere Council: To answer questions on the day." in page
    assert "(2 people)" in page
    assert "Who saw it before you" not in reader.get(f"/releases/{CORRECTED}").content.decode()


@pytest.mark.parametrize("address", ["/calendar", "/how-we-publish", "/revisions", "/releases"])
def test_before_anything_is_published(empty: Client, address: str) -> None:
    assert empty.get(address).status_code == 200


def test_the_notes_do_not_repeat_what_the_page_says() -> None:
    from childfirst.public.notes import without

    text = "# A title\n\nReleased.\n\n## What is in it\n\n- one\n\n## What is missing\n\n- two\n"
    assert without(text, "A title", "What is in it") == "\nReleased.\n\n## What is missing\n\n- two\n"


def test_the_api_filters_and_follows_the_newest(reader: Client) -> None:
    table = f"/api/v1/releases/{NEWEST}/tables/{SCHOOLS}"
    found = reader.get(f"{table}?source=archive&from=2018-02&to=2018-03&school_field=no_school").json()
    assert [row[:3] for row in found["rows"]] == [
        ["2018-02", "archive", "no_school"],
        ["2018-03", "archive", "no_school"],
    ]
    assert found["row_count"] == 2
    two = reader.get(f"{table}?source=archive&source=partnership&month=2018-05&school_field=refused").json()
    assert len(two["rows"]) == 2
    assert reader.get(f"/api/v1/tables/{SCHOOLS}").json()["release"] == NEWEST
    assert reader.get("/api/v1/releases/latest").json()["key"] == NEWEST
    listed = reader.get("/api/v1/tables").json()["tables"]
    assert [one["key"] for one in listed[0]["releases"]] == [NEWEST, CORRECTED]


def test_the_api_as_csv(reader: Client) -> None:
    answer = reader.get(f"/api/v1/tables/{SCHOOLS}.csv?month=2018-02")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["ETag"]
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert {row["month"] for row in rows} == {"2018-02"}
    assert {row["numerator"] for row in rows if row["numerator_status"] == "hidden"} == {""}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("month=2031-01", "has no code"),
        ("from=soon", "is not a month"),
        ("from=2018-13", "is not a month"),
    ],
)
def test_the_api_says_what_it_does_not_know(reader: Client, query: str, said: str) -> None:
    for end in ("", ".csv"):
        answer = reader.get(f"/api/v1/releases/{NEWEST}/tables/{SCHOOLS}{end}?{query}")
        assert answer.status_code == 422
        assert said in answer.json()["detail"]


def test_months_of_a_table_without_any(reader: Client) -> None:
    assert reader.get(f"/api/v1/tables/{SEARCHES}?from=2018-01").status_code == 422


def test_the_api_says_when_a_release_was_withdrawn(reader: Client) -> None:
    for end in ("", ".csv"):
        assert reader.get(f"/api/v1/releases/{WITHDRAWN}/tables/{SEARCHES}{end}").status_code == 410
        assert reader.get(f"/api/v1/releases/nothing/tables/{SEARCHES}{end}").status_code == 404


def test_the_api_compares(reader: Client) -> None:
    found = reader.get(f"/api/v1/releases/{NEWEST}/compare/{CORRECTED}").json()
    assert found["same_period"] is True
    schools = next(one for one in found["tables"] if one["name"] == SCHOOLS)
    assert len(schools["differences"]) == 2
    hidden = next(one for one in schools["differences"] if one["change"] == "newly_hidden")
    assert hidden["new"]["count"] is None
    assert reader.get(f"/api/v1/releases/{NEWEST}/compare/nothing").status_code == 404


def test_the_calendar_in_the_api(reader: Client, empty: Client) -> None:
    entries = reader.get("/api/v1/calendar").json()["entries"]
    assert [one["state"] for one in entries] == ["published", "cancelled", "announced"]
    assert json.dumps(entries[1]["changes"][0]["to"]) == "null"
