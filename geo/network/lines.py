"""Lines of many segments in two flat arrays, as steps from vertex to vertex.

A segment starts at its first node; each further vertex is a step of (lon, lat) in 1e-7 degrees
(1 cm, the resolution of OpenStreetMap) held in 16 bits. The few steps too long for that stand in
a side table. A path over several segments is one cumulative sum over their steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCALE = 10_000_000
"""Units to a degree."""

FAR = np.int16(-32768)
"""Marks a step that stands in the side table."""

IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def to_units(lonlat: FloatArray) -> IntArray:
    """Return degrees as whole units of 1e-7 degrees."""
    return np.rint(np.asarray(lonlat, dtype=np.float64) * SCALE).astype(np.int32)


def to_degrees(units: NDArray[np.integer]) -> FloatArray:
    """Return whole units as degrees."""
    return np.asarray(units, dtype=np.float64) / SCALE


@dataclass(frozen=True, slots=True)
class Lines:
    """The steps of every segment.

    Parameters
    ----------
    first
        `first[s]:first[s + 1]` are the steps of segment `s`; one longer than there are segments.
    steps
        (lon, lat) steps in units, (n, 2).
    far_at, far_steps
        Positions in `steps`, ascending, of those that did not fit, and what they are.
    """

    first: IntArray
    steps: NDArray[np.int16]
    far_at: IntArray
    far_steps: IntArray

    def take(self, at: LongArray) -> LongArray:
        """Return the steps at these positions, long ones looked up."""
        taken = self.steps[at].astype(np.int64)
        if len(self.far_at):
            missing = np.flatnonzero(taken[:, 0] == FAR)
            if len(missing):
                taken[missing] = self.far_steps[np.searchsorted(self.far_at, at[missing])]
        return taken

    def trace(
        self, segments: NDArray[np.integer], backward: NDArray[np.bool_]
    ) -> tuple[LongArray, LongArray]:
        """Return the steps along a chain of segments, and how many each segment adds.

        Parameters
        ----------
        segments
            Segments in the order they are travelled.
        backward
            Whether each is travelled against the way it is stored.
        """
        low = self.first[segments].astype(np.int64)
        counts = self.first[segments + 1].astype(np.int64) - low
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        turned = np.repeat(backward, counts)
        last = np.repeat(low + counts - 1, counts)
        at = np.where(turned, last - within, np.repeat(low, counts) + within)
        steps = self.take(at)
        steps[turned] *= -1
        return steps, counts

    def vertices(self, starts: IntArray) -> tuple[FloatArray, LongArray]:
        """Return all vertices in degrees, and the segment each belongs to.

        Parameters
        ----------
        starts
            First vertex of every segment, in units, (segments, 2).
        """
        counts = np.diff(self.first).astype(np.int64)
        owner = np.repeat(np.arange(len(counts)), counts + 1)
        flat = np.zeros((len(owner), 2), dtype=np.int64)
        begins = np.cumsum(counts + 1) - (counts + 1)
        inner = np.ones(len(owner), dtype=bool)
        inner[begins] = False
        flat[inner] = self.take(np.arange(len(self.steps)))
        summed = np.cumsum(flat, axis=0)
        offset = starts.astype(np.int64) - summed[begins]
        return to_degrees(summed + np.repeat(offset, counts + 1, axis=0)), owner


def encode_lines(vertices: IntArray, first: IntArray) -> Lines:
    """Return lines as steps.

    Parameters
    ----------
    vertices
        Of all lines, in units, (n, 2).
    first
        Line `s` is `vertices[first[s]:first[s + 1]]`, at least two of them.
    """
    inner = np.ones(max(len(vertices) - 1, 0), dtype=bool)
    inner[first[1:-1] - 1] = False  # from the end of one line to the start of the next
    flat = np.diff(vertices.astype(np.int64), axis=0)[inner]
    first = (first - np.arange(len(first))).astype(np.int32)
    far = np.flatnonzero(np.abs(flat).max(axis=1, initial=0) > np.iinfo(np.int16).max)
    short = flat.copy()
    short[far] = FAR
    return Lines(first, short.astype(np.int16), far.astype(np.int32), flat[far].astype(np.int32))
