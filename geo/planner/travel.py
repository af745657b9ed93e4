"""How a plan gets from place to place: in one mode, or by car and on foot between near places.

Park and walk. Each place has a stopping place, which is a place of the plan too: its own road
access, or that of a near one. The car stands there whenever its people are at the place: who goes
on to a place of the same stopping place walks, who goes on to another walks back to the car,
rides, and walks on from where it is left. So where the car is never depends on the order, every
order of visits has one way of being travelled, and the search is the same as for one mode. Which
places share a stopping place is chosen beforehand (`clusters`); several choices are planned and
the best plan is taken. A coach has a driver: it is sent ahead, empty, while its people walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.breaks import REST_MIN, broken
from geo.models import Mode
from geo.router import FloatMatrix

from .roads import Roads

PARKING_S = 5 * 60
"""To find where to stop, get out and get in again, each ride of a plan that also walks. Assumed:
nothing is published of parking at the sites."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far people walk and ride; None: no limit.

    Parameters
    ----------
    walk_m
        The longest walk at a time, metres.
    walk_a_day_m
        All walks of a day, metres.
    ride_s
        The longest ride without a break, seconds.
    """

    walk_m: int | None = None
    walk_a_day_m: int | None = None
    ride_s: int | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A part of a move from place to place in one mode, between rows."""

    mode: Mode
    origin: int
    target: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Every move between rows within limits: its seconds (inf: none), and the metres walked.

    Metres are known (not None) where the walks of a day are limited.
    """

    seconds: FloatMatrix
    walked_m: FloatMatrix | None


@dataclass(frozen=True)
class Travel:
    """Every move between the places of a plan, and what it is made of.

    Parameters
    ----------
    ride, walk
        The roads; either may be None.
    base
        For each row the row at which the car stands.
    walks
        Where a move is walked from row to row; else it is ridden, from stopping place to stopping
        place.
    settle_s
        Added to each ride.
    parked
        Whether a car is left behind while people walk. Then one row more stands for "where the car
        is": a day that starts or ends anywhere starts or ends there.
    """

    ride: Roads | None
    walk: Roads | None
    base: tuple[int, ...]
    walks: NDArray[np.bool_]
    settle_s: int = 0
    parked: bool = False

    @property
    def anywhere(self) -> int | None:
        """The row of a start or end that is nowhere in particular; None: needs none."""
        return len(self.base) if self.parked else None

    @property
    def vehicle(self) -> Mode:
        """What is travelled by, walks aside."""
        roads = self.ride or self.walk
        assert roads is not None  # noqa: S101 - one of them is there
        return roads.mode

    @cached_property
    def cost(self) -> FloatMatrix:
        """What orders are compared by where no hours are kept."""
        return self._moves(
            None if self.walk is None else self.walk.cost,
            None if self.ride is None else self.ride.cost + self.settle_s,
        )

    def within(self, limits: Limits) -> Moves:
        """Return the moves that keep the longest walk, with the breaks that rides need."""
        rides = None if self.ride is None else self._rides(self.ride, limits.ride_s)
        seconds = self._moves(None if self.walk is None else self.walk.seconds, rides)
        if limits.walk_m is not None:
            longest = self._walked(limits.walk_m, longest=True)
            seconds = np.where(longest <= limits.walk_m, seconds, np.inf)
        if limits.walk_a_day_m is None:
            return Moves(seconds, None)
        return Moves(seconds, self._walked(None, longest=False))

    def longest_m(self) -> FloatMatrix:
        """Return the longest walk at a time of each move, metres."""
        return self._walked(None, longest=True)

    def _walked(self, within_m: float | None, *, longest: bool) -> FloatMatrix:
        """Return the metres walked on each move; inf for walks that are surely longer."""
        return self._moves(
            None if self.walk is None else self.walk.walked(within_m),
            None if self.ride is None else self.ride.walked(within_m),
            longest=longest,
        )

    def _rides(self, ride: Roads, most_s: int | None) -> FloatMatrix:
        if most_s is None:
            return ride.seconds + self.settle_s
        breaks = np.zeros_like(ride.seconds)
        for row, column in np.argwhere(np.isfinite(ride.seconds) & (ride.seconds > most_s)):
            breaks[row, column] = len(stretches_of(int(ride.seconds[row, column]), most_s)) - 1
        return ride.seconds + breaks * REST_MIN * 60 + self.settle_s

    def _moves(
        self, walk: FloatMatrix | None, ride: FloatMatrix | None, *, longest: bool = False
    ) -> FloatMatrix:
        """Put a figure of walks and rides together over the hops of every move."""
        if walk is None or ride is None:
            whole = walk if ride is None else ride
            assert whole is not None  # noqa: S101 - one of them is there
            return whole
        base, size = np.array(self.base), len(self.base)
        rows = np.arange(size)
        there = base == rows
        back, on = (np.where(there, 0.0, one) for one in (walk[rows, base], walk[base, rows]))
        parts = (back[:, None], ride[np.ix_(base, base)], on[None, :])
        joined = np.maximum(np.maximum(*parts[:2]), parts[2]) if longest else sum(parts)
        found = np.full((size + self.parked, size + self.parked), 0.0)
        found[:size, :size] = np.where(self.walks, walk, joined)
        if self.parked:
            found[size, :size], found[:size, size] = on, back
        return found

    def hops(self, origin: int, target: int) -> tuple[Hop, ...]:
        """Return what a move is made of; none where nobody moves."""
        size = len(self.base)
        if max(origin, target) < size and self.walks[origin, target]:
            return (Hop("walk", origin, target),)
        away, there = self._stop(origin), self._stop(target)
        hops = []
        if away not in (origin, size):
            hops.append(Hop("walk", origin, away))
        if size not in (origin, target):
            hops.append(Hop(self.vehicle, away, there))
        if there not in (target, size):
            hops.append(Hop("walk", there, target))
        return tuple(hops)

    def _stop(self, row: int) -> int:
        """Return where the car stands: a row that is the same place is as good."""
        if row == len(self.base) or self.walk is None:
            return row
        base = self.base[row]
        return row if self.walk.seconds[base, row] == 0 else base

    def roads(self, mode: Mode) -> Roads:
        """Return the roads of a mode that this travel uses."""
        roads = self.walk if self.walk is not None and self.walk.mode == mode else self.ride
        assert roads is not None  # noqa: S101 - a hop is of one of them
        return roads


def stretches_of(ride_s: int, most_s: int | None) -> Sequence[int]:
    """Return the parts of a ride between its breaks; one where it needs none."""
    if most_s is None or ride_s <= most_s:
        return (ride_s,)
    return next(broken(ride_s, most_s, most_s))


def by_one_mode(roads: Roads) -> Travel:
    """Return travel in one mode throughout."""
    size = len(roads.snaps)
    walked = roads.mode == "walk"
    walks = np.full((size, size), walked)
    ride, walk = (None, roads) if walked else (roads, None)
    return Travel(ride, walk, tuple(range(size)), walks)
