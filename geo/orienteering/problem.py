"""What is asked: places worth a visit, the hours they can be entered, the tours to fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import InvalidParameterError

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Windows = tuple[tuple[int, int], ...]

FAR = 1 << 28
"""A leg that cannot be used. Three of them add up within 32 bits, and no tour is that long."""

LONGEST = 1 << 26
"""The longest span of time a problem may cover: 2 years in seconds, far inside 32 bits."""


@dataclass(frozen=True, slots=True)
class Tour:
    """One day, or one vehicle: from `start` to `end`, rows of the matrix, within its hours.

    `opens` is the earliest departure and `closes` the latest arrival, on the one time axis that
    all tours and windows of a problem share. Days follow each other on it; vehicles run at once.
    """

    start: int
    end: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A team orienteering problem with time windows.

    Parameters
    ----------
    travel
        Square, whole seconds, `[i, j]` from row i to row j, asymmetric; `FAR` or more: no way.
    prize
        What a visit to each row is worth, 0 or more. A row worth 0 is visited only if mandatory.
    service
        Whole seconds that a visit to each row lasts.
    windows
        For each row the intervals in which a visit may *begin*, in order and apart. Who arrives
        early waits. A place closed for lunch has two; closing times come in as the last moment
        at which a visit may begin.
    tours
        The tours to fill. A place is visited once at most, in one of them.
    mandatory
        Rows that must be visited, whatever they are worth.
    """

    travel: IntArray
    prize: FloatArray
    service: IntArray
    windows: tuple[Windows, ...]
    tours: tuple[Tour, ...]
    mandatory: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, naming the parameter.

        Raises
        ------
        InvalidParameterError
            A size, a type, a window or a tour is not what it must be.
        """
        _check_sizes(self)
        _check_times(self)

    @property
    def size(self) -> int:
        """Rows of the matrix."""
        return len(self.prize)


def _check_sizes(problem: Problem) -> None:
    """Raise unless all arrays speak of the same rows, in whole numbers."""
    size = len(problem.prize)
    if problem.travel.shape != (size, size) or problem.travel.dtype.kind not in "iu":
        raise InvalidParameterError(
            "travel",
            f"{problem.travel.dtype}{problem.travel.shape}",
            f"whole seconds, {size} × {size}",
        )
    if problem.service.shape != (size,) or problem.service.dtype.kind not in "iu":
        raise InvalidParameterError("service", problem.service.dtype, f"{size} whole seconds")
    if len(problem.windows) != size:
        raise InvalidParameterError(
            "windows", len(problem.windows), f"one tuple for each of {size}"
        )
    if not problem.tours:
        raise InvalidParameterError("tours", "none", "at least one")
    rows = {*problem.mandatory, *(t.start for t in problem.tours), *(t.end for t in problem.tours)}
    if not all(0 <= row < size for row in rows):
        raise InvalidParameterError("rows", sorted(rows), f"0 to {size - 1}")


def _check_times(problem: Problem) -> None:
    """Raise unless prizes and times are finite, ordered and within `LONGEST`."""
    if not np.isfinite(problem.prize).all() or (problem.prize < 0).any():
        raise InvalidParameterError("prize", "negative or not finite", "0 or more")
    if (problem.travel < 0).any() or (problem.service < 0).any():
        raise InvalidParameterError("travel", "a negative time", "0 or more")
    for windows in problem.windows:
        flat = [moment for window in windows for moment in window]
        if flat != sorted(flat):
            raise InvalidParameterError("windows", windows, "intervals in order and apart")
    opens = min(tour.opens for tour in problem.tours)
    if max(tour.closes for tour in problem.tours) - opens > LONGEST:
        raise InvalidParameterError("tours", "too long a span", f"at most {LONGEST} s in all")


def begin_of(windows: Windows, arrival: int) -> int:
    """Return when a visit begins that is reached at `arrival`, or `FAR` if it is too late."""
    for opens, closes in windows:
        if arrival <= closes:
            return max(arrival, opens)
    return FAR


def begins_of(windows: Windows, arrivals: IntArray) -> IntArray:
    """Return `begin_of` for many arrivals at once."""
    begins = np.full(arrivals.shape, FAR, dtype=np.int64)
    for opens, closes in reversed(windows):
        np.copyto(begins, np.maximum(arrivals, opens), where=arrivals <= closes)
    return begins


def candidates(problem: Problem) -> tuple[int, ...]:
    """Return the rows worth a visit that some tour may reach in time and come back from."""
    wanted = {
        row for row in range(problem.size) if problem.prize[row] > 0 or row in problem.mandatory
    }
    found: set[int] = set()
    for tour in problem.tours:
        out = shortest(problem.travel, tour.start)
        home = shortest(problem.travel.T, tour.end)
        for row in sorted(wanted - found):
            begin = begin_of(problem.windows[row], tour.opens + int(out[row]))
            if begin + int(problem.service[row]) + int(home[row]) <= tour.closes:
                found.add(row)
    return tuple(sorted(found))


def shortest(travel: IntArray, source: int) -> IntArray:
    """Return the least travel from `source` to each row, over any others (Bellman and Ford).

    A matrix need not obey the triangle inequality: a row out of reach may be reached by another.
    """
    least = np.minimum(travel[source], FAR)
    least[source] = 0
    while True:
        shorter = np.minimum(least, (least[:, None] + np.minimum(travel, FAR)).min(axis=0))
        if (shorter == least).all():
            return np.asarray(least, dtype=np.int64)
        least = shorter


def single_windows(rows: Sequence[tuple[int, int]]) -> tuple[Windows, ...]:
    """Return the windows of a problem in which every row has exactly one."""
    return tuple(((int(opens), int(closes)),) for opens, closes in rows)
