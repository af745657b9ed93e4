"""What would let every site in: one limit changed, else two; else what stands in the way.

Everything offered is confirmed by solving again. Solving may cost so much and no more (`WORK`,
counted in labels, so the same on every machine); where that is spent, the advice says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from geo.messages import Notice, Value

from .problem import EVER_S, Limits, Problem, Work, WorkSpentError
from .relaxing import (
    EARLIEST_S,
    LATEST_S,
    Limit,
    Relaxation,
    Trial,
    changeable,
    settings_of,
    smallest,
)
from .timing import clock
from .world import World

WORK = 200_000
"""Labels that all trials together may make: a few seconds; ten sites over three days need less."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a teacher is told, and the parameters of the request that do it."""

    notice: Notice
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """What would let every site in (`all_in`), or one at least.

    `single`: each change that does alone. `pair`: where none does, the two that do together with
    the fewest steps in all. `few`: `days` and the `sites` that can be seen, as there is not one
    for each day. `binds`: where nothing of that helps, what stands in the way. `cut`: the work was
    spent before all was tried, so that a smaller change may do, or one that is not listed.
    `instead`: for sites that no limit lets in, others in their place.
    """

    single: tuple[Relaxation, ...] = ()
    pair: tuple[Relaxation, ...] = ()
    few: tuple[int, int] | None = None
    binds: Notice | None = None
    cut: bool = False
    instead: tuple[Offer, ...] = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What can be done at one press of a button."""
        found = list(self.instead)
        found += (Offer(one.notice, settings_of(one)) for one in self.single)
        if self.pair:
            found.append(Offer(_said(self.pair), settings_of(*self.pair)))
        if self.few is not None:
            days, sites = self.few
            notice = Notice("trip-few-sites", values={"days": days, "sites": sites})
            found.append(Offer(notice, {"days": str(sites)}))
        return tuple(found)

    @property
    def remarks(self) -> tuple[Notice, ...]:
        """What is said besides: what stands in the way, that the search was cut short."""
        binds = [] if self.binds is None else [self.binds]
        found = self.single or self.pair or self.few
        code = "trip-advice-cut" if found else "trip-advice-cut-none"
        return (*binds, *([Notice(code, "info")] if self.cut else []))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Everything to be said."""
        return (*(one.notice for one in self.offers), *self.remarks)


NO_ADVICE = Advice()
"""Nothing is missed, or no limit is to blame."""


def _said(pair: Sequence[Relaxation]) -> Notice:
    first, second = pair
    values: dict[str, Value] = {
        "first_name_key": f"trip.{first.limit}",
        "first": first.value,
        "second_name_key": f"trip.{second.limit}",
        "second": second.value,
    }
    return Notice("trip-relax-pair" if first.all_in else "trip-relax-any-pair", "info", values)


def advise(world: World, seen: int, reachable: int) -> Advice:
    """Return what would let each class see every site it can, or one where it sees none.

    Parameters
    ----------
    world
        The trip.
    seen
        How many sites each class sees as things are.
    reachable
        How many are open and can be reached at all.
    """
    wanted, days = min(reachable, world.most), world.request.days
    if seen >= wanted:
        return NO_ADVICE
    if not seen and wanted < days:
        return Advice(few=(days, wanted))
    goal = wanted if seen else 1
    work = Work(WORK)

    def enough(limits: Limits) -> bool:
        return _seen(world, replace(world.problem, limits=limits, work=work), goal)

    limits = changeable(world.request, world.problem.limits)
    found = search(limits, world.problem.limits, Trial(enough))
    if not (found.offers or found.remarks):
        found = _binding(world, limits, work, goal)
    all_in = goal >= wanted
    return replace(
        found,
        single=tuple(replace(one, all_in=all_in) for one in found.single),
        pair=tuple(replace(one, all_in=all_in) for one in found.pair),
    )


def _seen(world: World, problem: Problem, goal: int) -> bool:
    found = world.solved(replace(problem, least=goal, any_way=True))
    return min(len(one.visited) for one in found) >= goal


