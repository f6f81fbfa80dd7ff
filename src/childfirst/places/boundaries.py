"""Reading boundaries from GeoPackage, GeoJSON and lists of members, without GDAL."""

from __future__ import annotations

import csv
import json
import sqlite3
import struct
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from pyproj.exceptions import CRSError
from shapely.geometry import shape as shape_from_geojson

from childfirst.places.geometry import GRID, transformer
from childfirst.places.reading import Sheet, Source
from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport
from childfirst.shared.text import join_and

_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope by its indicator: OGC GeoPackage 1.3, table 6 and clause 2.1.3."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as it stands in a file: its line or number, its columns, and its shape in grid metres (or None)."""

    number: int
    columns: Mapping[str, str]
    shape: Any
    problem: str = ""


@dataclass(frozen=True)
class FeatureFile:
    """The features of a file, with the names of their columns."""

    source: Source
    layout: str
    header: tuple[str, ...]
    features: tuple[Feature, ...]


def parse_geopackage_geometry(blob: bytes) -> tuple[Any, int]:
    """The shape and the coordinate system's number in a GeoPackage geometry blob (clause 2.1.3).

    The header is ``GP``, a version, flags (bit 0 byte order, bits 1-3 kind of envelope, bit 4 empty), the number, and the
    envelope; well-known binary follows. Raises ValueError for anything else.
    """
    if len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError("The geometry does not begin with the mark of a GeoPackage.")
    flags = blob[3]
    if flags & 0b00100000:
        raise ValueError("The geometry is of an extended kind that only its maker can read.")
    envelope = _ENVELOPES.get((flags >> 1) & 0b111)
    if envelope is None:
        raise ValueError("The geometry's envelope is of no kind that GeoPackage knows.")
    (srs,) = struct.unpack_from("<i" if flags & 1 else ">i", blob, 4)
    try:
        return shapely.from_wkb(blob[8 + envelope :]), srs
    except shapely.errors.GEOSException as error:
        raise ValueError("The geometry is damaged.") from error


def read_features(source: Source, layer: str = "") -> FeatureFile:
    """The features of a GeoPackage or GeoJSON file, told by its first bytes; shapes come out in grid metres.

    Raises UserError for a file that is neither, is damaged, has no such layer, or has several and none was named.
    """
    if source.data.startswith(b"SQLite format 3\0"):
        return _read_geopackage(source, layer)
    if source.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return _read_geojson(source)
    raise UserError(f"{source.name} is neither a GeoPackage nor a GeoJSON file.")


def _read_geopackage(source: Source, layer: str) -> FeatureFile:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "boundaries.gpkg"
        copy.write_bytes(source.data)
        try:
            database = sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)
            try:
                return _read_layer(source, database, layer)
            finally:
                database.close()
        except sqlite3.Error as error:
            raise UserError(f"{source.name} is not a GeoPackage, or it is damaged ({error}).") from error


def _read_layer(source: Source, database: sqlite3.Connection, layer: str) -> FeatureFile:
    layers = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns ORDER BY table_name"))
    if not layers:
        raise UserError(f"{source.name} has no layer with outlines.")
    if layer and layer not in layers:
        raise UserError(f"{source.name} has no layer {layer}; it has {join_and(list(layers))}.")
    if not layer and len(layers) > 1:
        raise UserError(f"{source.name} has the layers {join_and(list(layers))}. Name one with --layer.")
    table = layer or next(iter(layers))
    systems = dict(
        database.execute(
            "SELECT srs_id, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE organization LIKE 'epsg'"
        )
    )
    cursor = database.execute(f'SELECT * FROM "{table.replace(chr(34), chr(34) * 2)}"')  # noqa: S608 - a name, quoted
    names = [column[0] for column in cursor.description]
    at = names.index(layers[table])
    header = tuple(name for name in names if name != layers[table])
    features = []
    for number, row in enumerate(cursor, 1):
        columns = {n: "" if v is None else str(v).strip() for n, v in zip(names, row, strict=True) if n != names[at]}
        shape, problem = None, ""
        try:
            if row[at] is None:
                raise ValueError("The outline is missing.")
            shape, srs = parse_geopackage_geometry(row[at])
            shape = in_grid(shape, systems.get(srs, srs))
        except ValueError as error:
            problem = str(error)
        features.append(Feature(number, columns, shape, problem))
    return FeatureFile(source, f"GeoPackage, layer {table}", header, tuple(features))


