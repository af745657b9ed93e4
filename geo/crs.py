"""Reference systems: degrees stored, metres measured, Chinese map datums at the border.

Stored and sent is WGS-84 in degrees (`GEOGRAPHIC`), (lon, lat). Measured is CGCS2000, 3° belt,
120° E (`METRIC`): Qingdao (119.5 to 121.0 E) straddles the border of two UTM zones, and this belt
distorts no length there by more than 0.01 %. GCJ-02 (高德, 腾讯) and BD-09 (百度) exist only in
links out, tiles in, and import columns that say so.

The GCJ-02 and BD-09 formulas were never published by their authors; these are the ones in public
use (the `eviltransform` and `coordtransform` projects). They agree with the maps to about a metre.
The inverses have no closed form; they are iterated to 10⁻¹¹ degrees, about a micrometre.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Literal, Protocol, TypeVar, overload

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import CrsError, InvalidParameterError, not_one_of
from .transforms import DEGREES, transformer

GEOGRAPHIC = DEGREES
"""WGS-84 in degrees, (lon, lat): the only system stored and sent."""

METRIC = "EPSG:4549"
"""CGCS2000, 3° Gauss-Krüger belt around 120° E, metres, here always (east, north)."""

DATUM_BBOX = (72.004, 0.8293, 137.8347, 55.8271)
"""Where GCJ-02 and BD-09 differ from WGS-84: (west, south, east, north), a rectangle around China
that every public implementation uses; outside it all three are the same."""

Datum = Literal["wgs84", "gcj02", "bd09"]
Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Formula = Callable[[Floats, Floats], Pair]
Frame = TypeVar("Frame", gpd.GeoDataFrame, gpd.GeoSeries)

_AXIS_M = 6378245.0  # Krasovsky 1940 ellipsoid, which GCJ-02 uses
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_WAVE = np.pi * 3000.0 / 180.0
_TOLERANCE_DEG = 1e-11
_MAX_ROUNDS = 20  # each round shrinks the error about a hundredfold; 6 are enough inside China


class Conversion(Protocol):
    """A conversion of positions: numbers give numbers, arrays give arrays."""

    @overload
    def __call__(self, first: float, second: float, /) -> tuple[float, float]: ...

    @overload
    def __call__(self, first: ArrayLike, second: ArrayLike, /) -> Pair: ...


def check_lonlat(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return the positions as two float arrays of one shape.

    Raises
    ------
    InvalidParameterError
        A longitude is not finite or outside ±180, a latitude not finite or outside ±90.
    """
    lons, lats = np.broadcast_arrays(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    for name, values, limit in (("lon", lons, 180.0), ("lat", lats, 90.0)):
        # A comparison with NaN is false, so this finds NaN as well.
        bad = ~(np.abs(values) <= limit)
        if bad.any():
            raise InvalidParameterError(
                name,
                float(values[bad].flat[0]),
                f"degrees from -{limit:.0f} to {limit:.0f}",
                rule="degrees",
                limits={"limit": round(limit)},
            )
    return lons, lats


def _check_metres(east: ArrayLike, north: ArrayLike) -> Pair:
    easts, norths = np.broadcast_arrays(
        np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)
    )
    for name, values in (("east", easts), ("north", norths)):
        bad = ~np.isfinite(values)
        if bad.any():
            raise InvalidParameterError(
                name, float(values[bad].flat[0]), "finite metres", rule="finite_number"
            )
    return easts, norths


def _conversion(check: Callable[[ArrayLike, ArrayLike], Pair]) -> Callable[[Formula], Conversion]:
    def decorate(formula: Formula) -> Conversion:
        @wraps(formula)
        def convert(first: ArrayLike, second: ArrayLike) -> tuple[object, object]:
            a, b = formula(*check(first, second))
            # Scalars come back as floats, so that a caller may put them into JSON.
            return (a, b) if np.ndim(a) else (float(a), float(b))

        return convert  # type: ignore[return-value]

    return decorate


@_conversion(check_lonlat)
def to_metric(lon: Floats, lat: Floats) -> Pair:
    """Return (east, north) in `METRIC` metres of WGS-84 positions; inf where it has no answer."""
    east, north = transformer(GEOGRAPHIC, METRIC).transform(lon, lat)
    return np.asarray(east), np.asarray(north)


@_conversion(_check_metres)
def to_wgs84(east: Floats, north: Floats) -> Pair:
    """Return (lon, lat) in WGS-84 degrees of `METRIC` positions."""
    lon, lat = transformer(METRIC, GEOGRAPHIC).transform(east, north)
    return np.asarray(lon), np.asarray(lat)


def frame_to_metric(frame: Frame) -> Frame:
    """Return the frame or series in `METRIC`.

    Raises
    ------
    CrsError
        The frame does not say which reference system it is in.
    """
    return _reproject(frame, METRIC)


def frame_to_wgs84(frame: Frame) -> Frame:
    """Return the frame or series in `GEOGRAPHIC`.

    Raises
    ------
    CrsError
        The frame does not say which reference system it is in.
    """
    return _reproject(frame, GEOGRAPHIC)


