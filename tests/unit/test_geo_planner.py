"""`plan()`: times, defaults, notices and doubts of an itinerary over straight roads."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from planner_world import SPEED_MS, StraightRouter, catalogue_of, make_route, make_site, metres

from geo.errors import (
    NoPathError,
    OffNetworkError,
    TooManyStopsError,
    UnknownRouteError,
    UnknownSiteError,
)
from geo.exchange import to_document
from geo.messages import Notice
from geo.models import Itinerary, Place
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
A = make_site("a", 120.30, 36.06)
B = make_site("b", 120.32, 36.06, visit_min=45)
C = make_site("c", 120.36, 36.06)
WORLD = catalogue_of(
    A,
    B,
    C,
    routes=[
        make_route("red", ["a", "c", "b"]),
        make_route("coach", ["a", "b"], mode="coach", provenance="curated"),
        make_route("from", ["a"], start=Place("站", "Station", 120.31, 36.06)),
    ],
)


def planned(router: Any = None, catalogue: Any = WORLD, **values: Any) -> Itinerary:
    return plan(read_request(values), catalogue, router or StraightRouter(), now=NOW)


def codes(notices: Sequence[Notice]) -> set[str]:
    return {notice.code for notice in notices}


def test_the_best_order_walks_straight_through() -> None:
    itinerary = planned(stops=["c", "a", "b"], start=[120.29, 36.06])
    assert [stop.site_id for stop in itinerary.stops] == [None, "a", "b", "c"]


def test_times_are_departure_plus_legs_plus_visits() -> None:
    itinerary = planned(stops=["a", "b"], depart="2026-11-28T10:00", order="given")
    first, second = itinerary.stops
    walk = round(metres((120.30, 36.06), (120.32, 36.06)) / SPEED_MS["walk"])
    assert first.arrival == datetime(2026, 11, 28, 10, tzinfo=SHANGHAI)
    assert first.departure == first.arrival + timedelta(minutes=30)
    assert second.arrival == first.departure + timedelta(seconds=walk)
    assert second.departure == second.arrival + timedelta(minutes=45)
    assert (itinerary.travel_s, itinerary.stay_s) == (walk, 75 * 60)


def test_a_start_has_no_arrival_and_an_end_no_departure() -> None:
    stops = planned(stops=["a"], start=[120.29, 36.06], end=[120.29, 36.06]).stops
    assert [stop.kind for stop in stops] == ["start", "site", "end"]
    assert stops[0].arrival is None
    assert stops[-1].departure is None


def test_left_out_departure_is_nine_next_morning_in_qingdao() -> None:
    # 03:00 UTC on the 24th is 11:00 in Qingdao; 17:00 UTC is already the 25th there.
    assert planned(stops=["a"]).stops[0].arrival == datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
    late = plan(read_request({"stops": ["a"]}), WORLD, StraightRouter(), now=NOW.replace(hour=17))
    assert late.days[0].date.isoformat() == "2026-11-26"


def test_one_stop_is_a_day_without_legs() -> None:
    itinerary = planned(stops=["a"])
    assert (len(itinerary.stops), len(itinerary.legs), itinerary.length_m) == (1, 0, 0)


def test_a_stop_asked_for_twice_is_visited_once_and_said() -> None:
    itinerary = planned(stops=["a", "b", "a"])
    assert sorted(stop.site_id for stop in itinerary.stops) == ["a", "b"]
    by_id = {stop.site_id: stop for stop in itinerary.stops}
    assert "merged-stop" in codes(by_id["a"].notices)
    assert "merged-stop" not in codes(by_id["b"].notices)


def test_a_route_keeps_its_published_order_unless_asked() -> None:
    assert [s.site_id for s in planned(route="red").stops] == ["a", "c", "b"]
    best = planned(route="red", order="best")
    assert [s.site_id for s in best.stops] in (["a", "b", "c"], ["c", "b", "a"])
    assert best.travel_s < planned(route="red").travel_s


def test_a_coach_route_goes_by_coach_and_a_curated_one_says_so() -> None:
    itinerary = planned(route="coach")
    assert itinerary.mode == "coach"
    assert itinerary.provenance == "curated"
    assert "curated-route" in codes(itinerary.notices)
    assert "curated-route" not in codes(planned(route="red").notices)


def test_a_route_brings_its_own_start_unless_the_visitor_has_one() -> None:
    assert planned(route="from").stops[0].name_en == "Station"
    assert planned(route="from", start=[120.2, 36.0]).stops[0].lon == 120.2


def test_a_route_with_more_sites_than_fit_is_refused() -> None:
    sites = [make_site(f"s{i}", 120.3 + i / 1000, 36.06) for i in range(61)]
    route = make_route("long", [site.id for site in sites])
    with pytest.raises(TooManyStopsError):
        planned(catalogue=catalogue_of(*sites, routes=[route]), route="long")


def test_unknown_ids_are_named() -> None:
    with pytest.raises(UnknownSiteError) as caught:
        planned(stops=["a", "nowhere", "never"])
    assert caught.value.data["ids"] == ["nowhere", "never"]
    with pytest.raises(UnknownRouteError):
        planned(route="nowhere")


def test_a_day_past_midnight_goes_on_into_the_next_date() -> None:
    itinerary = planned(stops=["a", "b"], depart="2026-12-31T23:00", order="given")
    assert itinerary.stops[1].departure.date().isoformat() == "2027-01-01"
    assert "past-midnight" in codes(itinerary.notices)
    assert "past-midnight" not in codes(planned(stops=["a"]).notices)


def test_sixty_stops_are_planned() -> None:
    sites = [make_site(f"s{i}", 120.3 + 0.01 * (i * 7 % 60), 36.06) for i in range(60)]
    itinerary = planned(catalogue=catalogue_of(*sites), stops=[site.id for site in sites])
    lons = [stop.lon for stop in itinerary.stops]
    assert lons in (sorted(lons), sorted(lons, reverse=True))


def test_a_missing_way_is_avoided_where_another_order_can() -> None:
    router = StraightRouter(walls=frozenset({("a", "b"), ("b", "a")}))
    order = [stop.site_id for stop in planned(router, stops=["a", "b", "c"]).stops]
    assert order in (["a", "c", "b"], ["b", "c", "a"])


def test_no_order_around_a_missing_way_names_its_ends() -> None:
    router = StraightRouter(walls=frozenset({("a", "b"), ("b", "a")}))
    for order in ("best", "given"):
        with pytest.raises(NoPathError) as caught:
            planned(router, stops=["a", "b"], order=order)
        assert {caught.value.data["origin"], caught.value.data["destination"]} == {"a", "b"}


def test_a_position_at_sea_is_refused() -> None:
    with pytest.raises(OffNetworkError) as caught:
        planned(StraightRouter(aside_m=9000), stops=["a"], start=[120.5, 35.5])
    assert caught.value.data["position"] == "a"


def test_the_network_says_what_it_is() -> None:
    assert "schematic-network" in codes(planned(stops=["a"]).notices)
    # The straight network's driving was never measured.
    assert "schematic-network-unmeasured" in codes(planned(stops=["a"], mode="drive").notices)
    assert not planned(StraightRouter(fidelity="street"), stops=["a"]).notices


def test_approaches_are_walked_and_counted() -> None:
    leg = planned(StraightRouter(aside_m=100), stops=["a", "b"], mode="drive").legs[0]
    assert (leg.approach_start_m, leg.approach_start_s) == (100, 80)  # 100 m at 1.25 m/s
    assert leg.length_m == pytest.approx(200 + sum(s.length_m for s in leg.spans), abs=0.2)
    assert leg.duration_s == 160 + round(sum(s.duration_s for s in leg.spans))


UNSURE = make_site("unsure", 120.36, 36.06, accuracy_m=1500.0)


def test_an_unsure_stop_gives_a_range_rounded_outwards_to_five_minutes() -> None:
    leg = planned(catalogue=catalogue_of(A, UNSURE), stops=["a", "unsure"], order="given").legs[0]
    low, high = leg.duration_range_s
    doubt = 1500 / 1.25
    assert low % 300 == high % 300 == 0
    assert low <= leg.duration_s - doubt < low + 300
    assert high - 300 < leg.duration_s + doubt <= high
    assert "approximate-leg" in codes(leg.notices)


def test_between_two_unsure_stops_both_doubts_count() -> None:
    other = make_site("other", 120.30, 36.06, accuracy_m=900.0)
    world = catalogue_of(other, UNSURE)
    leg = planned(catalogue=world, stops=["other", "unsure"], mode="drive").legs[0]
    low, high = leg.duration_range_s
    # (1500 + 900) m at 30 km/h is 288 s either way of some 540 s.
    assert leg.duration_s == pytest.approx(541, abs=3)
    assert (low, high) == (0, 900)


def test_nothing_is_directed_within_the_circle_of_doubt() -> None:
    world = catalogue_of(A, UNSURE)
    leg = planned(catalogue=world, stops=["a", "unsure"], order="given").legs[0]
    last = leg.spans[-1]
    assert metres(leg.coordinates[last.last], (UNSURE.lon, UNSURE.lat)) >= 1500
    assert metres(leg.coordinates[last.last + 1], (UNSURE.lon, UNSURE.lat)) < 1500
    walked = sum(metres(a, b) for a, b in itertools.pairwise(leg.coordinates[: last.last + 1]))
    assert last.length_m == pytest.approx(walked, abs=1)


def test_a_stop_wholly_inside_the_circle_has_no_directions() -> None:
    near = make_site("near", 120.361, 36.06)
    leg = planned(catalogue=catalogue_of(near, UNSURE), stops=["near", "unsure"]).legs[0]
    assert leg.spans == ()


def test_an_approach_within_the_circle_costs_no_second_time() -> None:
    router = StraightRouter(aside_m=400)
    leg = planned(router, catalogue_of(A, UNSURE), stops=["a", "unsure"], order="given").legs[0]
    assert (leg.approach_end_m, leg.approach_end_s) == (400, 0)
    assert (leg.approach_start_m, leg.approach_start_s) == (400, 320)


def test_the_same_question_has_the_same_bytes() -> None:
    values = {"stops": ["c", "a", "b"], "start": [120.2, 36.0], "depart": "2026-11-28T09:00"}
    one, two = (json.dumps(to_document(planned(**values))) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("hours", "depart", "code"),
    [
        ("", "2026-11-28T09:00", "unknown-hours"),
        ("Tu-Su 09:00-17:00", "2026-11-30T10:00", "closed-that-day"),  # a Monday
        ("Tu-Su 09:00-17:00", "2026-12-01T08:00", "closed-at-arrival"),
        ("Tu-Su 09:00-17:00", "2026-12-01T17:00", "closed-at-arrival"),
        ("Tu-Su 09:00-17:00", "2026-12-01T16:45", "closes-during-visit"),
        ("2025 Jan 01-2025 Jan 02 09:00-17:00", "2026-12-01T10:00", "closed-for-long"),
        ('09:00-17:00 "last admission 16:00"', "2026-12-01T16:15", "closed-at-arrival"),
    ],
)
def test_hours_that_do_not_fit_are_said(hours: str, depart: str, code: str) -> None:
    site = make_site("h", 120.3, 36.06, opening_hours=hours)
    stop = planned(catalogue=catalogue_of(site), stops=["h"], depart=depart).stops[0]
    assert codes(stop.notices) == {code}


def test_a_visit_that_fits_its_hours_is_not_commented() -> None:
    site = make_site("h", 120.3, 36.06, opening_hours="Tu-Su 09:00-17:00")
    stop = planned(catalogue=catalogue_of(site), stops=["h"], depart="2026-12-01T16:30").stops[0]
    assert stop.notices == ()


def test_closed_that_day_names_the_next_open_one() -> None:
    site = make_site("h", 120.3, 36.06, opening_hours="Tu-Su 09:00-17:00")
    stop = planned(catalogue=catalogue_of(site), stops=["h"], depart="2026-11-30T10:00").stops[0]
    assert stop.notices[0].values == {"date": "2026-11-30", "next": "2026-12-01"}


def test_a_booking_and_a_rough_position_are_said() -> None:
    site = make_site("h", 120.3, 36.06, accuracy_m=4000.0, booking="required")
    stop = planned(catalogue=catalogue_of(site), stops=["h"]).stops[0]
    assert codes(stop.notices) == {"approximate-position", "booking-required"}
    assert {n.code: n for n in stop.notices}["approximate-position"].values == {"accuracy_km": "4"}
