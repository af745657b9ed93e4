"""Many sites: the days of the orienteering search as a beginning, then ruin and recreate.

The orienteering search knows hours and days, but neither lunch nor what comes before what. Its
days are repaired, then parts of them are taken out and filled again (Schrimpf et al. 2000), and
days few enough in sites are solved exactly among themselves. Work is counted, not time: the same
problem, seed and seconds give the same answer however busy the machine is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from geo.orienteering import FAR, Effort, Problem, Tour, Windows, solve_orienteering
from geo.orienteering.arrays import arrays_of
from geo.orienteering.bound import time_bound

from .subsets import Tables
from .timetable import DAY_S, PROMISED, REQUIRED, DaysProblem, Order, end_s

SEED_SHARE = 0.35
"""Part of the work that the orienteering search has."""
GUARD = 4.0
"""How many times its seconds that search may take by the clock, on a very slow machine."""
STEP_S = 0.8e-6
"""Seconds one visit of one day takes to be timed, measured on one core of a 2.1 GHz server."""
LOOK_S = 2.5e-6
"""Seconds to look one site and day up, measured likewise."""
CALL_S, CELL_S = 20e-6, 60e-9
"""Seconds of an exact part: for each pair of its sites, and for each subset and site; a day."""
EXACT_PART = 10
"""Sites of one or two days solved exactly at a time: some milliseconds."""
EXACT_WALKED_PART = 5
"""The same where the metres walked on a day are limited, which needs many labels."""
PATIENCE = 40
"""Trials without a better answer after which the search goes back to the best one."""
ENOUGH = 160
"""Trials without a shorter answer after which one that is worth all there is will do."""
MOST_GONE = 6
"""Visits taken out at a time, at most."""
NOISE = 0.4

Solution = tuple[Order, ...]
Score = tuple[int, int]


def search_days(problem: DaysProblem, *, seconds: float, seed: int) -> Solution:
    """Return good days for many sites.

    Parameters
    ----------
    problem
        The days.
    seconds
        How much work may be spent, in seconds of the machine it was measured on.
    seed
        Of the random numbers.
    """
    begin = solve_orienteering(
        _instance(problem, shortened=True),
        seed=seed,
        effort=Effort(seconds * SEED_SHARE, seconds * SEED_SHARE * GUARD),
    )
    state = _Search(problem, np.random.default_rng(seed))
    state.start(tuple(begin.tours))
    state.run(seconds * (1 - SEED_SHARE), value_bound(problem))
    return state.best


def value_bound(problem: DaysProblem) -> int:
    """Return what no days can be worth more than: from the time that visits take at least."""
    bound = int(time_bound(arrays_of(_instance(problem, shortened=False))) + 1e-6)
    total = 0
    for value, (weight, most) in zip((PROMISED, REQUIRED, 1), _weights(problem), strict=True):
        count = min(bound // weight, most)
        total += value * count
        # More than all of one kind: of the next, all there are is the bound.
        bound -= weight * count
    return total


def _weights(problem: DaysProblem) -> tuple[tuple[int, int], ...]:
    """Return what a promised, a required site and a point count, and how many there are of each.

    Each counts just more than all that is less together.
    """
    points = sum(value for value in problem.value if value < REQUIRED)
    required, promised = (problem.value.count(value) for value in (REQUIRED, PROMISED))
    return ((1 + points) * (1 + required), promised), (1 + points, required), (1, points)


def _instance(problem: DaysProblem, *, shortened: bool) -> Problem:
    """Return the days one after the other on one axis; the last row stands for "anywhere".

    `shortened`: a day that owes lunch ends earlier by its length, since this search has no lunch.
    """
    size, rows = problem.size, len(problem.travel_s)
    travel = np.zeros((rows + 1, rows + 1), dtype=np.int64)
    travel[:rows, :rows] = problem.ways
    (promised, _), (required, _), _ = _weights(problem)
    weights, tours = {PROMISED: promised, REQUIRED: required}, []
    windows = [
        tuple(
            (opens + day * DAY_S, last + day * DAY_S)
            for day in range(len(problem.days))
            for opens, last in problem.windows[day][site]
        )
        for site in range(size)
    ]
    for day, span in enumerate(problem.days):
        pause = 0
        if shortened and problem.lunch and problem.hungry_until(day) < span.until_s:
            pause = problem.lunch.length_s
        ends = [rows if row is None else row for row in (span.start, span.end)]
        begins, closes = (day * DAY_S + at for at in (span.depart_s, span.until_s - pause))
        tours.append(Tour(ends[0], ends[1], begins, max(begins, closes)))
    prize = [weights.get(value, value) for value in problem.value]
    always = ((0, len(problem.days) * DAY_S),)
    return Problem(
        travel=travel,
        prize=np.array([*prize, *[0] * (rows + 1 - size)], dtype=np.float64),
        service=np.array([*problem.stays_s, *[0] * (rows + 1 - size)], dtype=np.int64),
        windows=(*(_apart(one) for one in windows), *[always] * (rows + 1 - size)),
        tours=tuple(tours),
    )


def _apart(windows: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Cut windows that reach into the next day where the next one begins."""
    cut = [
        (opens, min(last, following[0] - 1))
        for (opens, last), following in pairwise([*windows, (FAR, FAR)])
    ]
    return tuple((opens, last) for opens, last in cut if opens <= last)


