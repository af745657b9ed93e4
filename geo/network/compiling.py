"""From drawn stretches and priced arcs to a `StreetNetwork`: lengths, encoding, order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.errors import NetworkSourceError
from geo.models import Road

from .lines import FloatArray, IntArray, encode_lines, to_degrees, to_units
from .manifest import Manifest
from .ordering import contraction_order
from .profile import INFINITE_MS, Profile
from .street import Segments, StreetNetwork

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Stretches of road before compiling.

    Parameters
    ----------
    nodes
        (lon, lat) of junctions and dead ends, degrees, (n, 2).
    ends
        First and last node of each stretch, (m, 2).
    vertices, first
        Stretch `s` runs along `vertices[first[s]:first[s + 1]]` (degrees), its two nodes included.
    road
        Index into `roads` of each stretch.
    roads
        The roads, each once.
    flags
        Bits of each stretch (see `Segments`).
    """

    nodes: FloatArray
    ends: IntArray
    vertices: FloatArray
    first: IntArray
    road: IntArray
    roads: tuple[Road, ...]
    flags: NDArray[np.uint8]

    def distances(self) -> FloatArray:
        """Return how far each vertex lies from the one before it (m, WGS-84); a first one: 0."""
        pieces = np.zeros(len(self.vertices))
        pieces[1:] = WGS84.inv(*self.vertices[:-1].T, *self.vertices[1:].T)[2]
        pieces[self.first[:-1]] = 0.0  # from the end of one stretch to the start of the next
        return pieces

    def lengths(self) -> FloatArray:
        """Return the length of each stretch on the WGS-84 ellipsoid in metres."""
        return np.asarray(np.add.reduceat(self.distances(), self.first[:-1]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Turns:
    """Arcs that may follow each arc, and the delay between them (see `Profile`)."""

    first: IntArray
    to: IntArray
    delay_ms: IntArray


@dataclass(frozen=True, slots=True)
class Pricing:
    """The arcs of a mode with their price, before compiling.

    Parameters
    ----------
    arcs
        `2 · stretch`, + 1 against the way it is drawn.
    duration_s
        Of each arc.
    extra_s
        What the choice of a path adds to the duration; None: nothing.
    length_factor
        Multiplies lengths; durations hold it already.
    turns
        None: free and everywhere allowed.
    aside
        The stretches cut off from the main part of the roads; None: there are none.
    """

    arcs: IntArray
    duration_s: FloatArray
    extra_s: FloatArray | None
    length_factor: float
    turns: Turns | None = None
    aside: IntArray | None = None


def _milliseconds(seconds: FloatArray) -> IntArray:
    """Return seconds as whole milliseconds, at least one: no arc is free."""
    return np.clip(np.rint(seconds * 1000), 1, INFINITE_MS // 4).astype(np.int32)


def _search_positions(profile: Profile, segments: Segments) -> FloatArray:
    """Return where on the map each node of the search graph lies."""
    nodes = to_degrees(segments.nodes)
    if not profile.has_turns:
        return nodes
    tail, head = profile.ends(segments.ends)
    return (nodes[tail] + nodes[head]) / 2


def _compile_profile(mode: str, pricing: Pricing, segments: Segments) -> Profile:
    duration = _milliseconds(pricing.duration_s)
    cost = duration
    if pricing.extra_s is not None:
        cost = _milliseconds(pricing.duration_s + pricing.extra_s)
    none = np.empty(0, dtype=np.int32)
    turns = pricing.turns or Turns(none, none, none)
    profile = Profile(
        mode=mode,
        arcs=pricing.arcs,
        cost_ms=cost,
        duration_ms=duration,
        length_factor=pricing.length_factor,
        order=none,
        turn_first=turns.first,
        turn_to=turns.to,
        turn_ms=turns.delay_ms,
        aside=none if pricing.aside is None else pricing.aside,
    )
    graph = profile.search_graph(segments.ends, len(segments.nodes))
    places = _search_positions(profile, segments)
    return replace(profile, order=contraction_order(graph, places, turns=profile.has_turns))


def _complete(manifest: Manifest, drawing: Drawing, segments: Segments) -> Manifest:
    """Return the manifest with counts, length and extent filled in."""
    west, south = (float(value) for value in drawing.vertices.min(axis=0))
    east, north = (float(value) for value in drawing.vertices.max(axis=0))
    return replace(
        manifest,
        bbox=(round(west, 7), round(south, 7), round(east, 7), round(north, 7)),
        length_km=round(float(segments.length_m.sum()) / 1000, 1),
        counts={
            "nodes": len(drawing.nodes),
            "segments": len(segments),
            "roads": len(drawing.roads),
            **manifest.counts,
        },
    )


def no_road(mode: str) -> NetworkSourceError:
    """Return the error of data that has no road at all for a profile asked for."""
    return NetworkSourceError(
        f"no road of the data is open to the profile {mode}; leave it out with --profiles, or use "
        "data that has one",
        source="",
        mode=mode,
    )


def compile_network(
    drawing: Drawing,
    pricings: Mapping[str, Pricing],
    manifest: Manifest,
    climb_m: NDArray[np.float32] | None = None,
) -> StreetNetwork:
    """Return the network of a drawing.

    Parameters
    ----------
    drawing
        The stretches of road.
    pricings
        By mode, the arcs and their prices.
    manifest
        Origin of the data; its extent, length and counts are filled in here.
    climb_m
        Metres up along and against each stretch (see `Segments`); None: nothing is known of them.

    Raises
    ------
    NetworkSourceError
        There is no road for one of the modes.
    """
    for mode, pricing in pricings.items():
        if not len(pricing.arcs):
            raise no_road(mode)
    segments = Segments(
        nodes=to_units(drawing.nodes),
        ends=drawing.ends,
        lines=encode_lines(to_units(drawing.vertices), drawing.first),
        length_m=drawing.lengths(),
        road=drawing.road,
        flags=drawing.flags,
        climb_m=climb_m,
    )
    profiles = {
        mode: _compile_profile(mode, pricing, segments) for mode, pricing in pricings.items()
    }
    arcs = {f"{mode}_arcs": len(profile.arcs) for mode, profile in profiles.items()}
    counted = replace(
        manifest,
        counts={**manifest.counts, **arcs},
        length_factors={mode: profile.length_factor for mode, profile in profiles.items()},
    )
    return StreetNetwork(
        manifest=_complete(counted, drawing, segments),
        segments=segments,
        road_table=drawing.roads,
        profiles=profiles,
    )
