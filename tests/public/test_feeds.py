"""What programs read: the Atom feed, the sitemap, robots.txt and security.txt."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.test import Client, override_settings

from tests.public.invented import CORRECTED, NEWEST, WITHDRAWN

pytestmark = pytest.mark.django_db(databases=["published"])
ATOM = "{http://www.w3.org/2005/Atom}"


def _moment(text: str | None) -> dt.datetime:
    assert text
    assert text.endswith("Z")
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize("fixture", ["empty", "reader"])
def test_feed_is_atom(request: pytest.FixtureRequest, fixture: str) -> None:
    client: Client = request.getfixturevalue(fixture)
    response = client.get("/releases.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    for scope in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(scope.findall(f"{ATOM}{name}")) == 1, name
        _moment(scope.findtext(f"{ATOM}updated"))
        assert scope.find(f"{ATOM}link[@rel='alternate']") is not None
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "http://127.0.0.1:8000/releases.atom"  # type: ignore[union-attr]
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Saltmere & Partners"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == (0 if fixture == "empty" else 3)


def test_feed_tells_of_corrections_and_withdrawals(reader: Client) -> None:
    feed = ET.fromstring(reader.get("/releases.atom").content)  # noqa: S314
    entries = {(entry.findtext(f"{ATOM}id") or "").rpartition(":")[2]: entry for entry in feed.iter(f"{ATOM}entry")}
    assert entries[NEWEST].findtext(f"{ATOM}title") == "Correction: Figures for 2018, corrected"
    assert NEWEST in (entries[CORRECTED].findtext(f"{ATOM}summary") or "")
    gone = entries[WITHDRAWN]
    assert (gone.findtext(f"{ATOM}title") or "").startswith("Withdrawn: ")
    assert _moment(gone.findtext(f"{ATOM}updated")) > _moment(gone.findtext(f"{ATOM}published"))
    assert feed.findtext(f"{ATOM}updated") == gone.findtext(f"{ATOM}updated")


def test_every_address_of_the_sitemap_is_a_page(reader: Client) -> None:
    root = ET.fromstring(reader.get("/sitemap.xml").content)  # noqa: S314
    addresses = [str(element.text) for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses)) > 15
    for address in addresses:
        assert reader.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, address


def test_robots_names_the_sitemap(reader: Client) -> None:
    text = reader.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /measures/*?" in text


def test_security_txt_has_what_rfc_9116_asks(reader: Client) -> None:
    fields = dict(line.split(": ", 1) for line in reader.get("/.well-known/security.txt").content.decode().splitlines())
    assert fields["Contact"] == "mailto:partnership@example.org"
    left = dt.datetime.fromisoformat(fields["Expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)
    with override_settings(PARTNERSHIP_EMAIL=""):
        assert reader.get("/.well-known/security.txt").status_code == 404


def test_control_characters_cannot_break_the_feed(reader: Client) -> None:
    from childfirst.published.models import Release

    Release.objects.using("published").filter(key=NEWEST).update(title="A \x0b\x1f<b>&amp; title")
    reader.handler._middleware_chain = None  # type: ignore[attr-defined]
    feed = ET.fromstring(reader.get("/releases.atom").content)  # noqa: S314
    assert "Correction: A <b>&amp; title" in [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
