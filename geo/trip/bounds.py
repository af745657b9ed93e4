"""What no day can beat: how little time and how few metres some more sites must cost.

A bound never says that a day is impossible which is not; it only spares the search those that
cannot see as many sites as they must.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .problem import EVER_S, Problem, Way

TENTH_M = 0.05
"""Metres are told to a tenth: less than half of that is the machine's rounding."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least costs of one day.

    `visits` are (least seconds from the end of a visit to the end of this one, site), fewest
    first; `steps` are (least metres walked to a site, site). `home_s` and `home_m`: from the last
    site. `pause_s`: the least time between the end of a visit and setting off. `slack_s`: what all
    days together may spend beyond the least, if `least` sites are to be seen. `known`: the least of
    sets of visits asked for before.
    """

    visits: tuple[tuple[int, int], ...]
    steps: tuple[tuple[float, int], ...]
    home_s: int
    home_m: float
    pause_s: int
    slack_s: int
    problem: Problem
    known: dict[int, int]

    @property
    def _dawn_s(self) -> int:
        """When a visit would have ended that is left as the day begins."""
        return self.problem.limits.depart_s - self.pause_s

    def most(self) -> int:
        """Return how many sites the day can see at most."""
        count = 0
        now = self._dawn_s
        while count < len(self.visits) and self.within(0, now, 0.0, count + 1):
            count += 1
        return count

    def spares(self, mask: int, time_s: int) -> bool:
        """Return whether a day whose visits `mask` end at `time_s` leaves the others enough."""
        least = self.known.get(mask)
        if least is None:
            least = sum(seconds for seconds, node in self.visits if mask >> node & 1)
            self.known[mask] = least
        return time_s - self._dawn_s - least <= self.slack_s

    def within(self, mask: int, time_s: int, walked: float, more: int) -> bool:
        """Return whether `more` sites not in `mask` may still be seen in time and on foot.

        `time_s` is when the last visit ended.
        """
        if more <= 0:
            return True
        limits = self.problem.limits
        seconds = _sum_of(self.visits, mask, more)
        if seconds is None or time_s + seconds + self.home_s > limits.back_s:
            return False
        metres = _sum_of(self.steps, mask, more)
        return metres is not None and walked + metres + self.home_m <= limits.walk_m + TENTH_M


def _sum_of(costs: tuple[tuple[float, int], ...], mask: int, more: int) -> float | None:
    total = 0.0
    for cost, node in costs:
        if mask >> node & 1:
            continue
        total += cost
        more -= 1
        if not more:
            return total
    return None


def bounds_of(problem: Problem) -> tuple[Bounds, ...]:
    """Return the least costs of each day of a problem."""
    days = [_bounds_of(problem, day) for day in range(problem.days)]
    cheapest: dict[int, int] = {}
    for seconds, node in itertools.chain.from_iterable(one.visits for one in days):
        cheapest[node] = min(seconds, cheapest.get(node, seconds))
    least_s = sum(sorted(cheapest.values())[: problem.least])
    limits = problem.limits
    slack_s = sum(limits.back_s - limits.depart_s + one.pause_s - one.home_s for one in days)
    return tuple(replace(one, slack_s=slack_s - least_s, known={}) for one in days)


def _bounds_of(problem: Problem, day: int) -> Bounds:
    nodes = [node for node in range(problem.count) if problem.windows[day][node]]
    home = problem.home_of(day)
    seconds = {node: min((w[1] for w in _into(problem, node)), default=EVER_S) for node in nodes}
    metres = {node: min((w[2] for w in _into(problem, node)), default=0.0) for node in nodes}
    return Bounds(
        visits=tuple(sorted((problem.pause_s + seconds[n] + problem.stays_s[n], n) for n in nodes)),
        steps=tuple(sorted((metres[n], n) for n in nodes)),
        home_s=min((problem.homewards_s[day][node] for node in nodes), default=0),
        home_m=min((way[2] for node in nodes for way in problem.ways[node][home]), default=0.0),
        pause_s=problem.pause_s,
        slack_s=EVER_S,
        problem=problem,
        known={},
    )


def _into(problem: Problem, node: int) -> Iterable[Way]:
    return (way for row in problem.ways for way in row[node])
