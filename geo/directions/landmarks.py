"""Sites that lie at a turn: "turn left at 栈桥"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.models import Leg, LonLat, Site, Step

NEAR_M = 50.0
"""A site this near to a turn is seen from it."""

SURE_M = 100.0
"""A site less sure than this (radius in metres) marks no turn."""

TURNS = frozenset({"turn", "uturn", "continue"})


@dataclass(frozen=True)
class Landmarks:
    """The sites whose position is sure enough to say where a turn is."""

    sites: tuple[Site, ...] = ()

    @classmethod
    def among(cls, sites: Iterable[Site]) -> Landmarks:
        """Return those of some sites that may mark a turn."""
        return cls(tuple(site for site in sites if site.accuracy_m <= SURE_M))

    @cached_property
    def _places(self) -> NDArray[np.float64]:
        return np.array([(site.lon, site.lat) for site in self.sites])

    def at(self, place: LonLat) -> Site | None:
        """Return the nearest site within `NEAR_M` of a place."""
        if not self.sites:
            return None
        shrink = np.cos(np.radians(place[1]))
        metres = np.hypot(*((self._places - place) * (111_320.0 * shrink, 111_320.0)).T)
        nearest = int(metres.argmin())
        return self.sites[nearest] if metres[nearest] <= NEAR_M else None

    def mark(self, leg: Leg) -> Leg:
        """Return a leg with the sites that lie at its turns: on foot, where turns are known."""
        if leg.mode != "walk" or not self.sites:
            return leg
        return replace(leg, steps=tuple(self._marked(step, leg) for step in leg.steps))

    def _marked(self, step: Step, leg: Leg) -> Step:
        if step.kind not in TURNS or not step.turn:
            return step
        site = self.at(leg.coordinates[step.first])
        if site is None:
            return step
        return replace(step, landmark_zh=site.name_zh, landmark_en=site.name_en)


NO_LANDMARKS = Landmarks()
