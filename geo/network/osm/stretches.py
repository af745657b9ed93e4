"""Cutting ways where roads meet: an extract as stretches between junctions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.models import Road
from geo.network.compiling import Drawing, no_road
from geo.network.lines import IntArray, LongArray, to_degrees
from geo.network.street import ROUNDABOUT, TOLL

from .elements import Extract, Tags, Way, kind_of
from .rules import YES, Passage, node_blocks, passage

Passages = Mapping[str, Sequence[Passage]]
"""By mode, one passage for each way."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """A drawing, and what of OpenStreetMap each part of it is.

    Parameters
    ----------
    drawing
        The stretches as they will be compiled.
    ways
        The ways that some mode may use.
    passages
        Of those ways.
    way
        Index of the way each stretch is part of.
    node_ids
        OpenStreetMap's id of each node of the drawing.
    inner_ids, inner_first
        Ids of the nodes between the ends of stretch `s`,
        `inner_ids[inner_first[s]:inner_first[s + 1]]`.
    """

    drawing: Drawing
    ways: Sequence[Way]
    passages: Passages
    way: IntArray
    node_ids: LongArray
    inner_ids: LongArray
    inner_first: LongArray


def road_of(tags: Tags) -> Road:
    """Return the road a way belongs to; where only `name` is given it is the name in Chinese."""
    structure = ""
    if tags.get("tunnel", "no") not in {"no", "building_passage"}:
        structure = "tunnel"
    elif tags.get("bridge", "no") != "no":
        structure = "bridge"
    return Road(
        name_zh=tags.get("name:zh") or tags.get("name", ""),
        name_en=tags.get("name:en", ""),
        ref=tags.get("ref", ""),
        highway=kind_of(tags),
        structure=structure,  # type: ignore[arg-type]  # one of the three
    )


def _flags(tags: Tags) -> int:
    roundabout = tags.get("junction") in {"roundabout", "circular"}
    return ROUNDABOUT * roundabout + TOLL * (tags.get("toll") in YES)


def _usable(extract: Extract, modes: Sequence[str]) -> tuple[list[Way], Passages]:
    """Return the ways that any mode may use, and how."""
    ways: list[Way] = []
    passages: dict[str, list[Passage]] = {mode: [] for mode in modes}
    for way in extract.ways:
        each = [passage(way.tags, mode) for mode in modes]
        if any(one.forward_kmh or one.backward_kmh for one in each):
            ways.append(way)
            for mode, one in zip(modes, each, strict=True):
                passages[mode].append(one)
    for mode, each_way in passages.items():
        if not any(one.forward_kmh or one.backward_kmh for one in each_way):
            raise no_road(mode)
    return ways, passages


@dataclass(frozen=True, slots=True)
class _Beads:
    """The nodes of all ways in one row: id, way, node of the drawing, whether a stretch ends there.

    `number` is the node for a stretch that ends there, `onward` for one that begins; the two
    differ where nobody passes.
    """

    ids: LongArray
    way: LongArray
    number: LongArray
    onward: LongArray
    cut: NDArray[np.bool_]


def _string(ways: Sequence[Way], walls: set[int], gates: set[int]) -> _Beads:
    """Return all nodes of all ways, those cut at which roads meet, end or are barred.

    Nobody passes a wall; only some pass a gate, and which, the turns at it tell.
    """
    counts = np.array([len(way.nodes) for way in ways])
    ids = np.concatenate([np.frombuffer(way.nodes, dtype=np.int64) for way in ways])
    owner = np.repeat(np.arange(len(ways)), counts)
    repeated = np.concatenate([[False], (ids[1:] == ids[:-1]) & (owner[1:] == owner[:-1])])
    ids, owner = ids[~repeated], owner[~repeated]
    _, number, uses = np.unique(ids, return_inverse=True, return_counts=True)
    changes = owner[1:] != owner[:-1]
    cut = uses[number] > 1
    cut |= np.concatenate([[True], changes]) | np.concatenate([changes, [True]])
    walled, gated = (
        np.isin(ids, np.array(sorted(nodes), dtype=np.int64)) for nodes in (walls, gates)
    )
    # Each side of a wall, each time one is met, is a node of its own.
    onward = number.copy()
    sides = number.max(initial=0) + 1 + np.arange(2 * walled.sum())
    number[walled], onward[walled] = sides[::2], sides[1::2]
    return _Beads(ids, owner, number, onward, cut | walled | gated)


def _among(ids: LongArray, wanted: set[int]) -> NDArray[np.bool_]:
    return np.isin(ids, np.fromiter(wanted, dtype=np.int64, count=len(wanted)))


def _pieces(beads: _Beads) -> tuple[LongArray, LongArray]:
    """Return where each stretch begins and ends among the beads."""
    at = np.flatnonzero(beads.cut)
    begin, end = at[:-1], at[1:]
    one_way = beads.way[begin] == beads.way[end]
    return begin[one_way], end[one_way]


def _ranges(begin: LongArray, end: LongArray) -> tuple[LongArray, LongArray]:
    """Return all positions from `begin` to `end` (not included), and where each run starts."""
    counts = end - begin
    first = np.concatenate([[0], np.cumsum(counts)])
    return np.arange(first[-1]) + np.repeat(begin - first[:-1], counts), first


def _intern(ways: Sequence[Way]) -> tuple[tuple[Road, ...], IntArray]:
    roads: dict[Road, int] = {}
    index = [roads.setdefault(road_of(way.tags), len(roads)) for way in ways]
    return tuple(roads), np.array(index, dtype=np.int32)


def cut_ways(extract: Extract, modes: Sequence[str]) -> Stretches:
    """Cut the ways of an extract into stretches between junctions.

    Raises
    ------
    NetworkSourceError
        No way is open to one of the modes.
    """
    ways, passages = _usable(extract, modes)
    barred = {
        node: [node_blocks(tags, mode) for mode in modes]
        for node, tags in extract.node_tags.items()
    }
    walls = {node for node, stopped in barred.items() if all(stopped)}
    gates = {node for node, stopped in barred.items() if any(stopped)} - walls
    beads = _string(ways, walls, gates)
    begin, end = _pieces(beads)
    ends = np.stack([beads.onward[begin], beads.number[end]], axis=1)
    numbers, ends_flat = np.unique(ends, return_inverse=True)
    id_of = np.zeros(int(ends.max(initial=0)) + 1, dtype=np.int64)
    id_of[ends] = np.stack([beads.ids[begin], beads.ids[end]], axis=1)
    node_ids = id_of[numbers]
    along, first = _ranges(begin, end + 1)
    inner, inner_first = _ranges(begin + 1, end)
    roads, road = _intern(ways)
    flags = np.array([_flags(way.tags) for way in ways], dtype=np.uint8)
    drawing = Drawing(
        nodes=_places(extract, node_ids),
        ends=ends_flat.reshape(-1, 2).astype(np.int32),
        vertices=_places(extract, beads.ids[along]),
        first=first.astype(np.int32),
        road=road[beads.way[begin]],
        roads=roads,
        flags=flags[beads.way[begin]],
    )
    way = beads.way[begin].astype(np.int32)
    return Stretches(drawing, ways, passages, way, node_ids, beads.ids[inner], inner_first)


def _places(extract: Extract, ids: LongArray) -> NDArray[np.float64]:
    places = extract.places
    units = np.array([places[node] for node in ids.tolist()], dtype=np.int64)
    return to_degrees(units.reshape(-1, 2))
