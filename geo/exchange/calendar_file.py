"""iCalendar (RFC 5545): each stop an event in Asia/Shanghai."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from functools import cache

from icalendar import Calendar, Event, Timezone

from geo.messages import Messages
from geo.models import TIME_ZONE, Itinerary

from .document import to_document
from .moments import to_minute
from .naming import (
    Visit,
    leg_name,
    leg_text,
    mode_lines,
    notes,
    stop_name,
    title,
    visit_times,
    visits,
)

PRODUCT = "-//Red Trails//Itinerary//EN"
DOMAIN = "red-trails.invalid"
"""Makes event ids global (RFC 5545, 3.8.4.7); reserved, so it is nobody's (RFC 6761)."""


def to_ics(itinerary: Itinerary, messages: Messages, made: datetime) -> bytes:
    """Return the itinerary as an iCalendar file.

    Parameters
    ----------
    itinerary
        What the planner computed.
    messages
        The language.
    made
        When the file is made (RFC 5545, 3.8.7.2). The same itinerary gives the same event ids, so
        that importing it twice updates the events.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", title(itinerary, messages))
    calendar.add_component(vtimezone())
    digest = _digest(itinerary)
    for index, visit in enumerate(visits(itinerary)):
        event = _event(visit, itinerary, messages)
        event.add("uid", f"{digest}-{index}@{DOMAIN}")
        event.add("dtstamp", made.astimezone(UTC).replace(microsecond=0))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def vtimezone() -> Timezone:
    """Return Asia/Shanghai as RFC 5545 wants it; its summer time ended in 1991."""
    return Timezone.from_tzid(TIME_ZONE.key, first_date=date(1992, 1, 1))


def _digest(itinerary: Itinerary) -> str:
    text = json.dumps(to_document(itinerary), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _event(visit: Visit, itinerary: Itinerary, messages: Messages) -> Event:
    stop = visit.stop
    begins, ends = _times(visit)
    event = Event()
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", stop_name(stop, messages))
    event.add("description", _description(visit, itinerary, messages))
    event.add("geo", (stop.lat, stop.lon))
    event.add("categories", [messages(f"exchange.kind.{stop.kind}")])
    return event


def _times(visit: Visit) -> tuple[datetime, datetime]:
    """Return when the event is: from the earliest arrival to the latest departure."""
    begins, ends = visit.arrival or visit.departure, visit.departure or visit.arrival
    if begins is None or ends is None:
        raise ValueError(f"stop {visit.stop.site_id or visit.stop.kind} has no time")
    # Nobody keeps an appointment to the second, and the ways before are not known so well.
    first = begins.bounds[0] if begins.is_range else to_minute(begins.planned)
    last = ends.bounds[1] if ends.is_range else to_minute(ends.planned)
    return first, last


def _description(visit: Visit, itinerary: Itinerary, messages: Messages) -> str:
    lines = [*visit_times(visit, messages), *notes(visit.stop.notices, messages)]
    if visit.ride is not None:
        lines += [leg_name(visit.ride, messages), leg_text(visit.ride.leg, itinerary, messages)]
    lines += mode_lines(itinerary, messages)
    return "\n".join(lines + notes(itinerary.notices, messages))
