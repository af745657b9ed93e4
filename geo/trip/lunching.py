"""Among days of the same order that end at the same time: the one with lunch nearest noon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .bounds import bounds_of
from .growing import Outcome, grow
from .problem import LunchHour, Problem

NOON_S = 12 * 3600
STEP_S = 15 * 60
"""Lunch is brought nearer to noon by so much at a time."""


def at_noon(problem: Problem, days: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the days of a solution, each with its sites in the same order and ending alike.

    Raises
    ------
    WorkSpentError
        The problem's `work` does not suffice.
    """
    return tuple(_nearest(problem, day, outcome) for day, outcome in enumerate(days))


def _nearest(problem: Problem, day: int, outcome: Outcome) -> Outcome:
    hour = problem.limits.lunch
    calls = outcome.calls(problem, day)[1:-1]
    if hour is None or all(call.lunch is None for call in calls):
        return outcome
    order = tuple(call.node for call in calls)
    shut = [() if node not in order else spans for node, spans in enumerate(problem.windows[day])]
    windows = (*problem.windows[:day], tuple(shut), *problem.windows[day + 1 :])
    same = replace(problem, order=order, windows=windows)
    for lunch in _narrow(hour):
        own = replace(same, limits=replace(problem.limits, lunch=lunch))
        found = grow(own, day, bounds_of(own)[day], len(order)).outcomes.get(outcome.label.mask)
        if found is not None and found.cost == outcome.cost:
            return found
    return outcome


def _narrow(hour: LunchHour) -> list[LunchHour]:
    """Return the hour cut to spans around noon (or what is nearest to it), the narrowest first."""
    middle = min(max(NOON_S, hour.from_s), hour.to_s)
    most = max(middle - hour.from_s, hour.to_s - middle)
    return [
        replace(hour, from_s=max(hour.from_s, middle - far), to_s=min(hour.to_s, middle + far))
        for far in range(0, most, STEP_S)
    ]
