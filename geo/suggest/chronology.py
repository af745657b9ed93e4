"""Sites in the order of their years, and what that costs against the fastest order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geo.errors import PlanningError
from geo.models import Itinerary, Site
from geo.planner import PlanRequest, plan, read_request
from geo.planner.legs import from_door_to_door
from geo.planner.plan import Sites
from geo.router import Position, Router


@dataclass(frozen=True, slots=True)
class Chronology:
    """A plan by years beside the fastest one over the same sites.

    `undated` are sites no year is known of; they stand where they cost the least time.
    """

    request: PlanRequest
    itinerary: Itinerary
    fastest: Itinerary
    undated: tuple[str, ...]

    @property
    def extra_travel_s(self) -> int:
        """What the order of years adds to the travel."""
        return self.itinerary.travel_s - self.fastest.travel_s


def in_order_of_time(
    request: PlanRequest, catalogue: Sites, router: Router, *, now: datetime
) -> Chronology:
    """Return a plan that visits its sites from the earliest year to the latest.

    Within hours and limits the years are a `sequence`: undated sites come where it is best, and
    what does not fit is left out. A site's year is the first of its period, else the last. Sites
    of one year stand in the order of the fastest plan.

    Raises
    ------
    PlanningError
        No year is known of any of the sites.
    BadRequestError
        The order of years contradicts what must come before what.
    HeritageError
        What `plan` raises.
    """
    fastest = plan(request.model_copy(update={"order": "best"}), catalogue, router, now=now)
    visited = tuple(stop.site_id for stop in fastest.stops if stop.site_id)
    ids = (*visited, *(out.site_id for out in fastest.left_out))
    sites = catalogue.sites_by_id(ids)
    dated = sorted((site for site in sites if year_of(site) is not None), key=_year)
    if not dated:
        raise PlanningError(
            "no year is known of any of these sites; choose others", sites=list(ids)
        )
    undated = [site for site in sites if year_of(site) is None]
    values: dict[str, object] = {"sequence": tuple(site.id for site in dated)}
    if not request.keeps_hours:
        order = _with_undated(dated, undated, _costs(sites, fastest, router))
        values = {"stops": tuple(order), "route": None, "order": "given"}
    wish = read_request({**request.model_dump(), "mode": request.mode or fastest.mode, **values})
    return Chronology(
        request=wish,
        itinerary=plan(wish, catalogue, router, now=now),
        fastest=fastest,
        undated=tuple(site.id for site in undated),
    )


def year_of(site: Site) -> int | None:
    """Return the year a site stands at; None: none is known."""
    return site.period_from if site.period_from is not None else site.period_to


def _year(site: Site) -> int:
    return year_of(site) or 0


def _costs(
    sites: Sequence[Site], fastest: Itinerary, router: Router
) -> dict[tuple[str, str], float]:
    positions = [Position(s.id, s.lon, s.lat, s.accuracy_m) for s in sites]
    snaps = router.snap(positions, fastest.mode)
    cost = from_door_to_door(router.matrix(snaps).cost, snaps)
    return {
        (a.id, b.id): float(cost[i, j]) for i, a in enumerate(sites) for j, b in enumerate(sites)
    }


def _with_undated(
    dated: Sequence[Site], undated: Sequence[Site], cost: dict[tuple[str, str], float]
) -> list[str]:
    """Insert each undated site where it adds least."""
    order = [site.id for site in dated]
    for site in undated:
        added = []
        for place in range(len(order) + 1):
            before, after = order[place - 1 : place], order[place : place + 1]
            extra = sum(cost[b, site.id] for b in before) + sum(cost[site.id, a] for a in after)
            extra -= sum(cost[b, a] for b in before for a in after)
            added.append(extra)
        order.insert(int(np.argmin(added)), site.id)
    return order
