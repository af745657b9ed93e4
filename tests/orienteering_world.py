"""Random problems for tests of orienteering, and the checks any answer must stand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from geo.orienteering import FAR, Problem, Result, Tour


def random_problem(seed: int, places: int, tours: int = 1, *, lunch: bool = True) -> Problem:
    """Return places on a square, asymmetric ways, some closed at noon, some out of reach."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 1000, (places + 1, 2))
    away = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    travel = np.floor(away * rng.uniform(1, 1.3, away.shape)).astype(np.int64)
    travel[rng.random(away.shape) < 0.03] = FAR
    np.fill_diagonal(travel, 0)
    windows = tuple(_windows(rng, lunch=lunch) for _ in range(places + 1))
    prize = rng.integers(0, 30, places + 1).astype(np.float64)
    prize[0] = 0
    service = rng.integers(0, 300, places + 1)
    hours = [(day * 4000, day * 4000 + int(rng.integers(1500, 3500))) for day in range(tours)]
    must = {int(row) for row in rng.integers(1, places + 1, rng.integers(0, 2))}
    return Problem(
        travel=travel,
        prize=prize,
        service=service,
        windows=windows,
        tours=tuple(Tour(0, 0, opens, closes) for opens, closes in hours),
        mandatory=frozenset(must),
    )


def _windows(rng: np.random.Generator, *, lunch: bool) -> tuple[tuple[int, int], ...]:
    opens, length = int(rng.integers(0, 1500)), int(rng.integers(200, 5000))
    if lunch and rng.random() < 0.3:
        half = length // 3
        return (opens, opens + half), (opens + 2 * half, opens + length)
    return ((opens, opens + length),)


@dataclass(frozen=True)
class Value:
    """What an answer is worth: mandatory rows first, then the prize."""

    mandatory: int
    prize: float


def back_at(problem: Problem, tour: Tour, rows: tuple[int, ...]) -> int | None:
    """Walk a tour step by step; None: it cannot be done."""
    if not rows:
        return tour.opens
    clock, here = tour.opens, tour.start
    for row in rows:
        if problem.travel[here, row] >= FAR:
            return None
        clock += int(problem.travel[here, row])
        later = [max(clock, opens) for opens, closes in problem.windows[row] if clock <= closes]
        if not later:
            return None
        clock, here = later[0] + int(problem.service[row]), row
    clock += int(problem.travel[here, tour.end])
    return clock if clock <= tour.closes else None


def brute_force(problem: Problem) -> Value:
    """Look at every order of every subset for every tour, and every way to combine them."""
    rows = [r for r in range(problem.size) if problem.prize[r] > 0 or r in problem.mandatory]
    possible: list[set[frozenset[int]]] = []
    for tour in problem.tours:
        orders = (o for size in range(len(rows) + 1) for o in itertools.permutations(rows, size))
        possible.append({frozenset(o) for o in orders if back_at(problem, tour, o) is not None})
    unions = {frozenset[int]()}
    for sets in possible:
        unions = {a | b for a in unions for b in sets if not a & b}
    return max((value_of(problem, union) for union in unions), key=lambda v: (v.mandatory, v.prize))


def value_of(problem: Problem, visited: frozenset[int]) -> Value:
    """Return what a set of visited rows is worth."""
    return Value(len(visited & problem.mandatory), float(sum(problem.prize[r] for r in visited)))


def check_answer(problem: Problem, result: Result) -> None:
    """Fail unless the answer keeps every hour, visits nothing twice, and says its own worth."""
    visited = [row for rows in result.tours for row in rows]
    assert len(visited) == len(set(visited))
    assert result.prize == sum(problem.prize[row] for row in visited)
    assert set(result.missing) == problem.mandatory - set(visited)
    assert result.upper_bound >= result.prize
    assert 0 <= result.gap <= 1
    for filled, tour in zip(result.filled, problem.tours, strict=True):
        assert back_at(problem, tour, filled.rows) is not None
        for stay in filled.stays:
            windows = problem.windows[stay.row]
            assert stay.begin >= stay.arrival
            assert any(opens <= stay.begin <= closes for opens, closes in windows)
