"""Turns of motor vehicles: which arc may follow which, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.compiling import Drawing
from geo.network.junctions import LOOK_M
from geo.network.lines import FloatArray, IntArray, LongArray

from . import speeds
from .elements import Extract, Restriction
from .rules import node_blocks
from .stretches import Stretches

VEHICLES: Mapping[str, tuple[str, ...]] = {
    "drive": ("motorcar", "motor_vehicle"),
    "coach": ("coach", "tourist_bus", "bus", "motor_vehicle"),
}
"""By mode, what `restriction:…` and `except` call it."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TurnTable:
    """Turns from arc `before[k]` into arc `after[k]`, `delay_s[k]` each.

    `arcs` are the codes of the arcs; some stand twice where a restriction reaches over several
    roads, so that those who come from its first road are told from others.
    """

    arcs: IntArray
    before: LongArray
    after: LongArray
    delay_s: FloatArray


def bearings(drawing: Drawing) -> FloatArray:
    """Return the compass direction in degrees in which each arc sets out, by its code."""
    shrink = np.cos(np.radians(drawing.vertices[:, 1].mean())) if len(drawing.vertices) else 1.0
    metres = drawing.vertices * (111_320.0 * shrink, 111_320.0)
    owner = np.repeat(np.arange(len(drawing.ends)), np.diff(drawing.first))
    lines = shapely.linestrings(metres, indices=owner)
    out = np.empty((len(drawing.ends), 2))
    for side, near in ((0, LOOK_M), (1, -LOOK_M)):
        at = drawing.first[:-1] if side == 0 else drawing.first[1:] - 1
        towards = shapely.get_coordinates(shapely.line_interpolate_point(lines, near))
        east, north = (towards - metres[at]).T
        out[:, side] = np.degrees(np.arctan2(east, north)) % 360
    return out.ravel()


def all_turns(arcs: IntArray, ends: IntArray, nodes: int) -> tuple[LongArray, LongArray]:
    """Return every pair of arcs of which one ends where the other begins, U-turns included."""
    tail, head = ends[arcs >> 1, arcs & 1], ends[arcs >> 1, 1 - (arcs & 1)]
    by_tail = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[by_tail], np.arange(nodes + 1))
    counts = (first[1:] - first[:-1])[head]
    before = np.repeat(np.arange(len(arcs)), counts)
    starts = np.repeat(first[head] - (np.cumsum(counts) - counts), counts)
    return before, by_tail[np.arange(len(before)) + starts]


def _delays(table: _Pairs, compass: FloatArray, signals: Mask, *, left_hand: bool) -> FloatArray:
    """Return the seconds each turn takes."""
    out = compass[table.arcs[table.after]]
    incoming = compass[table.arcs[table.before] ^ 1] + 180
    angle = (out - incoming + 180) % 360 - 180  # right is positive
    across = angle if left_hand else -angle
    at_signals = signals[table.via]
    delay = np.where(at_signals, speeds.SIGNAL_S, 0.0)
    turns = table.is_junction
    delay = np.where(turns & (across < -speeds.STRAIGHT_DEG), delay + speeds.RIGHT_S, delay)
    crossing = np.where(at_signals, speeds.SIGNAL_LEFT_S, speeds.LEFT_S)
    delay = np.where(turns & (across > speeds.STRAIGHT_DEG), crossing, delay)
    return np.where(table.is_uturn, delay + speeds.UTURN_S, delay)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """All turns before any is forbidden."""

    arcs: IntArray
    before: LongArray
    after: LongArray
    via: LongArray
    is_uturn: Mask
    is_junction: Mask


def _pairs(arcs: IntArray, drawing: Drawing) -> _Pairs:
    ends, nodes = drawing.ends, len(drawing.nodes)
    before, after = all_turns(arcs, ends, nodes)
    via = ends[arcs >> 1, 1 - (arcs & 1)][before]
    open_ = np.unique(arcs >> 1)
    degree = np.bincount(ends[open_].ravel(), minlength=nodes)
    uturn = arcs[before] == (arcs[after] ^ 1)
    return _Pairs(arcs, before, after, via, uturn, degree[via] > 2)  # noqa: PLR2004 - a bend


class _Restrictor:
    """Applies restrictions to a table of turns, one after the other."""

    def __init__(self, pairs: _Pairs, allowed: Mask, delay: FloatArray) -> None:
        self.codes = pairs.arcs
        self.before, self.after = pairs.before[allowed], pairs.after[allowed]
        self.delay = delay[allowed]

    def _rows(self, before: int, code: int) -> LongArray:
        rows = np.flatnonzero(self.before == before)
        found: LongArray = rows[self.codes[self.after[rows]] == code]
        return found

    def apply(self, chain: Sequence[int], *, only: bool) -> None:
        """Forbid a chain of arcs (codes), or make its last turn the only one after the others."""
        for start in np.flatnonzero(self.codes == chain[0]).tolist():
            last = self._follow(start, chain)
            if last is None:
                continue
            rows = np.flatnonzero(self.before == last)
            here = self.codes[self.after[rows]] == chain[-1]
            if not only or here.any():
                self._drop(rows[~here] if only else rows[here])

    def _follow(self, start: int, chain: Sequence[int]) -> int | None:
        """Return the arc reached by all but the last of the chain, told apart from others."""
        at = start
        for code in chain[1:-1]:
            rows = self._rows(at, code)
            if not len(rows):
                return None
            at = self._copy(int(rows[0]))
        return at

    def _copy(self, row: int) -> int:
        """Lead one turn into an arc of its own, from which the same turns go on."""
        target, copy = int(self.after[row]), len(self.codes)
        onward = np.flatnonzero(self.before == target)
        self.codes = np.append(self.codes, self.codes[target])
        self.after[row] = copy
        self.before = np.append(self.before, np.full(len(onward), copy))
        self.after = np.append(self.after, self.after[onward])
        self.delay = np.append(self.delay, self.delay[onward])
        return copy

    def _drop(self, rows: LongArray) -> None:
        keep = np.ones(len(self.before), dtype=bool)
        keep[rows] = False
        self.before, self.after = self.before[keep], self.after[keep]
        self.delay = self.delay[keep]


