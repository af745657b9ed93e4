"""Days within hours and limits as numbers: which visits there are, and when each happens.

A visit to a site begins as early as it can: to wait is allowed, so who is earlier can do whatever
who is later can. Lunch follows one of the visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.orienteering.problem import FAR, Windows, begin_of
from geo.router import FloatMatrix

DAY_S = 24 * 3600
REQUIRED = 1000
"""What a required site is worth in points of optional ones, of which there are fewer."""
PROMISED = 1000 * REQUIRED
"""What a required site is worth that is locked or has an appointment: more than all others."""

TINY_M = 0.01
"""Legs are told to 0.1 m: sums of them differ by less than this from what is reckoned here."""

Ways = NDArray[np.int64]
Order = tuple[int, ...]


def counted(value: int) -> tuple[int, int]:
    """Return how many required sites a value holds, promised ones among them, and the points."""
    promised, rest = divmod(value, PROMISED)
    required, points = divmod(rest, REQUIRED)
    return promised + required, points


@dataclass(frozen=True, slots=True)
class Lunch:
    """A pause of `length_s` after a visit, to begin from `opens_s` to `closes_s`.

    Owed by every day that goes on beyond `closes_s`.
    """

    opens_s: int
    closes_s: int
    length_s: int


@dataclass(frozen=True, slots=True)
class DaySpan:
    """When a day begins and must have ended; the rows where it starts and ends, None: anywhere."""

    depart_s: int
    until_s: int
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class DaysProblem:
    """One day or several; sites are 0 … n - 1, times are seconds since the midnight of each day.

    Parameters
    ----------
    travel_s
        Between sites, then the places where days start and end; inf where there is no way.
    stays_s
        Length of each visit.
    windows
        For each day and site the intervals in which a visit may begin, in order and apart.
    value
        What each visit is worth, positive: `PROMISED`, `REQUIRED`, or an optional site's points.
    days
        The days in their order.
    before
        Pairs (a, b): b only after a, on the same day or a later one, and never without it.
    a_day
        At most so many sites a day.
    sequence
        Sites that are visited in this order as far as they are visited, on the same day or later.
    walked_m, walk_m
        What is walked between rows, metres, and the most that may be walked on one day; None: as
        much as one likes.
    """

    travel_s: FloatMatrix
    stays_s: tuple[int, ...]
    windows: tuple[tuple[Windows, ...], ...]
    value: tuple[int, ...]
    days: tuple[DaySpan, ...]
    before: tuple[tuple[int, int], ...] = ()
    lunch: Lunch | None = None
    a_day: int = 99
    sequence: tuple[int, ...] = ()
    walked_m: FloatMatrix | None = None
    walk_m: int | None = None

    @property
    def size(self) -> int:
        """How many sites there are."""
        return len(self.stays_s)

    @cached_property
    def ways(self) -> Ways:
        """Whole seconds between rows; `FAR` where there is no way."""
        whole = np.where(np.isfinite(self.travel_s), np.round(self.travel_s), FAR)
        return np.asarray(np.minimum(whole, FAR), dtype=np.int64)

    @cached_property
    def rows(self) -> list[list[int]]:
        """The ways as lists, which are read faster one by one."""
        found: list[list[int]] = self.ways.tolist()
        return found

    @cached_property
    def later(self) -> tuple[int, ...]:
        """For each site, as bits, what of `sequence` comes after it."""
        found, after = [0] * self.size, 0
        for site in reversed(self.sequence):
            found[site] = after
            after |= 1 << site
        return tuple(found)

    @cached_property
    def barred(self) -> tuple[int, ...]:
        """For each site, as bits, what must not have been visited when it is its turn."""
        found = list(self.later)
        for first, second in self.before:
            found[first] |= 1 << second
        return tuple(found)

    @cached_property
    def walks(self) -> list[list[float]]:
        """The metres walked as lists."""
        walked = np.zeros_like(self.travel_s) if self.walked_m is None else self.walked_m
        found: list[list[float]] = walked.tolist()
        return found

    def walked(self, day: int, order: Order) -> float:
        """Return the metres walked on a day of these visits."""
        span = self.days[day]
        rows = [row for row in (span.start, *order, span.end) if row is not None]
        return sum(self.walks[a][b] for a, b in pairwise(rows)) if order else 0.0

    def tires(self, day: int, order: Order) -> bool:
        """Return whether a day of these visits has more to walk than is wished."""
        return self.walk_m is not None and self.walked(day, order) > self.walk_m + TINY_M

    def hungry_until(self, day: int) -> int:
        """Return until when lunch can begin on a day; `FAR`: none is owed."""
        if self.lunch is None or self.days[day].depart_s > self.lunch.closes_s:
            return FAR
        return self.lunch.closes_s

    def empty_end(self, day: int) -> int:
        """Return when a day without visits ends: one may have to get to where it ends."""
        span = self.days[day]
        if span.start is None or span.end is None:
            return span.depart_s
        way = self.rows[span.start][span.end]
        return span.depart_s + (way if way < FAR else 0)

    def part(self, sites: Sequence[int]) -> DaysProblem:
        """Return the problem of these sites alone; none may need one that is not among them."""
        places = range(self.size, len(self.travel_s))
        keep = [*sites, *places]
        place = {row: index for index, row in enumerate(keep)}
        return DaysProblem(
            travel_s=self.travel_s[np.ix_(keep, keep)],
            stays_s=tuple(self.stays_s[site] for site in sites),
            windows=tuple(tuple(day[site] for site in sites) for day in self.windows),
            value=tuple(self.value[site] for site in sites),
            days=tuple(
                DaySpan(
                    span.depart_s,
                    span.until_s,
                    None if span.start is None else place[span.start],
                    None if span.end is None else place[span.end],
                )
                for span in self.days
            ),
            before=tuple((place[a], place[b]) for a, b in self.before if a in place and b in place),
            lunch=self.lunch,
            a_day=self.a_day,
            sequence=tuple(place[site] for site in self.sequence if site in place),
            walked_m=None if self.walked_m is None else self.walked_m[np.ix_(keep, keep)],
            walk_m=self.walk_m,
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: reached, begun and left, lunch after it included in the time it is left."""

    site: int
    arrive_s: int
    begin_s: int
    leave_s: int
    lunch_s: int = 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """The best days found.

    `bound` is proven: no days are worth more. `exact`: and none worth as much are shorter, all
    added up.
    """

    days: tuple[tuple[Visit, ...], ...]
    ends_s: tuple[int, ...]
    length_s: int
    value: int
    bound: int
    exact: bool

    @property
    def orders(self) -> tuple[Order, ...]:
        """The sites of each day in the order visited."""
        return tuple(tuple(visit.site for visit in day) for day in self.days)

    @property
    def sites(self) -> Order:
        """All sites visited."""
        return tuple(site for day in self.orders for site in day)


