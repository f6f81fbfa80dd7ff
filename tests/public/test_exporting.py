"""The site as a folder: served by the plainest server there is, every link leads somewhere, every bundle is whole."""

from __future__ import annotations

import functools
import hashlib
import http.server
import posixpath
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import pytest
from django.test import Client

from childfirst.public import exporting
from childfirst.shared.errors import UserError
from tests.public.invented import CORRECTED, NEWEST, SEARCHES, WITHDRAWN

pytestmark = [pytest.mark.django_db(databases=["published"]), pytest.mark.allow_hosts(["127.0.0.1"])]

_LINK = re.compile(r'\s(?:href|src)="([^"]+)"')


class Quiet(http.server.SimpleHTTPRequestHandler):
    """``python -m http.server`` without its log."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def folder(reader: Client, tmp_path: Path) -> Path:
    done = exporting.export_site(tmp_path / "site")
    assert done.broken == []
    return done.folder


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_link_leads_somewhere(served: str) -> None:
    waiting, seen, pages = [served], {served}, 0
    while waiting:
        url = waiting.pop()
        with urlopen(url) as answer:  # noqa: S310
            body, kind = answer.read(), answer.headers["Content-Type"]
        if "html" not in kind:
            continue
        pages += 1
        for link in _LINK.findall(body.decode()):
            assert not link.startswith("/"), f"{url} has a link that is not relative: {link}"
            target = urldefrag(urljoin(url, link.replace("&amp;", "&")))[0]
            if target.startswith(served) and target not in seen:
                seen.add(target)
                waiting.append(target)
    assert pages > 20
    assert any(address.endswith((f"{SEARCHES}.parquet", f"{SEARCHES}.csv")) for address in seen)


def test_pages_data_and_files_are_there(folder: Path, published_dir: Path) -> None:
    for place in (
        "index.html", "releases/index.html", f"releases/{NEWEST}/index.html", f"releases/{WITHDRAWN}/index.html",
        f"releases/{NEWEST}/tables/{SEARCHES}/index.html", f"releases/{NEWEST}/compare/{CORRECTED}/index.html",
        "releases.atom", "calendar.ics", "api/v1/releases.json", "api/v1/openapi.json", f"measures/{SEARCHES}.csv",
    ):  # fmt: skip
        assert (folder / place).is_file(), place
    for file in (published_dir / "releases" / NEWEST).iterdir():
        copy = folder / "releases" / NEWEST / "files" / file.name
        assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(file.read_bytes()).digest(), file.name


def test_what_needs_a_program_is_not_pretended(folder: Path) -> None:
    page = (folder / "measures" / SEARCHES / "index.html").read_text()
    assert "<form" not in page
    assert "a copy of the site" in page


def test_again_it_replaces_its_own_folder_and_no_other(folder: Path, tmp_path: Path) -> None:
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = exporting.export_site(folder).folder
    assert {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()} == first
    other = tmp_path / "letters"
    other.mkdir()
    (other / "one.txt").write_text("Dear all")
    with pytest.raises(UserError, match="holds other files"):
        exporting.export_site(other)
    assert [path.name for path in tmp_path.iterdir() if "site" in path.name] == ["site"]


def test_a_cut_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(exporting._Site, "_save", full)
    with pytest.raises(OSError, match="No space"):
        exporting.export_site(folder)
    assert (folder / "index.html").is_file()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".site")] == []


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "index.html"),
        ("/releases", "releases/index.html"),
        ("/releases?page=2", "releases/page-2/index.html"),
        ("/releases/2018-12-a/files/notes.md", "releases/2018-12-a/files/notes.md"),
        ("/api/v1/releases", "api/v1/releases.json"),
        ("/measures/a.csv", "measures/a.csv"),
    ],
)
def test_each_address_has_one_place(address: str, place: str) -> None:
    assert exporting.place_of(address) == place
    assert posixpath.normpath(place) == place
