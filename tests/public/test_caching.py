"""Pages from memory: the same bytes, packed for those who can unpack, new when the store is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from childfirst.public import queries
from tests.public.invented import NEWEST, SEARCHES

pytestmark = pytest.mark.django_db(databases=["published"])


def test_the_second_answer_asks_the_store_nothing(reader: Client, django_assert_num_queries: object) -> None:
    first = reader.get(f"/measures/{SEARCHES}")
    with django_assert_num_queries(0, using="published"):  # type: ignore[operator]
        second = reader.get(f"/measures/{SEARCHES}")
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Content-Security-Policy"] == second.headers["Content-Security-Policy"]


def test_pages_may_be_kept_for_a_minute_and_checked_by_their_tag(reader: Client) -> None:
    first = reader.get("/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = reader.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.8, br"])
def test_pages_are_packed_for_those_who_can_unpack(reader: Client, accepted: str) -> None:
    plain, packed = reader.get("/"), reader.get("/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("accepted", ["gzip;q=0", "identity", "", "gzip; q=0.0, br", "xgzipx"])
def test_and_not_for_others(reader: Client, accepted: str) -> None:
    assert "Content-Encoding" not in reader.get("/", headers={"Accept-Encoding": accepted}).headers


def test_head_is_get_without_its_body(reader: Client) -> None:
    for address in ("/", f"/measures/{SEARCHES}", f"/releases/{NEWEST}", "/releases.atom", "/api/v1/releases"):
        head, whole = reader.head(address), reader.get(address)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["Content-Length"] == str(len(whole.content))
        assert head.headers["ETag"] == whole.headers["ETag"]
    assert reader.head("/nothing").status_code == 404


def test_mistakes_are_not_kept(reader: Client) -> None:
    for _ in range(2):
        response = reader.get("/measures/none")
        assert response.status_code == 404
        assert "max-age" not in response.headers["Cache-Control"]


def test_a_store_that_cannot_be_read_is_said_to_be_so(empty: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("unable to open database file: /secret/place")

    monkeypatch.setattr(queries, "store_version", fail)
    empty.handler._middleware_chain = None  # type: ignore[attr-defined]
    assert empty.get("/privacy").status_code == 200  # what needs no store is still there
    monkeypatch.setattr(queries, "measures", fail)
    response = empty.get("/")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert response.headers["Cache-Control"] == "no-store"
    assert "the figures cannot be read right now" in response.content.decode()
    assert "/secret/place" not in response.content.decode()
    assert empty.get("/health/live").status_code == 200


def test_a_store_that_breaks_within_a_page(empty: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(queries, "releases", fail)
    assert empty.get("/releases").status_code == 503
    assert empty.get("/privacy").status_code == 200


def test_titles_cannot_carry_markup(reader: Client, published_dir: Path) -> None:
    from childfirst.published.models import Document, Release

    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    Release.objects.using("published").update(title=evil[:200], withdrawn_reason=evil, notes=evil, signed_by=[evil])
    for document in Document.objects.using("published").filter(kind="measure"):
        body = {name: evil if isinstance(value, str) and name not in ("slug", "release", "dataset", "unit") else value
                for name, value in document.body.items()}  # fmt: skip
        body["charts"] = [{**one, "title": evil} for one in document.body["charts"]]
        body["caveats"] = body["sources"] = [evil]
        Document.objects.using("published").filter(id=document.id).update(body=body, title=evil)
    queries.published._body.cache_clear()
    queries.published._measure.cache_clear()
    addresses = ["/", "/measures", "/releases", f"/measures/{SEARCHES}", "/measures/early", f"/releases/{NEWEST}",
                 "/releases/2018-10-early", "/releases.atom", "/open-data", "/researchers"]  # fmt: skip
    for address in addresses:
        page = reader.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert "<img" not in page, address
    assert "&lt;script&gt;" in reader.get(f"/measures/{SEARCHES}").content.decode()
