"""The sites of a request measured on the ground, and the days of every class solved over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from geo.breaks import REST_MIN
from geo.directions import NO_LANDMARKS, Landmarks
from geo.models import Site
from geo.router import Position, Router

from .presets import HOME_FOR_LUNCH
from .problem import Limits, LunchHour, Problem, Solution
from .request import TripRequest
from .rotating import rotations
from .solver import solve
from .timing import clock_s, opening
from .ways import Terrain, measure

VALUE = 1000
"""A site outweighs any preference among sites: as many as fit, then the dearer ones."""

NOTHING = Solution(((),), exact=True)
"""The day of a class for which nothing fits."""


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

    def solutions(self) -> list[Solution]:
        """Return the days of every class, all of the same sites; empty where nothing fits."""
        return self.solved(self.problem)

    def solved(self, problem: Problem) -> list[Solution]:
        """Return the days of every class over a problem like this world's.

        Parameters
        ----------
        problem
            This world's, with other limits perhaps, or fewer sites of no use.

        Raises
        ------
        WorkSpentError
            The problem's `work` does not suffice.
        """
        alone = solve(problem) or NOTHING
        if self.request.classes == 1:
            return [alone]
        # Fair: every class sees the same sites; fewer for all rather than none for the last.
        found = rotations(problem, alone, self.request.classes)
        return found or [NOTHING] * self.request.classes


def limits_of(request: TripRequest) -> Limits:
    """Return the limits of a request in seconds and metres."""
    preset = request.preset
    lunch = None
    if request.lunch != "none":
        lunch = LunchHour(
            clock_s(request.lunch_begin),
            clock_s(request.lunch_last),
            request.lunch_minutes * 60,
            clock_s(HOME_FOR_LUNCH),
        )
    return Limits(
        depart_s=clock_s(request.depart),
        back_s=clock_s(request.back_by),
        walk_m=request.walk_limit,
        break_every_s=request.break_every * 60,
        gather_s=preset.gather_min * 60,
        rest_s=REST_MIN * 60,
        lunch=lunch,
        room=request.site_capacity // request.people,
    )
