"""Several classes that take turns at the same sites.

Classes are solved one by one, each kept clear of those before it. A class is at a site from its
arrival to its departure: waiting for the door and lunch count as well as the visit, so classes
cannot meet beyond the room of a site.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .problem import Problem, Solution, Span, Windows
from .solver import solve
from .timing import full

SETS_TRIED = 6
"""So many sets of sites of one size are tried, the best of one class by itself first."""


def rotations(problem: Problem, alone: Solution, classes: int) -> list[Solution] | None:
    """Return the days of all classes, None where they cannot all see the problem's `least` sites.

    Parameters
    ----------
    problem
        That of one class by itself.
    alone
        Its solution.
    classes
        How many take turns.
    """
    for size in range(len(alone.visited), problem.least - 1, -1):
        for sites in itertools.islice(_sets(problem, alone, size), SETS_TRIED):
            for turns in _ways_to_turn(problem, sites):
                found = turns.solutions(classes)
                if found is not None:
                    return found
    return None


def _sets(problem: Problem, alone: Solution, size: int) -> Iterator[tuple[int, ...]]:
    """Yield sets of sites as tours, the best of one class first, then the dearest."""
    whole = size == len(alone.visited)
    best = alone if whole else solve(replace(problem, most=size, least=size))
    seen: set[frozenset[int]] = set()
    if best is not None:
        seen.add(frozenset(best.visited))
        yield best.visited
    nodes = [node for node in range(problem.count) if problem.windows[0][node]]
    others = itertools.combinations(nodes, size)
    for sites in sorted(others, key=lambda some: -sum(problem.value[node] for node in some)):
        if frozenset(sites) not in seen:
            one = solve(replace(problem, windows=_only(problem, sites), least=size))
            if one is not None and len(one.visited) == size:
                yield one.visited


def _only(problem: Problem, sites: Iterable[int]) -> tuple[tuple[Windows, ...], ...]:
    kept = set(sites)
    return tuple(
        tuple(spans if node in kept else () for node, spans in enumerate(day))
        for day in problem.windows
    )


def _ways_to_turn(problem: Problem, tour: tuple[int, ...]) -> Iterator[Turns]:
    own = replace(problem, windows=_only(problem, tour), most=len(tour), least=len(tour))
    yield Turns(own, tour, cycle=False, ordered=False)
    yield Turns(own, tour, cycle=True, ordered=False)
    if not problem.order:
        yield Turns(own, tour, cycle=True, ordered=True)
        yield Turns(own, tour[::-1], cycle=True, ordered=True)


@dataclass(frozen=True, slots=True)
class Turns:
    """One way to let classes take turns at all sites of `tour`, one class after the other.

    `cycle`: each class begins with another site of it; `ordered`: and goes on as it does.
    """

    problem: Problem
    tour: tuple[int, ...]
    cycle: bool
    ordered: bool

    def solutions(self, classes: int) -> list[Solution] | None:
        """Return the days of all classes, None where one of them would miss a site."""
        there: dict[int, list[Span]] = {}
        found: list[Solution] = []
        for number in range(classes):
            solution = solve(self._own(number, there))
            if solution is None or len(solution.visited) < len(self.tour):
                return None
            found.append(solution)
            for call in solution.days[0][1:-1]:
                there.setdefault(call.node, []).append((call.arrive_s, call.leave_s))
        return found

    def _own(self, number: int, there: Mapping[int, Sequence[Span]]) -> Problem:
        problem, shift = self.problem, number % len(self.tour)
        order = (*self.tour[shift:], *self.tour[:shift])
        room = problem.limits.room
        return replace(
            problem,
            busy=tuple(full(there.get(node, ()), room) for node in range(problem.count)),
            first=order[0] if self.cycle else None,
            order=order if self.ordered else problem.order,
        )
