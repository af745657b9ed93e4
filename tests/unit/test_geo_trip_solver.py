"""The solver of trips against every order, subset, way and lunch place tried one by one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from geo.trip.problem import Limits, LunchHour, Problem, Solution, Way, Windows
from geo.trip.solver import solve
from geo.trip.timing import full

MINUTE, HOUR = 60, 3600
LUNCH = LunchHour(11 * HOUR, 13 * HOUR, 45 * MINUTE, 12 * HOUR + 45 * MINUTE)
LIMITS = Limits(
    depart_s=8 * HOUR,
    back_s=17 * HOUR,
    walk_m=3000.0,
    break_every_s=2 * HOUR,
    gather_s=10 * MINUTE,
    rest_s=20 * MINUTE,
    lunch=LUNCH,
)


def problem(count: int, seed: int) -> Problem:
    """A random day: two ways here and there, windows, missing toilets, tight limits."""
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    ways = tuple(
        tuple(_ways(dice) if a != b else () for b in range(count + 2)) for a in range(count + 2)
    )
    return Problem(
        stays_s=tuple(dice.choice((20, 40, 60, 100)) * MINUTE for _ in range(count)),
        ways=ways,
        windows=(tuple(_windows(dice) for _ in range(count)),),
        toilets=tuple(dice.random() > 0.3 for _ in range(count)),
        value=tuple(1000 + count - i for i in range(count)),
        limits=replace(
            LIMITS,
            back_s=dice.choice((12, 14, 17)) * HOUR,
            walk_m=dice.choice((500.0, 1500.0, 3000.0)),
            break_every_s=dice.choice((30, 60, 120)) * MINUTE,
            lunch=dice.choice((LIMITS.lunch, replace(LUNCH, to_s=23 * HOUR // 2), None)),
        ),
        order=tuple(range(count)) if seed % 5 == 0 else (),
        most=dice.choice((count, count - 1)),
    )


def _ways(dice: random.Random) -> tuple[Way, ...]:
    ways: list[Way] = []
    if dice.random() < 0.95:
        ways.append(("drive", dice.choice((8, 15, 30, 50)) * MINUTE, float(dice.randint(0, 200))))
    if dice.random() < 0.5:
        ways.append(("walk", dice.randint(3, 40) * MINUTE, float(dice.randint(200, 1500))))
    return tuple(ways)


def _windows(dice: random.Random) -> Windows:
    if dice.random() < 0.4:
        return ((0, 24 * HOUR),)
    if dice.random() < 0.1:
        return ()
    noon = dice.choice((11, 12)) * HOUR
    return ((9 * HOUR, noon), (noon + HOUR, 16 * HOUR))


def every_day(case: Problem) -> Iterator[tuple[int, int]]:
    """(value, −end) of each day that keeps the limits, found by trying everything."""
    sites = range(case.count)
    for size in range(1, min(case.count, case.most) + 1):
        for order in itertools.permutations(sites, size):
            if case.order and list(order) != sorted(order, key=case.order.index):
                continue
            # A lunch is had before (2n) or after (2n + 1) the visit of the n-th site.
            lunches = [-1, *range(2 * size)] if case.limits.lunch else [-1]
            stops = [case.count, *order, case.count + 1]
            steps = [list(_broken(case.ways[a][b])) for a, b in itertools.pairwise(stops)]
            for lunch, rides in itertools.product(lunches, itertools.product(*steps)):
                end = _walked_through(case, order, rides, lunch)
                if end is not None:
                    yield sum(case.value[i] for i in order), -end


Ride = tuple[Way, int]
"""A way, and how many breaks on it."""


def _broken(ways: tuple[Way, ...]) -> Iterator[Ride]:
    for way in ways:
        most = max(0, way[1] // (10 * MINUTE) - 1) if way[0] == "drive" else 0
        yield from ((way, count) for count in range(min(most, 4) + 1))


def _travelled(limits: Limits, ride: Ride, left: int, dry: int) -> tuple[int, int] | None:
    """Arrival and the moment of the last toilet, breaks spread evenly, the first sooner if it must.

    None where some stretch is too long, or the first shorter than ten minutes.
    """
    (_, seconds, _), breaks = ride
    if not breaks:
        return (left + seconds, dry) if left + seconds - dry <= limits.break_every_s else None
    first = min(dry + limits.break_every_s - left, seconds // (breaks + 1)) // MINUTE * MINUTE
    if first < 10 * MINUTE:
        return None
    minutes = (seconds - first) // MINUTE
    others = [minutes // breaks + (n < minutes % breaks) for n in range(breaks)]
    if max(others) * MINUTE > limits.break_every_s:
        return None
    arrive = left + seconds + breaks * limits.rest_s
    return arrive, arrive - others[-1] * MINUTE


def _walked_through(
    case: Problem, order: tuple[int, ...], rides: tuple[Ride, ...], lunch: int
) -> int | None:
    limits, now, dry = case.limits, case.limits.depart_s, case.limits.depart_s
    if sum(ride[0][2] for ride in rides) > limits.walk_m:
        return None
    for place, site in enumerate(order):
        there = _travelled(limits, rides[place], now, dry)
        seen = _seen(case, site, there, lunch == 2 * place, morning=place == 0) if there else None
        if seen is None or seen[0] > limits.back_s:
            return None
        now, dry = seen
        now = _eaten(limits, now) if lunch == 2 * place + 1 else now + limits.gather_s
        if case.toilets[site]:
            # The toilets are used until the group leaves.
            dry = now
    home = _travelled(limits, rides[-1], now, dry)
    if home is None or home[0] > limits.back_s:
        return None
    return home[0] if lunch >= 0 or limits.lunch is None or home[0] <= LUNCH.home_s else None


def _seen(
    case: Problem,
    site: int,
    there: tuple[int, int],
    eats: bool,
    *,
    morning: bool,
) -> tuple[int, int] | None:
    """The end of a visit and the last toilet, lunch on arrival or not."""
    limits, (arrive, dry) = case.limits, there
    ready = _eaten(limits, arrive) if eats else arrive
    begins = [max(ready, first) for first, last in case.windows[0][site] if ready <= last]
    if not begins:
        return None
    if morning:
        # In the morning the group leaves later: all of it moves towards the visit.
        at = min(limits.lunch.to_s, begins[0] - limits.lunch.length_s) if limits.lunch else 0
        dry += (at if eats else begins[0]) - arrive
    return None if begins[0] - dry > limits.break_every_s else (begins[0] + case.stays_s[site], dry)


def _eaten(limits: Limits, ready: int) -> int:
    """When lunch is over; never, where its hour is past."""
    hour = limits.lunch
    assert hour is not None
    return max(ready, hour.from_s) + hour.length_s if ready <= hour.to_s else 10**9


@pytest.mark.parametrize("seed", range(150))
def test_no_other_day_is_better(seed: int) -> None:
    case = problem(2 + seed % 3, seed)
    found = solve(case)
    best = max(every_day(case), default=None)
    if best is None:
        assert found is None
    else:
        assert found is not None
        assert found.exact
        assert (sum(case.value[i] for i in found.visited), -found.days[0][-1].arrive_s) == best


def test_breaks_on_the_way_and_lunch_on_arrival_are_among_the_best_days() -> None:
    """The oracle above is not idle: its days break long rides, eat early and eat late."""
    found = [one for seed in range(150) if (one := solve(problem(2 + seed % 3, seed))) is not None]
    calls = [call for one in found for call in one.days[0]]
    meals = [(call, call.lunch) for call in calls if call.lunch is not None]
    assert any(call.rests for call in calls)
    assert any(meal[0] < call.begin_s for call, meal in meals)
    assert any(meal[0] > call.end_s for call, meal in meals)
    assert any(meal[0] == call.end_s for call, meal in meals)


def test_a_site_without_toilets_is_time_without_one() -> None:
    """15 min there, 60 min visit, 10 min gathering, 15 min home: 100 without a toilet."""
    way: tuple[Way, ...] = (("drive", 15 * MINUTE, 0.0),)
    case = Problem(
        stays_s=(HOUR,),
        ways=(((), (), way), (way, (), ()), ((), (), ())),  # site, start, end
        windows=((((0, 24 * HOUR),),),),
        toilets=(False,),
        value=(1,),
        limits=replace(LIMITS, lunch=None, break_every_s=99 * MINUTE),
    )
    assert solve(case) is None
    longer = replace(case.limits, break_every_s=100 * MINUTE)
    assert solve(replace(case, limits=longer)) is not None


@pytest.mark.parametrize(("ride_min", "rests"), [(60, 0), (61, 1), (120, 1), (130, 2)])
def test_a_ride_longer_than_the_limit_is_broken_as_often_as_it_must(
    ride_min: int, rests: int
) -> None:
    way: tuple[Way, ...] = (("drive", ride_min * MINUTE, 0.0),)
    case = Problem(
        stays_s=(HOUR,),
        ways=(((), (way[0],), way), (way, (), ()), (way, (), ())),
        windows=((((0, 24 * HOUR),),),),
        toilets=(True,),
        value=(1,),
        limits=replace(LIMITS, lunch=None, break_every_s=HOUR),
    )
    found = solve(case)
    assert found is not None
    start, there, back = found.days[0]
    for call, left in ((there, start.leave_s), (back, there.leave_s)):
        assert len(call.rests) == rests
        assert call.arrive_s - left == (ride_min + 20 * rests) * MINUTE
        edges = [left, *(moment for rest in call.rests for moment in rest), call.arrive_s]
        stretches = [b - a for a, b in zip(edges[::2], edges[1::2], strict=True)]
        assert sum(stretches) == ride_min * MINUTE
        assert max(stretches) <= HOUR
        assert max(stretches) - min(stretches) <= MINUTE


@pytest.mark.parametrize("seed", range(40))
def test_no_other_division_over_two_days_needs_less_driving(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    count = 3 + seed % 3
    size = count + 3
    minutes = [[dice.randint(5, 90) for _ in range(size)] for _ in range(size)]
    case = Problem(
        stays_s=tuple(dice.choice((30, 60, 90)) * MINUTE for _ in range(count)),
        ways=tuple(
            tuple((("drive", m * MINUTE, 0.0),) if a != b else () for b, m in enumerate(row))
            for a, row in enumerate(minutes)
        ),
        windows=((((0, 24 * HOUR),),) * count,) * 2,
        toilets=(True,) * count,
        value=tuple(1000 + count - i for i in range(count)),
        limits=replace(LIMITS, lunch=None, back_s=dice.choice((12, 14, 17)) * HOUR),
    )

    def whole(order: tuple[int, ...], cut: int) -> tuple[int, int] | None:
        driving = 0
        for part, begin, end in (
            (order[:cut], count, count + 2),
            (order[cut:], count + 2, count + 1),
        ):
            steps = itertools.pairwise((begin, *part, end))
            today = sum(minutes[a][b] * MINUTE for a, b in steps)
            stays = sum(case.stays_s[i] + case.limits.gather_s for i in part)
            if case.limits.depart_s + today + stays > case.limits.back_s:
                return None
            driving += today
        return sum(case.value[i] for i in order), -driving

    made = [
        one
        for n in range(2, count + 1)
        for order in itertools.permutations(range(count), n)
        for cut in range(1, n)
        if (one := whole(order, cut)) is not None
    ]
    found = solve(case)
    if found is None:
        assert not made
        return
    driving = sum(call.way[1] for day in found.days for call in day if call.way)
    assert (sum(case.value[i] for i in found.visited), -driving) == max(made)


def test_several_days_sleep_between() -> None:
    way: tuple[Way, ...] = (("drive", 30 * MINUTE, 0.0),)
    ways = tuple(tuple(way if a != b else () for b in range(7)) for a in range(7))
    case = Problem(
        stays_s=(100 * MINUTE,) * 4,
        ways=ways,
        windows=((((0, 24 * HOUR),),) * 4,) * 2,
        toilets=(True,) * 4,
        value=(1000,) * 4,
        limits=LIMITS,
    )
    found = solve(case)
    assert isinstance(found, Solution)
    assert sorted(found.visited) == [0, 1, 2, 3]
    nodes = [[call.node for call in day] for day in found.days]
    assert (nodes[0][0], nodes[0][-1], nodes[1][0], nodes[1][-1]) == (4, 6, 6, 5)
    for day in found.days:
        assert day[0].arrive_s >= LIMITS.depart_s
        assert day[-1].arrive_s <= LIMITS.back_s
        assert sum(call.lunch is not None for call in day) == (day[-1].arrive_s > LUNCH.home_s)


@pytest.mark.parametrize("seed", range(60))
def test_a_class_keeps_clear_of_those_before_it_as_early_as_can_be(seed: int) -> None:
    """Against the same day walked minute by minute: arrivals in every minute of every gap."""
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    count = 2
    base = replace(
        problem(count, seed + 1000),
        toilets=(True,) * count,
        windows=((((9 * HOUR, 15 * HOUR),),) * count,),
        most=count,
        order=(),
        limits=replace(LIMITS, lunch=None, back_s=13 * HOUR, walk_m=9999.0),
    )
    busy = tuple(
        full(
            [(begin := dice.randint(17, 23) * HOUR // 2, begin + dice.choice((60, 100)) * MINUTE)],
            1,
        )
        for _ in range(count)
    )
    ends = [
        end
        for n in range(1, count + 1)
        for order in itertools.permutations(range(count), n)
        if (end := _first_end(replace(base, busy=busy), order)) is not None
        and n == max(_reachable(replace(base, busy=busy)))
    ]
    found = solve(replace(base, busy=busy, value=(1000,) * count))
    if found is None:
        assert not ends
        return
    assert found.days[0][-1].arrive_s == min(ends)
    for call in found.days[0][1:-1]:
        assert all(call.leave_s <= a or b <= call.arrive_s for a, b in busy[call.node])


def _reachable(case: Problem) -> list[int]:
    sizes = (
        n
        for n in range(1, case.count + 1)
        for order in itertools.permutations(range(case.count), n)
        if _first_end(case, order) is not None
    )
    return list(sizes) or [0]


def _first_end(case: Problem, order: tuple[int, ...]) -> int | None:
    """The earliest end of a day of one or two sites, every way and minute of leaving tried."""
    stops = [case.count, *order, case.count + 1]
    ways = itertools.product(*(case.ways[a][b] for a, b in itertools.pairwise(stops)))
    ends = (_first_end_by(case, order, [way[1] for way in some]) for some in ways)
    return min((end for end in ends if end is not None), default=None)


def _first_end_by(case: Problem, order: tuple[int, ...], times: list[int]) -> int | None:
    limits = case.limits
    leaves = set(range(limits.depart_s, limits.back_s, MINUTE))
    for site, way in zip(order, times, strict=False):
        after: set[int] = set()
        for leave in leaves:
            arrive = leave + way
            begin = max(arrive, 9 * HOUR)
            end = begin + case.stays_s[site]
            full_again = min([b for b, _ in case.busy[site] if b >= arrive], default=limits.back_s)
            inside = any(a <= arrive < b for a, b in case.busy[site])
            if begin <= 15 * HOUR and end <= limits.back_s and not inside:
                after |= set(range(end + limits.gather_s, full_again + 1, MINUTE))
        leaves = after
    ends = [leave + times[-1] for leave in leaves if leave + times[-1] <= limits.back_s]
    return min(ends, default=None)


def test_room_is_counted() -> None:
    assert full([(9, 10), (9, 11), (10, 12)], 2) == ((9, 10), (10, 11))
    assert full([(9, 10), (10, 11)], 1) == ((9, 10), (10, 11))
    assert full([(9, 10)], 2) == ()
