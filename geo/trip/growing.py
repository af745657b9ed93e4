"""One day: the best way to see each set of sites, by labels over subsets of sites.

A label is a state of the group at a site whose visit has ended: which sites are done, where it
is, the time, what was driven and walked, when the last toilet was. Of two labels in the same place
with the same sites done, one that is worse in nothing drops the other (Pareto). Growing labels by
one site at a time enumerates every order that could still be best.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass

from .bounds import Bounds
from .moving import Leaving, Ride, Visit, into_gap, leavings, rides, visit
from .problem import EVER_S, Call, Problem, Span, Way

BEAM = 12_000
"""The most labels kept a level; ten sites of a real day make a tenth of it."""

DRIVING = 10**7
"""A second of driving on a trip of several days outweighs every second of the day's end."""


@dataclass(slots=True)
class Label:
    """`until`: when the site is full again; `toilet_s`: when the last toilet was left.

    `way` and `seen` are how the site was reached and seen, None at the start; `before` is the
    label before, left as `left`.
    """

    mask: int
    node: int
    time: int
    driven_s: int
    walked: float
    toilet_s: int
    until: int
    lunched: bool
    way: Way | None = None
    seen: Visit | None = None
    before: Label | None = None
    left: Leaving | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a day: the last label as it was left, and the ride home."""

    cost: int
    label: Label
    left: Leaving
    way: Way
    ride: Ride

    def calls(self, problem: Problem, day: int) -> tuple[Call, ...]:
        """Return the stops of the day in clock order."""
        arrive = self.ride.arrive_s
        home = problem.home_of(day)
        calls = [Call(home, self.way, arrive, arrive, arrive, arrive, rests=self.ride.rests)]
        label, leave_s = self.label, self.left.leave_s
        meal = self.left.lunch
        while label.before is not None and label.seen is not None:
            ride, lunch, begin_s = label.seen
            times = (ride.arrive_s, begin_s, label.time, leave_s)
            calls.append(Call(label.node, label.way, *times, lunch or meal, ride.rests))
            meal, leave_s = label.left.lunch if label.left else None, ride.leave_s
            label = label.before
        calls.append(Call(label.node, None, leave_s, leave_s, leave_s, leave_s))
        return tuple(reversed(calls))


@dataclass(frozen=True, slots=True)
class Table:
    """The best end of a day for each set (bits) of sites; `exact`: no label was dropped unseen."""

    outcomes: dict[int, Outcome]
    exact: bool


def grow(problem: Problem, day: int, bounds: Bounds, need: int) -> Table:
    """Return the best ways to see at least `need` sites on a day, for each set of sites.

    Raises
    ------
    WorkSpentError
        The problem's `work` does not suffice.
    """
    growing = _Growing(problem, day, bounds, need)
    level, exact = [growing.dawn()], True
    outcomes: dict[int, Outcome] = {}
    for size in range(1, problem.day_most + 1):
        new = [one for label in level for one in growing.visits(label)]
        if problem.work is not None:
            problem.work.spend(len(new))
        level, whole = _pruned(new)
        exact &= whole
        if size >= need:
            growing.close(level, outcomes)
    return Table(outcomes, exact)


def _pruned(labels: list[Label]) -> tuple[list[Label], bool]:
    groups: dict[tuple[int, int], list[tuple[float, ...]]] = {}
    left: list[Label] = []
    for costs, label in sorted(((_costs(one), one) for one in labels), key=operator.itemgetter(0)):
        kept = groups.setdefault((label.mask, label.node), [])
        if not any(all(map(operator.le, other, costs)) for other in kept):
            kept.append(costs)
            left.append(label)
    if len(left) <= BEAM:
        return left, True
    return sorted(left, key=lambda one: (one.driven_s, one.time))[:BEAM], False


def _costs(one: Label) -> tuple[float, ...]:
    return (one.time, one.driven_s, one.walked, -one.toilet_s, -one.until, not one.lunched)


@dataclass(frozen=True, slots=True)
class _Growing:
    problem: Problem
    day: int
    bounds: Bounds
    need: int

    def dawn(self) -> Label:
        """Return the group before it sets off."""
        depart, lunch = self.problem.limits.depart_s, self.problem.limits.lunch
        lunched = lunch is None or depart >= lunch.home_s
        node = self.problem.start_of(self.day)
        return Label(0, node, depart, 0, 0.0, 0, EVER_S, lunched)

    def visits(self, label: Label) -> Iterator[Label]:
        """Yield the labels with one more site seen that can still see as many as they must."""
        problem = self.problem
        ready = self._leavings(label)
        for node in range(problem.count):
            if label.mask & (1 << node | problem.too_late[node]):
                continue
            if problem.first is not None and not label.mask and node != problem.first:
                continue
            for left in ready:
                for new in self._to(label, left, node):
                    if self._is_of_use(new):
                        yield new

    def _is_of_use(self, label: Label) -> bool:
        bounds, more = self.bounds, self.need - label.mask.bit_count()
        return bounds.spares(label.mask, label.time) and bounds.within(
            label.mask, label.time, label.walked, more
        )

    def _leavings(self, label: Label) -> tuple[Leaving, ...]:
        if label.before is None:
            return (Leaving(label.time, None, label.lunched),)
        found = leavings(self.problem.limits, label.time, lunched=label.lunched)
        return tuple(left for left in found if left.leave_s <= label.until)

    def _to(self, label: Label, left: Leaving, node: int) -> Iterator[Label]:
        problem, limits = self.problem, self.problem.limits
        after_s = problem.stays_s[node] + problem.homewards_s[self.day][node]
        for way in problem.ways[label.node][node]:
            if left.leave_s + way[1] + after_s > limits.back_s:
                continue
            if label.walked + way[2] > limits.walk_m:
                continue
            for gap in problem.gaps[node]:
                yield from Step(problem, self.day, label, left, way, node, gap).labels()

    def close(self, level: list[Label], outcomes: dict[int, Outcome]) -> None:
        """Add the ends of the labels to those known, the best of each set."""
        for label in level:
            for outcome in self._homes(label):
                known = outcomes.get(label.mask)
                if known is None or outcome.cost < known.cost:
                    outcomes[label.mask] = outcome

    def _homes(self, label: Label) -> Iterator[Outcome]:
        limits, home = self.problem.limits, self.problem.home_of(self.day)
        for left in self._leavings(label):
            dry_s = _dry_s(self.problem, label, left.leave_s)
            for way in self.problem.ways[label.node][home]:
                ride = next(rides(limits, way, left.leave_s, dry_s), None)
                if ride is None or label.walked + way[2] > limits.walk_m:
                    continue
                arrive = ride.arrive_s
                fed = left.lunched or limits.lunch is None or arrive <= limits.lunch.home_s
                if fed and arrive <= limits.back_s:
                    driven_s = label.driven_s + _driven_s(self.problem, way)
                    yield Outcome(DRIVING * driven_s + arrive, label, left, way, ride)


def _driven_s(problem: Problem, way: Way) -> int:
    """Return the driving of a way where it counts: over several days, if the best are sought."""
    counts = problem.days > 1 and not problem.any_way
    return way[1] if counts and way[0] == "drive" else 0


def _has_toilets(problem: Problem, label: Label) -> bool:
    return label.node >= problem.count or problem.toilets[label.node]


def _dry_s(problem: Problem, label: Label, leave_s: int) -> int:
    """Return how long ago the last toilet was as the group leaves: 0 where there is one."""
    return 0 if _has_toilets(problem, label) else leave_s - label.toilet_s


@dataclass(frozen=True, slots=True)
class Step:
    """From a label, left as `left`, to a site within one of its gaps."""

    problem: Problem
    day: int
    label: Label
    left: Leaving
    way: Way
    node: int
    gap: Span

    def labels(self) -> Iterator[Label]:
        """Yield the labels at the site, lunch on arrival or not."""
        yield from self._some(lunch_first=False)
        hour = self.problem.limits.lunch
        if not self.left.lunched and hour and self.left.leave_s + self.way[1] <= hour.to_s:
            yield from self._some(lunch_first=True)

    def _some(self, *, lunch_first: bool) -> Iterator[Label]:
        problem, morning = self.problem, self.label.before is None
        windows = problem.windows[self.day][self.node]
        for ride in self._rides():
            found = visit(problem, windows, ride, lunch_first=lunch_first, morning=morning)
            if found is None or self._too_late(found):
                # More breaks on the way only make it later.
                return
            label = self._label(found)
            if label is not None:
                yield label
                if problem.toilets[self.node]:
                    return

    def _rides(self) -> Iterator[Ride]:
        limits, leave_s = self.problem.limits, self.left.leave_s
        dry_s = _dry_s(self.problem, self.label, leave_s)
        still = -1 if _has_toilets(self.problem, self.label) else dry_s
        for ride in rides(limits, self.way, leave_s, dry_s):
            for late in into_gap(limits, self.way, ride, self.gap, still):
                if late.leave_s > self.label.until:
                    # Breaks on the way are for toilets and driver, not to bide the time.
                    return
                yield late

    def _too_late(self, found: Visit) -> bool:
        end = found.begin_s + self.problem.stays_s[self.node]
        home = end + self.problem.homewards_s[self.day][self.node]
        return home > self.problem.limits.back_s or end > self.gap[1]

    def _label(self, found: Visit) -> Label | None:
        problem, label, node = self.problem, self.label, self.node
        toilet_s = found.ride.arrive_s - found.ride.last_s
        if found.begin_s - toilet_s > problem.limits.break_every_s:
            return None
        return Label(
            mask=label.mask | 1 << node,
            node=node,
            time=found.begin_s + problem.stays_s[node],
            driven_s=label.driven_s + _driven_s(problem, self.way),
            walked=label.walked + self.way[2] if problem.walk_binds else 0.0,
            toilet_s=0 if problem.toilets[node] else toilet_s,
            until=self.gap[1],
            lunched=self.left.lunched or found.lunch is not None,
            way=self.way,
            seen=found,
            before=label,
            left=self.left,
        )
