"""The public site as a folder of files that any web server can serve: pages, bundles, data; every link inside is relative.

The site's own pages are asked for one after another, beginning with the home page, and written as they answer. What needs a
program to answer is left out and says so: forms that choose rows, and the comparison of any two releases (each correction is
compared with what it corrects). Bundles are copied byte for byte, so that ``childfirst verify`` finds them sound.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from childfirst.shared.errors import UserError

START = (
    "/", "/releases.atom", "/sitemap.xml", "/robots.txt", "/calendar.ics", "/api/v1/openapi.json", "/api/v1/releases",
    "/api/v1/tables", "/api/v1/measures", "/api/v1/calendar",
)  # fmt: skip
MARK = ".childfirst-site"
_LINK = re.compile(r'(?P<name>\s(?:href|src|content)=)"(?P<url>/[^"]*)"')
_FORM = re.compile(r'<form class="cf-filter".*?</form>', re.DOTALL)
_IN_CSS = re.compile(r"url\((?P<quote>[\"']?)(?P<url>[^)\"']+)(?P=quote)\)")
_NOTE = (
    '<p class="govuk-body">This is a copy of the site without a program behind it. To choose rows, download the table, or go to '
    '<a class="govuk-link" href="{url}">the site itself</a>.</p>'
)


@dataclass
class Exported:
    """What was written, and addresses of the site that did not answer (there should be none)."""

    folder: Path
    files: int = 0
    bytes: int = 0
    broken: list[str] = field(default_factory=list)


def export_site(out: Path, tell: Callable[[int], None] = lambda done: None) -> Exported:
    """Write the site to a folder, whole: it stands under its name only when all of it is there.

    A folder that this made before is replaced in one step; raises UserError for any other that is not empty.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise UserError(f"{out} holds other files. Choose an empty folder, or one that an earlier export made.")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        done = _Site(draft, tell).write()
        (draft / MARK).write_text("Made by childfirst export-site; the next export replaces this folder.\n")
        if out.exists():
            gone = out.with_name(f".{out.name}.gone-{os.getpid()}")
            out.rename(gone)
            draft.rename(out)
            shutil.rmtree(gone)
        else:
            draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    done.folder = out
    return done


class _Site:
    def __init__(self, folder: Path, tell: Callable[[int], None]) -> None:
        self.folder = folder
        self.tell = tell
        self.client = Client(
            SERVER_NAME=settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS[:1] != ["*"] else "localhost"
        )
        self.waiting: deque[str] = deque(START)
        self.seen: set[str] = set(START)
        self.done = Exported(folder)

    def write(self) -> Exported:
        while self.waiting:
            self._fetch(self.waiting.popleft())
            self.tell(self.done.files)
        return self.done

    def _fetch(self, address: str) -> None:
        if address.startswith(
            settings.STATIC_URL if settings.STATIC_URL.startswith("/") else f"/{settings.STATIC_URL}"
        ):
            self._copy_static(address)
            return
        answer = self.client.get(address, secure=settings.HTTPS, follow=False)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        answer.close()
        if answer.status_code not in (200, 410):
            self.done.broken.append(f"{address} ({answer.status_code})")
            return
        target = place_of(address, answer.get("Content-Type", ""))
        if answer["Content-Type"].startswith("text/html"):
            content = self._page(content.decode("utf-8"), target).encode("utf-8")
        self._save(target, content)

    def _page(self, text: str, target: str) -> str:
        text = _FORM.sub(_NOTE.format(url=html.escape(settings.PUBLIC_URL)), text)

        def relative(match: re.Match[str]) -> str:
            url = html.unescape(match["url"])
            address, fragment = urldefrag(url)
            if not self._wanted(address):
                return f'{match["name"]}"{html.escape(settings.PUBLIC_URL + url)}"'
            self._later(address)
            found = posixpath.relpath(place_of(address), posixpath.dirname(target) or ".")
            return f'{match["name"]}"{html.escape(found + ("#" + fragment if fragment else ""))}"'

        return _LINK.sub(relative, text)

    def _wanted(self, address: str) -> bool:
        """Whether a file can stand for the address: not for rows chosen by parameters, but for the pages of a list."""
        parts = urlsplit(address)
        names = {name for name, _ in parse_qsl(parts.query)}
        is_list = parts.path in ("/releases",) or parts.path.startswith(("/measures/", "/releases/"))
        if parts.path.endswith("/compare") or (names and not (is_list and names == {"page"})):
            return False
        return not (re.fullmatch(r"/releases/[^/]+/compare/[^/]+", parts.path) and not self._is_correction(parts.path))

    def _is_correction(self, path: str) -> bool:
        from childfirst.public import queries

        _, _, key, _, other = path.removesuffix(".csv").split("/")
        found = queries.release(key)
        return found is not None and found.entry.corrects == other

    def _later(self, address: str) -> None:
        if address not in self.seen:
            self.seen.add(address)
            self.waiting.append(address)

    def _copy_static(self, address: str) -> None:
        name = unquote(urlsplit(address).path).split("static/", 1)[1]
        source = _static_file(name)
        if source is None:
            self.done.broken.append(f"{address} (no such file)")
            return
        content = source.read_bytes()
        if name.endswith(".css"):
            for url in _in_css(content.decode("utf-8")):
                self._later(posixpath.normpath(posixpath.join(posixpath.dirname(address), url)))
        self._save(f"static/{name}", content)

    def _save(self, target: str, content: bytes) -> None:
        path = self.folder / target
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise UserError(f"{target} would lie outside the folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.done.files += 1
        self.done.bytes += len(content)


def place_of(address: str, content_type: str = "") -> str:
    """The file that stands for an address: ``/releases`` is ``releases/index.html``, the API's answers end in ``.json``."""
    parts = urlsplit(address)
    path = unquote(parts.path).strip("/")
    page = dict(parse_qsl(parts.query)).get("page", "")
    if path.startswith("api/"):
        return path if re.search(r"\.[a-z]+$", path) else f"{path}.json"
    if path.startswith("static/") or "/files/" in path or re.search(r"\.(csv|atom|xml|txt|ics|jsonld)$", path):
        return path
    return posixpath.join(path, f"page-{page}" if page.isdigit() else "", "index.html")


def _static_file(name: str) -> Path | None:
    root = Path(settings.STATIC_ROOT or "")
    if (root / name).is_file():
        return root / name
    plain = re.sub(r"\.[0-9a-f]{12}(\.[^.]+)$", r"\1", name)
    found = finders.find(plain) or (staticfiles_storage.path(plain) if staticfiles_storage.exists(plain) else None)
    return Path(str(found)) if found else None


def _in_css(text: str) -> Iterator[str]:
    for match in _IN_CSS.finditer(text):
        url = match["url"].split("#")[0].split("?")[0]
        if url and not url.startswith(("data:", "http:", "https:")):
            yield url
