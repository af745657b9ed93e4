"""Sites near the way of a plan: what a visit adds to the travel."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from geo.models import Site, Stop
from geo.planner import PlanRequest, plan
from geo.planner.legs import from_door_to_door
from geo.router import Position, Router, Snap

from .roads import snapped

MOST_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Detour:
    """A site and where it fits: after stop number `after` (0: the first stop or the start).

    `detour_s` is the travel it adds, without the visit.
    """

    site: Site
    after: int
    detour_s: int


def near_the_way(
    request: PlanRequest, minutes: float, catalogue: Catalogue, router: Router, *, now: datetime
) -> tuple[Detour, ...]:
    """Return the sites that add at most `minutes` of travel to a plan, the nearest first.

    Parameters
    ----------
    request
        The plan; two stops at least, start and end counted.
    minutes
        Travel added at most, above 0, up to 120.
    catalogue, router
        Sites and roads.
    now
        The present, aware; gives the default day.

    Raises
    ------
    InvalidParameterError
        `minutes` is out of range, or the plan has no way.
    HeritageError
        What `plan` raises.
    """
    if not 0 < minutes <= MOST_MINUTES:
        raise InvalidParameterError(
            "minutes",
            minutes,
            f"above 0, up to {MOST_MINUTES}",
            rule="minutes",
            limits={"most": MOST_MINUTES},
        )
    itinerary = plan(request, catalogue, router, now=now)
    stops = itinerary.stops
    if len(stops) < 2:  # noqa: PLR2004 - a way has two ends
        raise InvalidParameterError(
            "stops", len(stops), "two stops, or a start and a stop", rule="two_stops"
        )
    visited = {stop.site_id for stop in stops}
    ids = (str(i) for i in sorted(catalogue.sites.index) if i not in visited)
    others = [s for s in catalogue.sites_by_id(tuple(ids)) if not s.is_area]
    snaps = router.snap([_stop_position(stop) for stop in stops], itinerary.mode)
    sites, aside = snapped(router, others, itinerary.mode)
    found = _detours((*snaps, *aside), len(stops), sites, router)
    near = [one for one in found if one.detour_s <= minutes * 60]
    return tuple(sorted(near, key=lambda one: (one.detour_s, one.site.id)))


def _detours(
    snaps: tuple[Snap, ...], stops: int, sites: list[Site], router: Router
) -> list[Detour]:
    """Return the cheapest place between two stops for each site."""
    if not sites:
        return []
    way = from_door_to_door(router.matrix(snaps).duration_s, snaps)
    pairs = np.array(list(itertools.pairwise(range(stops))))
    before, after = pairs[:, 0], pairs[:, 1]
    added = way[before, stops:] + way[stops:, after].T - way[before, after][:, None]
    at = added.argmin(axis=0)
    least = added[at, np.arange(len(sites))]
    return [
        Detour(site, int(pairs[leg, 0]), max(0, round(float(seconds))))
        for site, leg, seconds in zip(sites, at, least, strict=True)
        if np.isfinite(seconds)
    ]


def _stop_position(stop: Stop) -> Position:
    return Position(stop.site_id or stop.kind, stop.lon, stop.lat, stop.accuracy_m)
