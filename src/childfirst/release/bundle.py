"""Writing a bundle: a folder that says everything about a release, the same bytes for the same facts and code."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from childfirst.published.bundles import DATAPACKAGE, DICTIONARY, DISCLOSURE, NOTES, SUMS, UNLISTED
from childfirst.published.documents import Column, MeasureDocument
from childfirst.release.protection import PublicTable

LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_ARROW = {
    "count": pa.int64(),
    "denominator": pa.int64(),
    "rate": pa.float64(),
    "lower": pa.float64(),
    "upper": pa.float64(),
}
_FRICTIONLESS = {"count": "integer", "denominator": "integer", "rate": "number", "lower": "number", "upper": "number"}


@dataclass(frozen=True)
class Content:
    """What goes into a bundle. ``release`` has key, title, released_on (ISO), corrects, publisher and months."""

    release: Mapping[str, Any]
    measures: Sequence[MeasureDocument]
    tables: Sequence[PublicTable]
    notes: str
    disclosure: Mapping[str, Any]


def write(folder: Path, content: Content) -> str:
    """Write the bundle into an empty folder and return the SHA-256 of its list of checksums. It is not signed yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in content.tables:
        (folder / f"{table.name}.csv").write_bytes(csv_bytes(table))
        _write_parquet(folder / f"{table.name}.parquet", table)
        _write_json(folder / f"{table.name}.csv-metadata.json", csvw(table, content.release))
    (folder / NOTES).write_text(content.notes, encoding="utf-8", newline="\n")
    _write_json(folder / DISCLOSURE, content.disclosure)
    _write_json(
        folder / DICTIONARY,
        {
            "release": dict(content.release),
            "measures": [document.body() for document in sorted(content.measures, key=lambda document: document.slug)],
            "tables": [
                {
                    "name": table.name,
                    "measure": table.measure,
                    "title": table.title,
                    "description": table.description,
                    "source": table.source,
                    "columns": [_column_body(column) for column in table.columns],
                }
                for table in content.tables
            ],
        },
    )
    _write_json(folder / DATAPACKAGE, datapackage(folder, content))
    return write_sums(folder)


def write_sums(folder: Path) -> str:
    """``SHA256SUMS`` over every file that belongs in it, sorted by name; returns the SHA-256 of the list."""
    lines = [f"{_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir()) if path.name not in UNLISTED]
    raw = "".join(lines).encode("ascii")
    (folder / SUMS).write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def csv_bytes(table: PublicTable) -> bytes:
    """The table as CSV: UTF-8, line feeds, a header, empty where there is no number, six decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([f"{value:.6f}" if isinstance(value, float) else value for value in row])
    return out.getvalue().encode("utf-8")


def arrow(table: PublicTable) -> pa.Table:
    """The table as Arrow: codes and statuses as text, counts as whole numbers, null where there is no number."""
    arrays = [
        pa.array([row[place] for row in table.rows], _ARROW.get(column.role, pa.string()))
        for place, column in enumerate(table.columns)
    ]
    return pa.table(arrays, names=[column.name for column in table.columns])


def _write_parquet(file: Path, table: PublicTable) -> None:
    pq.write_table(arrow(table), file, compression="zstd", version="2.6", row_group_size=1_000_000, store_schema=False)


def datapackage(folder: Path, content: Content) -> dict[str, Any]:
    """The folder as a Frictionless data package, version 2 (https://datapackage.org/standard/data-package/)."""
    release = content.release
    resources: list[dict[str, Any]] = []
    for table in content.tables:
        resources.append(
            {
                **_resource(
                    folder / f"{table.name}.csv", table.name, table.title, table.description, "csv", "text/csv"
                ),
                "type": "table",
                "encoding": "utf-8",
                "dialect": {
                    "delimiter": ",",
                    "lineTerminator": "\n",
                    "quoteChar": '"',
                    "doubleQuote": True,
                    "header": True,
                },
                "schema": {
                    "fields": [_field(column) for column in table.columns],
                    "primaryKey": [column.name for column in table.columns if column.role == "dimension"],
                    "missingValues": [""],
                },
            }
        )
        parquet = _resource(
            folder / f"{table.name}.parquet",
            f"{table.name}-parquet",
            table.title,
            "The same table as Parquet.",
            "parquet",
            "application/vnd.apache.parquet",
        )
        # A file beside the table, not a table of its own: readers that go by way of floating point turn hidden into NaN.
        resources.append({**parquet, "type": "file"})
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": release["key"],
        "title": release["title"],
        "description": "Figures of a police-schools partnership, protected against disclosure. Read notes.md first.",
        "created": f"{release['released_on']}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": release["publisher"], "roles": ["publisher"]}],
        "sources": [{"title": source} for source in sorted({s for m in content.measures for s in m.sources})],
        "resources": resources,
    }


def _resource(file: Path, name: str, title: str, description: str, form: str, media: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": description,
        "path": file.name,
        "format": form,
        "mediatype": media,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{_sha256(file)}",
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.title,
        "type": _FRICTIONLESS.get(column.role, "string"),
    }
    if column.description:
        field["description"] = column.description
    if column.labels:
        field["categories"] = [{"value": code, "label": label} for code, label in column.labels.items()]
    if column.role == "dimension":
        field["constraints"] = {"required": True}
    elif column.role in ("rate", "lower", "upper"):
        field["constraints"] = {"minimum": 0, "maximum": 1}
    elif column.role in ("count", "denominator"):
        field["constraints"] = {"minimum": 0}
    return field


def csvw(table: PublicTable, release: Mapping[str, Any]) -> dict[str, Any]:
    """The CSV's description as CSVW (https://www.w3.org/TR/tabular-metadata/)."""
    types = {"integer": "integer", "number": "decimal", "string": "string"}
    columns = []
    for column in table.columns:
        entry: dict[str, Any] = {
            "name": column.name,
            "titles": column.name,
            "datatype": types[_FRICTIONLESS.get(column.role, "string")],
            "null": "",
            "dc:title": column.title,
        }
        if column.description:
            entry["dc:description"] = column.description
        if column.role == "dimension":
            entry["required"] = True
        columns.append(entry)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": table.description,
        "dc:publisher": release["publisher"],
        "dc:issued": {"@value": release["released_on"], "@type": "date"},
        "dc:license": {"@id": LICENCE["path"]},
        "dialect": {
            "encoding": "utf-8",
            "lineTerminators": ["\n"],
            "header": True,
            "headerRowCount": 1,
            "delimiter": ",",
        },
        "tableSchema": {
            "columns": columns,
            "primaryKey": [column.name for column in table.columns if column.role == "dimension"],
        },
    }


def _column_body(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": column.title,
        "role": column.role,
        "description": column.description,
        "labels": dict(column.labels),
        "total": column.total,
    }


def _write_json(file: Path, value: Any) -> None:
    """Two spaces, UTF-8, in the order in which it was made, which is part of the meaning of labels."""
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
