"""Small made-up archives, schools, areas and encounters."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import shapely
from pyproj import Transformer

from childfirst.encounters import actions
from childfirst.encounters.models import Encounter
from childfirst.encounters.rules import Particulars
from childfirst.encounters.vocabulary import Kind, Outcome, SchoolReason, SearchOf
from childfirst.encounters.words import COLUMNS
from childfirst.people.models import Account, Organisation
from childfirst.places.models import Area, School
from childfirst.shared import clock

MONTH = "2018-05"
FORCE = "testshire"
NAME = f"{MONTH}/{MONTH}-{FORCE}-stop-and-search.csv"

ROW = {
    "Type": "Person search",
    "Date": "2018-05-03T16:05:00+00:00",
    "Part of a policing operation": "False",
    "Policing operation": "",
    "Latitude": "51.501548",
    "Longitude": "-0.189862",
    "Gender": "Male",
    "Age range": "10-17",
    "Self-defined ethnicity": "Other ethnic group - Not stated",
    "Officer-defined ethnicity": "Black",
    "Legislation": "Misuse of Drugs Act 1971 (section 23)",
    "Object of search": "Controlled drugs",
    "Outcome": "A no further action disposal",
    "Outcome linked to object of search": "",
    "Removal of more than just outer clothing": "",
}


def row(**changes: str) -> dict[str, str]:
    """A row of a stop and search file; ``row(Gender="Female", age_range="18-24")``, spaces in names as underscores."""
    names = {name.casefold().replace(" ", "_").replace("-", "_"): name for name in COLUMNS}
    return {**ROW, **{names[key.casefold()]: value for key, value in changes.items()}}


def rows(number: int, **changes: str) -> list[dict[str, str]]:
    """As many different rows, a minute apart."""
    start = dt.datetime(2018, 5, 3, 10, 0, tzinfo=dt.UTC)
    return [row(Date=(start + dt.timedelta(minutes=i)).isoformat(), **changes) for i in range(number)]


def text_of(listed: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS, end: str = "\n") -> str:
    """The rows as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def archive(
    folder: Path, files: dict[str, bytes | str] | list[dict[str, str]] | bytes | str, name: str = "archive.zip"
) -> Path:
    """A zip of these files; rows, text or bytes alone become the one file of the archive."""
    if isinstance(files, list):
        files = text_of(files)
    if not isinstance(files, dict):
        files = {NAME: files}
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for inside, content in files.items():
            zipped.writestr(inside, content)
    return path


def school(urn: int = 100001, name: str = "Rowan Academy", **fields: Any) -> School:
    """An open secondary school."""
    return School.objects.create(
        **{"urn": urn, "name": name, "status": "open", "phase": "secondary", "town": "Testing", **fields}
    )


def areas() -> None:
    """Two boroughs side by side around Westminster, each one ward."""
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True)
    for code, name, west, east in (("B1", "Westside", -0.25, -0.15), ("B2", "Eastside", -0.15, -0.05)):
        corners = [(west, 51.45), (east, 51.45), (east, 51.55), (west, 51.55)]
        outline = shapely.MultiPolygon([shapely.Polygon([to_grid.transform(*corner) for corner in corners])])
        box = dict(zip(("min_x", "min_y", "max_x", "max_y"), outline.bounds, strict=True))
        borough = Area.objects.create(code=code, kind="borough", name=name, outline=outline.wkb, **box)
        Area.objects.create(
            code=f"W{code[1]}", kind="ward", name=f"{name} Ward", parent=borough, outline=outline.wkb, **box
        )


TOLD = Particulars(
    kind=Kind.STOP_AND_SEARCH,
    occurred_at=dt.datetime(2018, 5, 3, 16, 5, tzinfo=dt.UTC),
    school_reason=SchoolReason.HOME_EDUCATED,
    search_of=SearchOf.PERSON,
    legislation="Misuse of Drugs Act 1971 (section 23)",
    object_of_search="Controlled drugs",
    outcome=Outcome.NO_FURTHER_ACTION,
    age=14,
)


def told(**changes: Any) -> Particulars:
    """Particulars of a search an hour ago of a child who is taught at home."""
    return dataclasses.replace(TOLD, **{"occurred_at": clock.now() - dt.timedelta(hours=1), **changes})


def team_of(account: Account) -> Organisation:
    """The organisation of an account's first membership."""
    membership = account.current_memberships().select_related("organisation").first()
    assert membership is not None
    return membership.organisation


def recorded(by: Account, **changes: Any) -> Encounter:
    """An encounter that the account has recorded."""
    return actions.record_encounter(by=by, told=told(**changes), team=team_of(by))


def found(**changes: str) -> dict[str, str]:
    """What a supervisor says at the end of a review."""
    return {"conclusion": "right", "further_action": "none", "finding": "It was needed.", **changes}
