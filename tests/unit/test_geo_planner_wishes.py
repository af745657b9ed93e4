"""Who comes, where a day starts and ends, and how far people walk and ride, in a small world."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from planner_world import StraightRouter, catalogue_of, make_site

from geo.errors import UnknownSiteError
from geo.models import Itinerary
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
A = make_site("a", 120.300, 36.060, step_free="no")
B = make_site("b", 120.3012, 36.060, step_free="partial")
C = make_site("c", 120.3022, 36.0604, step_free="unknown")
D = make_site("d", 120.400, 36.100)
FAR = [120.30, 36.60]


def planned(**wish: Any) -> Itinerary:
    wish = {"stops": ["a", "b", "c", "d"], "depart": "2026-11-28T09:00", **wish}
    return plan(read_request(wish), catalogue_of(A, B, C, D), StraightRouter(20.0), now=NOW)


def codes(found: Itinerary, site: str) -> set[str]:
    return {n.code for stop in found.stops if stop.site_id == site for n in stop.notices}


def modes(found: Itinerary) -> list[str]:
    return [leg.mode for leg in found.legs]


def test_the_car_is_left_once_for_near_sites_and_fetched_again() -> None:
    found = planned(mode="auto")
    assert modes(found).count("drive") == 1
    ride = modes(found).index("drive")
    assert found.legs[ride].parking_s == 300
    ends = {(found.stops[n].lon, found.stops[n].lat) for n in (0, -1)}
    assert (found.stops[ride].lon, found.stops[ride].lat) in ends
    assert (found.stops[ride + 1].lon, found.stops[ride + 1].lat) in ends
    assert "parking-assumed" in {notice.code for notice in found.notices}
    assert [total.mode for total in found.modes] == list(dict.fromkeys(modes(found)))
    assert sum(total.length_m for total in found.modes) == pytest.approx(found.length_m, abs=0.2)


def test_sites_that_are_all_near_need_no_car() -> None:
    found = planned(mode="auto", stops=["a", "b", "c"])
    assert modes(found) == ["walk", "walk"]
    assert found.mode == "walk"
    assert "parking-assumed" not in {notice.code for notice in found.notices}


def test_of_days_that_cost_the_same_the_listing_of_the_sites_chooses_none() -> None:
    """Both directions take as long; the optional ones are worth the same."""
    found = {
        tuple(stop.site_id for stop in planned(mode="walk", hours="keep", **wish).stops)
        for order in itertools.permutations(["a", "b", "c"])
        for wish in ({"stops": list(order)}, {"stops": ["b"], "optional": list(order), "a_day": 2})
    }
    assert len(found) == 2


def test_a_coach_is_taken_ahead_by_its_driver() -> None:
    found = planned(mode="coach", longest_walk=600)
    assert sorted(modes(found)) == ["coach", "walk", "walk"]
    assert all(stop.kind == "site" for stop in found.stops)
    assert "coach-follows" in {notice.code for notice in found.notices}
    assert found.quality is not None
    assert found.quality.exact


def test_without_a_longest_walk_every_leg_is_driven_as_ever() -> None:
    found = planned(mode="drive")
    assert set(modes(found)) == {"drive"}
    assert all(leg.parking_s == 0 for leg in found.legs)


def test_a_long_ride_has_its_breaks_evenly() -> None:
    found = planned(mode="drive", start=FAR, stops=["d"], break_every=30)
    rests = [stop for stop in found.stops if stop.kind == "break"]
    assert len(rests) == 3
    assert all(leg.duration_s <= 1800 for leg in found.legs)
    assert all(rest.stay_s == 1200 and "Straight Road" in rest.name_en for rest in rests)
    assert found.stay_s == D.visit_min * 60


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [("longest_walk", 500, "left-out-walk"), ("walk_a_day", 600, "left-out-walk-a-day")],
)
def test_a_walk_that_is_too_long_is_the_reason(limit: str, value: int, reason: str) -> None:
    found = planned(mode="walk", **{limit: value})
    (out,) = found.left_out
    assert (out.site_id, out.reason.code) == ("d", reason)
    (change,) = [one for one in out.relaxations if one.limit == limit]
    assert not planned(mode="walk", **{limit: int(change.value)}).left_out
    assert planned(mode="walk", **{limit: int(change.value) - 100}).left_out


def test_a_day_starts_and_ends_at_sites() -> None:
    found = planned(mode="walk", stops=["a", "b"], start="a", end="c")
    first, last = found.stops[0], found.stops[-1]
    assert (first.kind, first.site_id, first.name_zh) == ("start", None, A.name_zh)
    assert (last.kind, last.lon, last.lat) == ("end", C.lon, C.lat)
    assert found.stops[1].site_id == "a"
    assert (found.legs[0].length_m, found.legs[0].duration_s) == (0.0, 0)
    kept = planned(mode="walk", stops=["a", "b"], start="a", end="c", hours="keep")
    assert kept.legs == found.legs
    with pytest.raises(UnknownSiteError):
        planned(start="nowhere")


def test_sites_with_steps_are_left_out_where_none_are_wanted() -> None:
    found = planned(mode="drive", step_free=True)
    (out,) = found.left_out
    assert (out.site_id, out.reason.code) == ("a", "left-out-steps")
    assert [change.limit for change in out.relaxations] == ["step_free"]
    assert not planned(mode="drive", hours="keep").left_out
    assert "step-free-partial" in codes(found, "b")
    assert "step-free-unknown" in codes(found, "c")
    assert not {code for code in codes(found, "d") if code.startswith("step-free")}


def test_how_many_come_is_told_against_no_record() -> None:
    (notice,) = [one for one in planned(people=45).notices if one.code == "capacity-unknown"]
    assert notice.values == {"people": 45}
