"""What the upper floors may know of incidents in or near school, for measuring: one row an incident, nothing that says who it was.

One Parquet file a month of the incident, ``FACTS_DIR/crime-records/YYYY-MM.parquet``. Unknown is null; the meaning of each column
and of its null is in ``SCHEMA``. Same rows, same bytes.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from django.conf import settings

from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import (
    Finding,
    Instead,
    Matter,
    OutcomeGroup,
    Sanction,
    State,
    Where,
    Why,
)
from childfirst.encounters.facts import LABELS as ENCOUNTER_LABELS
from childfirst.encounters.facts import column, rewrite
from childfirst.encounters.vocabulary import GROUP_OF_ETHNICITY, AgeBand, Gender, SelfDefinedEthnicity

KIND = "crime-records"
NOT_RECORDED = "not recorded, or left to the school"

SCHEMA = pa.schema(
    [
        column("month", pa.string(), "Month of the incident, YYYY-MM", ""),
        column("team", pa.string(), "Name of the team that decided", ""),
        column("where", pa.string(), "Where it happened", ""),
        column("matter", pa.string(), "What it was about", ""),
        column("covered", pa.bool_(), "Whether the Schools Protocol covers it: on the premises, in school hours", ""),
        column("state", pa.string(), "recorded as a crime, or left to the school", ""),
        column("why", pa.string(), "Why a crime record was made", "left to the school"),
        column("age_band", pa.string(), "Age band of the young person", NOT_RECORDED),
        column("gender", pa.string(), "Gender", NOT_RECORDED),
        column("self_defined_group", pa.string(), "5+1 ethnic group that the young person gave", NOT_RECORDED),
        column("outcome", pa.string(), "Outcome, grouped", "left to the school, or not decided yet"),
        column("sanction", pa.string(), "What the school did afterwards", "not known"),
        column("finding", pa.string(), "Whether the record was in the public interest", "not reviewed yet"),
        column("instead", pa.string(), "What would have been right instead", "nothing else, or not reviewed yet"),
        column("school_urn", pa.int32(), "URN of the school", ""),
    ],
    metadata={"room": "encounters", "kind": KIND, "version": "1"},
)

LABELS: dict[str, dict[str, str]] = {
    "where": dict(Where.choices),
    "matter": dict(Matter.choices),
    "state": dict(State.choices),
    "why": dict(Why.choices),
    "age_band": ENCOUNTER_LABELS["age_band"],
    "gender": ENCOUNTER_LABELS["gender"],
    "self_defined_group": ENCOUNTER_LABELS["self_defined_group"],
    "outcome": dict(OutcomeGroup.choices),
    "sanction": {code: label for code, label in Sanction.choices if code != Sanction.NOT_KNOWN},
    "finding": dict(Finding.choices),
    "instead": {code: label for code, label in Instead.choices if code},
}
"""Column -> code -> wording, in the order in which people expect them."""


def folder() -> Path:
    """Where these facts are kept."""
    return Path(settings.FACTS_DIR) / KIND


def table(month: str) -> pa.Table:
    """The facts of one month as the database has them now, sorted. What waits for its details is not in it yet."""
    found = CrimeRecord.objects.filter(month=month).exclude(state=State.TO_COMPLETE).select_related("team")
    rows = [_row(record) for record in found]
    return pa.Table.from_pylist(sorted(rows, key=repr), schema=SCHEMA)


def _row(record: CrimeRecord) -> dict[str, object]:
    def known(value: str, unknown: str) -> str | None:
        return value if value and value != unknown else None

    return {
        "month": record.month,
        "team": record.team.name,
        "where": record.where,
        "matter": record.matter,
        "covered": record.where == Where.PREMISES and record.in_hours,
        "state": record.state,
        "why": record.why or None,
        "age_band": known(record.age_band, AgeBand.NOT_RECORDED),
        "gender": known(record.gender, Gender.NOT_RECORDED),
        "self_defined_group": _group(record.self_defined_ethnicity),
        "outcome": record.outcome_group or None,
        "sanction": known(record.sanction, Sanction.NOT_KNOWN),
        "finding": record.finding or None,
        "instead": record.instead or None,
        "school_urn": record.school_id,
    }


def _group(code: str) -> str | None:
    found = GROUP_OF_ETHNICITY.get(SelfDefinedEthnicity(code))
    return None if found is None else str(found)


def build() -> list[str]:
    """Bring the files up to date: months written or removed, in order. A file is replaced only when its bytes differ."""
    decided = CrimeRecord.objects.exclude(state=State.TO_COMPLETE).order_by()
    return rewrite(folder(), decided.values_list("month", flat=True), table)
