"""Round trips of every conversion, over China and over the belt that is measured in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import crs
from geo.crs import Conversion

GEOD = Geod(ellps="WGS84")
# China's mainland and islands (73.5 to 135.1° E, 3.8 to 53.6° N) lie inside DATUM_BBOX.
IN_CHINA = {"lon": st.floats(73.5, 135.1), "lat": st.floats(3.8, 53.6)}
PAIRS = [
    (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84),
    (crs.gcj02_to_bd09, crs.bd09_to_gcj02),
    (crs.wgs84_to_bd09, crs.bd09_to_wgs84),
]


def name(convert: object) -> str:
    return str(getattr(convert, "__name__", convert))


def apart_m(lon: float, lat: float, other: tuple[float, float]) -> float:
    return GEOD.inv(lon, lat, *other)[2]


@pytest.mark.parametrize(("there", "back"), PAIRS, ids=name)
@given(**IN_CHINA)
def test_there_and_back_is_the_same_place_within_a_decimetre(
    there: Conversion, back: Conversion, lon: float, lat: float
) -> None:
    assert apart_m(lon, lat, back(*there(lon, lat))) <= 0.1
    assert apart_m(lon, lat, there(*back(lon, lat))) <= 0.1


@given(**IN_CHINA)
def test_bd09_is_reached_through_gcj02(lon: float, lat: float) -> None:
    assert crs.wgs84_to_bd09(lon, lat) == crs.gcj02_to_bd09(*crs.wgs84_to_gcj02(lon, lat))


@pytest.mark.parametrize("convert", [f for pair in PAIRS for f in pair], ids=name)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_no_position_on_earth_breaks_a_conversion_and_outside_none_moves(
    convert: Conversion, lon: float, lat: float
) -> None:
    west, south, east, north = crs.DATUM_BBOX
    moved = convert(lon, lat)
    if west <= lon <= east and south <= lat <= north:
        # The offsets of GCJ-02 and BD-09 stay below a kilometre or two.
        assert apart_m(lon, lat, moved) < 5_000
    else:
        assert moved == (lon, lat)


@given(lon=st.floats(118.0, 122.5), lat=st.floats(34.0, 38.5))
def test_metres_and_back_is_the_same_place_within_a_millimetre(lon: float, lat: float) -> None:
    assert apart_m(lon, lat, crs.to_wgs84(*crs.to_metric(lon, lat))) <= 0.001


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20))
def test_an_array_is_converted_as_its_members_are(positions: list[tuple[float, float]]) -> None:
    lons, lats = [p[0] for p in positions], [p[1] for p in positions]
    together = crs.wgs84_to_gcj02(lons, lats)
    singly = [crs.wgs84_to_gcj02(*p) for p in positions]
    assert list(zip(*(axis.tolist() for axis in together), strict=True)) == singly