class _Roads:
    """Finds the stretches of a way by its id, and the arcs between nodes."""

    def __init__(self, stretches: Stretches) -> None:
        self._ends = stretches.drawing.ends
        self.node = {node: at for at, node in enumerate(stretches.node_ids.tolist())}
        ids = np.array([way.id for way in stretches.ways])[stretches.way]
        self._by_way: dict[int, list[int]] = {}
        for stretch, way in enumerate(ids.tolist()):
            self._by_way.setdefault(way, []).append(stretch)

    def codes(self, way: int) -> Iterator[tuple[int, int, int]]:
        """Yield (arc code, from node, to node) of a way's stretches, both directions."""
        for stretch in self._by_way.get(way, ()):
            start, end = self._ends[stretch].tolist()
            yield 2 * stretch, start, end
            yield 2 * stretch + 1, end, start

    def into(self, way: int, node: int) -> list[int]:
        """Return the arcs of a way that end at a node."""
        return [code for code, _, end in self.codes(way) if end == node]

    def through(self, way: int, start: int) -> tuple[list[int], int] | None:
        """Return the arcs of a whole way from its end at `start`, and the node they lead to."""
        steps = {begin: (code, end) for code, begin, end in self.codes(way) if code % 2 == 0}
        back = {begin: (code, end) for code, begin, end in self.codes(way) if code % 2}
        for onward in (steps, back):
            at = start
            arcs: list[int] = []
            while at in onward and len(arcs) < len(onward):
                code, at = onward[at]
                arcs.append(code)
            if arcs and len(arcs) == len(onward):
                return arcs, at
        return None


def chains_of(restriction: Restriction, roads: _Roads) -> Iterator[list[int]]:
    """Yield the chains of arcs (codes) a restriction is about; none if it does not fit the roads.

    Where a way passes through the junction instead of ending there it is not clear which side is
    meant, and the restriction is left out.
    """
    if restriction.via_node is None:
        nodes = {end for _, _, end in roads.codes(restriction.from_way)}
    else:
        nodes = {roads.node.get(restriction.via_node, -1)}
    for node in sorted(nodes):
        via = _via(restriction.via_ways, roads, node)
        if via is None:
            continue
        between, last = via
        into = roads.into(restriction.from_way, node)
        out = [code ^ 1 for code in roads.into(restriction.to_way, last)]
        if len(into) == len(out) == 1:
            yield [into[0], *between, out[0]]


def _via(ways: Sequence[int], roads: _Roads, node: int) -> tuple[list[int], int] | None:
    """Return the arcs over the via ways from a node, and where they lead."""
    arcs: list[int] = []
    for way in ways:
        part = roads.through(way, node)
        if part is None:
            return None
        arcs += part[0]
        node = part[1]
    return arcs, node


def _applies(restriction: Restriction, mode: str) -> str:
    vehicles = VEHICLES[mode]
    return "" if restriction.excepts(vehicles) else restriction.kind(*vehicles)


def turn_table(
    arcs: IntArray, stretches: Stretches, extract: Extract, mode: str, *, left_hand: bool
) -> TurnTable:
    """Return the turns a motor vehicle may make.

    Turning round is only for those who cannot go on: at a dead end, or before a closed gate.
    """
    drawing = stretches.drawing
    pairs = _pairs(arcs, drawing)
    tags = [extract.node_tags.get(node, {}) for node in stretches.node_ids.tolist()]
    signals = np.array([one.get("highway") == "traffic_signals" for one in tags], dtype=bool)
    blocked = np.array([node_blocks(one, mode) for one in tags], dtype=bool)
    delay = _delays(pairs, bearings(drawing), signals, left_hand=left_hand)
    onward = ~pairs.is_uturn & ~blocked[pairs.via]
    stuck = np.ones(len(arcs), dtype=bool)
    stuck[pairs.before[onward]] = False
    restrictor = _Restrictor(pairs, onward | (pairs.is_uturn & stuck[pairs.before]), delay)
    roads = _Roads(stretches)
    for restriction in extract.restrictions:
        kind = _applies(restriction, mode)
        if kind.startswith(("no_", "only_")):
            for chain in chains_of(restriction, roads):
                restrictor.apply(chain, only=kind.startswith("only_"))
    return TurnTable(restrictor.codes, restrictor.before, restrictor.after, restrictor.delay)
