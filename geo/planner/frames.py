"""The days of a request: their dates and hours, where each of them begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from geo.errors import InvalidParameterError
from geo.land import Land
from geo.messages import Notice
from geo.models import TIME_ZONE, LonLat, Route, Site, Stop

from .days import Lodging
from .request import PlanRequest
from .schedule import Call

DAY_START = time(9, 0)
"""When a day begins if nobody says: most museums of the catalogue open at 09:00."""
DAY_END = time(18, 0)
"""When each of several days ends if nobody says; a single day may last until midnight."""
LODGING = ("住宿地", "Lodging")


class Grounds(Protocol):
    """What is asked of a catalogue about the ends of days."""

    def sites_by_id(self, ids: Sequence[str]) -> tuple[Site, ...]:
        """Return the sites in this order, or raise `UnknownSiteError` naming all unknown."""
        ...

    @property
    def land(self) -> Land:
        """Where the land is."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One day before anything is put into it; `until` None: midnight, ends None: anywhere."""

    depart: datetime
    until: time | None
    start: Call | None
    end: Call | None

    @property
    def date(self) -> date:
        """The date."""
        return self.depart.date()


def frames_of(
    request: PlanRequest, route: Route | None, catalogue: Grounds, now: datetime
) -> tuple[Frame, ...]:
    """Return the days of a request in their order.

    Raises
    ------
    UnknownSiteError
        A day is to start or end at a site that is not in the catalogue.
    InvalidParameterError
        A day ends before it begins.
    """
    hours = _hours(request, first_departure(request, now))
    nights = [_night(one, catalogue) for one in _nights(request)]
    start, end = _start(request, route, catalogue), _place("end", request.end, catalogue)
    starts: list[Stop | None] = [
        start,
        *(night and replace(night, kind="start") for night in nights),
    ]
    ends: list[Stop | None] = [*(night and replace(night, kind="end") for night in nights), end]
    return tuple(
        Frame(depart, until, _call(first, catalogue.land), _call(last, catalogue.land))
        for (depart, until), first, last in zip(hours, starts, ends, strict=True)
    )


def first_departure(request: PlanRequest, now: datetime) -> datetime:
    """Return when the first day begins: as asked for, else tomorrow or its date at 09:00."""
    if request.depart:
        return request.depart
    if request.dates:
        return datetime.combine(request.dates[0].date, DAY_START, TIME_ZONE)
    day = now.astimezone(TIME_ZONE).date() + timedelta(days=1)
    return datetime.combine(day, DAY_START, TIME_ZONE)


def _hours(request: PlanRequest, first: datetime) -> list[tuple[datetime, time | None]]:
    """Return when each day begins and must have ended."""
    usual = request.until or (f"{DAY_END:%H:%M}" if request.several_days else None)
    if not request.dates:
        days = [first + timedelta(days=number) for number in range(request.days)]
        hours = [(day, usual) for day in days]
    else:
        hours = [
            (
                datetime.combine(
                    day.date,
                    time.fromisoformat(day.depart) if day.depart else first.time(),
                    TIME_ZONE,
                ),
                day.until or usual,
            )
            for day in request.dates
        ]
    for depart, until in hours:
        if until is not None and time.fromisoformat(until) <= depart.time():
            wanted = f"later than the departure at {depart:%H:%M}"
            raise InvalidParameterError("until", until, wanted, rule="until_early")
    return [(depart, time.fromisoformat(until) if until else None) for depart, until in hours]


def _nights(request: PlanRequest) -> Sequence[Lodging]:
    between = request.day_count - 1
    if len(request.nights) == 1:
        return request.nights * between
    return request.nights or [None] * between


def _night(lodging: Lodging, catalogue: Grounds) -> Stop | None:
    stop = _place("end", lodging, catalogue)
    if stop is None or isinstance(lodging, str):
        return stop
    return replace(stop, name_zh=LODGING[0], name_en=LODGING[1])


def _place(kind: str, where: Lodging, catalogue: Grounds) -> Stop | None:
    """Return where a day starts or ends; a site keeps its names, and how sure its place is."""
    if where is None:
        return None
    if not isinstance(where, str):
        return _bare(kind, where)
    (site,) = catalogue.sites_by_id([where])
    stop = _bare(kind, (site.lon, site.lat))
    return replace(stop, accuracy_m=site.accuracy_m, name_zh=site.name_zh, name_en=site.name_en)


def _start(request: PlanRequest, route: Route | None, catalogue: Grounds) -> Stop | None:
    if request.start is not None:
        return _place("start", request.start, catalogue)
    if route and route.start:
        place = route.start
        stop = _bare("start", (place.lon, place.lat))
        return replace(stop, name_zh=place.name_zh, name_en=place.name_en)
    return None


def _call(stop: Stop | None, land: Land) -> Call | None:
    """Return a start or end as a call; what lies in the sea is planned from the nearest road."""
    if stop is None:
        return None
    ashore = land.holds(stop.lon, stop.lat)
    return Call(stop, notices=() if ashore else (Notice("off-land"),))


def _bare(kind: str, lonlat: LonLat) -> Stop:
    return Stop(
        kind="start" if kind == "start" else "end",
        site_id=None,
        name_zh="",
        name_en="",
        lon=round(lonlat[0], 6),
        lat=round(lonlat[1], 6),
        accuracy_m=0.0,
        arrival=None,
        departure=None,
        stay_s=0,
    )
