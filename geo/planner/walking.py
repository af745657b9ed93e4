"""A day with a limit to what is walked, exactly: the earliest end over every subset of few sites.

Who is earlier may have walked farther, so that of one subset and last visit every label counts
that no other beats in time, metres and lunch at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geo.orienteering.problem import FAR, IntArray, begin_of

from .timetable import DAY_S, TINY_M, DaysProblem, Order


@dataclass(frozen=True, slots=True)
class _Label:
    """Visits in this order, left at a time, so many metres walked, lunch had or not needed."""

    order: Order
    leave_s: int
    walked_m: float
    fed: bool

    def beats(self, other: _Label) -> bool:
        return (
            self.leave_s <= other.leave_s
            and self.walked_m <= other.walked_m
            and self.fed >= other.fed
        )


@dataclass(frozen=True)
class WalkedTable:
    """One day over each subset of the sites: its earliest end, `FAR` where none keeps the limit."""

    back: IntArray
    orders: tuple[Order, ...]

    def order(self, subset: int) -> Order:
        """Return the sites of a subset in the order of its earliest end."""
        return self.orders[subset]


def walked_table(problem: DaysProblem, day: int) -> WalkedTable:
    """Return the earliest ends of a day whose `walk_m` is kept."""
    back = np.full(1 << problem.size, FAR, dtype=np.int64)
    orders: list[Order] = [()] * (1 << problem.size)
    begun = _Label((), problem.days[day].depart_s, 0.0, _fed(problem, day))
    layer: _Layer = {0: {(): [begun]}}
    while layer:
        layer = _longer(problem, day, layer)
        for subset, kept in layer.items():
            for labels in kept.values():
                for label in labels:
                    end = _end_s(problem, day, label)
                    if end < back[subset]:
                        back[subset], orders[subset] = end, label.order
    back[back > DAY_S] = FAR
    back[0] = problem.empty_end(day)
    return WalkedTable(back, tuple(orders))


_Layer = dict[int, dict[Order, list[_Label]]]
"""The labels of each subset by the last visit (a tuple of none or one)."""


def _longer(problem: DaysProblem, day: int, layer: _Layer) -> _Layer:
    found: _Layer = {}
    for subset, kept in layer.items():
        for site in range(problem.size):
            if subset & (1 << site | problem.barred[site]):
                continue
            labels = found.setdefault(subset | 1 << site, {}).setdefault((site,), [])
            for known in kept.values():
                for label in known:
                    for longer in _visits(problem, day, label, site):
                        _add(labels, longer)
    return found


def _visits(problem: DaysProblem, day: int, label: _Label, site: int) -> Iterator[_Label]:
    at = label.order[-1] if label.order else problem.days[day].start
    way, walk = (0, 0.0) if at is None else (problem.rows[at][site], problem.walks[at][site])
    done = begin_of(problem.windows[day][site], label.leave_s + way) + problem.stays_s[site]
    walked, limit = label.walked_m + walk, problem.walk_m
    if done > DAY_S or (limit is not None and walked > limit + TINY_M):
        return
    order, lunch = (*label.order, site), problem.lunch
    yield _Label(order, done, walked, label.fed)
    if not label.fed and lunch is not None and done <= problem.hungry_until(day):
        yield _Label(order, max(done, lunch.opens_s) + lunch.length_s, walked, fed=True)


def _add(labels: list[_Label], new: _Label) -> None:
    if not any(label.beats(new) for label in labels):
        labels[:] = [label for label in labels if not new.beats(label)]
        labels.append(new)


def _fed(problem: DaysProblem, day: int) -> bool:
    return problem.hungry_until(day) == FAR


def _end_s(problem: DaysProblem, day: int, label: _Label) -> int:
    end, last = problem.days[day].end, label.order[-1]
    home = label.leave_s + (0 if end is None else problem.rows[last][end])
    hungry = not label.fed and home > problem.hungry_until(day)
    return FAR if hungry or problem.tires(day, label.order) else home
