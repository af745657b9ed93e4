"""Tours too long for an exact answer: insertion, segment moves, reversals, and seeded kicks.

Iterated local search on an asymmetric cost matrix. A step is the best of all exchanges of two
neighbouring segments (every Or-opt move among them) and all reversals, evaluated together over
numpy arrays. No clock is read: the number of kicks is fixed, so the same costs give the same tour.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.router import FloatMatrix

Tour = NDArray[np.intp]

KICKS_PER_NODE, MOST_KICKS = 4, 120
BRIDGES = 3
"""Double bridges in one kick. A step of the descent undoes one; three led every trial of 8 to 14
nodes (80 of two kinds, against the exact answer) to its optimum, two left 2 of 40 short of it."""
SEED = 1921
TINY = 1e-9


def improve_tour(cost: FloatMatrix) -> list[int]:
    """Return a short tour through every node of `cost` (finite), node 0 first."""
    random = np.random.default_rng(SEED)
    best = _descend(cost, _insertion(cost))
    best_cost = _length(cost, best)
    for _ in range(min(KICKS_PER_NODE * len(cost), MOST_KICKS)):
        trial = _descend(cost, _kicked(best, random))
        trial_cost = _length(cost, trial)
        if trial_cost < best_cost - TINY:
            best, best_cost = trial, trial_cost
    return [int(node) for node in best]


def _length(cost: FloatMatrix, tour: Tour) -> float:
    return float(cost[tour, np.roll(tour, -1)].sum())


def _insertion(cost: FloatMatrix) -> Tour:
    """Return a tour grown by the node farthest from it, each put where it costs least."""
    tour = [0]
    left = set(range(1, len(cost)))
    near = cost[0] + cost[:, 0]
    while left:
        node = max(left, key=lambda candidate: (near[candidate], -candidate))
        left.remove(node)
        here = np.array(tour)
        after = np.roll(here, -1)
        place = int((cost[here, node] + cost[node, after] - cost[here, after]).argmin())
        tour.insert(place + 1, node)
        near = np.minimum(near, cost[node] + cost[:, node])
    return np.array(tour)


def _kicked(tour: Tour, random: np.random.Generator) -> Tour:
    """Return the tour after double bridges (Martin, Otto and Felten 1991) at random places."""
    if len(tour) < 4:  # noqa: PLR2004 - three cuts need three nodes beside the first
        return tour
    for _ in range(BRIDGES):
        a, b, c = np.sort(random.choice(np.arange(1, len(tour)), size=3, replace=False))
        tour = np.concatenate([tour[:a], tour[b:c], tour[a:b], tour[c:]])
    return tour


def _descend(cost: FloatMatrix, tour: Tour) -> Tour:
    """Apply the best step until none improves the tour."""
    while True:
        gain, step = _best_step(cost, tour)
        if gain <= TINY * max(1.0, _length(cost, tour)):
            return tour
        tour = step


def _best_step(cost: FloatMatrix, tour: Tour) -> tuple[float, Tour]:
    swap_gain, swapped = _best_swap(cost, tour)
    turn_gain, turned = _best_turn(cost, tour)
    return (swap_gain, swapped) if swap_gain >= turn_gain else (turn_gain, turned)


def _best_swap(cost: FloatMatrix, tour: Tour) -> tuple[float, Tour]:
    """Exchange two neighbouring segments, [b … c] and [d … e] in a [b … c] [d … e] f."""
    i, j, k = _cuts(len(tour))
    ring = np.append(tour, tour[0])
    a, b, c, d, e, f = ring[i - 1], ring[i], ring[j - 1], ring[j], ring[k - 1], ring[k]
    gain = cost[a, b] + cost[c, d] + cost[e, f] - cost[a, d] - cost[e, b] - cost[c, f]
    at = int(gain.argmax())
    x, y, z = int(i[at]), int(j[at]), int(k[at])
    return float(gain[at]), np.concatenate([tour[:x], tour[y:z], tour[x:y], tour[z:]])


def _best_turn(cost: FloatMatrix, tour: Tour) -> tuple[float, Tour]:
    """Reverse one segment; the costs inside it change, the matrix being asymmetric."""
    i, k = _pairs(len(tour))
    ring = np.append(tour, tour[0])
    forward = np.append(0.0, np.cumsum(cost[ring[:-1], ring[1:]]))
    backward = np.append(0.0, np.cumsum(cost[ring[1:], ring[:-1]]))
    a, b, e, f = ring[i - 1], ring[i], ring[k - 1], ring[k]
    inside = (forward[k - 1] - forward[i]) - (backward[k - 1] - backward[i])
    gain = cost[a, b] + cost[e, f] - cost[a, e] - cost[b, f] + inside
    at = int(gain.argmax())
    x, z = int(i[at]), int(k[at])
    return float(gain[at]), np.concatenate([tour[:x], tour[x:z][::-1], tour[z:]])


@lru_cache(maxsize=64)
def _cuts(size: int) -> tuple[Tour, Tour, Tour]:
    """Return every 1 ≤ i < j < k ≤ size."""
    i, j, k = np.meshgrid(*[np.arange(1, size + 1)] * 3, indexing="ij")
    keep = (i < j) & (j < k)
    return i[keep], j[keep], k[keep]


@lru_cache(maxsize=64)
def _pairs(size: int) -> tuple[Tour, Tour]:
    """Return every 1 ≤ i, i + 2 ≤ k ≤ size: segments of at least two nodes."""
    i, k = np.meshgrid(*[np.arange(1, size + 1)] * 2, indexing="ij")
    keep = k - i >= 2  # noqa: PLR2004
    return i[keep], k[keep]
