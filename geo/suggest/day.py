"""The sites that count for most within the hours there are, as a plan.

An orienteering problem over the router's matrix: places with points, visit lengths and opening
hours, one tour from the start. Where a site's hours are not known, those usual for such places
are assumed (`geo.hours.assumed`), and the answer says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from geo.catalogue import Catalogue
from geo.errors import OffNetworkError, PlanningError
from geo.hours import assumed_hours, site_windows, with_assumed_hours
from geo.hours.assumed import ALWAYS
from geo.models import TIME_ZONE, Itinerary, Mode, Site
from geo.orienteering import FAR, Effort, Problem, Result, Tour, Windows, solve_orienteering
from geo.planner import PlanRequest, plan
from geo.planner.frames import DAY_START
from geo.planner.legs import from_door_to_door
from geo.router import Position, Router, Snap

from .wish import DayWish
from .worth import Worth, worth_of

EFFORT = Effort(seconds=0.5, guard_s=5.0)
CLOSED_CODES = frozenset(
    {"closed-at-arrival", "closes-during-visit", "closed-that-day", "closed-for-long"}
)
STRAIGHT_MS: dict[Mode, float] = {"walk": 1.6, "cycle": 6.9, "drive": 33.4, "coach": 27.8}
"""Faster than anybody gets there in a straight line (6, 25, 120, 100 km/h): beyond it nothing can
be reached, and the router need not be asked."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A plan that fits the hours.

    `points` of all its sites together; nothing is worth more than `upper_bound`. `assumed_hours`:
    sites whose opening hours are not known. `left_out`: sites asked for that do not fit.
    `spare_s`: what is left of the hours.
    """

    request: PlanRequest
    itinerary: Itinerary
    worth: tuple[Worth, ...]
    points: float
    upper_bound: float
    optimal: bool
    assumed_hours: tuple[str, ...]
    left_out: tuple[str, ...]
    spare_s: int

    @property
    def gap(self) -> float:
        """How much of the upper bound is not collected, at most: 0 to 1."""
        return 0.0 if self.upper_bound <= 0 else max(0.0, 1 - self.points / self.upper_bound)


def suggest_day(
    wish: DayWish, catalogue: Catalogue, router: Router, *, now: datetime
) -> Suggestion:
    """Return the plan worth most within the wish's hours.

    Parameters
    ----------
    wish
        Hours, start, mode, preferences, sites that must be among them.
    catalogue
        The sites.
    router
        Answers for one road network.
    now
        The present, aware; gives the default day.

    Raises
    ------
    UnknownSiteError
        A site asked for is not in the catalogue.
    OffNetworkError
        Start, end or a site asked for is far from every road.
    PlanningError
        Nothing can be reached and visited within the hours.
    """
    depart = wish.depart or _tomorrow(now)
    task = _Task.of(wish, catalogue, router, depart)
    closed: set[str] = set()
    while True:
        result = solve_orienteering(task.problem(closed), effort=EFFORT)
        chosen = [task.sites[row] for row in result.tours[0]]
        if not chosen:
            raise _nothing(wish)
        request = _request(wish, chosen, depart)
        itinerary = plan(request, catalogue, router, now=now)
        shut = _found_closed(itinerary) - closed - set(wish.stops)
        if not shut:
            return _suggestion(task, result, request, itinerary)
        # A plan does not wait at a door: what it would find closed is left out.
        closed |= shut


def _tomorrow(now: datetime) -> datetime:
    day = now.astimezone(TIME_ZONE).date() + timedelta(days=1)
    return datetime.combine(day, DAY_START, TIME_ZONE)


def _nothing(wish: DayWish) -> PlanningError:
    return PlanningError(
        f"no site can be reached and visited within {wish.hours:g} h ({wish.mode}) of this start; "
        "give more hours, go by car, or start nearer to a site",
        hours=wish.hours,
        mode=wish.mode,
    )


def _request(wish: DayWish, sites: Sequence[Site], depart: datetime) -> PlanRequest:
    return PlanRequest(
        stops=tuple(site.id for site in sites),
        mode=wish.mode,
        order="given",
        depart=depart,
        start=wish.start,
        end=wish.end,
    )


def _found_closed(itinerary: Itinerary) -> set[str]:
    return {
        stop.site_id
        for stop in itinerary.stops
        if stop.site_id and any(notice.code in CLOSED_CODES for notice in stop.notices)
    }


@dataclass(frozen=True, slots=True)
class _Task:
    """The sites in reach, then start and end, as rows of one matrix."""

    wish: DayWish
    depart: datetime
    sites: tuple[Site, ...]
    worth: tuple[Worth, ...]
    travel_s: np.ndarray[tuple[int, int], np.dtype[np.int64]]

    @classmethod
    def of(cls, wish: DayWish, catalogue: Catalogue, router: Router, depart: datetime) -> _Task:
        """Look the sites up and ask the router."""
        wanted = catalogue.sites_by_id(tuple(dict.fromkeys(wish.stops)))
        found = _in_reach(wish, catalogue)
        others = [site for site in found if site.id not in wish.stops]
        ends = [Position("start", *wish.start)]
        if wish.end:
            ends.append(Position("end", *wish.end))
        sites, snaps = _snapped(router, wish, wanted, others)
        snaps += router.snap(ends, wish.mode)
        worth = tuple(
            worth_of(
                site,
                themes=wish.themes,
                period_from=wish.period_from,
                period_to=wish.period_to,
            )
            for site in sites
        )
        return cls(wish, depart, sites, worth, _travel(router, snaps, free_end=wish.end is None))

    def problem(self, closed: set[str]) -> Problem:
        """Return the orienteering problem without the sites that were found closed."""
        count = len(self.sites)
        prize = [0.0 if w.site_id in closed else w.points for w in self.worth]
        windows = [begin_windows(site, self.depart, self.wish.budget_s) for site in self.sites]
        return Problem(
            travel=self.travel_s,
            prize=np.array([*prize, 0.0, 0.0]),
            service=np.array([*(site.visit_min * 60 for site in self.sites), 0, 0]),
            windows=(*windows, ((0, self.wish.budget_s),), ((0, self.wish.budget_s),)),
            tours=(Tour(count, count + 1, 0, self.wish.budget_s),),
            mandatory=frozenset(range(len(set(self.wish.stops)))),
        )


def _in_reach(wish: DayWish, catalogue: Catalogue) -> list[Site]:
    """Return the sites as near as the hours allow; on foot none whose place is but an area."""
    radius = STRAIGHT_MS[wish.mode] * wish.budget_s
    ids = catalogue.near(*wish.start, radius, limit=len(catalogue.sites)).index
    sites = catalogue.sites_by_id(sorted(str(site_id) for site_id in ids))
    return [site for site in sites if wish.mode != "walk" or not site.is_area]


def _snapped(
    router: Router, wish: DayWish, wanted: Sequence[Site], others: Sequence[Site]
) -> tuple[tuple[Site, ...], tuple[Snap, ...]]:
    """Tie sites to roads: all that are wanted, and of the others those that have one near."""
    sites, snaps = list(wanted), list(router.snap([_position(s) for s in wanted], wish.mode))
    for site in others:
        try:
            snaps += router.snap([_position(site)], wish.mode)
        except OffNetworkError:
            continue
        sites.append(site)
    return tuple(sites), tuple(snaps)


def _position(site: Site) -> Position:
    return Position(site.id, round(site.lon, 6), round(site.lat, 6), site.accuracy_m)


def _travel(
    router: Router, snaps: tuple[Snap, ...], *, free_end: bool
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return whole seconds from door to door, as the plan reckons them."""
    seconds = from_door_to_door(np.rint(router.matrix(snaps).duration_s), snaps)
    seconds = np.where(np.isfinite(seconds), seconds, FAR)
    if free_end:
        seconds = np.pad(seconds, ((0, 1), (0, 1)))
    return np.minimum(seconds, FAR).astype(np.int64)