def timetable_of(
    problem: DaysProblem, orders: Sequence[Order], bound: int, *, exact: bool
) -> Timetable:
    """Return days of known orders with their times."""
    days = [timed(problem, day, order) for day, order in enumerate(orders)]
    ends = tuple(
        _home_s(problem, number, day) if day else problem.empty_end(number)
        for number, day in enumerate(days)
    )
    value = sum(problem.value[site] for order in orders for site in order)
    length = sum(end - span.depart_s for end, span in zip(ends, problem.days, strict=True))
    return Timetable(tuple(days), ends, length, value, max(bound, value), exact)


def timed(problem: DaysProblem, day: int, order: Order) -> tuple[Visit, ...]:
    """Return the visits of a day that ends as early as it can, lunch where that is best.

    Raises
    ------
    ValueError
        The day cannot be kept.
    """
    if not order:
        return ()
    lunches = [None, *range(len(order))] if problem.hungry_until(day) < FAR else [None]
    made = [visits for at in lunches if (visits := _visits(problem, day, order, at)) is not None]
    if not made:
        raise ValueError(f"day {day} cannot hold {order}")
    return min(made, key=lambda visits: _home_s(problem, day, visits))


def _visits(
    problem: DaysProblem, day: int, order: Order, lunch_at: int | None
) -> tuple[Visit, ...] | None:
    """Return the visits with lunch after the one numbered `lunch_at`, None where it breaks."""
    span, lunch = problem.days[day], problem.lunch
    clock, at = span.depart_s, span.start
    found: list[Visit] = []
    for index, site in enumerate(order):
        arrive = clock + (0 if at is None else problem.rows[at][site])
        begin = begin_of(problem.windows[day][site], arrive)
        done = begin + problem.stays_s[site]
        if index == lunch_at and lunch is not None:
            if done > lunch.closes_s:
                return None
            clock = max(done, lunch.opens_s) + lunch.length_s
            found.append(Visit(site, arrive, begin, clock, lunch.length_s))
        else:
            clock = done
            found.append(Visit(site, arrive, begin, done))
        at = site
    home = _home_s(problem, day, found)
    fed = lunch_at is not None or home <= problem.hungry_until(day)
    return tuple(found) if fed and home <= span.until_s else None


def _home_s(problem: DaysProblem, day: int, visits: Sequence[Visit]) -> int:
    last, end = visits[-1], problem.days[day].end
    return last.leave_s + (0 if end is None else problem.rows[last.site][end])


def end_s(problem: DaysProblem, day: int, order: Order) -> int:
    """Return when a day of these visits ends at the earliest; `FAR` where it breaks a limit.

    Two clocks run: of who has not had lunch, and of who has.
    """
    if problem.tires(day, order):
        return FAR
    span, lunch = problem.days[day], problem.lunch
    closes = problem.hungry_until(day)
    unfed, fed = (span.depart_s, FAR) if closes < FAR else (FAR, span.depart_s)
    at, windows, stays, rows = span.start, problem.windows[day], problem.stays_s, problem.rows
    for site in order:
        way = 0 if at is None else rows[at][site]
        unfed = _done(windows[site], unfed + way, stays[site])
        fed = _done(windows[site], fed + way, stays[site])
        if unfed <= closes < FAR and lunch is not None:
            fed = min(fed, max(unfed, lunch.opens_s) + lunch.length_s)
        if min(unfed, fed) > span.until_s:
            return FAR
        at = site
    way = 0 if span.end is None or at is None else rows[at][span.end]
    home = min(fed + way, unfed + way if unfed + way <= closes else FAR)
    return home if home <= span.until_s else FAR


def _done(windows: Windows, arrive: int, stay: int) -> int:
    for opens, last in windows:
        if arrive <= last:
            return max(arrive, opens) + stay
    return FAR


def clock(seconds: float) -> str:
    """Return seconds since midnight as "HH:MM"."""
    minutes = int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
