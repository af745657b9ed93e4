"""Which single limit, changed by how little, would let every site in.

Each change is the smallest in steps of 5 minutes, 100 m or one class at a site, found by bisection
and so confirmed by solving again: one step less does not do. (More of a limit never shuts a site
out, so bisection is right.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from geo.messages import Notice

from .presets import DRIVE_MOST_MIN, LUNCH_LEAST_MIN
from .problem import Limits
from .request import TripRequest
from .timing import clock
from .world import World

LimitName = Literal[
    "back_by",
    "depart",
    "walk_limit_m",
    "break_every_min",
    "capacity",
    "lunch_from",
    "lunch_to",
    "lunch_min",
]
STEP_S, STEP_MIN, STEP_M = 300, 5, 100
LATEST_S, EARLIEST_S, MOST_WALK_M = 22 * 3600, 5 * 3600, 20_000
LUNCH_EARLIEST_S, LUNCH_LATEST_S = 10 * 3600, 29 * 1800
"""As far as a limit is tried: no school stays out later, leaves earlier or walks further."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit and the value it would need; `by` is the change, in minutes, metres or people.

    `all_in` tells whether it lets every site in, or one at least.
    """

    limit: LimitName
    value: str
    by: int
    all_in: bool

    @property
    def notice(self) -> Notice:
        """What a teacher is told."""
        code = f"trip-relax-{self.limit}" if self.all_in else f"trip-relax-any-{self.limit}"
        return Notice(code, "info", {"value": self.value, "by": self.by})


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit, how many steps it may be changed by, and what one step is."""

    name: LimitName
    steps: int
    step: int
    change: Callable[[Limits, int], Limits]
    value: Callable[[Limits], str]


def relaxations(world: World, goal: int) -> tuple[Relaxation, ...]:
    """Return every single change that lets each class see at least `goal` sites."""

    def enough(limits: Limits) -> bool:
        found = world.solutions(limits, least=goal)
        return min(len(one.visited) for one in found) >= goal

    now = world.problem.limits
    all_in = goal >= min(len(world.sites), world.most)
    made = (_smallest(limit, now, enough) for limit in _limits(world.request, now))
    return tuple(replace(one, all_in=all_in) for one in made if one is not None)


def _smallest(limit: _Limit, limits: Limits, enough: Callable[[Limits], bool]) -> Relaxation | None:
    if limit.steps < 1 or not enough(limit.change(limits, limit.steps)):
        return None
    low, high = 0, limit.steps
    while high - low > 1:
        middle = (low + high) // 2
        if enough(limit.change(limits, middle)):
            high = middle
        else:
            low = middle
    value = limit.value(limit.change(limits, high))
    return Relaxation(limit.name, value, high * limit.step, all_in=True)


def _limits(request: TripRequest, now: Limits) -> tuple[_Limit, ...]:
    return (*_times(now), *_others(request, now), *_lunches(now))


def _times(now: Limits) -> tuple[_Limit, ...]:
    return (
        _Limit(
            "back_by",
            (LATEST_S - now.back_s) // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, back_s=limits.back_s + n * STEP_S),
            lambda limits: clock(limits.back_s),
        ),
        _Limit(
            "depart",
            (now.depart_s - EARLIEST_S) // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, depart_s=limits.depart_s - n * STEP_S),
            lambda limits: clock(limits.depart_s),
        ),
    )


def _lunches(now: Limits) -> tuple[_Limit, ...]:
    hour = now.lunch
    if hour is None:
        return ()

    def changed(limits: Limits, from_s: int = 0, to_s: int = 0, less_s: int = 0) -> Limits:
        lunch = replace(
            hour,
            from_s=hour.from_s - from_s,
            to_s=hour.to_s + to_s,
            length_s=hour.length_s - less_s,
        )
        return replace(limits, lunch=lunch)

    return (
        _Limit(
            "lunch_from",
            (hour.from_s - LUNCH_EARLIEST_S) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, from_s=n * STEP_S),
            lambda limits: clock(limits.lunch.from_s if limits.lunch else 0),
        ),
        _Limit(
            "lunch_to",
            (LUNCH_LATEST_S - hour.to_s) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, to_s=n * STEP_S),
            lambda limits: clock(limits.lunch.to_s if limits.lunch else 0),
        ),
        _Limit(
            "lunch_min",
            (hour.length_s - LUNCH_LEAST_MIN * 60) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, less_s=n * STEP_S),
            lambda limits: str(limits.lunch.length_s // 60 if limits.lunch else 0),
        ),
    )


def _others(request: TripRequest, now: Limits) -> tuple[_Limit, ...]:
    return (
        _Limit(
            "walk_limit_m",
            int(MOST_WALK_M - now.walk_m) // STEP_M,
            STEP_M,
            lambda limits, n: replace(limits, walk_m=limits.walk_m + n * STEP_M),
            lambda limits: str(round(limits.walk_m)),
        ),
        _Limit(
            "break_every_min",
            (DRIVE_MOST_MIN - request.break_every) * 60 // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, break_every_s=limits.break_every_s + n * STEP_S),
            lambda limits: str(limits.break_every_s // 60),
        ),
        _Limit(
            "capacity",
            request.classes - now.room,
            request.people,
            lambda limits, n: replace(limits, room=limits.room + n),
            lambda limits: str(limits.room * request.people),
        ),
    )
