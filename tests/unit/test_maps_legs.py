"""Legs on a map: what is sure and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import maps_world as world
import pytest
from shapely.geometry import Point

from geo.exchange import say_climbs
from geo.models import Day, Stop
from maps import MapOptions
from maps.legs import avoided_data, itinerary_bounds, itinerary_data, split_leg, stops_data
from maps.pack.speech import Speech
from maps.plugins.data import JsonData
from maps.shapes import to_metric

EN = world.RealTexts("en")


def lengths(parts: tuple[object, ...]) -> list[float]:
    return [float(one.length) for one in to_metric(list(parts))]  # type: ignore[call-overload]


def test_a_sure_leg_is_solid_but_for_its_approach() -> None:
    hall, museum, _ = (world.stop(site, 9) for site in world.sites())
    leg = world.leg(hall, museum, approach=True)
    solid, dashed = split_leg(leg, hall, museum)
    # 0.001° of longitude at 36.05° N is 90.1 m; a hundredth of it is the approach
    assert lengths((solid, dashed)) == pytest.approx([89.2, 0.9], abs=0.1)


def test_the_part_inside_an_unsure_stop_is_dashed() -> None:
    _, museum, village = (world.stop(site, 9) for site in world.sites())
    leg = world.leg(museum, village)
    solid, dashed = split_leg(leg, museum, village)
    whole = sum(lengths((solid, dashed)))
    # the village's radius is 3 km, so its last 3 km are unsure and nothing else is
    assert lengths((dashed,)) == pytest.approx([3000.0], abs=5)
    assert lengths((solid,)) == pytest.approx([whole - 3000.0], abs=5)
    far = to_metric([Point(village.lon, village.lat)]).iloc[0].distance(to_metric([solid]).iloc[0])
    assert far == pytest.approx(3000, abs=5)


def test_a_leg_within_one_area_has_nothing_solid() -> None:
    village = world.stop(world.sites()[2], 9)
    other = replace(village, lon=village.lon + 0.005)
    solid, dashed = split_leg(world.leg(village, other), village, other)
    assert solid.is_empty
    assert lengths((dashed,)) == pytest.approx([450.4], abs=1)


def test_a_leg_without_a_road_is_all_approach() -> None:
    hall, museum, _ = (world.stop(site, 9) for site in world.sites())
    leg = replace(world.leg(hall, museum), spans=())
    solid, dashed = split_leg(leg, hall, museum)
    assert solid.is_empty
    assert lengths((dashed,)) == pytest.approx([90.1], abs=0.2)


def test_a_leg_of_no_length_draws_nothing() -> None:
    hall = world.stop(world.sites()[0], 9)
    data = itinerary_data(
        replace(
            world.itinerary(),
            days=(
                replace(
                    world.itinerary().days[0], stops=(hall, hall), legs=(world.leg(hall, hall),)
                ),
            ),
        ),
        EN,
        options=MapOptions(),
    )
    (leg,) = data["legs"]  # type: ignore[misc]
    assert (leg["solid"], leg["dashed"]) == ([], [])


def point(kind: str, lon: float) -> Stop:
    return Stop(kind, None, "车站", "Station", lon, 36.0, 0.0, None, None, 0)  # type: ignore[arg-type]


def stops_of(*stops: Stop) -> list[JsonData]:
    legs = tuple(world.leg(a, b) for a, b in pairwise(stops))
    itinerary = replace(world.itinerary(), days=(Day(date(2026, 11, 28), stops, legs),))
    return stops_data(itinerary, EN, options=MapOptions())


def test_sites_are_numbered_and_ends_carry_a_flag() -> None:
    visits = [world.stop(site, 9) for site in world.sites()]
    stops = stops_of(point("start", 120.1), *visits, point("end", 120.2))
    assert [one.get("number") for one in stops] == [None, 1, 2, 3, None]  # type: ignore[attr-defined]
    assert [one["radius"] for one in stops] == [0, 0, 0, 3000, 0]  # type: ignore[index]
    assert [one["label"] for one in stops] == [  # type: ignore[index]
        "Start: Station",
        "Stop 1: Site hall",
        "Stop 2: Site museum",
        "Stop 3: Site village",
        "End: Station",
    ]


def test_a_round_tour_has_one_flag() -> None:
    visits = [world.stop(site, 9) for site in world.sites()]
    stops = stops_of(point("start", 120.1), *visits, point("end", 120.1))
    assert len(stops) == 4


def test_the_window_holds_the_area_of_an_unsure_stop() -> None:
    west, south, east, north = itinerary_bounds(world.itinerary())
    circle = to_metric([Point(120.5, 36.12)]).buffer(3000.0)
    w, s, e, n = circle.to_crs("EPSG:4326").total_bounds
    assert west == 120.3
    assert south == 36.05
    assert (east, north) == pytest.approx((e, n), abs=0.001)
    assert east >= e - 1e-6
    assert north >= n - 1e-6
    assert (w, s) > (west, south)


def test_a_climb_is_said_only_where_all_of_it_is_known() -> None:
    flat = world.leg(*(world.stop(site, 9) for site in world.sites()[:2]))
    hilly = replace(flat, ascent_m=12.4, descent_m=3.2)
    assert say_climbs((hilly, hilly), EN) == "25 m up, 6 m down"
    assert say_climbs((hilly, flat), EN) == say_climbs((), EN) == ""
    said = dict(Speech([EN]).leg_way(hilly, "street"))["en"]
    assert said.endswith(" · 12 m up, 3 m down")
    assert "up" not in dict(Speech([EN]).leg_way(flat, "street"))["en"]


def test_areas_kept_off_are_drawn_only_where_there_are_any() -> None:
    assert avoided_data((), "wgs84") == {}
    box = (120.30, 36.05, 120.31, 36.06)
    circle = (120.30, 36.05, 500.0)
    ((ring,),), ((round_,),) = avoided_data((box, circle), "wgs84")["avoided"]["rings"]  # type: ignore[index,call-overload]
    assert len(ring) == 2 * 5
    assert len(round_) > 2 * 32
