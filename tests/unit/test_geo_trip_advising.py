"""Advice on limits: the smallest pair against every pair, what binds, and the end of the work."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from test_geo_trip import EN, SCHOOL, TOWN, ZH, Changed, wish
from test_geo_trip_solver import problem

from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.trip import Advice, TripImpossibleError, plan_trip, read_trip_request
from geo.trip import advising as module
from geo.trip.advising import search
from geo.trip.problem import Limits, Problem, WorkSpentError
from geo.trip.relaxing import Limit, Trial
from geo.trip.solver import solve

STEPS = 4


def limits() -> tuple[Limit, ...]:
    """Three limits of the random days, each of a few large steps."""

    def limit(name: Any, change: Callable[[Limits, int], Limits]) -> Limit:
        return Limit(name, STEPS, 1, change, lambda _: "")

    return (
        limit("back_by", lambda one, n: replace(one, back_s=one.back_s + n * 2700)),
        limit("walk_limit_m", lambda one, n: replace(one, walk_m=one.walk_m + n * 400)),
        limit("break_every_min", lambda o, n: replace(o, break_every_s=o.break_every_s + n * 900)),
    )


def enough_of(case: Problem) -> Callable[[Limits], bool]:
    def enough(changed: Limits) -> bool:
        found = solve(replace(case, limits=changed))
        return found is not None and len(found.visited) >= min(case.most, case.count)

    return enough


def smallest_by_hand(case: Problem, all_limits: Sequence[Limit]) -> int | None:
    """The fewest steps of two limits that are enough, every number of steps tried."""
    enough, sums = enough_of(case), []
    for first, second in itertools.combinations(all_limits, 2):
        for a, b in itertools.product(range(STEPS + 1), repeat=2):
            if enough(second.change(first.change(case.limits, a), b)):
                sums.append(a + b)
    return min(sums, default=None)


def test_no_pair_of_limits_is_smaller() -> None:
    pairs = 0
    for seed in range(60):
        case = problem(2, seed)
        tight = replace(case.limits, back_s=34_000, walk_m=100.0, break_every_s=1800)
        case = replace(case, limits=tight)
        enough = enough_of(case)
        if enough(case.limits):
            continue
        found = search(limits(), case.limits, Trial(enough))
        least = smallest_by_hand(case, limits())
        if found.single:
            assert least is not None
            assert least <= min(one.by for one in found.single)
            continue
        assert (sum(one.by for one in found.pair) if found.pair else None) == least
        pairs += bool(found.pair)
        if found.pair:
            named = {one.name: one for one in limits()}
            changed = case.limits
            for one in found.pair:
                changed = named[one.limit].change(changed, one.by)
            assert enough(changed)
    assert pairs >= 5


def advice_of(asked: Any, catalogue: Any, router: CchRouter) -> tuple[Advice, bool]:
    """The advice, and whether everything is seen."""
    try:
        trip = plan_trip(asked, catalogue, router)
    except TripImpossibleError as error:
        return error.advice, False
    return trip.advice, not trip.left_out


def test_where_no_limit_is_enough_two_are_and_planning_again_confirms_it(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    asked = wish(transport="walk", walk_limit_m=500, back_by="09:00", stops=TOWN[:2])
    advice, _ = advice_of(asked, qingdao, qingdao_router)
    assert not advice.single
    assert len(advice.pair) == 2
    assert not advice.cut
    (offer,) = advice.offers
    changed = read_trip_request(asked.model_dump() | dict(offer.settings))
    assert plan_trip(changed, qingdao, qingdao_router).classes
    for one in advice.pair:
        alone = read_trip_request(asked.model_dump() | {one.limit: one.value})
        with pytest.raises(TripImpossibleError):
            plan_trip(alone, qingdao, qingdao_router)
    for texts in (ZH, EN):
        assert all(one.value in offer.notice.text(texts) for one in advice.pair)


def test_more_days_than_sites_is_said_with_the_days_to_choose(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    asked = wish(days=2, lodging=(120.38, 36.06), stops=TOWN[:1])
    advice, _ = advice_of(asked, qingdao, qingdao_router)
    (offer,) = advice.offers
    assert offer.notice.code == "trip-few-sites"
    assert dict(offer.settings) == {"days": "1"}
    changed = read_trip_request(asked.model_dump() | dict(offer.settings))
    assert plan_trip(changed, qingdao, qingdao_router).classes


def test_what_no_limit_can_help_is_named(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    hours = {TOWN[0]: "Fr 09:00-10:00", TOWN[1]: "Fr 09:00-10:00"}
    early: Any = Changed(qingdao, hours)
    advice, all_in = advice_of(wish(stops=TOWN[:2]), early, qingdao_router)
    assert not all_in
    assert [one.code for one in advice.remarks] == ["trip-binds-hours"]
    late = {TOWN[0]: "Fr 11:00-12:30", TOWN[1]: "Fr 09:00-10:30"}
    listed = wish(stops=TOWN[:2], order="given")
    advice, _ = advice_of(listed, Changed(qingdao, late), qingdao_router)
    assert [one.code for one in advice.remarks] == ["trip-binds-order"]


def test_three_limits_that_bind_together_are_named(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    asked = wish(
        transport="walk",
        walk_limit_m=300,
        back_by="08:40",
        break_every_min=15,
        stops=["cpc-qingdao-memorial"],
        at=(120.3125, 36.0645),
    )
    advice, _ = advice_of(asked, qingdao, qingdao_router)
    assert advice.offers == ()
    (binds,) = advice.remarks
    assert binds.code == "trip-binds-limits"
    assert set(str(binds.values["limits_key"]).split()) >= {"trip.walk_limit_m"}


def test_a_search_that_costs_too_much_stops_and_says_so(
    qingdao: Catalogue, qingdao_router: CchRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little it may cost, what is offered is enough; with no end it is the smallest."""
    asked = wish(back_by="10:30", stops=TOWN[:3])
    whole, _ = advice_of(asked, qingdao, qingdao_router)
    assert whole.single
    assert not whole.cut
    for work in (0, 20, 60, 150, 400):
        monkeypatch.setattr(module, "WORK", work)
        advice, _ = advice_of(asked, qingdao, qingdao_router)
        said = "trip-advice-cut" if advice.offers else "trip-advice-cut-none"
        assert advice.cut == (bool(advice.notices) and advice.notices[-1].code == said)
        assert advice.cut or advice == whole
        for offer in advice.offers:
            changed = read_trip_request(asked.model_dump() | dict(offer.settings))
            assert advice_of(changed, qingdao, qingdao_router)[1]
    monkeypatch.setattr(module, "WORK", 0)
    assert advice_of(asked, qingdao, qingdao_router)[0] == Advice(cut=True)


