"""The vectorised datums against the scalar functions of fast-geocn, written by others."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from fast_geocn import coord
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from geo import crs

# Inside the rectangles of both: theirs is 72 to 137° E, 0 to 55° N.
LON = np.random.default_rng(20261124).uniform(72.1, 136.9, 2000)
LAT = np.random.default_rng(89).uniform(0.9, 54.9, 2000)


def scalar(function: Callable[[float, float], tuple[float, float]]) -> NDArray[np.float64]:
    return np.array([function(lon, lat) for lon, lat in zip(LON, LAT, strict=True)]).T


def test_wgs84_to_gcj02_is_theirs() -> None:
    assert_allclose(crs.wgs84_to_gcj02(LON, LAT), scalar(coord.wgs84_to_gcj02), atol=1e-11)


def test_gcj02_to_wgs84_is_theirs() -> None:
    assert_allclose(crs.gcj02_to_wgs84(LON, LAT), scalar(coord.gcj02_to_wgs84), atol=1e-9)


def test_gcj02_to_bd09_is_theirs_once_their_wave_is_put_right() -> None:
    """Their sine and cosine take π times the degrees; the public formula has π · 3000 / 180."""

    def corrected(lon: float, lat: float) -> tuple[float, float]:
        wave = math.pi * 3000 / 180
        z = math.sqrt(lon * lon + lat * lat) + 0.00002 * math.sin(lat * wave)
        theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * wave)
        return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006

    assert_allclose(crs.gcj02_to_bd09(LON, LAT), scalar(corrected), atol=1e-11)
    theirs = scalar(coord.gcj02_to_bd09)
    # What that slip costs: at most twice the two amplitudes, 0.0008° here, about 80 m.
    assert_allclose(crs.gcj02_to_bd09(LON, LAT), theirs, atol=1e-3)
    assert np.abs(crs.gcj02_to_bd09(LON, LAT) - theirs).max() > 1e-4
