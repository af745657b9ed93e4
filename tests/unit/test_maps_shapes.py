"""Geometry on its way to a page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, box

from geo.crs import gcj02_to_wgs84
from maps.shapes import SCALE, pack, pack_lines, pack_point, pack_polygons, thinned, to_metric

POSITION = st.tuples(st.floats(119, 122), st.floats(35, 38))


def unpack(numbers: list[int]) -> np.ndarray:
    """Undo `pack` as core.js does."""
    return np.cumsum(np.array(numbers, dtype=np.int64).reshape(-1, 2), axis=0) / SCALE


@given(st.lists(POSITION, min_size=1, max_size=30))
def test_packing_keeps_ends_and_moves_no_corner_more_than_a_metre(
    points: list[tuple[float, float]],
) -> None:
    back = unpack(pack(points, "wgs84"))
    assert np.allclose(back[[0, -1]], [points[0], points[-1]], atol=0.5 / SCALE + 1e-9)
    for point in points:
        assert np.abs(back - point).max(axis=1).min() <= 0.5 / SCALE + 1e-9


@given(st.lists(POSITION, min_size=2, max_size=10))
def test_packing_for_gcj_02_tiles_shifts_every_corner(points: list[tuple[float, float]]) -> None:
    shifted = unpack(pack(points, "gcj02"))
    lon, lat = gcj02_to_wgs84(shifted[:, 0], shifted[:, 1])
    assert np.allclose([lon[0], lat[0]], points[0], atol=1.5 / SCALE)
    assert np.abs(shifted[0] - points[0]).max() > 0.003  # GCJ-02 lies some 500 m off here


def test_points_that_fall_together_are_sent_once() -> None:
    line = [(120.0, 36.0), (120.000001, 36.0), (120.000002, 36.0), (120.1, 36.0)]
    assert pack(line, "wgs84") == [12000000, 3600000, 10000, 0]


def test_a_point_is_latitude_first_for_leaflet() -> None:
    assert pack_point(120.123456, 36.654321, "wgs84") == [36.65432, 120.12346]


def test_polygons_and_lines_of_any_kind() -> None:
    square = box(120, 36, 120.1, 36.1)
    holed = square.difference(box(120.02, 36.02, 120.04, 36.04))
    packed = pack_polygons(MultiPolygon([holed, box(121, 36, 121.1, 36.1)]), "wgs84")
    assert [len(rings) for rings in packed] == [2, 1]
    assert pack_lines(LineString([(120, 36), (120.1, 36)]), "wgs84") == [
        [12000000, 3600000, 10000, 0]
    ]
    assert pack_lines(Point(120, 36), "wgs84") == []


def test_thinning_moves_nothing_farther_than_told() -> None:
    wave = LineString([(120 + i / 1000, 36 + (i % 2) / 10000) for i in range(50)])
    thin = thinned(wave, 20.0)
    assert len(thin.coords) < len(wave.coords)
    before, after = to_metric([wave]).iloc[0], to_metric([thin]).iloc[0]
    assert before.hausdorff_distance(after) == pytest.approx(11, abs=9)
