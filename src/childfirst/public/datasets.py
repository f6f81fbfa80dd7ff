"""One table of one release as the public reads it: what it is, how to cite it, and the same as structured metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from childfirst.design.charts.data import Unit
from childfirst.public import queries
from childfirst.public.tables import PublishedTable
from childfirst.published.documents import Chart
from childfirst.published.queries import File, ReleaseEntry, Table
from childfirst.shared import clock

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
PERCENT = 100.0
FORMATS = {".csv": "CSV", ".parquet": "Parquet", ".csv-metadata.json": "Description of the CSV (CSVW)"}


@dataclass(frozen=True)
class ShownTable:
    """A table of a release with all that its page shows."""

    release: ReleaseEntry
    source: Table
    table: PublishedTable
    charts: tuple[Chart, ...]
    measure_title: str
    files: tuple[tuple[str, File], ...]
    others: tuple[ReleaseEntry, ...]

    @property
    def title(self) -> str:
        return self.source.title

    @property
    def unit(self) -> Unit:
        """How its shares are drawn."""
        return "percent" if self.table.value_column("rate") is not None else "count"

    @property
    def address(self) -> str:
        """The page's full address, which stays."""
        return f"{settings.PUBLIC_URL}{reverse('public:table', args=[self.release.key, self.source.name])}"

    @property
    def newest(self) -> ReleaseEntry | None:
        """The newest release with this table, where it is another one."""
        first = self.others[0] if self.others else None
        return first if first is not None and first.key != self.release.key else None

    @property
    def citation(self) -> str:
        """How to name the table in a text."""
        return (
            f"{settings.PARTNERSHIP_NAME} ({self.release.released_on.year}). {self.source.title}"
            f"{', ' + self.release.period if self.release.period else ''}. Release {self.release.key}, "
            f"{clock.format_date(self.release.released_on)}. {self.address}"
        )

    @property
    def is_whole(self) -> bool:
        """Whether every number of it is shown."""
        return all(line.count.value is not None for line in self.table.lines)


def shown_table(key: str, name: str) -> ShownTable | None:
    """The table of that name in a release that stands; None where there is none."""
    source = queries.table(key, name)
    page = queries.release(key)
    if source is None or page is None:
        return None
    measure = queries.measure(source.measure) if source.measure else None
    own = measure is not None and measure.document.dataset == name
    files = {file.name: file for file in page.files}
    return ShownTable(
        release=page.entry,
        source=source,
        table=queries.shown(source, PERCENT),
        charts=measure.document.charts if measure is not None and own else (),
        measure_title=measure.document.title if measure is not None else "",
        files=tuple((label, files[name + end]) for end, label in FORMATS.items() if name + end in files),
        others=tuple(queries.releases_with(name)),
    )


def structured(found: ShownTable) -> dict[str, Any]:
    """The table as a Dataset of schema.org (https://schema.org/Dataset), the properties that dataset searches read."""
    entry = found.release
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": found.address,
        "url": found.address,
        "name": found.title,
        "description": found.source.description or found.title,
        "identifier": f"{entry.key}/{found.source.name}",
        "version": entry.key,
        "datePublished": entry.released_on.isoformat(),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": settings.PARTNERSHIP_NAME, "url": settings.PUBLIC_URL},
        "citation": found.citation,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.name, "description": column.description or column.title}
            for column in found.source.columns
        ],
        "distribution": [_download(label, file, entry.key) for label, file in found.files],
    }
    if entry.months:
        about["temporalCoverage"] = f"{entry.months[0]}/{entry.months[-1]}"
    if found.source.source:
        about["isBasedOn"] = found.source.source
    if entry.corrected_by:
        about["isReplacedBy"] = _address("release", entry.corrected_by)
    return about


def _download(label: str, file: File, key: str) -> Mapping[str, Any]:
    return {
        "@type": "DataDownload",
        "name": label,
        "encodingFormat": file.media_type,
        "contentUrl": _address("file", key, file.name),
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _address(name: str, *args: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(f'public:{name}', args=args)}"
