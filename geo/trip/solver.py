"""Which sites, on which day, in which order, with lunch where.

Days touch each other only in which sites they share out, so each day is searched by itself
(`geo.trip.growing`: the best way to see every set of sites), and the sets of the days are then
joined; among days that end alike lunch is nearest noon (`geo.trip.lunching`). Both are exact;
`Solution.exact` is False only where a level of a day held more labels than `growing.BEAM`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .bounds import bounds_of
from .growing import Outcome, Table, grow
from .lunching import at_noon
from .problem import Problem, Solution


class _Plan(NamedTuple):
    """The days so far: what they cost, and each of them."""

    cost: int
    days: tuple[Outcome, ...]


_Plans = dict[int, _Plan]
"""The best days so far by the set (bits) of sites that they see together."""


def solve(problem: Problem) -> Solution | None:
    """Return the best days, None where fewer than `least` sites can be visited within the limits.

    Best is the highest value; then, on one day, the earliest end; on several the least driving in
    all, then the earliest ends.

    Raises
    ------
    WorkSpentError
        The problem's `work` does not suffice.
    """
    bounds = bounds_of(problem)
    caps = [one.most() for one in bounds]
    tables: list[Table] = []
    for day, bound in enumerate(bounds):
        others = sum(min(cap, problem.day_most) for cap in (*caps[:day], *caps[day + 1 :]))
        table = grow(problem, day, bound, max(1, problem.least - others))
        if not table.outcomes:
            return None
        caps[day] = max(mask.bit_count() for mask in table.outcomes)
        tables.append(table)
    best = _best(problem, _joined(problem, tables, caps))
    if best is None:
        return None
    days = best.days if problem.any_way else at_noon(problem, best.days)
    return Solution(
        tuple(outcome.calls(problem, day) for day, outcome in enumerate(days)),
        all(table.exact for table in tables),
    )


def _joined(problem: Problem, tables: Sequence[Table], caps: Sequence[int]) -> _Plans:
    plans: _Plans = {0: _Plan(0, ())}
    for day, table in enumerate(tables):
        least = problem.least - sum(caps[day + 1 :])
        plans = _with_day(problem, plans, table, least)
    return plans


def _with_day(problem: Problem, plans: _Plans, table: Table, least: int) -> _Plans:
    joined: dict[int, tuple[int, int, int]] = {}
    order = bool(problem.order)
    # Hundreds of thousands of pairs: nothing is made of one before it is known to be better.
    days = [
        (mask, mask | (problem.barred(mask) if order else 0), outcome.cost)
        for mask, outcome in table.outcomes.items()
    ]
    for seen, plan in plans.items():
        for more, shut, cost in days:
            if seen & shut:
                continue
            both, total = seen | more, plan.cost + cost
            known = joined.get(both)
            if known is None or total < known[0]:
                joined[both] = (total, seen, more)
    return {
        both: _Plan(cost, (*plans[seen].days, table.outcomes[more]))
        for both, (cost, seen, more) in joined.items()
        if least <= both.bit_count() <= problem.most
    }


def _best(problem: Problem, plans: _Plans) -> _Plan | None:
    def score(item: tuple[int, _Plan]) -> tuple[int, int]:
        mask, plan = item
        value = sum(v for node, v in enumerate(problem.value) if mask >> node & 1)
        return value, -plan.cost

    return max(plans.items(), key=score)[1] if plans else None
