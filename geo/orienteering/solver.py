"""The one door: a problem in, the best tours found out."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from .arrays import arrays_of
from .bound import time_bound
from .exact import enumerable, enumerate_tours
from .problem import Problem
from .result import Result, fill
from .search import Found, Limits, search


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work may be spent.

    The search counts its work, not the clock, and stops after what takes `seconds` on the machine
    it was measured on: the same problem, seed and effort give the same answer however busy the
    machine is. `guard_s`, in seconds of this thread, is there for machines much slower; an answer
    that it cut short says so.
    """

    seconds: float = 1.0
    guard_s: float = 2.5


def solve_orienteering(problem: Problem, *, seed: int = 0, effort: Effort | None = None) -> Result:
    """Return the tours worth most.

    Few places are enumerated, and the answer is optimal; of the answers worth most it is the one
    back earliest. More are searched, and the answer comes with an upper bound.

    Parameters
    ----------
    problem
        Places, hours, tours.
    seed
        Of the search's random numbers.
    effort
        How much work may be spent; one second if None.

    Returns
    -------
    Result
        Never worse than doing nothing; mandatory rows that did not fit are in `missing`.
    """
    effort = effort or Effort()
    arrays = arrays_of(problem)
    if enumerable(len(arrays.rows), arrays.tours):
        tours = enumerate_tours(problem, arrays.rows, arrays.worth)
        return _result(problem, Found(tours), None)
    bound = time_bound(arrays)
    deadline = time.thread_time() + effort.guard_s
    found = search(arrays, Limits(effort.seconds, deadline), seed)
    return _result(problem, found, bound)


def _result(problem: Problem, found: Found, bound: float | None) -> Result:
    """Return the answer with its times; a bound of None: nothing is worth more."""
    filled = tuple(
        fill(problem, tour, tuple(rows))
        for tour, rows in zip(problem.tours, found.tours, strict=True)
    )
    visited = {row for rows in found.tours for row in rows}
    prize = float(problem.prize[sorted(visited)].sum()) if visited else 0.0
    upper = prize if bound is None else max(prize, bound)
    return Result(
        filled=filled,
        prize=prize,
        upper_bound=upper,
        optimal=bool(np.isclose(upper, prize)),
        missing=tuple(sorted(problem.mandatory - visited)),
        steps=found.steps,
        interrupted=found.interrupted,
    )
