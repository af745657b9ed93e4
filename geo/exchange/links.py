"""Deep links that hand a leg, or a day, over to a navigation app, each in that app's datum.

| app | documented at | datum |
|---|---|---|
| 高德 | lbs.amap.com/api/uri-api | GCJ-02, lon,lat |
| 百度 | lbsyun.baidu.com, URI API | BD-09 (`coord_type=bd09ll`), lat,lng |
| 腾讯 | lbs.qq.com, URI API | GCJ-02, lat,lng |
| Apple Maps | developer.apple.com, Map Links | GCJ-02 in mainland China, lat,lon |
| geo: | RFC 5870 | WGS-84, lat,lon; `u` is the uncertainty in metres |

Public transport is never planned here: a `transit` link hands the leg over to an app that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.models import AREA_ACCURACY_M, Day, Leg, Mode, Stop

Provider = Literal["amap", "baidu", "tencent", "apple", "geo"]
Travel = Literal["walk", "cycle", "drive", "transit"]

REFERER = "RedTrails"
CITY = "青岛"
AMAP_MAX_VIA = 1
"""Waypoints one 高德 driving link takes (URI API); a longer day has no whole-day link there."""

AMAP_MODES: dict[Travel, str] = {
    "walk": "walk",
    "cycle": "ride",
    "drive": "car",
    "transit": "bus",
}
BAIDU_MODES: dict[Travel, str] = {
    "walk": "walking",
    "cycle": "riding",
    "drive": "driving",
    "transit": "transit",
}
TENCENT_MODES: dict[Travel, str] = {
    "walk": "walk",
    "cycle": "bike",
    "drive": "drive",
    "transit": "bus",
}
APPLE_MODES: dict[Travel, str] = {"walk": "w", "drive": "d", "transit": "r"}
"""The older form of link, read by every version; it knows no bicycles."""


@dataclass(frozen=True, slots=True)
class Link:
    """One hand-over. The app's name stands at the message key `exchange.link.<provider>`.

    `approximate`: the destination's position is an estimate, which must be said beside the link
    (`exchange.link.approximate`).
    """

    provider: Provider
    travel: Travel
    url: str
    approximate: bool


def navigation_links(leg: Leg, origin: Stop, destination: Stop) -> tuple[Link, ...]:
    """Return the links for one leg: by its own mode, by public transport, and `geo:`."""
    return (
        *_route_links(travel_of(leg.mode), origin, destination),
        *_route_links("transit", origin, destination),
        Link("geo", travel_of(leg.mode), _geo(destination), _is_area(destination)),
    )


def travel_of(mode: Mode) -> Travel:
    """Return how an app is asked to travel: none knows coaches, so theirs is a car's way."""
    return "drive" if mode == "coach" else mode


def day_links(day: Day) -> tuple[Link, ...]:
    """Return the links that open a whole day; empty where no app's link takes it.

    Only driving links take waypoints, so a longer day on foot is handed over leg by leg.
    """
    if len(day.stops) < 2:  # noqa: PLR2004 - a way needs two ends
        return ()
    first, *via, last = day.stops
    if not via:
        return _route_links(travel_of(day.legs[0].mode), first, last)
    if {travel_of(leg.mode) for leg in day.legs} != {"drive"}:
        return ()
    approximate = any(_is_area(stop) for stop in day.stops[1:])
    links = [Link("apple", "drive", _apple_day(first, last, via), approximate)]
    if len(via) <= AMAP_MAX_VIA:
        links.insert(0, Link("amap", "drive", _amap("drive", first, last, via), approximate))
    return tuple(links)


def _route_links(travel: Travel, origin: Stop, destination: Stop) -> tuple[Link, ...]:
    approximate = _is_area(destination)
    return (
        Link("amap", travel, _amap(travel, origin, destination), approximate),
        Link("baidu", travel, _baidu(travel, origin, destination), approximate),
        Link("tencent", travel, _tencent(travel, origin, destination), approximate),
        Link("apple", travel, _apple(travel, origin, destination), approximate),
    )


