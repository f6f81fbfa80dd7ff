"""An invented archive of stop and search in the layout of data.police.uk, with the flaws that real ones have."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl

COLUMNS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range",
    "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip

GENDERS = {"male": "Male", "female": "Female", "other": "Other", "not_recorded": ""}
ETHNICITIES = {
    "W1": "White - English/Welsh/Scottish/Northern Irish/British",
    "W2": "White - Irish",
    "W3": "White - Gypsy or Irish Traveller",
    "W9": "White - Any other White background",
    "M1": "Mixed/Multiple ethnic groups - White and Black Caribbean",
    "M2": "Mixed/Multiple ethnic groups - White and Black African",
    "M3": "Mixed/Multiple ethnic groups - White and Asian",
    "M9": "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background",
    "A1": "Asian/Asian British - Indian",
    "A2": "Asian/Asian British - Pakistani",
    "A3": "Asian/Asian British - Bangladeshi",
    "A4": "Asian/Asian British - Chinese",
    "A9": "Asian/Asian British - Any other Asian background",
    "B1": "Black/African/Caribbean/Black British - Caribbean",
    "B2": "Black/African/Caribbean/Black British - African",
    "B9": "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background",
    "O2": "Other ethnic group - Any other ethnic group",
    "O9": "Other ethnic group - Any other ethnic group",
    "NS": "Other ethnic group - Not stated",
}
OFFICER_DEFINED = {"IC1": "White", "IC3": "Black", "IC4": "Asian", "IC6": "Other", "NR": ""}
OUTCOMES = {
    "no_further_action": "A no further action disposal",
    "arrest": "Arrest",
    "community_resolution": "Community resolution",
    "penalty_notice": "Penalty Notice for Disorder",
    "caution": "Caution (simple or conditional)",
    "summons": "Summons / charged by post",
    "drugs_warning": "Khat or Cannabis warning",
}
SEARCHES = (
    ("Misuse of Drugs Act 1971 (section 23)", "Controlled drugs"),
    ("Police and Criminal Evidence Act 1984 (section 1)", "Offensive weapons"),
    ("Police and Criminal Evidence Act 1984 (section 1)", "Stolen goods"),
    ("Criminal Justice and Public Order Act 1994 (section 60)", "Anything to threaten or harm anyone"),
)
ADULTS = ("18-24", "25-34", "over 34")


def write_archive(rng: np.random.Generator, path: Path, stops: pl.DataFrame, force: str = "saltmere") -> None:
    """Write stops (columns as in encounters.make_encounters) as a zip with one file a month.

    A third of the rows are made adults; three rows in a hundred stand twice; one row of the newest month is dated 2099, one lies at
    0, 0, and one names an ethnicity that no vocabulary has, so that the quality report has something to say.
    The same frame and generator give the same bytes.
    """
    rows = _rows(rng, stops)
    months = stops["occurred_at"].dt.convert_time_zone("Europe/London").dt.strftime("%Y-%m").to_list()
    by_month: dict[str, list[tuple[str, ...]]] = {}
    for month, row in zip(months, rows, strict=True):
        by_month.setdefault(month, []).append(row)
        if rng.random() < 0.03:
            by_month[month].append(row)
    if by_month:
        _spoil(by_month[max(by_month)])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for month in sorted(by_month):
            text = io.StringIO()
            out = csv.writer(text, lineterminator="\n")
            out.writerow(COLUMNS)
            out.writerows(by_month[month])
            name = zipfile.ZipInfo(f"{month}/{month}-{force}-stop-and-search.csv", (2026, 1, 1, 0, 0, 0))
            archive.writestr(name, text.getvalue(), zipfile.ZIP_DEFLATED)


def _rows(rng: np.random.Generator, stops: pl.DataFrame) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for stop in stops.iter_rows(named=True):
        law, wanted = SEARCHES[int(rng.choice(4, p=(0.55, 0.28, 0.13, 0.04)))]
        age = stop["age"]
        band = (
            ""
            if age is None
            else ADULTS[int(rng.integers(3))]
            if rng.random() < 0.33
            else "10-17"
            if age >= 10
            else "under 10"
        )
        known = stop["lat"] is not None
        rows.append(
            (
                "Person search",
                stop["occurred_at"].strftime("%Y-%m-%dT%H:%M:%S+00:00"),
                "False",
                "",
                f"{stop['lat']:.6f}" if known else "",
                f"{stop['lon']:.6f}" if known else "",
                GENDERS[stop["gender"]],
                band,
                ETHNICITIES[stop["self_defined_ethnicity"]],
                OFFICER_DEFINED[stop["officer_defined_ethnicity"]],
                law,
                wanted,
                OUTCOMES[stop["outcome"]],
                "True" if stop["outcome"] == "arrest" else "",
                "True" if stop["strip_search"] else "False",
            )
        )
    return rows


def _spoil(rows: list[tuple[str, ...]]) -> None:
    def changed(row: tuple[str, ...], **values: str) -> tuple[str, ...]:
        fields = dict(zip(COLUMNS, row, strict=True)) | {name.replace("_", " "): v for name, v in values.items()}
        return tuple(fields[name] for name in COLUMNS)

    if len(rows) < 4:
        return
    rows[0] = changed(rows[0], Date="2099-01-01T00:00:00+00:00")
    rows[1] = changed(rows[1], Latitude="0", Longitude="0")
    rows[2] = changed(rows[2], **{"Self-defined_ethnicity": "Martian - Northern hemisphere"})
