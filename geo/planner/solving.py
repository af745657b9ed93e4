"""The best days of a problem: exact for few sites, searched for more, with a proven bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .search import search_days, value_bound
from .subsets import Tables
from .timetable import DaysProblem, Order, Timetable, timetable_of

EXACT_ONE_DAY, EXACT_DAYS = 14, 12
"""Sites of one day, and of several, that are solved exactly: some 50 ms."""


EXACT_WALKED = 8
"""Sites solved exactly where what is walked on a day binds: some 0.1 s a day."""


def is_exact(sites: int, days: int) -> bool:
    """Return whether so many sites are solved exactly."""
    return sites <= (EXACT_ONE_DAY if days == 1 else EXACT_DAYS)


def best_timetable(problem: DaysProblem, *, seconds: float = 1.0, seed: int = 0) -> Timetable:
    """Return the days worth most; of those worth the same, the shortest, all added up.

    Nothing fits: days without visits.

    Parameters
    ----------
    problem
        The days.
    seconds
        How much work may be spent where the sites are too many for an exact answer.
    seed
        Of that search.
    """
    sites, part = _possible_part(problem)
    found = _exactly(part) if is_exact(len(sites), len(problem.days)) else None
    orders = search_days(part, seconds=seconds, seed=seed) if found is None else found
    bound = value_bound(part) if found is None else _worth(part, found)
    named = tuple(tuple(sites[index] for index in order) for order in orders)
    return timetable_of(problem, named, bound, exact=found is not None)


def bound_of(problem: DaysProblem) -> int:
    """Return what no days are worth more than, without a search for them."""
    sites, part = _possible_part(problem)
    found = _exactly(part) if is_exact(len(sites), len(problem.days)) else None
    return value_bound(part) if found is None else _worth(part, found)


def _possible_part(problem: DaysProblem) -> tuple[tuple[int, ...], DaysProblem]:
    sites = possible(problem)
    return sites, problem.part(sites)


def _worth(problem: DaysProblem, orders: Sequence[Order]) -> int:
    return sum(problem.value[site] for order in orders for site in order)


def _exactly(problem: DaysProblem) -> tuple[Order, ...] | None:
    """Return the best days; None where what is walked binds and the sites are too many for that.

    Days that are best with no limit to what is walked, and keep it, are best.
    """
    orders = Tables.of(replace(problem, walk_m=None)).best()
    if not any(problem.tires(day, order) for day, order in enumerate(orders)):
        return orders
    return Tables.of(problem).best() if problem.size <= EXACT_WALKED else None


def possible(problem: DaysProblem) -> tuple[int, ...]:
    """Return the sites that may be visited at all: alone on some day, and what must precede too.

    A way over another site may be shorter than the way there, so only hours count against a site.
    """
    found = {
        site
        for site in range(problem.size)
        if any(_may(problem, day, site) for day in range(len(problem.days)))
    }
    while broken := {b for a, b in problem.before if b in found and a not in found}:
        found -= broken
    return tuple(sorted(found))


def _may(problem: DaysProblem, day: int, site: int) -> bool:
    span = problem.days[day]
    done = (opens + problem.stays_s[site] for opens, _ in problem.windows[day][site])
    return any(end <= span.until_s for end in done)
