"""A small register, and small files of records of an earlier system."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from childfirst.audit.actors import System
from childfirst.encounters.matching import importing, store
from childfirst.encounters.matching.mapping import Columns, checked
from childfirst.encounters.matching.models import Case, ImportRun
from childfirst.encounters.models import Encounter
from childfirst.places.models import School
from childfirst.shared import clock
from tests.encounters import makers

BY = System("a test")
NAMES = (
    "St Joseph's Catholic Primary School", "St Joseph's College", "Larkfield Primary School", "Larkfield High School",
    "Marram Academy", "Harbour Lane School", "Quillbrook Girls' School", "Tern Island Primary School", "Fennick Academy",
    "Holy Well Church of England School", "Saltpan Community School", "Ostler Green Primary School", "Gannet House School",
    "Brackenhurst College", "Wexcombe Infant School", "Wexcombe Junior School",
)  # fmt: skip
HEADER = ("Record", "Incident date", "School", "Borough", "Lat", "Lon", "Age", "Sex", "Team", "Person")


def register() -> list[School]:
    """Sixteen open schools around Westminster in two boroughs."""
    makers.areas()
    found = []
    for number, name in enumerate(NAMES):
        west = number % 2 == 0
        primary = any(word in name for word in ("Primary", "Infant", "Junior"))
        found.append(
            makers.school(
                100001 + number,
                name,
                la_name="Westside" if west else "Eastside",
                lat=51.46 + 0.005 * number,
                lon=(-0.24 if west else -0.14) + 0.004 * number,
                easting=520_000 + 100 * number,
                northing=180_000 + 100 * number,
                phase="primary" if primary else "secondary",
                lowest_age=4 if primary else 11,
                highest_age=11 if primary else 18,
                town="",
                postcode=f"ZZ{number} 1AA",
                street=f"{number} Test Road",
            )
        )
    store.forget()
    return found


def row(number: int = 1, school: str = "Marram Academy", **changes: Any) -> dict[str, str]:
    """A record of an earlier system, a month ago; ``changes`` are by the first word of a column in small letters."""
    day = clock.today() - dt.timedelta(days=30)
    told = {
        "Record": f"CR{number:06}", "Incident date": f"{day:%d/%m/%Y} 16:05", "School": school, "Borough": "Westside",
        "Lat": "51.48", "Lon": "-0.20", "Age": "14", "Sex": "F", "Team": "", "Person": "",
    }  # fmt: skip
    names = {name.split()[0].casefold(): name for name in HEADER}
    return {**told, **{names[key]: str(value) for key, value in changes.items()}}


def write(folder: Path, rows: list[dict[str, str]], name: str = "records.csv", **how: Any) -> Path:
    """The rows as a CSV file."""
    path = folder / name
    with path.open("w", encoding=how.get("encoding", "utf-8"), newline="") as out:
        writer = csv.DictWriter(out, HEADER, delimiter=how.get("delimiter", ","))
        writer.writeheader()
        writer.writerows(rows)
    return path


def columns(**changes: str) -> Columns:
    """The mapping of those files."""
    told = {
        "reference": "Record", "occurred_at": "Incident date", "words": "School", "borough": "Borough", "lat": "Lat",
        "lon": "Lon", "age": "Age", "gender": "Sex", "team": "Team", "child_reference": "Person",
    }  # fmt: skip
    return checked("connect", {k: v for k, v in {**told, **changes}.items() if v}, {"kind": "safeguarding"})


def imported(folder: Path, rows: list[dict[str, str]], by: Any = BY, **options: Any) -> ImportRun:
    """A run in which these rows were imported."""
    mapped = options.pop("columns", None) or columns()
    return importing.import_records(by=by, path=write(folder, rows), columns=mapped, **options)


def doubtful(folder: Path, records: int = 3, words: str = "St Josephs", borough: str = "") -> Case:
    """An open case: a name that two schools share, written without a place."""
    first = 1000 * (1 + Encounter.objects.filter(source="legacy").count())
    imported(folder, [row(first + n, words, borough=borough, lat="", lon="", age="") for n in range(records)])
    return Case.objects.get(words=words, borough=borough, verdict="review")
