"""What is different from the plan before: which visits moved, and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from planner_world import StraightRouter, catalogue_of, make_site

from geo.errors import InvalidParameterError
from geo.models import Itinerary
from geo.planner import plan, read_request
from geo.planner.changes import change_notices, change_since, plan_before, read_before

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SITES = [make_site(one, 120.30 + 0.01 * n, 36.06) for n, one in enumerate("abcde")]


def planned(**wish: Any) -> Itinerary:
    # A start in the west: the stops from west to east are the one best order.
    said = {"depart": "2026-11-28T09:00", "start": [120.295, 36.06], "hours": "keep", **wish}
    return plan(read_request(said), catalogue_of(*SITES), StraightRouter(), now=NOW)


def kinds(before: Itinerary, after: Itinerary) -> dict[str, str]:
    return {move.site_id: move.kind for move in change_since(plan_before(before), after).moves}


def test_a_plan_is_read_as_it_was_written() -> None:
    before = plan_before(planned(stops=["a", "b", "c"]))
    assert read_before(str(before)) == before
    bare = read_before("a@2026-11-28T09:00,b@2026-11-28T10:05:30")
    assert [site for site, _ in bare.visits] == ["a", "b"]
    assert bare.travel_s is None
    assert read_before(str(bare)) == bare


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a@",
        "a@2026-11-28",
        "a@2026-13-28T09:00",
        "a@2026-11-28T09:00;1",
        "A@2026-11-28T09:00",
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        read_before(text)
    assert caught.value.data["rule"] == "plan_before"


def test_the_same_plan_moves_nothing() -> None:
    before = planned(stops=["a", "b", "c"])
    change = change_since(plan_before(before), planned(stops=["c", "b", "a"]))
    assert (change.moves, change.travel_s, change.away_s) == ((), 0, 0)
    assert [one.code for one in change_notices(change, {})] == ["change-none"]


def test_each_way_to_move_is_told_with_what_it_costs() -> None:
    before = planned(stops=["a", "b", "c"])
    assert kinds(before, planned(stops=["a", "b", "d"])) == {"c": "gone", "d": "new"}
    later = planned(stops=["a", "b", "c"], appointments=[["c", "15:00"]])
    assert kinds(before, later) == {"c": "time"}
    # b first: 900 m back to a, then 1,800 m on to c, in place of 900 m and 900 m.
    order = planned(stops=["a", "b", "c"], sequence=["b", "a", "c"])
    assert kinds(before, order) == {"a": "time", "b": "order", "c": "time"}
    change = change_since(plan_before(before), order)
    assert change.travel_s == order.travel_s - before.travel_s > 0
    codes = [one.code for one in change_notices(change, {})]
    assert codes[:2] == ["change-travel-more", "change-away-more"]
    on = [planned(stops=["a", "c"], days=2, appointments=[["c", f"2026-11-{d}"]]) for d in (28, 29)]
    assert kinds(*on)["c"] == "day"


def test_locks_are_kept_when_a_plan_is_made_again() -> None:
    before = planned(stops=["a", "b", "c"])
    begins = {stop.site_id: stop.arrival for stop in before.stops}
    held = [[one, f"{at:%Y-%m-%dT%H:%M:%S}"] for one, at in begins.items() if at]
    again = planned(stops=["a", "b", "c", "e"], appointments=held)
    assert kinds(before, again) == {"e": "new"}
    # Nothing else may push out what is locked: c alone fits, and both others would.
    short = planned(stops=["a", "b", "c"], until="10:10", appointments=[["c", "09:35"]])
    assert [stop.site_id for stop in short.stops] == [None, "c"]


def test_locks_that_contradict_each_other_leave_one_out_and_say_so() -> None:
    found = planned(stops=["a", "c"], appointments=[["a", "10:00"], ["c", "10:05"]])
    assert [out.reason.code for out in found.left_out] == ["left-out-locked"]
    found = planned(
        stops=["a", "c"], days=2, sequence=["a", "c"],
        appointments=[["a", "2026-11-29"], ["c", "2026-11-28"]],
    )  # fmt: skip
    assert [out.reason.code for out in found.left_out] == ["left-out-locked"]
