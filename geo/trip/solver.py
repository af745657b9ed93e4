"""Which sites, in which order, on which day, with lunch where: labels over subsets of sites.

A label is a state of the group at a site whose visit has ended: which sites are done, where it
is, the time, what was walked today, when the last toilet was. Of two labels in the same place with
the same sites done, one that is worse in nothing drops the other (Pareto). Growing labels by one
site at a time enumerates every order that could still be best, so the answer is exact;
`Solution.exact` is False only where a level held more labels than `BEAM`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .moving import Ride, Visit, into_gap, leavings, rides, visit
from .problem import EVER_S, Call, Problem, Solution, Span, Way

BEAM = 1_500
"""The most labels kept a level; ten sites of a real day make a quarter of it."""

DRIVING = 10**7
"""A second of driving on a trip of several days outweighs every second of the day's end."""


@dataclass(slots=True)
class _Label:
    """`until`: when the site is full again; `toilet_s`: when the last toilet was left.

    `spent` is the cost of what is over: days before, and driving where that counts.
    """

    mask: int
    node: int
    day: int
    time: int
    spent: int
    walked: float
    toilet_s: int
    until: int
    lunched: bool
    call: Call
    before: _Label | None
    left: Call
    home: Call | None = None

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.mask, self.node, self.day)

    @property
    def costs(self) -> tuple[float, ...]:
        fed = not self.lunched
        return (self.time, self.spent, self.walked, -self.toilet_s, -self.until, fed)


@dataclass(frozen=True, slots=True)
class _Best:
    score: tuple[int, int]
    label: _Label
    left: Call
    home: Call


def solve(problem: Problem) -> Solution | None:
    """Return the best days, None where not even one site can be visited within the limits.

    Best is the highest value; then, on one day, the earliest end; on several the least driving in
    all, then the earliest ends.

    Raises
    ------
    WorkSpentError
        The problem's `work` does not suffice.
    """
    exact = True
    level = [_dawn(problem, 0, None)]
    best: _Best | None = None
    for size in range(min(problem.count, problem.most) + 1):
        level, whole = _pruned(level)
        exact &= whole
        if size:
            best = _better(best, level, problem)
            level += [new for label in level for new in _nights(problem, label)]
        level = [new for label in level for new in _visits(problem, label)]
        if problem.work is not None:
            problem.work.spend(len(level))
    if best is None:
        return None
    return Solution(_days(best), exact)


def _dawn(problem: Problem, day: int, before: _Label | None) -> _Label:
    depart, lunch = problem.limits.depart_s, problem.limits.lunch
    node = problem.count if day == 0 else problem.count + 2
    call = Call(node, None, depart, depart, depart, depart)
    mask, spent = (before.mask, before.spent) if before else (0, 0)
    lunched = lunch is None or depart >= lunch.home_s
    return _Label(mask, node, day, depart, spent, 0.0, 0, EVER_S, lunched, call, before, call)


def _pruned(labels: list[_Label]) -> tuple[list[_Label], bool]:
    groups: dict[tuple[int, int, int], list[tuple[float, ...]]] = {}
    left: list[_Label] = []
    for costs, label in sorted(((one.costs, one) for one in labels), key=operator.itemgetter(0)):
        kept = groups.setdefault(label.key, [])
        if not any(_dominates(other, costs) for other in kept):
            kept.append(costs)
            left.append(label)
    if len(left) <= BEAM:
        return left, True
    return sorted(left, key=lambda one: one.spent + one.time)[:BEAM], False


