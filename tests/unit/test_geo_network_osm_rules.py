"""Rules of the road, read from tags: who may go where, which way and how fast."""

from __future__ import annotations

import pytest

from geo.network.osm import speeds
from geo.network.osm.rules import node_blocks, parse_duration, parse_number, passage

ALONG, BOTH, AGAINST, CLOSED = (True, False), (True, True), (False, True), (False, False)


def way(text: str) -> dict[str, str]:
    """Return tags written as `highway=residential oneway=yes`."""
    return dict(word.split("=", 1) for word in text.split())


@pytest.mark.parametrize(
    ("tags", "mode", "open_"),
    [
        ("highway=residential", "drive", BOTH),
        ("highway=residential", "walk", BOTH),
        ("highway=residential oneway=yes", "drive", ALONG),
        ("highway=residential oneway=-1", "drive", AGAINST),
        ("highway=residential oneway=reversible", "drive", CLOSED),
        ("highway=residential oneway=yes", "walk", BOTH),
        ("highway=residential oneway=yes oneway:foot=yes", "walk", ALONG),
        ("highway=residential oneway=yes", "cycle", ALONG),
        ("highway=residential oneway=yes oneway:bicycle=no", "cycle", BOTH),
        ("highway=residential oneway=yes cycleway:left=opposite_lane", "cycle", BOTH),
        ("highway=cycleway oneway:bicycle=-1", "cycle", AGAINST),
        ("highway=motorway", "drive", ALONG),
        ("highway=motorway oneway=no", "drive", BOTH),
        ("highway=motorway", "walk", CLOSED),
        ("highway=motorway", "cycle", CLOSED),
        ("highway=primary junction=roundabout", "drive", ALONG),
        ("highway=primary junction=roundabout", "walk", BOTH),
        ("highway=trunk", "walk", CLOSED),
        ("highway=trunk sidewalk=right", "walk", BOTH),
        ("highway=trunk foot=yes", "walk", BOTH),
        ("highway=primary motorroad=yes", "walk", CLOSED),
        ("highway=trunk motorroad=yes", "cycle", CLOSED),
        ("highway=service access=private", "drive", CLOSED),
        ("highway=service access=private", "walk", CLOSED),
        ("highway=service access=private foot=yes", "walk", BOTH),
        ("highway=service access=no motor_vehicle=yes", "drive", BOTH),
        ("highway=residential motor_vehicle=no", "drive", CLOSED),
        ("highway=residential motor_vehicle=no motorcar=yes", "drive", BOTH),
        ("highway=residential motor_vehicle=no", "walk", BOTH),
        ("highway=residential motor_vehicle:backward=no", "drive", ALONG),
        ("highway=residential vehicle=no", "cycle", BOTH),
        ("highway=residential foot=use_sidepath", "walk", CLOSED),
        ("highway=pedestrian", "drive", CLOSED),
        ("highway=pedestrian access=yes", "drive", CLOSED),
        ("highway=pedestrian motor_vehicle=yes", "drive", BOTH),
        ("highway=track", "drive", CLOSED),
        ("highway=track motor_vehicle=yes", "drive", BOTH),
        ("highway=footway", "drive", CLOSED),
        ("highway=steps", "walk", BOTH),
        ("highway=steps conveying=forward", "walk", ALONG),
        ("highway=steps conveying=backward", "walk", AGAINST),
        ("highway=busway", "drive", CLOSED),
        ("highway=busway bus=yes", "coach", BOTH),
        ("highway=construction", "drive", CLOSED),
        ("highway=construction", "walk", CLOSED),
        ("highway=primary maxheight=3.5", "coach", CLOSED),
        ("highway=primary maxheight=3.5", "drive", BOTH),
        ("highway=primary maxheight=4.2", "coach", BOTH),
        ("highway=primary maxweight=7.5", "coach", CLOSED),
        ("highway=primary maxweight=7.5 maxweight:bus=20", "coach", BOTH),
        ("highway=primary hgv=no", "coach", CLOSED),
        ("highway=primary hgv=no bus=yes", "coach", BOTH),
        ("highway=primary motor_vehicle=no tourist_bus=yes", "coach", BOTH),
        ("highway=primary bus=yes motor_vehicle=no", "drive", CLOSED),
        ("route=ferry", "walk", BOTH),
        ("route=ferry", "drive", CLOSED),
        ("route=ferry motor_vehicle=yes", "drive", BOTH),
        ("route=ferry foot=no", "walk", CLOSED),
        ("railway=rail", "walk", CLOSED),
        ("railway=platform", "walk", BOTH),
        ("railway=platform access=private", "walk", CLOSED),
        ("railway=platform", "drive", CLOSED),
        ("highway=platform bus=yes", "coach", CLOSED),
        ("man_made=pier", "walk", BOTH),
        ("man_made=pier access=yes", "drive", CLOSED),
        ("man_made=pier motor_vehicle=yes", "drive", BOTH),
    ],
)
def test_who_may_go_which_way(tags: str, mode: str, open_: tuple[bool, bool]) -> None:
    found = passage(way(tags), mode)
    assert (found.forward_kmh > 0, found.backward_kmh > 0) == open_


