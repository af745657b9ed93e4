"""Plan B: the day in bad weather, sites with nothing indoors replaced by wholly indoor ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geo.frames import sites_of
from geo.models import Site

from .building import build
from .candidates import alike, indoors
from .models import RainPlan, TripPlan, visit_begins
from .problem import Solution
from .replacing import Seen, one_more
from .timing import is_open
from .world import World

Swaps = tuple[tuple[Site, Site | None], ...]
"""(site of the plan, what takes its place); itself where it stays."""
Allowed = Callable[[Site, Site], bool]


def rain_plans(seen: Seen, plan: TripPlan) -> list[RainPlan] | None:
    """Return plan B for every class, None where it is not needed or cannot be made.

    Parameters
    ----------
    seen
        The trip, with the sites that every class sees.
    plan
        The plan of the first class.
    """
    allowed = _open_then(seen, plan)
    swaps = indoors(plan.sites, seen.catalogue, allowed)
    if all(site is other for site, other in swaps):
        return None
    world, solutions = _solved(seen, swaps)
    better = _with_others(seen, swaps, _visited(world, solutions), allowed)
    if better != swaps:
        swaps = better
        world, solutions = _solved(seen, swaps)
    if not solutions or not all(one.visited for one in solutions):
        return None
    made = [
        build(seen.request, world.sites, world.terrain, one, seen.router, world.landmarks)
        for one in solutions
    ]
    return [RainPlan(b.itinerary, b.pauses, b.sites, _done(swaps, b.sites)) for b in made]


def _open_then(seen: Seen, plan: TripPlan) -> Allowed:
    """Return whether a site may be entered when another would have been visited."""
    request = seen.request
    begins = {
        stop.site_id: begin
        for stop in plan.itinerary.stops
        if stop.kind == "site" and (begin := visit_begins(stop)) is not None
    }

    def allowed(site: Site, instead_of: Site) -> bool:
        steps = request.wheelchair and site.step_free == "no"
        return not steps and is_open(site, begins[instead_of.id], request.preset.visit_most_min)

    return allowed


def _solved(seen: Seen, swaps: Swaps) -> tuple[World, list[Solution]]:
    dry = tuple(other for _, other in swaps if other is not None)
    world = World(seen.request, dry, seen.router, len(dry), seen.catalogue.landmarks)
    return world, world.solutions() if dry else []


def _visited(world: World, solutions: Sequence[Solution]) -> list[Site]:
    return [world.sites[node] for node in solutions[0].visited] if solutions else []


def _with_others(seen: Seen, swaps: Swaps, visited: Sequence[Site], allowed: Allowed) -> Swaps:
    """Return the swaps with what does not fit the day replaced by what does, where there is such.

    Best is what is most alike; a day on foot may only hold what is nearer.
    """
    dry = [site for site in sites_of(seen.catalogue.sites) if site.indoor == "yes"]
    found = list(swaps)
    for at, (site, other) in enumerate(swaps):
        if other is None or other in visited:
            continue
        taken = {one.id for pair in found for one in pair if one is not None}
        kept = [put for _, put in found if put in visited]
        place = sum(put in visited for _, put in found[:at])
        others = (one for one in alike(site, dry) if one.id not in taken and allowed(one, site))
        put = one_more(seen, [one for one in kept if one is not None], place, others)
        if put is not None:
            found[at] = (site, put)
            visited = [*visited, put]
    return tuple(found)


def _done(swaps: Swaps, visited: Sequence[Site]) -> Swaps:
    """Return what takes the place of what; a replacement that does not fit the day is none."""
    ids = {site.id for site in visited}
    done = ((site, other if other and other.id in ids else None) for site, other in swaps)
    return tuple((site, other) for site, other in done if site is not other)
