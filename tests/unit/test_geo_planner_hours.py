"""Days that keep to hours, over a small made-up world: what a traveller is told, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from planner_world import HARBOUR, StraightRouter, catalogue_of, make_site

from geo.errors import BadRequestError, InvalidParameterError
from geo.exchange import from_document, to_document
from geo.models import Itinerary
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SATURDAY = "2026-11-28T09:00"
# 0.01° of longitude at 36° N is about 900 m: 12 minutes on foot at 1.25 m/s.
WORLD = catalogue_of(
    make_site("a", 120.30, 36.06, visit_min=60),
    make_site("late", 120.31, 36.06, visit_min=60, opening_hours="Mo-Su 13:00-17:00"),
    make_site("shut", 120.32, 36.06, visit_min=30, opening_hours="Mo-Fr 09:00-17:00"),
    make_site("early", 120.33, 36.06, visit_min=30, opening_hours="Mo-Su 08:00-09:20"),
)


def day(**wish: Any) -> Itinerary:
    return plan(read_request({"depart": SATURDAY, **wish}), WORLD, StraightRouter(), now=NOW)


def codes(itinerary: Itinerary) -> dict[str, str]:
    return {out.site_id: out.reason.code for out in itinerary.left_out}


def test_who_comes_early_waits_at_the_door_and_is_told() -> None:
    stop = day(stops=["a", "late"], hours="keep").stops[1]
    assert stop.site_id == "late"
    assert (stop.departure - stop.arrival).total_seconds() == stop.wait_s + stop.stay_s  # type: ignore[operator]
    assert f"{stop.departure:%H:%M}" == "14:00"
    assert ("waits", {"begins": "13:00"}) in [(n.code, dict(n.values)) for n in stop.notices]


def test_a_site_closed_that_day_is_left_out_with_its_next_open_day() -> None:
    found = day(stops=["a", "shut"], hours="keep")
    assert codes(found) == {"shut": "left-out-closed"}
    assert found.left_out[0].reason.values["next"] == "2026-11-30"
    assert found.left_out[0].later_min is None
    assert found.most_sites == 1


def test_the_last_admission_and_the_earliest_arrival_are_named() -> None:
    found = day(stops=["a", "early"], hours="keep", start=[120.30, 36.06])
    values = found.left_out[0].reason.values
    # 30 minutes before 09:20; 0.03° away, so 36 minutes after 09:00.
    assert (values["last"], values["arrival"]) == ("08:50", "09:36")


def test_a_required_site_is_worth_more_than_any_optional_ones() -> None:
    # 60 + 12 + 60 minutes: only one of the two fits until 10:30.
    found = day(stops=["a"], optional=["late", "shut"], until="10:30")
    assert [stop.site_id for stop in found.stops] == ["a"]
    # "late" opens at 13:00 and takes an hour: 14:00 is 3 h 30 min after 10:30.
    assert {out.site_id: out.later_min for out in found.left_out} == {"late": 210, "shut": None}
    assert codes(found)["late"] == "left-out-no-room"


def test_lunch_follows_a_visit_and_visits_last_as_long_as_wished() -> None:
    found = day(stops=["a", "late"], lunch=45, visits=[["a", 120]])
    first, last = found.stops
    # 09:00 to 11:00 at a, lunch until 11:45.
    assert (first.stay_s, first.pause_s, f"{first.departure:%H:%M}") == (7200, 2700, "11:45")
    assert last.pause_s == 0
    assert from_document(to_document(found)) == found


def test_appointments_and_precedence_decide_the_order() -> None:
    found = day(stops=["a", "late"], appointments=[["late", "14:00"]], before=[["late", "a"]])
    assert [stop.site_id for stop in found.stops] == ["late", "a"]
    assert f"{found.stops[0].departure:%H:%M}" == "15:00"


def test_nothing_that_fits_is_an_error_that_says_why() -> None:
    with pytest.raises(InvalidParameterError) as caught:
        day(stops=["shut"], hours="keep")
    assert caught.value.data["rule"] == "nothing_fits"
    assert "left-out-closed" in str(caught.value.data["reasons"])


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        ({"stops": ["a"], "until": "17:00", "order": "given"}, "timed_order"),
        ({"stops": ["a"], "until": "17:00", "hours": "warn"}, "timed_hours"),
        ({"stops": ["a"], "until": "08:30"}, "until_early"),
        ({"stops": ["a"], "until": "25:00"}, "clock_time"),
        ({"stops": ["a"], "lunch": 5}, "greater_than_equal"),
        ({"stops": ["a"], "visits": [["late", 30]]}, "not_in_plan"),
        ({"stops": ["a"], "appointments": [["late", "10:00"]]}, "not_in_plan"),
        ({"stops": ["a"], "before": [["a", "late"]]}, "not_in_plan"),
        ({"stops": ["a"], "sequence": ["a", "late"]}, "not_in_plan"),
        ({"stops": ["a"], "sequence": ["a", "a"]}, "sequence_twice"),
        ({"stops": ["a"], "sequence": ["a", "b"], "before": [["b", "a"]]}, "sequence_before"),
    ],
)
def test_wishes_that_cannot_be_meant_are_refused(wish: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        day(**wish)
    assert caught.value.data["rule"] == rule


def test_a_day_whose_ways_may_take_longer_than_planned_says_when_it_may_end() -> None:
    """`far` is an area: the way there is a range, and its longest time ends after the limit."""
    near = make_site("near", *HARBOUR)
    far = make_site("far", HARBOUR[0] + 0.02, HARBOUR[1], accuracy_m=4000.0)
    wish = {"stops": ["near", "far"], "depart": "2026-11-28T09:00", "mode": "walk"}
    catalogue = catalogue_of(near, far)
    found = plan(read_request({**wish, "until": "10:45"}), catalogue, StraightRouter(), now=NOW)
    (late,) = (one for one in found.notices if one.code == "may-end-late")
    assert (late.values["until"], late.level) == ("10:45", "warning")
    assert late.values["latest"] > "10:45"
    found = plan(read_request({**wish, "until": "20:00"}), catalogue, StraightRouter(), now=NOW)
    assert "may-end-late" not in [one.code for one in found.notices]


def test_no_visit_is_offered_that_is_too_short_to_be_one() -> None:
    """An hour each and 75 minutes in all: half an hour would fit, a quarter would not be one."""
    one, two = (make_site(name, *HARBOUR, visit_min=60) for name in ("one", "two"))
    wish = {"stops": ["one", "two"], "depart": "2026-11-28T09:00", "a_day": 2}
    for until, found in (("10:35", {"35"}), ("10:25", set())):
        request = read_request({**wish, "until": until})
        (out,) = plan(request, catalogue_of(one, two), StraightRouter(), now=NOW).left_out
        assert {change.value for change in out.relaxations if change.limit == "visit"} == found
