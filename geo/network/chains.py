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
from numpy.typing import ArrayLike, NDArray

from geo.router import Snap

from .lines import FloatArray, IntArray
from .profile import Profile, SearchGraph
from .street import Segments


@dataclass(frozen=True, slots=True)
class End:
    """One way to enter or leave the search graph.

    Parameters
    ----------
    node
        Where in the search graph.
    offset_ms
        Cost between there and the position.
    arc, share
        The arc the position lies on, and how far along it (0 to 1).
    turn_ms
        Delay of turning off that arc, part of the offset already.
    """

    node: int
    offset_ms: int
    arc: int
    share: float
    turn_ms: int = 0


_NONE: IntArray = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one position is best reached from another.

    `found` holds the edges of the search graph between the two ends; None: both positions lie on
    one arc, and the way is along it.
    """

    leave: End
    arrive: End
    found: IntArray | None
    cost_ms: int

    @property
    def edges(self) -> IntArray:
        """The edges of the search graph between the two ends."""
        return _NONE if self.found is None else self.found


@dataclass(frozen=True, slots=True)
class Chain:
    """The arcs from one position to another.

    Parameters
    ----------
    arcs
        In the order they are travelled; at least one.
    turns_ms
        Delay before each arc.
    begin, finish
        Where on the first and on the last arc it starts and ends, as a fraction of that arc.
    """

    arcs: IntArray
    turns_ms: IntArray
    begin: float
    finish: float


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

    def __init__(self, profile: Profile, segments: Segments, graph: SearchGraph) -> None:
        self.profile = profile
        self._length_m = segments.length_m
        self._arcs_of = profile.arcs_of(len(segments))
        self._copies = profile.copies()
        self._tail, self._head = profile.ends(segments.ends)
        self._edge_from = graph.tail

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
                ends += self._turns_off(arc, share, rest)
            else:
                ends.append(End(int(self._head[arc]), rest, arc, share))
        return cheapest(ends)

    def _turns_off(self, arc: int, share: float, rest: int) -> list[End]:
        low, high = self.profile.turn_first[arc : arc + 2].tolist()
        to = self.profile.turn_to[low:high].tolist()
        delay = self.profile.turn_ms[low:high].tolist()
        return [End(node, rest + ms, arc, share, ms) for node, ms in zip(to, delay, strict=True)]

    def arrivals(self, snap: Snap) -> dict[int, End]:
        """Return where a position is reached from, by search node."""
        ends = []
        for arc, share in self._on_edge(snap):
            nodes = [arc, *self._copies.get(arc, ())]
            if not self.profile.has_turns:
                nodes = [int(self._tail[arc])]
            spent = part_ms(int(self.profile.cost_ms[arc]), share)
            ends += [End(node, spent, arc, share) for node in nodes]
        return cheapest(ends)

    def direct(self, origin: Snap, destination: Snap) -> Answer | None:
        """Return the way along the one segment both lie on, if that is open that way."""
        if origin.edge != destination.edge:
            return None
        pairs = zip(self._on_edge(origin), self._on_edge(destination), strict=True)
        ways = []
        for (arc, begin), (_, finish) in pairs:
            if begin <= finish:
                whole = int(self.profile.cost_ms[arc])
                spent, cost = part_ms(whole, begin), part_ms(whole, finish)
                leave, arrive = End(-1, 0, arc, begin), End(-1, 0, arc, finish)
                ways.append(Answer(leave, arrive, None, cost - spent))
        return min(ways, key=lambda way: way.cost_ms, default=None)

    def chain(self, answer: Answer) -> Chain:
        """Return the arcs of an answer."""
        leave, arrive = answer.leave, answer.arrive
        if answer.found is None:
            arcs, turns = _joined([leave.arc]), _joined([0])
        elif self.profile.has_turns:
            # A search node is an arc: the one entered first, then the one each turn leads into.
            between = answer.found
            arcs = _joined([leave.arc, leave.node], self.profile.turn_to[between])
            turns = _joined([0, leave.turn_ms], self.profile.turn_ms[between])
        else:
            arcs = _joined([leave.arc], answer.found, [arrive.arc])
            turns = np.zeros(len(arcs), dtype=np.int32)
        return Chain(arcs, turns, leave.share, arrive.share)

    def totals(self, answers: Sequence[Answer]) -> tuple[FloatArray, FloatArray]:
        """Return the lengths (m) and durations (s) of many answers at once."""
        found = [answer.edges for answer in answers]
        counts = np.array([len(edges) for edges in found])
        edges = np.concatenate(found)
        arcs = self._edge_from[edges] if self.profile.has_turns else edges
        length = _sums(self._arc_length(arcs), counts)
        duration = _sums(self.profile.duration_ms[arcs], counts)
        if self.profile.has_turns:
            duration += _sums(self.profile.turn_ms[edges], counts)
            duration += np.array([answer.leave.turn_ms for answer in answers])
        ends_m, ends_ms = self._end_measures(answers)
        return length + ends_m, (duration + ends_ms) / 1000

    def _arc_length(self, arcs: NDArray[np.integer]) -> FloatArray:
        factor = self.profile.length_factor
        return np.asarray(self._length_m[self.profile.arcs[arcs] >> 1] * factor, dtype=np.float64)

    def _end_measures(self, answers: Sequence[Answer]) -> tuple[FloatArray, FloatArray]:
        """Return what the first and last arcs add to length (m) and duration (ms)."""
        along = np.array([answer.found is None for answer in answers], dtype=bool)
        leave = _arcs_and_shares([answer.leave for answer in answers])
        arrive = _arcs_and_shares([answer.arrive for answer in answers])
        first, last = self._arc_length(leave[0]), self._arc_length(arrive[0])
        length = np.where(along, 0.0, first) - first * leave[1] + last * arrive[1]
        begun, ended = (self.profile.duration_ms[end[0]] for end in (leave, arrive))
        duration = np.where(along, 0, begun) - np.rint(begun * leave[1])
        return length, duration + np.rint(ended * arrive[1])


def _arcs_and_shares(ends: Sequence[End]) -> tuple[IntArray, FloatArray]:
    arcs = np.array([end.arc for end in ends], dtype=np.int32)
    return arcs, np.array([end.share for end in ends], dtype=np.float64)


def _sums(values: NDArray[np.number], counts: NDArray[np.integer]) -> FloatArray:
    """Return the sum of each run of values, runs as long as `counts` says."""
    upto = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    ends = np.cumsum(counts)
    return np.asarray(upto[ends] - upto[ends - counts], dtype=np.float64)


def _joined(*parts: ArrayLike) -> IntArray:
    return np.concatenate([np.asarray(part, dtype=np.int32) for part in parts])
