"""What each stretch costs each mode: time along it, waits on it, streets to be shunned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.network.lines import FloatArray, IntArray

from . import speeds
from .elements import Extract, Tags
from .rules import parse_duration
from .stretches import Stretches

MOTOR = frozenset({"drive", "coach"})
"""Modes for which turns count: their search graph has an edge for each turn."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The arcs of a mode: `2 · stretch + against`, seconds, and seconds the choice adds."""

    arcs: IntArray
    duration_s: FloatArray
    extra_s: FloatArray | None


def _waits_at(tags: Tags, *, against: bool) -> float:
    """Return seconds lost at a node within a stretch, travelled along its way or against it."""
    wait = 0.0
    if tags.get("highway") == "traffic_signals":
        direction = tags.get("traffic_signals:direction", "both")
        if direction != ("forward" if against else "backward"):
            wait += speeds.SIGNAL_S
    if tags.get("barrier") == "toll_booth":
        wait += speeds.TOLL_BOOTH_S
    return wait


def _inner_waits(stretches: Stretches, extract: Extract) -> FloatArray:
    """Return what motor vehicles wait within each stretch, along it and against it, (m, 2)."""
    waits = np.zeros((len(stretches.way), 2))
    tagged = np.flatnonzero(
        np.isin(stretches.inner_ids, np.array(sorted(extract.node_tags), dtype=np.int64))
    )
    owners = np.searchsorted(stretches.inner_first, tagged, side="right") - 1
    for node, owner in zip(stretches.inner_ids[tagged].tolist(), owners.tolist(), strict=True):
        tags = extract.node_tags[node]
        waits[owner] += (_waits_at(tags, against=False), _waits_at(tags, against=True))
    return waits


def _timetabled(kmh: FloatArray, stretches: Stretches, whole_m: FloatArray) -> FloatArray:
    """Return the speeds with those of ferries that say how long they take put right."""
    kmh = kmh.copy()
    for at, way in enumerate(stretches.ways):
        seconds = parse_duration(way.tags["duration"]) if _is_ferry(way.tags) else None
        if seconds:
            kmh[at] = np.where(kmh[at] > 0, whole_m[at] * 3.6 / seconds, 0.0)
    return kmh


def _is_ferry(tags: Tags) -> bool:
    return tags.get("route") == "ferry" and "duration" in tags and "highway" not in tags


def price(
    stretches: Stretches, extract: Extract, mode: str, pace: FloatArray | None = None
) -> Priced:
    """Return the arcs open to a mode and their prices.

    Parameters
    ----------
    stretches, extract
        What the arcs run over.
    mode
        One of `STREET_MODES`.
    pace
        Walking time along and against each stretch over that on the flat (`geo.network.climbing`);
        None: all is flat, as it is for vehicles.
    """
    passages = stretches.passages[mode]
    length = stretches.drawing.lengths()
    whole = np.bincount(stretches.way, length, minlength=len(stretches.ways)).astype(np.float64)
    speeds_kmh = [(one.forward_kmh, one.backward_kmh) for one in passages]
    kmh = _timetabled(np.array(speeds_kmh, dtype=np.float64), stretches, whole)[stretches.way]
    wait = np.array([one.wait_s for one in passages])[stretches.way]
    wait = wait * length / np.maximum(whole[stretches.way], 0.01)
    shunned = np.array([one.shunned for one in passages])[stretches.way]
    stretch, against = np.nonzero(kmh > 0)
    moving = length[stretch] * 3.6 / kmh[stretch, against]
    if pace is not None and mode == "walk":
        moving = moving * pace[stretch, against]
    duration = moving + wait[stretch]
    if mode in MOTOR:
        duration = duration + _inner_waits(stretches, extract)[stretch, against]
    extra = None
    if shunned.any():
        extra = duration * shunned[stretch] * (speeds.COACH_SHORTCUT - 1)
    return Priced((2 * stretch + against).astype(np.int32), duration, extra)
