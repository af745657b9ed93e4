"""GPX 1.1: stops as waypoints and as a route, the way between them as a track."""

from __future__ import annotations

from datetime import UTC, datetime

from gpxpy import gpx as schema

from geo.messages import Messages
from geo.models import Itinerary

from .naming import (
    Ride,
    Visit,
    leg_name,
    leg_text,
    mode_lines,
    network_note,
    notes,
    stop_name,
    title,
    visit_times,
    visits,
)
from .steps import say_steps

CREATOR = "Red Trails"


def to_gpx(itinerary: Itinerary, messages: Messages) -> str:
    """Return the itinerary as GPX 1.1 text.

    Waypoints carry the arrival (UTC, as GPX wants) and every notice, the points of the route (one
    a day) the directions onwards; each leg is one track, whose description holds its figures.
    """
    document = schema.GPX()
    document.creator = CREATOR
    document.name = title(itinerary, messages)
    document.description = _description(itinerary, messages)
    everything = list(visits(itinerary))
    document.waypoints.extend(_waypoint(visit, messages) for visit in everything)
    for number, day in enumerate(itinerary.days, start=1):
        of_day = [visit for visit in everything if visit.day == number]
        if of_day:
            name = title(itinerary, messages)
            if len(itinerary.days) > 1:
                name = messages("exchange.day", nth=number, date=day.date.isoformat())
            document.routes.append(_route(of_day, name, itinerary, messages))
    document.tracks.extend(_track(v.ride, itinerary, messages) for v in everything if v.ride)
    return str(document.to_xml(version="1.1"))


def _description(itinerary: Itinerary, messages: Messages) -> str:
    lines = [*mode_lines(itinerary, messages), *notes(itinerary.notices, messages)]
    lines += [network_note(itinerary, messages)]
    return "\n".join(lines)


def _waypoint(visit: Visit, messages: Messages) -> schema.GPXWaypoint:
    stop = visit.stop
    return schema.GPXWaypoint(
        latitude=stop.lat,
        longitude=stop.lon,
        time=_utc(visit.sure_time),
        name=_label(visit, messages),
        description="\n".join([*visit_times(visit, messages), *notes(stop.notices, messages)]),
        type=stop.kind,
    )


def _label(visit: Visit, messages: Messages) -> str:
    name = stop_name(visit.stop, messages)
    return name if visit.number is None else f"{visit.number} {name}"


def _utc(time: datetime | None) -> datetime | None:
    return time and time.astimezone(UTC)


def _route(
    of_day: list[Visit], name: str, itinerary: Itinerary, messages: Messages
) -> schema.GPXRoute:
    route = schema.GPXRoute(name=name)
    fidelity = itinerary.network.fidelity
    for visit in of_day:
        onwards = say_steps(visit.ride.leg, fidelity, messages) if visit.ride else ()
        route.points.append(
            schema.GPXRoutePoint(
                latitude=visit.stop.lat,
                longitude=visit.stop.lon,
                name=_label(visit, messages),
                description="\n".join(onwards) or None,
            )
        )
    return route


def _track(ride: Ride, itinerary: Itinerary, messages: Messages) -> schema.GPXTrack:
    leg = ride.leg
    track = schema.GPXTrack(
        name=leg_name(ride, messages), description=leg_text(leg, itinerary, messages)
    )
    points = [schema.GPXTrackPoint(latitude=lat, longitude=lon) for lon, lat in leg.coordinates]
    track.type = leg.mode  # type: ignore[assignment]
    track.segments.append(schema.GPXTrackSegment(points))
    return track
