"""Every subset of a few places: the earliest times of all tours over all subsets, layer by layer.

Bellman's and Held and Karp's dynamic programme (1962) with opening hours: to arrive earlier is
never worse, so of all orders of a subset with the same last visit only the earliest counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .problem import FAR, FloatArray, IntArray, Problem, Tour, begins_of

ONE_TOUR_PLACES = 14
"""Places enumerated for one tour: 14 take about 60 ms, each further one doubles that."""

MORE_TOURS_PLACES = 10
"""Places enumerated for several tours, the subsets split over them: about 30 ms a tour."""


@dataclass(frozen=True, slots=True)
class Subsets:
    """One tour over each subset of the places (a bit each).

    `begin[subset, last]` is the earliest begin of the last visit, `back[subset]` the earliest
    return; `FAR` where the subset cannot be visited so.
    """

    begin: IntArray
    back: IntArray


def enumerable(places: int, tours: int) -> bool:
    """Whether all subsets of so many places can be looked at."""
    return places <= (ONE_TOUR_PLACES if tours == 1 else MORE_TOURS_PLACES)


def enumerate_tours(problem: Problem, rows: IntArray, worth: FloatArray) -> list[list[int]]:
    """Return the tours worth most, and of these the ones back earliest, all tours added up.

    Parameters
    ----------
    problem
        The problem.
    rows
        The rows that may be visited; `enumerable` in number.
    worth
        What each of them counts (prize and, if mandatory, a bonus).

    Returns
    -------
    list of list of int
        The rows of each tour in order.
    """
    every = [_subsets(problem, rows, tour) for tour in problem.tours]
    chosen = _split(every, _subset_sums(worth))
    return [
        _order(problem, rows, tour, subsets, subset)
        for tour, subsets, subset in zip(problem.tours, every, chosen, strict=True)
    ]


def _subset_sums(values: FloatArray) -> FloatArray:
    """Return the sum of `values` over each subset."""
    sums = np.zeros(1, dtype=values.dtype)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _subsets(problem: Problem, rows: IntArray, tour: Tour) -> Subsets:
    """Return the earliest times of one tour over all subsets."""
    count = len(rows)
    begin = np.full((1 << count, count), FAR, dtype=np.int64)
    leg = _legs(problem, rows)
    for place, row in enumerate(rows):
        arrival = np.array([tour.opens + problem.travel[tour.start, row]])
        begin[1 << place, place] = begins_of(problem.windows[row], arrival)[0]
    every = np.arange(1 << count)
    size = _subset_sums(np.ones(count))
    for layer in range(1, count):
        now = every[size == layer]
        for place, row in enumerate(rows):
            without = now[(now >> place & 1) == 0]
            arrival = (begin[without] + leg[:, place]).min(axis=1)
            begin[without | 1 << place, place] = begins_of(problem.windows[row], arrival)
    home = problem.service[rows] + problem.travel[rows, tour.end]
    back = (begin + np.minimum(home, FAR)).min(axis=1) if count else np.array([FAR])
    back[0] = tour.opens
    return Subsets(begin, np.where(back <= tour.closes, back, FAR))


def _legs(problem: Problem, rows: IntArray) -> IntArray:
    """Return service at one place plus travel to another."""
    whole = problem.service[rows][:, None] + problem.travel[np.ix_(rows, rows)]
    return np.asarray(np.minimum(whole, FAR), dtype=np.int64)


def _split(every: list[Subsets], worth: FloatArray) -> list[int]:
    """Return the disjoint subsets, one a tour, worth most and back earliest."""
    back = every[0].back
    layers = [back]
    for subsets in every[1:]:
        back = _join(back, subsets.back)
        layers.append(back)
    possible = np.where(back < FAR, worth, -1)
    best = np.flatnonzero(possible == possible.max())
    left = int(best[back[best].argmin()])
    chosen = []
    for depth in range(len(every) - 1, 0, -1):
        part = _part(left, layers[depth - 1], every[depth].back)
        chosen.append(part)
        left ^= part
    return [left, *reversed(chosen)]


def _join(first: IntArray, second: IntArray) -> IntArray:
    """Return the earliest sum of returns over each subset, split in two parts as is best."""
    joined = np.full(len(first), FAR, dtype=np.int64)
    every = np.arange(len(first))
    for part in np.flatnonzero(second < FAR):
        rest = every[(every & part == 0) & (first < FAR)]
        total = first[rest] + second[part]
        joined[rest | part] = np.minimum(joined[rest | part], total)
    return joined


def _part(subset: int, first: IntArray, second: IntArray) -> int:
    """Return the part of `subset` that the second has in the best split."""
    every = np.arange(len(first))
    parts = every[(every & ~subset) == 0]
    return int(parts[(first[subset ^ parts] + second[parts]).argmin()])


def _order(
    problem: Problem, rows: IntArray, tour: Tour, subsets: Subsets, subset: int
) -> list[int]:
    """Return the rows of `subset` in the order of its earliest return."""
    if not subset:
        return []
    leg = _legs(problem, rows)
    home = problem.service[rows] + problem.travel[rows, tour.end]
    last = int((subsets.begin[subset] + np.minimum(home, FAR)).argmin())
    order = [last]
    while subset := subset ^ (1 << last):
        last = int((subsets.begin[subset] + leg[:, last]).argmin())
        order.append(last)
    return [int(rows[place]) for place in reversed(order)]
