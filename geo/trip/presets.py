"""What is asked of a trip where the teacher says nothing: limits by school stage.

Each figure has a basis: a published rule, or `default`, which means that we chose it. A page shows
the basis beside the figure, and docs/field-trips.md gives the reasons. A teacher's own figure
always wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Literal

from .models import Stage

Basis = Literal["default", "lbt054"]
"""`lbt054`: LB/T 054-2016, Specification for study travel services (研学旅行服务规范)."""

DRIVE_MOST_MIN = 120
"""Longest drive without a stop, minutes: LB/T 054-2016 lets a driver of a study trip drive for 2 h
at most (the Road Traffic Safety regulation, article 62 (7), allows 4 h)."""

BOARDING_S = 5 * 60
"""Getting a class into a coach and out of it again. Our default."""

COACH_FACTOR = 1.15
"""How much longer than a car a coach takes on the same road. Our default: lower limits, slower
start and turning; no measurement of coaches in Qingdao is public."""

LUNCH_FROM, LUNCH_TO = time(11, 0), time(13, 15)
"""When lunch may begin: canteens serve from 11:00, and children do not wait for ever. Default."""

LUNCH_LEAST_MIN = 20
"""Nobody eats in less, minutes. Our default."""

HOME_FOR_LUNCH = time(12, 45)
"""Who is back at school by then eats there: no lunch is planned. Our default."""

ASSUMED_OPEN = (time(8, 0), time(17, 30))
"""When a site is taken to be open whose hours nobody published. Our default, said on every plan:
the hours of most sites of the catalogue are unknown and must be asked by telephone."""

NEAR_WALK_M = 800.0
"""Two sites of a coach trip that are nearer are walked between, where that is no slower."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The limits of one school stage; lengths in metres, times in minutes.

    `visit_most_min` cuts the visit of the record; `gather_min` is the time at each stop for
    toilets, gathering and counting; `pace` is the group's walking speed as a share of an adult's;
    `most_sites` is used where we choose the sites of a theme.
    """

    walk_limit_m: int
    visit_most_min: int
    break_every_min: int
    gather_min: int
    lunch_min: int
    pupils_per_adult: int
    pace: float
    most_sites: int
    bases: tuple[tuple[str, Basis], ...] = ()

    def basis(self, figure: str) -> Basis:
        """Return what a figure rests on."""
        return dict(self.bases).get(figure, "default")


_RATIO: tuple[tuple[str, Basis], ...] = (("pupils_per_adult", "lbt054"),)
# LB/T 054-2016, 5.1: one teacher for every 20 pupils. For primary schools we plan with more.

PRESETS: Mapping[Stage, Preset] = MappingProxyType(
    {
        "primary_lower": Preset(1500, 40, 60, 15, 60, 10, 0.75, 2),
        "primary_upper": Preset(2500, 50, 75, 15, 60, 15, 0.85, 3),
        "junior": Preset(4000, 60, 90, 10, 45, 20, 1.0, 4, _RATIO),
        "senior": Preset(6000, 90, 120, 10, 45, 20, 1.0, 5, _RATIO),
        "university": Preset(8000, 120, 120, 10, 45, 20, 1.0, 6),
    }
)
