"""Files of releases and measures' tables: only what was published, byte for byte, and nothing beside it."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from django.test import Client

from tests.public.invented import NEWEST, SCHOOLS, SEARCHES, WITHDRAWN, searches

pytestmark = pytest.mark.django_db(databases=["published"])
FILE = f"/releases/{NEWEST}/files/{SEARCHES}.csv"


def body(response: object) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    response.close()  # type: ignore[attr-defined]
    return bytes(content)


def test_a_file_is_given_byte_for_byte(reader: Client, published_dir: Path) -> None:
    response = reader.get(FILE)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{SEARCHES}.csv"'
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    content = body(response)
    assert content == (published_dir / "releases" / NEWEST / f"{SEARCHES}.csv").read_bytes()
    assert response.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'


def test_head_gives_the_headers_alone(reader: Client) -> None:
    whole, head = reader.get(FILE), reader.head(FILE)
    size = len(body(whole))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(size)
    assert head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "status", "said", "first", "last"),
    [
        ("bytes=0-9", 206, "bytes 0-9/", 0, 10),
        ("bytes=5-", 206, "bytes 5-", 5, None),
        ("bytes=-7", 206, "bytes ", -7, None),
        ("bytes=0-99999999", 206, "bytes 0-", 0, None),
        ("bytes=99999999-", 416, "bytes */", 0, 0),
        ("bytes=-0", 416, "bytes */", 0, 0),
        ("bytes=" + "9" * 400 + "-", 416, "bytes */", 0, 0),
        ("bytes=9-3", 200, "", 0, None),
        ("bytes=0-1,3-4", 200, "", 0, None),
        ("bytes=-", 200, "", 0, None),
        ("lines=0-1", 200, "", 0, None),
        ("bytes=²-", 200, "", 0, None),
    ],
)
def test_ranges(reader: Client, asked: str, status: int, said: str, first: int, last: int | None) -> None:
    whole = body(reader.get(FILE))
    response = reader.get(FILE, headers={"Range": asked})
    assert response.status_code == status
    assert response.headers.get("Content-Range", "").startswith(said)
    assert body(response) == (b"" if status == 416 else whole[first:last])


def test_a_range_of_another_version_gives_the_whole_file(reader: Client) -> None:
    response = reader.get(FILE, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert response.status_code == 200
    assert len(body(response)) > 2


def test_what_the_reader_has_is_not_sent_again(reader: Client) -> None:
    first = reader.get(FILE)
    body(first)
    again = reader.get(FILE, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    again.close()


@pytest.mark.parametrize(
    "name",
    [
        "../../published.sqlite3", "..%2f..%2fpublished.sqlite3", "%2e%2e/%2e%2e/published.sqlite3", "/etc/passwd",
        "....//published.sqlite3", "unlisted.txt", f"{SEARCHES}.csv/", f"{SEARCHES}.csv%00.txt", "notes.md\\..\\x",
        f"../{NEWEST}/notes.md", ".", "",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_release(reader: Client, published_dir: Path, name: str) -> None:
    (published_dir / "published.sqlite3").write_bytes(b"secret")
    (published_dir / "releases" / NEWEST / "unlisted.txt").write_bytes(b"secret")
    response = reader.get(f"/releases/{NEWEST}/files/{name}")
    assert response.status_code in (400, 404)
    assert b"secret" not in body(response)


def test_a_link_out_of_the_folder_is_not_followed(reader: Client, published_dir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    listed = published_dir / "releases" / NEWEST / "notes.md"
    listed.unlink()
    listed.symlink_to(secret)
    assert reader.get(f"/releases/{NEWEST}/files/notes.md").status_code == 404


def test_files_of_a_withdrawn_release_are_gone(reader: Client) -> None:
    response = reader.get(f"/releases/{WITHDRAWN}/files/{SEARCHES}.csv")
    assert response.status_code == 410
    assert "immutable" not in response.headers["Cache-Control"]


def test_a_measure_as_csv_holds_all_rows_with_hidden_ones_empty(reader: Client) -> None:
    response = reader.get(f"/measures/{SEARCHES}.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) == len(searches()[1])
    hidden = [row for row in rows if row["numerator_status"] == "hidden"]
    assert hidden
    assert {row["numerator"] for row in hidden} == {""}
    assert {row["numerator"] for row in rows if row["numerator_status"] == "zero"} == {"0"}


def test_a_part_of_a_measure_as_csv(reader: Client) -> None:
    address = f"/measures/{SEARCHES}.csv?borough=E09000001&self_defined_group=each&outcome=arrest"
    rows = list(csv.DictReader(io.StringIO(reader.get(address).content.decode())))
    assert {(row["borough"], row["outcome"]) for row in rows} == {("E09000001", "arrest")}
    assert len(rows) == 6
    assert reader.get(f"/measures/{SEARCHES}.csv?borough=nowhere").status_code == 404


def test_the_page_links_to_the_rows_that_it_shows(reader: Client) -> None:
    import html
    import re

    page = reader.get(f"/measures/{SCHOOLS}?month=2018-05&source=each").content.decode()
    link = re.search(rf'href="(/measures/{SCHOOLS}\.csv\?[^"]+)" download>Download this table', page)
    assert link
    rows = list(csv.DictReader(io.StringIO(reader.get(html.unescape(link[1])).content.decode())))
    assert {row["month"] for row in rows} == {"2018-05"}
    assert {row["source"] for row in rows} == {"archive", "partnership"}


def test_text_that_a_spreadsheet_would_run_is_marked(reader: Client) -> None:
    from childfirst.public.selecting import safe

    assert safe("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert safe("@x") == "'@x"
    assert safe(-3) == -3
    assert safe("Hackney") == "Hackney"
