"""How long the bridge or tunnel is that a stretch of road is a piece of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .lines import FloatArray, IntArray


def run_lengths(ends: IntArray, length_m: FloatArray, kind: NDArray[np.integer]) -> FloatArray:
    """Return the metres of everything of its kind that each segment hangs together with.

    Parameters
    ----------
    ends
        First and last node of each segment, (m, 2).
    length_m
        Of each segment.
    kind
        0 in the open, else a number for each kind of structure; kinds do not hang together.

    Returns
    -------
    FloatArray
        Of each segment; 0 in the open.
    """
    found = np.zeros(len(ends))
    for one in np.unique(kind[kind != 0]):
        rows = np.flatnonzero(kind == one)
        nodes, local = np.unique(ends[rows], return_inverse=True)
        part = parts_of(len(nodes), local.reshape(-1, 2))[local.reshape(-1, 2)[:, 0]]
        found[rows] = np.bincount(part, length_m[rows])[part]
    return found


def parts_of(size: int, ends: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return a number for each node, the same for all that edges (m, 2) join."""
    label = np.arange(size)
    while True:
        lower = label.copy()
        low = label[ends].min(axis=1)
        np.minimum.at(lower, ends[:, 0], low)
        np.minimum.at(lower, ends[:, 1], low)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower
