"""What can be inserted where: a flat list over all lines of a batch.

While visits are only added, whatever does not fit never fits again (but for ways that are shorter
over another place, which the next shake finds). So the list of what fits is looked at again and
again instead of every entry at every position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Bools, Float32, Int32
from .problem import IntArray


@dataclass(frozen=True, slots=True)
class Fits:
    """Insertions of entries into lines, behind the position `before`, and by how much they delay.

    Sorted by line.
    """

    line: IntArray
    before: IntArray
    entry: IntArray
    delay: Float32

    @classmethod
    def none(cls) -> Fits:
        """Return an empty list."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing, np.zeros(0, dtype=np.float32))

    @classmethod
    def joined(cls, parts: Sequence[Fits]) -> Fits:
        """Return several lists as one."""
        line = np.concatenate([part.line for part in parts])
        order = np.argsort(line, kind="stable")
        return cls(
            line[order],
            np.concatenate([part.before for part in parts])[order],
            np.concatenate([part.entry for part in parts])[order],
            np.concatenate([part.delay for part in parts])[order],
        )

    def moved(self, line: IntArray, before: IntArray, lines: int) -> Fits:
        """Return the list once each of `line` has a new visit behind `before`.

        What fitted there may now fit ahead of the new visit and behind it.
        """
        new = np.full(lines, -1, dtype=np.int64)
        new[line] = before
        at = new[self.line]
        place = self.before + ((self.before > at) & (at >= 0))
        index = np.repeat(np.arange(len(at)), 1 + (self.before == at))
        place = place[index]
        place[1:] += index[1:] == index[:-1]
        return Fits(self.line[index], place, self.entry[index], self.delay[index])


@dataclass(frozen=True, slots=True)
class Insertion:
    """Insertions as flat arrays: an entry between two nodes, begun and allowed at these times."""

    entry: IntArray
    node: Int32
    following: Int32
    begin: Int32
    latest: Int32


def fits_at(arrays: Arrays, one: Insertion) -> tuple[Float32, Bools]:
    """Return by how much each insertion delays what follows, and whether it can be done."""
    size, leg = len(arrays.leg), arrays.leg.ravel()
    row = one.node.astype(np.int64) * size
    moment = one.begin + leg[row + one.entry]
    np.maximum(moment, arrays.opens[one.entry], out=moment)
    kept = moment <= arrays.closes[one.entry]
    moment += leg[one.entry * size + one.following]
    kept &= moment <= one.latest
    moment -= one.begin + leg[row + one.following]
    delay: Float32 = np.maximum(moment, 1).astype(np.float32)
    return delay, kept
