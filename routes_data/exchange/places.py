"""Points of files in other reference systems, as degrees of WGS-84."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from .errors import ImportFileError
from .tables import Cell

Point = tuple[Cell, Cell]
"""A position, or what stood in its place."""

_MOST_CHARS = 10_000  # of a description of a reference system


def in_degrees(file: str, points: Sequence[Point], crs: str | None) -> list[Point]:
    """Return points in EPSG:4326, longitude first.

    Parameters
    ----------
    crs
        What they are in, as PROJ reads it; degrees of WGS-84 if None.

    Raises
    ------
    ImportFileError
        The reference system is unknown.
    """
    if not crs:
        return list(points)
    try:
        source = CRS.from_user_input(crs[:_MOST_CHARS])
        if source.is_geographic and source.ellipsoid and _like_wgs84(source):
            return list(points)
        convert = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    except (CRSError, ProjError, ValueError) as error:
        wanted = "a reference system that is known, such as EPSG:4326 or EPSG:4549"
        raise ImportFileError(file, wanted, "import_crs") from error
    return [_converted(convert, one) for one in points]


def _like_wgs84(source: CRS) -> bool:
    return source.to_epsg() in {4326, 4490} or source.name in {"WGS 84", "WGS 84 (CRS84)"}


def _converted(convert: Transformer, point: Point) -> Point:
    lon, lat = point
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return point
    try:
        east, north = convert.transform(float(lon), float(lat))
    except ProjError:
        return point
    if not (math.isfinite(east) and math.isfinite(north)):
        return point
    return round(float(east), 7), round(float(north), 7)
