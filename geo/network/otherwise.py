"""Other ways that make sense beside the cheapest: plausible alternatives over a via node.

Abraham, Delling, Goldberg, Werneck: Alternative Routes in Road Networks, JEA 18 (2013). Every
place v gives a way: the cheapest to v, and on from there. Stretches that the trees of cheapest
paths from the origin and to the destination share (plateaus) are ways somebody would take; the
longest are tried first, and kept where they are

* short: at most `STRETCH` times the cheapest, in cost, time and metres;
* different: at most `SHARED` of the metres are those of a way kept before;
* without detours: every part of up to `LOCAL` of the cheapest cost is itself a cheapest path, and
  no road is taken twice. The ways to v and on from there are cheapest paths, so only the part
  around v has to be looked at (the paper's T-test, with the nodes within `LOCAL` of v).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .lines import FloatArray, IntArray
from .profile import SearchGraph

STRETCH = 1.25
SHARED = 0.7
LOCAL = 0.25
TRIED = 100
"""How many plateaus are looked at, the longest and least dear first."""


def plateaus(ahead: FloatArray, behind: FloatArray, graph: SearchGraph, limit: float) -> list[int]:
    """Return a node of each plateau, the most promising first; a plateau may be a single node.

    Parameters
    ----------
    ahead, behind
        Cost (ms) from the origin to each search node and from there to the destination.
    graph
        What was searched.
    limit
        The most a way may cost.
    """
    with np.errstate(invalid="ignore"):
        via = ahead + behind
        at = np.flatnonzero(via[graph.tail] <= limit)
        tail, head, weight = graph.tail[at], graph.head[at], graph.weight[at]
        both = (ahead[tail] + weight == ahead[head]) & (behind[head] + weight == behind[tail])
    tail, head = tail[both], head[both]
    last = np.arange(graph.size)
    last[tail] = head
    while not np.array_equal(last[last], last):
        last = last[last]
    begins = np.flatnonzero(via <= limit)
    length = behind[begins] - behind[last[begins]]
    order = np.lexsort((begins, via[begins] - length))
    first = np.unique(last[begins][order], return_index=True)[1]
    return [int(node) for node in begins[order][np.sort(first)][:TRIED]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way as its likeness to others is judged.

    Parameters
    ----------
    segments, metres
        The segments it takes, and how much of each.
    duration_s
        Of all of it.
    """

    segments: IntArray
    metres: FloatArray
    duration_s: float

    @property
    def length_m(self) -> float:
        """Length of all of it."""
        return float(self.metres.sum())

    def shared_m(self, other: Way) -> float:
        """Return the metres it has in common with another, whichever way they are travelled."""
        mine = np.isin(self.segments, other.segments)
        return min(
            float(self.metres[mine].sum()),
            float(other.metres[np.isin(other.segments, self.segments)].sum()),
        )

    def is_plausible(self, kept: Sequence[Way]) -> bool:
        """Return whether it is worth showing beside ways kept before, the cheapest first."""
        best = kept[0]
        longer = max(self.length_m / best.length_m, self.duration_s / best.duration_s)
        again = len(np.unique(self.segments[1:-1])) < len(self.segments[1:-1])
        return longer <= STRETCH and not again and all(self._differs(one) for one in kept)

    def _differs(self, other: Way) -> bool:
        return self.shared_m(other) <= SHARED * min(self.length_m, other.length_m)


def around(spent: Sequence[float], at: int, reach: float) -> tuple[int, int]:
    """Return the part of a path around one of its nodes that the T-test looks at.

    Parameters
    ----------
    spent
        Cost up to each node.
    at
        Index of the node.
    reach
        Cost that the part may have on either side.
    """
    first = next(i for i in range(at + 1) if spent[i] >= spent[at] - reach)
    last = next(i for i in range(len(spent) - 1, at - 1, -1) if spent[i] <= spent[at] + reach)
    return first, last
