"""For programs: the Atom feed, robots.txt, the sitemap, and whom to tell about a hole in the fence."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from childfirst.public import queries
from childfirst.published.queries import ReleaseEntry
from childfirst.shared import clock

FEED_ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
STANDING_PAGES = (
    "home", "measures", "releases", "young-people", "schools", "researchers", "reading", "data", "check",
    "accessibility", "privacy", "calendar", "standards", "revisions",
)  # fmt: skip
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class _Xml:
    """A small writer in which nothing can be forgotten to be escaped."""

    def __init__(self, root: str, namespace: str) -> None:
        self._out = io.StringIO()
        self._xml = XMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._xml.startDocument()
        self._root = root
        self._xml.startElement(root, AttributesImpl({"xmlns": namespace}))

    def open(self, name: str) -> None:
        self._xml.startElement(name, AttributesImpl({}))

    def close(self, name: str) -> None:
        self._xml.endElement(name)

    def leaf(self, name: str, text: str = "", **attributes: str) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.characters("".join(character for character in text if character >= " " or character in "\n\t"))
        self._xml.endElement(name)

    def done(self) -> str:
        self._xml.endElement(self._root)
        self._xml.endDocument()
        return self._out.getvalue()


def address(name: str, *args: str) -> str:
    """The full address of a page of this site."""
    return f"{settings.PUBLIC_URL}{reverse(f'public:{name}', args=args)}"


def feed(request: HttpRequest) -> HttpResponse:
    """Releases as Atom 1.0 (RFC 4287), the newest first; a withdrawal updates the entry that it takes back."""
    xml = _Xml("feed", ATOM)
    xml.leaf("id", address("feed"))
    xml.leaf("title", f"Releases of {settings.PARTNERSHIP_NAME}")
    xml.leaf("subtitle", "New figures, corrections and withdrawals.")
    xml.leaf("updated", _moment(queries.updated_at() or EPOCH))
    xml.leaf("link", rel="self", type="application/atom+xml", href=address("feed"))
    xml.leaf("link", rel="alternate", type="text/html", href=address("releases"))
    xml.open("author")
    xml.leaf("name", settings.PARTNERSHIP_NAME)
    xml.close("author")
    xml.leaf("rights", "Open Government Licence v3.0")
    for entry in queries.releases(FEED_ENTRIES):
        _entry(xml, entry)
    return HttpResponse(xml.done(), content_type="application/atom+xml; charset=utf-8")


def _entry(xml: _Xml, entry: ReleaseEntry) -> None:
    prefix = "Withdrawn: " if entry.is_withdrawn else "Correction: " if entry.corrects else ""
    xml.open("entry")
    xml.leaf("id", _tag(entry))
    xml.leaf("title", prefix + entry.title)
    xml.leaf("link", rel="alternate", type="text/html", href=address("release", entry.key))
    xml.leaf("published", _moment(entry.published_at))
    xml.leaf("updated", _moment(entry.withdrawn_at or entry.published_at))
    xml.leaf("summary", " ".join(_sentences(entry)))
    xml.close("entry")


def _sentences(entry: ReleaseEntry) -> Iterator[str]:
    if entry.withdrawn_at:
        yield f"Withdrawn on {clock.format_date(entry.withdrawn_at)}. {entry.withdrawn_reason}"
        return
    yield f"Released on {clock.format_date(entry.released_on)}."
    if entry.corrects:
        yield f"It corrects the release {entry.corrects}."
    if entry.corrected_by:
        yield f"It was corrected by the release {entry.corrected_by}."


def _tag(entry: ReleaseEntry) -> str:
    """A name that stays when the site moves (RFC 4151)."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"tag:{host},{entry.released_on:%Y-%m-%d}:release:{entry.key}"


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page for people (sitemaps.org 0.9)."""
    xml = _Xml("urlset", SITEMAP)
    pages: list[tuple[str, dt.datetime | None]] = [(address(name), None) for name in STANDING_PAGES]
    pages += [(address("measure", one.document.slug), one.published_at) for one in queries.measures()]
    for one in queries.releases():
        pages.append((address("release", one.key), one.withdrawn_at or one.published_at))
        found = queries.release(one.key)
        pages += [
            (address("table", one.key, table.name), one.published_at) for table in (found.tables if found else ())
        ]
    for url, changed in pages:
        xml.open("url")
        xml.leaf("loc", url)
        if changed:
            xml.leaf("lastmod", _moment(changed))
        xml.close("url")
    return HttpResponse(xml.done(), content_type="application/xml; charset=utf-8")


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be found, but the endless combinations of filters need not be crawled."""
    lines = ["User-agent: *", "Disallow: /measures/*?", "Allow: /", "", f"Sitemap: {address('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a security problem (RFC 9116); there is no such page where no address was given."""
    if not settings.PARTNERSHIP_EMAIL:
        raise Http404
    until = dt.datetime.combine(clock.today() + dt.timedelta(days=180), dt.time(), dt.UTC)
    lines = [
        f"Contact: mailto:{settings.PARTNERSHIP_EMAIL}",
        f"Expires: {_moment(until)}",
        "Preferred-Languages: en",
        f"Canonical: {address('security')}",
        "",
    ]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    response.is_fleeting = True  # type: ignore[attr-defined]
    return response


def icalendar(request: HttpRequest) -> HttpResponse:
    """The publication calendar for people's own (RFC 5545): all-day events; what was called off is marked so."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//childfirst//publication calendar//EN", "METHOD:PUBLISH"]
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    for entry in queries.calendar():
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.slug}@{host}",
            f"DTSTAMP:{entry.announced_on:%Y%m%d}T000000Z",
            f"SEQUENCE:{len(entry.changes)}",
            f"DTSTART;VALUE=DATE:{entry.planned_on:%Y%m%d}",
            f"SUMMARY:{_ical(entry.title)}",
            f"DESCRIPTION:{_ical(entry.about)}",
            f"URL:{address('release', entry.release) if entry.release else address('calendar')}",
            f"STATUS:{'CANCELLED' if entry.state == 'cancelled' else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    text = "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _ical(text: str) -> str:
    text = "".join(character for character in text if character >= " " or character == "\n")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; those that go on begin with a space."""
    piece, lead = "", ""
    for character in line:
        if len((lead + piece + character).encode()) > 75:
            yield lead + piece
            piece, lead = "", " "
        piece += character
    yield lead + piece
