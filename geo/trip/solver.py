"""Which sites, in which order, on which day, with lunch where: labels over subsets of sites.

A label is a state of the group at a site whose visit has ended: which sites are done, where it
is, the time, what was walked today, how long ago the last toilet was. Of two labels in the same
place with the same sites done, one that is worse in nothing drops the other (Pareto). Growing
labels by one site at a time enumerates every order that could still be best, so the answer is
exact; `Solution.exact` is False only where a level held more labels than `BEAM`.

Everything is in seconds since midnight and metres; nothing here knows a date, a site or a road.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from geo.models import Mode

Way: TypeAlias = tuple[Mode, int, float]
"""How to get from one node to another: mode, seconds, metres on foot."""

Windows: TypeAlias = tuple[tuple[int, int], ...]
"""When a visit may begin: (from, to), both included."""

BEAM = 4_000
"""The most labels kept a level; ten sites of a real day make a tenth of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What must not be broken; times in seconds since midnight.

    `lunch` is (from, to, length, home): when it may begin, how long it takes, and until when a
    group that is back needs none; None: no lunch. `room`: so many classes at one site at a time.
    """

    depart_s: int
    back_s: int
    walk_m: float
    break_every_s: int
    gather_s: int
    lunch: tuple[int, int, int, int] | None
    room: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Sites to visit between a start and an end, over one day or several.

    Nodes are the sites 0 … n-1, then start (n), end (n + 1) and, for several days, lodging
    (n + 2). `ways[i][j]` are the ways from i to j, none where there is no way. `windows[d][i]` are
    those of site i on day d. `value[i]` is what a visit is worth. `order`: the sites in the only
    order allowed, some left out perhaps; empty: any. `first`: the site the day must begin with.
    `most`: at most so many sites, `a_day` of them on one day.
    """

    stays_s: tuple[int, ...]
    ways: tuple[tuple[tuple[Way, ...], ...], ...]
    windows: tuple[tuple[Windows, ...], ...]
    toilets: tuple[bool, ...]
    value: tuple[int, ...]
    limits: Limits
    order: tuple[int, ...] = ()
    first: int | None = None
    most: int = 99
    a_day: int = 99

    @property
    def count(self) -> int:
        """How many sites there are."""
        return len(self.stays_s)

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.windows)

    def too_late(self) -> tuple[int, ...]:
        """Return for each site the set (bits) of sites after which it may not be visited."""
        masks = [0] * self.count
        for place, node in enumerate(self.order):
            for later in self.order[place + 1 :]:
                masks[node] |= 1 << later
        return tuple(masks)


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of the solution.

    `pause_s` is the time after the visit for lunch (`lunch`) or toilets and gathering; `way` the
    way that led here.
    """

    node: int
    way: Way | None
    arrive_s: int
    begin_s: int
    end_s: int
    pause_s: int
    lunch: bool

    @property
    def leave_s(self) -> int:
        """When the group leaves."""
        return self.end_s + self.pause_s


@dataclass(frozen=True, slots=True)
class Solution:
    """The days, each from its start to its end."""

    days: tuple[tuple[Call, ...], ...]
    exact: bool

    @property
    def visited(self) -> tuple[int, ...]:
        """The sites in the order visited."""
        return tuple(c.node for day in self.days for c in day[1:-1])


@dataclass(slots=True)
class _Label:
    mask: int
    node: int
    day: int
    at_dawn: int
    time: int
    spent: int
    walked: float
    since: int
    lunched: bool
    call: Call
    before: _Label | None
    left: Call
    home: Call | None = None

    @property
    def today(self) -> int:
        """How many sites were seen since the morning."""
        return (self.mask ^ self.at_dawn).bit_count()

    @property
    def key(self) -> tuple[int, int, int, int, bool]:
        return (self.mask, self.node, self.day, self.at_dawn, self.lunched)

    @property
    def costs(self) -> tuple[float, ...]:
        return (self.time, self.spent, self.walked, self.since)


@dataclass(frozen=True, slots=True)
class _Best:
    score: tuple[int, int]
    label: _Label
    left: Call
    home: Call


def solve(problem: Problem) -> Solution | None:
    """Return the best days, None where not even one site can be visited within the limits.

    Best is the highest value, then the shortest time away from school.
    """
    exact, too_late = True, problem.too_late()
    level = [_dawn(problem, 0, None)]
    best: _Best | None = None
    for size in range(min(problem.count, problem.most) + 1):
        level, whole = _pruned(level)
        exact &= whole
        if size:
            best = _better(best, level, problem)
            level += [new for label in level for new in _nights(problem, label)]
        level = [new for label in level for new in _visits(problem, label, too_late)]
    if best is None:
        return None
    return Solution(_days(best), exact)


def _dawn(problem: Problem, day: int, before: _Label | None) -> _Label:
    depart = problem.limits.depart_s
    node = problem.count if day == 0 else problem.count + 2
    call = Call(node, None, depart, depart, depart, 0, lunch=False)
    mask = before.mask if before else 0
    lunched = problem.limits.lunch is None or depart >= problem.limits.lunch[3]
    spent = before.spent if before else 0
    return _Label(mask, node, day, mask, depart, spent, 0.0, 0, lunched, call, before, call)


def _pruned(labels: list[_Label]) -> tuple[list[_Label], bool]:
    groups: dict[tuple[int, int, int, int, bool], list[_Label]] = {}
    for label in sorted(labels, key=lambda one: one.costs):
        kept = groups.setdefault(label.key, [])
        if not any(_dominates(other, label) for other in kept):
            kept.append(label)
    left = [label for kept in groups.values() for label in kept]
    if len(left) <= BEAM:
        return left, True
    return sorted(left, key=lambda one: one.spent + one.time)[:BEAM], False


def _dominates(one: _Label, other: _Label) -> bool:
    return all(a <= b for a, b in zip(one.costs, other.costs, strict=True))


def _leaving(problem: Problem, label: _Label) -> Iterator[tuple[Call, bool]]:
    """Yield the call with its pause and whether lunch was had: the ways to end a visit."""
    if label.node >= problem.count:
        yield label.call, label.lunched
        return
    limits, call = problem.limits, label.call
    yield _paused(call, limits.gather_s, lunch=False), label.lunched
    if not label.lunched and limits.lunch and limits.lunch[0] <= call.end_s <= limits.lunch[1]:
        yield _paused(call, limits.lunch[2], lunch=True), True


def _paused(call: Call, pause_s: int, *, lunch: bool) -> Call:
    return Call(call.node, call.way, call.arrive_s, call.begin_s, call.end_s, pause_s, lunch)


def _visits(problem: Problem, label: _Label, too_late: tuple[int, ...]) -> Iterator[_Label]:
    if label.mask.bit_count() >= problem.most or label.today >= problem.a_day:
        return
    for node in range(problem.count):
        if label.mask & (1 << node | too_late[node]):
            continue
        if problem.first is not None and label.mask == 0 and node != problem.first:
            continue
        for left, lunched in _leaving(problem, label):
            for way in problem.ways[label.node][node]:
                new = _visit(problem, label, (left, lunched), way, node)
                if new is not None:
                    yield new


def _visit(
    problem: Problem, label: _Label, leaving: tuple[Call, bool], way: Way, node: int
) -> _Label | None:
    left, lunched = leaving
    limits = problem.limits
    begin = _begin(problem.windows[label.day][node], left.leave_s + way[1])
    if begin is None:
        return None
    if label.node >= problem.count:
        # Nobody waits at a closed door in the morning: the group leaves later.
        leave = begin - way[1]
        left = Call(left.node, None, leave, leave, leave, 0, lunch=False)
    arrive = left.leave_s + way[1]
    walked = label.walked + way[2]
    since = _dry_s(problem, label, left) + begin - left.leave_s
    end = begin + problem.stays_s[node]
    if walked > limits.walk_m or since > limits.break_every_s or end > limits.back_s:
        return None
    after = 0 if problem.toilets[node] else since + problem.stays_s[node]
    call = Call(node, way, arrive, begin, end, 0, lunch=False)
    return _Label(
        label.mask | 1 << node,
        node,
        label.day,
        label.at_dawn,
        end,
        label.spent,
        walked,
        after,
        lunched,
        call,
        label,
        left,
    )


def _dry_s(problem: Problem, label: _Label, left: Call) -> int:
    """Return how long ago the last toilet was as the group leaves: 0 where there is one."""
    if label.node >= problem.count or problem.toilets[label.node]:
        return 0
    # Where the record says there is no toilet, visit and pause are time without one.
    return label.since + left.pause_s


def _begin(windows: Windows, arrive: int) -> int | None:
    return next((max(arrive, opens) for opens, last in windows if arrive <= last), None)


def _homes(problem: Problem, label: _Label, node: int) -> Iterator[tuple[Call, Call]]:
    """Yield (the last stop as it is left, the end of the day) wherever the limits allow it."""
    limits = problem.limits
    for left, lunched in _leaving(problem, label):
        for way in problem.ways[label.node][node]:
            arrive = left.leave_s + way[1]
            fed = lunched or limits.lunch is None or arrive <= limits.lunch[3]
            near = _dry_s(problem, label, left) + way[1] <= limits.break_every_s
            walkable = label.walked + way[2] <= limits.walk_m
            if fed and near and walkable and arrive <= limits.back_s:
                yield left, Call(node, way, arrive, arrive, arrive, 0, lunch=False)


def _nights(problem: Problem, label: _Label) -> Iterator[_Label]:
    if label.day + 1 >= problem.days or label.node >= problem.count:
        return
    for left, home in _homes(problem, label, problem.count + 2):
        dawn = _dawn(problem, label.day + 1, label)
        dawn.left, dawn.home = left, home
        dawn.spent = label.spent + home.arrive_s - problem.limits.depart_s
        yield dawn


def _better(best: _Best | None, labels: list[_Label], problem: Problem) -> _Best | None:
    for label in labels:
        if label.day + 1 < problem.days or label.node >= problem.count:
            continue
        value = sum(v for node, v in enumerate(problem.value) if label.mask >> node & 1)
        for left, home in _homes(problem, label, problem.count + 1):
            score = (value, -(label.spent + home.arrive_s))
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
