"""All that the public site can ask of the published store. Every answer is frozen, so that it can be kept and shared.

What can change (which version is current, whether a release was withdrawn) is asked of the store at each call: a row or two
found by an index. What cannot change (the rows of a table, the body of a version) is kept per process by its identifier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q

from childfirst.published import models
from childfirst.published.documents import AccessDocument, CalendarDocument, Column, MeasureDocument, read
from childfirst.shared import clock

STORE = "published"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in a list: enough for a link."""

    kind: str
    slug: str
    title: str
    version: int
    published_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One version of a document with its body as plain data; ``documents.read(cls, page.body)`` makes it an object."""

    id: str
    kind: str
    slug: str
    title: str
    version: int
    published_at: dt.datetime
    is_current: bool
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release that may be downloaded; ``path`` lies in the release's own folder."""

    name: str
    path: Path
    size: int
    sha256: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """A protected table.

    ``rows`` hold one value per column. A count that is hidden is None with the status ``hidden``; a true zero is 0 with the
    status ``zero``; None with ``not_known`` is recorded for nobody in the row; every other count has the status ``shown``. Rates and their bounds are None unless both counts are shown.
    """

    id: str
    release: str
    measure: str
    name: str
    title: str
    description: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def index(self, name: str) -> int:
        """Position of a column. Raises KeyError for a name that the table has not."""
        for position, column in enumerate(self.columns):
            if column.name == name:
                return position
        raise KeyError(name)

    def column(self, name: str) -> Column:
        """A column's description. Raises KeyError for a name that the table has not."""
        return self.columns[self.index(name)]

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """The columns that say what a row is about."""
        return tuple(column for column in self.columns if column.role == "dimension")

    def where(self, fixed: Mapping[str, str]) -> list[dict[str, Any]]:
        """Rows as mappings, those whose columns hold the fixed values, in the table's order."""
        wanted = [(self.index(name), value) for name, value in fixed.items()]
        names = [column.name for column in self.columns]
        return [
            dict(zip(names, row, strict=True)) for row in self.rows if all(row[at] == value for at, value in wanted)
        ]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table in the list of a release."""

    name: str
    title: str
    measure: str
    description: str


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A release in a list. ``corrected_by`` names the newest release that corrects it, if there is one."""

    key: str
    title: str
    released_on: dt.date
    published_at: dt.datetime
    corrects: str
    corrected_by: str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str
    months: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        """The months that it covers, as people say it; empty where it does not say."""
        ends = dict.fromkeys([*self.months[:1], *self.months[-1:]])
        return " to ".join(clock.format_month(month) for month in ends)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A release with all that is shown of it. A withdrawn one has no tables, files or notes: only why it was withdrawn."""

    entry: ReleaseEntry
    notes: str
    disclosure: Mapping[str, Any]
    signature: str
    public_key: str
    signed_by: tuple[str, ...]
    tables: tuple[TableEntry, ...]
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A measure as it stands now, with the release and the table that hold its figures."""

    document: MeasureDocument
    version: int
    published_at: dt.datetime
    release: ReleaseEntry
    table: Table
    companions: tuple[TableEntry, ...]


def store_version() -> tuple[Any, ...]:
    """A value that differs whenever anything that the store shows has changed: cheap enough to ask at every request."""
    documents = models.Document.objects.using(STORE).aggregate(
        newest=Max("id"), current=Count("id", filter=Q(is_current=True))
    )
    found = models.Release.objects.using(STORE).aggregate(
        count=Count("key"), newest=Max("published_at"), withdrawn=Max("withdrawn_at"), gone=Count("withdrawn_at")
    )
    return (*documents.values(), *found.values())


def entries(kind: str) -> list[Entry]:
    """The current documents of a kind, by title."""
    found = models.Document.objects.using(STORE).filter(kind=kind, is_current=True).order_by("title", "slug")
    return [Entry(*row) for row in found.values_list("kind", "slug", "title", "version", "published_at")]


def page(kind: str, slug: str, version: int | None = None) -> Page | None:
    """The current version of a document, or the version asked for; None when there is none."""
    wanted: dict[str, Any] = {"is_current": True} if version is None else {"version": version}
    found = models.Document.objects.using(STORE).filter(kind=kind, slug=slug, **wanted)
    row = found.values_list("id", "kind", "slug", "title", "version", "published_at", "is_current").first()
    return None if row is None else Page(*row, body=_body(row[0]))


def measures() -> list[MeasureDocument]:
    """The current measures, by title."""
    found = models.Document.objects.using(STORE).filter(kind=MeasureDocument.kind, is_current=True)
    return [_measure(key) for key in found.order_by("title", "slug").values_list("id", flat=True)]


def measure(slug: str) -> MeasurePage | None:
    """A measure with its newest figures; None when it is unknown or its release was withdrawn."""
    current = page(MeasureDocument.kind, slug)
    if current is None:
        return None
    document = _measure(current.id)
    entry = _entry(document.release)
    found = table(document.release, document.dataset)
    if entry is None or found is None:
        return None
    companions = tuple(
        other for other in _tables(document.release) if other.measure == slug and other.name != document.dataset
    )
    return MeasurePage(document, current.version, current.published_at, entry, found, companions)


