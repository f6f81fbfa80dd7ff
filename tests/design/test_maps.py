"""Maps: borders shared, sizes bounded, classes honest."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import shapely
from shapely.geometry import LineString, Point, box, mapping

from childfirst.design.charts import Cell
from childfirst.design.gallery_figures import wards
from childfirst.design.maps import Area, Place, choropleth, classify, points


def squares(count: int = 4) -> list[Area]:
    return [Area(f"A{i}", f"Area {i}", box(i * 1000, 0, (i + 1) * 1000, 1000)) for i in range(count)]


def test_hidden_unknown_and_none_are_three_things() -> None:
    values = {"A0": Cell.of(0), "A1": Cell.hidden(), "A2": Cell.of(9)}
    markup = choropleth(id="m", title="T", areas=squares(), values=values)
    classes = dict(re.findall(r'class="(cf-area[^"]*)"><title>(Area \d)', markup))
    by_name = {name: cls for cls, name in classes.items()}
    assert by_name["Area 0"] == "cf-area cf-k0"
    assert by_name["Area 1"] == "cf-area cf-area--hidden"
    assert by_name["Area 3"] == "cf-area cf-area--unknown"
    assert "0: none" in markup
    assert "Hidden: showing it" in markup
    assert "Not known" in markup
    assert " style=" not in markup


def test_geojson_and_degrees_keep_their_shape() -> None:
    geometry = mapping(box(-0.1, 51.5, 0.0, 51.55))
    feature = {"type": "Feature", "geometry": geometry}
    markup = choropleth(id="m", title="T", areas=[Area("a", "A", feature)], values={}, crs="EPSG:4326")
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)" role', markup)[0])
    # 0.1 degree east at 51.5 north is 6.9 km, 0.05 degree north is 5.6 km.
    assert (width - 12) / (height - 12) == pytest.approx(6.93 / 5.56, rel=0.02)


def test_classes_by_quantile_and_by_given_breaks() -> None:
    steps = classify([float(i) for i in range(1, 101)], classes=4)
    assert [steps.of(value) for value in (1, 30, 60, 99)] == [1, 2, 3, 4]
    assert classify([67.8, 69.5, 70.5], unit="percent").count == 3, "no more classes than areas that differ"
    given = classify([1, 5, 9], breaks=[5, 8])
    assert [given.of(value) for value in (4.99, 5, 8)] == [1, 2, 3]
    assert [given.words(i) for i in (1, 2, 3)] == ["Under 5", "5 to under 8", "8 and over"]


@pytest.mark.parametrize("values", [[], [5.0], [5.0] * 20, [0.0, 0.0], [0.0, 7.0]])
def test_classes_of_little(values: list[float]) -> None:
    steps = classify(values)
    assert all(0 <= steps.of(value) <= steps.count for value in values)
    assert all(steps.words(i) for i in range(1, steps.count + 1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: classify([1], breaks=[3, 2]),
        lambda: classify([1], breaks=[1, 2, 3, 4, 5, 6]),
        lambda: choropleth(id="m", title="T", areas=[], values={}),
        lambda: choropleth(id="m", title="T", areas=[Area("a", "A", LineString([(0, 0), (1, 1)]))], values={}),
        lambda: points(id="m", title="T", places=[]),
        lambda: points(id="m", title="T", places=[Place("a", 0, 0, kind=3)], kinds=["x"]),
        lambda: choropleth(id="m", title="T", areas=[Area("a", "A", shapely.Polygon())], values={}),
    ],
)
def test_what_cannot_be_drawn_is_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()  # type: ignore[operator]


def test_a_detailed_coast_is_simplified_and_neighbours_still_meet() -> None:
    wiggly = [Point(i * 1900, 0).buffer(1000, quad_segs=20_000) for i in range(4)]
    cut = [wiggly[i].difference(wiggly[i - 1]) if i else wiggly[i] for i in range(4)]
    areas = [Area(str(i), str(i), shape) for i, shape in enumerate(cut)]
    markup = choropleth(id="m", title="T", areas=areas, values={})
    assert len(markup) < 150_000


def test_points_by_kind_and_by_value() -> None:
    kinds = points(
        id="m", title="T", places=[Place("a", 0.1, 51.5), Place("b", 0.2, 51.6, kind=2)], kinds=["School", "Club"]
    )
    assert "School" in kinds
    assert "cf-m2" in kinds
    cells = [Cell.of(4), Cell.of(0), Cell.hidden(), Cell.unknown()]
    sized = points(
        id="m", title="T", places=[Place(str(i), i, 51, cell=cell) for i, cell in enumerate(cells)], outlines=[]
    )
    assert "cf-bubble1" in sized
    assert "0: none" in sized
    assert 'class="cf-hidden"' in sized
    assert 'class="cf-unknown"' in sized


def test_one_point_alone() -> None:
    assert "<svg" in points(id="m", title="T", places=[Place("a", 0, 51)])


def test_a_name_in_every_area() -> None:
    markup = choropleth(id="m", title="T", areas=wards(), values={area.code: Cell.of(3) for area in wards()})
    assert markup.count(": 3</title>") == len(wards())


def test_the_boroughs_of_london_fit(shared_data: Path) -> None:
    source = shared_data / "boundaries" / "london_borough.gpkg"
    with sqlite3.connect(source) as connection:
        table = connection.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]
        rows = connection.execute(f'SELECT LAD24CD, LAD24NM, geom FROM "{table}"').fetchall()  # noqa: S608
    skip = {0: 8, 1: 40, 2: 56, 3: 56, 4: 72}
    areas = [Area(code, name, shapely.from_wkb(blob[skip[(blob[3] >> 1) & 7] :])) for code, name, blob in rows]
    markup = choropleth(id="m", title="T", areas=areas, values={area.code: Cell.of(i) for i, area in enumerate(areas)})
    assert len(areas) == 33
    assert len(markup) < 150_000
