"""An event as a stop of a tour: the plan that is there when it begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from geo.additions import Event
from geo.models import TIME_ZONE
from geo.planner.frames import DAY_START

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=10)
"""What lasts longer is open for hours or days: one comes when one likes."""


def event_stop(event: Event, now: datetime) -> dict[str, str]:
    """Return the parameters of `/plan` that visit an event; empty where it is at no site.

    One that begins and ends within a day is an appointment for all its time. One that lasts, or
    is on already, is a visit on the first day there is for it.

    Parameters
    ----------
    now
        With a time zone.
    """
    if not event.site:
        return {}
    starts, ends = event.starts.astimezone(TIME_ZONE), event.ends.astimezone(TIME_ZONE)
    lasts = ends - starts
    if starts > now and starts.date() == ends.date() and SHORTEST <= lasts <= LONGEST:
        return {
            "stops": event.site,
            "appointments": f"{event.site}@{starts:%H:%M}",
            "visits": f"{event.site}@{lasts // timedelta(minutes=1)}",
            "depart": f"{starts:%Y-%m-%dT%H:%M}",
        }
    return {"stops": event.site, "depart": f"{_first(starts, ends, now):%Y-%m-%dT%H:%M}"}


def _first(starts: datetime, ends: datetime, now: datetime) -> datetime:
    """Return the first morning on which an event is on, or now where this is its last day."""
    here = now.astimezone(TIME_ZONE)
    morning = _morning(max(starts, here))
    if morning < here:
        morning = _morning(here + timedelta(days=1))
    return max(morning, starts) if morning < ends else max(here, starts)


def _morning(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), DAY_START, TIME_ZONE)
