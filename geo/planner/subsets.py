"""Few sites exactly: the earliest end of each day over every subset, and the best way to share.

Bellman's and Held and Karp's dynamic programme (1962) with several windows a site and lunch: of
all orders of a subset with the same last visit, lunch had or not, only the earliest counts. Each
day is reckoned to midnight whatever its own end, so the same tables tell what a later end admits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.orienteering.problem import FAR, IntArray, begins_of

from .timetable import DAY_S, DaysProblem, Order
from .walking import walked_table

Masks = NDArray[np.int64]


class Table(Protocol):
    """One day over each subset of the sites (a bit each)."""

    @property
    def back(self) -> IntArray:
        """The earliest end of the day over each; `FAR` where it cannot be visited by midnight."""
        ...

    def order(self, subset: int) -> Order:
        """Return the sites of a subset in the order of its earliest end."""
        ...


@dataclass(frozen=True)
class DayTable:
    """One day over each subset of the sites (a bit each).

    `leave[fed, subset, last]` is the earliest time to leave the last visit, `back[subset]` the
    earliest end of the day; `FAR` where the subset cannot be visited by midnight.
    """

    problem: DaysProblem
    day: int
    leave: IntArray
    back: IntArray

    def order(self, subset: int) -> Order:
        """Return the sites of a subset in the order of its earliest end."""
        problem = self.problem
        if not subset:
            return ()
        home = _homes(problem, self.day)
        ends = self.leave[:, subset] + home
        ends[0][ends[0] > problem.hungry_until(self.day)] = FAR
        fed, last = (int(one) for one in np.unravel_index(int(ends.argmin()), ends.shape))
        order = [last]
        while True:
            if fed and self._fed_here(subset, last):
                fed = 0
            subset ^= 1 << last
            if not subset:
                return tuple(reversed(order))
            last = int((self.leave[fed, subset] + problem.ways[: problem.size, last]).argmin())
            order.append(last)

    def _fed_here(self, subset: int, last: int) -> bool:
        """Return whether lunch after the last visit is how it is left as early as it is."""
        lunch, done = self.problem.lunch, int(self.leave[0, subset, last])
        return (
            lunch is not None
            and done <= self.problem.hungry_until(self.day) < FAR
            and max(done, lunch.opens_s) + lunch.length_s == int(self.leave[1, subset, last])
        )


def day_table(problem: DaysProblem, day: int) -> Table:
    """Return the earliest ends of a day over all subsets."""
    return _timed(problem, day) if problem.walk_m is None else walked_table(problem, day)


def _timed(problem: DaysProblem, day: int) -> DayTable:
    size, span = problem.size, problem.days[day]
    masks = np.arange(1 << size)
    bits = np.bitwise_count(masks)
    leave = np.full((2, 1 << size, size), FAR, dtype=np.int64)
    fed = int(problem.hungry_until(day) == FAR)
    for site in range(size):
        way = 0 if span.start is None else int(problem.ways[span.start, site])
        done = _done(problem, day, site, np.array([span.depart_s + way]))
        leave[fed, 1 << site, site] = done[0]
    for count in range(1, size + 1):
        layer = masks[bits == count]
        _eat(problem, day, leave, layer)
        for site in range(size):
            free = _free(problem, layer, site)
            for state in (0, 1):
                arrival = (leave[state, free] + problem.ways[:size, site]).min(axis=1, initial=FAR)
                leave[state, free | 1 << site, site] = _done(problem, day, site, arrival)
    ends = leave + _homes(problem, day)
    ends[0][ends[0] > problem.hungry_until(day)] = FAR
    back = ends.min(axis=(0, 2), initial=FAR) if size else np.array([FAR])
    back[back > DAY_S] = FAR
    back[0] = problem.empty_end(day)
    return DayTable(problem, day, leave, back)


def _free(problem: DaysProblem, layer: Masks, site: int) -> Masks:
    """Return the subsets that may be followed by a site: without it, and what comes after it."""
    free: Masks = layer[layer & (1 << site | problem.barred[site]) == 0]
    return free


def _eat(problem: DaysProblem, day: int, leave: IntArray, layer: Masks) -> None:
    """Let lunch follow the last visit of each subset where that is allowed."""
    lunch, closes = problem.lunch, problem.hungry_until(day)
    if lunch is None or closes == FAR:
        return
    done = leave[0, layer]
    after = np.where(done <= closes, np.maximum(done, lunch.opens_s) + lunch.length_s, FAR)
    leave[1, layer] = np.minimum(leave[1, layer], after)


def _done(problem: DaysProblem, day: int, site: int, arrivals: IntArray) -> IntArray:
    done = begins_of(problem.windows[day][site], arrivals) + problem.stays_s[site]
    late: IntArray = np.where(done <= DAY_S, done, FAR)
    return late


def _homes(problem: DaysProblem, day: int) -> IntArray:
    end = problem.days[day].end
    homes: IntArray = np.zeros(problem.size, dtype=np.int64)
    return homes if end is None else homes + problem.ways[: problem.size, end]


@dataclass(frozen=True)
class Tables:
    """Every day of a problem over every subset."""

    problem: DaysProblem
    days: tuple[Table, ...]

    @classmethod
    def of(cls, problem: DaysProblem) -> Tables:
        """Reckon every day."""
        return cls(problem, tuple(day_table(problem, day) for day in range(len(problem.days))))

    @cached_property
    def lengths(self) -> tuple[IntArray, ...]:
        """How long each day is over each subset; `FAR` where it breaks the day's limits."""
        return tuple(self._length(day, table.back) for day, table in enumerate(self.days))

    def _length(self, day: int, back: IntArray) -> IntArray:
        """Return the lengths of a day that ends in time and holds no more sites than it may."""
        span = self.problem.days[day]
        few = np.bitwise_count(np.arange(len(back))) <= self.problem.a_day
        kept = (back <= span.until_s) & few
        length = np.where(kept, back - span.depart_s, FAR)
        # A day without visits is always possible, be it late.
        length[0] = back[0] - span.depart_s
        return length

    @cached_property
    def values(self) -> IntArray:
        """What each subset is worth."""
        sums = np.zeros(1, dtype=np.int64)
        for value in self.problem.value:
            sums = np.concatenate([sums, sums + value])
        return sums

    @cached_property
    def later(self) -> IntArray:
        """What may not be visited on the days before one of each subset."""
        masks = np.zeros(1, dtype=np.int64)
        for later in self.problem.later:
            masks = np.concatenate([masks, masks | later])
        return masks

    @cached_property
    def closed(self) -> NDArray[np.bool_]:
        """Whether each subset holds what must come before any of its sites."""
        masks = np.arange(1 << self.problem.size)
        kept = np.ones(len(masks), dtype=bool)
        for first, second in self.problem.before:
            kept &= (masks >> second & 1 == 0) | (masks >> first & 1 == 1)
        return kept

    def best(self) -> tuple[Order, ...]:
        """Return the orders of the days worth most, and of those the shortest, all added up."""
        layers = self.layers(self.lengths)
        value = np.where(layers[-1] < FAR, self.values, -1)
        best = np.flatnonzero(value == value.max())
        left = int(best[layers[-1][best].argmin()])
        parts: list[int] = []
        for day in range(len(self.days) - 1, 0, -1):
            part = _part(left, layers[day - 1], self.lengths[day], self.later)
            parts.append(part)
            left ^= part
        chosen = [left, *reversed(parts)]
        return tuple(table.order(part) for table, part in zip(self.days, chosen, strict=True))

    def holds_all(self) -> bool:
        """Return whether the days can hold every site."""
        return bool(self.layers(self.lengths)[-1][-1] < FAR)

    def layers(self, lengths: tuple[IntArray, ...]) -> list[IntArray]:
        """Return for the first day, the first two, … the least length over each subset."""
        joined = np.where(self.closed, lengths[0], FAR)
        layers = [joined]
        for length in lengths[1:]:
            joined = np.where(self.closed, _join(joined, length, self.later), FAR)
            layers.append(joined)
        return layers


def _join(first: IntArray, second: IntArray, later: IntArray) -> IntArray:
    """Return the least sum of lengths over each subset, split in two parts as is best.

    The first part holds nothing of what is `later` than the second.
    """
    joined = first + int(second[0])
    every = np.arange(len(first))
    some = every[first < FAR]
    for part in np.flatnonzero(second[1:] < FAR) + 1:
        rest = some[some & (part | later[part]) == 0]
        total = first[rest] + second[part]
        joined[rest | part] = np.minimum(joined[rest | part], total)
    return np.minimum(joined, FAR)


def _part(subset: int, first: IntArray, second: IntArray, later: IntArray) -> int:
    """Return the part of a subset that the second has in the best split: the smallest such."""
    every = np.arange(len(first))
    parts = every[every & ~subset == 0]
    parts = parts[(subset ^ parts) & later[parts] == 0]
    return int(parts[(first[subset ^ parts] + second[parts]).argmin()])
