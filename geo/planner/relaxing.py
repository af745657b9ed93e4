"""The smallest change of one limit that lets a site in beside all that are visited.

How much later a day must end is read off the tables of every subset, which reach to midnight; the
other changes are found by bisection, each step solved again. None of them ever shuts out what
fitted before (to wait is allowed), so the change that is found is the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from geo.limits import LimitName, Relaxation
from geo.orienteering.problem import FAR

from .subsets import Tables, day_table
from .timetable import DAY_S, DaysProblem, clock

STEP_S = 300
LEAST_VISIT_S = 15 * 60
"""No visit is offered that is shorter than this, or than half of what it was to be."""
EARLIEST_S = 5 * 3600
"""As early as a departure is tried."""
MOST_SITES = 10
"""Sites up to which changes are looked for: each is some milliseconds of work."""
MOST_WALKED_SITES = 6
"""The same where what is walked on a day is limited."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """A limit of walks or rides: what it is, how it grows and how far, and what it makes."""

    limit: LimitName
    now: int
    step: int
    most: int
    problem: Callable[[int], DaysProblem]


@dataclass(frozen=True)
class Admission:
    """The visited sites and one more, the last: all are wanted, and do not fit.

    `shorter` gives the problem in which the visit to that one lasts so many seconds, `loosened`
    hold the limits of walks and rides.
    """

    problem: DaysProblem
    dates: Sequence[date]
    shorter: Callable[[int], DaysProblem]
    loosened: Sequence[Loosening] = ()

    def relaxations(self) -> tuple[Relaxation, ...]:
        """Return the smallest change of each limit that lets all in, the smallest first."""
        found = [
            *self._later(),
            *self._earlier(),
            *self._shorter(),
            *self._more(),
            *self._farther(),
        ]
        return tuple(sorted(found, key=lambda one: (one.by, one.limit, str(one.date))))

    @cached_property
    def tables(self) -> Tables:
        """Every day over every subset."""
        return Tables.of(self.problem)

    def _later(self) -> Iterator[Relaxation]:
        tables = self.tables
        for day, span in enumerate(self.problem.days):
            lengths = [np.where(length < FAR, 0, FAR) for length in tables.lengths]
            few = np.bitwise_count(np.arange(len(lengths[day]))) <= self.problem.a_day
            lengths[day] = np.where(few, tables.days[day].back, FAR)
            least = int(tables.layers(tuple(lengths))[-1][-1])
            by = -(-(least - span.until_s) // STEP_S)
            until = span.until_s + by * STEP_S
            if by > 0 and until <= DAY_S:
                yield Relaxation("until", self.dates[day], clock(until), by * STEP_S // 60)

    def _earlier(self) -> Iterator[Relaxation]:
        for day, span in enumerate(self.problem.days):
            if self.problem.lunch is not None and span.depart_s > self.problem.lunch.closes_s:
                continue  # who sets out earlier would owe lunch

            def enough(steps: int, day: int = day) -> bool:
                return self._begun(day, steps * STEP_S).holds_all()

            steps = _smallest(enough, (span.depart_s - EARLIEST_S) // STEP_S)
            if steps:
                value = clock(span.depart_s - steps * STEP_S)
                yield Relaxation("depart", self.dates[day], value, steps * STEP_S // 60)

    def _begun(self, day: int, earlier_s: int) -> Tables:
        """Return the tables with one day begun earlier; the others are as they were."""
        spans, tables = list(self.problem.days), list(self.tables.days)
        spans[day] = replace(spans[day], depart_s=spans[day].depart_s - earlier_s)
        problem = replace(self.problem, days=tuple(spans))
        tables[day] = day_table(problem, day)
        return Tables(problem, tuple(tables))

    def _shorter(self) -> Iterator[Relaxation]:
        stay = self.problem.stays_s[-1]

        def enough(steps: int) -> bool:
            return Tables.of(self.shorter(stay - steps * STEP_S)).holds_all()

        least = max(LEAST_VISIT_S, -(-stay // 2))
        steps = _smallest(enough, (stay - least) // STEP_S)
        if steps:
            minutes = (stay - steps * STEP_S) // 60
            yield Relaxation("visit", None, str(minutes), steps * STEP_S // 60)

    def _more(self) -> Iterator[Relaxation]:
        def enough(by: int) -> bool:
            problem = replace(self.problem, a_day=self.problem.a_day + by)
            return Tables(problem, self.tables.days).holds_all()

        by = _smallest(enough, self.problem.size - self.problem.a_day)
        if by:
            yield Relaxation("a_day", None, str(self.problem.a_day + by), by)

    def _farther(self) -> Iterator[Relaxation]:
        for one in self.loosened:

            def enough(steps: int, one: Loosening = one) -> bool:
                return Tables.of(one.problem(one.now + steps * one.step)).holds_all()

            steps = _smallest(enough, (one.most - one.now) // one.step)
            if steps:
                by = steps * one.step
                yield Relaxation(one.limit, None, str(one.now + by), by)


def _smallest(enough: Callable[[int], bool], most: int) -> int:
    """Return the smallest of 1 … `most` that is enough, 0 where none is."""
    if most < 1 or not enough(most):
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high