@pytest.mark.parametrize(
    ("tags", "mode", "kmh"),
    [
        ("highway=residential", "drive", speeds.DRIVE_KMH["residential"]),
        ("highway=residential maxspeed=50", "drive", 45),
        ("highway=residential maxspeed=30mph", "drive", 30 * 1.609344 * 0.9),
        ("highway=residential maxspeed=CN:urban", "drive", speeds.DRIVE_KMH["residential"]),
        ("highway=residential maxspeed=signals", "drive", speeds.DRIVE_KMH["residential"]),
        ("highway=service access=destination", "drive", speeds.SLOW_ACCESS_KMH),
        ("highway=motorway maxspeed=120", "drive", 108),
        ("highway=motorway maxspeed=120", "coach", 100),
        ("highway=primary maxspeed=60", "coach", 60 * 0.9 * 0.9),
        ("highway=footway", "walk", 4.5),
        ("highway=steps", "walk", speeds.STEPS_KMH),
        ("highway=footway", "cycle", speeds.PUSH_KMH),
        ("highway=footway bicycle=yes", "cycle", speeds.RIDE_KMH),
        ("highway=residential bicycle=no", "cycle", speeds.PUSH_KMH),
        ("highway=steps", "cycle", speeds.CYCLE_KMH["steps"]),
    ],
)
def test_how_fast(tags: str, mode: str, kmh: float) -> None:
    assert passage(way(tags), mode).forward_kmh == pytest.approx(kmh)


def test_each_direction_has_its_own_limit() -> None:
    found = passage(way("highway=primary maxspeed:forward=80 maxspeed:backward=50"), "drive")
    assert (found.forward_kmh, found.backward_kmh) == pytest.approx((72, 45))


def test_coaches_shun_small_streets_only() -> None:
    assert passage(way("highway=residential"), "coach").shunned
    assert not passage(way("highway=secondary"), "coach").shunned
    assert not passage(way("highway=residential"), "drive").shunned


@pytest.mark.parametrize(
    ("tags", "closed_to"),
    [
        ("barrier=bollard", {"drive", "coach"}),
        ("barrier=gate", set()),
        ("barrier=gate access=private", {"walk", "cycle", "drive", "coach"}),
        ("barrier=gate locked=yes", {"walk", "cycle", "drive", "coach"}),
        ("barrier=gate locked=yes foot=yes", {"drive", "coach"}),
        ("barrier=bollard motor_vehicle=yes", set()),
        ("barrier=lift_gate", set()),
        ("barrier=kissing_gate", {"drive", "coach"}),
        ("barrier=wall", {"walk", "cycle", "drive", "coach"}),
        ("barrier=bus_trap", {"drive"}),
        ("barrier=height_restrictor maxheight=2.1", {"coach"}),
        ("barrier=toll_booth", set()),
        ("highway=crossing", set()),
    ],
)
def test_whom_a_node_stops(tags: str, closed_to: set[str]) -> None:
    stopped = {m for m in ("walk", "cycle", "drive", "coach") if node_blocks(way(tags), m)}
    assert stopped == closed_to


@pytest.mark.parametrize(
    ("text", "value"),
    [("3.5", 3.5), ("3,5 m", 3.5), ("12'6\"", 3.81), ("7.5 t", 7.5), ("walk", 7.0), ("none", None)],
)
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    assert parse_number(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20", 1200), ("1:30", 5400), ("00:25:30", 1530), ("PT1H30M", 5400), ("a while", None)],
)
def test_durations_as_people_write_them(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds
