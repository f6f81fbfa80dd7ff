"""A small invented partnership's published store: a correction, a withdrawal, hidden, zero and unknown figures, long names.

``python -m tests.public.invented`` publishes it into CHILDFIRST_DATA_DIR, for servers that tests and benchmarks start.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TOTAL = "Total"
NEWEST, CORRECTED, WITHDRAWN = "2018-12-corrected", "2018-11-first", "2018-10-early"
SEARCHES, SCHOOLS = "child-search-outcomes", "school-recorded"

BOROUGHS = {
    f"E0900{number:04d}": name
    for number, name in enumerate(
        (
            "Ashbourne", "Bellmarsh", "Coldharbour and the Isle of Sheepwash with Upper and Lower Rivermouth",
            "Dunmere", "Eastwold", "Fenwick", "Garrow", "Hollowell", "Inverley", "Jessop", "Kelling", "Larkhaven",
        ),
        1,
    )
}  # fmt: skip
GROUPS = {
    "asian": "Asian or Asian British",
    "black": "Black or Black British",
    "mixed": "Mixed",
    "other": "Chinese or other",
    "white": "White",
    "not_recorded": "Not recorded",
}
OUTCOMES = {
    "no_further_action": "No further action",
    "arrest": "Arrest",
    "community_resolution": "Community resolution",
    "other_formal": "Other formal outcome (warning, penalty notice, caution, summons)",
    "not_recorded": "Not recorded",
}
MONTHS = [f"2018-{month:02d}" for month in range(1, 13)]
SOURCES = {"archive": "Open archive of the police", "partnership": "Recorded by officers of the partnership"}
ANSWERS = {"recorded": "School named", "refused": "Refused to say", "no_school": "The source records no school"}


def column(
    name: str, title: str, role: str, labels: Mapping[str, str] | None = None, total: str = ""
) -> dict[str, Any]:
    """A column as the store keeps it."""
    return {"name": name, "title": title, "role": role, "description": "", "labels": dict(labels or {}), "total": total}


VALUES = [
    column("numerator", "Counted", "count"),
    column("numerator_status", "Counted: shown, hidden or zero", "status"),
    column("denominator", "Out of", "denominator"),
    column("denominator_status", "Out of: shown, hidden or zero", "denominator_status"),
    column("rate", "Share", "rate"),
    column("rate_status", "Status of the share", "rate_status"),
    column("lower", "Share, lower bound", "lower"),
    column("upper", "Share, upper bound", "upper"),
]


def wilson(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95% interval."""
    z = 1.959963984540054
    share, extra = count / of, z * z / of
    middle = (share + extra / 2) / (1 + extra)
    half = z * math.sqrt(share * (1 - share) / of + extra / (4 * of)) / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)


def values(count: int, of: int) -> list[Any]:
    """The values of a row: small counts hidden, zeros kept, shares only where both counts are shown."""
    shown_count, count_status = (None, "hidden") if 0 < count < 5 else (count, "shown" if count else "zero")
    shown_of, of_status = (None, "hidden") if 0 < of < 5 else (of, "shown" if of else "zero")
    if shown_count is None or not shown_of:
        rate_status = "not_applicable" if of == 0 else "hidden"
        return [shown_count, count_status, shown_of, of_status, None, rate_status, None, None]
    low, high = wilson(count, of)
    return [count, count_status, of, of_status, round(count / of, 6), "shown", round(low, 6), round(high, 6)]


def crossed(dimensions: Sequence[Sequence[str]], counts: Mapping[tuple[str, ...], int]) -> Iterator[list[Any]]:
    """Rows with all margins; the last dimension holds the answers, and the denominator is their sum."""
    sums: dict[tuple[str, ...], int] = {}
    for codes, count in counts.items():
        for margin in itertools.product(*((code, TOTAL) for code in codes[:-1])):
            for answer in (codes[-1], TOTAL):
                key = (*margin, answer)
                sums[key] = sums.get(key, 0) + count
    for codes in itertools.product(*([*codes, TOTAL] for codes in dimensions[:-1]), dimensions[-1]):
        yield [*codes, *values(sums.get(codes, 0), sums.get((*codes[:-1], TOTAL), 0))]


def searches() -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Columns and rows of the first measure."""
    counts: dict[tuple[str, ...], int] = {}
    for place, borough in enumerate(BOROUGHS):
        for rank, group in enumerate(GROUPS):
            for turn, outcome in enumerate(OUTCOMES):
                size = 0 if place == 11 or (place == 3 and rank == 2) else (place * 31 + rank * 17) % 90 + 2
                counts[borough, group, outcome] = size // (1, 4, 6, 9, 30)[turn]
    columns = [
        column("borough", "Borough", "dimension", {TOTAL: "All boroughs", **BOROUGHS}, TOTAL),
        column(
            "self_defined_group", "Ethnic group (self-defined)", "dimension", {TOTAL: "All groups", **GROUPS}, TOTAL
        ),
        column("outcome", "Outcome", "dimension", OUTCOMES),
        *VALUES,
    ]
    return columns, list(crossed([list(BOROUGHS), list(GROUPS), list(OUTCOMES)], counts))


def schools() -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Columns and rows of the second measure."""
    counts: dict[tuple[str, ...], int] = {}
    for place, month in enumerate(MONTHS):
        counts[month, "archive", "no_school"] = 900 + 37 * (place % 5)
        counts[month, "partnership", "recorded"] = 0 if place == 0 else 3 if place == 1 else 20 + 6 * place
        counts[month, "partnership", "refused"] = 12 - place // 2
    columns = [
        column("month", "Month", "dimension", {TOTAL: "All months"}, TOTAL),
        column("source", "Source", "dimension", {TOTAL: "All sources", **SOURCES}, TOTAL),
        column("school_field", "School", "dimension", ANSWERS),
        *VALUES,
    ]
    return columns, list(crossed([MONTHS, list(SOURCES), list(ANSWERS)], counts))


def outlines() -> dict[str, Any]:
    """Twelve boroughs as a grid of hexagons, in metres of the British National Grid."""
    features = []
    for number, (code, name) in enumerate(BOROUGHS.items()):
        x = 530_000 + 3_000 * (number % 4) + (1_500 if number // 4 % 2 else 0)
        y = 180_000 - 2_600 * (number // 4)
        turns = [math.pi / 6 + turn * math.pi / 3 for turn in range(6)] + [math.pi / 6]
        ring = [[round(x + 1_730 * math.cos(turn)), round(y + 1_730 * math.sin(turn))] for turn in turns]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def chart(kind: str, title: str, category: str, **others: Any) -> dict[str, Any]:
    """A chart as the store keeps it."""
    plain = {"value": "rate", "series": "", "panel": "", "fixed": {}, "boundaries": ""}
    return {"kind": kind, "title": title, "category": category, **plain, **others}


def measure(slug: str, title: str, **others: Any) -> dict[str, Any]:
    """A measure's body."""
    return {
        "slug": slug,
        "title": title,
        "what": "What happened after children aged 10 to 17 were stopped and searched.",
        "why": "A search that ends with nothing found no reason for itself.",
        "outcome": "Children are searched only where there are good grounds",
        "is_activity": False,
        "numerator": "Of these, the searches that ended with no further action",
        "denominator": "Searches of persons in which the age on the record is 10 to 17",
        "unit": "per_cent",
        "direction": "down",
        "method": "Counts of searches by borough, group and outcome, with Wilson intervals.",
        "caveats": ["Searches without an age on the record are not counted."],
        "sources": ["Stop and search archives"],
        "minimum_count": 5,
        "author": "Measures group",
        "checker": "Disclosure group",
        "next_review": "2027-09-30",
        "release": NEWEST,
        "dataset": slug,
        "charts": [],
        **others,
    }


SEARCH_CHARTS = [
    chart(
        "map", "Searches that ended with no further action, by borough", "borough", boundaries="borough",
        fixed={"self_defined_group": TOTAL, "outcome": "no_further_action"},
    ),
    chart(
        "dot_interval", "Searches that ended with no further action, by ethnic group", "self_defined_group",
        fixed={"borough": TOTAL, "outcome": "no_further_action"},
    ),
    chart("bar", "What came of searches", "outcome", fixed={"borough": TOTAL, "self_defined_group": TOTAL}),
]  # fmt: skip
SCHOOL_CHARTS = [
    chart("line", "School named, by month", "month", series="source", fixed={"school_field": "recorded"}),
    chart("bar", "What is written in place of the school", "school_field", fixed={"month": TOTAL, "source": TOTAL}),
]
NOTES = """# What is new

These figures put right **two boroughs** that were counted twice.

- The months are complete.
- See [the method](https://example.org/method).

1. First
2. Second

<script>alert("no")</script>
"""
DISCLOSURE = {
    "format": "childfirst.release.disclosure/1",
    "rule": {"threshold": 5, "interval": 5, "zeros_shown": True},
    "parts": [{"tables": [SEARCHES, SCHOOLS], "audit": {"safe": True, "hidden_cells": 4}}],
    "tables": {SEARCHES: {"cells": 460, "shown": 401, "hidden": 3, "zero": 56}, SCHOOLS: {"cells": 117, "hidden": 1}},
    "left_out": {},
    "ledger": {"cells": 0, "left_out": ["The records behind `2018-10-early` have changed since."]},
}


def write_files(
    folder: Path, tables: Mapping[str, tuple[list[dict[str, Any]], list[list[Any]]]]
) -> list[dict[str, Any]]:
    """The files of a bundle, and the list that the store keeps of them."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, tuple[str, str, bytes]] = {"notes.md": ("Notes", "text/markdown", NOTES.encode())}
    for name, (columns, rows) in tables.items():
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([one["name"] for one in columns])
        writer.writerows(rows)
        contents[f"{name}.csv"] = (f"{name} as CSV", "text/csv", out.getvalue().encode())
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, (_, _, body) in contents.items())
    contents["SHA256SUMS"] = ("Checksums", "text/plain", sums.encode())
    listed = []
    for name, (title, media_type, body) in contents.items():
        (folder / name).write_bytes(body)
        digest = hashlib.sha256(body).hexdigest()
        listed.append({"name": name, "title": title, "bytes": len(body), "sha256": digest, "media_type": media_type})
    return listed


def with_a_mistake(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows as they were before the correction: one number was too large, one that is hidden now was shown."""
    wrong = [list(row) for row in rows]
    shown = next(row for row in wrong if row[4] == "shown" and row[3] > 50)
    shown[3] += 7
    hidden = next(row for row in wrong if row[4] == "hidden")
    hidden[3:5] = [6, "shown"]
    return wrong


CALENDAR = {
    "slug": "releases",
    "title": "Publication calendar",
    "entries": [
        {
            "slug": "2026-03-figures-for-2018", "title": "Figures for 2018", "about": "", "planned_on": "2026-03-03",
            "announced_on": "2026-01-15", "state": "published", "release": CORRECTED, "changes": [],
        },
        {
            "slug": "2026-04-extra", "title": "An extra table; teams, by month", "about": "", "planned_on": "2026-04-14",
            "announced_on": "2026-02-01", "state": "cancelled", "release": "",
            "changes": [{"on": "2026-03-01", "from_date": "2026-04-14", "to_date": "", "reason": "Too few records."}],
        },
        {
            "slug": "2099-06-first-quarter", "title": "First quarter of 2099", "about": "Both measures, by month.",
            "planned_on": "2099-06-16", "announced_on": "2026-02-01", "state": "announced", "release": "",
            "changes": [
                {"on": "2026-03-02", "from_date": "2099-06-09", "to_date": "2099-06-16", "reason": "Records came late."}
            ],
        },
    ],
}  # fmt: skip
ACCESS = {
    "slug": NEWEST,
    "title": "Who saw it",
    "entries": [
        {"holder": "Analyst, Metropolitan force", "kind": "Prepared the release", "reason": "Prepared the release", "people": 2},
        {
            "holder": "Chief executive, Saltmere Council", "kind": "Was given access",
            "reason": "To answer questions on the day.", "people": 1,
        },
    ],
}  # fmt: skip


def publish_many(published_dir: Path, number: int) -> None:
    """More quarterly releases of the same tables, older than the others: ten years of them for measuring under load."""
    import datetime as dt

    from childfirst.published.models import Dataset, Release

    tables = {SEARCHES: searches(), SCHOOLS: schools()}
    for count in range(number):
        year, quarter = 2025 - count // 4, 4 - count % 4
        day = dt.datetime(year, 3 * quarter - 1, 20, 9, 30, tzinfo=dt.UTC)
        key = f"{day:%Y-%m}-quarter"
        release = Release.objects.using("published").create(
            key=key,
            title=f"Quarter {quarter} of {year}",
            released_on=day.date(),
            published_at=day,
            months=[f"{year}-{month:02d}" for month in range(3 * quarter - 2, 3 * quarter + 1)],
            notes=NOTES,
            disclosure=DISCLOSURE,
            files=write_files(published_dir / "releases" / key, tables),
            signature="c2lnbmF0dXJl" * 7,
            public_key="cHVibGljLWtleQ" * 3,
            signed_by=["Analyst, Metropolitan force", "Partnership board, Saltmere Council"],
        )
        for name, (columns, rows) in tables.items():
            Dataset.objects.using("published").create(
                release=release, measure=name, name=name, title=name.replace("-", " "), columns=columns, rows=rows
            )


def publish(published_dir: Path) -> None:
    """Put everything into the store, and the files beside it."""
    import datetime as dt

    from childfirst.published.models import Dataset, Document, Release

    tables = {SEARCHES: searches(), SCHOOLS: schools()}
    titles = {SEARCHES: "What came of searches of children", SCHOOLS: "Encounters with the school recorded"}
    first = None
    for day, key, title in (
        (1, WITHDRAWN, "Early figures"),
        (2, CORRECTED, "First figures on searches of children and on schools in the records"),
        (3, NEWEST, "Figures for 2018, corrected"),
    ):
        moment = dt.datetime(2026, 3, day, 9, 30, tzinfo=dt.UTC)
        release = Release.objects.using("published").create(
            key=key,
            title=title,
            released_on=moment.date(),
            published_at=moment,
            months=MONTHS,
            notes=NOTES,
            corrects=first if key == NEWEST else None,
            disclosure=DISCLOSURE,
            files=write_files(published_dir / "releases" / key, tables),
            signature="c2lnbmF0dXJl" * 7,
            public_key="cHVibGljLWtleQ" * 3,
            signed_by=["Analyst, Metropolitan force", "Partnership board, Saltmere Council"],
            withdrawn_at=moment + dt.timedelta(days=5) if key == WITHDRAWN else None,
            withdrawn_reason="One table showed a number that could point to a child." if key == WITHDRAWN else "",
        )
        first = release if key == CORRECTED else first
        for name, (columns, rows) in tables.items():
            if key == CORRECTED and name == SCHOOLS:
                rows = with_a_mistake(rows)
            Dataset.objects.using("published").create(
                release=release, measure=name, name=name, title=titles[name], columns=columns, rows=rows
            )
    bodies = [
        measure(SEARCHES, "What comes of stopping and searching children", charts=SEARCH_CHARTS),
        measure(
            SCHOOLS, "Encounters with the child’s school recorded", charts=SCHOOL_CHARTS, is_activity=True,
            direction="up", numerator="Encounters in which a school is named", denominator="All encounters",
            what="How often the police write down which school a young person goes to.",
        ),
        measure("early", "A measure whose figures were taken back", release=WITHDRAWN, dataset=SEARCHES),
    ]  # fmt: skip
    for body in bodies:
        Document.objects.using("published").create(
            kind="measure", slug=body["slug"], version=1, title=body["title"], body=body
        )
    for kind, slug, body in (("calendar", "releases", CALENDAR), ("access", NEWEST, ACCESS)):
        Document.objects.using("published").create(kind=kind, slug=slug, version=1, title=body["title"], body=body)
    Document.objects.using("published").create(
        kind="boundaries",
        slug="borough",
        version=1,
        title="Boroughs",
        body={"slug": "borough", "title": "Boroughs", "source": "Invented", "licence": "OGL", "features": outlines()},
    )


def main() -> None:
    """Make the published store in CHILDFIRST_DATA_DIR."""
    import os
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childfirst.config.settings.workspace")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PUBLISHED_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", database="published", verbosity=0)
    if "--empty" not in sys.argv:
        publish(settings.PUBLISHED_DIR)
    if "--many" in sys.argv:
        publish_many(settings.PUBLISHED_DIR, 40)


if __name__ == "__main__":
    main()
