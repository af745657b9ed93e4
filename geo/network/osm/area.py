"""The area a network is wanted for: everywhere, a box, or an outline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import BboxError, NetworkSourceError

Inside = Callable[[float, float], bool]
"""Whether (lon, lat) belongs to the area wanted."""

Bbox = tuple[float, float, float, float]

WATERS_M, MARGIN_M = 20_000.0, 5_000.0
"""Waters narrower than twice that are closed (Jiaozhou Bay: 30 km); what is kept around land."""


def everywhere(lon: float, lat: float) -> bool:  # noqa: ARG001 - an `Inside`
    """Return True: nothing is cut away."""
    return True


def inside_outline(outline: BaseGeometry) -> Inside:
    """Return the test for an outline (degrees); quick for what lies outside its box."""
    shapely.prepare(outline)
    west, south, east, north = outline.bounds

    def inside(lon: float, lat: float) -> bool:
        if not (west <= lon <= east and south <= lat <= north):
            return False
        return bool(shapely.intersects_xy(outline, lon, lat))

    return inside


def box_outline(bbox: Bbox) -> BaseGeometry:
    """Return a box as an outline.

    Raises
    ------
    BboxError
        It is reversed or not on the globe.
    """
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the globe
        raise BboxError(",".join(map(str, bbox)))
    return shapely.box(*bbox)


def with_waters(districts: gpd.GeoDataFrame) -> BaseGeometry:
    """Return districts as one area with the bays between them and a margin, EPSG:4326.

    Bridges, tunnels and ferries cross water, which is no district's; a road that leaves the
    prefecture and comes back does so within a few kilometres.
    """
    land = districts.geometry.to_crs(METRIC).union_all()
    wide = land.buffer(WATERS_M).buffer(MARGIN_M - WATERS_M)
    outline: BaseGeometry = gpd.GeoSeries([wide], crs=METRIC).to_crs(GEOGRAPHIC).iloc[0]
    return outline


def read_outline(path: Path) -> BaseGeometry:
    """Return the outlines of a GeoJSON, GeoPackage or Shapefile as one, EPSG:4326.

    Raises
    ------
    NetworkSourceError
        The file is missing, unreadable, or holds no areas.
    """
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - only building needs it

    try:
        frame = gpd.read_file(path)
    except (DataSourceError, OSError, ValueError) as error:
        raise NetworkSourceError(
            f"the boundary {path} cannot be read: {error}; give a GeoJSON, GeoPackage or Shapefile",
            source=str(path),
        ) from error
    frame = frame if frame.crs is None else frame.to_crs("EPSG:4326")
    areas = frame.geometry[frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    if areas.empty:
        raise NetworkSourceError(f"the boundary {path} holds no area", source=str(path))
    outline: BaseGeometry = areas.union_all()
    return outline
