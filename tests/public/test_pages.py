"""Every page, with and without something to show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.public.invented import CORRECTED, NEWEST, SCHOOLS, SEARCHES, WITHDRAWN

pytestmark = pytest.mark.django_db(databases=["published"])

STANDING = [
    "/", "/measures", "/releases", "/young-people-and-parents", "/schools", "/researchers", "/how-to-read-figures",
    "/how-to-check-files", "/open-data", "/accessibility", "/privacy", "/releases.atom", "/robots.txt", "/sitemap.xml",
    "/.well-known/security.txt", "/health/live", "/api/v1/releases", "/api/v1/measures", "/api/v1/openapi.json",
]  # fmt: skip
SHOWING = [
    f"/measures/{SEARCHES}", f"/measures/{SCHOOLS}", "/measures/early", f"/measures/{SEARCHES}.csv",
    f"/releases/{NEWEST}", f"/releases/{CORRECTED}", f"/releases/{WITHDRAWN}",
    f"/releases/{NEWEST}/files/{SEARCHES}.csv", f"/api/v1/releases/{NEWEST}",
    f"/api/v1/releases/{NEWEST}/tables/{SEARCHES}", f"/api/v1/measures/{SEARCHES}",
]  # fmt: skip


class Outline(HTMLParser):
    """The headings of a page in order, its ids, and whether anything stands inline."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        names = dict(attrs)
        self.ids += [names["id"]] if names.get("id") else []  # type: ignore[list-item]
        self.inline += [name for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.inline.append(tag)


@pytest.mark.parametrize("address", STANDING)
def test_empty_site_answers_on_every_page(empty: Client, address: str) -> None:
    response = empty.get(address)
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("address", STANDING + SHOWING)
def test_every_page_answers_without_a_cookie_and_with_a_strict_policy(reader: Client, address: str) -> None:
    response = reader.get(address)
    response.close()
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", STANDING + SHOWING)
def test_pages_are_well_made(reader: Client, address: str) -> None:
    response = reader.get(address)
    if not response.headers["Content-Type"].startswith("text/html"):
        response.close()
        pytest.skip("no page for people")
    outline = Outline()
    outline.feed(response.content.decode())
    assert outline.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False)), (
        outline.levels
    )
    assert len(outline.ids) == len(set(outline.ids)), [one for one in outline.ids if outline.ids.count(one) > 1]
    assert outline.inline == []
    assert '<html lang="en"' in response.content.decode()
    assert 'type="application/atom+xml"' in response.content.decode()


def test_empty_home_says_so_honestly(empty: Client) -> None:
    page = empty.get("/").content.decode()
    assert "No figures yet" in page
    assert "Saltmere &amp; Partners" in page


def test_home_gives_each_figure_a_plain_sentence(reader: Client) -> None:
    page = reader.get("/").content.decode()
    assert "What comes of stopping and searching children" in page
    assert "in every 100" in page
    assert "out of" in page
    assert "Withdrawn" in page


def test_measure_tells_hidden_zero_and_unknown_apart(reader: Client) -> None:
    page = reader.get(f"/measures/{SCHOOLS}?month=each&source=partnership&school_field=recorded").content.decode()
    table = page[page.index('id="table"') :]
    assert '<span class="cf-hidden-value">hidden</span>' in table
    assert ">0<" in table.replace(" ", "").replace("\n", "")
    nothing = reader.get(f"/measures/{SEARCHES}?borough=E09000012&self_defined_group=Total&outcome=arrest")
    assert "no cases" in nothing.content.decode()


def test_a_hidden_count_never_shows_its_share(reader: Client) -> None:
    body = reader.get(f"/api/v1/releases/{NEWEST}/tables/{SCHOOLS}").json()
    names = [column["name"] for column in body["columns"]]
    hidden = [dict(zip(names, row, strict=True)) for row in body["rows"]]
    hidden = [row for row in hidden if row["numerator_status"] == "hidden"]
    assert hidden
    assert all(row["numerator"] is None and row["rate"] is None and row["upper"] is None for row in hidden)


def test_measure_has_charts_a_map_tables_and_its_source(reader: Client) -> None:
    page = reader.get(f"/measures/{SEARCHES}").content.decode()
    assert page.count("<figure") == 3
    assert "cf-map" in page
    assert "Measures group" in page
    assert "Disclosure group" in page
    assert "30 September 2027" in page
    assert f'href="/measures/{SEARCHES}.csv"' in page
    assert f'href="/releases/{NEWEST}"' in page


