"""A problem as the arrays the search works on: 32-bit, one entry per place and window.

A place with two windows becomes two entries that exclude each other. So each entry has one
window, and the times of a whole tour follow from two running extremes instead of a loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import FAR, FloatArray, IntArray, Problem, candidates

Int32 = NDArray[np.int32]
Float32 = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arrays:
    """The entries 0…v-1, then for each tour d its start v+2d and its end v+2d+1.

    Attributes
    ----------
    rows
        The matrix row of each place.
    place
        The place (index into `rows`) of each entry.
    opens, closes
        The window of each entry, start and end, counted from the first tour's opening.
    leg
        Service at the first plus travel to the second; `FAR` where it breaks the second's window.
    out_of, into
        `leg` to the entries, and transposed `leg` from the entries, each contiguous by row.
    nearness
        Travel there and back between any two, for choosing neighbours.
    prize, worth
        Of each place: what it is worth, and that plus the bonus that makes it mandatory.
    tours
        How many.
    epoch
        The time that counts as 0.
    """

    rows: IntArray
    place: IntArray
    opens: Int32
    closes: Int32
    leg: Int32
    out_of: Int32
    into: Int32
    nearness: Int32
    prize: FloatArray
    worth: FloatArray
    tours: int
    epoch: int

    @property
    def entries(self) -> int:
        """How many entries can be visited."""
        return len(self.place)


def arrays_of(problem: Problem) -> Arrays:
    """Return the arrays of a problem; places that no tour can reach are not in them."""
    rows = np.array(candidates(problem), dtype=np.int64)
    epoch = min(tour.opens for tour in problem.tours)
    place, opens, closes = _entries(problem, rows, epoch)
    ends = np.array([(t.start, t.end) for t in problem.tours], dtype=np.int64).ravel()
    node = np.concatenate([rows[place], ends])
    entries = len(place)
    service = np.concatenate([problem.service[rows[place]], np.zeros(len(ends), dtype=np.int64)])
    travel = np.minimum(problem.travel[np.ix_(node, node)], FAR)
    leg = _legs(travel + service[:, None], opens, closes, entries)
    prize = problem.prize[rows].astype(np.float64)
    must = np.isin(rows, list(problem.mandatory))
    return Arrays(
        rows=rows,
        place=place,
        opens=opens,
        closes=closes,
        leg=leg,
        out_of=np.ascontiguousarray(leg[:, :entries]),
        into=np.ascontiguousarray(leg[:entries].T),
        nearness=np.minimum(travel + travel.T, FAR).astype(np.int32),
        prize=prize,
        worth=prize + must * (prize.sum() + 1.0),
        tours=len(problem.tours),
        epoch=epoch,
    )


def _entries(problem: Problem, rows: IntArray, epoch: int) -> tuple[IntArray, Int32, Int32]:
    """Return the place of each entry, and the windows of entries, starts and ends."""
    first = min(tour.opens for tour in problem.tours)
    last = max(tour.closes for tour in problem.tours)
    found = [
        (place, max(opens, first), min(closes, last))
        for place, row in enumerate(rows)
        for opens, closes in problem.windows[row]
        if opens <= last and closes >= first
    ]
    places = np.array([place for place, _, _ in found], dtype=np.int64)
    spans = [(opens, closes) for _, opens, closes in found]
    spans += [(tour.opens, tour.closes) for tour in problem.tours for _ in range(2)]
    moments = np.array(spans, dtype=np.int64).reshape(-1, 2) - epoch
    return places, moments[:, 0].astype(np.int32), moments[:, 1].astype(np.int32)


def _legs(duration: IntArray, opens: Int32, closes: Int32, entries: int) -> Int32:
    """Return the legs, `FAR` where even the earliest departure arrives too late."""
    leg = np.minimum(duration, FAR)
    leg[opens[:, None].astype(np.int64) + leg > closes[None, :]] = FAR
    ends = np.arange(entries + 1, len(leg), 2)
    # A tour shorter than the longest one is filled up with its own end, at no cost.
    leg[ends, ends] = 0
    return leg.astype(np.int32)
