"""Properties of every itinerary, over made-up days."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import gpxpy
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_world import StraightRouter, catalogue_of, make_site

from api.web.texts import Texts
from geo.exchange import from_document, say_steps, to_document, to_gpx, to_ics
from geo.models import Leg
from geo.planner import plan, read_request
from geo.planner.legs import End
from geo.router import Position

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LON = st.floats(119.5, 121.0)
LAT = st.floats(35.6, 37.1)
YEARS = (datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-12-31"))
POINT = st.tuples(LON, LAT)


@st.composite
def days(draw: Any, most: int = 7) -> Any:
    """Draw a small catalogue, a router and a wish."""
    count = draw(st.integers(1, most))
    sites = [
        make_site(
            f"s{i}",
            *draw(POINT),
            accuracy_m=draw(st.sampled_from([100.0, 500.0, 501.0, 4000.0])),
            visit_min=draw(st.integers(0, 200)),
        )
        for i in range(count)
    ]
    router = StraightRouter(
        aside_m=draw(st.sampled_from([0.0, 30.0, 800.0])), slope=draw(st.sampled_from([0.0, 0.7]))
    )
    wish = {
        "stops": [site.id for site in sites],
        "start": draw(st.none() | POINT),
        "end": draw(st.none() | POINT),
        "mode": draw(st.sampled_from(["walk", "drive", "auto"])),
        "order": draw(st.sampled_from(["best", "given"])),
        "depart": draw(st.datetimes(YEARS[0], YEARS[1])),
    }
    return catalogue_of(*sites), router, read_request(wish)


def check_steps(leg: Leg) -> None:
    """Steps direct along the road part of a leg, from its first point to its last."""
    assert leg.steps[-1].kind == ("arrive-area" if leg.duration_range_s else "arrive") or (
        leg.steps[0].kind == "depart-area"
    )
    if leg.spans:
        assert (leg.steps[0].first, leg.steps[-1].last) == (leg.spans[0].first, leg.spans[-1].last)
    for one, two in itertools.pairwise(leg.steps):
        assert one.first <= one.last == two.first
    road_m = sum(span.length_m for span in leg.spans)
    told_m = sum(step.length_m for step in leg.steps)
    assert told_m == pytest.approx(road_m, abs=0.1 * len(leg.steps))
    said = [say_steps(leg, "street", Texts.for_lang(lang)) for lang in ("zh", "en")]
    assert [len(texts) for texts in said] == [len(leg.steps)] * 2


@settings(max_examples=60, deadline=None)
@given(days())
def test_legs_join_up_and_sums_hold(world: Any) -> None:
    catalogue, router, request = world
    itinerary = plan(request, catalogue, router, now=NOW)
    for day in itinerary.days:
        assert len(day.legs) == len(day.stops) - 1
        for leg, origin, destination in zip(day.legs, day.stops, day.stops[1:], strict=False):
            assert leg.coordinates[0] == (origin.lon, origin.lat)
            assert leg.coordinates[-1] == (destination.lon, destination.lat)
            assert destination.arrival - origin.departure == timedelta(seconds=leg.duration_s)
            assert len(leg.coordinates) >= 2
            for one, two in itertools.pairwise(leg.spans):
                assert one.last == two.first
            assert all(0 <= s.first < s.last < len(leg.coordinates) for s in leg.spans)
            check_steps(leg)
            if leg.duration_range_s:
                low, high = leg.duration_range_s
                assert 0 <= low <= leg.duration_s <= high
    assert itinerary.length_m == pytest.approx(sum(leg.length_m for leg in itinerary.legs), abs=0.1)
    assert itinerary.travel_s == sum(leg.duration_s for leg in itinerary.legs)
    assert itinerary.stay_s == sum(stop.stay_s for stop in itinerary.stops)
    assert sorted(s.site_id for s in itinerary.stops if s.site_id) == sorted(request.stops)


@settings(max_examples=40, deadline=None)
@given(days())
def test_no_other_order_is_faster(world: Any) -> None:
    catalogue, router, request = world
    best = plan(request.model_copy(update={"order": "best"}), catalogue, router, now=NOW)
    for order in itertools.islice(itertools.permutations(request.stops), 0, None, 7):
        other = request.model_copy(update={"order": "given", "stops": order})
        # Each leg's seconds are rounded once, so equal orders may differ by half a second a leg.
        slack = len(best.legs)
        assert best.travel_s <= plan(other, catalogue, router, now=NOW).travel_s + slack


@settings(max_examples=40, deadline=None)
@given(days(most=4), st.sampled_from(["zh", "en"]))
def test_renderings_round_trip(world: Any, lang: Any) -> None:
    catalogue, router, request = world
    itinerary = plan(request, catalogue, router, now=NOW)
    texts = Texts.for_lang(lang)
    assert from_document(json.loads(json.dumps(to_document(itinerary)))) == itinerary
    gpx = gpxpy.parse(to_gpx(itinerary, texts))
    assert [(w.longitude, w.latitude) for w in gpx.waypoints] == [
        (s.lon, s.lat) for s in itinerary.stops
    ]
    events = icalendar.Calendar.from_ical(to_ics(itinerary, texts, NOW)).walk("VEVENT")
    for event, stop in zip(events, itinerary.stops, strict=True):
        begins, ends = stop.arrival or stop.departure, stop.departure or stop.arrival
        assert event["dtstart"].dt <= begins + timedelta(seconds=30)
        assert event["dtend"].dt >= ends - timedelta(seconds=30)


def test_an_end_outside_its_circle_walks_the_rest() -> None:
    (snap,) = StraightRouter(aside_m=1000).snap([Position("x", 120.3, 36.06, 600.0)], "walk")
    # 1,000 m off the road, 600 m of them within the doubt: 400 m at 1.25 m/s.
    assert End(snap).approach_s == 320
