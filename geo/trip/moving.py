"""One step of a day: when a group leaves, where it breaks a long ride, when its visit begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from geo.breaks import broken

from .problem import Limits, LunchHour, Problem, Span, Way, Windows


class Ride(NamedTuple):
    """A way taken at a time; `last_s` is how long ago the last toilet was on arrival."""

    leave_s: int
    arrive_s: int
    last_s: int
    rests: tuple[Span, ...] = ()

    def later(self, seconds: int) -> Ride:
        """Return the same ride so much later."""
        return Ride(
            self.leave_s + seconds,
            self.arrive_s + seconds,
            self.last_s,
            tuple((begin + seconds, end + seconds) for begin, end in self.rests),
        )


class Leaving(NamedTuple):
    """When a group leaves, lunch after the visit perhaps, and whether it has had lunch by then."""

    leave_s: int
    lunch: Span | None
    lunched: bool


class Visit(NamedTuple):
    """How a site is seen: the ride there, lunch on arrival, and the visit."""

    ride: Ride
    lunch: Span | None
    begin_s: int


def leavings(limits: Limits, end_s: int, *, lunched: bool) -> Iterator[Leaving]:
    """Yield the ways to end a visit that is over at `end_s`: with lunch after it, or without."""
    yield Leaving(end_s + limits.gather_s, None, lunched)
    meal = None if lunched else lunch_at(limits.lunch, end_s)
    if meal is not None:
        yield Leaving(meal[1], meal, lunched=True)


def lunch_at(hour: LunchHour | None, ready_s: int) -> Span | None:
    """Return lunch as soon as may be: the group waits for its hour; None once it is over."""
    if hour is None or ready_s > hour.to_s:
        return None
    begin = max(ready_s, hour.from_s)
    return begin, begin + hour.length_s


def rides(limits: Limits, way: Way, leave_s: int, dry_s: int) -> Iterator[Ride]:
    """Yield a way with no break on it, with one, two …: those that keep the breaks' spacing.

    Parameters
    ----------
    limits
        How long a group goes without a toilet, and how long a break is.
    way
        The way; only a ride can be broken.
    leave_s
        When the group leaves.
    dry_s
        How long ago the last toilet was.
    """
    mode, seconds, _ = way
    if dry_s + seconds <= limits.break_every_s:
        yield Ride(leave_s, leave_s + seconds, dry_s + seconds)
    if mode == "walk":
        return
    for stretches in broken(seconds, limits.break_every_s, limits.break_every_s - dry_s):
        yield _broken(limits, leave_s, stretches)


def _broken(limits: Limits, leave_s: int, stretches: tuple[int, ...]) -> Ride:
    now, rests = leave_s, []
    for stretch in stretches[:-1]:
        begin = now + stretch
        now = begin + limits.rest_s
        rests.append((begin, now))
    return Ride(leave_s, now + stretches[-1], stretches[-1], tuple(rests))


def into_gap(limits: Limits, way: Way, ride: Ride, gap: Span, dry_s: int) -> Iterator[Ride]:
    """Yield a ride so late that it arrives as a site is free: the group stays where it was.

    `dry_s` is how long ago the last toilet was as it might have left; negative: there is one.
    """
    late = gap[0] - ride.arrive_s
    if late <= 0:
        yield ride
    elif dry_s < 0:
        yield ride.later(late)
    else:
        yield from rides(limits, way, ride.leave_s + late, dry_s + late)


def visit(
    problem: Problem, windows: Windows, ride: Ride, *, lunch_first: bool, morning: bool
) -> Visit | None:
    """Return when a visit after a ride begins, None where the site admits nobody any more.

    In the morning nobody waits at a closed door: the group leaves later.
    """
    hour = problem.limits.lunch
    meal = lunch_at(hour, ride.arrive_s) if lunch_first else None
    if lunch_first and meal is None:
        return None
    begin = _begin(windows, meal[1] if meal else ride.arrive_s)
    if begin is None:
        return None
    if morning:
        if meal and hour:
            at = max(meal[0], min(hour.to_s, begin - hour.length_s))
            meal = (at, at + hour.length_s)
        ride = ride.later((meal[0] if meal else begin) - ride.arrive_s)
    return Visit(ride, meal, begin)


def _begin(windows: Windows, ready: int) -> int | None:
    for opens, last in windows:
        if ready <= last:
            return max(ready, opens)
    return None
