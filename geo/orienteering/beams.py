"""First tours by beam search: every good beginning of a tour is carried on by one visit more.

Of beginnings that hold the same places and end at the same one only the earliest is kept; of the
rest those that have most prize for their time, a few at each place, so that none crowds out all.
What time counts is not known beforehand, so it is tried: a little beam takes some milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Bools, Int32
from .problem import FloatArray, IntArray

WIDTH, AT_A_PLACE = 200, 10
"""Beginnings carried on, and of those that end with the same visit."""

SPREAD = 0.1
"""How much the prizes are varied from one beam to the next, as a standard deviation."""

SLOPES = (1.0, 2.2)
"""What time counts, in shares of the prize that a first tour has for its time."""

LAYER_S, CELL_S = 150e-6, 15e-9
"""Seconds that one visit more takes, and more for each visit weighed, measured on one core of a
2.1 GHz server."""

FIRST_GUESS, SLOPE_ROUNDS = 6.0, 3
"""Visits of middling prize that a tour is thought to have before any is known, and the beams that
find how much it has."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Beginnings of a tour that have as many visits: the last one, its begin, what was visited."""

    entry: IntArray
    time: Int32
    score: FloatArray
    seen: Bools
    key: IntArray


@dataclass(frozen=True, slots=True)
class Wish:
    """What a beam is after: one tour without some places, scores of entries, what time counts."""

    tour: int
    barred: Bools
    score: FloatArray
    slope: float


@dataclass(frozen=True, slots=True)
class Field:
    """The entries a beam may visit.

    Of each: its place, its score, the legs to it from every node, when it opens, and the last
    begin after which the tour still comes home in time.
    """

    entry: IntArray
    place: IntArray
    score: FloatArray
    leg: Int32
    opens: Int32
    last: Int32

    @classmethod
    def of(cls, arrays: Arrays, wish: Wish) -> Field:
        """Return the field of a beam."""
        entry = np.flatnonzero(~wish.barred[arrays.place])
        home = arrays.entries + 2 * wish.tour + 1
        return cls(
            entry=entry,
            place=arrays.place[entry],
            score=wish.score[entry],
            leg=np.ascontiguousarray(arrays.leg[:, entry]),
            opens=arrays.opens[entry],
            last=np.minimum(arrays.closes[entry], arrays.closes[home] - arrays.leg[entry, home]),
        )


@dataclass(slots=True)
class Beams:
    """Beams over one problem; `spent_s` is the work so far, the same on every machine."""

    arrays: Arrays
    spent_s: float = 0.0

    def answers(self, count: int, seconds: float, rng: np.random.Generator) -> list[list[IntArray]]:
        """Return answers as entries, each tour from what those before it left.

        One at least, and no further one is begun once so many `seconds` of work are spent.
        """
        arrays, scores = self.arrays, self.arrays.worth[self.arrays.place]
        slope, found = self._slope(scores), []
        for share in np.linspace(*SLOPES, count):
            barred = np.zeros(len(arrays.rows), dtype=bool)
            tours: list[IntArray] = [np.zeros(0, dtype=np.int64)] * arrays.tours
            for tour in rng.permutation(arrays.tours).tolist():
                varied = scores * (1 + SPREAD * rng.standard_normal(len(scores)))
                tours[tour] = self.tour(Wish(tour, barred, varied, share * slope))
                barred[arrays.place[tours[tour]]] = True
            found.append(tours)
            if self.spent_s > seconds:
                break
        return found

    def _slope(self, scores: FloatArray) -> float:
        """Return what a first tour is worth a moment, found in a few rounds."""
        arrays = self.arrays
        span = float(max(1, arrays.closes[arrays.entries + 1] - arrays.opens[arrays.entries]))
        slope = float(np.median(arrays.prize)) * FIRST_GUESS / span
        nowhere = np.zeros(len(arrays.rows), dtype=bool)
        for _ in range(SLOPE_ROUNDS):
            tour = self.tour(Wish(0, nowhere, scores, slope))
            if len(tour):
                slope = float(arrays.prize[arrays.place[tour]].sum()) / span
        return slope

    def tour(self, wish: Wish) -> IntArray:
        """Return the tour worth most that a beam finds, as entries in order."""
        arrays, start = self.arrays, self.arrays.entries + 2 * wish.tour
        field = Field.of(arrays, wish)
        names = np.random.default_rng(start).integers(1 << 62, size=len(arrays.rows))
        best, layers = (0.0, 0, 0), []
        now = Beginnings(
            entry=np.array([start]),
            time=arrays.opens[start : start + 1],
            score=np.zeros(1),
            seen=wish.barred[None, :],
            key=np.zeros(1, dtype=np.int64),
        )
        while len(now.entry) and len(field.entry):
            self.spent_s += LAYER_S + len(now.entry) * len(field.entry) * CELL_S
            now, of = _longer(now, field, wish.slope, names)
            layers.append((now.entry, of))
            worth = (now.seen & ~wish.barred) @ arrays.worth
            if len(worth) and worth.max() > best[0]:
                best = (float(worth.max()), len(layers), int(worth.argmax()))
        _, depth, at = best
        return _traced(layers[:depth], at)


def _traced(layers: list[tuple[IntArray, IntArray]], at: int) -> IntArray:
    """Return the visits that lead to one beginning of the last layer."""
    tour = []
    for entries, of in reversed(layers):
        tour.append(int(entries[at]))
        at = int(of[at])
    return np.array(tour[::-1], dtype=np.int64)


def _longer(
    now: Beginnings, field: Field, slope: float, names: IntArray
) -> tuple[Beginnings, IntArray]:
    """Return the beginnings with one visit more, and which one each carries on."""
    begin = np.take(field.leg, now.entry, axis=0)
    begin += now.time[:, None]
    np.maximum(begin, field.opens, out=begin)
    cost = begin * slope
    cost -= now.score[:, None] + field.score
    cost[(begin > field.last) | np.take(now.seen, field.place, axis=1)] = np.inf
    most = min(AT_A_PLACE, len(cost))
    of = np.argpartition(cost, most - 1, axis=0)[:most].ravel()
    column = np.tile(np.arange(len(field.entry)), most)
    kept = np.flatnonzero(cost[of, column] < np.inf)
    of, column = of[kept], column[kept]
    key = now.key[of] ^ names[field.place[column]]
    # Of one last visit and the same places before, the earliest.
    order = np.lexsort((of, begin[of, column], key, column))
    alike = (key[order][1:] == key[order][:-1]) & (column[order][1:] == column[order][:-1])
    order = order[np.concatenate([np.ones(min(1, len(order)), dtype=bool), ~alike])]
    order = order[np.argsort(cost[of[order], column[order]], kind="stable")[:WIDTH]]
    of, column = of[order], column[order]
    seen = now.seen[of]
    seen[np.arange(len(of)), field.place[column]] = True
    longer = Beginnings(
        entry=field.entry[column],
        time=begin[of, column],
        score=now.score[of] + field.score[column],
        seen=seen,
        key=key[order],
    )
    return longer, of
