"""How a class gets from one place to another: on foot at its own pace, or by coach.

Times are on the slow side and in whole minutes: a coach is slower than the car a network knows,
a class is slower than an adult, and where a site's position is uncertain the far side of the
doubt is taken. A timetable made of them is kept by those who arrive early.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.models import Leg, Mode
from geo.planner.legs import AREA_SPEED_MS, RANGE_STEP_S, End, make_leg
from geo.planner.roads import apart_m, tied
from geo.router import APPROACH_SPEED_MS, FloatMatrix, Matrix, Position, Router, Snap

from .models import Transport
from .presets import BOARDING_S, COACH_FACTOR, NEAR_WALK_M
from .problem import Way

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Terrain:
    """The places of a trip tied to the roads, and every way between two of them.

    `snaps[mode][i]` is None where place i is too far from any road of that mode.
    """

    snaps: dict[Mode, tuple[Snap | None, ...]]
    ways: tuple[tuple[tuple[Way, ...], ...], ...]

    def leg(self, a: int, b: int, way: Way, router: Router) -> Leg:
        """Return the leg of a way that was chosen, with its planned time."""
        mode, seconds, _ = way
        origin, target = self.snaps[mode][a], self.snaps[mode][b]
        assert origin is not None and target is not None  # noqa: S101, PT018 - there is a way
        leg = make_leg(origin, target, router.path(origin, target))
        if leg.duration_range_s is None:
            return replace(leg, duration_s=seconds)
        high = -(-seconds // RANGE_STEP_S) * RANGE_STEP_S
        return replace(leg, duration_s=seconds, duration_range_s=(leg.duration_range_s[0], high))


def measure(
    positions: Sequence[Position], transport: Transport, pace: float, router: Router
) -> Terrain:
    """Return every way between the positions.

    Parameters
    ----------
    positions
        Sites, start, end and lodging.
    transport
        `walk`: on foot only; `coach`: by coach, and on foot between near neighbours.
    pace
        The group's walking speed as a share of an adult's.
    router
        Answers for one network.
    """
    modes: tuple[Mode, ...] = ("walk",) if transport == "walk" else ("drive", "walk")
    snaps = {mode: tuple(tied(positions, mode, router)) for mode in modes}
    table: list[list[list[Way]]] = [[[] for _ in positions] for _ in positions]
    for mode in modes:
        far = NEAR_WALK_M if (mode, transport) == ("walk", "coach") else math.inf
        _add_ways(table, snaps[mode], router, pace=pace, far_m=far)
    return Terrain(snaps, tuple(tuple(tuple(_sensible(cell)) for cell in row) for row in table))


def _add_ways(
    table: list[list[list[Way]]],
    snaps: Sequence[Snap | None],
    router: Router,
    *,
    pace: float,
    far_m: float,
) -> None:
    known = [index for index, snap in enumerate(snaps) if snap is not None]
    held = [snap for snap in snaps if snap is not None]
    if not held:
        return
    matrix = router.matrix(held)
    road_m = _road_m(held, matrix, far_m)
    for i, a in enumerate(known):
        for j, b in enumerate(known):
            seconds = float(matrix.duration_s[i, j])
            if a == b or not math.isfinite(seconds + road_m[i, j]):
                continue
            way = _way(held[i], held[j], seconds, float(road_m[i, j]), pace)
            if way[2] <= far_m:
                table[a][b].append(way)


def _road_m(snaps: Sequence[Snap], matrix: Matrix, far_m: float) -> FloatMatrix:
    """Return the metres on the road, inf where they are surely too many; 0 for rides: not asked."""
    if snaps[0].mode != "walk":
        return np.zeros(matrix.cost.shape)
    if math.isinf(far_m):
        return matrix.length_m
    return matrix.lengths(apart_m(snaps) <= far_m)


def _way(origin: Snap, target: Snap, road_s: float, road_m: float, pace: float) -> Way:
    first, last = End(origin), End(target)
    off_m = _approach_m(first) + _approach_m(last)
    off_s = off_m / (APPROACH_SPEED_MS * pace)
    doubt_m = first.accuracy_m + last.accuracy_m
    if origin.mode == "walk":
        # The length of a walk counts whole (`TripPlan.walked_m`): doubt makes it no shorter.
        metres = origin.approach_m + road_m + target.approach_m
        seconds = road_s / pace + off_s + doubt_m / (AREA_SPEED_MS["walk"] * pace)
    else:
        metres = off_m
        seconds = road_s * COACH_FACTOR + BOARDING_S + off_s + doubt_m / AREA_SPEED_MS["drive"]
    # Legs are told to 0.1 m: rounded up here, their sum never exceeds a limit kept here.
    return origin.mode, math.ceil(seconds / MINUTE_S) * MINUTE_S, math.ceil(metres * 10) / 10


def _approach_m(end: End) -> float:
    return max(0.0, end.snap.approach_m - end.accuracy_m)


def _sensible(ways: Sequence[Way]) -> list[Way]:
    """Return the ways, without a walk that is slower than the coach."""
    rides = [way for way in ways if way[0] == "drive"]
    return [w for w in ways if w[0] == "drive" or not rides or w[1] <= min(r[1] for r in rides)]
