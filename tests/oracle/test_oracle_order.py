"""Orders against brute force over every permutation, and the local search against the exact."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from geo.planner.local_search import improve_tour
from geo.planner.order import _closed, _exact, best_order, order_cost
from geo.router import FloatMatrix


def brute_force(cost: FloatMatrix, start: Any, end: Any) -> Any:
    """Return the least cost of any order, by trying all."""
    middle = [i for i in range(len(cost)) if i not in (start, end)]
    head = [] if start is None else [start]
    tail = [] if end is None else [end]
    return min(
        sum(cost[a, b] for a, b in itertools.pairwise([*head, *order, *tail]))
        for order in itertools.permutations(middle)
    )


def random_cost(random: Any, count: int, kind: str) -> Any:
    """Return costs: of no structure, of a plane with a wind, or of few distinct values (ties)."""
    if kind == "random":
        return random.uniform(0, 1000, (count, count))
    if kind == "ties":
        return random.integers(1, 4, (count, count)).astype(float)
    points = random.uniform(0, 1000, (count, 2))
    steps = points[None, :, :] - points[:, None, :]
    return np.hypot(*np.moveaxis(steps, 2, 0)) + np.maximum(0, steps[:, :, 0]) * 0.3


@pytest.mark.parametrize("kind", ["random", "plane", "ties"])
@pytest.mark.parametrize("ends", [(False, False), (True, False), (False, True), (True, True)])
def test_no_order_is_cheaper(kind: str, ends: Any) -> None:
    random = np.random.default_rng(20261124)
    for count in (1, 2, 3, 4, 5, 6, 7, 7, 7):
        cost = random_cost(random, count + sum(ends), kind)
        start = 0 if ends[0] else None
        end = len(cost) - 1 if ends[1] else None
        order = best_order(cost, start=start, end=end)
        assert sorted(order) == list(range(len(cost)))
        assert start is None or order[0] == start
        assert end is None or order[-1] == end
        assert order_cost(cost, order) == pytest.approx(brute_force(cost, start, end))


def test_eight_free_stops_against_all_40320_orders() -> None:
    random = np.random.default_rng(8)
    for kind in ("random", "plane"):
        cost = random_cost(random, 8, kind)
        assert order_cost(cost, best_order(cost)) == pytest.approx(brute_force(cost, None, None))


def test_missing_ways_are_avoided_where_they_can_be() -> None:
    random = np.random.default_rng(9)
    for _ in range(40):
        cost = random_cost(random, 6, "random")
        cost[random.random((6, 6)) < 0.45] = np.inf
        assert order_cost(cost, best_order(cost)) == pytest.approx(brute_force(cost, None, None))


def test_the_local_search_finds_the_exact_cost() -> None:
    """Beyond the exact reach the local search answers; within it, it must agree."""
    random = np.random.default_rng(11)
    worst = 0.0
    for kind, count in itertools.product(["random", "plane", "ties"], [4, 7, 10, 11, 12]):
        cost = _closed(random_cost(random, count, kind), list(range(count)), None, None)
        exact, found = (
            sum(cost[a, b] for a, b in itertools.pairwise([*tour, 0]))
            for tour in (_exact(cost), improve_tour(cost))
        )
        worst = max(worst, found / exact - 1)
    assert worst == pytest.approx(0, abs=1e-9)


def test_sixty_stops_around_a_circle_are_visited_around_it() -> None:
    """The best tour of points on a convex curve follows the curve, whatever their numbers."""
    random = np.random.default_rng(60)
    angles = random.permutation(60) * 2 * np.pi / 60
    points = np.column_stack([np.cos(angles), np.sin(angles)])
    cost = np.hypot(*np.moveaxis(points[None, :, :] - points[:, None, :], 2, 0))
    side = 2 * np.sin(np.pi / 60)
    assert order_cost(cost, best_order(cost)) == pytest.approx(59 * side)
    start = int(angles.argmin())
    assert order_cost(cost, best_order(cost, start=start)) == pytest.approx(59 * side)


def test_the_answer_does_not_change_between_runs() -> None:
    cost = random_cost(np.random.default_rng(3), 25, "plane")
    assert best_order(cost) == best_order(cost.copy())
