"""The places of a plan tied to the roads of one mode, and every way between two of them.

How long ways are is asked only where it matters: a router has to follow each for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.errors import OffNetworkError
from geo.models import Mode
from geo.router import FloatMatrix, Matrix, Position, Router, Snap

from .legs import End, from_door_to_door

WGS84 = Geod(ellps="WGS84")

CERTAIN = 0.99
"""Engines that measure on a sphere make a way up to 0.5 % shorter than it is."""


@dataclass(frozen=True)
class Roads:
    """Places on the roads of a mode; every matrix is `[i, j]` from i to j, inf: no way.

    Parameters
    ----------
    mode
        How one travels.
    snaps
        The places; None: too far from any road of the mode.
    seconds
        From door to door, to the second as legs say it.
    cost
        The same with what the choice of ways adds for tolls and fuel.
    walked
        What of a way is walked (see `walked_m`), inf for walks whose ends are farther apart in a
        straight line than so many metres; None: for every way.
    """

    mode: Mode
    snaps: tuple[Snap | None, ...]
    seconds: FloatMatrix
    cost: FloatMatrix
    walked: Callable[[float | None], FloatMatrix] = field(repr=False, compare=False)

    @property
    def walked_m(self) -> FloatMatrix:
        """What of a way is walked (metres).

        All of it on foot, else the approaches at both ends, rounded up to 0.1 m, so that a limit
        kept here is kept by the legs.
        """
        return self.walked(None)

    def snap(self, row: int) -> Snap:
        """Return a place on the road; there is a way to it."""
        found = self.snaps[row]
        assert found is not None  # noqa: S101 - no way leads to a place without one
        return found


def measure(
    positions: Sequence[Position],
    mode: Mode,
    router: Router,
    same: NDArray[np.bool_],
    *,
    needed: bool = True,
) -> Roads:
    """Return the ways of a mode between positions.

    Parameters
    ----------
    positions
        The places.
    mode
        How one travels.
    router
        Answers for one network.
    same
        Where two rows are one place, and no way is needed.
    needed
        Whether every place must be reached; else those off the roads just have no ways.

    Raises
    ------
    OffNetworkError
        A place is too far from every road, and is needed.
    """
    snaps = router.snap(positions, mode) if needed else tied(positions, mode, router)
    held = [snap for snap in snaps if snap is not None]
    rows = np.array([row for row, snap in enumerate(snaps) if snap is not None], dtype=np.intp)
    matrix = router.matrix(held)
    size = len(positions)
    # Rounded as legs are, so that the day's clock and its legs agree to the second.
    seconds = _whole(size, rows, from_door_to_door(np.round(matrix.duration_s), held))
    cost = _whole(size, rows, from_door_to_door(matrix.cost, held))
    seconds[same] = cost[same] = 0.0

    @cache
    def walked(within_m: float | None) -> FloatMatrix:
        found = _whole(size, rows, _walked_m(held, matrix, within_m))
        found[same] = 0.0
        return np.ceil(found * 10) / 10

    return Roads(mode, tuple(snaps), seconds, cost, walked)


def tied(positions: Sequence[Position], mode: Mode, router: Router) -> Sequence[Snap | None]:
    """Return the places on the roads; None for those that are too far from any."""
    try:
        return router.snap(positions, mode)
    except OffNetworkError:
        if len(positions) == 1:
            return [None]
    half = len(positions) // 2
    return [
        *tied(positions[:half], mode, router),
        *tied(positions[half:], mode, router),
    ]


def _whole(size: int, rows: NDArray[np.intp], known: FloatMatrix) -> FloatMatrix:
    whole = np.full((size, size), np.inf)
    whole[np.ix_(rows, rows)] = known
    return whole


def _walked_m(snaps: Sequence[Snap], matrix: Matrix, within_m: float | None) -> FloatMatrix:
    on_foot = bool(snaps) and snaps[0].mode == "walk"
    off = np.array(
        [s.approach_m if on_foot else max(0.0, s.approach_m - End(s).accuracy_m) for s in snaps]
    )
    if not on_foot:
        road = np.where(np.isfinite(matrix.cost), 0.0, np.inf)
    elif within_m is None:
        road = matrix.length_m
    else:
        road = matrix.lengths(apart_m(snaps) <= within_m)
    walked: FloatMatrix = road + off[:, None] + off
    return walked


def apart_m(snaps: Sequence[Snap]) -> FloatMatrix:
    """Return how far places on the roads lie apart in a straight line, at least (metres)."""
    lon, lat = np.array([(snap.lon, snap.lat) for snap in snaps]).T
    west, south, east, north = np.broadcast_arrays(lon[:, None], lat[:, None], lon, lat)
    straight: FloatMatrix = np.asarray(WGS84.inv(west, south, east, north)[2])
    return straight * CERTAIN
