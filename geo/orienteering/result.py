"""What is answered: the tours, what they are worth, and how much better they could be at most."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from .problem import FAR, Problem, Tour, begin_of


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit of a tour: the row, the arrival and the begin of the visit (waiting between)."""

    row: int
    arrival: int
    begin: int


@dataclass(frozen=True, slots=True)
class Filled:
    """One tour with its visits in order, and when it comes to its end."""

    tour: Tour
    stays: tuple[Stay, ...]
    back: int

    @property
    def rows(self) -> tuple[int, ...]:
        """The visited rows in order."""
        return tuple(stay.row for stay in self.stays)


@dataclass(frozen=True, slots=True)
class Result:
    """The best tours found.

    `upper_bound` is proven: no answer that visits as many mandatory rows is worth more.
    `optimal` says that none does; of answers worth the same, `optimal` promises nothing about
    time. `missing` are mandatory rows left out because no answer with them was found.
    `interrupted`: the clock stopped the search before its fixed number of steps, so another run
    may answer differently.
    """

    filled: tuple[Filled, ...]
    prize: float
    upper_bound: float
    optimal: bool
    missing: tuple[int, ...]
    steps: int
    interrupted: bool

    @property
    def tours(self) -> tuple[tuple[int, ...], ...]:
        """The visited rows of each tour, in order."""
        return tuple(filled.rows for filled in self.filled)

    @property
    def gap(self) -> float:
        """How much of the upper bound is not collected, at most: 0 to 1."""
        if self.upper_bound <= 0:
            return 0.0
        return max(0.0, (self.upper_bound - self.prize) / self.upper_bound)


def fill(problem: Problem, tour: Tour, rows: tuple[int, ...]) -> Filled:
    """Time a tour: every visit begins as early as it can.

    Raises
    ------
    ValueError
        A row is reached after its last window, or the tour comes back after it closes.
    """
    stays = []
    free = tour.opens
    for before, row in itertools.pairwise((tour.start, *rows)):
        arrival = free + int(problem.travel[before, row])
        begin = begin_of(problem.windows[row], arrival)
        if begin >= FAR:
            raise ValueError(f"row {row} is reached at {arrival}, after its last window")
        stays.append(Stay(row, arrival, begin))
        free = begin + int(problem.service[row])
    back = free + int(problem.travel[rows[-1] if rows else tour.start, tour.end])
    if back > tour.closes and rows:
        raise ValueError(f"the tour is back at {back}, after it closes at {tour.closes}")
    return Filled(tour, tuple(stays), back)
