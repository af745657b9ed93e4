"""Reference systems: known positions, shapes in and out, and what is refused."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
from numpy.testing import assert_allclose
from pyproj import Geod

from geo import crs
from geo.crs import Conversion
from geo.errors import CrsError, InvalidParameterError


def name(convert: object) -> str:
    return str(getattr(convert, "__name__", convert))


# The README of the coordtransform project (wandergis) gives these for 116.404, 39.915.
KNOWN = {
    crs.bd09_to_gcj02: (116.39762729119315, 39.90865673957631),
    crs.gcj02_to_bd09: (116.41036949371029, 39.92133699351021),
    crs.wgs84_to_gcj02: (116.41024449916938, 39.91640428150164),
    crs.gcj02_to_wgs84: (116.39775550083061, 39.91359571849836),
}
# Its inverses are one-step approximations, up to a metre or two off: 2e-5 degrees.
EXACT_DEG, ONE_STEP_DEG = 1e-9, 2e-5
FORWARD = (crs.gcj02_to_bd09, crs.wgs84_to_gcj02)


@pytest.mark.parametrize("convert", KNOWN, ids=name)
def test_a_known_position_is_converted_as_published(convert: Conversion) -> None:
    tolerance = EXACT_DEG if convert in FORWARD else ONE_STEP_DEG
    assert_allclose(convert(116.404, 39.915), KNOWN[convert], atol=tolerance)


def test_numbers_give_numbers_and_arrays_give_arrays_of_the_same_shape() -> None:
    lon, lat = crs.wgs84_to_gcj02(120.3, 36.06)
    assert type(lon) is float
    assert type(lat) is float
    lons, lats = crs.wgs84_to_gcj02([[120.3, 120.4]], [[36.06, 36.07]])
    assert lons.shape == lats.shape == (1, 2)
    assert (lons[0, 0], lats[0, 0]) == (lon, lat)


def test_an_empty_array_gives_an_empty_array() -> None:
    lon, lat = crs.gcj02_to_wgs84([], [])
    assert lon.shape == lat.shape == (0,)


def test_gcj02_is_hundreds_of_metres_off_in_qingdao() -> None:
    lon, lat = crs.wgs84_to_gcj02(120.3125, 36.0645)
    _, _, moved_m = Geod(ellps="WGS84").inv(120.3125, 36.0645, lon, lat)
    assert 300 < moved_m < 800


@pytest.mark.parametrize("position", [(139.7, 35.68), (-0.1, 51.5), (120.0, -30.0), (0.0, 90.0)])
@pytest.mark.parametrize(
    "convert",
    [
        crs.wgs84_to_gcj02,
        crs.gcj02_to_wgs84,
        crs.wgs84_to_bd09,
        crs.bd09_to_wgs84,
        crs.gcj02_to_bd09,
        crs.bd09_to_gcj02,
    ],
    ids=name,
)
def test_outside_china_nothing_moves(convert: Conversion, position: tuple[float, float]) -> None:
    assert convert(*position) == position


@pytest.mark.parametrize(
    ("lon", "lat", "parameter"),
    [
        (math.nan, 36.0, "lon"),
        (120.0, math.nan, "lat"),
        (math.inf, 36.0, "lon"),
        (180.5, 36.0, "lon"),
        (120.0, 90.1, "lat"),
        ([120.0, 36.0], [36.0, 120.0], "lat"),
    ],
)
@pytest.mark.parametrize("convert", [crs.to_metric, crs.wgs84_to_gcj02, crs.bd09_to_wgs84])
def test_a_position_off_the_earth_is_refused(
    convert: Conversion, lon: float | list[float], lat: float | list[float], parameter: str
) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        convert(lon, lat)
    assert caught.value.data["parameter"] == parameter


def test_metres_that_are_not_finite_are_refused() -> None:
    with pytest.raises(InvalidParameterError):
        crs.to_wgs84([500_000.0, math.nan], [4_000_000.0, 4_000_000.0])


def test_metric_is_east_then_north() -> None:
    east, north = crs.to_metric(120.0, 36.0)
    # On the central meridian the false easting is 500 km; the meridian arc from the equator to
    # 36° N is 3985.4 km (GRS80).
    assert_allclose(east, 500_000.0, atol=0.01)
    assert 3_984_000 < north < 3_987_000


@pytest.mark.parametrize("lon", [119.5, 120.3, 121.0])
def test_metric_lengths_are_true_within_a_hundredth_of_a_percent(lon: float) -> None:
    x, y = crs.to_metric([lon, lon + 0.02], [36.0, 36.02])
    _, _, true_m = Geod(ellps="GRS80").inv(lon, 36.0, lon + 0.02, 36.02)
    assert_allclose(math.hypot(x[1] - x[0], y[1] - y[0]), true_m, rtol=1.3e-4)


def test_a_frame_goes_there_and_back() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([120.3], [36.06]), crs=crs.GEOGRAPHIC)
    metric = crs.frame_to_metric(frame)
    crs.require_crs(metric, crs.METRIC)
    assert_allclose(metric.geometry.x, [crs.to_metric(120.3, 36.06)[0]])
    back = crs.frame_to_wgs84(metric)
    assert_allclose(back.geometry.x, [120.3])
    assert frame.crs == crs.GEOGRAPHIC  # the frame passed in stays what it was


def test_a_frame_without_a_system_is_refused_with_what_to_do() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([120.3], [36.06]))
    with pytest.raises(CrsError, match="set_crs"):
        crs.frame_to_metric(frame)
    with pytest.raises(CrsError) as caught:
        crs.require_crs(frame, crs.METRIC)
    assert caught.value.data == {"got": "none", "wanted": crs.METRIC}


def test_require_crs_refuses_another_system() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([120.3], [36.06]), crs="EPSG:3857")
    with pytest.raises(CrsError) as caught:
        crs.require_crs(frame, crs.METRIC)
    assert caught.value.data["got"] == "EPSG:3857"


@pytest.mark.parametrize(
    ("datum", "expected"),
    [
        ("wgs84", (120.3, 36.06)),
        ("gcj02", crs.gcj02_to_wgs84(120.3, 36.06)),
        ("bd09", crs.bd09_to_wgs84(120.3, 36.06)),
    ],
)
def test_a_column_is_read_in_the_datum_it_names(
    datum: crs.Datum, expected: tuple[float, float]
) -> None:
    lon, lat = crs.from_datum(datum, np.array([120.3]), np.array([36.06]))
    assert (lon[0], lat[0]) == expected


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(InvalidParameterError):
        crs.from_datum("beijing54", [120.3], [36.06])  # type: ignore[arg-type]
