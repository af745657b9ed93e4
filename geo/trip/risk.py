"""What the data knows of the risks of a trip, and what it does not know.

A risk assessment is the school's; these are the lines that can be filled from the record and the
network. What is not recorded is listed as unknown, never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.messages import Value
from geo.models import Leg, Site

from .models import TripPlan

Knowledge = Literal["known", "estimate", "unknown"]
MAIN_ROADS = ("trunk", "primary", "secondary")
"""Classes that a class on foot cannot cross without care (OSM `highway` values)."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One line of the form: the text key `risk.<code>` with its values, and how sure it is.

    `leg` is (day, index of the leg) or None; `site_ids` the sites it is about. Neither: the trip.
    """

    code: str
    knowledge: Knowledge
    leg: tuple[int, int] | None = None
    site_ids: tuple[str, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()


def assess(plan: TripPlan) -> tuple[Risk, ...]:
    """Return the lines of the risk form that the data can fill: the trip, its legs, its sites."""
    return (*_group(plan), *_legs(plan), *_sites(plan.sites))


def _group(plan: TripPlan) -> Iterator[Risk]:
    facts = plan.facts
    values = (("pupils", facts.pupils), ("adults", facts.adults), ("ratio", facts.group_size))
    yield Risk("supervision", "known", values=values)
    if facts.wheelchair:
        yield Risk("wheelchair", "known")
    yield Risk("weather", "unknown")
    yield Risk("health", "unknown")


def _legs(plan: TripPlan) -> Iterator[Risk]:
    sure = _sure(plan)
    rides = [leg for leg in plan.itinerary.legs if leg.mode == "drive"]
    if rides:
        longest = max(leg.duration_s for leg in rides)
        values = (("count", len(rides)), ("minutes", round(longest / 60)))
        yield Risk("rides", sure, values=values)
    for number, day in enumerate(plan.itinerary.days):
        for index, leg in enumerate(day.legs):
            yield from _leg(leg, (number, index), sure)
    if plan.itinerary.network.fidelity == "schematic":
        # The schematic network has no crossings, kerbs, gradients or water edges at all.
        yield Risk("crossings", "unknown")


def _sure(plan: TripPlan) -> Knowledge:
    return "known" if plan.itinerary.network.fidelity == "street" else "estimate"


def _leg(leg: Leg, where: tuple[int, int], sure: Knowledge) -> Iterator[Risk]:
    if leg.mode == "drive":
        structures = {span.road.structure for span in leg.spans}
        for structure in sorted(structures & {"bridge", "tunnel"}):
            yield Risk(f"ride-{structure}", sure, where)
        return
    yield Risk("walk", sure, where, values=(("metres", round(leg.length_m / 50) * 50),))
    main = [road.name_zh or road.ref for road in leg.roads if road.highway in MAIN_ROADS]
    if main:
        roads = "、".join(dict.fromkeys(main))
        yield Risk("main-road", sure, where, values=(("roads", roads),))
    if any(span.road.highway == "steps" for span in leg.spans):
        yield Risk("steps", sure, where)


def _sites(sites: Sequence[Site]) -> Iterator[Risk]:
    kinds: tuple[tuple[str, Knowledge, Callable[[Site], bool]], ...] = (
        ("position", "estimate", lambda site: site.is_area),
        ("not-step-free", "known", lambda site: site.step_free == "no"),
        ("partly-step-free", "known", lambda site: site.step_free == "partial"),
        ("outdoors", "known", lambda site: site.indoor == "no"),
        ("step-free", "unknown", lambda site: site.step_free == "unknown"),
        ("toilets", "unknown", lambda site: site.toilets == "unknown"),
        ("hours", "unknown", lambda site: not site.opening_hours),
    )
    for code, knowledge, holds in kinds:
        found = tuple(site.id for site in sites if holds(site))
        if found:
            yield Risk(code, knowledge, site_ids=found)
    # No column of the catalogue says where a site has water, a drop or a steep path.
    yield Risk("edges", "unknown", site_ids=tuple(site.id for site in sites))
