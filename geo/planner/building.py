"""From calls in their order to a day: the roads between them, and clock times."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from geo.breaks import REST_MIN
from geo.directions import Landmarks
from geo.messages import Notice
from geo.models import TIME_ZONE, Day, Leg, Road, Stop, StopKind
from geo.router import Path, Router, Snap

from .legs import make_leg
from .resting import UNNAMED, cut
from .schedule import Call, schedule
from .travel import Hop, Travel, stretches_of

Placed = tuple[int, Call]
"""A call with its row."""


@dataclass(frozen=True)
class Builder:
    """Finds roads between calls, and the sites that directions may name.

    Parameters
    ----------
    landmarks, router
        Where they are found.
    travel
        How one gets from row to row.
    stops
        The stop of each row.
    ride_s
        The longest ride without a break, seconds; None: none is needed.
    """

    landmarks: Landmarks
    router: Router
    travel: Travel
    stops: Sequence[Stop]
    ride_s: int | None = None

    def day(self, placed: Sequence[Placed], depart: datetime) -> Day:
        """Return a day that begins at `depart`.

        Raises
        ------
        NoPathError
            Two neighbours cannot be joined.
        """
        if not placed:
            return Day(depart.date(), (), ())
        (first, begins), (last, ends) = placed[0], placed[-1]
        anywhere = self.travel.anywhere
        calls: list[Call] = []
        legs: list[Leg] = []
        if anywhere is not None and begins.stop.kind != "start":
            moved = list(self._way(anywhere, first))
            calls += [self._car(first, "start")] if moved else []
            legs += [leg for leg, _ in moved]
        calls.append(begins)
        for (before, _), (row, call) in itertools.pairwise(placed):
            for leg, halt in self._way(before, row):
                legs.append(leg)
                calls += [] if halt is None else [halt]
            calls.append(call)
        if anywhere is not None and ends.stop.kind != "end":
            moved = list(self._way(last, anywhere))
            legs += [leg for leg, _ in moved]
            calls += [self._car(last, "end")] if moved else []
        return Day(depart.date(), schedule(calls, legs, depart), tuple(legs))

    def _way(self, origin: int, target: int) -> Iterator[tuple[Leg, Call | None]]:
        """Yield each leg of a move and the halt at its end; None at the last."""
        hops = self.travel.hops(origin, target)
        for number, hop in enumerate(hops, start=1):
            parts = list(self._parts(hop))
            for leg, road in parts[:-1]:
                yield leg, _rest(leg, road)
            halt = self._car(hop.target, "car") if number < len(hops) else None
            yield parts[-1][0], halt

    def _parts(self, hop: Hop) -> Iterator[tuple[Leg, Road]]:
        """Yield a hop as legs between its breaks, each with the road it ends on."""
        roads = self.travel.roads(hop.mode)
        origin, target = roads.snap(hop.origin), roads.snap(hop.target)
        if not roads.seconds[hop.origin, hop.target] and _same(origin, target):
            yield self._leg(*_still(origin, target), 0), UNNAMED
            return
        path = self.router.path(origin, target)
        if hop.mode == "walk":
            yield self._leg(origin, target, path, 0), UNNAMED
            return
        ride_s = int(roads.seconds[hop.origin, hop.target])
        parts = list(cut(origin, target, path, stretches_of(ride_s, self.ride_s)))
        for number, part in enumerate(parts, start=1):
            settle_s = self.travel.settle_s if number == len(parts) else 0
            yield self._leg(part.origin, part.target, part.path, settle_s), part.road

    def _leg(self, origin: Snap, target: Snap, path: Path, parking_s: int) -> Leg:
        leg = self.landmarks.mark(make_leg(origin, target, path))
        if not parking_s:
            return leg
        sure = leg.duration_range_s
        return replace(
            leg,
            duration_s=leg.duration_s + parking_s,
            duration_range_s=sure and (sure[0] + parking_s, sure[1] + parking_s),
            parking_s=parking_s,
        )

    def _car(self, row: int, kind: StopKind) -> Call:
        """Return the halt at the car of a row."""
        at = self.stops[self.travel.base[row]]
        zh, en = at.name_zh or "起点", at.name_en or "the start"
        return Call(
            replace(
                at,
                kind=kind,
                site_id=None,
                name_zh=f"停车处（{zh}）",
                name_en=f"The car, at {en}",
                stay_s=0,
            )
        )


def _same(origin: Snap, target: Snap) -> bool:
    one, other = origin.position, target.position
    return (one.lon, one.lat) == (other.lon, other.lat)


def _still(origin: Snap, target: Snap) -> tuple[Snap, Snap, Path]:
    """Return no way at all, between two stops that are one place: nobody goes to the road."""
    here = origin.position.lon, origin.position.lat
    stand = (replace(snap, lon=here[0], lat=here[1], approach_m=0.0) for snap in (origin, target))
    return next(stand), next(stand), Path(0.0, 0.0, (here, here), ())


def _rest(leg: Leg, road: Road) -> Call:
    """Return a break at the end of a leg."""
    lon, lat = leg.coordinates[-1]
    on_zh, on_en = road.name_zh or road.ref, road.name_en or road.ref
    stop = Stop(
        kind="break",
        site_id=None,
        name_zh=f"休息（{on_zh}）" if on_zh else "",
        name_en=f"Break, on {on_en}" if on_en else "",
        lon=lon,
        lat=lat,
        accuracy_m=0.0,
        arrival=None,
        departure=None,
        stay_s=REST_MIN * 60,
    )
    return Call(stop, notices=(Notice("break-place", "info"),))


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