def search(limits: Sequence[Limit], now: Limits, trial: Trial) -> Advice:
    """Return the advice on the limits alone; with nothing in it, no change of them is enough.

    A step of one limit counts as much as a step of another: 5 minutes, 100 m, a class at a site.
    """
    single: list[Relaxation] = []
    pairs = Pairs([one for one in limits if one.steps > 0], now, trial)
    binds = None
    try:
        made = (smallest(one, now, trial) for one in limits)
        single.extend(one for one in made if one is not None)
        if not single and trial.enough(pairs.changed({one: one.steps for one in pairs.limits})):
            binds = pairs.search()
    except WorkSpentError:
        trial.cut = True
    pair = () if single else pairs.best
    return Advice(tuple(single), pair, binds=None if pair else binds, cut=trial.cut)


class Pairs:
    """The search for the two limits that are enough together with the fewest steps in all."""

    def __init__(self, limits: Sequence[Limit], now: Limits, trial: Trial) -> None:
        self.limits = limits
        self.best: tuple[Relaxation, ...] = ()
        self._now, self._trial = now, trial
        self._total = EVER_S

    def changed(self, steps: Mapping[Limit, int]) -> Limits:
        """Return the limits changed by so many steps each."""
        limits = self._now
        for limit, count in steps.items():
            limits = limit.change(limits, count)
        return limits

    def search(self) -> Notice:
        """Find the best pair; return what is said where there is none.

        Raises
        ------
        WorkSpentError
            `best` is enough if there is one, but perhaps not the smallest.
        """
        # Times first: they help most, and should the work be spent there is something to offer.
        pairs = tuple(itertools.combinations(self.limits, 2))
        for first, second in pairs[:1]:
            self._try(first, second)
        needed = [
            limit
            for limit in self.limits
            if not self._enough({one: one.steps for one in self.limits if one is not limit})
        ]
        for first, second in pairs[1:]:
            if {first, second}.issuperset(needed):
                self._try(first, second)
        if not needed:
            return Notice("trip-relax-none", "info")
        return Notice(
            "trip-binds-limits",
            values={"limits_key": " ".join(f"trip.{one.name}" for one in needed)},
        )

    def _enough(self, steps: Mapping[Limit, int]) -> bool:
        return self._trial.enough(self.changed(steps))

    def _try(self, first: Limit, second: Limit) -> None:
        def steps(a: int, b: int) -> Limits:
            return self.changed({first: a, second: b})

        trial = self._trial
        if not trial.enough(steps(first.steps, second.steps)):
            return
        self._take(first, first.steps, second, second.steps)
        # Neither does alone, so each of them needs at least one step.
        a = trial.least(0, first.steps, lambda n: steps(n, second.steps))
        least = trial.least(0, second.steps, partial(steps, first.steps))
        while a <= first.steps and a + least < self._total:
            most = min(second.steps, self._total - a - 1)
            if trial.enough(steps(a, most)):
                b = trial.least(least - 1, most, partial(steps, a))
                self._take(first, a, second, b)
            a += 1

    def _take(self, first: Limit, a: int, second: Limit, b: int) -> None:
        if a + b < self._total:
            self._total = a + b
            self.best = (first.relaxed(self._now, a), second.relaxed(self._now, b))


def _binding(world: World, limits: Sequence[Limit], work: Work, goal: int) -> Advice:
    """Return what else stands in the way, where no change of the limits is enough."""
    relaxed = world.problem.limits
    for limit in limits:
        relaxed = limit.change(relaxed, max(limit.steps, 0))
    try:
        for code, other in _others(replace(world.problem, limits=relaxed, work=work)):
            if _seen(world, other, goal):
                return Advice(binds=Notice(code))
    except WorkSpentError:
        return Advice(cut=True)
    values: dict[str, Value] = {"first": clock(EARLIEST_S), "last": clock(LATEST_S)}
    return Advice(binds=Notice("trip-binds-day", values=values))


def _others(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Yield what is no limit of the form, and the problem without it."""
    if problem.order:
        yield "trip-binds-order", replace(problem, order=())
    ever = tuple(tuple(((0, EVER_S),) for _ in day) for day in problem.windows)
    yield "trip-binds-hours", replace(problem, windows=ever, order=())
