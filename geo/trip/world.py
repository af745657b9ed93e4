"""The sites of a request measured on the ground, and the days of every class solved over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from geo.directions import NO_LANDMARKS, Landmarks
from geo.models import Site
from geo.router import Position, Router

from .presets import HOME_FOR_LUNCH, LUNCH_FROM, LUNCH_TO
from .request import TripRequest
from .solver import Limits, Problem, Solution, solve
from .timing import Span, full, opening, without
from .ways import Terrain, measure

VALUE = 1000
"""A site outweighs any preference among sites: as many as fit, then the dearer ones."""

NOTHING = Solution(((),), exact=True)
"""The day of a class for which nothing fits."""

_LUNCH = (LUNCH_FROM, LUNCH_TO, HOME_FOR_LUNCH)


@dataclass(frozen=True)
class World:
    """The sites of a request measured on the ground, and the days solved over them."""

    request: TripRequest
    sites: tuple[Site, ...]
    router: Router
    most: int
    landmarks: Landmarks = NO_LANDMARKS

    @property
    def positions(self) -> tuple[Position, ...]:
        """Sites, start, end and lodging: the nodes of the problem."""
        ends = [("start", self.request.begin), ("end", self.request.begin)]
        if self.request.lodging is not None:
            ends.append(("lodging", self.request.lodging))
        return (
            *(Position(s.id, s.lon, s.lat, s.accuracy_m) for s in self.sites),
            *(Position(label, lon, lat) for label, (lon, lat) in ends),
        )

    @cached_property
    def terrain(self) -> Terrain:
        """Every way between them."""
        pace = self.request.preset.pace
        return measure(self.positions, self.request.transport, pace, self.router)

    @cached_property
    def problem(self) -> Problem:
        """The problem of one class that has every site for itself."""
        request, preset = self.request, self.request.preset
        stays = tuple(min(s.visit_min, preset.visit_most_min) * 60 for s in self.sites)
        dates = [request.date + timedelta(days=d) for d in range(request.days)]
        return Problem(
            stays_s=stays,
            ways=self.terrain.ways,
            windows=tuple(
                tuple(opening(s, day, stay) for s, stay in zip(self.sites, stays, strict=True))
                for day in dates
            ),
            toilets=tuple(site.toilets != "no" for site in self.sites),
            value=tuple(VALUE + len(self.sites) - i for i in range(len(self.sites))),
            limits=limits_of(request),
            order=tuple(range(len(self.sites))) if request.order == "given" else (),
            most=self.most,
        )

    def solutions(self, limits: Limits | None = None) -> list[Solution]:
        """Return the days of every class, all of them as many sites; empty where nothing fits.

        Parameters
        ----------
        limits
            Other limits than those asked for.
        """
        problem = replace(self.problem, limits=limits) if limits else self.problem
        alone = self._alone(problem)
        if self.request.classes == 1:
            return [alone]
        # Fair: every class sees as many sites; fewer for all rather than none for the last.
        for most in range(len(alone.visited), 0, -1):
            fewer = replace(problem, most=most)
            for cycle, ordered in ((False, False), (True, False), (True, True)):
                turns = Turns(self.request, fewer, alone.visited, cycle=cycle, ordered=ordered)
                if (found := turns.solutions()) is not None:
                    return found
        return [NOTHING] * self.request.classes

    def _alone(self, problem: Problem) -> Solution:
        """Return the days of a class by itself: even days, unless uneven ones hold more sites."""
        total = min(problem.count, problem.most)
        even = solve(replace(problem, a_day=-(-total // problem.days))) or NOTHING
        if len(even.visited) == total or problem.days == 1:
            return even
        return max(even, solve(problem) or NOTHING, key=lambda found: len(found.visited))


@dataclass(frozen=True, slots=True)
class Turns:
    """One way to let classes take turns: one by one, each kept clear of those before it.

    `cycle`: each class begins with another site of `tour`; `ordered`: and goes on as `tour` does.
    """

    request: TripRequest
    problem: Problem
    tour: tuple[int, ...]
    cycle: bool
    ordered: bool

    def solutions(self) -> list[Solution] | None:
        """Return the days of all classes, None where one of them would see fewer sites."""
        room = self.problem.limits.room
        visits: dict[int, list[Span]] = {}
        found: list[Solution] = []
        for number in range(self.request.classes):
            solution = solve(self._own(number, visits, room))
            if solution is None or len(solution.visited) < self.problem.most:
                return None
            found.append(solution)
            for call in solution.days[0][1:-1]:
                visits.setdefault(call.node, []).append((call.begin_s, call.end_s))
        return found

    def _own(self, number: int, visits: Mapping[int, Sequence[Span]], room: int) -> Problem:
        problem, shift = self.problem, number % len(self.tour)
        windows = tuple(
            without(spans, full(visits.get(node, ()), room), problem.stays_s[node])
            for node, spans in enumerate(problem.windows[0])
        )
        order = (*self.tour[shift:], *self.tour[:shift])
        return replace(
            problem,
            windows=(windows,),
            first=order[0] if self.cycle and problem.most == len(order) else None,
            order=order if self.ordered else problem.order,
        )


def limits_of(request: TripRequest) -> Limits:
    """Return the limits of a request in seconds and metres."""
    preset = request.preset
    lunch = None
    if request.lunch != "none":
        begin, end, home = (t.hour * 3600 + t.minute * 60 for t in _LUNCH)
        lunch = (begin, end, preset.lunch_min * 60, home)
    return Limits(
        depart_s=request.depart.hour * 3600 + request.depart.minute * 60,
        back_s=request.back_by.hour * 3600 + request.back_by.minute * 60,
        walk_m=request.walk_limit,
        break_every_s=request.break_every * 60,
        gather_s=preset.gather_min * 60,
        lunch=lunch,
        room=request.site_capacity // request.people,
    )
