"""A network without the roads a traveller keeps off: the same nodes, fewer arcs.

The order of contraction stays that of the whole network: a part of a good order is a good order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.avoid import Avoid, Kind, known_kinds, outline_of
from geo.errors import InvalidParameterError

from .profile import Profile
from .street import TOLL, StreetNetwork

HIGHWAYS: dict[Kind, frozenset[str]] = {
    "motorways": frozenset({"motorway", "motorway_link"}),
    "ferries": frozenset({"ferry"}),
    "stairs": frozenset({"steps"}),
}


def closed_segments(network: StreetNetwork, avoid: Avoid) -> NDArray[np.bool_]:
    """Return which segments are kept off.

    Raises
    ------
    InvalidParameterError
        The network does not know where there are tolls.
    """
    segments = network.segments
    closed = np.zeros(len(segments), dtype=bool)
    for kind in avoid.kinds:
        if kind not in known_kinds(network.info.fidelity):
            raise InvalidParameterError(
                "avoid", kind, "another kind: tolls are not known on this network",
                rule="tolls_unknown",
            )  # fmt: skip
        if kind == "tolls":
            closed |= segments.flags & TOLL != 0
        else:
            named = np.array([road.highway in HIGHWAYS[kind] for road in network.road_table])
            closed |= named[segments.road]
    if avoid.areas:
        tree = shapely.STRtree(segments.geometries())
        areas = [outline_of(area, network.manifest.metric) for area in avoid.areas]
        closed[tree.query(areas, predicate="intersects")[1]] = True
    return closed


def without(network: StreetNetwork, avoid: Avoid) -> StreetNetwork:
    """Return the network without what is kept off.

    Raises
    ------
    InvalidParameterError
        It is not known on this network.
    """
    closed = closed_segments(network, avoid)
    profiles = {mode: _open(one, ~closed[one.segments]) for mode, one in network.profiles.items()}
    return network.with_profiles(profiles)


def _open(profile: Profile, kept: NDArray[np.bool_]) -> Profile:
    """Return a profile with these arcs alone."""
    arcs, duration = profile.arcs[kept], profile.duration_ms[kept]
    cost = duration if profile.by_time else profile.cost_ms[kept]
    made = replace(profile, arcs=arcs, duration_ms=duration, cost_ms=cost)
    if not profile.has_turns:
        return made
    number = np.cumsum(kept) - 1
    tail = np.repeat(np.arange(len(kept)), np.diff(profile.turn_first))
    usable = kept[tail] & kept[profile.turn_to]
    first = np.searchsorted(number[tail[usable]], np.arange(len(arcs) + 1))
    return replace(
        made,
        order=number[profile.order[kept[profile.order]]].astype(np.int32),
        turn_first=first.astype(np.int32),
        turn_to=number[profile.turn_to[usable]].astype(np.int32),
        turn_ms=profile.turn_ms[usable],
    )