def _is_area(stop: Stop) -> bool:
    return stop.accuracy_m > AREA_ACCURACY_M


def _name(stop: Stop, other: str) -> str:
    # These apps show Chinese; a comma or bar would end the name inside the parameter.
    return (stop.name_zh or stop.name_en or other).translate({ord(c): " " for c in ",|:;"})


def _gcj(stop: Stop) -> tuple[float, float]:
    lon, lat = wgs84_to_gcj02(stop.lon, stop.lat)
    return round(float(lon), 6), round(float(lat), 6)


def _lonlat_gcj(stop: Stop) -> str:
    lon, lat = _gcj(stop)
    return f"{lon:.6f},{lat:.6f}"


def _latlon_gcj(stop: Stop) -> str:
    lon, lat = _gcj(stop)
    return f"{lat:.6f},{lon:.6f}"


def _amap(travel: Travel, origin: Stop, destination: Stop, via: Sequence[Stop] = ()) -> str:
    values = {
        "from": f"{_lonlat_gcj(origin)},{_name(origin, '起点')}",
        "to": f"{_lonlat_gcj(destination)},{_name(destination, '终点')}",
        "mode": AMAP_MODES[travel],
        "src": REFERER,
        "coordinate": "gaode",
        "callnative": "1",
    }
    if via:
        values["via"] = ";".join(f"{_lonlat_gcj(s)},{_name(s, '')}" for s in via)
    return "https://uri.amap.com/navigation?" + urlencode(values)


def _baidu(travel: Travel, origin: Stop, destination: Stop) -> str:
    values = {
        "origin": f"latlng:{_latlon_bd(origin)}|name:{_name(origin, '起点')}",
        "destination": f"latlng:{_latlon_bd(destination)}|name:{_name(destination, '终点')}",
        "mode": BAIDU_MODES[travel],
        "region": CITY,
        "coord_type": "bd09ll",
        "output": "html",
        "src": f"webapp.{REFERER}.itinerary",
    }
    return "https://api.map.baidu.com/direction?" + urlencode(values)


def _latlon_bd(stop: Stop) -> str:
    lon, lat = wgs84_to_bd09(stop.lon, stop.lat)
    return f"{float(lat):.6f},{float(lon):.6f}"


def _tencent(travel: Travel, origin: Stop, destination: Stop) -> str:
    values = {
        "type": TENCENT_MODES[travel],
        "from": _name(origin, "起点"),
        "fromcoord": _latlon_gcj(origin),
        "to": _name(destination, "终点"),
        "tocoord": _latlon_gcj(destination),
        "referer": REFERER,
    }
    return "https://apis.map.qq.com/uri/v1/routeplan?" + urlencode(values)


def _apple(travel: Travel, origin: Stop, destination: Stop) -> str:
    if travel not in APPLE_MODES:
        return _apple_directions([origin], destination, "cycling")
    values = {
        "saddr": _latlon_gcj(origin),
        "daddr": _latlon_gcj(destination),
        "dirflg": APPLE_MODES[travel],
    }
    return "https://maps.apple.com/?" + urlencode(values)


def _apple_day(origin: Stop, destination: Stop, via: Sequence[Stop]) -> str:
    return _apple_directions([origin, *via], destination, "driving")


def _apple_directions(stops: Sequence[Stop], destination: Stop, mode: str) -> str:
    """Return a unified map URL (iOS 18.4 and later): it takes waypoints and bicycles."""
    origin, *via = stops
    values = [("source", _latlon_gcj(origin))]
    values += [("waypoint", _latlon_gcj(stop)) for stop in via]
    values += [("destination", _latlon_gcj(destination)), ("mode", mode)]
    return "https://maps.apple.com/directions?" + urlencode(values)


def _geo(stop: Stop) -> str:
    uncertainty = f";u={stop.accuracy_m:.0f}" if stop.accuracy_m else ""
    label = quote(_name(stop, "终点"))
    at = f"{stop.lat:.6f},{stop.lon:.6f}"
    # The query is Android's: without it the app shows the place but no pin.
    return f"geo:{at}{uncertainty}?q={at}({label})"
