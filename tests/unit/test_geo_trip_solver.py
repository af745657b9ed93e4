"""The solver of trips against every order, subset, way and lunch place tried one by one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from geo.trip.solver import Limits, Problem, Solution, Way, Windows, solve
from geo.trip.timing import full, without

MINUTE, HOUR = 60, 3600
LIMITS = Limits(
    depart_s=8 * HOUR,
    back_s=17 * HOUR,
    walk_m=3000.0,
    break_every_s=2 * HOUR,
    gather_s=10 * MINUTE,
    lunch=(11 * HOUR, 13 * HOUR, 45 * MINUTE, 12 * HOUR + 45 * MINUTE),
)


def problem(count: int, seed: int) -> Problem:
    """A random day: two ways here and there, windows, missing toilets, tight limits."""
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    ways = tuple(
        tuple(_ways(dice) if a != b else () for b in range(count + 2)) for a in range(count + 2)
    )
    return Problem(
        stays_s=tuple(dice.choice((20, 40, 60)) * MINUTE for _ in range(count)),
        ways=ways,
        windows=(tuple(_windows(dice) for _ in range(count)),),
        toilets=tuple(dice.random() > 0.3 for _ in range(count)),
        value=tuple(1000 + count - i for i in range(count)),
        limits=replace(
            LIMITS,
            back_s=dice.choice((12, 14, 17)) * HOUR,
            walk_m=dice.choice((500.0, 1500.0, 3000.0)),
            break_every_s=dice.choice((30, 60, 120)) * MINUTE,
            lunch=dice.choice((LIMITS.lunch, None)),
        ),
        order=tuple(range(count)) if seed % 5 == 0 else (),
        most=dice.choice((count, count - 1)),
    )


def _ways(dice: random.Random) -> tuple[Way, ...]:
    ways: list[Way] = []
    if dice.random() < 0.95:
        ways.append(("drive", dice.randint(5, 50) * MINUTE, float(dice.randint(0, 200))))
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
            lunches = [-1, *range(size)] if case.limits.lunch else [-1]
            stops = [case.count, *order, case.count + 1]
            steps = [case.ways[a][b] for a, b in itertools.pairwise(stops)]
            for lunch, ways in itertools.product(lunches, itertools.product(*steps)):
                end = _walked_through(case, order, ways, lunch)
                if end is not None:
                    yield sum(case.value[i] for i in order), -end


def _walked_through(
    case: Problem, order: tuple[int, ...], ways: tuple[Way, ...], lunch: int
) -> int | None:
    limits, now, walked, dry = case.limits, case.limits.depart_s, 0.0, case.limits.depart_s
    for place, site in enumerate(order):
        now += ways[place][1]
        walked += ways[place][2]
        begins = [max(now, first) for first, last in case.windows[0][site] if now <= last]
        if not begins:
            return None
        now = begins[0]
        if place == 0:
            dry = now - ways[0][1]
        if now - dry > limits.break_every_s:
            return None
        now += case.stays_s[site]
        if now > limits.back_s:
            return None
        if place == lunch:
            assert limits.lunch is not None
            if not limits.lunch[0] <= now <= limits.lunch[1]:
                return None
        pause = limits.lunch[2] if limits.lunch and place == lunch else limits.gather_s
        if case.toilets[site]:
            # The toilets are used until the group leaves.
            dry = now + pause
        now += pause
    now += ways[-1][1]
    walked += ways[-1][2]
    fed = lunch >= 0 or limits.lunch is None or now <= limits.lunch[3]
    kept = now <= limits.back_s and walked <= limits.walk_m and now - dry <= limits.break_every_s
    return now if fed and kept else None


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


def test_a_site_without_toilets_is_time_without_one() -> None:
    """40 min there, 60 min visit, 10 min gathering, 40 min home: 150 without a toilet."""
    way: tuple[Way, ...] = (("drive", 40 * MINUTE, 0.0),)
    case = Problem(
        stays_s=(HOUR,),
        ways=(((), (), way), (way, (), ()), ((), (), ())),  # site, start, end
        windows=((((0, 24 * HOUR),),),),
        toilets=(False,),
        value=(1,),
        limits=replace(LIMITS, lunch=None),
    )
    assert solve(case) is None
    longer = replace(case.limits, break_every_s=150 * MINUTE)
    assert solve(replace(case, limits=longer)) is not None


def test_several_days_sleep_between_and_hold_no_more_than_a_day_may() -> None:
    way: tuple[Way, ...] = (("drive", 30 * MINUTE, 0.0),)
    ways = tuple(tuple(way if a != b else () for b in range(7)) for a in range(7))
    case = Problem(
        stays_s=(100 * MINUTE,) * 4,
        ways=ways,
        windows=((((0, 24 * HOUR),),) * 4,) * 2,
        toilets=(True,) * 4,
        value=(1000,) * 4,
        limits=LIMITS,
        a_day=2,
    )
    found = solve(case)
    assert isinstance(found, Solution)
    assert [len(day) - 2 for day in found.days] == [2, 2]
    nodes = [[call.node for call in day] for day in found.days]
    assert (nodes[0][0], nodes[0][-1], nodes[1][0], nodes[1][-1]) == (4, 6, 6, 5)
    for day in found.days:
        assert day[0].arrive_s >= LIMITS.depart_s
        assert day[-1].arrive_s <= LIMITS.back_s
        assert sum(call.lunch for call in day) == 1


def test_busy_times_are_cut_out_and_room_is_counted() -> None:
    assert full([(9, 10), (9, 11), (10, 12)], 2) == ((9, 10), (10, 11))
    assert full([(9, 10), (10, 11)], 1) == ((9, 10), (10, 11))
    assert full([(9, 10)], 2) == ()
    # A visit of 2 may end as the busy span 9–10 begins, or begin as it ends.
    assert without(((0, 20),), [(9, 10)], 2) == ((0, 7), (10, 20))
    assert without(((8, 9),), [(9, 10)], 2) == ()
