"""What no answer can be worth more than."""

from __future__ import annotations

import numpy as np

from .arrays import Arrays
from .problem import FAR, FloatArray


def time_bound(arrays: Arrays) -> float:
    """Return an upper bound on the prize from the time that visits take at least.

    Each visit takes its service and the shortest way to it. Filled by prize a second, the last
    place in part (Dantzig 1957), the hours of all tours together are worth at most this much.
    """
    entries, tours = arrays.entries, arrays.tours
    starts, ends = entries + 2 * np.arange(tours), entries + 2 * np.arange(tours) + 1
    leg = arrays.leg.astype(np.float64)
    np.fill_diagonal(leg, FAR)
    sources = np.concatenate([np.arange(entries), starts])
    least = np.full(len(arrays.rows), np.inf)
    # Service counts at the place left: a tour's last leg, to its end, holds the last service.
    np.minimum.at(least, arrays.place, leg[sources][:, :entries].min(axis=0, initial=FAR))
    span = float((arrays.closes[ends] - arrays.opens[starts]).sum())
    home = leg[np.ix_(np.arange(entries), ends)].min(initial=FAR)
    room = max(0.0, span - (home if entries else 0.0))
    return fractional_knapsack(arrays.prize, least, room)


def fractional_knapsack(prize: FloatArray, size: FloatArray, room: float) -> float:
    """Return what fits at most into `room`, parts allowed."""
    order = np.argsort(size / np.maximum(prize, 1e-12), kind="stable")
    used = np.minimum(np.cumsum(size[order]), room)
    part = np.diff(used, prepend=0.0) / np.maximum(size[order], 1e-12)
    part = np.where(size[order] <= 0, 1.0, part)
    return float((np.minimum(part, 1.0) * prize[order]).sum())
