"""Ways between two places as addresses ask for them and as GeoJSON answers them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from geo.avoid import Avoid
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import InvalidParameterError, not_one_of
from geo.exchange.figures import known_length_m
from geo.exchange.naming import Ride, visits
from geo.models import MODES, Fidelity, Itinerary, Leg, Mode
from geo.router import NetworkRouter, Position
from geo.ways import MOST, Ways, ways_between

from .features import position
from .state import AppState

Document = dict[str, Any]


class WaysQuery(BaseModel):
    """From where to where, and how, as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(max_length=80, description="Id of a site, or lon,lat in WGS-84.")
    end: str = Field(max_length=80, description="Id of a site, or lon,lat in WGS-84.")
    mode: str = Field(default="walk", max_length=20, description="walk, cycle, drive or coach.")
    alternatives: int = Field(
        default=MOST, ge=0, le=MOST, description="How many other ways at most: 0 to 2."
    )


def network_router(state: AppState) -> NetworkRouter:
    """Return the router in use where it holds its network itself, else one over the schematic."""
    router = state.router
    return router if isinstance(router, NetworkRouter) else CchRouter(state.network)


def make_ways(query: WaysQuery, state: AppState) -> Ways:
    """Look on the network in use.

    Raises
    ------
    InvalidParameterError
        A place or the mode is not what it must be.
    UnknownSiteError
        No site has this id.
    OffNetworkError, NoPathError
        What `ways_between` raises.
    """
    mode = _mode(query.mode)
    origin = place_of("start", query.start, state.catalogue)
    target = place_of("end", query.end, state.catalogue)
    landmarks = state.catalogue.landmarks
    return ways_between(
        origin, target, mode, network_router(state), landmarks, count=query.alternatives
    )


def rides_of(itinerary: Itinerary) -> list[Ride]:
    """Return the legs of an itinerary with their ends, in order."""
    return [visit.ride for visit in visits(itinerary) if visit.ride is not None]


def other_ways(ride: Ride, state: AppState, avoid: Avoid) -> Ways:
    """Return the ways of one leg of an itinerary; raises what `ways_between` raises."""
    origin, target = (
        Position(stop.site_id or stop.kind, stop.lon, stop.lat, stop.accuracy_m)
        for stop in (ride.origin, ride.destination)
    )
    landmarks = state.catalogue.landmarks
    router = network_router(state)
    router = router.avoiding(avoid) if avoid else router
    return ways_between(origin, target, ride.leg.mode, router, landmarks)


def _mode(text: str) -> Mode:
    for mode in MODES:
        if mode == text:
            return mode
    raise not_one_of("mode", text, MODES)


def place_of(name: str, text: str, catalogue: Catalogue) -> Position:
    """Return a site's position by its id, or a position that was typed.

    Raises
    ------
    UnknownSiteError
        No site has this id.
    InvalidParameterError
        Two numbers with a comma between are no position.
    """
    if "," not in text:
        site = catalogue.site(text)
        return Position(site.id, site.lon, site.lat, site.accuracy_m)
    with suppress(ValueError):
        lon, lat = (float(part) for part in text.split(","))
        if abs(lon) <= 180 and abs(lat) <= 90:  # noqa: PLR2004 - degrees; NaN is neither
            return Position(name, round(lon, 6), round(lat, 6))
    raise InvalidParameterError(
        name, text, "lon,lat in degrees, e.g. 120.3125,36.0645", rule="lonlat"
    )


def ways_document(found: Ways, fidelity: Fidelity) -> Document:
    """Return ways as a GeoJSON FeatureCollection, the one that itineraries take first."""
    best = found.best
    return {
        "type": "FeatureCollection",
        "mode": best.mode,
        "fidelity": fidelity,
        "features": [
            _feature(best, best, 1.0, fidelity),
            *(_feature(one.leg, best, one.shared, fidelity) for one in found.others),
        ],
    }


def _feature(leg: Leg, best: Leg, shared: float, fidelity: Fidelity) -> Document:
    return {
        "type": "Feature",
        "geometry": {
            "type": "LineString",
            "coordinates": [position(lon, lat) for lon, lat in leg.coordinates],
        },
        "properties": {
            "best": leg is best,
            "length_m": known_length_m(leg.length_m, leg.mode, fidelity),
            "duration_s": leg.duration_s,
            "duration_range_s": leg.duration_range_s and list(leg.duration_range_s),
            "ascent_m": leg.ascent_m,
            "descent_m": leg.descent_m,
            "longer_s": leg.duration_s - best.duration_s,
            "shared": round(shared, 2),
            "roads": [
                {"name_zh": road.name_zh, "name_en": road.name_en, "ref": road.ref}
                for road in leg.roads
            ],
        },
    }
