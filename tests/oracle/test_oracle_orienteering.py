"""Orienteering against every order of every subset, and against published optima."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from orienteering_world import Value, brute_force, check_answer, random_problem, value_of

from geo.orienteering import Effort, Problem, Result, read_instance, solve_orienteering
from geo.orienteering.arrays import arrays_of
from geo.orienteering.search import Limits, search

TOPTW = Path(__file__).resolve().parents[3] / "shared" / "data" / "toptw"
EFFORT_S = 0.6


def visited_value(problem: Problem, result: Result) -> Value:
    return value_of(problem, frozenset(row for rows in result.tours for row in rows))


@pytest.mark.parametrize("seed", range(60))
def test_a_few_places_are_answered_as_by_brute_force(seed: int) -> None:
    problem = random_problem(seed, places=3 + seed % 4, tours=1 + seed % 3)
    result = solve_orienteering(problem)
    check_answer(problem, result)
    assert result.optimal
    assert visited_value(problem, result) == brute_force(problem)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(500))
def test_seven_places_are_answered_as_by_brute_force(seed: int) -> None:
    problem = random_problem(1000 + seed, places=7, tours=1 + seed % 2)
    result = solve_orienteering(problem)
    check_answer(problem, result)
    assert visited_value(problem, result) == brute_force(problem)


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_what_enumeration_proves(seed: int) -> None:
    """Ten places: both can answer, and neither knows the other."""
    problem = random_problem(seed, places=10, tours=1 + seed % 2)
    proven = solve_orienteering(problem)
    arrays = arrays_of(problem)
    found = search(arrays, Limits(EFFORT_S), 0)
    worth = arrays.worth[np.isin(arrays.rows, [r for rows in proven.tours for r in rows])].sum()
    assert found.worth == pytest.approx(worth)


def instances() -> list[tuple[str, int, float]]:
    if not TOPTW.is_dir():
        return []
    with (TOPTW / "optima.csv").open(encoding="utf-8") as lines:
        return [
            (row["instance"], int(row["vehicles"]), float(row["optimum"]))
            for row in csv.DictReader(lines)
        ]


@pytest.mark.skipif(not TOPTW.is_dir(), reason="the standard instances are not here")
@pytest.mark.parametrize(("name", "tours", "optimum"), instances())
def test_standard_instances_reach_their_proven_optimum(
    name: str, tours: int, optimum: float
) -> None:
    problem = read_instance((TOPTW / f"{name}.txt").read_text(encoding="utf-8"), tours=tours)
    result = solve_orienteering(problem, effort=Effort(guard_s=60))
    check_answer(problem, result)
    assert result.prize == optimum
    assert result.upper_bound >= optimum