def _dominates(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(map(operator.le, one, other))


def _leavings(problem: Problem, label: _Label) -> Iterator[tuple[Call, bool]]:
    if label.node >= problem.count:
        yield label.call, label.lunched
        return
    for left, lunched in leavings(problem.limits, label.call, lunched=label.lunched):
        if left.leave_s <= label.until:
            yield left, lunched


def _dry_s(problem: Problem, label: _Label, leave_s: int) -> int:
    """Return how long ago the last toilet was as the group leaves: 0 where there is one."""
    return 0 if _has_toilets(problem, label) else leave_s - label.toilet_s


def _has_toilets(problem: Problem, label: _Label) -> bool:
    return label.node >= problem.count or problem.toilets[label.node]


def _visits(problem: Problem, label: _Label) -> Iterator[_Label]:
    if label.mask.bit_count() >= problem.most:
        return
    ready = tuple(_leavings(problem, label))
    for node in range(problem.count):
        if label.mask & (1 << node | problem.too_late[node]):
            continue
        if problem.first is not None and label.mask == 0 and node != problem.first:
            continue
        for left, lunched in ready:
            for way in problem.ways[label.node][node]:
                for gap in problem.gaps[node]:
                    step = _Step(problem, label, left, way, node, gap)
                    yield from step.labels(lunched=lunched)


@dataclass(frozen=True, slots=True)
class _Step:
    """From a label, left as `left`, to a site within one of its gaps."""

    problem: Problem
    label: _Label
    left: Call
    way: Way
    node: int
    gap: Span

    def labels(self, *, lunched: bool) -> Iterator[_Label]:
        """Yield the labels at the site, lunch on arrival or not."""
        yield from self._some(lunched, lunch_first=False)
        if not lunched:
            yield from self._some(lunched, lunch_first=True)

    def _some(self, lunched: bool, *, lunch_first: bool) -> Iterator[_Label]:  # noqa: FBT001
        problem, morning = self.problem, self.label.node >= self.problem.count
        windows = problem.windows[self.label.day][self.node]
        for ride in self._rides():
            found = visit(problem, windows, ride, lunch_first=lunch_first, morning=morning)
            if found is None:
                return
            label = self._label(found, lunched=lunched or lunch_first)
            if label is not None:
                yield label
                if problem.toilets[self.node]:
                    # More breaks on the way only make it later.
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

    def _label(self, found: Visit, *, lunched: bool) -> _Label | None:
        problem, label, node = self.problem, self.label, self.node
        limits, ride, begin = problem.limits, found.ride, found.begin_s
        end = begin + problem.stays_s[node]
        walked = label.walked + self.way[2]
        toilet_s = ride.arrive_s - ride.last_s
        if walked > limits.walk_m or begin - toilet_s > limits.break_every_s:
            return None
        if end + problem.homewards_s[label.day][node] > limits.back_s or end > self.gap[1]:
            return None
        call = Call(node, self.way, ride.arrive_s, begin, end, end, found.lunch, ride.rests)
        return _Label(
            mask=label.mask | 1 << node,
            node=node,
            day=label.day,
            time=end,
            spent=label.spent + _driving(problem, self.way),
            walked=walked,
            toilet_s=0 if problem.toilets[node] else toilet_s,
            until=self.gap[1],
            lunched=lunched,
            call=call,
            before=label,
            left=_left(self.left, ride.leave_s),
        )


def _left(call: Call, leave_s: int) -> Call:
    """Return a stop as it is left at last; in the morning there is nothing before it."""
    if call.way is None:
        return Call(call.node, None, leave_s, leave_s, leave_s, leave_s)
    return replace(call, leave_s=leave_s)


def _driving(problem: Problem, way: Way) -> int:
    return DRIVING * way[1] if problem.days > 1 and way[0] == "drive" else 0


def _homes(problem: Problem, label: _Label, node: int) -> Iterator[tuple[Call, Call]]:
    """Yield (the last stop as it is left, the end of the day) wherever the limits allow it."""
    limits = problem.limits
    for left, lunched in _leavings(problem, label):
        for way in problem.ways[label.node][node]:
            dry_s = _dry_s(problem, label, left.leave_s)
            ride = next(rides(limits, way, left.leave_s, dry_s), None)
            if ride is None or label.walked + way[2] > limits.walk_m:
                continue
            arrive = ride.arrive_s
            fed = lunched or limits.lunch is None or arrive <= limits.lunch.home_s
            if fed and arrive <= limits.back_s:
                yield left, Call(node, way, arrive, arrive, arrive, arrive, rests=ride.rests)


def _nights(problem: Problem, label: _Label) -> Iterator[_Label]:
    if label.day + 1 >= problem.days or label.node >= problem.count:
        return
    for left, home in _homes(problem, label, problem.count + 2):
        dawn = _dawn(problem, label.day + 1, label)
        dawn.left, dawn.home = left, home
        dawn.spent = label.spent + _end_cost(problem, home)
        yield dawn


def _end_cost(problem: Problem, home: Call) -> int:
    driving = _driving(problem, home.way) if home.way else 0
    return driving + home.arrive_s


def _better(best: _Best | None, labels: list[_Label], problem: Problem) -> _Best | None:
    for label in labels:
        if label.day + 1 < problem.days or label.node >= problem.count:
            continue
        value = sum(v for node, v in enumerate(problem.value) if label.mask >> node & 1)
        for left, home in _homes(problem, label, problem.count + 1):
            score = (value, -(label.spent + _end_cost(problem, home)))
            if best is None or score > best.score:
                best = _Best(score, label, left, home)
    return best


def _days(best: _Best) -> tuple[tuple[Call, ...], ...]:
    """Return the chain of labels as days; `left` of each is how the one before it was left."""
    days: list[list[Call]] = [[best.home, best.left]]
    at = best.label
    while at.before is not None:
        if at.home is not None:
            days.append([at.home, at.left])
        else:
            days[-1].append(at.left)
        at = at.before
    return tuple(tuple(reversed(day)) for day in reversed(days))
