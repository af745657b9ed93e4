"""Limits that a teacher can change, and by how little one of them must be to let every site in.

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
from .problem import Limits, WorkSpentError
from .request import TripRequest
from .timing import clock

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
FEW = 12
"""So many steps, an hour or so, are tried before all of them."""
LATEST_S, EARLIEST_S, MOST_WALK_M = 22 * 3600, 5 * 3600, 20_000
LUNCH_EARLIEST_S, LUNCH_LATEST_S = 10 * 3600, 29 * 1800
"""As far as a limit is tried: no school stays out later, leaves earlier or walks further."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit and the value it would need; `by` is the change, in minutes, metres or people.

    `all_in` tells whether it lets every site in, or one at least. `held`: what must be said with
    it, as it is now, since it would change by itself otherwise.
    """

    limit: LimitName
    value: str
    by: int
    all_in: bool
    held: tuple[tuple[str, str], ...] = ()

    @property
    def notice(self) -> Notice:
        """What a teacher is told."""
        code = f"trip-relax-{self.limit}" if self.all_in else f"trip-relax-any-{self.limit}"
        return Notice(code, "info", {"value": self.value, "by": self.by})


def settings_of(*changes: Relaxation) -> dict[str, str]:
    """Return the parameters of a request that make these changes together, and no other."""
    held = dict(pair for one in changes for pair in one.held)
    return held | {one.limit: one.value for one in changes}


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A limit, how many steps it may be changed by, and what one step is."""

    name: LimitName
    steps: int
    step: int
    change: Callable[[Limits, int], Limits]
    value: Callable[[Limits], str]
    held: tuple[tuple[str, str], ...] = ()

    def relaxed(self, limits: Limits, steps: int) -> Relaxation:
        """Return the limit changed by so many steps."""
        changed = self.change(limits, steps)
        by = steps * self.step
        return Relaxation(self.name, self.value(changed), by, all_in=True, held=self.held)


@dataclass(slots=True)
class Trial:
    """Whether a change of limits is enough, found by solving again, and at what cost.

    `cut` tells whether the work was spent before a search was over.
    """

    enough: Callable[[Limits], bool]
    cut: bool = False

    def least(self, low: int, high: int, change: Callable[[int], Limits]) -> int:
        """Return the fewest steps that are enough, `low` known not to be and `high` to be.

        Where the work is spent first, a number that is enough, if perhaps not the fewest.
        """
        try:
            while high - low > 1:
                middle = (low + high) // 2
                if self.enough(change(middle)):
                    high = middle
                else:
                    low = middle
        except WorkSpentError:
            self.cut = True
        return high


def smallest(limit: Limit, limits: Limits, trial: Trial) -> Relaxation | None:
    """Return the smallest change of one limit that is enough; None: however much it is changed.

    Small changes are tried before large ones: the narrower the limits, the sooner a trial is over.

    Raises
    ------
    WorkSpentError
        The work was spent before that was known.
    """
    low, high = 0, min(FEW, limit.steps)
    while low < high and not trial.enough(limit.change(limits, high)):
        low, high = high, limit.steps
    if low >= high:
        return None
    return limit.relaxed(limits, trial.least(low, high, lambda n: limit.change(limits, n)))


def changeable(request: TripRequest, now: Limits) -> tuple[Limit, ...]:
    """Return the limits that a teacher can change, each with how far it may go."""
    return (*_times(now), *_others(request, now), *_lunches(request, now))


def _times(now: Limits) -> tuple[Limit, ...]:
    # Who leaves after lunch has had it: to leave before it would be another kind of day.
    fed = now.lunch is not None and now.depart_s >= now.lunch.home_s
    first = now.lunch.home_s if fed and now.lunch else EARLIEST_S
    return (
        Limit(
            "back_by",
            (LATEST_S - now.back_s) // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, back_s=limits.back_s + n * STEP_S),
            lambda limits: clock(limits.back_s),
        ),
        Limit(
            "depart",
            (now.depart_s - first) // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, depart_s=limits.depart_s - n * STEP_S),
            lambda limits: clock(limits.depart_s),
        ),
    )


def _lunches(request: TripRequest, now: Limits) -> tuple[Limit, ...]:
    if now.lunch is None:
        return ()
    most = now.lunch

    def changed(limits: Limits, from_s: int = 0, to_s: int = 0, less_s: int = 0) -> Limits:
        hour = limits.lunch or most
        lunch = replace(
            hour,
            from_s=hour.from_s - from_s,
            to_s=hour.to_s + to_s,
            length_s=hour.length_s - less_s,
        )
        return replace(limits, lunch=lunch)

    return (
        Limit(
            "lunch_from",
            (most.from_s - LUNCH_EARLIEST_S) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, from_s=n * STEP_S),
            lambda limits: clock(limits.lunch.from_s if limits.lunch else 0),
            # Where only lunch_from is said, the latest hour would follow it.
            held=() if request.lunch_to else (("lunch_to", clock(most.to_s)),),
        ),
        Limit(
            "lunch_to",
            (LUNCH_LATEST_S - most.to_s) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, to_s=n * STEP_S),
            lambda limits: clock(limits.lunch.to_s if limits.lunch else 0),
        ),
        Limit(
            "lunch_min",
            (most.length_s - LUNCH_LEAST_MIN * 60) // STEP_S,
            STEP_MIN,
            lambda limits, n: changed(limits, less_s=n * STEP_S),
            lambda limits: str(limits.lunch.length_s // 60 if limits.lunch else 0),
        ),
    )


def _others(request: TripRequest, now: Limits) -> tuple[Limit, ...]:
    return (
        Limit(
            "walk_limit_m",
            int(MOST_WALK_M - now.walk_m) // STEP_M,
            STEP_M,
            lambda limits, n: replace(limits, walk_m=limits.walk_m + n * STEP_M),
            lambda limits: str(round(limits.walk_m)),
        ),
        Limit(
            "break_every_min",
            (DRIVE_MOST_MIN - request.break_every) * 60 // STEP_S,
            STEP_MIN,
            lambda limits, n: replace(limits, break_every_s=limits.break_every_s + n * STEP_S),
            lambda limits: str(limits.break_every_s // 60),
        ),
        Limit(
            "capacity",
            request.classes - now.room,
            request.people,
            lambda limits, n: replace(limits, room=limits.room + n),
            lambda limits: str(limits.room * request.people),
        ),
    )
