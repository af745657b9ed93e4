"""A day's visits against brute force over every subset, every order and every place of lunch."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from geo.planner.timetable import DayProblem, Lunch, best_timetable

HOUR = 3600


def replay(problem: DayProblem, order: tuple[int, ...], lunch_after: int | None) -> int | None:
    """Return when a day ends that visits `order`, lunch after that many visits; None: broken."""
    clock, at, eaten = problem.depart_s, problem.start, False
    late = problem.lunch is not None and clock > problem.lunch.closes_s
    for count, site in enumerate(order, 1):
        if any(b == site and a not in order[: count - 1] for a, b in problem.before):
            return None
        clock += 0 if at is None else float(problem.travel_s[at, site])  # type: ignore[assignment]
        opens = [max(clock, w[0]) for w in problem.windows[site] if clock <= w[1]]
        if not opens or clock == float("inf"):
            return None
        clock = min(opens) + problem.stays_s[site]
        if clock > problem.until_s:
            return None
        if count == lunch_after:
            assert problem.lunch is not None
            if late or clock > problem.lunch.closes_s:
                return None
            clock, eaten = max(clock, problem.lunch.opens_s) + problem.lunch.length_s, True
        at = site
    if problem.end is not None:
        clock += float(problem.travel_s[at, problem.end])  # type: ignore[assignment]
    hungry = problem.lunch and not eaten and not late and clock > problem.lunch.closes_s
    return None if hungry or clock > problem.until_s else int(clock)


def brute_force(problem: DayProblem) -> tuple[int, int]:
    """Return (value, -end) of the best day with at least one visit, (0, 0) if there is none."""
    best = (0, 0)
    for size in range(1, problem.size + 1):
        for order in itertools.permutations(range(problem.size), size):
            value = sum(problem.value[site] for site in order)
            if value < best[0]:
                continue
            pauses = [None, *(range(1, size + 1) if problem.lunch else ())]
            for pause in pauses:
                ends = replay(problem, order, pause)
                if ends is not None:
                    best = max(best, (value, -ends)) if best[0] else (value, -ends)
    return best


def random_day(seed: int) -> DayProblem:
    """Return a day of up to 6 sites that is usually too short for all of them."""
    random = np.random.default_rng(seed)
    size = int(random.integers(1, 7))
    travel = random.integers(0, 5400, (size + 2, size + 2)).astype(float)
    travel[random.random(travel.shape) < 0.1] = np.inf
    windows: list[Any] = []
    for _ in range(size):
        cuts = np.sort(random.choice(np.arange(8 * HOUR, 19 * HOUR, 300), 4, replace=False))
        a, b, c, d = (int(cut) for cut in cuts)
        windows.append([((a, d),), ((a, b), (c, d)), ()][int(random.choice(3, p=[0.5, 0.4, 0.1]))])
    opens = int(random.integers(10, 13)) * HOUR
    pairs = [(0, size - 1)] if size > 1 and random.random() < 0.4 else []
    return DayProblem(
        travel_s=travel,
        stays_s=tuple(int(s) for s in random.integers(0, 7200, size)),
        windows=tuple(windows),
        value=tuple(int(v) for v in random.integers(1, 6, size)),
        before=tuple(pairs),
        depart_s=int(random.integers(8, 14)) * HOUR,
        until_s=int(random.integers(14, 20)) * HOUR,
        start=size if random.random() < 0.5 else None,
        end=size + 1 if random.random() < 0.5 else None,
        lunch=Lunch(opens, opens + 5400, 2700) if random.random() < 0.6 else None,
    )


def check(seed: int) -> None:
    problem = random_day(seed)
    found, wanted = best_timetable(problem), brute_force(problem)
    assert found.value == found.bound == wanted[0]
    if wanted[0]:
        assert found.end_s == -wanted[1]
        eaten = [n for n, visit in enumerate(found.visits, 1) if visit.lunch_s]
        assert replay(problem, found.sites, eaten[0] if eaten else None) == found.end_s
    else:
        assert found.visits == ()


@pytest.mark.parametrize("block", range(4))
def test_no_day_is_better(block: int) -> None:
    for seed in range(block * 15, block * 15 + 15):
        check(seed)


@pytest.mark.slow
def test_no_day_is_better_in_five_hundred() -> None:
    for seed in range(1000, 1500):
        check(seed)


@pytest.mark.parametrize("lunch", [None, Lunch(11 * HOUR, 13 * HOUR, 2700)])
def test_many_sites_state_a_bound_that_holds(lunch: Lunch | None) -> None:
    random = np.random.default_rng(5)
    travel = random.integers(300, 3000, (30, 30)).astype(float)
    day = DayProblem(
        travel_s=travel,
        stays_s=(1800,) * 30,
        windows=(((9 * HOUR, 17 * HOUR),),) * 30,
        value=(1,) * 30,
        before=(),
        depart_s=9 * HOUR,
        until_s=18 * HOUR,
        lunch=lunch,
    )
    found = best_timetable(day)
    # Twelve visits of 30 minutes with legs of 10 leave an hour for lunch in nine hours.
    assert 12 <= found.value <= found.bound == 30
    eaten = [n for n, visit in enumerate(found.visits, 1) if visit.lunch_s]
    assert replay(day, found.sites, eaten[0] if eaten else None) == found.end_s
