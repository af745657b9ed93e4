"""From a solution in seconds to an itinerary with its pauses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from geo.directions import Landmarks
from geo.messages import Notice
from geo.models import Day, Itinerary, Leg, LonLat, Mode, Site, Stop
from geo.planner.legs import kilometres
from geo.planner.schedule import hours_notices
from geo.router import Router

from .models import Pause, PauseKind
from .problem import Call, Solution, Span
from .request import TripRequest
from .timing import at, clock
from .ways import Terrain

_LODGING = ("住宿地", "Lodging")
_MEETING = ("集合点", "Meeting point")


@dataclass(frozen=True, slots=True)
class Built:
    """An itinerary, its pauses, and the records of the sites visited, in order."""

    itinerary: Itinerary
    pauses: tuple[Pause, ...]
    sites: tuple[Site, ...]


def build(
    request: TripRequest,
    sites: Sequence[Site],
    terrain: Terrain,
    solution: Solution,
    router: Router,
    landmarks: Landmarks,
) -> Built:
    """Return the days of a solution with clock times, legs and pauses.

    Parameters
    ----------
    request
        What was asked for.
    sites
        The sites of the problem: its first nodes.
    terrain
        The ways between its nodes.
    solution
        Who goes where, when.
    router
        Gives the paths of the ways taken.
    landmarks
        The sites that directions may name at a turn.
    """
    made = _Making(request, tuple(sites), terrain, router, landmarks)
    days = tuple(made.day(number, calls) for number, calls in enumerate(solution.days))
    legs = [leg for day in days for leg in day.legs]
    stops = [stop for day in days for stop in day.stops]
    mode: Mode = "walk" if request.transport == "walk" else "drive"
    itinerary = Itinerary(
        mode=mode,
        order=request.order,
        route_id=request.route,
        days=days,
        length_m=round(sum(leg.length_m for leg in legs), 1),
        travel_s=sum(leg.duration_s for leg in legs),
        stay_s=sum(stop.stay_s for stop in stops),
        network=router.info,
        notices=_network_notices(router, {leg.mode for leg in legs}),
    )
    pauses = tuple(
        pause
        for number, calls in enumerate(solution.days)
        for pause in _pauses(number, days[number].date, calls)
    )
    return Built(itinerary, pauses, tuple(sites[node] for node in solution.visited))


def _pauses(number: int, day: date, calls: Sequence[Call]) -> list[Pause]:
    def pause(kind: PauseKind, index: int, begin_s: int, end_s: int) -> Pause:
        return Pause(kind, number, index, at(day, begin_s), at(day, end_s))

    pauses: list[Pause] = []
    for index, call in enumerate(calls[:-1]):
        if index:
            pauses += [pause(kind, index, *span) for kind, span in _at_site(call)]
        pauses += [pause("rest", index, *span) for span in calls[index + 1].rests]
    return pauses


def _at_site(call: Call) -> Iterator[tuple[PauseKind, Span]]:
    """Yield what a group does at a site beside the visit, in clock order, without a gap."""
    around: tuple[tuple[PauseKind, Span], ...] = (
        ("wait", (call.arrive_s, call.begin_s)),
        ("break", (call.end_s, call.leave_s)),
    )
    for kind, (begin, end) in around:
        if call.lunch is None or not begin <= call.lunch[0] < end:
            parts: list[tuple[PauseKind, Span]] = [(kind, (begin, end))]
        else:
            first, last = call.lunch
            parts = [(kind, (begin, first)), ("lunch", (first, last)), (kind, (last, end))]
        yield from ((what, span) for what, span in parts if span[0] < span[1])


def _network_notices(router: Router, modes: set[Mode]) -> tuple[Notice, ...]:
    if router.info.fidelity != "schematic":
        return ()
    known = dict(router.info.accuracy)
    errors = [known[mode] for mode in sorted(modes) if known.get(mode)]
    if not errors:
        return (Notice("schematic-network-unmeasured"),)
    return (Notice("schematic-network", values={"percent": round(100 * max(errors))}),)


@dataclass(frozen=True, slots=True)
class _Making:
    request: TripRequest
    sites: tuple[Site, ...]
    terrain: Terrain
    router: Router
    landmarks: Landmarks

    def day(self, number: int, calls: Sequence[Call]) -> Day:
        """Return one day."""
        today = self.request.date + timedelta(days=number)
        stops = [self._end("start", calls[0], today)]
        stops += [self._visit(call, today) for call in calls[1:-1]]
        stops.append(self._end("end", calls[-1], today))
        return Day(today, tuple(stops), tuple(self._legs(calls)))

    def _legs(self, calls: Sequence[Call]) -> list[Leg]:
        return [
            self.landmarks.mark(
                _with_rests(self.terrain.leg(a.node, b.node, b.way, self.router), b)
            )
            for a, b in itertools.pairwise(calls)
            if b.way is not None
        ]

    def _end(self, kind: str, call: Call, today: date) -> Stop:
        name_zh, name_en, (lon, lat) = self._place(call.node == len(self.sites) + 2)
        moment = at(today, call.arrive_s)
        return Stop(
            kind="start" if kind == "start" else "end",
            site_id=None,
            name_zh=name_zh,
            name_en=name_en,
            lon=lon,
            lat=lat,
            accuracy_m=0.0,
            arrival=None if kind == "start" else moment,
            departure=moment if kind == "start" else None,
            stay_s=0,
        )

    def _place(self, lodging: bool) -> tuple[str, str, LonLat]:  # noqa: FBT001 - one of two
        """Return name and position of the lodging, or of where the day begins and ends."""
        request = self.request
        spot = request.lodging if lodging else request.start
        if spot is None:
            # The school: a pack prints its own words for it.
            return "", "", request.at
        own = request.lodging_name if lodging else request.start_name
        name_zh, name_en = (own, own) if own else (_LODGING if lodging else _MEETING)
        return name_zh, name_en, spot

    def _visit(self, call: Call, today: date) -> Stop:
        site = self.sites[call.node]
        begins, ends = at(today, call.begin_s), at(today, call.end_s)
        return Stop(
            kind="site",
            site_id=site.id,
            name_zh=site.name_zh,
            name_en=site.name_en,
            lon=round(site.lon, 6),
            lat=round(site.lat, 6),
            accuracy_m=site.accuracy_m,
            arrival=at(today, call.arrive_s),
            departure=at(today, call.leave_s),
            stay_s=call.end_s - call.begin_s,
            notices=(*_site_notices(site), *hours_notices(site, begins, ends)),
            wait_s=call.begin_s - call.arrive_s,
            pause_s=call.leave_s - call.end_s,
        )


def _with_rests(leg: Leg, call: Call) -> Leg:
    """Return a leg that says which breaks it has; its time is that of the ride alone."""
    said = tuple(
        Notice(
            "trip-rest",
            "info",
            {"begin": clock(begin), "end": clock(end), "minutes": (end - begin) // 60},
        )
        for begin, end in call.rests
    )
    return replace(leg, notices=(*leg.notices, *said)) if said else leg


def _site_notices(site: Site) -> list[Notice]:
    notices = []
    if site.is_area:
        values = {"accuracy_km": kilometres(site.accuracy_m)}
        notices.append(Notice("approximate-position", values=values))
    if site.booking == "required":
        notices.append(Notice("booking-required"))
    return notices
