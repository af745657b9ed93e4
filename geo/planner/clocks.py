"""Times of day as seconds since the midnight that begins a day."""

from __future__ import annotations

from datetime import date, datetime, time

from geo.models import TIME_ZONE
from geo.orienteering.problem import Windows


def agreed(windows: Windows, when: str, day: date) -> Windows:
    """Return the windows in which a visit may begin that is agreed for a date or time."""
    first, _, second = when.partition("T")
    if ":" not in first and first != day.isoformat():
        return ()
    moment = first if ":" in first else second
    if not moment:
        return windows
    at = seconds_of(time.fromisoformat(moment))
    return tuple((at, at) for opens, last in windows if opens <= at <= last)


def since(moment: datetime, day: date) -> int:
    """Return the seconds from the midnight that begins a day."""
    return round((moment - datetime.combine(day, time(), TIME_ZONE)).total_seconds())


def seconds_of(moment: time) -> int:
    """Return a time of day as the seconds since midnight."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second
