"""Geometry on its way to a page: cut, thinned, shifted to the datum of the tiles, packed.

Everything that a map draws passes here once. Coordinates become whole hundred-thousandths of a
degree (about a metre), each written as the difference from the one before: that is a third of the
size of GeoJSON, and the same input always gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOGRAPHIC, METRIC, wgs84_to_gcj02
from geo.transforms import in_degrees, on_plane

Datum = Literal["wgs84", "gcj02"]
Packed = list[int]
SCALE = 100_000
"""Coordinates are sent in 1/100000 degree: 1.1 m north, 0.9 m east at Qingdao."""

_ROUGH_KNOT = 2


def shift(coordinates: NDArray[np.float64], datum: Datum) -> NDArray[np.float64]:
    """Return (n, 2) WGS-84 coordinates in the datum of the tiles below them."""
    if datum == "wgs84" or not len(coordinates):
        return coordinates
    return np.column_stack(wgs84_to_gcj02(coordinates[:, 0], coordinates[:, 1]))


def pack(coordinates: Iterable[Sequence[float]], datum: Datum) -> Packed:
    """Return coordinates as whole numbers: the first pair, then differences, repeats left out."""
    array = np.array([pair[:2] for pair in coordinates], dtype=np.float64).reshape(-1, 2)
    whole = np.rint(shift(array, datum) * SCALE).astype(np.int64)
    if len(whole) > _ROUGH_KNOT:
        moved = np.ones(len(whole), dtype=bool)
        moved[1:-1] = np.any(np.diff(whole[:-1], axis=0) != 0, axis=1)
        whole = whole[moved]
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(number) for number in steps.ravel()]


def pack_point(lon: float, lat: float, datum: Datum) -> list[float]:
    """Return a position as Leaflet wants it, [lat, lon] in degrees of the tiles' datum."""
    ((east, north),) = shift(np.array([[lon, lat]], dtype=np.float64), datum)
    return [round(float(north), 5), round(float(east), 5)]


def lines_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the line strings of a geometry of any kind, in a fixed order."""
    parts = shapely.get_parts(geometry)
    return [part for part in parts if part.geom_type in {"LineString", "LinearRing"}]


def pack_lines(geometry: BaseGeometry, datum: Datum) -> list[Packed]:
    """Return every line of a geometry packed."""
    return [pack(line.coords, datum) for line in lines_of(geometry)]


def pack_polygons(geometry: BaseGeometry, datum: Datum) -> list[list[Packed]]:
    """Return every polygon of a geometry as its packed rings, the outer one first."""
    return [
        [pack(ring.coords, datum) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon"
    ]


def to_metric(geometries: Sequence[BaseGeometry] | gpd.GeoSeries) -> gpd.GeoSeries:
    """Return WGS-84 geometries in metres (`METRIC`)."""
    return _moved(geometries, METRIC, lambda places: on_plane(places, METRIC))


def to_degrees(geometries: Sequence[BaseGeometry] | gpd.GeoSeries) -> gpd.GeoSeries:
    """Return geometries in metres (`METRIC`) as WGS-84 degrees."""
    return _moved(geometries, GEOGRAPHIC, lambda places: in_degrees(places, METRIC))


def _moved(
    geometries: Sequence[BaseGeometry] | gpd.GeoSeries,
    target: str,
    move: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> gpd.GeoSeries:
    """Return geometries in another system; a frame's own `to_crs` looks for the way each time."""
    given = gpd.GeoSeries(geometries)
    return gpd.GeoSeries(shapely.transform(given.to_numpy(), move), index=given.index, crs=target)


def thinned(geometry: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """Return a WGS-84 geometry with fewer corners, none moved by more than `tolerance_m`."""
    thin: BaseGeometry = to_degrees(to_metric([geometry]).simplify(tolerance_m)).iloc[0]
    return thin
