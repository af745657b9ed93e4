"""GeoJSON (RFC 7946): stops as points, legs as lines, in the order of the day."""

from __future__ import annotations

from typing import Any

from geo.messages import Messages
from geo.models import Itinerary

from .figures import say_leg
from .naming import Ride, Visit, leg_name, network_note, notes, stop_name, title, visits
from .steps import say_steps

Feature = dict[str, Any]


def to_geojson(itinerary: Itinerary, messages: Messages) -> dict[str, Any]:
    """Return a FeatureCollection.

    Each feature's `properties.kind` is `start`, `site`, `end` or `leg`. Lengths are metres,
    durations seconds, times ISO 8601 with the offset of Asia/Shanghai.
    """
    features: list[Feature] = []
    for visit in visits(itinerary):
        features.append(_stop_feature(visit, messages))
        if visit.ride is not None:
            features.append(_leg_feature(visit.ride, itinerary, messages))
    return {
        "type": "FeatureCollection",
        "features": features,
        "properties": _properties(itinerary, messages),
    }


def _properties(itinerary: Itinerary, messages: Messages) -> dict[str, Any]:
    network = itinerary.network
    return {
        "schema_version": itinerary.schema_version,
        "title": title(itinerary, messages),
        "mode": itinerary.mode,
        "order": itinerary.order,
        "route": itinerary.route_id,
        "provenance": itinerary.provenance,
        "length_m": itinerary.length_m,
        "travel_s": itinerary.travel_s,
        "stay_s": itinerary.stay_s,
        "modes": {
            total.mode: {"length_m": total.length_m, "duration_s": total.duration_s}
            for total in itinerary.modes
        },
        "days": [day.date.isoformat() for day in itinerary.days],
        "fidelity": network.fidelity,
        "network": network.id,
        "network_date": network.date,
        "licence": network.licence,
        "attribution": network_note(itinerary, messages),
        "notes": notes(itinerary.notices, messages),
    }


def _stop_feature(visit: Visit, messages: Messages) -> Feature:
    stop = visit.stop
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [stop.lon, stop.lat]},
        "properties": {
            "kind": stop.kind,
            "day": visit.day,
            "number": visit.number,
            "site": stop.site_id,
            "name": stop_name(stop, messages),
            "arrival": stop.arrival and stop.arrival.isoformat(),
            "departure": stop.departure and stop.departure.isoformat(),
            "stay_s": stop.stay_s,
            "wait_s": stop.wait_s,
            "pause_s": stop.pause_s,
            "accuracy_m": stop.accuracy_m,
            "notes": notes(stop.notices, messages),
        },
    }


def _leg_feature(ride: Ride, itinerary: Itinerary, messages: Messages) -> Feature:
    leg = ride.leg
    said = say_leg(leg, itinerary.network.fidelity, messages)
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(c) for c in leg.coordinates]},
        "properties": {
            "kind": "leg",
            "day": ride.day,
            "mode": leg.mode,
            "name": leg_name(ride, messages),
            "length_m": leg.length_m,
            "duration_s": leg.duration_s,
            "duration_range_s": leg.duration_range_s and list(leg.duration_range_s),
            "parking_s": leg.parking_s,
            "approach_start_m": leg.approach_start_m,
            "approach_end_m": leg.approach_end_m,
            "ascent_m": leg.ascent_m,
            "descent_m": leg.descent_m,
            "length": said.length,
            "duration": said.duration,
            "fidelity": itinerary.network.fidelity,
            "roads": [road.name_zh or road.ref for road in leg.roads],
            "directions": list(say_steps(leg, itinerary.network.fidelity, messages)),
            "notes": notes(leg.notices, messages),
        },
    }