def begin_windows(site: Site, depart: datetime, budget_s: int) -> Windows:
    """Return when a visit may begin, in seconds from the departure, on that day."""
    visit = timedelta(minutes=site.visit_min)
    if not site.opening_hours and not site.closures and assumed_hours(site) == ALWAYS:
        return ((0, budget_s),)
    day = site_windows(with_assumed_hours(site), depart.date()) or ()
    spans = [(window.opens, window.latest_start(visit)) for window in day]
    seconds = [
        (math.ceil((a - depart).total_seconds()), math.floor((b - depart).total_seconds()))
        for a, b in spans
    ]
    return tuple((a, b) for a, b in seconds if a <= b)


def _suggestion(
    task: _Task, result: Result, request: PlanRequest, itinerary: Itinerary
) -> Suggestion:
    rows = result.tours[0]
    points = sum(task.worth[row].points for row in rows)
    unknown = [site for row in rows if not (site := task.sites[row]).opening_hours]
    return Suggestion(
        request=request,
        itinerary=itinerary,
        worth=tuple(task.worth[row] for row in rows),
        points=points,
        upper_bound=max(points, result.upper_bound),
        optimal=result.optimal,
        assumed_hours=tuple(one.id for one in unknown if assumed_hours(one) != ALWAYS),
        left_out=tuple(task.sites[row].id for row in result.missing),
        spare_s=task.wish.budget_s - itinerary.travel_s - itinerary.stay_s,
    )