def test_ten_sites_over_two_days_are_solved_exactly_and_the_advice_is_whole(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    asked = wish(stops=qingdao.sites.index[10:60:5], days=2, lodging=SCHOOL, back_by="15:30")
    trip = plan_trip(asked, qingdao, qingdao_router)
    assert trip.exact
    assert trip.left_out
    assert trip.advice.offers
    assert not trip.advice.cut
    for offer in trip.advice.offers:
        changed = read_trip_request(asked.model_dump() | dict(offer.settings))
        assert plan_trip(changed, qingdao, qingdao_router).left_out == ()


def test_an_earlier_lunch_keeps_its_latest_hour(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    """Without `lunch_to` the latest hour follows `lunch_from`: the offer says both."""
    asked = wish(stops=TOWN[:2], lunch_from="14:00", back_by="14:40", depart="11:00")
    advice, _ = advice_of(asked, qingdao, qingdao_router)
    (offer,) = [one for one in advice.offers if "lunch_from" in one.settings]
    assert offer.settings["lunch_to"] == "14:00"
    changed = read_trip_request(asked.model_dump() | dict(offer.settings))
    assert plan_trip(changed, qingdao, qingdao_router).classes


def test_a_trial_that_is_stopped_leaves_what_is_known_to_be_enough() -> None:
    def enough(_: Limits) -> bool:
        raise WorkSpentError

    trial = Trial(enough)
    assert trial.least(0, 9, lambda _: problem(1, 0).limits) == 9
    assert trial.cut
