"""The door of field trips: `plan_trip()`. Pure: nothing is read but the catalogue and the roads.

Every limit is hard. What does not fit is left out, and the trip says which limit, or which two,
changed by how much, would let everything in, and what may take the place of a site that is closed;
where not even one site fits, that is the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.catalogue import Catalogue
from geo.errors import PlanningError
from geo.router import Router

from .advising import Advice, advise
from .building import build
from .candidates import LeftOut, candidates
from .checks import Missing, can_be_seen, checks_of
from .checks import left_out as find_left_out
from .models import SitePrompt, TripPlan, Turn
from .problem import Solution
from .relaxing import Relaxation
from .replacing import Seen, replacements
from .request import TripRequest
from .weather import rain_plans
from .world import World


class TripImpossibleError(PlanningError):
    """Not one of the sites can be visited within the limits; `advice` says what would help."""

    code = "trip-impossible"

    def __init__(self, advice: Advice, left_out: Sequence[LeftOut]) -> None:
        said = [
            " and ".join(f"{name} to {value}" for name, value in one.settings.items())
            for one in advice.offers
        ]
        super().__init__(
            "none of the sites can be visited within the limits; "
            + (f"change one of: {', '.join(said)}" if said else "choose other sites"),
            changes=said,
            sites=[one.site.id for one in left_out],
            binds=[one.code for one in advice.remarks],
        )
        self.advice = advice
        self.left_out = tuple(left_out)

    @property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """The single changes of a limit that would help."""
        return self.advice.single


CLOSED = {"trip-out-closed", "trip-out-closed-until", "trip-out-closure"}


class TripClosedError(TripImpossibleError):
    """Every site is closed on the days of the trip: another date helps, or another site."""

    code = "trip-closed"


@dataclass(frozen=True, slots=True)
class Trip:
    """The answer to a request: a plan for each class, what is left out, and what would let it in.

    `exact` is False where the search had to be cut short, so that a better day may exist.
    """

    request: TripRequest
    classes: tuple[TripPlan, ...]
    left_out: tuple[LeftOut, ...]
    advice: Advice
    exact: bool

    @property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """The single changes of a limit that would let everything in."""
        return self.advice.single


def plan_trip(request: TripRequest, catalogue: Catalogue, router: Router) -> Trip:
    """Return the trip that answers `request`; the same arguments give the same trip.

    Raises
    ------
    UnknownSiteError, UnknownRouteError, TooManyStopsError, InvalidParameterError
        The request names what there is not, or too much.
    TripImpossibleError
        Not one site can be visited within the limits.
    TripClosedError
        Every site is closed on the days of the trip.
    """
    chosen = candidates(request, catalogue)
    world = World(request, chosen.sites, router, chosen.most, catalogue.landmarks)
    solutions = world.solutions()
    seen = min(len(one.visited) for one in solutions)
    reachable = len(can_be_seen(world))
    wanted = min(reachable, chosen.most)
    advice = advise(world, seen, reachable)
    left_out = find_left_out(chosen, world, solutions)
    visited = tuple(world.sites[node] for node in solutions[0].visited)
    here = Seen(request, catalogue, router, visited)
    advice = replace(advice, instead=replacements(here, left_out))
    if not seen:
        shut = not wanted and all(one.reason.code in CLOSED for one in left_out)
        raise (TripClosedError if shut else TripImpossibleError)(advice, left_out)
    plans = _plans(request, world, solutions, Missing(left_out, advice, seen, wanted))
    rain = rain_plans(replace(here, sites=plans[0].sites), plans[0])
    if rain is not None:
        plans = [replace(p, rain=r) for p, r in zip(plans, rain, strict=True)]
    return Trip(request, tuple(plans), left_out, advice, all(one.exact for one in solutions))


def _plans(
    request: TripRequest,
    world: World,
    solutions: Sequence[Solution],
    missing: Missing,
) -> list[TripPlan]:
    several = request.classes > 1
    plans: list[TripPlan] = []
    for number, solution in enumerate(solutions, start=1):
        built = build(request, world.sites, world.terrain, solution, world.router, world.landmarks)
        plans.append(
            TripPlan(
                facts=request.facts(number if several else 0),
                itinerary=built.itinerary,
                pauses=built.pauses,
                sites=built.sites,
                checks=checks_of(request, built, missing),
                prompts=tuple(SitePrompt(site, text) for site, text in request.prompts),
            )
        )
    if not several:
        return plans
    turns = _rotation(plans)
    return [replace(plan, turns=turns) for plan in plans]


def _rotation(plans: Sequence[TripPlan]) -> tuple[Turn, ...]:
    return tuple(
        Turn(number, stop.site_id, stop.arrival, stop.departure)
        for number, plan in enumerate(plans, start=1)
        for stop in plan.itinerary.days[0].stops
        if stop.site_id is not None and stop.arrival is not None and stop.departure is not None
    )