def _read_geojson(source: Source) -> FeatureFile:
    try:
        data = json.loads(source.data.decode("utf-8-sig"))
        listed = data["features"] if data.get("type") == "FeatureCollection" else [data]
        srs = _geojson_srs(data)
    except (ValueError, KeyError, AttributeError) as error:
        raise UserError(f"{source.name} is not GeoJSON, or it is cut off.") from error
    features, header = [], dict[str, None]()
    for number, item in enumerate(listed, 1):
        columns: dict[str, str] = {}
        shape, problem = None, ""
        try:
            columns = {str(k): "" if v is None else str(v).strip() for k, v in (item.get("properties") or {}).items()}
            if not item.get("geometry"):
                raise ValueError("The outline is missing.")
            shape = in_grid(_geojson_shape(item["geometry"]), srs)
        except ValueError as error:
            problem = str(error)
        except (AttributeError, KeyError, TypeError, IndexError, shapely.errors.ShapelyError):
            problem = "The outline is not a GeoJSON geometry."
        header |= dict.fromkeys(columns)
        features.append(Feature(number, columns, shape, problem))
    return FeatureFile(source, "GeoJSON", tuple(header), tuple(features))


def _geojson_shape(geometry: Mapping[str, Any]) -> Any:
    try:
        return shape_from_geojson(geometry)
    except ValueError as error:
        raise ValueError("The outline is not a GeoJSON geometry.") from error


def _geojson_srs(data: Mapping[str, Any]) -> int:
    """4326 as RFC 7946 says, or the EPSG number in the older ``crs`` member."""
    name = str(((data.get("crs") or {}).get("properties") or {}).get("name", ""))
    number = name.rpartition(":")[2]
    return int(number) if "EPSG" in name.upper() and number.isdigit() else 4326


def in_grid(shape: Any, srs: int) -> Any:
    """The shape in British National Grid metres. Raises ValueError for a coordinate system that nobody knows."""
    if srs == GRID:
        return shape
    try:
        change = transformer(srs)
    except CRSError:
        raise ValueError(f"The coordinate system EPSG:{srs} is not known.") from None
    return shapely.transform(shapely.force_2d(shape), lambda points: _both(change, points))


def _both(change: Any, points: Any) -> Any:
    x, y = change.transform(points[:, 0], points[:, 1])
    return shapely.get_coordinates(shapely.points(x, y))


def read_pairs(source: Source, report: QualityReport, first: str, second: str) -> Iterator[tuple[int, str, str]]:
    """(line, value, value) of two columns of a CSV file, such as a borough and its command unit."""
    sheet = Sheet.open(source)
    for name in (first, second):
        if name not in sheet.header:
            raise UserError(f"{source.name} has no column {name}; it has {join_and(list(sheet.header))}.")
    for line, row in sheet.rows(report):
        yield line, row[first], row[second]


def lookup(source: Source, key: str, value: str) -> dict[str, str]:
    """A CSV file as a table from one column to another; the first value of a key counts.

    For lookups between geographies, such as ward to borough, in which each pair stands many times.
    """
    text, _ = source.text()
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in (key, value) if name not in (rows.fieldnames or [])]
    if missing:
        raise UserError(
            f"{source.name} has no column {join_and(missing)}; it has {join_and(list(rows.fieldnames or []))}."
        )
    table: dict[str, str] = {}
    for row in rows:
        table.setdefault((row[key] or "").strip(), (row[value] or "").strip())
    return table
