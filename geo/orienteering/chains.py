"""Many answers improved at once, each step of all of them in a few numpy expressions.

A single move costs numpy about as much overhead as work, so a batch of answers ("chains") takes
its steps together. Forward times and latest times decide an insertion without walking the tour
(Savelsbergh 1992). What fits somewhere is a short list: looked for once after a shake, it only
shrinks while visits are added.
"""

from __future__ import annotations

import numpy as np

from .arrays import Arrays, Bools, Int32
from .fits import Fits, Insertion, fits_at
from .problem import FAR, IntArray

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
    seen
        Which places each chain visits.
    fits
        What can be inserted into the lines, sorted by line.
    looked, cells
        How many insertions were evaluated so far one by one, and in whole lines: a clock that is
        the same on every machine.
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
        self.seen: Bools = np.zeros((count, len(arrays.rows)), dtype=bool)
        self.fits = Fits.none()
        self.looked = self.cells = 0
        self.time(np.arange(count * tours))

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

    def time(self, lines: IntArray) -> None:
        """Recompute the times of changed lines."""
        if not len(lines):
            return
        width = int(self.length[lines].max()) + 2
        node = self.node[lines, :width]
        total = np.zeros_like(node)
        np.cumsum(self.arrays.leg[node[:, :-1], node[:, 1:]], axis=1, out=total[:, 1:])
        # With one window an entry, waiting makes a tour's times a running maximum.
        begin = np.maximum.accumulate(self.arrays.opens[node] - total, axis=1) + total
        room = (self.arrays.closes[node] - total)[:, ::-1]
        latest = np.minimum.accumulate(room, axis=1)[:, ::-1] + total
        latest[np.arange(width) > self.length[lines, None] + 1] = -FAR
        self.begin[lines, :width] = begin
        self.latest[lines, :width] = latest
        # What a longer line left behind the end must not look like a position.
        self.latest[lines, width:] = -FAR

    def insert(self, line: IntArray, before: IntArray, entry: IntArray) -> None:
        """Insert one entry into each of these lines, and keep what else still fits."""
        width = int(self.length[line].max()) + 3
        if width > self.node.shape[1]:
            self._grow()
        steps = np.arange(width)
        source = steps - (steps > before[:, None] + 1)
        node = np.take_along_axis(self.node[line, :width], source, axis=1)
        node[np.arange(len(line)), before + 1] = entry
        self.node[line, :width] = node
        self.length[line] += 1
        self.seen[line // self.arrays.tours, self.arrays.place[entry]] = True
        self.time(line)
        self.fits = self._still(self.fits.moved(line, before, len(self.length)))

    def _still(self, fits: Fits) -> Fits:
        """Return what still fits, with the delays of now."""
        arrays, width = self.arrays, self.node.shape[1]
        self.looked += len(fits.line)
        at = fits.line * width + fits.before
        found = Insertion(
            entry=fits.entry,
            node=self.node.ravel()[at],
            following=self.node.ravel()[at + 1],
            begin=self.begin.ravel()[at],
            latest=self.latest.ravel()[at + 1],
        )
        delay, kept = fits_at(arrays, found)
        kept &= ~self.seen[fits.line // arrays.tours, arrays.place[fits.entry]]
        return Fits(fits.line[kept], fits.before[kept], fits.entry[kept], delay[kept])

    def open(self, chains: IntArray, changed: IntArray, gone: Bools) -> None:
        """Look for what fits into shaken chains, into which nothing fitted before.

        Parameters
        ----------
        chains
            The shaken ones.
        changed
            Their lines that lost visits: everything may fit there.
        gone
            For each of `chains`, the places taken out: nothing else fits into its other lines.
        """
        self.time(changed)
        mine = np.zeros(len(self.length), dtype=bool)
        mine[self.lines(chains)] = True
        whole = np.zeros_like(mine)
        whole[changed] = True
        # Nothing was looked for in a line that never had a visit.
        whole |= mine & (self.length == 0)
        parts = [self.fits, self._wholly(np.flatnonzero(whole))]
        if (mine & ~whole).any():
            parts.append(self._partly(chains, mine & ~whole, gone))
        self.fits = Fits.joined(parts)

    def _wholly(self, lines: IntArray) -> Fits:
        """Return what fits into these lines."""
        if not len(lines):
            return Fits.none()
        arrays, entries = self.arrays, self.arrays.entries
        width = int(self.length[lines].max()) + 1
        node, begin = self.node[lines, : width + 1], self.begin[lines, :width]
        self.cells += begin.size * entries
        moment = np.take(arrays.out_of, node[:, :-1], axis=0, mode="clip")
        moment += begin[:, :, None]
        np.maximum(moment, arrays.opens[:entries], out=moment)
        late = moment > arrays.closes[:entries]
        moment += np.take(arrays.into, node[:, 1:], axis=0, mode="clip")
        late |= moment > self.latest[lines, 1 : width + 1, None]
        late |= np.take(self.seen[lines // arrays.tours], arrays.place, axis=1)[:, None, :]
        line, before, entry = np.nonzero(~late)
        leg = arrays.leg[node[line, before], node[line, before + 1]]
        delay = moment[line, before, entry] - begin[line, before] - leg
        return Fits(lines[line], before, entry, np.maximum(delay, 1).astype(np.float32))

    def _partly(self, chains: IntArray, lines: Bools, gone: Bools) -> Fits:
        """Return what of the places that are gone fits into these lines."""
        arrays, tours = self.arrays, self.arrays.tours
        index, entry = np.nonzero(np.take(gone, arrays.place, axis=1))
        line = (chains[index, None] * tours + np.arange(tours)).ravel()
        entry = np.repeat(entry, tours)
        line, entry = line[lines[line]], entry[lines[line]]
        counts = self.length[line].astype(np.int64) + 1
        before = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        unknown = np.zeros(len(before), dtype=np.float32)
        return self._still(Fits(np.repeat(line, counts), before, np.repeat(entry, counts), unknown))

    def remove(self, lines: IntArray, gone: Bools) -> None:
        """Take the marked positions out of these lines; no times, no fits."""
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
        """Make these chains, into which nothing fits, copies of `origins` of another batch."""
        while source.node.shape[1] < self.node.shape[1]:
            source._grow()
        while self.node.shape[1] < source.node.shape[1]:
            self._grow()
        to, of = self.lines(chains), source.lines(origins)
        for name in ("node", "length", "begin", "latest"):
            getattr(self, name)[to] = getattr(source, name)[of]
        self.seen[chains] = source.seen[origins]

    def clear(self, chains: IntArray) -> None:
        """Take every visit out of these chains; no fits."""
        lines = self.lines(chains)
        self.node[lines, 1:] = (self.arrays.entries + 2 * (lines % self.arrays.tours) + 1)[:, None]
        self.length[lines] = 0
        self.seen[chains] = False
        self.time(lines)

    def write(self, chains: IntArray, answers: list[list[IntArray]]) -> None:
        """Make each chain, into which nothing fits, hold the tours of one answer, as entries.

        A tour that is late without what was taken out of it is left empty.
        """
        self.clear(chains)
        for chain, tours in zip(chains.tolist(), answers, strict=True):
            for day, tour in enumerate(tours):
                while self.node.shape[1] < len(tour) + 2:
                    self._grow()
                line = chain * self.arrays.tours + day
                self.node[line, 1 : 1 + len(tour)] = tour
                self.length[line] = len(tour)
                self.seen[chain, self.arrays.place[tour]] = True
        lines = self.lines(chains)
        self.time(lines)
        width = self.node.shape[1]
        late = (self.begin > self.latest) & (np.arange(width) <= self.length[:, None] + 1)
        broken = lines[late[lines].any(axis=1)]
        gone = (np.arange(width) > 0) & (np.arange(width) <= self.length[broken, None])
        if len(broken):
            self.remove(broken, gone)
        self.open(chains, lines, self.seen[chains])

    def _grow(self) -> None:
        """Make room for longer lines."""
        self.node = np.pad(self.node, ((0, 0), (0, GROWTH)), mode="edge")
        self.begin = np.pad(self.begin, ((0, 0), (0, GROWTH)))
        self.latest = np.pad(self.latest, ((0, 0), (0, GROWTH)), constant_values=-FAR)

    def entries_of(self, line: int) -> IntArray:
        """Return the entries that a line visits."""
        found: IntArray = self.node[line, 1 : 1 + self.length[line]].astype(np.int64)
        return found

    def tours_of(self, chain: int) -> list[list[int]]:
        """Return the matrix rows that a chain visits, tour by tour."""
        lines = range(chain * self.arrays.tours, (chain + 1) * self.arrays.tours)
        visits = [self.entries_of(line) for line in lines]
        return [self.arrays.rows[self.arrays.place[entries]].tolist() for entries in visits]
