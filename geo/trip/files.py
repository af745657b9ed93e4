"""A trip for a calendar (iCalendar) and for the driver (GPX): the rows of the printed timetable.

Both are made of `geo.trip.exports.timetable`, as the print and the table are: the same lines, the
same times, in the same order. Neither tells more than the print does, nor in other words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gpxpy import gpx as schema
from icalendar import Calendar, Event

from geo.exchange.calendar_file import DOMAIN, vtimezone
from geo.exchange.naming import notes
from geo.messages import Messages
from geo.models import Leg, Stop

from .exports import Row, place_name, timetable
from .models import TripPlan

PRODUCT = "-//Red Trails//Field trip//EN"
CREATOR = "Red Trails"


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the timetable and the stop it happens at, or leaves from."""

    row: Row
    stop: Stop


def trip_title(plan: TripPlan, messages: Messages) -> str:
    """Return the title of a trip with its school and class, as its files are called."""
    own = plan.facts.title or messages("pack.title")
    return " · ".join(
        part for part in (own, plan.facts.school, plan.facts.group_name(messages)) if part
    )


def to_trip_ics(plan: TripPlan, messages: Messages, made: datetime) -> bytes:
    """Return the timetable as an iCalendar file, an event a row.

    Parameters
    ----------
    plan
        The plan of one class.
    messages
        The language.
    made
        When the file is made (RFC 5545, 3.8.7.2). The ids of the events stay the same for the same
        class, day and place, so that a later file updates the events of an earlier one.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", trip_title(plan, messages))
    calendar.add_component(vtimezone())
    facts, seen = plan.facts, Counter[str]()
    for line in _lines(plan, messages):
        day = line.row.begin.date()
        what = (
            f"{facts.school}|{facts.group}|{facts.number}|{day}|{line.row.kind}|{line.stop.site_id}"
        )
        seen[what] += 1
        uid = hashlib.sha256(f"{what}|{seen[what]}".encode()).hexdigest()[:32]
        event = _event(line, plan, messages)
        event.add("uid", f"{uid}@{DOMAIN}")
        event.add("dtstamp", made.astimezone(UTC).replace(microsecond=0))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(line: _Line, plan: TripPlan, messages: Messages) -> Event:
    row, stop = line.row, line.stop
    event = Event()
    event.add("dtstart", row.begin)
    # Without an end it is a moment, as RFC 5545, 3.6.1 has it: gathering, coming back.
    if row.end > row.begin:
        event.add("dtend", row.end)
    event.add("summary", row.text)
    event.add("location", place_name(plan, stop, messages))
    event.add("geo", (stop.lat, stop.lon))
    event.add("categories", [trip_title(plan, messages)])
    said = [row.length, *(notes(stop.notices, messages) if row.kind == "visit" else ())]
    about = notes(plan.itinerary.notices, messages)
    event.add("description", "\n".join(text for text in (*said, *about) if text))
    return event


def _lines(plan: TripPlan, messages: Messages) -> Iterator[_Line]:
    stops = iter(plan.itinerary.stops)
    here = next(stops)
    for row in timetable(plan, messages):
        while _is_past(here, row):
            here = next(stops)
        yield _Line(row, here)


_MOVING = frozenset({"ride", "walk", "rest"})


def _is_past(stop: Stop, row: Row) -> bool:
    """Return whether a row is of a later stop: it names another, or begins when this is left."""
    if row.stop is not None:
        return row.stop is not stop
    return row.kind not in _MOVING and stop.departure is not None and row.begin > stop.departure


def to_trip_gpx(plan: TripPlan, messages: Messages) -> str:
    """Return the trip as GPX 1.1 text: stops as waypoints with their rows, ways as tracks.

    A waypoint's time is when the class is there first (UTC, as GPX wants); its description holds
    the rows of the timetable there, local times. Each leg is a track with its own row.
    """
    document = schema.GPX()
    document.creator = CREATOR
    document.name = trip_title(plan, messages)
    network = plan.itinerary.network
    told = [messages(f"pack.fidelity.{network.fidelity}", date=network.date)]
    credit = messages(f"network.attribution.{network.fidelity}")
    told.append(messages("exchange.attribution", attribution=credit, date=network.date))
    document.description = "\n".join(told)
    lines = list(_lines(plan, messages))
    number = 0
    for day in plan.itinerary.days:
        for index, stop in enumerate(day.stops):
            number += stop.kind == "site"
            name = place_name(plan, stop, messages)
            label = f"{number} {name}" if stop.kind == "site" else name
            document.waypoints.append(_waypoint(stop, label, lines))
            if index < len(day.legs):
                target = place_name(plan, day.stops[index + 1], messages)
                document.tracks.append(_track(day.legs[index], f"{name} → {target}", stop, lines))
    return str(document.to_xml(version="1.1"))


def _waypoint(stop: Stop, label: str, lines: list[_Line]) -> schema.GPXWaypoint:
    here = [one.row for one in lines if one.stop is stop and one.row.kind not in _MOVING]
    return schema.GPXWaypoint(
        latitude=stop.lat,
        longitude=stop.lon,
        time=here[0].begin.astimezone(UTC) if here else None,
        name=label,
        description="\n".join(said(row) for row in here),
        type=stop.kind,
    )


def _track(leg: Leg, name: str, origin: Stop, lines: list[_Line]) -> schema.GPXTrack:
    rows = [one.row for one in lines if one.stop is origin and one.row.kind in _MOVING]
    track = schema.GPXTrack(name=name, description="\n".join(said(row) for row in rows))
    points = [schema.GPXTrackPoint(latitude=lat, longitude=lon) for lon, lat in leg.coordinates]
    track.type = "walk" if leg.mode == "walk" else "coach"  # type: ignore[assignment]
    track.segments.append(schema.GPXTrackSegment(points))
    return track


def said(row: Row) -> str:
    """Return a row of the timetable as one line: `09:12–10:12 Visit`, its length at the end."""
    times = f"{row.begin:%H:%M}" + (f"–{row.end:%H:%M}" if row.end > row.begin else "")
    return " ".join(part for part in (times, row.text, row.length) if part)
