"""What days within limits are worth, what they leave out, and what would let that in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar_date
from typing import Literal

from .messages import Notice

LimitName = Literal[
    "until", "depart", "visit", "a_day", "longest_walk", "walk_a_day", "break_every", "step_free"
]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest change of one limit that lets a site in beside all that are visited.

    `until`: a day ends later; `depart`: it begins earlier; `visit`: the visit itself is shorter;
    `a_day`: more sites a day; `longest_walk`, `walk_a_day`: longer walks, at a time and in all;
    `break_every`: longer rides without a break; `step_free`: steps are put up with. In steps of 5
    minutes, 100 m, or one site; no smaller one does.

    Parameters
    ----------
    limit
        What is changed.
    date
        On which day; None: on all.
    value
        What it would have to be: a time of day, minutes, metres, a number of sites.
    by
        The change, in minutes, metres or sites.
    """

    limit: LimitName
    date: calendar_date | None
    value: str
    by: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A site that does not fit the days, and why.

    `relaxations` are the smallest changes that admit it, confirmed by planning again; empty: none
    up to midnight does, or the days hold too many sites for a proof. `later_min` is the least by
    which a day would have to end later; None: that does not help.
    """

    site_id: str
    reason: Notice
    later_min: int | None = None
    relaxations: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """How good days within limits are, and how much better any could be: bounds are proven.

    Parameters
    ----------
    required, points
        The required sites visited, and the priorities of the optional ones added up.
    required_most, points_most
        No days that keep as many appointments and locks hold more required sites, nor as many of
        them with more points beside.
    length_s
        How long the days are, all added up: ways, visits, waiting and lunch.
    exact
        Nothing is worth more, and nothing worth as much is shorter. False: the search was cut
        short, so that better days may exist.
    """

    required: int
    points: int
    required_most: int
    points_most: int
    length_s: int
    exact: bool

    @property
    def gap(self) -> float:
        """The share of what could be visited at most that is not: 0 to 1, required sites first."""
        if self.required < self.required_most:
            return 1 - self.required / self.required_most
        return 1 - self.points / self.points_most if self.points < self.points_most else 0.0
