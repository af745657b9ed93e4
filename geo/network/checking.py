"""Whether the arrays of a network fit together, beyond their checksums."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .profile import Profile
from .street import StreetNetwork


def _within(values: NDArray[np.integer], size: int) -> bool:
    return not len(values) or (int(values.min()) >= 0 and int(values.max()) < size)


def _steps(first: NDArray[np.integer], size: int) -> bool:
    """Whether positions ascend from 0 to a size."""
    return bool(len(first) and first[0] == 0 and first[-1] == size and (np.diff(first) >= 0).all())


def _segment_faults(network: StreetNetwork) -> Iterator[str]:
    segments, lines = network.segments, network.segments.lines
    if not _within(segments.ends, len(segments.nodes)):
        yield "segments.ends names a node that is not there"
    if not _within(segments.road, len(network.road_table)):
        yield "segments.road names a road that is not there"
    if not _steps(lines.first, len(lines.steps)) or len(lines.first) != len(segments) + 1:
        yield "lines.first does not fit lines.steps"
    if {len(segments.length_m), len(segments.road), len(segments.flags)} != {len(segments)}:
        yield "segments are not equally many"
    if segments.climb_m is not None and segments.climb_m.shape != (len(segments), 2):
        yield "segments.climb_m has not two figures a segment"
    if len(segments) and not float(np.min(segments.length_m)) >= 0:
        yield "segments.length_m is not positive"


def _profile_faults(network: StreetNetwork, profile: Profile) -> Iterator[str]:
    mode, arcs = profile.mode, len(profile.arcs)
    if not _within(profile.segments, len(network.segments)):
        yield f"{mode}.arcs names a segment that is not there"
        return
    if not _within(profile.aside, len(network.segments)):
        yield f"{mode}.aside names a segment that is not there"
    if not len(profile.cost_ms) == len(profile.duration_ms) == arcs:
        yield f"{mode} has not one price an arc"
    elif arcs and min(int(profile.cost_ms.min()), int(profile.duration_ms.min())) <= 0:
        yield f"{mode} has an arc that costs nothing"
    if profile.has_turns:
        if len(profile.turn_first) != arcs + 1 or not _steps(
            profile.turn_first, len(profile.turn_to)
        ):
            yield f"{mode}.turn_first does not fit {mode}.turn_to"
            return
        if not _within(profile.turn_to, arcs):
            yield f"{mode}.turn_to names an arc that is not there"
        elif not _turns_join(network, profile):
            yield f"{mode} turns into an arc that starts elsewhere"
    size = arcs if profile.has_turns else len(network.segments.nodes)
    if not np.array_equal(np.sort(profile.order), np.arange(size)):
        yield f"{mode}.order does not hold every node once"


def _turns_join(network: StreetNetwork, profile: Profile) -> bool:
    tail, head = profile.ends(network.segments.ends)
    before = np.repeat(np.arange(len(profile.arcs)), np.diff(profile.turn_first))
    return bool((head[before] == tail[profile.turn_to]).all())


def faults_of(network: StreetNetwork) -> list[str]:
    """Return every fault found, one line each; empty: the arrays fit together."""
    faults = list(_segment_faults(network))
    if not faults:
        for profile in network.profiles.values():
            faults += _profile_faults(network, profile)
    return faults
