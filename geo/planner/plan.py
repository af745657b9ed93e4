"""The planner's one door: `plan()`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

import numpy as np

from geo.directions import Landmarks
from geo.errors import InvalidParameterError, NoPathError, TooManyStopsError
from geo.land import Land
from geo.messages import Notice
from geo.models import (
    TIME_ZONE,
    Day,
    Itinerary,
    LeftOut,
    Leg,
    LonLat,
    Mode,
    Order,
    Provenance,
    Route,
    Site,
    Stop,
)
from geo.router import FloatMatrix, Position, Router, Snap, StandIn

from .fitting import DayFit, Fitted
from .legs import from_door_to_door, kilometres, make_leg
from .order import best_order
from .request import MAX_STOPS, PlanRequest
from .schedule import Call, schedule

DAY_START = time(9, 0)
"""When a day begins if nobody says: most museums of the catalogue open at 09:00."""


class Sites(Protocol):
    """What the planner asks of a catalogue."""

    def sites_by_id(self, ids: Sequence[str]) -> tuple[Site, ...]:
        """Return the sites in this order, or raise `UnknownSiteError` naming all unknown."""
        ...

    def route(self, route_id: str) -> Route:
        """Return the route, or raise `UnknownRouteError`."""
        ...

    @property
    def landmarks(self) -> Landmarks:
        """The sites that directions may name."""
        ...

    @property
    def land(self) -> Land:
        """Where the land is."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A request with everything looked up and every default settled."""

    mode: Mode
    order: Order
    depart: datetime
    calls: tuple[Call, ...]
    route: Route | None

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every call as a position to be tied to a road, in the order given."""
        return tuple(
            Position(c.stop.site_id or c.stop.kind, c.stop.lon, c.stop.lat, c.stop.accuracy_m)
            for c in self.calls
        )


def plan(request: PlanRequest, catalogue: Sites, router: Router, *, now: datetime) -> Itinerary:
    """Return the itinerary that answers `request`.

    Parameters
    ----------
    request
        What is wished.
    catalogue
        Where sites and routes are looked up.
    router
        Answers for one road network.
    now
        The present, aware; gives the default day. The same arguments give the same itinerary.

    Raises
    ------
    UnknownSiteError, UnknownRouteError
        An id is not in the catalogue.
    TooManyStopsError
        Route, stops and optional sites together are more than `MAX_STOPS`.
    InvalidParameterError
        Hours are to be kept, and not one site fits the day; or a wish names a site not in it.
    OffNetworkError, NoPathError
        A position is far from every road, or two cannot be joined.
    """
    task = _settled(request, catalogue, now)
    snaps = router.snap(task.positions, task.mode)
    fitted = _fitted(request, task, snaps, router) if request.keeps_hours else None
    sequence = fitted.rows if fitted else _sequence(task, snaps, router)
    calls = fitted.calls if fitted else [task.calls[index] for index in sequence]
    legs = [
        catalogue.landmarks.mark(make_leg(snaps[a], snaps[b], router.path(snaps[a], snaps[b])))
        for a, b in itertools.pairwise(sequence)
    ]
    itinerary = _itinerary(task, schedule(calls, legs, task.depart), legs, router)
    if fitted is None:
        return itinerary
    notices = (*itinerary.notices, *_left_out_notices(fitted.left_out))
    return replace(
        itinerary, notices=notices, left_out=fitted.left_out, most_sites=fitted.most_sites
    )


def _fitted(request: PlanRequest, task: Task, snaps: Sequence[Snap], router: Router) -> Fitted:
    # Rounded as legs are, so that the day's clock and its legs agree to the second.
    travel_s = from_door_to_door(np.round(router.matrix(snaps).duration_s), snaps)
    required = frozenset((*(task.route.stops if task.route else ()), *request.stops))
    return DayFit(request, task.calls, travel_s, task.depart, required).fitted()


def _left_out_notices(left_out: Sequence[LeftOut]) -> list[Notice]:
    """Return each reason, and where a later end admits the site, how much later."""
    notices = []
    for out in left_out:
        notices.append(out.reason)
        if out.later_min is not None:
            names = {name: out.reason.values[name] for name in ("name_zh", "name_en")}
            notices.append(Notice("fits-later", "info", {**names, "minutes": out.later_min}))
    return notices


def _settled(request: PlanRequest, catalogue: Sites, now: datetime) -> Task:
    route = catalogue.route(request.route) if request.route else None
    wanted = (*(route.stops if route else ()), *request.stops)
    ids = tuple(dict.fromkeys((*wanted, *request.optional)))
    if len(ids) > MAX_STOPS:
        raise TooManyStopsError(len(ids), MAX_STOPS)
    minutes = _visit_minutes(request, ids)
    calls = [
        _site_call(site, wanted.count(site.id), minutes.get(site.id, site.visit_min))
        for site in catalogue.sites_by_id(ids)
    ]
    if start := _start(request, route):
        calls.insert(0, _place_call(start, catalogue.land))
    if request.end:
        calls.append(_place_call(_bare_stop("end", request.end), catalogue.land))
    return Task(
        mode=request.mode or _route_mode(route),
        order=request.order or ("given" if route and not request.keeps_hours else "best"),
        depart=request.depart or _tomorrow(now),
        calls=tuple(calls),
        route=route,
    )


def _tomorrow(now: datetime) -> datetime:
    day = now.astimezone(TIME_ZONE).date() + timedelta(days=1)
    return datetime.combine(day, DAY_START, TIME_ZONE)


def _route_mode(route: Route | None) -> Mode:
    return "walk" if route is None else route.mode


def _start(request: PlanRequest, route: Route | None) -> Stop | None:
    if request.start:
        return _bare_stop("start", request.start)
    if route and route.start:
        place = route.start
        stop = _bare_stop("start", (place.lon, place.lat))
        return replace(stop, name_zh=place.name_zh, name_en=place.name_en)
    return None


def _place_call(stop: Stop, land: Land) -> Call:
    """Return a start or end as a call; what lies in the sea is planned from the nearest road."""
    ashore = land.holds(stop.lon, stop.lat)
    return Call(stop, notices=() if ashore else (Notice("off-land"),))


def _bare_stop(kind: str, lonlat: LonLat) -> Stop:
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


def _visit_minutes(request: PlanRequest, ids: Sequence[str]) -> dict[str, int]:
    for site_id, _ in request.visits:
        if site_id not in ids:
            raise InvalidParameterError(
                "visits", site_id, "a site of this plan", rule="not_in_plan"
            )
    return dict(request.visits)


def _site_call(site: Site, times_wanted: int, minutes: int) -> Call:
    stop = Stop(
        kind="site",
        site_id=site.id,
        name_zh=site.name_zh,
        name_en=site.name_en,
        lon=round(site.lon, 6),
        lat=round(site.lat, 6),
        accuracy_m=site.accuracy_m,
        arrival=None,
        departure=None,
        stay_s=minutes * 60,
    )
    return Call(stop, site, tuple(_site_notices(site, times_wanted)))


def _site_notices(site: Site, times_wanted: int) -> list[Notice]:
    notices = []
    if times_wanted > 1:
        notices.append(Notice("merged-stop", "info", {"count": times_wanted}))
    if site.is_area:
        values = {"accuracy_km": kilometres(site.accuracy_m)}
        notices.append(Notice("approximate-position", values=values))
    if site.booking == "required":
        notices.append(Notice("booking-required"))
    return notices


def _sequence(task: Task, snaps: Sequence[Snap], router: Router) -> tuple[int, ...]:
    """Return the calls' indexes in the order they are visited."""
    given = tuple(range(len(snaps)))
    if task.order == "given":
        return given
    kinds = [call.stop.kind for call in task.calls]
    cost = from_door_to_door(router.matrix(snaps).cost, snaps)
    order = best_order(
        cost,
        start=0 if kinds[0] == "start" else None,
        end=given[-1] if kinds[-1] == "end" else None,
    )
    _refuse_missing_ways(cost, order, snaps)
    return order