def releases(limit: int | None = None, *, include_withdrawn: bool = True) -> list[ReleaseEntry]:
    """Releases, the newest first."""
    found = models.Release.objects.using(STORE).order_by("-published_at", "-key")
    if not include_withdrawn:
        found = found.filter(withdrawn_at__isnull=True)
    corrected = _corrected()
    return [_as_entry(row, corrected) for row in found[:limit].values(*_ENTRY_FIELDS)]


def release(key: str) -> ReleasePage | None:
    """A release, or the tombstone of a withdrawn one; None for an unknown key."""
    row = models.Release.objects.using(STORE).filter(key=key).first()
    entry = _entry(key)
    if row is None or entry is None:
        return None
    if entry.is_withdrawn:
        return ReleasePage(entry, "", {}, "", "", (), (), ())
    return ReleasePage(
        entry=entry,
        notes=row.notes,
        disclosure=row.disclosure,
        signature=row.signature,
        public_key=row.public_key,
        signed_by=tuple(row.signed_by),
        tables=tuple(_tables(key)),
        files=tuple(_as_file(key, item) for item in row.files),
    )


def table(release_key: str, name: str) -> Table | None:
    """A table of a release; None when either is unknown or the release was withdrawn."""
    found = models.Dataset.objects.using(STORE).filter(
        release_id=release_key, name=name, release__withdrawn_at__isnull=True
    )
    key = found.values_list("id", flat=True).first()
    return None if key is None else _table(key)


def file(release_key: str, name: str) -> File | None:
    """A file of a release by its exact name; None for any other name, a withdrawn release, or a file that is gone.

    The name is compared with the release's own list and never becomes part of a path by itself; a link is not followed.
    """
    row = models.Release.objects.using(STORE).filter(key=release_key, withdrawn_at__isnull=True).values("files").first()
    for item in row["files"] if row else ():
        if item["name"] == name:
            found = _as_file(release_key, item)
            return found if found.path.is_file() and not found.path.is_symlink() else None
    return None


def releases_with(table: str) -> list[ReleaseEntry]:
    """The releases that stand and have a table of this name, the newest first."""
    found = models.Release.objects.using(STORE).filter(withdrawn_at__isnull=True, datasets__name=table)
    corrected = _corrected()
    return [_as_entry(row, corrected) for row in found.order_by("-published_at", "-key").values(*_ENTRY_FIELDS)]


def calendar() -> CalendarDocument | None:
    """The publication calendar; None before anything was announced."""
    found = page(CalendarDocument.kind, CalendarDocument.SLUG)
    return None if found is None else read(CalendarDocument, found.body)


def access(release_key: str) -> AccessDocument | None:
    """Who saw a release before the public did; None where that is not known."""
    found = page(AccessDocument.kind, release_key)
    return None if found is None else read(AccessDocument, found.body)


_ENTRY_FIELDS = (
    "key", "title", "released_on", "published_at", "corrects_id", "withdrawn_at", "withdrawn_reason", "months",
)  # fmt: skip


def _entry(key: str) -> ReleaseEntry | None:
    row = models.Release.objects.using(STORE).filter(key=key).values(*_ENTRY_FIELDS).first()
    return None if row is None else _as_entry(row, _corrected(corrects_id=key))


def _corrected(**which: str) -> dict[str, str]:
    """Key of a release -> key of the newest release that corrects it and stands."""
    found = models.Release.objects.using(STORE).filter(corrects__isnull=False, withdrawn_at__isnull=True, **which)
    return dict(found.order_by("published_at", "key").values_list("corrects_id", "key"))


def _as_entry(row: Mapping[str, Any], corrected: Mapping[str, str]) -> ReleaseEntry:
    return ReleaseEntry(
        key=row["key"],
        title=row["title"],
        released_on=row["released_on"],
        published_at=row["published_at"],
        corrects=row["corrects_id"] or "",
        corrected_by=corrected.get(row["key"], ""),
        withdrawn_at=row["withdrawn_at"],
        withdrawn_reason=row["withdrawn_reason"],
        months=tuple(row["months"]),
    )


def _tables(release_key: str) -> list[TableEntry]:
    found = models.Dataset.objects.using(STORE).filter(release_id=release_key, release__withdrawn_at__isnull=True)
    return [TableEntry(*row) for row in found.order_by("name").values_list("name", "title", "measure", "description")]


def _as_file(release_key: str, item: Mapping[str, Any]) -> File:
    folder = Path(settings.PUBLISHED_DIR) / "releases" / release_key
    return File(item["name"], folder / item["name"], item["bytes"], item["sha256"], item["media_type"], item["title"])


@lru_cache(maxsize=256)
def _body(document_id: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = models.Document.objects.using(STORE).values_list("body", flat=True).get(id=document_id)
    return body


@lru_cache(maxsize=256)
def _measure(document_id: str) -> MeasureDocument:
    return read(MeasureDocument, _body(document_id))


@lru_cache(maxsize=32)
def _table(dataset_id: str) -> Table:
    row = models.Dataset.objects.using(STORE).get(id=dataset_id)
    return Table(
        id=row.id,
        release=row.release_id,
        measure=row.measure,
        name=row.name,
        title=row.title,
        description=row.description,
        source=row.source,
        columns=tuple(read(Column, column) for column in row.columns),
        rows=tuple(tuple(values) for values in row.rows),
    )
