"""What a shake takes out: strings of visits near one spot, or visits here and there.

Adjacent string removal is Christiaens and Vanden Berghe's (slack induction by string removals,
2020): tours lose neighbouring visits in neighbouring tours, so that the room is where something
new can use it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Bools
from .chains import Chains
from .problem import FAR, IntArray

MOST = 10
"""Visits a shake takes out at most, about; the best of 4, 6, 10 and 16 on eight problems."""

SCATTERED = 0.2
"""Share of shakes that take visits out here and there."""

HALF = 0.5
"""A string is at most this share of its tour,"""

SHORT = 3
"""or so many visits: a tour that short may have to change altogether."""


@dataclass(frozen=True, slots=True)
class Shake:
    """The lines that lose visits, and which positions."""

    lines: IntArray
    gone: Bools


def choose(chains: Chains, stuck: IntArray, rng: np.random.Generator) -> Shake:
    """Choose what to take out of each of the chains in `stuck`."""
    lines = chains.lines(stuck)
    tours = chains.arrays.tours
    length = chains.length[lines].reshape(-1, tours)
    width = int(length.max()) + 2
    steps = np.arange(width)
    visit = (steps > 0) & (steps <= length.reshape(-1, 1))
    total = 1 + np.floor(rng.random(len(stuck)) ** 1.5 * MOST)
    gone = _strings(chains, lines, visit, total, rng)
    scattered = rng.random(len(stuck)) < SCATTERED
    share = np.minimum(total / np.maximum(length.sum(axis=1), 1), HALF)
    here_and_there = (rng.random(gone.shape) < np.repeat(share, tours)[:, None]) & visit
    gone = np.where(np.repeat(scattered, tours)[:, None], here_and_there, gone)
    hit = np.flatnonzero(gone.any(axis=1))
    return Shake(lines[hit], gone[hit])


def _strings(
    chains: Chains, lines: IntArray, visit: Bools, total: IntArray, rng: np.random.Generator
) -> Bools:
    """Mark strings of visits around a random place, in the tours nearest to it."""
    arrays, count, tours = chains.arrays, len(total), chains.arrays.tours
    width = visit.shape[1]
    seed = rng.integers(0, arrays.entries, count)
    away = arrays.nearness[chains.node[lines, :width], np.repeat(seed, tours)[:, None]]
    away = np.where(visit, away, FAR)
    centre = away.argmin(axis=1)
    nearest = away.min(axis=1).reshape(count, tours)
    hit = 1 + np.minimum(rng.integers(0, tours, count), rng.integers(0, tours, count))
    rank = nearest.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    length = chains.length[lines].reshape(count, tours)
    most = np.minimum(2 * total / hit, np.inf)[:, None]
    most = np.maximum(SHORT, np.minimum(most, HALF * length))
    size = np.minimum(1 + np.floor(rng.random((count, tours)) * most), length)
    size = np.where(rank < hit[:, None], size, 0).astype(np.int64).ravel()
    before = np.floor(rng.random(len(lines)) * size).astype(np.int64)
    first = np.clip(centre - before, 1, np.maximum(length.ravel() - size + 1, 1))[:, None]
    steps = np.arange(width)
    chosen: Bools = (steps >= first) & (steps < first + size[:, None]) & visit
    return chosen
