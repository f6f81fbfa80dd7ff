"""Which area a point is in: against a plain loop, on boundaries, and for points that are no places."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from childfirst.places.geometry import AreaIndex, Reason, from_grid, to_grid
from tests.places.makers import SOUTH, WEST, square

TOWN = AreaIndex(["W2", "W1", "W3"], [square(1, 0), square(0, 0), square(1, 1)])
metres = st.integers(-1000, 3000)


@hypothesis_given(st.lists(st.tuples(metres, metres), min_size=1, max_size=50))
def test_the_same_answer_as_a_plain_loop(places):
    x = np.array([WEST + p[0] for p in places], dtype=float)
    y = np.array([SOUTH + p[1] for p in places], dtype=float)
    outlines = {"W1": square(0, 0), "W2": square(1, 0), "W3": square(1, 1)}
    expected = [
        next((code for code in sorted(outlines) if outlines[code].intersects(shapely.Point(px, py))), "")
        for px, py in zip(x, y, strict=True)
    ]
    assert TOWN.locate_metres(x, y).codes.tolist() == expected


def test_a_point_on_a_boundary_belongs_to_the_smaller_code_whatever_the_order():
    on_edge = (WEST + 1000, SOUTH + 500)
    corner = (WEST + 1000, SOUTH + 1000)
    for codes in (["B", "A", "C"], ["C", "B", "A"]):
        shapes = {"A": square(0, 0), "B": square(1, 0), "C": square(1, 1)}
        index = AreaIndex(codes, [shapes[code] for code in codes])
        assert index.locate_metres(*zip(on_edge, corner, strict=True)).codes.tolist() == ["A", "A"]


def test_overlaps_are_settled_the_same_way():
    index = AreaIndex(["Z", "A"], [square(0, 0, 2000), square(0, 0)])
    assert index.locate_metres([WEST + 500, WEST + 1500], [SOUTH + 500] * 2).codes.tolist() == ["A", "Z"]


def test_outside_and_unknown_are_two_things():
    lon, lat = from_grid([WEST + 500, WEST + 500, WEST - 50_000], [SOUTH + 500, SOUTH + 1500, SOUTH])
    nowhere = [np.nan, 0.0, 181.0, np.inf, 0.1]
    no_lat = [52.0, 0.0, 52.0, 52.0, -91.0]
    found = TOWN.locate_all([*lon, *nowhere], [*lat, *no_lat])
    assert found.codes.tolist() == ["W1", "", "", "", "", "", "", ""]
    assert [Reason(r) for r in found.reasons] == [Reason.FOUND] + [Reason.OUTSIDE] * 2 + [Reason.UNKNOWN] * 5
    assert TOWN.locate(lon, lat).tolist() == ["W1", "", ""]


def test_longitude_nought_is_a_place():
    x, y = to_grid([0.0], [51.5])
    index = AreaIndex(["G"], [shapely.box(x[0] - 10, y[0] - 10, x[0] + 10, y[0] + 10)])
    assert index.locate([0.0], [51.5]).tolist() == ["G"]


def test_holes_are_outside():
    ring = square(0, 0, 3000).difference(square(1, 1))
    index = AreaIndex(["R"], [ring])
    assert index.locate_metres([WEST + 1500, WEST + 500], [SOUTH + 1500, SOUTH + 500]).codes.tolist() == ["", "R"]


def test_an_empty_index_and_empty_input_answer():
    assert AreaIndex([], []).locate_all([0.1, np.nan], [51.0, 51.0]).reasons.tolist() == [1, 2]
    assert TOWN.locate([], []).tolist() == []
    assert TOWN.locate(0.1, 51.0).tolist() == [""]


def test_lists_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="same length"):
        TOWN.locate([0.1, 0.2], [51.0])
    with pytest.raises(ValueError, match="do not belong together"):
        AreaIndex(["A"], [])


def test_grid_and_globe_agree_with_the_survey_within_its_accuracy():
    # Ordnance Survey's worked example, Caister Water Tower: 651409.903 E, 313177.270 N is 52 39 27.2531 N, 1 43 4.5177 E
    # in OSGB36; in ETRS89 (WGS 84 to the metre) 52.658007833 N, 1.716073972 E.
    x, y = to_grid([1.716073972], [52.658007833])
    assert abs(x[0] - 651409.903) < 5 and abs(y[0] - 313177.270) < 5
    lon, lat = from_grid(x, y)
    assert abs(lon[0] - 1.716073972) < 1e-7 and abs(lat[0] - 52.658007833) < 1e-7


@hypothesis_given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_grid_of_cells_never_changes_an_answer(seed):
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(rng.integers(1, 12)):
        around = rng.uniform(0, 4000, 2) + np.array([WEST, SOUTH])
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 12)))
        far = rng.uniform(1, 1500, len(angles))
        ring = np.column_stack([around[0] + far * np.cos(angles), around[1] + far * np.sin(angles)])
        shape = shapely.make_valid(shapely.Polygon(ring))
        if shape.area > 0:
            shapes.append(shape.difference(shape.centroid.buffer(float(rng.uniform(0.1, 50)))))
    index = AreaIndex([f"A{i}" for i in range(len(shapes))], shapes)
    edges = np.vstack([shapely.get_coordinates(shape) for shape in shapes])
    x = np.concatenate([rng.uniform(WEST - 2000, WEST + 6000, 21_000), edges[:, 0]])
    y = np.concatenate([rng.uniform(SOUTH - 2000, SOUTH + 6000, 21_000), edges[:, 1]])
    once = index.locate_metres(x, y)
    parts = [index.locate_metres(x[i : i + 5000], y[i : i + 5000]).codes for i in range(0, len(x), 5000)]
    assert once.codes.tolist() == np.concatenate(parts).tolist()
