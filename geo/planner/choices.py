"""The kinds of travel a plan may choose from; the best plan over all of them is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.models import AREA_ACCURACY_M, Mode
from geo.router import FloatMatrix, Position, Router

from .clusters import stopping_places
from .roads import Roads, measure
from .travel import PARKING_S, Limits, Travel, by_one_mode

AUTO_WALK_M = 1000
"""The longest walk at a time where the mode is left to us and nobody says: some 13 minutes."""
LEAST_VISIT_S = 5 * 60
"""No visit is shorter."""
WEIGHTS = (1.0, 2.0, np.inf)
"""How much a second walked counts beside one ridden where places are to share a stopping place: as
much, where one walks on and on; twice, where one walks there and back; never."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The places of a plan: the first `sites` rows are sites, the others where days start or end.

    `same` tells where two rows are one place.
    """

    positions: Sequence[Position]
    sites: int
    same: NDArray[np.bool_]

    @property
    def fixed(self) -> range:
        """The rows where a car must be when it is there."""
        return range(self.sites, len(self.positions))

    @property
    def areas(self) -> list[int]:
        """The rows whose place is not known well enough to walk from another."""
        return [row for row, p in enumerate(self.positions) if p.accuracy_m > AREA_ACCURACY_M]


def travels(
    mode: Mode | None, ground: Ground, limits: Limits, router: Router
) -> tuple[Travel, ...]:
    """Return the kinds of travel to choose from, the plainest last.

    Parameters
    ----------
    mode
        How one travels; None: by car or on foot, as is best.
    ground
        The places.
    limits
        The longest walk makes near places walked between by car and coach.
    router
        Answers for one network.

    Raises
    ------
    OffNetworkError
        A place is too far from every road.
    """
    if mode in ("walk", "cycle") or (mode is not None and limits.walk_m is None):
        return (by_one_mode(measure(ground.positions, mode, router, ground.same)),)
    walk_m = AUTO_WALK_M if limits.walk_m is None else limits.walk_m
    walk = _short(measure(ground.positions, "walk", router, ground.same, needed=False), walk_m)
    ride = measure(ground.positions, mode or "drive", router, ground.same)
    if mode == "coach":
        return (_followed(ride, walk, ground),)
    walked_m = walk.walked(walk_m)
    parked = (_parked(ride, walk, walked_m, weight, ground) for weight in WEIGHTS)
    found = {travel.base: travel for travel in parked}
    on_foot = [by_one_mode(walk)] if mode is None else []
    return (*on_foot, *found.values())


def _short(walk: Roads, walk_m: float) -> Roads:
    """Return roads on foot without the walks that are too long."""
    far = walk.walked(walk_m) > walk_m
    seconds, cost = (np.where(far, np.inf, one) for one in (walk.seconds, walk.cost))
    return replace(walk, seconds=seconds, cost=cost)


def _parked(
    ride: Roads, walk: Roads, walked_m: FloatMatrix, weight: float, ground: Ground
) -> Travel:
    """Return travel by a car that is left where near places share a stopping place."""
    apart = np.where(np.isfinite(walk.seconds), walked_m, np.inf)
    apart = np.maximum(apart, apart.T)
    rides = ride.seconds + ride.seconds.T + 2 * PARKING_S
    with np.errstate(invalid="ignore"):
        quicker = weight * (walk.seconds + walk.seconds.T) <= rides
    base = stopping_places(np.where(quicker, apart, np.inf), ground.fixed, ground.areas)
    walks = np.equal.outer(base, base) & np.isfinite(walk.seconds)
    return Travel(ride, walk, base, walks, PARKING_S, parked=True)


def _followed(ride: Roads, walk: Roads, ground: Ground) -> Travel:
    """Return travel by a coach that is driven ahead while its people walk.

    It is there before they leave: the ride takes no longer than the walk and the shortest visit.
    """
    sooner = walk.seconds <= ride.seconds + PARKING_S
    ahead = ride.seconds <= walk.seconds + LEAST_VISIT_S
    walks = sooner & ahead & np.isfinite(walk.seconds)
    walks[ground.areas] = walks[:, ground.areas] = False
    return Travel(ride, walk, tuple(range(len(ride.snaps))), walks, PARKING_S)


def loosest(options: Sequence[Travel], limits: Limits) -> FloatMatrix:
    """Return seconds between rows that no choice of stopping places undercuts.

    From any row one may walk to any other within the longest walk, ride, and walk on.
    """
    found: FloatMatrix = np.minimum.reduce([_between(travel, limits) for travel in options])
    parked = next((travel for travel in options if travel.parked), None)
    if parked is None or parked.walk is None or parked.ride is None:
        return found
    walk = parked.walk.seconds.copy()
    np.fill_diagonal(walk, 0.0)
    ride = by_one_mode(parked.ride).within(Limits(ride_s=limits.ride_s)).seconds + PARKING_S
    shortest: FloatMatrix = np.minimum(walk, _least_sum(_least_sum(walk, ride), walk))
    least: FloatMatrix = np.minimum(found, shortest)
    return least


def _between(travel: Travel, limits: Limits) -> FloatMatrix:
    size = len(travel.base)
    seconds: FloatMatrix = travel.within(limits).seconds[:size, :size]
    return seconds


def _least_sum(first: FloatMatrix, second: FloatMatrix) -> FloatMatrix:
    """Return the least sum over every row between (the product of the min-plus algebra)."""
    found: FloatMatrix = (first[:, :, None] + second[None, :, :]).min(axis=1)
    return found
