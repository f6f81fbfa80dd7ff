"""Areas come in from GeoPackage, GeoJSON and lists; outlines are mended, united, simplified, published."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from childfirst.audit.actors import System
from childfirst.places import actions, queries
from childfirst.places.area_importers import AreaRow, AreaTerms, own_code, rows_of
from childfirst.places.boundaries import lookup, parse_geopackage_geometry, read_features
from childfirst.places.geometry import from_grid
from childfirst.places.models import Area, ImportReport, School
from childfirst.places.outlines import geojson_coordinates, mend, shape_of, simplified
from childfirst.places.publish import boundaries_document
from childfirst.places.vocabulary import AreaKind
from childfirst.published.models import Document
from childfirst.shared.errors import UserError
from tests.places.makers import SOUTH, WEST, make_area, make_school, square

BY = System("test")
database = [pytest.mark.django_db(databases=["default", "published"]), pytest.mark.database]


def blob(shape: Any, *, srs: int = 27700, flags: int = 0b00000011, order: str = "<") -> bytes:
    """A GeoPackage geometry: by default little-endian with an envelope of x and y."""
    kind = (flags >> 1) & 0b111
    doubles = {0: 0, 1: 4, 2: 6, 3: 6, 4: 8}.get(kind, 0)
    return b"GP\0" + bytes([flags]) + struct.pack(f"{order}i", srs) + b"\0" * 8 * doubles + shapely.to_wkb(shape)


def geopackage(path: Path, layers: dict[str, list[tuple[str, str, bytes | None]]]) -> Path:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT)")
        db.execute(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER)"
        )
        db.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?)", [(27700, 27700), (4326, 4326), (1, 27700)]
        )
        for layer, rows in layers.items():
            db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom')", [layer])
            quoted = layer.replace('"', '""')
            db.execute(f'CREATE TABLE "{quoted}" (fid INTEGER, geom BLOB, CODE TEXT, NAME TEXT)')
            db.executemany(
                f'INSERT INTO "{quoted}" VALUES (?, ?, ?, ?)',  # noqa: S608 - a name, quoted
                [(i, g, c, n) for i, (c, n, g) in enumerate(rows, 1)],
            )
    db.close()
    return path


def bring(rows: list[AreaRow], kind: AreaKind = AreaKind.WARD, **terms: Any) -> ImportReport:
    return actions.import_areas(
        by=BY, rows=rows, terms=AreaTerms(kind, "test", **terms), source=actions.Source.of("areas", b"x")
    )


@pytest.mark.parametrize(
    ("flags", "order"), [(0b00000001, "<"), (0b00000000, ">"), (0b00000011, "<"), (0b00000101, "<"), (0b00001001, "<")]
)
def test_every_header_of_a_geopackage_geometry_is_read(flags: int, order: str):
    shape, srs = parse_geopackage_geometry(blob(square(0, 0), flags=flags, order=order))
    assert srs == 27700 and shape.equals(square(0, 0))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"GP", "does not begin"),
        (b"XX" + b"\0" * 40, "does not begin"),
        (blob(square(0, 0), flags=0b00001011), "envelope"),
        (blob(square(0, 0), flags=0b00100011), "extended"),
        (blob(square(0, 0))[:-20], "damaged"),
    ],
)
def test_a_damaged_geometry_is_refused(data: bytes, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        parse_geopackage_geometry(data)


def test_a_geopackage_is_read_layer_by_layer(tmp_path: Path):
    rows = [("W1", "One", blob(square(0, 0))), ("W2", "Two", None), ("W3", "Three", blob(square(1, 0), srs=1))]
    path = geopackage(tmp_path / "wards.gpkg", {"wards": rows, 'odd "name"': rows[:1]})
    source = actions.Source.read(path)
    with pytest.raises(UserError, match="Name one with --layer"):
        read_features(source)
    with pytest.raises(UserError, match="has no layer boroughs"):
        read_features(source, "boroughs")
    assert len(read_features(source, 'odd "name"').features) == 1
    file = read_features(source, "wards")
    assert file.header == ("fid", "CODE", "NAME")
    assert [feature.problem for feature in file.features] == ["", "The outline is missing.", ""]
    assert file.features[2].shape.equals(square(1, 0))
    with pytest.raises(UserError, match="has no column CODES"):
        rows_of(file, code="CODES", name="NAME")


def test_geojson_comes_in_degrees_or_as_its_crs_says():
    ring = shapely.transform(square(0, 0), lambda p: __import__("numpy").column_stack(from_grid(p[:, 0], p[:, 1])))
    features = [{"type": "Feature", "properties": {"c": "W1"}, "geometry": mapping(ring)}]
    data = {"type": "FeatureCollection", "features": features}
    shape = read_features(actions.Source.of("a.geojson", json.dumps(data).encode())).features[0].shape
    assert shape.symmetric_difference(square(0, 0)).area < 10
    features[0]["geometry"] = mapping(square(0, 0))
    data["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    assert (
        read_features(actions.Source.of("a.geojson", json.dumps(data).encode())).features[0].shape.equals(square(0, 0))
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello", "neither"),
        (b'{"type": "FeatureCollection", "features": [', "cut off"),
        (b"SQLite format 3\0junk", "damaged"),
    ],
)
def test_files_that_hold_no_boundaries(data: bytes, sentence: str):
    with pytest.raises(UserError, match=sentence):
        read_features(actions.Source.of("file", data))


def test_a_feature_without_a_sound_outline_keeps_its_problem():
    features = [
        {"type": "Feature", "properties": {"c": "W1"}, "geometry": None},
        {"type": "Feature", "properties": {"c": "W2"}, "geometry": {"type": "Polygon"}},
        {"type": "Feature", "properties": None, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1]]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[["x", 0]]]}},
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    assert all(feature.problem.startswith("The ") for feature in read_features(actions.Source.of("a", data)).features)


def test_swapped_columns_and_a_file_without_areas_are_refused():
    features = [
        {"type": "Feature", "properties": {"c": f"E0900000{number}", "n": name}, "geometry": None}
        for number, name in enumerate(("Aldersey", "Brook", "City"))
    ]
    file = read_features(
        actions.Source.of("a", json.dumps({"type": "FeatureCollection", "features": features}).encode())
    )
    assert [row.code for row in rows_of(file, code="c", name="n")] == ["E09000000", "E09000001", "E09000002"]
    assert [row.name for row in rows_of(file, code="c", name="c")] == ["E09000000", "E09000001", "E09000002"]
    with pytest.raises(UserError, match="holds codes, not names"):
        rows_of(file, code="n", name="c")
    empty = read_features(actions.Source.of("a", b'{"type": "FeatureCollection", "features": []}'))
    with pytest.raises(UserError, match="holds no areas"):
        rows_of(empty, code="c", name="n")


BOWTIE = shapely.Polygon([(WEST, SOUTH), (WEST + 100, SOUTH + 100), (WEST + 100, SOUTH), (WEST, SOUTH + 100)])


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (None, "empty"),
        (shapely.Polygon(), "empty"),
        (shapely.Point(WEST, SOUTH), "not a polygon"),
        (shapely.Polygon([(WEST, SOUTH), (WEST + 1, SOUTH), (WEST + 2, SOUTH)]), "no surface"),
        (shapely.box(0.1, 52.0, 0.2, 52.1).buffer(2_000_000), "not in Great Britain"),
    ],
)
def test_outlines_that_cannot_be_stored(shape: Any, reason: str):
    assert mend(shape).shape is None and reason in mend(shape).reason


def test_a_crossing_outline_is_repaired_and_said_to_be():
    mended = mend(BOWTIE)
    assert mended.shape is not None and mended.shape.is_valid and mended.shape.area == pytest.approx(5000)
    assert "Self-intersection" in mended.repair
    three = shapely.force_3d(square(0, 0), 5)
    assert not mend(three).shape.has_z and not mend(three).repair


class TestImporting:
    pytestmark = database

    def test_areas_land_once_with_repairs_and_reasons(self):
        rows = [
            AreaRow(1, "W1", "One", BOWTIE),
            AreaRow(2, "W2", "Two", square(1, 0)),
            AreaRow(3, "W2", "Two", square(1, 0)),
            AreaRow(4, "W2", "Other", square(2, 0)),
            AreaRow(5, "", "No code", square(2, 0)),
            AreaRow(6, "W 6", "Odd code", square(2, 0)),
            AreaRow(7, "W7", "", square(2, 0)),
            AreaRow(8, "W8", "Orphan", square(2, 0), parent="NOBODY"),
            AreaRow(9, "W9", "Flat", shapely.LineString([(0, 0), (1, 1)])),
            AreaRow(10, "W10", "Broken", None, problem="The geometry is damaged."),
        ]
        report = bring(rows)
        assert (report.read, report.landed, report.duplicates, report.set_aside) == (10, 2, 1, 7)
        assert "Repaired 1 outlines (self-intersection): W1." in report.details["notes"]
        again = bring(rows)
        assert (again.landed, again.known) == (0, 2)
        assert bring([AreaRow(1, "W2", "Two", square(1, 0))], AreaKind.BOROUGH).set_aside == 1

    def test_a_ward_without_a_parent_gets_the_borough_around_it(self):
        make_area("B1", square(0, 0, 2000), kind="borough")
        bring([AreaRow(1, "W1", "In", square(0, 0)), AreaRow(2, "W2", "Out", square(9, 9))])
        assert dict(Area.objects.filter(kind="ward").values_list("code", "parent_id")) == {"W1": "B1", "W2": None}

    def test_schools_are_placed_anew_when_areas_come(self):
        make_school(900001, easting=WEST + 500, northing=SOUTH + 500)
        make_school(900002)
        report = bring([AreaRow(1, "W1", "One", square(0, 0))])
        assert dict(School.objects.values_list("urn", "ward_id")) == {900001: "W1", 900002: None}
        assert "1 school placed in another ward than before." in report.details["notes"]
        bring([AreaRow(1, "W1", "One", square(5, 5))])
        assert School.objects.get(urn=900001).ward_id is None

    def test_a_complete_new_set_ends_the_others(self):
        bring(
            [AreaRow(1, "W1", "One", square(0, 0)), AreaRow(2, "W2", "Two", square(1, 0))],
            valid_from=dt.date(2018, 5, 3),
        )
        new = [AreaRow(1, "W2", "Two", square(1, 0)), AreaRow(2, "W3", "Three", square(0, 0))]
        with pytest.raises(UserError, match="--valid-from"):
            bring(new, complete=True)
        bring(new, valid_from=dt.date(2022, 5, 5), complete=True)
        assert Area.objects.get(code="W1").valid_to == dt.date(2022, 5, 4)
        assert [a.code for a in queries.areas("ward")] == ["W3", "W2"]
        assert [a.code for a in queries.areas("ward", on=dt.date(2020, 1, 1))] == ["W1"]

    def test_command_units_are_unions_and_parents(self):
        for number, name in enumerate(("Northside", "Southside", "Westside")):
            make_area(f"B{number}", square(number, 0), kind="borough", name=name)
        listed = b"borough,bcu\nNorthside,East\nSouthside,East\nB2,West\nNowhere,South\nWestside,West\n"
        source = actions.Source.of("units.csv", listed)
        terms = AreaTerms(AreaKind.COMMAND_UNIT, "test")
        report = actions.import_area_unions(by=BY, source=source, terms=terms, member="borough", group="bcu")
        assert (report.landed, report.set_aside) == (1, 3)  # West has a member twice, so it is left out whole
        east = Area.objects.get(code="BCU-EAST")
        assert shape_of(east.outline).area == pytest.approx(2_000_000)
        assert list(east.parts.values_list("code", flat=True)) == ["B0", "B1"]
        with pytest.raises(UserError, match="has no column unit"):
            actions.import_area_unions(by=BY, source=source, terms=terms, member="borough", group="unit")

    def test_lookups_between_geographies(self):
        source = actions.Source.of("lookup.csv", "\ufeffWD,LAD\nW1,B1\nW1,B1\nW2,B2\n".encode())
        assert lookup(source, "WD", "LAD") == {"W1": "B1", "W2": "B2"}
        with pytest.raises(UserError, match="has no column LAX"):
            lookup(source, "WD", "LAX")


def test_codes_of_our_own():
    assert own_code(AreaKind.COMMAND_UNIT, "Central  East & More") == "BCU-CENTRAL-EAST-MORE"


def test_simplified_neighbours_keep_one_line():
    wavy = [(WEST + 1000 + (5 if i % 2 else -5), SOUTH + i * 10) for i in range(101)]
    left = shapely.Polygon([(WEST, SOUTH), *wavy, (WEST, SOUTH + 1000)])
    right = shapely.Polygon([(WEST + 2000, SOUTH), *wavy, (WEST + 2000, SOUTH + 1000)])
    out = simplified({"L": left, "R": right}, 60, 10)
    assert shapely.get_num_coordinates(out["L"]) < 20
    assert out["L"].intersection(out["R"]).area == 0
    assert shapely.union_all([out["L"], out["R"]]).geom_type == "Polygon"
    assert all(isinstance(x, int) for ring in geojson_coordinates(out["L"])[0] for point in ring for x in point)
    assert simplified({}, 1, 1) == {}
    overlapping = simplified({"A": square(0, 0), "B": square(0, 0, 1500)}, 60, 10)
    assert set(overlapping) == {"A", "B"}


class TestPublishing:
    pytestmark = database

    def test_outlines_are_published_once_for_each_state(self):
        make_area("B1", square(0, 0), kind="borough", name="Fen", source="A survey")
        first = actions.publish_boundaries(by=BY, kind=AreaKind.BOROUGH)
        assert (first.slug, first.version, first.body["source"]) == ("borough", 1, "A survey")
        assert actions.publish_boundaries(by=BY, kind=AreaKind.BOROUGH).version == 1
        feature = first.body["features"]["features"][0]
        assert feature["properties"] == {"code": "B1", "name": "Fen"}
        make_area("B2", square(1, 0), kind="borough")
        assert actions.publish_boundaries(by=BY, kind=AreaKind.BOROUGH).version == 2
        assert Document.objects.filter(kind="boundaries", is_current=True).count() == 1

    def test_nothing_to_publish_is_said(self):
        with pytest.raises(UserError, match="no wards to publish"):
            boundaries_document(AreaKind.WARD)
