"""Junctions, turns and restrictions on small maps drawn as text.

Drawings: see `network_worlds`. Roads are `residential` at 25 km/h unless said otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from network_worlds import METRES_PER_DEGREE, NORTH, extract_of, places

from geo.cch import CchRouter
from geo.models import Mode
from geo.network import StreetNetwork
from geo.network.osm import speeds
from geo.network.osm.build import BuildOptions, build_network
from geo.router import Position

STREET = {"highway": "residential"}
CROSS = """
    n
    |
w---x---e
    |
    s"""
CROSS_WAYS = {"wx": STREET, "xe": STREET, "nx": STREET, "xs": STREET}
RING = """
    n
    |
    a
   / \\
w-d   b-e
   \\ /
    c
    |
    s"""
BLOCK = """
a---b---c---i
|   |   |
d---e---f
|   |   |
g---h---j"""


def network_of(
    drawing: str,
    ways: Mapping[str, Mapping[str, str]],
    nodes: Mapping[str, Mapping[str, str]] | None = None,
    restrictions: Sequence[tuple[str, str, str, str]] = (),
    *,
    left_hand: bool = False,
) -> StreetNetwork:
    extract = extract_of(drawing, ways, nodes, restrictions)
    return build_network(extract, BuildOptions("drawn", "a drawing", left_hand=left_hand))


def letters(network: StreetNetwork, drawing: str, ends: str, mode: Mode = "drive") -> str:
    """Return the nodes that a path from near one node to near another passes, as letters."""
    place = places(drawing)
    router = CchRouter(network)
    snaps = router.snap([Position(end, *place[end]) for end in ends], mode)
    path = router.path(*snaps)
    name = {where: letter for letter, where in place.items()}
    return "".join(dict.fromkeys(name[at] for at in path.coordinates if at in name))


def seconds(network: StreetNetwork, drawing: str, ends: str, mode: Mode = "drive") -> float:
    place = places(drawing)
    router = CchRouter(network)
    snaps = router.snap([Position(end, *place[end]) for end in ends], mode)
    return router.path(*snaps).duration_s


def metres(drawing: str, path: str) -> float:
    """Return the length of a chain of nodes, on the plane; good to a few per mille."""
    place = places(drawing)
    east = METRES_PER_DEGREE * math.cos(math.radians(NORTH))
    return sum(
        math.hypot((place[b][0] - place[a][0]) * east, (place[b][1] - place[a][1]) * 111_000)
        for a, b in pairwise(path)
    )


def test_ways_are_cut_where_they_meet() -> None:
    network = network_of(CROSS, {"wxe": STREET, "nxs": STREET})
    assert len(network.segments) == 4
    assert len(network.segments.nodes) == 5


@pytest.mark.parametrize(
    ("ends", "delay"),
    [("we", 0.0), ("ws", speeds.RIGHT_S), ("wn", speeds.LEFT_S), ("ne", speeds.LEFT_S)],
)
def test_turns_take_time(ends: str, delay: float) -> None:
    network = network_of(CROSS, CROSS_WAYS)
    driven = metres(CROSS, f"{ends[0]}x{ends[1]}") * 3.6 / speeds.DRIVE_KMH["residential"]
    assert seconds(network, CROSS, ends) == pytest.approx(driven + delay, rel=0.01)
    assert seconds(network, CROSS, ends, "walk") == pytest.approx(
        metres(CROSS, f"{ends[0]}x{ends[1]}") * 3.6 / speeds.WALK_KMH, rel=0.01
    )


def test_where_one_drives_on_the_left_the_right_turn_crosses() -> None:
    right_hand = network_of(CROSS, CROSS_WAYS)
    left_hand = network_of(CROSS, CROSS_WAYS, left_hand=True)
    assert seconds(left_hand, CROSS, "ws") == pytest.approx(seconds(right_hand, CROSS, "wn"), 0.01)


@pytest.mark.parametrize(("ends", "delay"), [("we", 12.5), ("ws", 14.5), ("wn", 28.0)])
def test_signals_take_time(ends: str, delay: float) -> None:
    signals = {"x": {"highway": "traffic_signals"}}
    network = network_of(CROSS, CROSS_WAYS, signals)
    driven = metres(CROSS, f"{ends[0]}x{ends[1]}") * 3.6 / speeds.DRIVE_KMH["residential"]
    assert seconds(network, CROSS, ends) == pytest.approx(driven + delay, rel=0.01)


def test_signals_between_junctions_count_for_their_direction() -> None:
    drawing = "a---b---c"
    plain = network_of(drawing, {"abc": STREET})
    signals = {"b": {"highway": "traffic_signals", "traffic_signals:direction": "forward"}}
    network = network_of(drawing, {"abc": STREET}, signals)
    assert seconds(network, drawing, "ac") == pytest.approx(
        seconds(plain, drawing, "ac") + speeds.SIGNAL_S, abs=0.01
    )
    assert seconds(network, drawing, "ca") == pytest.approx(seconds(plain, drawing, "ca"), abs=0.01)
    assert seconds(network, drawing, "ac", "walk") == seconds(plain, drawing, "ac", "walk")


BLOCK_WAYS = {
    **dict.fromkeys(("ab", "bc", "ad", "cf", "de", "ef", "dg", "gh", "hj", "fj"), STREET),
    **dict.fromkeys(("be", "eh", "ci"), STREET),
}


def test_without_restrictions_the_short_way() -> None:
    assert letters(network_of(BLOCK, BLOCK_WAYS), BLOCK, "ah") in {"abeh", "adeh", "adgh"}
    assert letters(network_of(BLOCK, BLOCK_WAYS), BLOCK, "hb") == "heb"


def test_a_forbidden_turn_is_not_made_but_by_those_excepted() -> None:
    ways = {k: v for k, v in BLOCK_WAYS.items() if k not in {"ad", "dg", "gh"}}
    free = network_of(BLOCK, ways)
    assert letters(free, BLOCK, "de") == "de"
    rule = ("no_right_turn", "de", "e", "eh")
    assert letters(free, BLOCK, "dh") == "deh"
    bound = network_of(BLOCK, ways, restrictions=[rule])
    assert letters(bound, BLOCK, "dh") == "defjh"
    assert letters(bound, BLOCK, "dh", "coach") == "defjh"
    assert letters(bound, BLOCK, "dh", "walk") == "deh"
    for_buses = network_of(BLOCK, ways, restrictions=[("no_right_turn except=bus", *rule[1:])])
    assert letters(for_buses, BLOCK, "dh", "coach") == "deh"
    assert letters(for_buses, BLOCK, "dh") == "defjh"


def test_only_one_way_on() -> None:
    rule = ("only_straight_on", "de", "e", "ef")
    network = network_of(BLOCK, BLOCK_WAYS, restrictions=[rule])
    # From d neither left to b nor right to h at e.
    assert letters(network, BLOCK, "db") in {"dab", "defcb"}
    assert letters(network, BLOCK, "dh") in {"dgh", "defjh"}
    assert letters(network, BLOCK, "df") == "def"


def test_a_restriction_for_another_vehicle_does_not_bind() -> None:
    extract = extract_of(BLOCK, BLOCK_WAYS, restrictions=[("no_right_turn", "de", "e", "eh")])
    tags = extract.restrictions[0].tags
    tags["restriction:hgv"] = tags.pop("restriction")  # type: ignore[attr-defined,index]
    network = build_network(extract, BuildOptions("drawn", ""))
    assert letters(network, BLOCK, "dh") in {"deh", "dgh"}


def test_a_restriction_over_a_road_binds_only_those_who_come_from_its_first() -> None:
    """No turning back over the short link b-e, as on dual carriageways."""
    drawing = """
    a---b---c

    d---e---f"""
    one_way = {"highway": "primary", "oneway": "yes"}
    ways = {"ab": one_way, "bc": one_way, "fe": one_way, "ed": one_way, "be": STREET, "cf": STREET}
    free = network_of(drawing, {**ways, "da": STREET})
    assert letters(free, drawing, "ad") == "abed"
    rule = ("no_u_turn", "ab", "be", "ed")
    bound = network_of(drawing, {**ways, "da": STREET}, restrictions=[rule])
    assert letters(bound, drawing, "ad") == "abcfed"
    # Those who start on the link itself may turn.
    place = places(drawing)
    middle = Position("link", place["b"][0], (place["b"][1] + place["e"][1]) / 2)
    router = CchRouter(bound)
    here, there = router.snap([middle, Position("d", *place["d"])], "drive")
    assert router.path(here, there).length_m == pytest.approx(50 + 100, rel=0.01)
    # A destination on the link is reached from a all the same.
    (start,) = router.snap([Position("a", *place["a"])], "drive")
    assert router.path(start, here).length_m == pytest.approx(metres(drawing, "ab") + 50, rel=0.01)


def test_only_over_a_road() -> None:
    rule = ("only_right_turn", "ab", "be", "de")
    network = network_of(BLOCK, BLOCK_WAYS, restrictions=[rule])
    assert letters(network, BLOCK, "ah") in {"adgh", "adeh"}
    without = {k: v for k, v in BLOCK_WAYS.items() if k != "ad"}
    assert letters(network_of(BLOCK, without), BLOCK, "ah") == "abeh"
    bound = network_of(BLOCK, without, restrictions=[rule])
    assert letters(bound, BLOCK, "ah") in {"abedgh", "abcfeh", "abcfjh"}


def test_a_broken_restriction_is_left_out() -> None:
    # A way that passes through e: which side is meant?
    ways = {**{k: v for k, v in BLOCK_WAYS.items() if k not in {"de", "ef"}}, "def": STREET}
    network = network_of(BLOCK, ways, restrictions=[("no_right_turn", "def", "e", "eh")])
    assert letters(network, BLOCK, "dh") in {"deh", "dgh"}


def test_one_turns_round_only_where_there_is_no_other_way() -> None:
    network = network_of(BLOCK, BLOCK_WAYS)
    profile = network.profile("drive")
    uturns = [
        before
        for before in range(len(profile.arcs))
        for after in profile.turn_to[profile.turn_first[before] : profile.turn_first[before + 1]]
        if profile.arcs[before] == profile.arcs[after] ^ 1
    ]
    assert len(uturns) == 1  # at i, the only dead end


def test_a_roundabout_is_driven_one_way_and_walked_both() -> None:
    ways = {
        "adcba": {"highway": "residential", "junction": "roundabout"},
        **dict.fromkeys(("na", "wd", "cs", "be"), STREET),
    }
    network = network_of(RING, ways)
    # Anticlockwise: a, d, c, b.
    assert letters(network, RING, "ne") == "nadcbe"
    assert letters(network, RING, "nw") == "nadw"
    assert letters(network, RING, "ne", "walk") == "nabe"


def test_a_bollard_stops_cars_not_feet() -> None:
    drawing = """
    a-b-c
    |   |
    d---e"""
    ways = {"abc": STREET, "ad": STREET, "de": STREET, "ec": STREET}
    network = network_of(drawing, ways, {"b": {"barrier": "bollard"}})
    assert letters(network, drawing, "ac", "walk") == "abc"
    assert letters(network, drawing, "ac", "cycle") == "abc"
    assert letters(network, drawing, "ac") == "adec"
    # Up to the bollard and back one may drive.
    assert letters(network, drawing, "ab") == "ab"


def test_a_private_gate_stops_everybody() -> None:
    drawing = "a-b---c"
    gate = {"b": {"barrier": "gate", "access": "private"}}
    router = CchRouter(network_of(drawing, {"abc": STREET}, gate))
    for mode in ("walk", "drive"):
        # Nobody gets past the gate, so the short end behind it is no part of the network.
        (snap,) = router.snap([Position("a", *places(drawing)["a"])], mode)
        assert snap.approach_m == pytest.approx(metres(drawing, "ab"), rel=0.01)


def test_one_ways_bind_feet_only_if_they_say_so() -> None:
    drawing = """
    a---b
    |   |
    c---d"""
    one_way = {"highway": "residential", "oneway": "yes"}
    ways = {"ab": one_way, "ac": STREET, "cd": STREET, "db": STREET}
    network = network_of(drawing, ways)
    assert letters(network, drawing, "ba") == "bdca"
    assert letters(network, drawing, "ba", "walk") == "ba"
    escalator = {**ways, "ab": {"highway": "steps", "conveying": "forward"}}
    network = network_of(drawing, escalator)
    assert letters(network, drawing, "ba", "walk") == "bdca"
    assert letters(network, drawing, "ab", "walk") == "ab"


def test_a_coach_avoids_a_short_cut_through_a_small_street() -> None:
    drawing = """
    a---b
    |   |
    c---d"""
    main = {"highway": "secondary"}
    ways = {"ab": STREET, "ac": main, "cd": main, "db": main}
    network = network_of(drawing, ways)
    assert letters(network, drawing, "ab") == "ab"
    assert letters(network, drawing, "ab", "coach") == "acdb"


def test_a_low_bridge_and_a_light_one_stop_coaches() -> None:
    drawing = """
    a---b
    |   |
    c---d"""
    main = {"highway": "secondary"}
    for limit in ({"maxheight": "3.2"}, {"maxweight": "10"}):
        ways = {"ab": {**main, **limit}, "ac": main, "cd": main, "db": main}
        network = network_of(drawing, ways)
        assert letters(network, drawing, "ab") == "ab"
        assert letters(network, drawing, "ab", "coach") == "acdb"


def test_a_ferry_is_waited_for_once() -> None:
    drawing = "a---b-------c---d"
    ways = {"ab": STREET, "bc": {"route": "ferry"}, "cd": STREET}
    network = network_of(drawing, ways)
    expected = metres(drawing, "ab") * 2 * 3.6 / 4.5 + metres(drawing, "bc") * 3.6 / 15 + 600.0
    assert seconds(network, drawing, "ad", "walk") == pytest.approx(expected, rel=0.01)
    assert {road.highway for road in network.road_table} == {"residential", "ferry"}
    ways["bc"] = {"route": "ferry", "duration": "0:30"}
    expected = metres(drawing, "ab") * 2 * 3.6 / 4.5 + 1800 + 600.0
    assert seconds(network_of(drawing, ways), drawing, "ad", "walk") == pytest.approx(
        expected, 0.01
    )


def test_an_island_is_left_out_of_a_street_network() -> None:
    drawing = "a---b---c      x-y"
    network = network_of(drawing, {"ab": STREET, "bc": STREET, "xy": STREET})
    (snap,) = CchRouter(network).snap([Position("x", *places(drawing)["x"])], "walk")
    assert snap.approach_m > 100


ISLAND = "abcdefghij"
"""Nine streets of 300 m: more than what is kept of roads cut off, were each way not counted."""


def test_who_can_get_to_the_main_roads_is_not_tied_to_an_island() -> None:
    shore = "v" + "-" * 159 + "w"
    drawing = f"{(' ' * 11).join(ISLAND)}\n\n{shore}"  # 100 m of water between
    ways = {one + two: STREET for one, two in pairwise(ISLAND)} | {"vw": STREET}
    network = network_of(drawing, ways)
    router, at = CchRouter(network), places(drawing)
    for mode in ("walk", "drive"):
        near = Position("a", *at["a"])
        assert router.snap([near], mode)[0].approach_m == pytest.approx(100, abs=1)  # type: ignore[arg-type]
        (ashore,) = router.snap([near], mode, limit_m=50)  # type: ignore[arg-type]
        assert ashore.approach_m < 1
        assert len(network.profile(mode).aside) == 9


@pytest.mark.parametrize("mode", ["drive", "coach"])
def test_a_one_way_road_out_of_the_map_is_left_out(mode: Mode) -> None:
    out = {"highway": "motorway", "oneway": "yes"}
    drawing = "a---b" + "-" * 100 + "c\n|   |\nd---e"
    network = network_of(drawing, {"ab": STREET, "be": STREET, "eda": STREET, "bc": out})
    (snap,) = CchRouter(network).snap([Position("c", *places(drawing)["c"])], mode, limit_m=5000)
    assert snap.approach_m > 2400
    assert len(network.profile(mode).aside) == 0


def test_a_way_that_visits_a_node_twice_is_cut_there() -> None:
    drawing = """
    a-b
      |\\
      c-d"""
    network = network_of(drawing, {"abcdb": STREET})
    assert len(network.segments) == 2
    assert letters(network, drawing, "ad", "walk") == "abd"
