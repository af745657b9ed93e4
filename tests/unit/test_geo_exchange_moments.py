"""Times of day are said no more exactly than the ways before them are known."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import maps_world as world
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.texts import Texts
from geo.exchange import Moment, day_moments, say_moment, say_travel
from geo.models import TIME_ZONE, Day, Fidelity, Leg, Stop

ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")
NINE = datetime(2026, 11, 28, 9, 0, tzinfo=TIME_ZONE)


def day_of(legs: list[tuple[int, int, int]], waits: list[int]) -> Day:
    """Return a day of visits of half an hour; legs as least, planned and most seconds."""
    site = world.stop(world.sites()[0], 9)
    stops = [replace(site, arrival=NINE, departure=NINE + timedelta(minutes=30), stay_s=1800)]
    made: list[Leg] = []
    at = NINE + timedelta(minutes=30)
    for (low, planned, high), wait in zip(legs, waits, strict=True):
        blank = world.leg(site, site)
        made.append(replace(blank, duration_s=planned, duration_range_s=(low, high)))
        arrival = at + timedelta(seconds=planned)
        at = arrival + timedelta(seconds=wait + 1800)
        stops.append(replace(site, arrival=arrival, departure=at, wait_s=wait, stay_s=1800))
    return Day(NINE.date(), tuple(stops), tuple(made))


LEG = st.tuples(st.integers(0, 1800), st.integers(0, 1800), st.integers(0, 1800)).map(sorted)
DAYS = st.lists(st.tuples(LEG, st.sampled_from([0, 0, 300, 2000])), min_size=1, max_size=5)


@given(DAYS, st.randoms(use_true_random=False))
def test_whatever_the_legs_take_every_time_lies_between_its_bounds(
    made: list[tuple[list[int], int]], dice: random.Random
) -> None:
    """An oracle walks the day with legs drawn from their ranges, waiting where a door is shut."""
    day = day_of([(low, mid, high) for (low, mid, high), _ in made], [wait for _, wait in made])
    at = NINE + timedelta(minutes=30)
    moments = list(day_moments(day, "street"))
    for ((low, _, high), wait), stop, said in zip(made, day.stops[1:], moments[1:], strict=True):
        at += timedelta(seconds=dice.choice([low, high, dice.randint(low, high)]))
        assert stop.arrival
        assert within(said.arrival, at)
        door = stop.arrival + timedelta(seconds=wait) if wait else at
        at = max(at, door) + timedelta(seconds=1800)
        assert within(said.departure, at)


def within(moment: Moment | None, at: datetime) -> bool:
    assert moment is not None
    early, late = timedelta(seconds=moment.early_s), timedelta(seconds=moment.late_s)
    return moment.planned - early <= at <= moment.planned + late


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (Moment(NINE), "09:00"),
        (Moment(NINE + timedelta(seconds=31)), "09:01"),
        (Moment(NINE, estimated=True), "≈ 09:00"),
        (Moment(NINE, 60, 0, estimated=True), "08:55–09:00"),
        (Moment(NINE, 0, 301), "09:00–09:10"),
        (Moment(NINE + timedelta(minutes=2), 0, 1), "09:00–09:05"),
    ],
)
def test_a_moment_is_said_outward_to_five_minutes(moment: Moment, said: str) -> None:
    assert say_moment(moment, EN) == said


@pytest.mark.parametrize(("fidelity", "said"), [("street", "09:01"), ("schematic", "≈ 09:01")])
def test_only_what_comes_after_a_way_is_an_estimate(fidelity: Fidelity, said: str) -> None:
    first, second = world.stop(world.sites()[0], 8), world.stop(world.sites()[1], 9)
    second = replace(second, arrival=NINE + timedelta(minutes=1))
    day = Day(NINE.date(), (first, second), (world.leg(first, second),))
    moments = list(day_moments(day, fidelity))
    assert texts_of(moments[0].arrival, moments[1].arrival) == ["08:00", said]


def texts_of(*moments: Moment | None) -> list[str]:
    return [say_moment(moment, EN) for moment in moments if moment]


def test_the_day_in_all_is_a_range_when_a_leg_is() -> None:
    itinerary = world.itinerary()
    assert say_travel(itinerary, EN) == "≈ 2 min"
    assert say_travel(itinerary, EN, with_visits=True) == "≈ 3 h 2 min"
    (day,) = itinerary.days
    vague = replace(day.legs[1], duration_range_s=(0, 900))
    unsure = replace(itinerary, days=(replace(day, legs=(day.legs[0], vague)),))
    assert say_travel(unsure, EN) == "up to 20 min"
    assert say_travel(unsure, ZH, with_visits=True) == "3 小时至 3 小时 20 分钟"


def test_a_stop_without_times_has_none() -> None:
    bare: Stop = replace(world.stop(world.sites()[0], 9), arrival=None, departure=None)
    (only,) = day_moments(Day(NINE.date(), (bare,), ()), "street")
    assert (only.arrival, only.departure) == (None, None)
