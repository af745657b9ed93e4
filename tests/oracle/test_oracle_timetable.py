"""Days against brute force over every subset, order, division over days and place of lunch."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from geo.planner.search import search_days, value_bound
from geo.planner.solving import best_timetable
from geo.planner.timetable import DaySpan, DaysProblem, Lunch, end_s, timetable_of

HOUR = 3600
FAR = 1 << 28


def replay(
    problem: DaysProblem, day: int, order: tuple[int, ...], lunch_after: int | None
) -> int | None:
    """Return when a day ends that visits `order`, lunch after that many visits; None: broken."""
    span = problem.days[day]
    clock: float = span.depart_s
    at, eaten = span.start, False
    late = problem.lunch is not None and clock > problem.lunch.closes_s
    for count, site in enumerate(order, 1):
        clock += 0 if at is None else float(problem.travel_s[at, site])
        opens = [max(clock, w[0]) for w in problem.windows[day][site] if clock <= w[1]]
        if not opens or clock == float("inf"):
            return None
        clock = min(opens) + problem.stays_s[site]
        if count == lunch_after:
            assert problem.lunch is not None
            if late or clock > problem.lunch.closes_s:
                return None
            clock, eaten = max(clock, problem.lunch.opens_s) + problem.lunch.length_s, True
        at = site
    if span.end is not None and at is not None:
        clock += float(problem.travel_s[at, span.end])
    hungry = problem.lunch and not eaten and not late and clock > problem.lunch.closes_s
    return None if hungry or clock > span.until_s else int(clock)


def empty_length(problem: DaysProblem, day: int) -> int:
    span = problem.days[day]
    if span.start is None or span.end is None:
        return 0
    way = float(problem.travel_s[span.start, span.end])
    return 0 if way == float("inf") else int(way)


def brute_force(problem: DaysProblem) -> tuple[int, int]:
    """Return (value, -length) of the best days."""

    @cache
    def shortest(day: int, sites: frozenset[int]) -> int | None:
        if not sites:
            return empty_length(problem, day)
        if len(sites) > problem.a_day:
            return None
        pauses = [None, *(range(1, len(sites) + 1) if problem.lunch else ())]
        ends = [
            end
            for order in itertools.permutations(sites)
            if not any(
                a in sites and b in sites and order.index(a) > order.index(b)
                for a, b in (*problem.before, *itertools.combinations(problem.sequence, 2))
            )
            for pause in pauses
            if (end := replay(problem, day, order, pause)) is not None
        ]
        return min(ends) - problem.days[day].depart_s if ends else None

    best: tuple[int, int] | None = None
    for where in itertools.product(range(-1, len(problem.days)), repeat=problem.size):
        if any(where[b] >= 0 and not 0 <= where[a] <= where[b] for a, b in problem.before):
            continue
        if any(0 <= where[b] < where[a] for a, b in itertools.combinations(problem.sequence, 2)):
            continue
        value = sum(v for v, day in zip(problem.value, where, strict=True) if day >= 0)
        if best is not None and value < best[0]:
            continue
        lengths = [
            shortest(day, frozenset(s for s, d in enumerate(where) if d == day))
            for day in range(len(problem.days))
        ]
        if None not in lengths:
            found = (value, -sum(length or 0 for length in lengths))
            best = found if best is None else max(best, found)
    assert best is not None
    return best


def random_days(seed: int, days: int, most: int) -> DaysProblem:
    """Return days that are usually too short for all of their sites."""
    random = np.random.default_rng(seed)
    size = int(random.integers(1, most + 1))
    travel = random.integers(0, 5400, (size + 3, size + 3)).astype(float)
    travel[random.random(travel.shape) < 0.1] = np.inf

    def windows() -> Any:
        cuts = np.sort(random.choice(np.arange(8 * HOUR, 19 * HOUR, 300), 4, replace=False))
        a, b, c, d = (int(cut) for cut in cuts)
        return [((a, d),), ((a, b), (c, d)), ()][int(random.choice(3, p=[0.5, 0.4, 0.1]))]

    def place(row: int) -> int | None:
        return row if random.random() < 0.5 else None

    opens = int(random.integers(10, 13)) * HOUR
    night = place(size + 2)
    first, last = place(size), place(size + 1)
    spans = [
        DaySpan(
            int(random.integers(8, 14)) * HOUR,
            int(random.integers(14, 20)) * HOUR,
            first if day == 0 else night,
            last if day == days - 1 else night,
        )
        for day in range(days)
    ]
    return DaysProblem(
        travel_s=travel,
        stays_s=tuple(int(s) for s in random.integers(0, 7200, size)),
        windows=tuple(tuple(windows() for _ in range(size)) for _ in range(days)),
        value=tuple(int(v) for v in random.choice([1, 2, 3, 4, 5, 1000, 1_000_000], size)),
        days=tuple(spans),
        before=((0, size - 1),) if size > 1 and random.random() < 0.4 else (),
        lunch=Lunch(opens, opens + 5400, 2700) if random.random() < 0.6 else None,
        a_day=int(random.integers(1, 4)) if random.random() < 0.3 else 99,
        sequence=locked(random, size),
    )


def locked(random: np.random.Generator, size: int) -> tuple[int, ...]:
    """Return the sites of a sequence, in about a third of the cases."""
    some = random.permutation(size)[: int(random.integers(2, 5))]
    # What comes before what is in that order here too: requests that contradict are refused.
    order = sorted(some, key=lambda site: {0: -1, size - 1: size}.get(int(site), int(some[0])))
    return tuple(int(site) for site in order) if random.random() < 0.35 else ()


def check(seed: int, days: int, most: int) -> None:
    problem = random_days(seed, days, most)
    found, wanted = best_timetable(problem), brute_force(problem)
    assert (found.value, -found.length_s) == wanted
    assert found.exact
    assert found.bound == found.value
    keeps_limits(problem, found)


def keeps_limits(problem: DaysProblem, found: Any) -> None:
    """Assert by a replay that no limit is broken and every time is as stated."""
    assert len(set(found.sites)) == len(found.sites)
    for day, visits in enumerate(found.days):
        assert len(visits) <= problem.a_day
        if visits:
            eaten = [n for n, visit in enumerate(visits, 1) if visit.lunch_s]
            order = tuple(visit.site for visit in visits)
            assert replay(problem, day, order, eaten[0] if eaten else None) == found.ends_s[day]
    at = {site: (day, n) for day, o in enumerate(found.orders) for n, site in enumerate(o)}
    assert all(b not in at or (a in at and at[a] < at[b]) for a, b in problem.before)
    placed = [at[site] for site in problem.sequence if site in at]
    assert placed == sorted(placed)


@pytest.mark.parametrize("block", range(4))
def test_no_day_is_better(block: int) -> None:
    for seed in range(block * 15, block * 15 + 15):
        check(seed, 1, 6)


@pytest.mark.parametrize("block", range(3))
def test_no_days_are_better(block: int) -> None:
    for seed in range(block * 20, block * 20 + 20):
        check(seed, 2 + seed % 2, 5)


@pytest.mark.slow
def test_no_days_are_better_in_five_hundred() -> None:
    for seed in range(1000, 1500):
        check(seed, 1 + seed % 3, 6)


@pytest.mark.slow
def test_no_days_of_seven_sites_are_better() -> None:
    for seed in range(2000, 2040):
        check(seed, 1 + seed % 3, 7)


def big(seed: int, size: int, days: int, *, lunch: bool, before: bool = False) -> DaysProblem:
    """Return days too short for sites around one place."""
    random = np.random.default_rng(seed)
    spot = random.uniform(0, 1, (size + 1, 2))
    travel = np.round(np.hypot(*(spot[:, None] - spot).transpose(2, 0, 1)) * 7200)
    choice = (((9, 16),), ((9, 11), (13, 16)), ((8, 12),), ((13, 17),))
    windows = [
        [
            tuple((a * HOUR, b * HOUR) for a, b in choice[int(random.integers(4))])
            for _ in range(size)
        ]
        for _ in range(days)
    ]
    return DaysProblem(
        travel_s=travel,
        stays_s=tuple(int(s) * 300 for s in random.integers(3, 18, size)),
        windows=tuple(tuple(day) for day in windows),
        value=tuple(int(v) for v in random.choice([1, 2, 3, 4, 5, *[1000] * 5], size)),
        days=(DaySpan(9 * HOUR, 17 * HOUR, size, size),) * days,
        before=((0, 1), (2, 3)) if before else (),
        sequence=(5, 1, 9, 4) if before else (),
        lunch=Lunch(11 * HOUR, 13 * HOUR + 1800, 2700) if lunch else None,
    )  # fmt: skip


@pytest.mark.parametrize(("size", "days"), [(14, 1), (12, 2), (12, 3)])
@pytest.mark.parametrize("before", [False, True])
def test_the_search_comes_near_what_is_proven_best(size: int, days: int, before: bool) -> None:
    for seed in range(2):
        problem = big(seed, size, days, lunch=True, before=before)
        exact = best_timetable(problem)
        assert exact.exact
        orders = search_days(problem, seconds=0.4, seed=0)
        found = timetable_of(problem, orders, 0, exact=False)
        keeps_limits(problem, found)
        assert found.value // 1000 == exact.value // 1000
        assert exact.value - 2 <= found.value <= exact.value <= value_bound(problem)
        assert found.value < exact.value or found.length_s <= exact.length_s * 1.05


@pytest.mark.parametrize("lunch", [False, True])
def test_many_sites_state_a_bound_that_holds_and_repeat(lunch: bool) -> None:
    problem = big(7, 40, 3, lunch=lunch, before=True)
    found = best_timetable(problem, seconds=0.3, seed=3)
    keeps_limits(problem, found)
    assert not found.exact
    assert found.value <= found.bound <= sum(problem.value)
    assert best_timetable(problem, seconds=0.3, seed=3) == found


def test_a_bound_that_is_reached_is_the_value_of_all() -> None:
    problem = replace(big(1, 16, 7, lunch=True), windows=(((((8 * HOUR, 16 * HOUR)),),) * 16,) * 7)
    found = best_timetable(problem, seconds=0.5)
    assert found.value == found.bound == sum(problem.value)


def test_two_clocks_agree_with_every_place_of_lunch() -> None:
    for seed in range(40):
        problem = random_days(seed, 1, 5)
        for order in itertools.permutations(range(problem.size), min(3, problem.size)):
            pauses = [None, *(range(1, len(order) + 1) if problem.lunch else ())]
            ends = [replay(problem, 0, order, pause) for pause in pauses]
            assert end_s(problem, 0, order) == min((e for e in ends if e is not None), default=FAR)


def test_one_more_site_or_a_wider_limit_never_makes_it_worse() -> None:
    for seed in range(60):
        whole = random_days(seed, 1 + seed % 3, 7)
        found = best_timetable(whole)
        fewer = best_timetable(whole.part(range(whole.size - 1)))
        assert found.value >= fewer.value
        later = tuple(replace(span, until_s=span.until_s + 1800) for span in whole.days)
        for wider in (
            replace(whole, days=later),
            replace(whole, a_day=whole.a_day + 1),
            replace(whole, before=()),
            replace(whole, sequence=whole.sequence[:-1]),
        ):
            better = best_timetable(wider)
            assert (better.value, -better.length_s) >= (found.value, -found.length_s)
