from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from orienteering_world import check_answer, random_problem

from geo.errors import InvalidParameterError
from geo.orienteering import (
    FAR,
    Effort,
    Problem,
    Tour,
    read_instance,
    single_windows,
    solve_orienteering,
)
from geo.orienteering.arrays import arrays_of
from geo.orienteering.beams import Beams
from geo.orienteering.chains import Chains

INSTANCE = """4 1 2 1
0 200
0 0 0 0 0 0 0 0 100
1 3 4 2 10 1 1 1 20 30
2 0 10 2 5 1 4 1 2 4 8 0 50
"""
SHORT = Effort(seconds=0.2, guard_s=60)


def line(prizes: list[float], *, closes: int = 1000) -> Problem:
    """Places 100 s apart along a line, the depot at its head, open always, no time inside."""
    at = np.arange(len(prizes)) * 100
    return Problem(
        travel=np.abs(at[:, None] - at),
        prize=np.array(prizes),
        service=np.zeros(len(prizes), dtype=np.int64),
        windows=single_windows([(0, closes)] * len(prizes)),
        tours=(Tour(0, 0, 0, closes),),
    )


def test_an_instance_file_is_read_as_written() -> None:
    problem = read_instance(INSTANCE, tours=2)
    assert problem.travel[0, 1] == 50
    assert problem.travel[1, 2] == 67  # 6.708…, rounded down to one decimal
    assert problem.prize.tolist() == [0, 10, 5]
    assert problem.service.tolist() == [0, 20, 20]
    assert problem.windows[2] == ((0, 500),)
    assert problem.tours == (Tour(0, 0, 0, 1000),) * 2


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        (("0 3 4", "0 x 4"), None),
        (("4 1 2 1", "4 1"), "line 1"),
        (("4 1 2 1", "4 1 9 1"), "instance"),
        (("1 3 4 2 10 1 1 1 20 30", "1 3 y 2 10 1 1 1 20 30"), "line 4"),
        (("1 3 4 2 10 1 1 1 20 30", "1 3"), "line 4"),
    ],
)
def test_a_broken_instance_says_where(change: tuple[str, str], parameter: str | None) -> None:
    text = INSTANCE.replace(*change)
    if parameter is None:
        assert read_instance(text).size == 3
        return
    with pytest.raises(InvalidParameterError) as caught:
        read_instance(text)
    assert caught.value.data["parameter"] == parameter


def test_what_lies_too_far_is_left_out_and_the_answer_is_proven() -> None:
    result = solve_orienteering(line([0, 1, 1, 9], closes=450))
    assert {*result.tours[0]} == {1, 2}
    assert (result.prize, result.upper_bound, result.optimal) == (2, 2, True)
    assert result.filled[0].back == 400


def test_a_lunch_closing_is_waited_out() -> None:
    """Reached at 100, closed from 50 to 300: the visit begins at 300."""
    problem = dataclasses.replace(
        line([0, 1]), windows=(((0, 1000),), ((0, 50), (300, 400))), service=np.array([0, 60])
    )
    stay = solve_orienteering(problem).filled[0].stays[0]
    assert (stay.arrival, stay.begin) == (100, 300)


def test_a_mandatory_place_comes_before_any_prize() -> None:
    problem = dataclasses.replace(
        line([0, 50, 0, 0, 1], closes=800),
        mandatory=frozenset({4}),
        service=np.array([0, 100, 0, 0, 0]),
    )
    result = solve_orienteering(problem)
    assert result.tours == ((4,),)
    assert result.missing == ()


def test_a_mandatory_place_out_of_reach_is_named() -> None:
    problem = dataclasses.replace(line([0, 1, 1, 1], closes=450), mandatory=frozenset({3}))
    assert solve_orienteering(problem).missing == (3,)


def test_nothing_worth_a_visit_is_an_empty_answer() -> None:
    result = solve_orienteering(line([0, 0]))
    assert (result.tours, result.prize, result.gap, result.optimal) == (((),), 0, 0, True)


@pytest.mark.parametrize("tours", [1, 3])
def test_the_search_keeps_every_hour_and_answers_alike_twice(tours: int) -> None:
    problem = random_problem(3, places=40, tours=tours)
    first = solve_orienteering(problem, seed=5, effort=SHORT)
    check_answer(problem, first)
    assert solve_orienteering(problem, seed=5, effort=SHORT) == first


