"""Many answers improved at once: all their insertions evaluated in one numpy expression.

A single move costs numpy about as much overhead as work. So a batch of answers ("chains") takes
its steps together, and each of them is offered every entry at every position of every tour that
changed. The idea of forward times and latest times that decide an insertion without walking the
tour is Savelsbergh's (1992); insertion by worth over delay, Vansteenwegen et al. (2009).
"""

from __future__ import annotations

import numpy as np

from .arrays import Arrays, Bools, Float32, Int32
from .problem import FAR, IntArray

BLINK = 0.02
"""Share of positions an insertion overlooks unless no other is left (Christiaens and Vanden
Berghe's blinks): else the same visits would always come back in the same order."""

GROWTH = 16
"""How many positions are added when a tour outgrows the arrays."""


class Chains:
    """A batch of answers; tour d of chain c is line c × tours + d.

    Attributes
    ----------
    node
        Entries of each line in order, its start first, filled up with its end.
    length
        Visits of each line.
    begin, latest
        When each visit begins, and the latest arrival that keeps the rest of the line in time.
    delay
        What the cheapest insertion of each entry into each line costs; inf: it does not fit.
    seen
        Which places each chain visits.
    cells
        How many insertions were evaluated so far: a clock that is the same on every machine.
    """

    def __init__(self, arrays: Arrays, count: int) -> None:
        self.arrays = arrays
        self.count = count
        tours, width = arrays.tours, GROWTH
        starts = arrays.entries + 2 * np.arange(tours, dtype=np.int32)
        self.node: Int32 = np.tile(np.repeat(starts[:, None] + 1, width, axis=1), (count, 1))
        self.node[:, 0] = np.tile(starts, count)
        self.length: Int32 = np.zeros(count * tours, dtype=np.int32)
        self.begin: Int32 = np.zeros_like(self.node)
        self.latest: Int32 = np.full_like(self.node, -FAR)
        self.delay: Float32 = np.full((count * tours, arrays.entries), np.inf, dtype=np.float32)
        self.seen: Bools = np.zeros((count, len(arrays.rows)), dtype=bool)
        self.cells = 0
        self.refresh(np.arange(count * tours))

    def lines(self, chains: IntArray) -> IntArray:
        """Return the lines of these chains."""
        tours = self.arrays.tours
        return (chains[:, None] * tours + np.arange(tours)).ravel()

    def ends(self, chains: IntArray) -> IntArray:
        """Return when the tours of these chains are back, added up."""
        lines = self.lines(chains)
        back = self.begin[lines, self.length[lines] + 1].astype(np.int64)
        total: IntArray = back.reshape(-1, self.arrays.tours).sum(axis=1)
        return total

    def refresh(self, lines: IntArray) -> None:
        """Recompute the times of changed lines and what insertions into them cost."""
        width = int(self.length[lines].max()) + 2
        node = self.node[lines, :width]
        leg = self.arrays.leg[node[:, :-1], node[:, 1:]]
        total = np.zeros_like(node)
        np.cumsum(leg, axis=1, out=total[:, 1:])
        # With one window an entry, waiting makes a tour's times a running maximum.
        begin = np.maximum.accumulate(self.arrays.opens[node] - total, axis=1) + total
        room = (self.arrays.closes[node] - total)[:, ::-1]
        latest = np.minimum.accumulate(room, axis=1)[:, ::-1] + total
        latest[np.arange(width) > self.length[lines, None] + 1] = -FAR
        self.begin[lines, :width] = begin
        self.latest[lines, :width] = latest
        # What a longer line left behind the end must not look like a position.
        self.latest[lines, width:] = -FAR
        self.delay[lines] = self._delays(node, begin[:, :-1], leg, latest[:, 1:])

    def _delays(self, node: Int32, begin: Int32, leg: Int32, latest: Int32) -> Float32:
        """Return the least delay of each entry over all positions of each line."""
        arrays, entries = self.arrays, self.arrays.entries
        self.cells += begin.size * entries
        moment = np.take(arrays.out_of, node[:, :-1], axis=0, mode="clip")
        moment += begin[:, :, None]
        np.maximum(moment, arrays.opens[:entries], out=moment)
        late = moment > arrays.closes[:entries]
        moment += np.take(arrays.into, node[:, 1:], axis=0, mode="clip")
        late |= moment > latest[:, :, None]
        moment -= (begin + leg)[:, :, None]
        moment[late] = FAR
        least = moment.min(axis=1)
        delay: Float32 = np.maximum(least, 1).astype(np.float32)
        delay[least >= FAR] = np.inf
        return delay

    def insert(self, lines: IntArray, entry: IntArray, rng: np.random.Generator) -> None:
        """Insert one entry into each of these lines where it delays them least; no refresh."""
        position = self._positions(lines, entry, rng)
        width = int(self.length[lines].max()) + 3
        if width > self.node.shape[1]:
            self._grow()
        steps = np.arange(width)
        source = steps - (steps > position[:, None])
        node = np.take_along_axis(self.node[lines, :width], source, axis=1)
        node[np.arange(len(lines)), position] = entry
        self.node[lines, :width] = node
        self.length[lines] += 1
        self.seen[lines // self.arrays.tours, self.arrays.place[entry]] = True

    def _positions(self, lines: IntArray, entry: IntArray, rng: np.random.Generator) -> IntArray:
        """Return where each entry delays its line least, some positions overlooked."""
        arrays = self.arrays
        width = int(self.length[lines].max()) + 2
        before, after = self.node[lines, : width - 1], self.node[lines, 1:width]
        begin = self.begin[lines, : width - 1]
        moment = np.maximum(begin + arrays.leg[before, entry[:, None]], arrays.opens[entry, None])
        late = moment > arrays.closes[entry, None]
        moment += arrays.leg[entry[:, None], after]
        late |= moment > self.latest[lines, 1:width]
        moment -= begin + arrays.leg[before, after]
        moment[rng.random(moment.shape, dtype=np.float32) < BLINK] = FAR - 1
        moment[late] = FAR
        first: IntArray = moment.argmin(axis=1) + 1
        return first

    def remove(self, lines: IntArray, gone: Bools) -> None:
        """Take the marked positions out of these lines; no refresh."""
        width = gone.shape[1]
        node = self.node[lines, :width]
        line, position = np.nonzero(gone)
        places = self.arrays.place[node[line, position]]
        self.seen[lines[line] // self.arrays.tours, places] = False
        order = np.argsort(gone, axis=1, kind="stable")
        length = self.length[lines] - gone.sum(axis=1, dtype=np.int32)
        end = self.arrays.entries + 2 * (lines % self.arrays.tours) + 1
        kept = np.take_along_axis(node, order, axis=1)
        beyond = np.arange(width) > length[:, None]
        self.node[lines, :width] = np.where(beyond, end[:, None], kept)
        self.length[lines] = length

    def load(self, chains: IntArray, source: Chains, origins: IntArray) -> None:
        """Make these chains copies of `origins` of another batch."""
        while source.node.shape[1] < self.node.shape[1]:
            source._grow()
        while self.node.shape[1] < source.node.shape[1]:
            self._grow()
        to, of = self.lines(chains), source.lines(origins)
        for name in ("node", "length", "begin", "latest", "delay"):
            getattr(self, name)[to] = getattr(source, name)[of]
        self.seen[chains] = source.seen[origins]

    def clear(self, chains: IntArray) -> None:
        """Take every visit out of these chains."""
        lines = self.lines(chains)
        self.node[lines, 1:] = (self.arrays.entries + 2 * (lines % self.arrays.tours) + 1)[:, None]
        self.length[lines] = 0
        self.seen[chains] = False
        self.refresh(lines)

    def _grow(self) -> None:
        """Make room for longer lines."""
        self.node = np.pad(self.node, ((0, 0), (0, GROWTH)), mode="edge")
        self.begin = np.pad(self.begin, ((0, 0), (0, GROWTH)))
        self.latest = np.pad(self.latest, ((0, 0), (0, GROWTH)), constant_values=-FAR)

    def tours_of(self, chain: int) -> list[list[int]]:
        """Return the matrix rows that a chain visits, tour by tour."""
        lines = range(chain * self.arrays.tours, (chain + 1) * self.arrays.tours)
        visits = [self.node[line, 1 : 1 + self.length[line]] for line in lines]
        return [self.arrays.rows[self.arrays.place[entries]].tolist() for entries in visits]
