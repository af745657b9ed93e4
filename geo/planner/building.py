"""From calls in their order to a day: the roads between them, and clock times."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from geo.directions import Landmarks
from geo.messages import Notice
from geo.models import TIME_ZONE, Day
from geo.router import Router, Snap

from .legs import make_leg
from .schedule import Call, schedule

Placed = tuple[Snap, Call]
"""A call, tied to a road."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Finds roads between calls, and the sites that directions may name."""

    landmarks: Landmarks
    router: Router

    def day(self, placed: Sequence[Placed], depart: datetime) -> Day:
        """Return a day that begins at `depart`.

        Raises
        ------
        NoPathError
            Two neighbours cannot be joined.
        """
        snaps = [snap for snap, _ in placed]
        legs = tuple(
            self.landmarks.mark(make_leg(a, b, self.router.path(a, b)))
            for a, b in itertools.pairwise(snaps)
        )
        stops = schedule([call for _, call in placed], legs, depart)
        return Day(depart.date(), stops, legs)


def past_midnight(day: Day) -> Notice | None:
    """Return what is told of a day that ends, or may end, on another date."""
    latest = latest_end(day)
    if latest and latest.date() > day.date:
        return Notice("past-midnight", values={"date": latest.date().isoformat()})
    return None


def past_end(day: Day, until: time | None) -> Notice | None:
    """Return what is told of a day whose ways may take so long that it ends after `until`."""
    latest = latest_end(day)
    if until is None or latest is None or latest <= datetime.combine(day.date, until, TIME_ZONE):
        return None
    values = {"date": day.date.isoformat(), "latest": f"{latest:%H:%M}", "until": f"{until:%H:%M}"}
    return Notice("may-end-late", values=values)


def latest_end(day: Day) -> datetime | None:
    """Return when a day ends whose ways all take as long as they may; None: it is free."""
    last = (day.stops[-1].departure or day.stops[-1].arrival) if day.stops else None
    ranges = ((leg.duration_range_s, leg.duration_s) for leg in day.legs)
    late_s = sum(found[1] - planned for found, planned in ranges if found)
    return last + timedelta(seconds=late_s) if last else None
