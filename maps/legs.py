"""An itinerary on a map: numbered stops, and legs cut into what is sure and what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.avoid import Areas, outline_of
from geo.crs import METRIC
from geo.exchange import day_moments, say_leg
from geo.messages import Messages, name_in
from geo.models import Itinerary, Leg, LonLat, Stop

from .land import Bbox
from .options import MapOptions
from .plugins.data import JsonData
from .popups import is_area, stop_popup
from .shapes import Datum, pack, pack_lines, pack_point, pack_polygons, to_degrees, to_metric
from .sites import plain
from .style import AVOIDED, DAY_COLOURS, MODE_COLOURS, SLATE

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "car": "M8.5 20V4.5h4.7a4.4 4.4 0 0 1 0 8.8H8.5",
        "break": "M5 8.5h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4z M16 10h1.5a2.3 2.3 0 0 1 0 4.6H16",
    }
)
_FLAG = "M7 21V4 M7 4.5h10.5l-2.5 3.5 2.5 3.5H7"
_METRES_NORTH = 110_574.0  # one degree of latitude at the equator, its shortest (WGS-84)
_METRES_EAST = 88_000.0  # one degree of longitude at 37.8° N, its shortest in view


def itinerary_data(
    itinerary: Itinerary,
    messages: Messages,
    *,
    options: MapOptions,
    others: Sequence[Leg] = (),
) -> Mapping[str, JsonData]:
    """Return what the itinerary layer draws, areas kept off too; `others`: other ways of a leg."""
    fidelity = itinerary.network.fidelity
    return {
        "others": [
            {
                "line": pack(leg.coordinates, options.datum),
                "at": pack_point(*_by_itself(leg, [*itinerary.legs, *others]), options.datum),
                "colour": SLATE,
                "label": say_leg(leg, fidelity, messages).duration,
            }
            for leg in others
        ],
        "stops": stops_data(itinerary, messages, options=options),
        "legs": [
            leg_data(leg, origin, destination, datum=options.datum)
            | ({"colour": day_colour(number)} if len(itinerary.days) > 1 else {})
            | ({"walked": True} if leg.mode == "walk" and walks_between(itinerary) else {})
            for number, day in enumerate(itinerary.days)
            for leg, (origin, destination) in zip(day.legs, pairwise(day.stops), strict=True)
        ],
        **avoided_data(options.avoided, options.datum),
    }


def avoided_data(avoided: Areas, datum: Datum) -> Mapping[str, JsonData]:
    """Return the areas that were to be kept off; nothing where there are none."""
    rings = [pack_polygons(outline_of(area, METRIC), datum) for area in avoided]
    return {"avoided": {"rings": rings, "colour": AVOIDED}} if rings else {}


def walks_between(itinerary: Itinerary) -> bool:
    """Return whether some ways are ridden and others walked, which are drawn apart then."""
    modes = {leg.mode for leg in itinerary.legs}
    return "walk" in modes and len(modes) > 1


def day_colour(number: int) -> str:
    """Return the colour of a day, counted from 0."""
    return DAY_COLOURS[number % len(DAY_COLOURS)]


def _by_itself(leg: Leg, others: Sequence[Leg]) -> LonLat:
    """Return where a way runs by itself: the middle of its corners that no other has."""
    taken = {point for other in others if other is not leg for point in other.coordinates}
    own = [point for point in leg.coordinates if point not in taken] or leg.coordinates
    return own[len(own) // 2]


def stops_data(itinerary: Itinerary, messages: Messages, *, options: MapOptions) -> list[JsonData]:
    """Return the stops; sites are numbered from 1, a start or an end carries a flag.

    An end that is where the tour began has no flag of its own, nor has a car left at a site.
    """
    found: list[JsonData] = []
    number = 0
    first = itinerary.stops[0]
    fidelity = itinerary.network.fidelity
    sites = {(stop.lon, stop.lat) for stop in itinerary.stops if stop.site_id}
    moments = [at for day in itinerary.days for at in day_moments(day, fidelity)]
    for rank, (stop, at) in enumerate(zip(itinerary.stops, moments, strict=True)):
        number += stop.kind == "site"
        here = (stop.lon, stop.lat)
        if stop.site_id or (here not in sites and (rank == 0 or here != (first.lon, first.lat))):
            popup = stop_popup(stop, at, messages, options)
            found.append(_stop(stop, rank, number, messages, options) | {"popup": popup})
    return found


def _stop(
    stop: Stop, rank: int, number: int, messages: Messages, options: MapOptions
) -> dict[str, JsonData]:
    is_site = stop.kind == "site"
    name = name_in(messages.lang, stop.name_zh, stop.name_en)
    key = "map.label.stop" if is_site else f"map.label.{stop.kind}"
    badge = {"number": number} if is_site else {}
    return {
        "id": stop.site_id or "",
        "rank": rank,
        "at": pack_point(stop.lon, stop.lat, options.datum),
        "radius": round(stop.accuracy_m) if is_site and is_area(stop.accuracy_m) else 0,
        "style": plain() if is_site else flag(stop.kind),
        "label": messages(key, number=number, name=name)
        if name
        else messages(f"exchange.{stop.kind}"),
        **badge,
    }


def flag(kind: str = "start") -> dict[str, JsonData]:
    """Return the style of a start or an end, of a car that is left, of a break."""
    return {**plain(SLATE), "sign": _SIGNS.get(kind, _FLAG)}


def leg_data(leg: Leg, origin: Stop, destination: Stop, *, datum: Datum) -> dict[str, JsonData]:
    """Return a leg: the part that is sure, the parts that are not, and the whole for arrows."""
    solid, dashed = split_leg(leg, origin, destination)
    return {
        "mode": leg.mode,
        "colour": MODE_COLOURS[leg.mode],
        "solid": pack_lines(solid, datum),
        "dashed": pack_lines(dashed, datum),
        "line": pack(leg.coordinates, datum),
    }


def split_leg(leg: Leg, origin: Stop, destination: Stop) -> tuple[BaseGeometry, BaseGeometry]:
    """Return a leg's sure and unsure parts, EPSG:4326.

    Unsure are the approaches, which follow no road, and whatever lies within the area of a stop
    whose position is only roughly known: nobody knows which way its last part runs.
    """
    first, last = _road_part(leg)
    points = leg.coordinates
    unsure = [points[: first + 1], points[last:]]
    road = points[first : last + 1]
    solid, inside = _cut(road, [stop for stop in (origin, destination) if is_area(stop.accuracy_m)])
    off_road = [LineString(part) for part in unsure if _has_length(part)]
    return solid, shapely.union_all([inside, shapely.MultiLineString(off_road)])


def _road_part(leg: Leg) -> tuple[int, int]:
    if not leg.spans:
        return 0, 0
    return leg.spans[0].first, leg.spans[-1].last


def _has_length(points: Sequence[tuple[float, float]]) -> bool:
    return len(set(points)) > 1


def _cut(
    road: Sequence[tuple[float, float]], areas: Sequence[Stop]
) -> tuple[BaseGeometry, BaseGeometry]:
    nothing = shapely.MultiLineString()
    if not _has_length(road):
        return nothing, nothing
    line = LineString(road)
    if not areas:
        return line, nothing
    spots = to_metric([Point(stop.lon, stop.lat) for stop in areas])
    circles = spots.buffer([stop.accuracy_m for stop in areas]).union_all()
    measured = to_metric([line]).iloc[0]
    parts = [measured.difference(circles), measured.intersection(circles)]
    solid, inside = to_degrees(parts)
    return solid, inside


def itinerary_bounds(itinerary: Itinerary, others: Sequence[Leg] = ()) -> Bbox:
    """Return what must be seen: every leg, and every stop with the area it may lie in."""
    points = [point for leg in (*itinerary.legs, *others) for point in leg.coordinates]
    return bounds_of(points, [(one.lon, one.lat, one.accuracy_m) for one in itinerary.stops])


def bounds_of(
    points: Sequence[tuple[float, float]], spots: Sequence[tuple[float, float, float]]
) -> Bbox:
    """Return the window over points and over spots (lon, lat, radius in metres)."""
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    for lon, lat, radius in spots:
        reach = radius if is_area(radius) else 0.0
        east, north = reach / _METRES_EAST, reach / _METRES_NORTH
        lons += [lon - east, lon + east]
        lats += [lat - north, lat + north]
    return min(lons), min(lats), max(lons), max(lats)
