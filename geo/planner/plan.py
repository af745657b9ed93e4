"""The planner's one door: `plan()`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.directions import Landmarks
from geo.errors import InvalidParameterError, NoPathError, TooManyStopsError
from geo.hours import holidays_are_published, is_assumed, with_assumed_hours
from geo.land import Land
from geo.limits import LeftOut
from geo.messages import Notice, Value
from geo.models import Day, Itinerary, Mode, Order, Provenance, Route, Site, Stop
from geo.router import Position, Router, StandIn

from .building import Builder, Placed, past_end, past_midnight
from .choices import Ground, loosest, travels
from .fitting import DaysFit
from .frames import Frame, frames_of
from .legs import kilometres
from .order import best_order, order_cost
from .request import MAX_STOPS, PlanRequest
from .schedule import Call
from .travel import Travel


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
    """A request with everything looked up and every default settled.

    `mode` None: by car or on foot, as is best. `calls` are the sites in the order given, `frames`
    the days.
    """

    mode: Mode | None
    order: Order
    people: int | None
    calls: tuple[Call, ...]
    frames: tuple[Frame, ...]
    route: Route | None

    @property
    def ends(self) -> tuple[Call, ...]:
        """Where the days start and end, in their order; none where that is anywhere."""
        both = (call for frame in self.frames for call in (frame.start, frame.end))
        return tuple(call for call in both if call is not None)


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
    calls = (*task.calls, *task.ends)
    ground = Ground(_positions(calls), len(task.calls), _same_place(calls))
    options = travels(task.mode, ground, request.limits, router)
    if not request.keeps_hours:
        return _in_one_day(task, options, catalogue, router)
    required = frozenset((*(task.route.stops if task.route else ()), *request.stops))
    rivals = [
        DaysFit(request, task.calls, task.frames, travel, required, 1 / len(options))
        for travel in options
    ]
    best = max(rivals, key=lambda one: (one.found.value, -one.found.length_s))
    several = loosest(options, request.limits) if len(options) > 1 else None
    fitted = best.fitted(rivals, several)
    builder = _builder(task, best.travel, catalogue, router, request.limits.ride_s)
    days = (
        builder.day(placed, frame.depart)
        for placed, frame in zip(fitted.days, task.frames, strict=True)
    )
    itinerary = _itinerary(task, best.travel, tuple(days), router)
    return replace(
        itinerary,
        notices=(
            *itinerary.notices,
            *_late_ends(itinerary.days, task.frames),
            *_left_out_notices(fitted.left_out, task.calls),
        ),
        left_out=fitted.left_out,
        most_sites=fitted.most_sites,
        quality=fitted.quality,
    )


def _in_one_day(
    task: Task, options: Sequence[Travel], catalogue: Sites, router: Router
) -> Itinerary:
    """Return a day without limits: every call in the order given, or in the cheapest one."""
    (frame,) = task.frames
    ordered = [_in_order(task, frame, travel) for travel in options]
    cheapest = min(range(len(options)), key=lambda number: ordered[number][0])
    travel, placed = options[cheapest], ordered[cheapest][1]
    _refuse_missing_ways(travel, placed)
    day = _builder(task, travel, catalogue, router, None).day(placed, frame.depart)
    return _itinerary(task, travel, (day,), router)


def _builder(
    task: Task, travel: Travel, catalogue: Sites, router: Router, ride_s: int | None
) -> Builder:
    stops = [call.stop for call in (*task.calls, *task.ends)]
    return Builder(catalogue.landmarks, router, travel, stops, ride_s)


def _positions(calls: Sequence[Call]) -> list[Position]:
    """Return calls as positions to be tied to a road."""
    stops = (call.stop for call in calls)
    return [Position(s.site_id or s.kind, s.lon, s.lat, s.accuracy_m) for s in stops]


def _same_place(calls: Sequence[Call]) -> NDArray[np.bool_]:
    """Return where two calls are one place: who stays there does not walk to the road and back."""
    at = np.array([(call.stop.lon, call.stop.lat) for call in calls])
    same: NDArray[np.bool_] = (at[:, None] == at).all(axis=2)
    sites = sum(call.site is not None for call in calls)
    same[:sites, :sites] = False
    return same


def _late_ends(days: Sequence[Day], frames: Sequence[Frame]) -> list[Notice]:
    """Return the days that end in time by the times planned, and may not by the longest."""
    both = zip(days, frames, strict=True)
    found = (past_end(day, frame.until) for day, frame in both if not past_midnight(day))
    return [notice for notice in found if notice is not None]


def _left_out_notices(left_out: Sequence[LeftOut], calls: Sequence[Call]) -> list[Notice]:
    """Return each reason, that it rests on assumed hours, and how much later an end admits it."""
    assumed = {call.site.id for call in calls if call.site and is_assumed(call.site)}
    notices = []
    for out in left_out:
        notices.append(out.reason)
        if out.site_id in assumed:
            names = {name: out.reason.values[name] for name in ("name_zh", "name_en")}
            notices.append(Notice("left-out-assumed", "info", names))
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
    if request.keeps_hours and not route:
        # Of days that cost the same the one found must not depend on how the sites were listed.
        ids = tuple(sorted(ids))
    minutes = _visit_minutes(request, ids)
    calls = [
        _site_call(site, wanted.count(site.id), minutes.get(site.id, site.visit_min), request)
        for site in _with_hours(catalogue.sites_by_id(ids), request)
    ]
    return Task(
        mode=None if request.mode == "auto" else request.mode or _route_mode(route),
        order=request.order or ("given" if route and not request.keeps_hours else "best"),
        calls=tuple(calls),
        people=request.people,
        frames=frames_of(request, route, catalogue, now),
        route=route,
    )


def _with_hours(sites: Sequence[Site], request: PlanRequest) -> tuple[Site, ...]:
    """Return the sites, with hours assumed of those that have none where that is wished."""
    return tuple(with_assumed_hours(one) for one in sites) if request.assumes_hours else (*sites,)


def _route_mode(route: Route | None) -> Mode:
    return "walk" if route is None else route.mode


def _visit_minutes(request: PlanRequest, ids: Sequence[str]) -> dict[str, int]:
    for site_id, _ in request.visits:
        if site_id not in ids:
            raise InvalidParameterError(
                "visits", site_id, "a site of this plan", rule="not_in_plan"
            )
    return dict(request.visits)


def _site_call(site: Site, times_wanted: int, minutes: int, request: PlanRequest) -> Call:
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
    return Call(stop, site, tuple(_site_notices(site, times_wanted, request)))


def _site_notices(site: Site, times_wanted: int, request: PlanRequest) -> list[Notice]:
    notices = []
    if times_wanted > 1:
        notices.append(Notice("merged-stop", "info", {"count": times_wanted}))
    if site.is_area:
        values = {"accuracy_km": kilometres(site.accuracy_m)}
        notices.append(Notice("approximate-position", values=values))
    if site.booking == "required":
        notices.append(Notice("booking-required"))
    if request.step_free and site.step_free != "yes":
        notices.append(Notice(f"step-free-{site.step_free}"))
    return notices


def _in_order(task: Task, frame: Frame, travel: Travel) -> tuple[float, list[Placed]]:
    """Return what a day without limits costs, and every call of it in the order it is visited."""
    calls = [*task.calls, *task.ends]
    first = len(task.calls) if frame.start else travel.anywhere
    last = len(calls) - 1 if frame.end else travel.anywhere
    ends = [[] if row is None else [row] for row in (first, last)]
    rows = [*ends[0], *range(len(task.calls)), *ends[1]]
    cost = travel.cost[np.ix_(rows, rows)]
    order = tuple(range(len(rows)))
    if task.order == "best":
        start, end = 0 if ends[0] else None, order[-1] if ends[1] else None
        order = best_order(cost, start=start, end=end)
    there = [rows[index] for index in order if rows[index] < len(calls)]
    return order_cost(cost, order), [(row, calls[row]) for row in there]


def _refuse_missing_ways(travel: Travel, placed: Sequence[Placed]) -> None:
    for (a, one), (b, other) in itertools.pairwise(placed):
        if not np.isfinite(travel.cost[a, b]):
            names = [call.stop.site_id or call.stop.kind for call in (one, other)]
            raise NoPathError(names[0], names[1], travel.vehicle)


def _itinerary(task: Task, travel: Travel, days: tuple[Day, ...], router: Router) -> Itinerary:
    stops = [stop for day in days for stop in day.stops]
    legs = [leg for day in days for leg in day.legs]
    return Itinerary(
        mode=task.mode or travel.vehicle,
        order=task.order,
        route_id=task.route.id if task.route else None,
        days=days,
        length_m=round(sum(leg.length_m for leg in legs), 1),
        travel_s=sum(leg.duration_s for leg in legs),
        stay_s=sum(stop.stay_s for stop in stops if stop.kind == "site"),
        network=router.info,
        notices=tuple(_notices(task, travel, days, router)),
        provenance=_provenance(task.route, stops) if task.route else None,
    )


def _provenance(route: Route, stops: Sequence[Stop]) -> Provenance | None:
    """Return `official` only for the stops as published; a changed plan is nobody's route."""
    visited = tuple(stop.site_id for stop in stops if stop.site_id)
    changed = visited != tuple(route.stops)
    return None if changed and route.provenance == "official" else route.provenance


