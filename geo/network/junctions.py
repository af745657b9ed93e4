"""What a path meets at each node: how far it turns, and which other ways lead on from there."""

from __future__ import annotations

import numpy as np

from geo.router import Junction, Ring

from .lines import FloatArray, IntArray, LongArray
from .profile import Profile
from .street import ROUNDABOUT, Segments

LOOK_M = 12.0
"""How far from a junction the direction of a street is taken; nearer, kerbs bend it."""

METRES_PER_UNIT = 111_320.0 / 10_000_000
"""A unit of 1e-7 degrees of latitude."""

RINGS: tuple[Ring, ...] = ("", "enter", "leave", "along")
"""By 1 · (the way on is a roundabout) + 2 · (so was the way before)."""


def headings(segments: Segments) -> FloatArray:
    """Return the compass direction in degrees in which each arc sets out, by its code."""
    codes = np.arange(2 * len(segments))
    starts = segments.nodes[segments.ends[codes >> 1, codes & 1]]
    steps, counts = segments.lines.trace(codes >> 1, (codes & 1).astype(bool))
    shrink = np.cos(np.radians(starts[:, 1] * 1e-7))
    east = steps[:, 0] * np.repeat(shrink, counts) * METRES_PER_UNIT
    north = steps[:, 1] * METRES_PER_UNIT
    length = np.hypot(east, north)
    begins = np.cumsum(counts) - counts
    before = np.cumsum(length) - length
    before -= np.repeat(before[begins], counts)
    share = np.clip((LOOK_M - before) / np.maximum(length, 1e-9), 0.0, 1.0)
    east, north = (np.add.reduceat(part * share, begins) for part in (east, north))
    return np.asarray(np.degrees(np.arctan2(east, north)), dtype=np.float64)


def turn_between(incoming: FloatArray, outgoing: FloatArray) -> FloatArray:
    """Return the turn from one direction into another: 0 straight on, right positive, ±180."""
    return np.asarray((outgoing - incoming + 180) % 360 - 180, dtype=np.float64)


class Crossroads:
    """The arcs of one mode by the node they start from.

    Parameters
    ----------
    segments, profile
        The arcs.
    compass
        In which direction each sets out (`headings`).
    """

    def __init__(self, segments: Segments, profile: Profile, compass: FloatArray) -> None:
        codes = np.unique(profile.arcs)  # a copy made for a restriction is the same street
        tail = segments.ends[codes >> 1, codes & 1]
        self._segments = segments
        self._compass = compass
        self._ring = segments.flags & ROUNDABOUT != 0
        self._codes = codes[np.argsort(tail, kind="stable")]
        self._first = np.concatenate(
            [[0], np.cumsum(np.bincount(tail, minlength=len(segments.nodes)))]
        ).astype(np.int32)

    def along(self, codes: IntArray, upto: IntArray) -> tuple[Junction, ...]:
        """Return what a chain of arcs meets between them.

        Left out are nodes where nothing can be said: the same road goes on, and no other way does.

        Parameters
        ----------
        codes
            The arcs.
        upto
            For each arc the index of its last coordinate.
        """
        before, after = codes[:-1], codes[1:]
        here, others = self._others(before, after)
        count = np.bincount(here, minlength=len(after))
        road = self._segments.road[codes >> 1]
        on_ring = self._ring[codes >> 1]
        rings = on_ring[1:] + 2 * on_ring[:-1]
        changes = (road[1:] != road[:-1]) | (after == before ^ 1) | (rings % 3 > 0)
        told = np.flatnonzero((count > 0) | changes)
        if not len(told):
            return ()
        incoming = self._compass[before ^ 1] + 180
        turns = turn_between(incoming, self._compass[after])[told]
        other_turns = turn_between(incoming[here], self._compass[others]).tolist()
        exits = np.bincount(here[~self._ring[others >> 1]], minlength=len(after))[told]
        last = np.cumsum(count)[told]
        rows = zip(
            upto[told].tolist(), turns.tolist(), (last - count[told]).tolist(), last.tolist(),
            rings[told].tolist(), exits.tolist(), strict=True,
        )  # fmt: skip
        return tuple(
            Junction(at, turn, tuple(other_turns[low:high]), RINGS[ring], exit_ if ring > 1 else 0)
            for at, turn, low, high, ring, exit_ in rows
        )

    def _others(self, before: IntArray, after: IntArray) -> tuple[LongArray, IntArray]:
        """Return every other way on (code) and where along the chain it leaves.

        The way just come by is none.
        """
        node = self._segments.ends[after >> 1, after & 1]
        low = self._first[node].astype(np.int64)
        counts = self._first[node + 1] - low
        here = np.repeat(np.arange(len(after)), counts)
        rows = np.arange(counts.sum()) + np.repeat(low - (np.cumsum(counts) - counts), counts)
        out = self._codes[rows]
        other = (out != after[here]) & (out != before[here] ^ 1)
        return here[other], out[other]