@dataclass
class _Search:
    """The days at hand, the best so far, and what was reckoned already."""

    problem: DaysProblem
    random: np.random.Generator
    current: Solution = ()
    best: Solution = ()
    spent_s: float = 0.0
    ends: dict[tuple[int, Order], int] = field(default_factory=dict)
    places: dict[tuple[int, Order, int], tuple[int, int]] = field(default_factory=dict)

    def start(self, tours: Solution) -> None:
        """Begin with tours that may break a limit: their least valuable visits are dropped."""
        problem, kept = self.problem, []
        for day, tour in enumerate(tours):
            order = list(tour)
            while order and (len(order) > problem.a_day or self.end(day, tuple(order)) >= FAR):
                order.remove(min(order, key=lambda site: (problem.value[site], -site)))
            kept.append(tuple(order))
        self.current = self.best = self.filled(self.closed(tuple(kept)), noise=False)

    def run(self, seconds: float, bound: int) -> None:
        """Search until the work is done, or for long nothing shorter is found that is worth all."""
        stale = turn = 0
        while self.spent_s < seconds and (stale < ENOUGH or self.score(self.best)[0] < bound):
            turn += 1
            trial = self.exactly() if turn % 3 == 0 else self.shaken()
            score, best = self.score(trial), self.score(self.best)
            stale = 0 if score > best else stale + 1
            if score > best:
                self.best = trial
            if score >= self.score(self.current) or self.random.random() < 1 / 20:
                self.current = trial
            if stale % PATIENCE == PATIENCE - 1:
                self.current = self.best

    def score(self, days: Solution) -> Score:
        """Return what days are worth, then how short they are."""
        value = sum(self.problem.value[site] for order in days for site in order)
        length = sum(
            (self.end(day, order) if order else self.problem.empty_end(day)) - span.depart_s
            for day, (order, span) in enumerate(zip(days, self.problem.days, strict=True))
        )
        return value, -length

    def end(self, day: int, order: Order) -> int:
        """Return when a day ends; each is timed once."""
        key = (day, order)
        if key not in self.ends:
            self.spent_s += STEP_S * (2 + len(order))
            self.ends[key] = end_s(self.problem, day, order)
        return self.ends[key]

    def closed(self, days: Solution) -> Solution:
        """Drop whatever lacks what must come before it."""
        while True:
            at = {site: (day, n) for day, order in enumerate(days) for n, site in enumerate(order)}
            broken = {
                second
                for first, second in self.problem.before
                if second in at and (first not in at or at[first] > at[second])
            } | self.early(at)
            if not broken:
                return days
            days = tuple(tuple(s for s in order if s not in broken) for order in days)

    def early(self, at: Mapping[int, tuple[int, int]]) -> set[int]:
        """Return what of the sequence is visited after something that comes later in it."""
        found, latest = set(), (-1, -1)
        for site in self.problem.sequence:
            if site in at and at[site] < latest:
                found.add(site)
            latest = max(latest, at.get(site, latest))
        return found

    def shaken(self) -> Solution:
        """Take neighbouring visits out, and fill the days again."""
        problem, random = self.problem, self.random
        visited = [site for order in self.current for site in order]
        if not visited:
            return self.filled(self.current, noise=True)
        centre = int(random.integers(problem.size))
        near = sorted(visited, key=lambda site: problem.rows[centre][site] * random.uniform(0.5, 1))
        gone = set(near[: int(random.integers(1, min(MOST_GONE, len(near)) + 1))])
        left = tuple(tuple(s for s in order if s not in gone) for order in self.current)
        left = tuple(order if self.end(day, order) < FAR else () for day, order in enumerate(left))
        return self.filled(self.closed(left), noise=True)

    def filled(self, days: Solution, *, noise: bool) -> Solution:
        """Insert sites, one by one, where they are worth most for the time they add."""
        problem, power = self.problem, self.random.uniform(0.3, 1.5) if noise else 1.0
        left = set(range(problem.size)) - {site for order in days for site in order}
        while left:
            best: tuple[int, float, int, int, int] | None = None
            for site in sorted(left):
                # What is promised goes first: it may be worth its long way or wait to nobody else.
                tier = int(problem.value[site] >= PROMISED) + int(problem.value[site] >= REQUIRED)
                luck = self.random.uniform(1 - NOISE, 1) if noise else 1.0
                worth = luck * problem.value[site] ** power
                for day in range(len(days)):
                    delay, place = self.place(days, day, site)
                    found = (tier, worth / (delay + 60), site, day, place)
                    if delay < FAR and (best is None or found > best):
                        best = found
            if best is None:
                return days
            *_, site, day, place = best
            order = days[day]
            days = (*days[:day], (*order[:place], site, *order[place:]), *days[day + 1 :])
            left.remove(site)
        return days

    def place(self, days: Solution, day: int, site: int) -> tuple[int, int]:
        """Return what a site adds to a day at least, and where."""
        order = days[day]
        self.spent_s += LOOK_S
        problem = self.problem
        bound = site in problem.sequence or any(site in pair for pair in problem.before)
        key = (day, order, site)
        if key not in self.places or bound:
            self.places[key] = self._place(days, day, site, bound=bound)
        return self.places[key]

    def _place(self, days: Solution, day: int, site: int, *, bound: bool) -> tuple[int, int]:
        order, now = days[day], self.end(day, days[day]) if days[day] else 0
        if len(order) >= self.problem.a_day or not self.problem.windows[day][site]:
            return FAR, 0
        best = (FAR, 0)
        now = now or self.problem.empty_end(day)
        for place in range(len(order) + 1):
            longer = (*order[:place], site, *order[place:])
            if bound:
                trial = (*days[:day], longer, *days[day + 1 :])
                if self.closed(trial) != trial:
                    continue
            end = self.end(day, longer)
            if end < FAR:
                best = min(best, (end - now, place))
        return best

    def exactly(self) -> Solution:
        """Solve one day or two exactly, among their own sites and some that nobody visits."""
        problem, random = self.problem, self.random
        most = EXACT_PART if problem.walk_m is None else EXACT_WALKED_PART
        days = [int(day) for day in random.permutation(len(problem.days))[:2]]
        if sum(len(self.current[day]) for day in days) > most:
            days = days[:1]
        own = [site for day in sorted(days) for site in self.current[day]]
        if len(own) > most or not own:
            return self.shaken()
        visited = {site for order in self.current for site in order}
        others = [site for site in range(problem.size) if site not in visited]
        more = [others[int(i)] for i in random.permutation(len(others))[: most - len(own)]]
        return self._solved(sorted(days), [*own, *more])

    def _solved(self, days: Sequence[int], sites: Sequence[int]) -> Solution:
        """Return the current days with some solved among these sites, all of theirs included."""
        part = self.problem.part(sites)
        part = replace(
            part,
            days=tuple(part.days[day] for day in days),
            windows=tuple(tuple(self._allowed(day, site, sites) for site in sites) for day in days),
        )
        size = len(sites)
        self.spent_s += len(days) * (CALL_S * size**2 + CELL_S * size * 2**size)
        found = dict(zip(days, _named(Tables.of(part).best(), sites), strict=True))
        trial = tuple(found.get(day, order) for day, order in enumerate(self.current))
        return trial if self.closed(trial) == trial else self.current

    def _allowed(self, day: int, site: int, sites: Sequence[int]) -> Windows:
        """Return the windows of a site as far as what stands on other days allows it there."""
        at = {one: number for number, order in enumerate(self.current) for one in order}
        for first, second in self.problem.before:
            if second == site and first not in sites and at.get(first, day) >= day:
                return ()
            if first == site and second not in sites and at.get(second, day + 1) <= day:
                return ()
        for other, theirs in at.items():
            if other not in sites and (
                (theirs < day and self.problem.later[site] >> other & 1)
                or (theirs > day and self.problem.later[other] >> site & 1)
            ):
                return ()
        return self.problem.windows[day][site]


def _named(orders: Solution, sites: Sequence[int]) -> Iterator[Order]:
    """Yield orders of a part in the numbers of the whole."""
    return (tuple(sites[index] for index in order) for order in orders)
