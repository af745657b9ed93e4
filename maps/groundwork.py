"""The shapes of the ground, packed: the costly part of a map, made once for the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import geopandas as gpd
import shapely

from .land import Bbox, LabelPoint, borders, label_points, land, neighbours, road_groups
from .shapes import Packed, pack_lines, pack_polygons, thinned

ROAD_CORNERS = 9000
"""The most corners of roads on a map; the whole schematic network has about 4,000."""

_KEPT = 16
"""Grounds kept: the whole city's, and those of a few windows."""
_ROAD_COLUMNS = ("highway", "structure", "name_zh", "name_en")


@dataclass(frozen=True, slots=True)
class PackedRoad:
    """The roads of one class and one name; rank and names as of `maps.land.RoadGroup`."""

    rank: int
    name_zh: str
    name_en: str
    lines: list[Packed]


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What the ground of a map is drawn of, WGS-84, in no language; to be read only."""

    neighbours: list[list[Packed]]
    land: list[list[Packed]]
    borders: list[Packed]
    roads: tuple[PackedRoad, ...]
    labels: tuple[LabelPoint, ...]


@dataclass(frozen=True, slots=True)
class _Material:
    """What a groundwork is made of; equal where the content is, in whatever frames it stands."""

    digest: str
    window: Bbox | None
    districts: gpd.GeoDataFrame = field(compare=False, repr=False)
    roads: gpd.GeoDataFrame = field(compare=False, repr=False)


def groundwork(
    districts: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, window: Bbox | None
) -> Groundwork:
    """Return the shapes of the ground.

    Parameters
    ----------
    districts
        Polygons, EPSG:4326, index = name_zh.
    roads
        Columns `highway`, `structure`, `name_zh`, `name_en` and lines, EPSG:4326.
    window
        Where roads are wanted, degrees; None for none.
    """
    names: list[Sequence[object]] = [districts.index, *(roads[one] for one in _ROAD_COLUMNS)]
    digest = hashlib.sha256()
    for frame in (districts, roads):
        digest.update(b"".join(shapely.to_wkb(frame.geometry.to_numpy())))
    for column in names:
        digest.update("\0".join(map(str, column)).encode() + b"\1")
    return _made(_Material(digest.hexdigest(), window, districts, roads))


@lru_cache(maxsize=_KEPT)
def _made(material: _Material) -> Groundwork:
    districts, roads = material.districts, material.roads
    window = material.window
    groups = road_groups(roads, window, budget=ROAD_CORNERS) if window else []
    return Groundwork(
        neighbours=pack_polygons(thinned(neighbours(), 400.0), "wgs84"),
        land=pack_polygons(land(districts, roads), "wgs84"),
        borders=pack_lines(borders(districts), "wgs84"),
        roads=tuple(
            PackedRoad(one.rank, one.name_zh, one.name_en, pack_lines(one.lines, "wgs84"))
            for one in groups
        ),
        labels=tuple(label_points(districts)),
    )
