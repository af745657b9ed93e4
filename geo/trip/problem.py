"""The problem of a class in bare numbers, and its solution: nothing knows a date or a road.

Everything is in seconds since midnight and metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from geo.models import Mode

Way: TypeAlias = tuple[Mode, int, float]
"""How to get from one node to another: mode, seconds, metres on foot."""

Span: TypeAlias = tuple[int, int]
"""(begin, end) in seconds since midnight."""

Windows: TypeAlias = tuple[Span, ...]
"""When a visit may begin: (from, to), both included."""

EVER_S = 10**9
"""Later than every day ends."""

NO_GAPS: tuple[Span, ...] = ((0, EVER_S),)


@dataclass(frozen=True, slots=True)
class LunchHour:
    """When lunch may begin, how long it takes, until when a group that is back needs none."""

    from_s: int
    to_s: int
    length_s: int
    home_s: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What must not be broken; times in seconds since midnight, lengths in seconds.

    `rest_s` is a break on the way of a ride that would be longer than `break_every_s`. `lunch`:
    None, no lunch. `room`: so many classes at one site at a time.
    """

    depart_s: int
    back_s: int
    walk_m: float
    break_every_s: int
    gather_s: int
    rest_s: int
    lunch: LunchHour | None
    room: int = 1


class WorkSpentError(Exception):
    """A search has cost as much as it may."""


@dataclass(slots=True)
class Work:
    """What a search may still cost, in labels of the solver: the same on every machine."""

    left: int

    def spend(self, labels: int) -> None:
        """Take so many labels off.

        Raises
        ------
        WorkSpentError
            There are no more.
        """
        self.left -= labels
        if self.left < 0:
            raise WorkSpentError


@dataclass(frozen=True)
class Problem:
    """Sites to visit between a start and an end, over one day or several.

    Nodes are the sites 0 … n-1, then start (n), end (n + 1) and, for several days, lodging
    (n + 2). `ways[i][j]` are the ways from i to j, none where there is no way. `windows[d][i]` are
    those of site i on day d. `value[i]` is what a visit is worth. `order`: the sites in the only
    order allowed, some left out perhaps; empty: any. `first`: the site the day must begin with.
    `most`: at most so many sites; `least`: fewer are of no use; `any_way`: any days that
    see so many will do. `busy[i]`: when site i is full of others, in order; the group is there from
    its arrival to its departure. `work`: what solving may cost; None: whatever it does.
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
    least: int = 1
    any_way: bool = False
    busy: tuple[tuple[Span, ...], ...] = ()
    work: Work | None = None

    @property
    def count(self) -> int:
        """How many sites there are."""
        return len(self.stays_s)

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.windows)

    @property
    def day_most(self) -> int:
        """The most sites of one day: no day is empty."""
        return min(self.count, self.most - self.days + 1)

    @property
    def pause_s(self) -> int:
        """The least time between the end of a visit and setting off."""
        limits = self.limits
        return min(limits.gather_s, limits.lunch.length_s) if limits.lunch else limits.gather_s

    def start_of(self, day: int) -> int:
        """Return the node where a day begins."""
        return self.count if day == 0 else self.count + 2

    def home_of(self, day: int) -> int:
        """Return the node where a day ends."""
        return self.count + (2 if day < self.days - 1 else 1)

    @cached_property
    def gaps(self) -> tuple[tuple[Span, ...], ...]:
        """For each site the spans within which the group may be there."""
        return tuple(_gaps(spans) for spans in self.busy) or (NO_GAPS,) * self.count

    @cached_property
    def homewards_s(self) -> tuple[tuple[int, ...], ...]:
        """For each day and site no more than the time from a visit's end to the end of the day."""
        ends = (self.home_of(day) for day in range(self.days))
        return tuple(tuple(self.pause_s + way for way in self._ways_to(end)) for end in ends)

    def _ways_to(self, home: int) -> list[int]:
        """Return the shortest time from each site, by way of others where that is shorter."""
        sites = range(self.count)
        shortest = [self._fastest_s(site, home) for site in sites]
        for _ in sites:
            shortest = [
                min(shortest[a], *(self._fastest_s(a, b) + shortest[b] for b in sites))
                for a in sites
            ]
        return shortest

    def _fastest_s(self, a: int, b: int) -> int:
        return min((way[1] for way in self.ways[a][b]), default=EVER_S)

    @cached_property
    def walk_binds(self) -> bool:
        """Whether a day could be walked too far at all."""
        metres = [
            max((way[2] for row in self.ways for way in row[node]), default=0.0)
            for node in range(len(self.ways))
        ]
        return sum(metres) > self.limits.walk_m

    def barred(self, mask: int) -> int:
        """Return the set (bits) of sites that may not have been visited before those of `mask`."""
        barred = 0
        for node, late in enumerate(self.too_late):
            barred |= late if mask >> node & 1 else 0
        return barred

    @cached_property
    def too_late(self) -> tuple[int, ...]:
        """For each site the set (bits) of sites after which it may not be visited."""
        masks = [0] * self.count
        for place, node in enumerate(self.order):
            for later in self.order[place + 1 :]:
                masks[node] |= 1 << later
        return tuple(masks)


def _gaps(busy: tuple[Span, ...]) -> tuple[Span, ...]:
    edges = [0, *(moment for span in busy for moment in span), EVER_S]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of the solution, in clock order: arrival, visit, departure.

    `way` led here, with the breaks `rests` on it. `lunch` is had before the visit or after it.
    """

    node: int
    way: Way | None
    arrive_s: int
    begin_s: int
    end_s: int
    leave_s: int
    lunch: Span | None = None
    rests: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """The days, each from its start to its end."""

    days: tuple[tuple[Call, ...], ...]
    exact: bool

    @property
    def visited(self) -> tuple[int, ...]:
        """The sites in the order visited."""
        return tuple(c.node for day in self.days for c in day[1:-1])
