"""Random trips break no limit, by a checker that takes nothing from `geo.trip` but its answer.

Twenty are made in every run, four hundred with `-m slow`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.trip import Trip, TripImpossibleError, TripPlan, plan_trip, read_trip_request

TOWN = ("市南区", "市北区")
DEFAULTS = {"walk": 4000, "break": 90, "people": 48}
"""A junior class of 45 with three adults, as docs/field-trips.md has it."""

Moments = list[tuple[datetime, datetime]]


def asked(seed: int, catalogue: Catalogue) -> dict[str, Any]:
    """A wish of a junior class: a few sites or ten, in town or far away, a day or three."""
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    transport, days = dice.choice(("coach", "walk")), 1
    ids = list(catalogue.sites.index)
    if transport == "walk":
        ids = [one for one in ids if catalogue.sites.loc[one, "district"] in TOWN]
    else:
        days = dice.choice((1, 1, 2, 3))
    return {
        "at": (120.3802, 36.0612),
        "date": "2026-11-27",
        "stops": dice.sample(ids, dice.randint(days, 10)),
        "transport": transport,
        "days": days,
        "lodging": (120.45, 36.37) if days > 1 else None,
        "depart": dice.choice(("07:00", "08:15")),
        "back_by": dice.choice(("11:30", "15:00", "17:30")),
        "lunch": dice.choice(("packed", "none")),
        "lunch_from": dice.choice((None, "11:30")),
        "lunch_min": dice.choice((None, 30, 90)),
        "walk_limit_m": dice.choice((None, 600, 2500)),
        "break_every_min": dice.choice((None, 40, 120)),
        "classes": dice.choice((1, 2, 5)) if days == 1 else 1,
        "capacity": dice.choice((None, 100)),
    }


def faults(wish: dict[str, Any], trip: Trip) -> list[str]:
    """Every limit that the answer breaks."""
    found = [fault for plan in trip.classes for fault in _faults_of(wish, plan)]
    return [*found, *_crowds(wish, trip)]


def _faults_of(wish: dict[str, Any], plan: TripPlan) -> Iterator[str]:
    for number, day in enumerate(plan.itinerary.days):
        first, last = day.stops[0].departure, day.stops[-1].arrival
        assert first is not None
        assert last is not None
        if first.time() < time.fromisoformat(wish["depart"]):
            yield "leaves early"
        if last.time() > time.fromisoformat(wish["back_by"]):
            yield "back late"
        on_foot = sum(leg.length_m for leg in day.legs if leg.mode == "walk")
        if on_foot > (wish["walk_limit_m"] or DEFAULTS["walk"]):
            yield f"walks {on_foot} m"
        if any(a > b for a, b in pairwise(_moments(day.stops))):
            yield "clock runs back"
        yield from _breaks(wish, plan, number)
        yield from _lunch(wish, plan, number, (first, last))


def _moments(stops: Any) -> list[datetime]:
    both = ((stop.arrival, stop.departure) for stop in stops)
    return [moment for pair in both for moment in pair if moment is not None]


def _breaks(wish: dict[str, Any], plan: TripPlan, number: int) -> Iterator[str]:
    """From one toilet to the next: on leaving a place that has some, or a break on the way.

    A visit may begin so long after the last toilet, and a ride may take so long.
    """
    most = timedelta(minutes=wish["break_every_min"] or DEFAULTS["break"])
    dry = {site.id for site in plan.sites if site.toilets == "no"}
    day = plan.itinerary.days[number]
    last = day.stops[0].departure
    assert last is not None
    for index, stop in enumerate(day.stops[1:]):
        rests = [p for p in plan.pauses if (p.kind, p.day, p.stop) == ("rest", number, index)]
        for rest in rests:
            if rest.begin - last > most:
                yield f"no break before {stop.name_en}"
            last = rest.end
        assert stop.arrival is not None
        if stop.arrival + timedelta(seconds=stop.wait_s) - last > most:
            yield f"no toilet before {stop.name_en}"
        if stop.site_id not in dry and stop.departure is not None:
            last = stop.departure


def _lunch(
    wish: dict[str, Any], plan: TripPlan, number: int, span: tuple[datetime, datetime]
) -> Iterator[str]:
    meals = [p for p in plan.pauses if (p.kind, p.day) == ("lunch", number)]
    away = span[0].time() < time(12, 45) < span[1].time()
    if wish["lunch"] != "none" and away and len(meals) != 1:
        yield "no lunch"
    early = time.fromisoformat(wish["lunch_from"] or "11:00")
    for meal in meals:
        if not early <= meal.begin.time() <= time(13, 15):
            yield f"lunch at {meal.begin:%H:%M}"
        if meal.end - meal.begin != timedelta(minutes=wish["lunch_min"] or 45):
            yield "length of lunch"


def _crowds(wish: dict[str, Any], trip: Trip) -> Iterator[str]:
    """Sites with more people than they hold: counted in every minute of the day."""
    here: dict[tuple[str, datetime], int] = {}
    for plan in trip.classes:
        for stop in plan.itinerary.stops:
            if stop.site_id is None:
                continue
            assert stop.arrival is not None
            assert stop.departure is not None
            minutes = int((stop.departure - stop.arrival).total_seconds()) // 60
            for minute in range(minutes):
                key = (stop.site_id, stop.arrival + timedelta(minutes=minute))
                here[key] = here.get(key, 0) + DEFAULTS["people"]
    most = wish["capacity"] or DEFAULTS["people"]
    yield from {f"{site} holds {count}" for (site, _), count in here.items() if count > most}


def _check(seed: int, catalogue: Catalogue, router: CchRouter) -> None:
    wish = asked(seed, catalogue)
    try:
        trip = plan_trip(read_trip_request(wish), catalogue, router)
    except TripImpossibleError:
        return
    assert faults(wish, trip) == []
    seen = [{site.id for site in plan.sites} for plan in trip.classes]
    assert all(one == seen[0] for one in seen)
    assert seen[0] | {one.site.id for one in trip.left_out} == set(wish["stops"])


@pytest.mark.parametrize("seed", range(20))
def test_no_limit_is_broken(seed: int, qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    _check(seed, qingdao, qingdao_router)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 400))
def test_no_limit_is_broken_ever(seed: int, qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    _check(seed, qingdao, qingdao_router)