def _refuse_missing_ways(cost: FloatMatrix, order: Sequence[int], snaps: Sequence[Snap]) -> None:
    for a, b in itertools.pairwise(order):
        if not np.isfinite(cost[a, b]):
            raise NoPathError(snaps[a].position.label, snaps[b].position.label, snaps[a].mode)


def _itinerary(
    task: Task, stops: tuple[Stop, ...], legs: Sequence[Leg], router: Router
) -> Itinerary:
    return Itinerary(
        mode=task.mode,
        order=task.order,
        route_id=task.route.id if task.route else None,
        days=(Day(task.depart.date(), stops, tuple(legs)),),
        length_m=round(sum(leg.length_m for leg in legs), 1),
        travel_s=sum(leg.duration_s for leg in legs),
        stay_s=sum(stop.stay_s for stop in stops),
        network=router.info,
        notices=tuple(_notices(task, stops, legs, router)),
        provenance=_provenance(task.route, stops) if task.route else None,
    )


def _provenance(route: Route, stops: Sequence[Stop]) -> Provenance | None:
    """Return `official` only for the stops as published; a changed plan is nobody's route."""
    visited = tuple(stop.site_id for stop in stops if stop.site_id)
    changed = visited != tuple(route.stops)
    return None if changed and route.provenance == "official" else route.provenance


def _notices(
    task: Task, stops: Sequence[Stop], legs: Sequence[Leg], router: Router
) -> list[Notice]:
    notices = []
    if isinstance(router, StandIn):
        notices.append(router.notice)
    if router.info.fidelity == "schematic":
        percent = round(100 * dict(router.info.accuracy).get(task.mode, 0.0))
        code = "schematic-network" if percent else "schematic-network-unmeasured"
        notices.append(Notice(code, values={"percent": percent} if percent else {}))
    if task.route and task.route.provenance == "curated":
        notices.append(Notice("curated-route", "info"))
    elif task.route and _provenance(task.route, stops) is None:
        notices.append(Notice("changed-route"))
    last = stops[-1].departure or stops[-1].arrival
    late_s = sum(leg.duration_range_s[1] - leg.duration_s for leg in legs if leg.duration_range_s)
    if last and (latest := last + timedelta(seconds=late_s)).date() > task.depart.date():
        notices.append(Notice("past-midnight", values={"date": latest.date().isoformat()}))
    return notices
