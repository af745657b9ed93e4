"""Contraction hierarchies that profiles share: one for those whose turns count, one for the others.

A hierarchy is a shape, which takes most of the memory and knows no price, and a metric for every
set of prices on it. Modes that use much the same roads (car and coach, foot and bicycle) have one
shape, and so has what is left of them when some roads are kept off: a road that is not open costs
`INFINITE_MS` there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import routingkit_cch as kit

from geo.memory import give_back

from .lines import IntArray, LongArray
from .profile import INFINITE_MS, Profile, SearchGraph
from .street import StreetNetwork


def _list(array: IntArray | LongArray) -> list[int]:
    """Return an array as routingkit's types ask for it; the code reads arrays as well."""
    return cast("list[int]", array)


def _times_before(codes: IntArray) -> LongArray:
    """Return how often each code stands in front of its place."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    counts = np.diff(starts, append=len(codes))
    found = np.empty(len(codes), dtype=np.int64)
    found[order] = np.arange(len(codes)) - np.repeat(starts, counts)
    return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """A profile on a hierarchy.

    Parameters
    ----------
    metric
        Its prices there.
    node
        Where each node of its search graph stands in the hierarchy.
    edge
        Which edge of its search graph each edge of the hierarchy is; -1: none.
    """

    metric: kit.CCHMetric
    node: LongArray
    edge: IntArray


class Hierarchy:
    """The search graphs of some profiles, laid over each other and contracted once.

    Parameters
    ----------
    network
        The profiles' roads.
    profiles
        Either all with turns or all without. Edges beside each other are one: of a profile's, the
        cheapest counts.
    """

    def __init__(self, network: StreetNetwork, profiles: Sequence[Profile]) -> None:
        self._segments = network.segments
        codes = 2 * len(network.segments)
        self._first: LongArray | None = None
        self._size = len(network.segments.nodes)
        if profiles[0].has_turns:
            # A node is an arc, or a copy of one; copies of several modes may share a node.
            most = np.zeros(codes, dtype=np.int64)
            for profile in profiles:
                np.maximum(most, np.bincount(profile.arcs, minlength=codes), out=most)
            self._first, self._size = np.cumsum(most) - most, int(most.sum())
        self._keys = np.unique(np.concatenate([self._keys_of(one) for one in profiles]))
        tail, head = np.divmod(self._keys, self._size)
        self._cch = kit.CCH(
            _list(self._order(profiles)), _list(tail), _list(head), profiles[0].has_turns
        )

    def _graph(self, profile: Profile) -> SearchGraph:
        return profile.search_graph(self._segments.ends, len(self._segments.nodes))

    def _nodes(self, profile: Profile) -> LongArray:
        if self._first is None:
            return np.arange(self._size)
        found: LongArray = self._first[profile.arcs] + _times_before(profile.arcs)
        return found

    def _keys_of(self, profile: Profile) -> LongArray:
        """Return a number for the two ends of every edge of a profile's search graph."""
        graph, nodes = self._graph(profile), self._nodes(profile)
        keys: LongArray = nodes[graph.tail] * self._size + nodes[graph.head]
        return keys

    def _order(self, profiles: Sequence[Profile]) -> LongArray:
        """Return the order of the profile with most arcs; nodes it does not have come first."""
        main = max(profiles, key=lambda profile: len(profile.arcs))
        ordered = self._nodes(main)[main.order]
        others = np.setdiff1d(np.arange(self._size), ordered, assume_unique=True)
        return np.concatenate([others, ordered])

    def fit(self, profile: Profile) -> Fitted:
        """Return one of the profiles, or what is left of it, on this hierarchy."""
        weight = self._graph(profile).weight
        at = np.searchsorted(self._keys, self._keys_of(profile))
        order = np.lexsort((weight, at))
        cheapest = order[np.flatnonzero(np.diff(at[order], prepend=-1))]
        edge = np.full(len(self._keys), -1, dtype=np.int32)
        edge[at[cheapest]] = cheapest
        prices = np.full(len(self._keys), INFINITE_MS, dtype=np.int64)
        prices[at[cheapest]] = weight[cheapest]
        metric = kit.CCHMetric(self._cch, _list(prices))
        return Fitted(metric, self._nodes(profile), edge)


class Hierarchies:
    """The hierarchies of a network, each made when it is first asked for; shared by threads."""

    def __init__(self, network: StreetNetwork) -> None:
        self._network = network
        self._made: dict[bool, Hierarchy] = {}
        self._making = threading.Lock()

    def fit(self, profile: Profile) -> Fitted:
        """Return a profile of the network, or what is left of one, on its hierarchy."""
        kind = profile.has_turns
        with self._making:
            if kind not in self._made:
                alike = [one for one in self._network.profiles.values() if one.has_turns == kind]
                self._made[kind] = Hierarchy(self._network, alike)
        fitted = self._made[kind].fit(profile)
        give_back()
        return fitted
