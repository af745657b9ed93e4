"""How far each stretch of road climbs and falls, and what that does to the pace of walking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiling import Drawing
from .lines import FloatArray, LongArray
from .relief import CELL_M, Relief

TOBLER_DECAY, TOBLER_OFFSET = 3.5, 0.05
"""Tobler's hiking function: 6 · exp(-3.5 · |s + 0.05|) km/h on a slope of s = rise / run.

W. Tobler, Three Presentations on Geographical Analysis and Modeling, NCGIA Technical Report 93-1,
1993, after E. Imhof. Quickest down a slope of 5 %.
"""

STEEPEST = 0.5
"""No street is steeper; what a model says beyond it is a wall or a roof beside the street."""

BRIDGING_ROUNDS = 400
"""Times the heights of nodes on bridges are drawn towards their neighbours'."""


@dataclass(frozen=True, slots=True)
class Climbs:
    """What the relief does to stretches.

    Parameters
    ----------
    climb_m
        Metres up along each stretch, and against it, (m, 2); NaN: unknown.
    pace
        Walking time along and against each stretch over that on the flat, (m, 2); 1 where unknown.
    """

    climb_m: NDArray[np.float32]
    pace: FloatArray

    def known_share(self, length_m: FloatArray) -> float:
        """Return the share of the length whose relief is known."""
        known = ~np.isnan(self.climb_m[:, 0])
        return float(length_m[known].sum() / max(float(length_m.sum()), 1e-9))


def tobler_pace(slope: FloatArray) -> FloatArray:
    """Return walking time on a slope over that on the flat.

    Parameters
    ----------
    slope
        Rise over run, downhill negative.
    """
    steep = np.clip(slope, -STEEPEST, STEEPEST)
    pace: FloatArray = np.exp(TOBLER_DECAY * (np.abs(steep + TOBLER_OFFSET) - TOBLER_OFFSET))
    return pace


@dataclass(frozen=True, slots=True)
class _Samples:
    """Places at equal distances along each stretch, both ends included, at most a cell apart.

    `counts` is how many each stretch has, `begins` where its first stands, `share` how far along.
    """

    lonlat: FloatArray
    counts: LongArray
    begins: LongArray
    share: FloatArray
    owner: LongArray


def _samples(drawing: Drawing, length: FloatArray) -> _Samples:
    counts = np.maximum(np.ceil(length / CELL_M), 1).astype(np.int64) + 1
    begins = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(counts.sum()) - begins[owner]) / (counts[owner] - 1)
    # All stretches behind each other on one axis, a metre between, so that one call draws them all.
    along = drawing.distances()
    along[drawing.first[1:-1]] = 1.0
    axis = np.cumsum(along)
    wanted = axis[drawing.first[:-1]][owner] + share * length[owner]
    lonlat = np.stack([np.interp(wanted, axis, line) for line in drawing.vertices.T], axis=1)
    return _Samples(lonlat, counts, begins, share, owner)


def _levels(drawing: Drawing, relief: Relief, built: NDArray[np.bool_]) -> FloatArray:
    """Return the height of every node; on bridges and in tunnels between those of their ends."""
    level = relief.at(drawing.nodes)
    on_ground = np.zeros(len(level), dtype=bool)
    on_ground[drawing.ends[~built]] = True
    start, end = drawing.ends[built].T
    inner = ~on_ground
    inner[drawing.ends[~built]] = False
    # Where a bridge ends at the edge of the data it stands on the ground, too.
    inner &= np.bincount(drawing.ends[built].ravel(), minlength=len(level)) > 1
    if not inner.any():
        return level
    weight = 1 / np.maximum(drawing.lengths()[built], 1.0)
    whole = np.zeros(len(level))
    np.add.at(whole, start, weight)
    np.add.at(whole, end, weight)
    for _ in range(BRIDGING_ROUNDS):
        drawn = np.zeros(len(level))
        np.add.at(drawn, start, weight * level[end])
        np.add.at(drawn, end, weight * level[start])
        level[inner] = drawn[inner] / whole[inner]
    return level


def climbs_of(drawing: Drawing, relief: Relief) -> Climbs:
    """Return what a relief does to the stretches of a drawing.

    Bridges and tunnels run straight from the height of one end to that of the other, ferries are
    level. Stairs and ferries keep their own speed.
    """
    length = drawing.lengths()
    highway = np.array([road.highway for road in drawing.roads])[drawing.road]
    structure = np.array([bool(road.structure) for road in drawing.roads])[drawing.road]
    samples = _samples(drawing, length)
    height = relief.at(samples.lonlat)
    level = _levels(drawing, relief, structure)
    ends = level[drawing.ends[samples.owner]]
    straight = ends[:, 0] * (1 - samples.share) + ends[:, 1] * samples.share
    height = np.where(structure[samples.owner], straight, height)
    height[(highway == "ferry")[samples.owner]] = 0.0
    rise = np.diff(height, append=0.0)
    rise[samples.begins + samples.counts - 1] = 0.0  # from the end of one to the start of the next
    climb = np.stack(
        [np.add.reduceat(np.maximum(way * rise, 0.0), samples.begins) for way in (1, -1)], axis=1
    )
    pace = _pace(rise, samples, length)
    pace[np.isin(highway, ("steps", "ferry"))] = 1.0
    return Climbs(climb.astype(np.float32), pace)


def _pace(rise: FloatArray, samples: _Samples, length: FloatArray) -> FloatArray:
    pieces = samples.counts - 1
    slope = rise / np.maximum(length / pieces, 0.01)[samples.owner]
    inner = np.ones(len(rise))
    inner[samples.begins + pieces] = 0.0
    both = [
        np.add.reduceat(np.nan_to_num(tobler_pace(way * slope), nan=1.0) * inner, samples.begins)
        for way in (1, -1)
    ]
    return np.stack(both, axis=1) / pieces[:, None]
