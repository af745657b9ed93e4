"""What a teacher must know before printing: what is left out, what would help, what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from geo.hours import closure_on, next_open, site_windows
from geo.messages import Notice
from geo.models import Site
from geo.planner.schedule import closure_values

from .advising import Advice
from .building import Built
from .candidates import Candidates, LeftOut
from .models import Check
from .presets import ASSUMED_OPEN, HOME_FOR_LUNCH
from .problem import Solution
from .request import TripRequest
from .world import World


def left_out(
    chosen: Candidates, world: World, solutions: Sequence[Solution]
) -> tuple[LeftOut, ...]:
    """Return the sites that nobody visits, each with its reason.

    Where sites of a theme are chosen for the class, those not chosen are not missed.
    """
    visited = {node for one in solutions for node in one.visited}
    if visited and len(chosen.sites) > chosen.most:
        return chosen.left_out
    missed = (node for node in range(len(chosen.sites)) if node not in visited)
    return (*chosen.left_out, *(LeftOut(world.sites[i], _reason(i, world)) for i in missed))


def _reason(node: int, world: World) -> Notice:
    """Return why a site is not visited: what holds for it alone, else the limits together."""
    problem = world.problem
    start = problem.count
    if not any(day[node] for day in problem.windows):
        first = world.request.date
        days = [first + timedelta(days=number) for number in range(world.request.days)]
        found = (closure_on(world.sites[node], day) for day in days)
        closure = next((one for one in found if one is not None), None)
        if closure is not None:
            return Notice("trip-out-closure", values=closure_values(closure))
        return _closed(world.sites[node], days[-1])
    if not any(problem.ways[start][node]) or not any(problem.ways[node][start + 1]):
        return Notice("trip-out-no-way")
    return Notice("trip-out-limits")


def _closed(site: Site, last: date) -> Notice:
    """Return what is said of a site that is closed on all days, or open too briefly."""
    if site_windows(site, last):
        return Notice("trip-out-brief")
    opens = next_open(site, last)
    if opens is None:
        return Notice("trip-out-closed")
    return Notice("trip-out-closed-until", values={"next": opens.isoformat()})


def can_be_seen(world: World) -> tuple[int, ...]:
    """Return the sites that are open and reachable: a limit can only shut out these."""
    problem = world.problem
    start = problem.count
    return tuple(
        node
        for node in range(problem.count)
        if any(day[node] for day in problem.windows)
        and any(problem.ways[start][node])
        and any(problem.ways[node][start + 1])
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """What a trip lacks: sites nobody sees, how many of how many each class sees, what would help.

    `seen` and `wanted` are numbers of sites of one class.
    """

    left_out: tuple[LeftOut, ...]
    advice: Advice
    seen: int
    wanted: int


def checks_of(request: TripRequest, built: Built, missing: Missing) -> tuple[Check, ...]:
    """Return what must be known of a plan, the gravest first."""
    checks = [Check(one.reason, one.site) for one in missing.left_out]
    notices: list[Notice] = []
    if missing.seen < missing.wanted and request.classes > 1:
        values = {"seen": missing.seen, "wanted": missing.wanted}
        notices.append(Notice("trip-check-fair", values=values))
    notices += missing.advice.notices
    rests = sum(pause.kind == "rest" for pause in built.pauses)
    if rests:
        notices.append(Notice("trip-check-rests", values={"count": rests}))
    notices += _unfed(request, built)
    if request.classes > 1 and request.capacity is None:
        notices.append(Notice("trip-check-capacity"))
    notices += _unknowns(request, built.sites)
    ratio = request.preset.pupils_per_adult
    if request.pupils > request.adult_count * ratio:
        notices.append(Notice("trip-check-adults", values={"ratio": ratio}))
    return (*checks, *(Check(notice) for notice in notices))


def _unfed(request: TripRequest, built: Built) -> list[Notice]:
    """Return what is said where lunch was asked for and a day has none."""
    days = len(built.itinerary.days)
    fed = {pause.day for pause in built.pauses if pause.kind == "lunch"}
    if request.lunch == "none":
        return []
    code = "trip-check-no-lunch" if days == 1 else "trip-check-no-lunch-day"
    home = f"{HOME_FOR_LUNCH:%H:%M}"
    unfed = (day for day in range(days) if day not in fed)
    return [Notice(code, "info", {"home": home, "day": day + 1}) for day in unfed]


def _unknowns(request: TripRequest, sites: Sequence[Site]) -> list[Notice]:
    opens, closes = ASSUMED_OPEN
    assumed = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    steps = sum(site.step_free == "unknown" for site in sites) * request.wheelchair
    counted: tuple[tuple[str, int, dict[str, str]], ...] = (
        ("trip-check-hours", sum(not site.opening_hours for site in sites), assumed),
        ("trip-check-toilets", sum(site.toilets == "unknown" for site in sites), {}),
        ("trip-check-steps", steps, {}),
        ("trip-check-booking", sum(site.booking == "unknown" for site in sites), {}),
        ("trip-check-position", sum(site.is_area for site in sites), {}),
    )
    return [Notice(code, values={"count": n, **more}) for code, n, more in counted if n]
