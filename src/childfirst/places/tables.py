"""The register as Arrow tables, for the linkage engine."""

from __future__ import annotations

import pyarrow as pa

from childfirst.places.models import School, SchoolName
from childfirst.places.vocabulary import Phase, SchoolGender, SchoolStatus

REGISTER_COLUMNS = {
    "urn": ("urn", pa.string()),
    "name": ("name", pa.string()),
    "la": ("la_name", pa.string()),
    "street": ("street", pa.string()),
    "lat": ("lat", pa.float64()),
    "lon": ("lon", pa.float64()),
    "phase": ("phase", pa.string()),
    "min_age": ("lowest_age", pa.int16()),
    "max_age": ("highest_age", pa.int16()),
    "gender": ("gender", pa.string()),
    "open_date": ("opened_on", pa.date32()),
    "close_date": ("closed_on", pa.date32()),
}
"""Column of the table -> field of School and type."""

_WORDS = {"phase": Phase, "gender": SchoolGender}


def register_table(*, open_only: bool = False) -> pa.Table:
    """The register for the linkage engine: one row per school, columns as its ``Register.build`` documents them.

    ``urn`` as text; ``la`` is the authority's name; ``lat`` and ``lon`` degrees; ages in years. Text is empty and
    numbers and dates are null where nothing is known.
    """
    schools = School.objects.exclude(status=SchoolStatus.CLOSED) if open_only else School.objects.all()
    rows = list(schools.order_by("urn").values_list(*(name for name, _ in REGISTER_COLUMNS.values())))
    columns = {}
    for at, (name, (_, kind)) in enumerate(REGISTER_COLUMNS.items()):
        values = [row[at] for row in rows]
        if name == "urn":
            values = [str(value) for value in values]
        elif name in _WORDS:
            values = [str(_WORDS[name](value).label) if value else "" for value in values]
        columns[name] = pa.array(values, type=kind)
    return pa.table(columns)


def alias_table() -> pa.Table:
    """Former names, and names that people use, for the linkage engine: ``urn``, ``alias``, ``valid_from``, ``valid_to``
    (null where not known)."""
    current = dict(School.objects.values_list("urn", "name"))
    names = SchoolName.objects.order_by("school_id", "name").values_list("school_id", "name", "valid_from", "valid_to")
    rows = [row for row in names if row[1] != current[row[0]]]
    return pa.table(
        {
            "urn": pa.array([str(row[0]) for row in rows], pa.string()),
            "alias": pa.array([row[1] for row in rows], pa.string()),
            "valid_from": pa.array([row[2] for row in rows], pa.date32()),
            "valid_to": pa.array([row[3] for row in rows], pa.date32()),
        }
    )
