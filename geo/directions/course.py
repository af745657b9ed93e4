"""The road part of a leg as directions read it: its parts, and how far along each point lies."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from geo.models import Compass, LonLat, Mode, Road, Span
from geo.router import Junction

from .rules import MERGE_M, MIN_PASSAGE_M, Passage, passage_of

LOOK_M = 12.0
"""The direction at a point is that towards the point so far on or back."""

METRES_PER_DEGREE = 111_320.0
TINY_M = 1e-9

WINDS: tuple[Compass, ...] = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True, slots=True)
class Part:
    """A span, and what it leads over where that is to be told."""

    road: Road
    first: int
    last: int
    passage: Passage


@dataclass(frozen=True)
class Course:
    """What directions are made of.

    Parameters
    ----------
    mode
        How one travels.
    coordinates
        Of the whole leg.
    spans
        Its part on roads, without what lies in a circle of doubt; neighbours share a point.
    junctions
        In order, `at` an index into `coordinates`; None: the network does not know them.
    doubt
        Whether the leg's start and its end lie in a circle of doubt.
    target
        Where the destination lies, and how sure that is (radius in metres).
    """

    mode: Mode
    coordinates: tuple[LonLat, ...]
    spans: tuple[Span, ...]
    junctions: tuple[Junction, ...] | None
    doubt: tuple[bool, bool]
    target: tuple[LonLat, float]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The spans with their passages; a landing between two stairs belongs to them."""
        passages = _bridged([passage_of(span.road) for span in self.spans], self.spans)
        found: list[Part] = []
        for passage, group in groupby(zip(passages, self.spans, strict=True), lambda row: row[0]):
            spans = [span for _, span in group]
            told = passage and sum(s.length_m for s in spans) >= MIN_PASSAGE_M[passage]
            found += [Part(s.road, s.first, s.last, passage if told else "") for s in spans]
        return tuple(found)

    @cached_property
    def _origin(self) -> int:
        return self.spans[0].first

    @cached_property
    def _metres(self) -> NDArray[np.float64]:
        """(east, north) of the road's points in metres, from the first of them."""
        points = np.array(self.coordinates[self._origin : self.spans[-1].last + 1])
        return np.asarray((points - points[0]) * self._scale)

    @cached_property
    def _scale(self) -> tuple[float, float]:
        """Metres to a degree, eastwards and northwards."""
        lat = self.coordinates[self._origin][1]
        return METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE

    @cached_property
    def _along(self) -> list[float]:
        """How far along the road each of its points lies, as long as the spans say."""
        pieces = np.hypot(*np.diff(self._metres, axis=0).T)
        first = np.array([span.first - self._origin for span in self.spans])
        counts = np.array([span.last - span.first for span in self.spans])
        drawn = np.maximum(np.add.reduceat(pieces, first), TINY_M)
        lengths = np.array([span.length_m for span in self.spans])
        pieces *= np.repeat(lengths / drawn, counts)
        return [0.0, *np.cumsum(pieces).tolist()]

    def distance(self, first: int, last: int) -> float:
        """Return the metres of road between two points."""
        return self._along[last - self._origin] - self._along[first - self._origin]

    def heading(self, at: int) -> Compass:
        """Return the wind towards which the road leads on from a point."""
        here = at - self._origin
        there = bisect_left(self._along, self._along[here] + LOOK_M)
        ahead = self._metres[min(there, len(self._along) - 1)] - self._metres[here]
        east, north = ahead.tolist()
        return WINDS[round(math.degrees(math.atan2(east, north)) / 45) % 8]

    def bearing_of_target(self) -> tuple[float, float]:
        """Return how far the target lies off the road's end (m), and at what angle to it.

        The angle is in degrees from straight ahead, right positive.
        """
        back = bisect_right(self._along, self._along[-1] - LOOK_M) - 1
        ahead = self._metres[-1] - self._metres[max(back, 0)]
        (lon, lat), (west, south) = self.target[0], self.coordinates[self.spans[-1].last]
        aside = (lon - west) * self._scale[0], (lat - south) * self._scale[1]
        turn = math.degrees(math.atan2(*aside) - math.atan2(*ahead.tolist()))
        return math.hypot(*aside), (turn + 180) % 360 - 180


def _bridged(passages: Sequence[Passage], spans: Sequence[Span]) -> list[Passage]:
    """Fill short gaps between two passages of one kind."""
    filled = list(passages)
    for at in range(1, len(filled) - 1):
        before = filled[at - 1]
        gap = not filled[at] and spans[at].length_m < MERGE_M
        if before and before == passages[at + 1] and gap:
            filled[at] = before
    return filled
