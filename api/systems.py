"""The reference systems that features are given in (OGC API - Features, part 2: OGC 18-058r1).

Stored and by default given in CRS84 (WGS-84, longitude first). Coordinates in another system come
in the order of its axes: EPSG:4326 and EPSG:4549 (CGCS2000, 3° belt, 120° E) have north first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geo.errors import not_one_of

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        CRS84: "OGC:CRS84",
        f"{_EPSG}4326": "EPSG:4326",
        f"{_EPSG}4549": "EPSG:4549",
        f"{_EPSG}3857": "EPSG:3857",
    }
)
_NORTH_FIRST = frozenset({f"{_EPSG}4326", f"{_EPSG}4549"})
_DECIMALS = 7
"""1 cm in degrees; of metres, three are given."""
_FOUR = 4


def system_of(parameter: str, uri: str | None) -> str:
    """Return the URI of a reference system of ours; that of CRS84 for none.

    Raises
    ------
    InvalidParameterError
        It is none of ours.
    """
    if uri is None:
        return CRS84
    if uri not in SYSTEMS:
        raise not_one_of(parameter, uri, SYSTEMS)
    return uri


@cache
def _to(uri: str) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", SYSTEMS[uri])


@cache
def _from(uri: str) -> Transformer:
    return Transformer.from_crs(SYSTEMS[uri], "OGC:CRS84", always_xy=True)


def bbox_to_crs84(numbers: Sequence[float], uri: str) -> list[float]:
    """Return a box of another system as the box around it in CRS84.

    Raises
    ------
    ValueError
        Not four numbers, reversed, or outside where the system is of use.
    """
    if len(numbers) != _FOUR:
        raise ValueError(numbers)
    low, high = list(numbers[:2]), list(numbers[2:])
    if not all(a < b for a, b in zip(low, high, strict=True)):
        raise ValueError(numbers)
    if uri in _NORTH_FIRST:
        low, high = low[::-1], high[::-1]
    box = _from(uri).transform_bounds(low[0], low[1], high[0], high[1])
    if not np.isfinite(box).all():
        raise ValueError(numbers)
    return [float(edge) for edge in box]


def position_to_crs84(position: Sequence[float], uri: str) -> tuple[float, float]:
    """Return a position of another system, in the order of its axes, as longitude and latitude.

    What lies outside where the system is of use comes out as infinity.
    """
    first, second = position[:2]
    if uri == CRS84:
        return first, second
    x, y = (second, first) if uri in _NORTH_FIRST else (first, second)
    lon, lat = _from(uri).transform(x, y)
    return float(lon), float(lat)


def frame_in(frame: gpd.GeoDataFrame, uri: str) -> gpd.GeoDataFrame:
    """Return a frame of CRS84 with its geometries in another system, in the order of its axes."""
    if uri == CRS84:
        return frame
    moved = shapely.transform(frame.geometry.array, lambda xy: _moved(xy, uri))
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index))


def _moved(positions: Any, uri: str) -> Any:  # noqa: ANN401 - arrays of numpy
    return np.column_stack(_to(uri).transform(positions[:, 0], positions[:, 1]))


def feature_in(feature: dict[str, Any], uri: str) -> dict[str, Any]:
    """Return a feature of CRS84 with its geometry, where it has one, in another system."""
    if uri == CRS84 or feature["geometry"] is None:
        return feature
    geometry = feature["geometry"]
    several = np.atleast_2d(np.asarray(geometry["coordinates"], dtype=float))
    decimals = _DECIMALS if uri == f"{_EPSG}4326" else 3
    moved = np.round(_moved(several, uri), decimals).tolist()
    coordinates = moved[0] if geometry["type"] == "Point" else moved
    return {**feature, "geometry": {**geometry, "coordinates": coordinates}}
