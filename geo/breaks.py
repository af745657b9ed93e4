"""Breaks on a long ride: where they come, so that nobody sits longer than was wished."""

from __future__ import annotations

from collections.abc import Iterator

REST_MIN = 20
"""A break on the way, minutes: LB/T 054-2016 has the driver of a study trip rest for 20 minutes
after 2 h at most (the Road Traffic Safety regulation, article 62 (7), after 4 h)."""

STRETCH_LEAST_S = 10 * 60
"""Nobody stops for a break sooner than this after setting off or before arriving. Our default."""

_MINUTE_S = 60


def broken(ride_s: int, every_s: int, first_s: int) -> Iterator[tuple[int, ...]]:
    """Yield the stretches of a ride with one break, with two …: those that keep the spacing.

    Parameters
    ----------
    ride_s
        How long the ride is without breaks.
    every_s
        The longest stretch between two breaks.
    first_s
        The longest stretch before the first one.
    """
    for count in range(1, ride_s // STRETCH_LEAST_S):
        stretches = _stretches(ride_s, count, first_s)
        if stretches[0] >= STRETCH_LEAST_S and max(stretches[1:]) <= every_s:
            yield stretches


def _stretches(seconds: int, breaks: int, first_most_s: int) -> tuple[int, ...]:
    """Return even stretches in whole minutes, the first shorter where it must be."""
    first = min(first_most_s, seconds // (breaks + 1)) // _MINUTE_S * _MINUTE_S
    minutes, odd_s = divmod(seconds - first, _MINUTE_S)
    each, more = divmod(minutes, breaks)
    rest = [(each + (place < more)) * _MINUTE_S for place in range(breaks)]
    rest[0] += odd_s
    return first, *rest
