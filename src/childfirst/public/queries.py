"""What the pages need of the published store, put together for reading. Nothing else of the room asks the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shapely.geometry import shape

from childfirst.design.charts.data import Unit
from childfirst.design.maps import Area
from childfirst.public.filters import single
from childfirst.public.tables import PublishedTable
from childfirst.public.wording import Headline, headline, scale_of, unit_of
from childfirst.published import queries as published
from childfirst.published.bundles import fingerprint_of
from childfirst.published.documents import BoundariesDocument, MeasureDocument, PlannedRelease, read
from childfirst.published.queries import ReleaseEntry, Table, TableEntry, file, release, releases, table
from childfirst.shared.errors import UserError

__all__ = [
    "ShownMeasure", "access", "boundaries", "calendar", "file", "fingerprint", "measure", "measures", "next_planned", "planned",
    "release", "releases", "releases_with", "shown", "store_version", "table", "updated_at",
]  # fmt: skip

store_version = published.store_version
releases_with = published.releases_with
access = published.access

DIRECTIONS = {
    "up": "Higher is better",
    "down": "Lower is better",
    "neither": "Neither higher nor lower is better by itself",
}
TABLES_KEPT = 64
_outlines: dict[str, tuple[Area, ...]] = {}
_tables: dict[tuple[str, float], PublishedTable] = {}  # a table never changes; a correction is another table


@dataclass(frozen=True)
class ShownMeasure:
    """A measure with its newest figures, or with the release that took them back (then ``table`` is None)."""

    document: MeasureDocument
    published_at: dt.datetime
    release: ReleaseEntry | None
    source: Table | None
    table: PublishedTable | None
    companions: tuple[TableEntry, ...] = ()

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def is_withdrawn(self) -> bool:
        """Whether the figures were taken back. Of a release that is not known, nothing can be shown either."""
        return self.table is None

    @property
    def unit(self) -> Unit:
        """How its values are drawn."""
        has_rate = self.table is not None and self.table.value_column("rate") is not None
        return unit_of(self.document.unit, is_rate=has_rate)

    @property
    def standing(self) -> dict[str, str]:
        """Where each dimension stands for the figure that speaks for the whole: all together, or as the first chart holds it."""
        if self.table is None:
            return {}
        fixed = self.document.charts[0].fixed if self.document.charts else {}
        codes = {}
        for column in self.table.dimensions:
            code = fixed.get(column.name, "")
            known = code in self.table.codes(column.name) or (code and code == column.total)
            codes[column.name] = code if known else single(self.table, column)
        return codes

    @property
    def headline(self) -> Headline | None:
        """The overall figure in plain words; None when there is no figure at all."""
        return self.headline_at({})

    def headline_at(self, chosen: Mapping[str, str]) -> Headline | None:
        """The figure at these codes, the other dimensions standing as for the whole; None when there is no such row."""
        standing = self.standing
        codes = {**standing, **chosen}
        line = self.table.at(codes) if self.table else None
        if line is None or self.table is None:
            return None
        months = [column for column in self.table.dimensions if self.table.is_months(column.name)]
        period = self.table.period()
        if months and codes[months[0].name] != months[0].total:
            period = self.table.wording(months[0].name, codes[months[0].name])
        # The definition's sentence on what is counted holds only for the answer that it names.
        own = all(
            codes[column.name] == standing[column.name]
            for column in self.table.dimensions
            if standing[column.name] != column.total and column not in months
        )
        return headline(
            line.rate,
            line.count,
            line.denominator,
            unit=self.unit,
            numerator_words=self.document.numerator if own else "",
            denominator_words=self.document.denominator,
            period=period,
        )

    @property
    def about(self) -> str:
        """What the overall figure is about, where it is not about everything: ``No further action``."""
        return self.about_at({})

    def about_at(self, chosen: Mapping[str, str]) -> str:
        """What the figure at these codes is about, where it is not about everything."""
        if self.table is None:
            return ""
        codes = {**self.standing, **chosen}
        return ", ".join(
            self.table.wording(column.name, codes[column.name])
            for column in self.table.dimensions
            if codes[column.name] not in ("", column.total) and not self.table.is_months(column.name)
        )

    @property
    def direction(self) -> str:
        """Which way is better, in words."""
        return DIRECTIONS.get(self.document.direction, self.document.direction)

    @property
    def next_review(self) -> dt.date | str:
        """The date by which the measure is looked at again."""
        try:
            return dt.date.fromisoformat(self.document.next_review)
        except ValueError:
            return self.document.next_review

    @property
    def largest_hidden(self) -> int:
        """The largest count that is too small to be shown."""
        return self.document.minimum_count - 1


def measures() -> list[ShownMeasure]:
    """Every measure that has been published, by title."""
    return [found for entry in published.entries(MeasureDocument.kind) if (found := measure(entry.slug))]


def measure(slug: str) -> ShownMeasure | None:
    """One measure; None for a slug that was never published."""
    found = published.measure(slug)
    if found is not None:
        table = shown(found.table, scale_of(found.document.unit))
        return ShownMeasure(found.document, found.published_at, found.release, found.table, table, found.companions)
    page = published.page(MeasureDocument.kind, slug)
    if page is None:
        return None
    document = read(MeasureDocument, page.body)
    gone = published.release(document.release)
    return ShownMeasure(document, page.published_at, gone.entry if gone else None, None, None)


def calendar() -> list[Planned]:
    """Every entry of the publication calendar, by date."""
    found = published.calendar()
    return [] if found is None else [_planned(entry) for entry in found.entries]


def planned() -> list[Planned]:
    """What is announced and has not come."""
    return [entry for entry in calendar() if entry.state == "announced"]


def next_planned() -> Planned | None:
    """What comes next."""
    return next(iter(planned()), None)


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that was moved, or called off (``to_date`` is None)."""

    on: dt.date
    from_date: dt.date
    to_date: dt.date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry of the calendar with its dates."""

    slug: str
    title: str
    about: str
    planned_on: dt.date
    announced_on: dt.date
    state: str
    release: str
    changes: tuple[Moved, ...]


def _planned(entry: PlannedRelease) -> Planned:
    day = dt.date.fromisoformat
    return Planned(
        entry.slug,
        entry.title,
        entry.about,
        day(entry.planned_on),
        day(entry.announced_on),
        entry.state,
        entry.release,
        tuple(
            Moved(day(one.on), day(one.from_date), day(one.to_date) if one.to_date else None, one.reason)
            for one in entry.changes
        ),
    )


def boundaries(slug: str) -> tuple[Area, ...] | None:
    """Outlines of areas for a map; None where none are published."""
    page = published.page(BoundariesDocument.kind, slug)
    if page is None:
        return None
    if page.id not in _outlines:
        _outlines.clear()
        _outlines[page.id] = tuple(_areas(read(BoundariesDocument, page.body)))
    return _outlines[page.id]


def _areas(document: BoundariesDocument) -> Iterator[Area]:
    for feature in document.features.get("features", ()):
        about = {**feature, **(feature.get("properties") or {})}
        if feature.get("geometry") and "code" in about:
            yield Area(str(about["code"]), str(about.get("name", about["code"])), shape(feature["geometry"]))


def fingerprint(public_key: str) -> str:
    """SHA-256 of a release's public key, by which people compare keys; empty for a key that cannot be read."""
    try:
        return fingerprint_of(public_key.encode())
    except UserError:
        return ""


def updated_at() -> dt.datetime | None:
    """When a release was last published or withdrawn; None before the first."""
    moments = [moment for entry in releases() for moment in (entry.published_at, entry.withdrawn_at) if moment]
    return max(moments, default=None)


def shown(source: Table, scale: float) -> PublishedTable:
    """The table as pages read it, kept for the next reader."""
    key = (source.id, scale)
    if key not in _tables:
        if len(_tables) >= TABLES_KEPT:
            _tables.clear()
        _tables[key] = PublishedTable(source.columns, source.rows, scale)
    return _tables[key]