def test_choosing_a_borough_changes_charts_and_table(reader: Client) -> None:
    page = reader.get(f"/measures/{SEARCHES}?borough=E09000001&self_defined_group=each").content.decode()
    assert "by ethnic group: Ashbourne" in page
    assert "Borough: Ashbourne" in page
    assert '<option value="E09000001" selected>' in page
    assert "Start again" in page


def test_long_tables_have_pages(reader: Client) -> None:
    address = f"/measures/{SEARCHES}?borough=each&self_defined_group=each&outcome=each"
    first, second = reader.get(address), reader.get(address + "&page=2")
    assert first.status_code == second.status_code == 200
    assert first.content != second.content
    assert reader.get(address + "&page=999").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "borough=nowhere", "borough=%00", "borough=" + "x" * 5000, "outcome=each&outcome=<script>", "page=0", "page=-1",
        "page=1e3", "page=²", "page=99999999999999999999", "month=2018-13", "borough=E09000001&page=x",
    ],
)  # fmt: skip
def test_bad_parameters_are_refused_with_a_page(reader: Client, query: str) -> None:
    address = f"/measures/{SCHOOLS if query.startswith('month') else SEARCHES}?{query}"
    response = reader.get(address)
    assert response.status_code == 404
    assert "<h1" in response.content.decode()
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("query", ["unknown=1", "utm_source=x&&", "=", "%ff=%fe", "borough="])
def test_parameters_of_others_are_left_alone(reader: Client, query: str) -> None:
    assert reader.get(f"/measures/{SEARCHES}?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/measures/none",
        "/releases/none",
        "/measures/none.csv",
        "/nothing",
        "/measures/early.csv",
        "/api/v2",
        "/api/v1/nothing",
    ],
)
def test_unknown_pages(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(reader: Client, method: str) -> None:
    response = getattr(reader, method)("/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_corrections_are_loud_on_both_sides(reader: Client) -> None:
    old, new = (reader.get(f"/releases/{key}").content.decode() for key in (CORRECTED, NEWEST))
    assert "There is a newer release that puts these figures right" in old
    assert f'href="/releases/{NEWEST}"' in old
    assert "This release puts right an earlier one" in new
    listed = reader.get("/releases").content.decode()
    assert "Corrected</strong>" in listed
    assert "Correction</strong>" in listed


def test_a_withdrawn_release_is_a_tombstone(reader: Client) -> None:
    page = reader.get(f"/releases/{WITHDRAWN}").content.decode()
    assert "was withdrawn on 6 March 2026" in page
    assert "could point to a child" in page
    assert "SHA-256" not in page
    measure = reader.get("/measures/early").content.decode()
    assert "taken back on 6 March 2026" in measure
    assert "<table" not in measure
    body = reader.get(f"/api/v1/releases/{WITHDRAWN}").json()
    assert body["withdrawn"]["reason"]
    assert body["tables"] == body["files"] == []
    assert reader.get(f"/api/v1/releases/{WITHDRAWN}/tables/{SEARCHES}").status_code == 410


def test_release_says_what_is_hidden_and_lists_files(reader: Client) -> None:
    page = reader.get(f"/releases/{NEWEST}").content.decode()
    assert "A number from 1 to 4 could point to one person" in page
    assert f"/releases/{NEWEST}/files/SHA256SUMS" in page
    assert "Analyst, Metropolitan force" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_what_was_just_published_is_there_at_once(empty: Client, published_dir: object) -> None:
    from pathlib import Path

    from tests.public import invented

    assert "No figures yet" in empty.get("/").content.decode()
    invented.publish(Path(str(published_dir)))
    empty.handler._middleware_chain = None  # a process looks at the store once a second; a new one looks at once
    assert "No figures yet" not in empty.get("/").content.decode()


def test_an_address_typed_with_a_slash_leads_to_the_page(reader: Client) -> None:
    answer = reader.get("/measures/?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "/measures?page=2")
    assert reader.get("/nowhere/").status_code == 404
    for address in ("/.//evil.example/", "/%2F%2Fevil.example/", "/\\evil.example/"):
        assert reader.get(address).status_code == 404, address


@pytest.mark.parametrize("address", ["/schools/", "/releases/"])
def test_slashes_lead_home_for_pages_of_both_kinds(reader: Client, address: str) -> None:
    assert reader.get(address, follow=True).status_code == 200
