"""One way of travelling over a network: its arcs, their costs, the turns between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .lines import IntArray

INFINITE_MS = 2_147_483_647
"""The weight routingkit reads as "no way" (2^31 - 1)."""


@dataclass(frozen=True, slots=True)
class SearchGraph:
    """What the contraction hierarchy is built on: `tail[k] → head[k]` weighing `weight[k]`.

    Without turns its nodes are the network's nodes and its edges the arcs. With turns its nodes are
    the arcs ("at the start of this arc") and its edges the turns: the weight of going from arc i
    into arc j is the cost of i and of the turn.
    """

    size: int
    tail: IntArray
    head: IntArray
    weight: IntArray


@dataclass(frozen=True, slots=True)
class Profile:
    """The arcs open to one mode.

    Parameters
    ----------
    mode
        `walk`, `drive`, …
    arcs
        Each is a segment travelled one way: `2 · segment`, + 1 against the way it is stored. Where
        a restriction reaches over several roads an arc has copies, after all originals.
    cost_ms, duration_ms
        Of each arc. Cost is what the choice of a path minimises; the two are the same array where
        the choice is by time alone.
    length_factor
        Multiplies the segments' geodesic lengths.
    order
        Order of contraction of the search graph's nodes.
    turn_first, turn_to, turn_ms
        Arcs that may follow arc i, `turn_to[turn_first[i]:turn_first[i + 1]]`, and the delay of
        each turn; all empty where turns are free and everywhere allowed.
    aside
        Segments cut off from the main part of the roads, ascending.
    """

    mode: str
    arcs: IntArray
    cost_ms: IntArray
    duration_ms: IntArray
    length_factor: float
    order: IntArray
    turn_first: IntArray
    turn_to: IntArray
    turn_ms: IntArray
    aside: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    @property
    def has_turns(self) -> bool:
        """Whether turns cost or are forbidden."""
        return len(self.turn_first) > 0

    @property
    def by_time(self) -> bool:
        """Whether the cheapest path is the quickest by definition."""
        return self.cost_ms is self.duration_ms

    @property
    def segments(self) -> IntArray:
        """The segment of each arc."""
        return self.arcs >> 1

    @property
    def backward(self) -> NDArray[np.bool_]:
        """Whether each arc runs against the way its segment is stored."""
        return (self.arcs & 1).astype(bool)

    def arcs_of(self, segments: int) -> IntArray:
        """Return, for each of so many segments, its arc forward and backward; -1: none."""
        table = np.full((segments, 2), -1, dtype=np.int32)
        backwards = np.arange(len(self.arcs) - 1, -1, -1, dtype=np.int32)
        table[self.segments[backwards], self.arcs[backwards] & 1] = backwards  # originals stay
        return table

    def copies(self) -> Mapping[int, list[int]]:
        """Return the copies of each arc that has any."""
        if not self.has_turns:
            return {}
        _, first, inverse = np.unique(self.arcs, return_index=True, return_inverse=True)
        copies: dict[int, list[int]] = {}
        original = first[inverse]
        for arc in np.flatnonzero(original != np.arange(len(self.arcs))).tolist():
            copies.setdefault(int(original[arc]), []).append(arc)
        return copies

    def ends(self, segment_ends: IntArray) -> tuple[IntArray, IntArray]:
        """Return the node each arc starts from and the one it leads to."""
        pairs = segment_ends[self.segments]
        rows = np.arange(len(self.arcs))
        side = self.arcs & 1
        return pairs[rows, side], pairs[rows, 1 - side]

    def search_graph(self, segment_ends: IntArray, nodes: int) -> SearchGraph:
        """Return the graph the hierarchy is built on."""
        if not self.has_turns:
            tail, head = self.ends(segment_ends)
            return SearchGraph(nodes, tail, head, self.cost_ms)
        counts = np.diff(self.turn_first)
        tail = np.repeat(np.arange(len(self.arcs), dtype=np.int32), counts)
        weight = self.cost_ms[tail] + self.turn_ms
        return SearchGraph(len(self.arcs), tail, self.turn_to, weight)
