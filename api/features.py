"""Sites and routes as GeoJSON features (RFC 7946): WGS-84, lon before lat, nothing left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from geo.models import Route, Site

Feature = dict[str, Any]

GEOMETRY_BASIS = "straight-lines"
"""How a route's line was made: straight from stop to stop, in order. It is not a road; the line
on roads is that of an itinerary."""

DECIMALS = 6
"""Decimals of a coordinate: 0.1 m."""


def site_feature(site: Site) -> Feature:
    """Return a site as a feature.

    `accuracy_m`, `position_basis` and `is_area` say how far its point can be trusted, `grade` and
    `sources` who names it.
    """
    properties = asdict(site)
    for name in ("id", "lon", "lat"):
        del properties[name]
    properties["is_area"] = site.is_area
    return {
        "type": "Feature",
        "id": site.id,
        "geometry": {"type": "Point", "coordinates": position(site.lon, site.lat)},
        "properties": _plain(properties),
    }


def route_feature(route: Route, sites: Mapping[str, Site]) -> Feature:
    """Return a route as a feature: a line straight from stop to stop.

    Parameters
    ----------
    route
        The route.
    sites
        Its stops, by id.
    """
    properties = asdict(route)
    del properties["id"]
    properties["start"] = _start(route)
    properties["geometry_basis"] = GEOMETRY_BASIS
    stops = [sites[stop] for stop in route.stops]
    return {
        "type": "Feature",
        "id": route.id,
        "geometry": {
            "type": "LineString",
            "coordinates": [position(stop.lon, stop.lat) for stop in stops],
        },
        "properties": _plain(properties),
    }


def _start(route: Route) -> dict[str, Any] | None:
    """Return the start a route was published with, as a named position."""
    if route.start is None:
        return None
    return {
        "name_zh": route.start.name_zh,
        "name_en": route.start.name_en,
        "coordinates": position(route.start.lon, route.start.lat),
    }


def position(lon: float, lat: float) -> list[float]:
    """Return a GeoJSON position."""
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with tuples as lists, as JSON has them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in properties.items()
    }


def collection_document(
    features: Iterable[Feature], *, matched: int, links: list[dict[str, str]]
) -> dict[str, Any]:
    """Return features as one page of a GeoJSON collection (OGC API - Features, 7.15).

    No time stamp: the same question gets the same bytes, so that an ETag holds.
    """
    members = list(features)
    return {
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": len(members),
        "links": links,
        "features": members,
    }