def _reproject(frame: Frame, crs: str) -> Frame:
    if frame.crs is None:
        raise CrsError(
            f"the frame has no reference system, wanted one to convert to {crs}; "
            'set it with frame.set_crs("EPSG:4326") if it is WGS-84'
        )
    return frame.to_crs(crs)


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, crs: str) -> None:
    """Refuse a frame that is not in `crs`.

    Raises
    ------
    CrsError
        It is in another system, or does not say.
    """
    if frame.crs is None or frame.crs != crs:
        got = "none" if frame.crs is None else frame.crs.to_string()
        raise CrsError(f"reference system: got {got}, wanted {crs}", got=got, wanted=crs)


def _inside(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = DATUM_BBOX
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _only_inside(lon: Floats, lat: Floats, moved: Pair) -> Pair:
    inside = _inside(lon, lat)
    return np.where(inside, moved[0], lon), np.where(inside, moved[1], lat)


def _gcj_waves(x: Floats) -> Floats:
    return np.asarray((20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0)


def _gcj_north_m(x: Floats, y: Floats) -> Floats:
    polynomial = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    slow = 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)
    slower = 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)
    return np.asarray(polynomial + _gcj_waves(x) + (slow + slower) * 2.0 / 3.0)


def _gcj_east_m(x: Floats, y: Floats) -> Floats:
    polynomial = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    slow = 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)
    slower = 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)
    return np.asarray(polynomial + _gcj_waves(x) + (slow + slower) * 2.0 / 3.0)


def _gcj_of_wgs(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    w = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_2) / (w * np.sqrt(w))
    parallel_m = _AXIS_M / np.sqrt(w) * np.cos(phi)
    return (
        lon + np.degrees(_gcj_east_m(x, y) / parallel_m),
        lat + np.degrees(_gcj_north_m(x, y) / meridian_m),
    )


def _bd_of_gcj(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(forward: Formula, lon: Floats, lat: Floats) -> Pair:
    """Solve `forward(x) = (lon, lat)` by fixed-point rounds: the shift varies slowly."""
    x, y = lon.copy(), lat.copy()
    for _ in range(_MAX_ROUNDS):
        lon_now, lat_now = forward(x, y)
        step_lon, step_lat = lon - lon_now, lat - lat_now
        x, y = x + step_lon, y + step_lat
        if max(np.max(np.abs(step_lon), initial=0), np.max(np.abs(step_lat), initial=0)) < (
            _TOLERANCE_DEG
        ):
            break
    return x, y


def _clipped(lon: Floats, lat: Floats) -> Pair:
    # What lies outside is not converted; kept in range, it cannot slow or upset the rounds.
    west, south, east, north = DATUM_BBOX
    return np.clip(lon, west, east), np.clip(lat, south, north)


@_conversion(check_lonlat)
def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Return the GCJ-02 (高德, 腾讯) position of a WGS-84 one; the same outside `DATUM_BBOX`."""
    return _only_inside(lon, lat, _gcj_of_wgs(*_clipped(lon, lat)))


@_conversion(check_lonlat)
def gcj02_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Return the WGS-84 position of a GCJ-02 one; the same outside `DATUM_BBOX`."""
    return _only_inside(lon, lat, _inverse(_gcj_of_wgs, *_clipped(lon, lat)))


@_conversion(check_lonlat)
def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Return the BD-09 (百度) position of a GCJ-02 one; the same outside `DATUM_BBOX`."""
    return _only_inside(lon, lat, _bd_of_gcj(*_clipped(lon, lat)))


@_conversion(check_lonlat)
def bd09_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Return the GCJ-02 position of a BD-09 one; the same outside `DATUM_BBOX`."""
    return _only_inside(lon, lat, _inverse(_bd_of_gcj, *_clipped(lon, lat)))


@_conversion(check_lonlat)
def wgs84_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Return the BD-09 (百度) position of a WGS-84 one; the same outside `DATUM_BBOX`."""
    return _only_inside(lon, lat, _bd_of_gcj(*_gcj_of_wgs(*_clipped(lon, lat))))


@_conversion(check_lonlat)
def bd09_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Return the WGS-84 position of a BD-09 one; the same outside `DATUM_BBOX`."""
    gcj = _inverse(_bd_of_gcj, *_clipped(lon, lat))
    return _only_inside(lon, lat, _inverse(_gcj_of_wgs, *gcj))


_TO_WGS84: dict[Datum, Conversion] = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def from_datum(datum: Datum, lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return the WGS-84 positions (arrays) of positions given in `datum`.

    Raises
    ------
    InvalidParameterError
        A position is not finite or out of range, or the datum is unknown.
    """
    if datum == "wgs84":
        return check_lonlat(lon, lat)
    if datum not in _TO_WGS84:
        raise not_one_of("datum", datum, ("wgs84", *_TO_WGS84))
    return _TO_WGS84[datum](np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