def _notices(task: Task, travel: Travel, days: Sequence[Day], router: Router) -> list[Notice]:
    stops = [stop for day in days for stop in day.stops]
    notices = [*_assumed(travel, days)]
    if task.people is not None:
        notices.append(Notice("capacity-unknown", "info", {"people": task.people}))
    if isinstance(router, StandIn):
        notices.append(router.notice)
    if router.info.fidelity == "schematic":
        percent = round(100 * dict(router.info.accuracy).get(travel.vehicle, 0.0))
        code = "schematic-network" if percent else "schematic-network-unmeasured"
        notices.append(Notice(code, values={"percent": percent} if percent else {}))
    if task.route and task.route.provenance == "curated":
        notices.append(Notice("curated-route", "info"))
    elif task.route and _provenance(task.route, stops) is None:
        notices.append(Notice("changed-route"))
    years = sorted({day.date.year for day in days})
    notices += [
        Notice("holidays-unpublished", "info", {"year": year})
        for year in years
        if not holidays_are_published(year)
    ]
    return notices + [notice for day in days if (notice := past_midnight(day)) is not None]


def _assumed(travel: Travel, days: Sequence[Day]) -> list[Notice]:
    """Return what is assumed of rides beside walks: where the car or coach stops, and how long."""
    modes = {leg.mode for day in days for leg in day.legs}
    if not travel.settle_s or not modes - {"walk"}:
        return []
    minutes: dict[str, Value] = {"minutes": travel.settle_s // 60}
    if not travel.parked:
        return [Notice("coach-follows", "info", minutes)]
    return [Notice("parking-assumed", "info", minutes)]
