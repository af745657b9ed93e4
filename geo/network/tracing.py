"""From a chain of arcs to a `Path`: coordinates from snap to snap, and spans of one road each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.models import LonLat, Span
from geo.router import Path, Snap

from .chains import Chain, part_ms
from .junctions import Crossroads
from .lines import FloatArray, IntArray, LongArray, to_degrees
from .otherwise import Way
from .profile import Profile
from .street import StreetNetwork

NEAR = 1e-9
"""Fractions of an arc nearer than this are one place."""


@dataclass(frozen=True, slots=True)
class _Measures:
    """What each arc of a chain contributes, partial ones by their share."""

    length_m: FloatArray
    duration_ms: LongArray


def _measure(network: StreetNetwork, profile: Profile, chain: Chain) -> _Measures:
    length = network.segments.length_m[profile.arcs[chain.arcs] >> 1] * profile.length_factor
    duration = profile.duration_ms[chain.arcs].astype(np.int64)
    length_ends = (length[0] * chain.begin, length[-1] * chain.finish)
    duration_ends = (
        part_ms(int(duration[0]), chain.begin),
        part_ms(int(duration[-1]), chain.finish),
    )
    # Cut what is not travelled: all of the last arc but its share, and the first arc's begin. The
    # order holds for a chain of one arc too.
    for measure, (skipped, share) in ((length, length_ends), (duration, duration_ends)):
        measure[-1] = share
        measure[0] -= skipped
    return _Measures(length_m=length, duration_ms=duration + chain.turns_ms)


def totals(network: StreetNetwork, profile: Profile, chain: Chain) -> tuple[float, float]:
    """Return length (m) and duration (s) of a chain."""
    measures = _measure(network, profile, chain)
    return float(measures.length_m.sum()), float(measures.duration_ms.sum()) / 1000


def way_of(network: StreetNetwork, profile: Profile, chain: Chain) -> Way:
    """Return a chain as its likeness to others is judged."""
    measures = _measure(network, profile, chain)
    segments = profile.arcs[chain.arcs] >> 1
    return Way(segments, measures.length_m, float(measures.duration_ms.sum()) / 1000)


def _fractions(corners: FloatArray) -> FloatArray:
    """Return how far along a line each of its vertices lies, 0 to 1."""
    # Near enough on one segment: degrees of longitude shrunk to the middle latitude.
    shrink = np.array([np.cos(np.radians(corners[:, 1].mean())), 1.0])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(corners, axis=0) * shrink).T))])
    return np.asarray(along / along[-1] if along[-1] else along, dtype=np.float64)


def _draw(
    network: StreetNetwork, profile: Profile, chain: Chain, ends: tuple[Snap, Snap]
) -> tuple[list[LonLat], IntArray]:
    """Return the coordinates, and for each arc the index of its last one."""
    codes = profile.arcs[chain.arcs]
    steps, counts = network.segments.lines.trace(codes >> 1, (codes & 1).astype(bool))
    start = network.segments.nodes[network.segments.ends[codes[0] >> 1, codes[0] & 1]]
    corners = to_degrees(np.concatenate([[start], start + np.cumsum(steps, axis=0)]))
    first, last = int(counts[0]), int(counts[-1])
    keep = np.ones(len(corners), dtype=bool)
    keep[: first + 1] &= _fractions(corners[: first + 1]) > chain.begin + NEAR
    keep[-last - 1 :] &= _fractions(corners[-last - 1 :]) < chain.finish - NEAR
    here, there = ((snap.lon, snap.lat) for snap in ends)
    line = [here, *map(tuple, corners[keep].tolist()), there]
    upto = np.cumsum(keep)[np.cumsum(counts)]
    upto[-1] = len(line) - 1
    return line, upto.astype(np.int32)


def _spans(
    network: StreetNetwork, profile: Profile, chain: Chain, upto: IntArray
) -> tuple[Span, ...]:
    """Return one span for each run of arcs on the same road."""
    measures = _measure(network, profile, chain)
    road = network.segments.road[profile.arcs[chain.arcs] >> 1]
    begins = np.flatnonzero(np.concatenate([[True], road[1:] != road[:-1]]))
    finishes = np.concatenate([begins[1:], [len(road)]]) - 1
    length = np.add.reduceat(measures.length_m, begins).tolist()
    duration = (np.add.reduceat(measures.duration_ms, begins) / 1000).tolist()
    last = upto[finishes].tolist()
    first = [0, *last[:-1]]
    owners = [network.road_table[at] for at in road[begins].tolist()]
    return tuple(map(Span, owners, length, duration, first, last))


def _climb(
    network: StreetNetwork, profile: Profile, chain: Chain
) -> tuple[float | None, float | None]:
    """Return metres up and down along a chain; None where a part of it is unknown.

    Of an arc travelled in part they are its share, as its duration is.
    """
    climb_m = network.segments.climb_m
    if climb_m is None:
        return None, None
    codes = profile.arcs[chain.arcs]
    against = codes & 1
    both = climb_m[codes >> 1].astype(np.float64)
    rows = np.arange(len(codes))
    along = np.stack([both[rows, against], both[rows, 1 - against]], axis=1)
    share = np.ones(len(codes))
    share[-1] = chain.finish
    share[0] -= chain.begin
    up, down = (along * share[:, None]).sum(axis=0).tolist()
    return (None, None) if np.isnan(up + down) else (up, down)


def _trimmed(chain: Chain) -> Chain:
    """Leave out a first or last arc of which nothing is travelled."""
    arcs, turns, begin, finish = chain.arcs, chain.turns_ms, chain.begin, chain.finish
    if len(arcs) > 1 and begin >= 1.0 - NEAR:
        arcs, begin, turns = arcs[1:], 0.0, turns[1:]
    if len(arcs) > 1 and finish <= NEAR:
        # The delay of turning into it is part of the price, so it stays.
        turns = np.append(turns[:-2], turns[-2] + turns[-1])
        arcs, finish = arcs[:-1], 1.0
    return Chain(arcs, turns, begin, finish)


def trace_path(
    network: StreetNetwork,
    profile: Profile,
    chain: Chain,
    ends: tuple[Snap, Snap],
    crossroads: Crossroads | None = None,
) -> Path:
    """Return the path along a chain.

    Its coordinates start and end exactly at the snapped points; there are at least two.

    Parameters
    ----------
    network, profile
        What the chain runs over.
    chain
        Its arcs.
    ends
        Where it starts and ends.
    crossroads
        The junctions of the profile; None: the network does not know them.
    """
    chain = _trimmed(chain)
    line, upto = _draw(network, profile, chain, ends)
    length, duration = totals(network, profile, chain)
    met = None if crossroads is None else crossroads.along(profile.arcs[chain.arcs], upto)
    up_and_down = _climb(network, profile, chain)
    spans = _spans(network, profile, chain, upto)
    return Path(length, duration, tuple(line), spans, met, *up_and_down)
