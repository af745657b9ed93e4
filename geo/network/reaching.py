"""Which parts of which roads are reached from a position within a time, and when.

What is reached is worked out as the router works out a path: to every point leads its cheapest
path, and the point is reached when that path's duration allows it. So a part of a segment is
reached from its first node up to where it is cheaper to come from the other end, and no farther
than the time lasts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from .chains import End
from .lines import FloatArray, IntArray
from .profile import Profile, SearchGraph

SLIVER = 1e-9
"""Fractions of a segment nearer than this are one place."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Cost and duration (ms) of the cheapest path to each search node; inf: there is none."""

    cost_ms: FloatArray
    duration_ms: FloatArray


def tree_labels(
    cost_ms: FloatArray, graph: SearchGraph, profile: Profile, leave: Mapping[int, End]
) -> Labels:
    """Return costs with the durations of the cheapest paths.

    Parameters
    ----------
    cost_ms
        Of every search node, from the departures `leave`.
    graph, profile
        What was searched.
    leave
        Where the paths begin.
    """
    if profile.by_time:
        return Labels(cost_ms, cost_ms)
    step = profile.duration_ms.astype(np.float64)
    if profile.has_turns:
        step = step[graph.tail] + profile.turn_ms
    reached = cost_ms[graph.tail]
    tight = np.flatnonzero(np.isfinite(reached) & (reached + graph.weight == cost_ms[graph.head]))
    before = np.arange(len(cost_ms))
    spent = np.full(len(cost_ms), np.inf)
    before[graph.head[tight]] = graph.tail[tight]
    spent[graph.head[tight]] = step[tight]
    for node, end in leave.items():
        if cost_ms[node] == end.offset_ms:
            whole = int(profile.duration_ms[end.arc])
            before[node] = node
            spent[node] = whole - round(whole * end.share) + end.turn_ms
    return Labels(cost_ms, _summed(before, spent))


def _summed(before: NDArray[np.intp], spent: FloatArray) -> FloatArray:
    """Return what is spent from the root of a forest to each node; a root is its own parent."""
    root = before == np.arange(len(before))
    base, total = np.where(root, spent, 0.0), np.where(root, 0.0, spent)
    while not np.array_equal(before[before], before):
        total = total + total[before]
        before = before[before]
    return np.asarray(total + base[before], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Runs:
    """Roads reached: whole segments, and parts of others.

    `low`, `high` are fractions along the segments `part` the way they are stored; a segment may
    have a part at each of its ends.
    """

    whole: IntArray
    part: IntArray
    low: FloatArray
    high: FloatArray


class Spread:
    """What is reached from one position, for any time.

    Parameters
    ----------
    labels
        From that position.
    profile, ends
        The mode, and the first and last node of every segment.
    start
        (segment, fraction) of the position.
    """

    def __init__(
        self, labels: Labels, profile: Profile, ends: IntArray, start: tuple[int, float]
    ) -> None:
        entry = np.arange(len(profile.arcs)) if profile.has_turns else profile.ends(ends)[0]
        cost, duration = labels.cost_ms[entry], labels.duration_ms[entry]
        # The cheapest way onto an arc is that of its cheapest copy.
        order = np.lexsort((cost, profile.arcs))
        code, first = np.unique(profile.arcs[order], return_index=True)
        best = order[first]
        table = np.full((4, 2 * len(ends)), np.inf)
        table[:, code] = (
            cost[best], duration[best], profile.cost_ms[best], profile.duration_ms[best],
        )  # fmt: skip
        self._forth, self._back = table[:, ::2], table[:, 1::2]
        self._start = start

    def within(self, limit_ms: float) -> Runs:
        """Return what is reached within so many milliseconds on the road."""
        cost, spent, price, length = self._forth
        cost_back, spent_back, price_back, length_back = self._back
        with np.errstate(invalid="ignore"):
            meet = np.clip((cost_back + price_back - cost) / (price + price_back), 0.0, 1.0)
            meet = np.where(np.isinf(cost_back), 1.0, np.where(np.isinf(cost), 0.0, meet))
            high = np.minimum(meet, (limit_ms - spent) / length)
            low = np.maximum(meet, 1.0 - (limit_ms - spent_back) / length_back)
        high = np.where(spent <= limit_ms, np.maximum(high, 0.0), 0.0)
        low = np.where(spent_back <= limit_ms, np.minimum(low, 1.0), 1.0)
        whole = high >= low - SLIVER
        forth, back = np.flatnonzero((high > 0) & ~whole), np.flatnonzero((low < 1) & ~whole)
        own = list(self._along_the_start(limit_ms))
        return Runs(
            np.flatnonzero(whole).astype(np.int32),
            np.concatenate([forth, back, [self._start[0]] * len(own)]).astype(np.int32),
            np.concatenate([np.zeros(len(forth)), low[back], [run[0] for run in own]]),
            np.concatenate([high[forth], np.ones(len(back)), [run[1] for run in own]]),
        )

    def _along_the_start(self, limit_ms: float) -> Iterator[tuple[float, float]]:
        """Yield what is reached along the very segment the position lies on."""
        segment, at = self._start
        if limit_ms >= 0 and np.isfinite(self._forth[3, segment]):
            yield at, min(1.0, at + limit_ms / self._forth[3, segment])
        if limit_ms >= 0 and np.isfinite(self._back[3, segment]):
            yield max(0.0, at - limit_ms / self._back[3, segment]), at


def drawn(runs: Runs, lines: NDArray[np.object_], rows: IntArray) -> NDArray[np.object_]:
    """Return runs as lines: whole segments and parts of others.

    Parameters
    ----------
    runs
        What to draw.
    lines
        Of the segments `rows`, ascending.
    rows
        The segments there are lines of.
    """
    cut = [
        substring(lines[at], low, high, normalized=True)
        for at, low, high in zip(
            np.searchsorted(rows, runs.part), runs.low.tolist(), runs.high.tolist(), strict=True
        )
    ]
    whole = lines[np.searchsorted(rows, runs.whole)]
    found = np.concatenate([whole, np.array(cut, dtype=np.object_)])
    return np.asarray(found[~shapely.is_empty(found)], dtype=np.object_)
