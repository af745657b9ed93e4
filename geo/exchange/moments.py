"""When a stop is reached and left, and how sure that is.

A day's clock is planned to the second; what is said of it is no more exact than the ways before.
After a leg with a time range every later time is a range too, until a fixed door takes up the
difference; after any leg of the schematic network it is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geo.messages import Messages
from geo.models import TIME_ZONE, Day, Fidelity

from .figures import leg_range_s

STEP = timedelta(minutes=5)
"""Ranges are said outward to it, as the time of a leg is (routes_data/facts/backbone/README.md)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A planned time, how much earlier and later it may be, and whether lengths were estimated.

    `day` is the date the day began on; None: nobody asks on which day it is.
    """

    planned: datetime
    early_s: int = 0
    late_s: int = 0
    estimated: bool = False
    day: date | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The earliest and the latest, said outward to `STEP`, in Asia/Shanghai."""
        planned = self.planned.astimezone(TIME_ZONE)
        low = planned - timedelta(seconds=self.early_s)
        high = planned + timedelta(seconds=self.late_s)
        midnight = low.replace(hour=0, minute=0, second=0, microsecond=0)
        return low - (low - midnight) % STEP, high + (midnight - high) % STEP

    @property
    def is_range(self) -> bool:
        """Whether one time of day cannot honestly be said."""
        return bool(self.early_s or self.late_s)


@dataclass(frozen=True, slots=True)
class StopMoments:
    """When a stop is reached (None at a start) and left (None at an end)."""

    arrival: Moment | None
    departure: Moment | None


def day_moments(day: Day, fidelity: Fidelity) -> Iterator[StopMoments]:
    """Yield the moments of every stop of a day, in order.

    Parameters
    ----------
    day
        A day as planned.
    fidelity
        That of the network it was planned on.
    """
    early_s = late_s = 0
    estimated = False
    ways = (None, *day.legs) if day.stops else ()
    for leg, stop in zip(ways, day.stops, strict=True):
        if leg is not None:
            low, high = leg_range_s(leg)
            early_s += leg.duration_s - low
            late_s += high - leg.duration_s
            estimated = estimated or fidelity == "schematic"
        arrival = (
            Moment(stop.arrival, early_s, late_s, estimated, day.date) if stop.arrival else None
        )
        if stop.wait_s:
            # A door not yet open holds early and late comers alike.
            early_s, late_s = max(0, early_s - stop.wait_s), max(0, late_s - stop.wait_s)
            estimated = bool(late_s)
        left = (
            Moment(stop.departure, early_s, late_s, estimated, day.date) if stop.departure else None
        )
        yield StopMoments(arrival, left)


def say_moment(moment: Moment, messages: Messages) -> str:
    """Return a moment as the time of day in Qingdao: "09:00", "≈ 14:24" or "14:10–14:40".

    On a later day than the one it began on, the number of days is said too.
    """
    if moment.is_range:
        low, high = moment.bounds
        first, last = _clock(low, moment.day, messages), _clock(high, moment.day, messages)
        return messages("exchange.clock-range", low=first, high=last)
    said = _clock(to_minute(moment.planned), moment.day, messages)
    return messages("exchange.about", value=said) if moment.estimated else said


def _clock(moment: datetime, day: date | None, messages: Messages) -> str:
    """Return the time of day, with the number of the day where it is another one."""
    days = (moment.date() - day).days if day else 0
    said = f"{moment:%H:%M}"
    return messages("exchange.clock-later", time=said, nth=days + 1) if days else said


def to_minute(moment: datetime) -> datetime:
    """Return a moment in Asia/Shanghai, rounded to the minute nearest."""
    local = moment.astimezone(TIME_ZONE) + timedelta(seconds=30)
    return local.replace(second=0, microsecond=0)
