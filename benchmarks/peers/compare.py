"""The comparison's own arithmetic: how far two engines' ways differ, and which class each is of."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Place = tuple[float, float]
Route = Mapping[str, Any]

BOUNDS_PERCENT = (1, 5, 10, 25)
BEYOND_PERCENT, BEYOND_M = 5.0, 10.0
"""A pair is looked into where its lengths differ by more than both."""

APART_M = 10.0
"""Ends of two ways farther apart lie on different roads."""

ON_ROAD_M = 5.0
"""A place of one engine's way that lies farther from every road of the other is on none of its."""

DETOUR_SHARE, DETOUR_M = 0.02, 15.0
"""A way is followed if following it is no longer than this."""

VIA_M, MAX_VIAS = 25.0, 150

ENDS, OFF_OURS, OFF_THEIRS = "tied to another road", "a road we do not take", "a road only we take"
TURN_OURS, TURN_THEIRS = "a direction or turn we do not take", "a direction or turn only we take"
PRICE = "the same roads, priced otherwise"
CLASSES = (ENDS, OFF_OURS, TURN_OURS, OFF_THEIRS, TURN_THEIRS, PRICE)


def metres(a: Place, b: Place) -> float:
    """Return the distance between two places on a sphere, good to 0.5 %."""
    east = math.radians(b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return 6_371_008.8 * math.hypot(east, math.radians(b[1] - a[1]))


def percent(ours: Route, theirs: Route) -> float:
    """Return by how much ours is longer, in percent of theirs; equal below `BEYOND_M`."""
    more = ours["length_m"] - theirs["length_m"]
    if abs(more) <= BEYOND_M:
        return 0.0
    return float(100 * more / max(theirs["length_m"], 1e-9))


def distribution(
    ours: Sequence[Route | None], theirs: Sequence[Route | None]
) -> dict[str, float | int]:
    """Return how the lengths of the pairs both answer differ.

    `pairs`, `only_ours`, `only_theirs` are counts; `within_N` the percentage of pairs whose
    lengths differ by at most N percent, `median` the median difference in percent, `total` that
    of the sums of all lengths.
    """
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if a and b]
    differences = [percent(a, b) for a, b in both]
    size = max(len(both), 1)
    lengths = [sum(pair[side]["length_m"] for pair in both) for side in (0, 1)]
    return {
        "pairs": len(both),
        "only_ours": sum(bool(a and not b) for a, b in zip(ours, theirs, strict=True)),
        "only_theirs": sum(bool(b and not a) for a, b in zip(ours, theirs, strict=True)),
        **{
            f"within_{bound}": 100 * sum(abs(one) <= bound for one in differences) / size
            for bound in BOUNDS_PERCENT
        },
        "median": statistics.median(differences) if differences else 0.0,
        "total": 100 * (lengths[0] / lengths[1] - 1) if lengths[1] else 0.0,
    }


def one_sided(ours: Sequence[Route | None], theirs: Sequence[Route | None]) -> list[int]:
    """Return the pairs that only one of the two answers."""
    return [at for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if bool(a) != bool(b)]


def beyond(ours: Sequence[Route | None], theirs: Sequence[Route | None]) -> list[int]:
    """Return the pairs both answer with lengths that differ by more than is let pass."""
    return [
        at
        for at, (a, b) in enumerate(zip(ours, theirs, strict=True))
        if a and b and abs(percent(a, b)) > BEYOND_PERCENT
    ]


def chain(line: Sequence[Place]) -> list[Place]:
    """Return places along a way that hold another engine to it: its ends, and middles of pieces.

    Middles, since a place at a junction may be tied to any of its roads.
    """
    vias: list[Place] = []
    since = 0.0
    for a, b in pairwise(line):
        since += metres(a, b)
        if since >= VIA_M and metres(a, b) > ON_ROAD_M:
            vias.append(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2))
            since = 0.0
    step = max(1, math.ceil(len(vias) / MAX_VIAS))
    return [line[0], *vias[::step], line[-1]]


def followed(way: Route, follower: Route | None) -> str:
    """Return "" where another engine could follow a way, else why not: "off" its roads, "turn"."""
    if follower is not None and max(follower.get("snaps_m", [0.0])) > ON_ROAD_M:
        return "off"
    limit = way["length_m"] * (1 + DETOUR_SHARE) + DETOUR_M
    return "" if follower is not None and follower["length_m"] <= limit else "turn"


def classify_one_sided(way: Route, follower: Route | None, *, is_ours: bool) -> str:
    """Return why only one engine answers a pair.

    Parameters
    ----------
    way
        Of the one that answers.
    follower
        The other one held to it: where it follows, it had tied an end to a road from which there
        is no way on, or to which there is none.
    is_ours
        Whether we are the one that answers.
    """
    why = followed(way, follower)
    off, turn = (OFF_THEIRS, TURN_THEIRS) if is_ours else (OFF_OURS, TURN_OURS)
    return {"": ENDS, "off": off, "turn": turn}[why]


def classify(ours: Route, theirs: Route, we_follow: Route | None, they_follow: Route | None) -> str:
    """Return why a pair differs (one of `CLASSES`), in the order in which causes are looked for.

    Parameters
    ----------
    ours, theirs
        The two ways.
    we_follow, they_follow
        Our router held to their way, and theirs held to ours.
    """
    gaps = [metres(ours["line"][end], theirs["line"][end]) for end in (0, -1)]
    if max(gaps) > APART_M:
        return ENDS
    here, there = followed(theirs, we_follow), followed(ours, they_follow)
    # The longer of the two ways was taken since the shorter one was closed to that engine.
    shorter_is_theirs = ours["length_m"] > theirs["length_m"]
    known = {"off": (OFF_OURS, OFF_THEIRS), "turn": (TURN_OURS, TURN_THEIRS)}
    order = [(here, 0), (there, 1)] if shorter_is_theirs else [(there, 1), (here, 0)]
    return next((known[why][side] for why, side in order if why), PRICE)