def fits_by_looking(chains: Chains) -> set[tuple[int, int, int]]:
    """Every insertion that keeps the hours, tried one by one."""
    arrays, found = chains.arrays, set()
    for line in range(len(chains.length)):
        visits = chains.entries_of(line).tolist()
        start = arrays.entries + 2 * (line % arrays.tours)
        for entry in range(arrays.entries):
            if chains.seen[line // arrays.tours, arrays.place[entry]]:
                continue
            for before in range(len(visits) + 1):
                longer = [start, *visits[:before], entry, *visits[before:], start + 1]
                clock = int(arrays.opens[start])
                for here, there in itertools.pairwise(longer):
                    clock = max(clock + int(arrays.leg[here, there]), int(arrays.opens[there]))
                    if clock > arrays.closes[there]:
                        break
                else:
                    found.add((line, before, entry))
    return found


def listed(chains: Chains) -> set[tuple[int, int, int]]:
    fits = chains.fits
    return set(zip(fits.line.tolist(), fits.before.tolist(), fits.entry.tolist(), strict=True))


@pytest.mark.parametrize("tours", [1, 2])
def test_what_is_listed_as_fitting_is_what_fits(tours: int) -> None:
    """Along a line, where no way is shorter over another place: after visits, and a shake."""
    rng = np.random.default_rng(tours)
    problem = dataclasses.replace(
        line([0, *range(1, 25)], closes=2000),
        windows=single_windows([(at, at + 900) for at in rng.integers(0, 1200, 25).tolist()]),
        service=rng.integers(0, 90, 25),
        tours=(Tour(0, 0, 0, 2000),) * tours,
    )
    chains = Chains(arrays_of(problem), 3)
    every = np.arange(3)
    chains.open(every, chains.lines(every), np.zeros_like(chains.seen))
    assert listed(chains) == fits_by_looking(chains)
    for _ in range(5):
        _, first = np.unique(chains.fits.line // tours, return_index=True)
        first = np.array([one for one in first + 3 if one < len(chains.fits.line)])
        first = first[np.unique(chains.fits.line[first] // tours, return_index=True)[1]]
        fits = chains.fits
        chains.insert(fits.line[first], fits.before[first], fits.entry[first])
        assert listed(chains) == fits_by_looking(chains)
    assert chains.length.sum() > 10


def test_a_beam_finds_the_only_tour_worth_going() -> None:
    arrays = arrays_of(line([0, 1, 1, 1, 1, 30], closes=1000))
    beams = Beams(arrays)
    (answer,) = beams.answers(1, 0.0, np.random.default_rng(0))
    assert sorted(answer[0].tolist()) == list(range(5))
    assert beams.spent_s > 0


@pytest.mark.parametrize("tours", [1, 3])
def test_a_search_with_next_to_no_work_still_answers(tours: int) -> None:
    problem = random_problem(9, places=40, tours=tours)
    result = solve_orienteering(problem, effort=Effort(seconds=0.001, guard_s=60))
    check_answer(problem, result)
    assert result.prize > 0


@pytest.mark.parametrize("seed", range(6))
def test_every_answer_of_the_search_stands_the_checks(seed: int) -> None:
    problem = random_problem(100 + seed, places=18 + 10 * seed, tours=1 + seed % 4)
    check_answer(problem, solve_orienteering(problem, effort=SHORT))


def test_the_guard_stops_the_search_and_says_so() -> None:
    problem = random_problem(4, places=60)
    result = solve_orienteering(problem, effort=Effort(seconds=100, guard_s=0.1))
    assert result.interrupted
    check_answer(problem, result)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"travel": np.zeros((2, 2), dtype=np.int64)}, "travel"),
        ({"travel": np.full((3, 3), -1)}, "travel"),
        ({"service": np.zeros(3)}, "service"),
        ({"windows": ()}, "windows"),
        ({"windows": (((5, 3),),) * 3}, "windows"),
        ({"tours": ()}, "tours"),
        ({"tours": (Tour(0, 7, 0, 9),)}, "rows"),
        ({"tours": (Tour(0, 0, 0, FAR),)}, "tours"),
        ({"prize": np.array([0.0, np.nan, 1.0])}, "prize"),
        ({"mandatory": frozenset({9})}, "rows"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, object], parameter: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        dataclasses.replace(line([0, 1, 1]), **change)
    assert caught.value.data["parameter"] == parameter
