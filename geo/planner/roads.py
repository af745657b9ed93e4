"""The places of a plan tied to the roads of one mode, and every way between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import OffNetworkError
from geo.models import Mode
from geo.router import FloatMatrix, Position, Router, Snap

from .legs import End, from_door_to_door


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
    walked_m
        What of a way is walked (metres): all of it on foot, else the approaches at both ends,
        rounded up to 0.1 m, so that a limit kept here is kept by the legs.
    """

    mode: Mode
    snaps: tuple[Snap | None, ...]
    seconds: FloatMatrix
    cost: FloatMatrix
    walked_m: FloatMatrix

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
    snaps = router.snap(positions, mode) if needed else [_tried(p, mode, router) for p in positions]
    held = [snap for snap in snaps if snap is not None]
    rows = np.array([row for row, snap in enumerate(snaps) if snap is not None], dtype=np.intp)
    matrix = router.matrix(held)
    size = len(positions)
    # Rounded as legs are, so that the day's clock and its legs agree to the second.
    seconds = _whole(size, rows, from_door_to_door(np.round(matrix.duration_s), held))
    cost = _whole(size, rows, from_door_to_door(matrix.cost, held))
    walked = _whole(size, rows, _walked_m(held, matrix.length_m))
    seconds[same] = cost[same] = walked[same] = 0.0
    return Roads(mode, tuple(snaps), seconds, cost, np.ceil(walked * 10) / 10)


def _tried(position: Position, mode: Mode, router: Router) -> Snap | None:
    try:
        return router.snap([position], mode)[0]
    except OffNetworkError:
        return None


def _whole(size: int, rows: NDArray[np.intp], known: FloatMatrix) -> FloatMatrix:
    whole = np.full((size, size), np.inf)
    whole[np.ix_(rows, rows)] = known
    return whole


def _walked_m(snaps: Sequence[Snap], length_m: FloatMatrix) -> FloatMatrix:
    on_foot = bool(snaps) and snaps[0].mode == "walk"
    off = np.array(
        [s.approach_m if on_foot else max(0.0, s.approach_m - End(s).accuracy_m) for s in snaps]
    )
    road: FloatMatrix = length_m if on_foot else np.where(np.isfinite(length_m), 0.0, np.inf)
    walked: FloatMatrix = road + off[:, None] + off
    return walked
