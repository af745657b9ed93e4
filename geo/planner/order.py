"""The cheapest order of visits: an asymmetric travelling salesman with free or fixed ends.

An open tour is closed through node 0: the start and the end in one, with no cost to or from a
site where the tour may begin or end anywhere. Up to `EXACT_STOPS` sites the answer is exact
(Held and Karp 1962, vectorised over subsets); beyond, a seeded local search.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from geo.router import FloatMatrix

from .local_search import improve_tour

EXACT_STOPS = 12
"""Sites ordered exactly: 12 take about 10 ms and 0.5 MB, each further one doubles both."""

FAR = 1e12
"""Stands for a missing way (seconds): sums of it stay exact enough to be compared."""


def best_order(
    cost: FloatMatrix, *, start: int | None = None, end: int | None = None
) -> tuple[int, ...]:
    """Return the rows of `cost` in the cheapest order.

    Parameters
    ----------
    cost
        Square, asymmetric, `[i, j]` from i to j; inf where there is no way.
    start, end
        Rows that must come first and last; free where None.

    Returns
    -------
    tuple[int, ...]
        Every row once, `start` first and `end` last. Of orders equally cheap always the same one.
        Its cost is infinite where no order avoids a missing way.
    """
    middle = [row for row in range(len(cost)) if row not in (start, end)]
    ends = ([] if start is None else [start]), ([] if end is None else [end])
    closed = _closed(cost, middle, start, end)
    # Held-Karp knows no bound: beyond its reach the local search takes over.
    tour = _exact(closed) if len(middle) <= EXACT_STOPS else improve_tour(closed)
    return (*ends[0], *(middle[node - 1] for node in tour[1:]), *ends[1])


def order_cost(cost: FloatMatrix, order: tuple[int, ...]) -> float:
    """Return what visiting the rows in `order` costs."""
    return float(sum(cost[a, b] for a, b in itertools.pairwise(order)))


def _closed(
    cost: FloatMatrix, middle: list[int], start: int | None, end: int | None
) -> FloatMatrix:
    """Return the costs between node 0 (both ends) and nodes 1… (`middle`), all finite."""
    closed = np.zeros((len(middle) + 1, len(middle) + 1))
    closed[1:, 1:] = cost[np.ix_(middle, middle)]
    if start is not None:
        closed[0, 1:] = cost[start, middle]
    if end is not None:
        closed[1:, 0] = cost[middle, end]
    np.fill_diagonal(closed, 0.0)
    return np.where(np.isfinite(closed), closed, FAR)


def _exact(closed: FloatMatrix) -> list[int]:
    """Return the cheapest tour through every node, from node 0.

    `best[subset, last]` is the cheapest way from node 0 through `subset` ending at `last`; subsets
    are bit masks over nodes 1…, handled together by size.
    """
    count = len(closed) - 1
    if count == 0:
        return [0]
    between = closed[1:, 1:]
    best = np.full((1 << count, count), np.inf)
    came_from = np.zeros((1 << count, count), dtype=np.int8)
    best[1 << np.arange(count), np.arange(count)] = closed[0, 1:]
    masks = np.arange(1 << count)
    sizes = np.bitwise_count(masks)
    for size in range(2, count + 1):
        layer = masks[sizes == size]
        for last in range(count):
            subset = layer[(layer >> last) & 1 == 1]
            costs = best[subset ^ (1 << last)] + between[:, last]
            came_from[subset, last] = costs.argmin(axis=1)
            best[subset, last] = costs.min(axis=1)
    return _walk_back(came_from, int((best[-1] + closed[1:, 0]).argmin()))


def _walk_back(came_from: NDArray[np.int8], last: int) -> list[int]:
    subset = len(came_from) - 1
    backwards: list[int] = []
    while subset:
        backwards.append(last + 1)
        subset, last = subset ^ (1 << last), int(came_from[subset, last])
    return [0, *reversed(backwards)]
