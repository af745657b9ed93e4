"""The shapes of the ground, packed: the costly part of a map, made once for the same content."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import geopandas as gpd
import shapely

from .land import Bbox, LabelPoint, borders, label_points, land, neighbours, road_groups
from .shapes import Packed, pack_lines, pack_polygons, thinned

ROAD_CORNERS = 9000
"""The most corners of roads on a map; the whole schematic network has about 4,000."""

_GROUNDS, _WINDOWS = 4, 16
"""What is kept: the land of so many cities or editions, the roads of so many windows."""

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
    districts: gpd.GeoDataFrame = field(compare=False, repr=False)
    roads: gpd.GeoDataFrame = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What does not depend on the window."""

    neighbours: list[list[Packed]]
    land: list[list[Packed]]
    borders: list[Packed]
    labels: tuple[LabelPoint, ...]


def groundwork(
    districts: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, window: Bbox | None
) -> Groundwork:
    """Return the shapes of the ground.

    Parameters
    ----------
    districts
        Polygons, EPSG:4326, index = name_zh.
    roads
        Columns `highway`, `structure`, `name_zh`, `name_en` and lines, EPSG:4326. Neither frame
        may be changed later.
    window
        Where roads are wanted, degrees; None for none.
    """
    digest = _digest(districts, ()) + _digest(roads, _ROAD_COLUMNS)
    material = _Material(digest, districts, roads)
    made = _shapes(material)
    drawn = _roads(material, window) if window else ()
    return Groundwork(made.neighbours, made.land, made.borders, drawn, made.labels)


_known: dict[int, tuple[weakref.ref[gpd.GeoDataFrame], str]] = {}
"""Digests by the identity of the frame, as long as it lives: a city has 200,000 roads."""


def _digest(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> str:
    """Return the digest of a frame's index, shapes and columns."""
    frame_before, digest = _known.get(id(frame), (None, ""))
    if frame_before is not None and frame_before() is frame:
        return digest
    hashed = hashlib.sha256(b"".join(shapely.to_wkb(frame.geometry.to_numpy())))
    for column in (frame.index, *(frame[one] for one in columns)):
        hashed.update("\0".join(map(str, column)).encode() + b"\1")
    digest, key = hashed.hexdigest(), id(frame)
    _known[key] = (weakref.ref(frame, lambda _: _known.pop(key, None)), digest)
    return digest


@lru_cache(maxsize=_GROUNDS)
def _shapes(material: _Material) -> _Shapes:
    districts = material.districts
    return _Shapes(
        neighbours=pack_polygons(thinned(neighbours(), 400.0), "wgs84"),
        land=pack_polygons(land(districts, material.roads), "wgs84"),
        borders=pack_lines(borders(districts), "wgs84"),
        labels=tuple(label_points(districts)),
    )


@lru_cache(maxsize=_WINDOWS)
def _roads(material: _Material, window: Bbox) -> tuple[PackedRoad, ...]:
    return tuple(
        PackedRoad(one.rank, one.name_zh, one.name_en, pack_lines(one.lines, "wgs84"))
        for one in road_groups(material.roads, window, budget=ROAD_CORNERS)
    )
