"""Ends of a query and the chain of arcs between them.

A position lies part of the way along a segment, so a query has up to two arcs to leave by and two
to arrive by. Leaving arc `a` at fraction f means being at a search node after it with the rest of
its cost already spent; arriving on arc `b` at fraction f means its start plus that share of its
cost. Shares are whole milliseconds, so a table and a path add up to the same number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo.router import Snap

from .lines import IntArray
from .profile import Profile
from .street import Segments


@dataclass(frozen=True, slots=True)
class End:
    """One way to enter or leave the search graph.

    `turn_ms` is the delay of turning off the first arc, part of `offset_ms` already.
    """

    node: int
    offset_ms: int
    arc: int
    turn_ms: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """The arcs from one position to another.

    Parameters
    ----------
    arcs
        In the order they are travelled; at least one.
    turns_ms
        Delay before each arc; the first is zero.
    begin, finish
        Where on the first and on the last arc it starts and ends, as a fraction of that arc.
    cost_ms
        Of the whole.
    """

    arcs: IntArray
    turns_ms: IntArray
    begin: float
    finish: float
    cost_ms: int


def part_ms(whole_ms: int, fraction: float) -> int:
    """Return a share of a cost in whole milliseconds."""
    return round(whole_ms * fraction)


def cheapest(ends: Iterable[End]) -> dict[int, End]:
    """Return the cheapest end at each search node."""
    best: dict[int, End] = {}
    for end in ends:
        if end.node not in best or end.offset_ms < best[end.node].offset_ms:
            best[end.node] = end
    return best


class ChainMaker:
    """Makes ends and chains over the arcs of one profile."""

    def __init__(self, profile: Profile, segments: Segments) -> None:
        self.profile = profile
        self._arcs_of = profile.arcs_of(len(segments))
        self.tail, self.head = profile.ends(segments.ends)

    def _on_edge(self, snap: Snap) -> list[tuple[int, float]]:
        """Return the arcs a position lies on, and how far along each."""
        forward, backward = self._arcs_of[snap.edge].tolist()
        both = ((forward, snap.fraction), (backward, 1.0 - snap.fraction))
        return [(arc, share) for arc, share in both if arc >= 0]

    def departures(self, snap: Snap) -> dict[int, End]:
        """Return where a position leads to, by search node."""
        ends: list[End] = []
        for arc, share in self._on_edge(snap):
            whole = int(self.profile.cost_ms[arc])
            rest = whole - part_ms(whole, share)
            if self.profile.has_turns:
                ends += self._turns_off(arc, rest)
            else:
                ends.append(End(int(self.head[arc]), rest, arc))
        return cheapest(ends)

    def _turns_off(self, arc: int, rest: int) -> list[End]:
        low, high = self.profile.turn_first[arc : arc + 2].tolist()
        to = self.profile.turn_to[low:high].tolist()
        delay = self.profile.turn_ms[low:high].tolist()
        return [End(node, rest + ms, arc, ms) for node, ms in zip(to, delay, strict=True)]

    def arrivals(self, snap: Snap) -> dict[int, End]:
        """Return where a position is reached from, by search node."""
        ends = []
        for arc, share in self._on_edge(snap):
            node = arc if self.profile.has_turns else int(self.tail[arc])
            ends.append(End(node, part_ms(int(self.profile.cost_ms[arc]), share), arc))
        return cheapest(ends)

    def direct(self, origin: Snap, destination: Snap) -> Chain | None:
        """Return the chain along the one segment both lie on, if that is open that way."""
        if origin.edge != destination.edge:
            return None
        pairs = zip(self._on_edge(origin), self._on_edge(destination), strict=True)
        chains = []
        for (arc, begin), (_, finish) in pairs:
            if begin <= finish:
                whole = int(self.profile.cost_ms[arc])
                cost = part_ms(whole, finish) - part_ms(whole, begin)
                chains.append(Chain(_joined([arc]), _joined([0]), begin, finish, cost))
        return min(chains, key=lambda chain: chain.cost_ms, default=None)

    def between(
        self, ends: tuple[End, End], snaps: tuple[Snap, Snap], found: Sequence[int], cost_ms: int
    ) -> Chain:
        """Return the chain of a query's answer.

        Parameters
        ----------
        ends
            The departure and the arrival it used.
        snaps
            The positions asked for.
        found
            Edges of the search graph from one to the other.
        cost_ms
            Of the whole.
        """
        leave, arrive = ends
        between = np.asarray(found, dtype=np.int64)
        if self.profile.has_turns:
            # A search node is an arc: the one entered first, then the one each turn leads into.
            arcs = _joined([leave.arc, leave.node], self.profile.turn_to[between])
            turns = _joined([0, leave.turn_ms], self.profile.turn_ms[between])
        else:
            arcs = _joined([leave.arc], between, [arrive.arc])
            turns = np.zeros(len(arcs), dtype=np.int32)
        shares = [dict(self._on_edge(snap)) for snap in snaps]
        return Chain(
            arcs=arcs,
            turns_ms=turns,
            begin=shares[0][leave.arc],
            finish=shares[1][arrive.arc],
            cost_ms=cost_ms,
        )


def _joined(*parts: ArrayLike) -> IntArray:
    return np.concatenate([np.asarray(part, dtype=np.int32) for part in parts])
