"""Directions on small maps drawn as text.

A column is 25 m wide, a line 50 m high (see `network_worlds`); the expected texts are what a person
who follows the drawing with a finger would say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from network_worlds import LATTICE, NORTH, WEST, extract_of, places, write_backbone
from planner_world import catalogue_of, make_site

from api.web.texts import Texts
from geo.cch import CchRouter
from geo.directions import Landmarks
from geo.exchange import say_steps
from geo.models import Leg, LonLat
from geo.network import StreetNetwork, build_schematic
from geo.network.osm.build import BuildOptions, build_network
from geo.planner import plan, read_request
from geo.planner.legs import make_leg
from geo.router import Position

Tags = dict[str, str]
ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")


def street(name: str = "", highway: str = "residential", **tags: str) -> Tags:
    return {"highway": highway, **({"name": name} if name else {}), **tags}


def at_scale(drawing: str, scale: float) -> dict[str, LonLat]:
    """Return where the nodes lie if a column is 25 / scale metres."""
    return {
        node: (WEST + (lon - WEST) / scale, NORTH + (lat - NORTH) / scale)
        for node, (lon, lat) in places(drawing).items()
    }


def drawn(
    drawing: str, ways: Mapping[str, Mapping[str, str]], mode: str = "walk", scale: float = 1.0
) -> StreetNetwork:
    extract = extract_of(drawing, ways)
    for node, (lon, lat) in at_scale(drawing, scale).items():
        extract.places[ord(node)] = (round(lon * 1e7), round(lat * 1e7))
    return build_network(extract, BuildOptions("drawn", "a drawing", modes=(mode,)))


def leg_between(
    network: StreetNetwork,
    start: LonLat,
    end: LonLat,
    mode: str = "walk",
    accuracy_m: tuple[float, float] = (0.0, 0.0),
) -> Leg:
    router, as_mode = CchRouter(network), mode
    here, there = (
        Position(label, *at, accuracy_m=doubt)
        for label, at, doubt in zip(("here", "there"), (start, end), accuracy_m, strict=True)
    )
    snaps = router.snap([here, there], as_mode)  # type: ignore[arg-type]
    return make_leg(*snaps, router.path(*snaps))


def told(
    drawing: str,
    ways: Mapping[str, Mapping[str, str]],
    ends: str,
    mode: str = "walk",
    scale: float = 1.0,
) -> list[str]:
    """Return the directions from one node to another, in English, without the arrival."""
    place = at_scale(drawing, scale)
    network = drawn(drawing, ways, mode, scale)
    leg = leg_between(network, place[ends[0]], place[ends[1]], mode)
    check(leg)
    *steps, last = say_steps(leg, "street", EN)
    assert last == "Arrive"
    return steps


def check(leg: Leg) -> None:
    """What holds of the steps of every leg."""
    assert leg.steps[0].kind in {"depart", "depart-area", "arrive", "arrive-area"}
    assert leg.steps[-1].kind in {"arrive", "arrive-area"}
    for one, two in zip(leg.steps, leg.steps[1:], strict=False):
        assert one.first <= one.last == two.first
    road_m = sum(span.length_m for span in leg.spans)
    assert sum(s.length_m for s in leg.steps) == pytest.approx(road_m, abs=0.1 * len(leg.steps))
    for texts in (ZH, EN):
        assert len(say_steps(leg, "street", texts)) == len(leg.steps)


CROSS = """
        n
        |
        |
w---a---x---b---e
        |
        |
        s"""
CROSS_WAYS = {"waxbe": street("Long"), "nxs": street("Cross")}


@pytest.mark.parametrize(
    ("ends", "steps"),
    [
        ("we", ["Head east along Long, 400 m"]),
        ("wn", ["Head east along Long, 200 m", "Turn left onto Cross, 150 m"]),
        ("ws", ["Head east along Long, 200 m", "Turn right onto Cross, 150 m"]),
        ("nw", ["Head south along Cross, 150 m", "Turn right onto Long, 200 m"]),
        ("sn", ["Head north along Cross, 300 m"]),
    ],
)
def test_a_crossing(ends: str, steps: list[str]) -> None:
    assert told(CROSS, CROSS_WAYS, ends) == steps
    assert told(CROSS, CROSS_WAYS, ends, "drive") == steps


STAR = """
n       m       k
  \\     |     /
        |
w-------x-------e
        |
  /     |     \\
g       h       j"""
"""The corners lie 200 m aside and 150 m up or down: 53° from north, 37° from the street."""


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("e", "Go straight on along E"),
        ("k", "Bear left onto K"),
        ("m", "Turn left onto M"),
        ("n", "Turn sharp left onto N"),
        ("j", "Bear right onto J"),
        ("h", "Turn right onto H"),
        ("g", "Turn sharp right onto G"),
    ],
)
def test_slight_plain_and_sharp_turns(end: str, words: str) -> None:
    ways = {f"x{one}": street(one.upper()) for one in "enmkjhg"} | {"wx": street("W")}
    first, then = told(STAR, ways, f"w{end}")
    assert first == "Head east along W, 200 m"
    assert then.rsplit(", ", 1)[0] == words


def test_a_bend_without_a_choice_is_not_told() -> None:
    bend = """
    w-------x
            |
            |
            s"""
    assert told(bend, {"wx": street("A"), "xs": street("A")}, "ws") == ["Head east along A, 350 m"]
    assert told(bend, {"wx": street("A"), "xs": street("B")}, "ws") == [
        "Head east along A, 200 m",
        "Turn right onto B, 150 m",
    ]


def test_where_the_road_itself_turns_it_is_told_if_another_goes_straight_on() -> None:
    drawing = """
    w-------x-------e
            |
            |
            s"""
    ways = {"wx": street("A"), "xs": street("A"), "xe": street("B")}
    assert told(drawing, ways, "ws") == ["Head east along A, 200 m", "Turn right onto A, 150 m"]


def test_straight_on_at_side_streets_is_merged() -> None:
    drawing = """
        n       m
        |       |
    w---a---b---c---d---e
            |       |
            s       t"""
    ways = {
        "wabcde": street("Long"),
        **{way: street("Side") for way in ("na", "bs", "mc", "dt")},
    }
    assert told(drawing, ways, "we") == ["Head east along Long, 500 m"]


FORK = """
                    n
        w-------x
                    s"""


def test_a_fork_is_told_by_its_side() -> None:
    ways = {way: street(highway="footway") for way in ("wx", "xn", "xs")}
    # 100 m on and 50 m aside: 27 degrees either way.
    assert told(FORK, ways, "wn")[1] == "Bear left onto the footway, 110 m"
    assert told(FORK, ways, "ws")[1] == "Bear right onto the footway, 110 m"


def test_a_road_that_keeps_its_name_at_a_fork_needs_no_word() -> None:
    ways = {"wx": street("A"), "xn": street("A"), "xs": street("B")}
    gentle = """
                                n
        w-------x
                        s"""
    # On by 14 degrees, the other at 27.
    assert told(gentle, ways, "wn") == ["Head east along A, 600 m"]
    assert told(gentle, ways, "ws")[1] == "Bear right onto B, 200 m"


def test_a_name_that_changes_straight_on() -> None:
    drawing = "a---b---c---d"
    ways = {"ab": street("One"), "bc": street(), "cd": street("Two", ref="G22")}
    # The nameless part is still called by the last name known.
    assert told(drawing, ways, "ad") == [
        "Head east along One, 200 m",
        "Go straight on along Two (G22), 100 m",
    ]
    back = {**ways, "cd": street("One")}
    assert told(drawing, back, "ad") == ["Head east along One, 300 m"]


STAGGERED = """
    n
    |
w---x
    y---e
    |
    s"""


def test_two_turns_close_together_are_one() -> None:
    """Right into a street and at once left out of it again: a person goes straight on."""
    ways = {"wx": street("A"), "nx": street("B"), "xys": street("B"), "ye": street("C")}
    # A column is 5 m here: the two turns are 10 m apart.
    assert told(STAGGERED, ways, "we", scale=5) == [
        "Head east along A, 20 m",
        "Go straight on along C, 30 m",
    ]
    # Twice as large they are 20 m apart, and two.
    assert told(STAGGERED, ways, "we", scale=2.5) == [
        "Head east along A, 40 m",
        "Turn right onto B, 20 m",
        "Turn left onto C, 40 m",
    ]
    through = {**ways, "ye": street("A")}
    assert told(STAGGERED, through, "we", scale=5) == ["Head east along A, 50 m"]


DUAL = """
w---b---------------x-------------------n
v---a---------------y-------------------m"""


def test_both_lefts_over_a_dual_carriageway_are_a_u_turn() -> None:
    along = street("A", oneway="yes")
    ways = {"nx": along, "xbw": along, "va": along, "aym": along}
    ways |= {"yx": street("Link", "service"), "wv": street("West"), "nm": street("East")}
    # A column is 5 m here: the carriageways are 10 m apart.
    assert told(DUAL, ways, "ab", "drive", scale=5) == [
        "Head east along A, 80 m",
        "Turn round and follow A, 90 m",
    ]


def test_turning_round_where_there_is_no_other_way() -> None:
    """Right into the street is forbidden: on to the dead end, back, and left."""
    drawing = """
    w-------x-------e
            |
            s"""
    ways = {"wx": street("A"), "xe": street("A"), "xs": street("B")}
    extract = extract_of(drawing, ways, restrictions=[("no_right_turn", "wx", "x", "xs")])
    network = build_network(extract, BuildOptions("drawn", "a drawing", modes=("drive",)))
    place = places(drawing)
    leg = leg_between(network, place["w"], place["s"], "drive")
    check(leg)
    assert say_steps(leg, "street", EN)[:-1] == (
        "Head east along A, 400 m",
        "Turn round and follow A, 200 m",
        "Turn left onto B, 100 m",
    )


RING = """
        n
        |
        a
      /   \\
w---d       b---e
      \\   /
        c
        |
        s"""
RING_WAYS = {
    "adcba": street("", "tertiary", junction="roundabout"),
    "na": street("North"),
    "wd": street("West"),
    "be": street("East"),
    "cs": street("South"),
}


@pytest.mark.parametrize(
    ("ends", "steps"),
    [
        ("ws", ["Head east along West, 100 m", "At the roundabout take exit 1 onto South"]),
        ("we", ["Head east along West, 100 m", "At the roundabout take exit 2 onto East"]),
        ("wn", ["Head east along West, 100 m", "At the roundabout take exit 3 onto North"]),
        ("nw", ["Head south along North, 100 m", "At the roundabout take exit 1 onto West"]),
        (
            "bs",
            ["Head north-west along the minor road", "At the roundabout take exit 3 onto South"],
        ),
    ],
)
def test_exits_of_a_roundabout_are_counted(ends: str, steps: list[str]) -> None:
    found = told(RING, RING_WAYS, ends, "drive")
    assert len(found) == len(steps)
    assert [text.startswith(wanted) for text, wanted in zip(found, steps, strict=True)], found
    assert [text[: len(wanted)] for text, wanted in zip(found, steps, strict=True)] == steps


def test_a_road_one_may_not_enter_is_no_exit() -> None:
    ways = {**RING_WAYS, "cs": street("South", oneway="-1")}
    assert told(RING, ways, "we", "drive")[1].startswith("At the roundabout take exit 1 onto East")


def test_a_leg_that_ends_on_a_roundabout() -> None:
    network = drawn(RING, RING_WAYS, "drive")
    place = places(RING)
    middle = tuple((a + b) / 2 for a, b in zip(place["c"], place["b"], strict=True))
    leg = leg_between(network, place["w"], middle, "drive")  # type: ignore[arg-type]
    check(leg)
    assert [step.kind for step in leg.steps] == ["depart", "roundabout", "arrive"]
    assert say_steps(leg, "street", EN)[1].startswith("Enter the roundabout, ")


def test_walkers_turn_at_roundabouts_as_anywhere() -> None:
    """They may go round either way, so that exits mean nothing to them."""
    steps = told(RING, RING_WAYS, "ws")
    assert not any("roundabout" in text for text in steps)
    assert steps[1].startswith("Turn right onto the minor road")


OVER = "a-----b-----c-----d"


@pytest.mark.parametrize(
    ("middle", "mode", "words"),
    [
        (street("Long", bridge="yes"), "drive", "Cross the bridge (Long), 150 m"),
        (street("Long", tunnel="yes"), "drive", "Go through the tunnel (Long), 150 m"),
        (street("", "footway", tunnel="yes"), "walk", "Go through the tunnel, 150 m"),
        (street("", "steps"), "walk", "Take the stairs, 150 m"),
        (street("Hundred Steps", "steps"), "walk", "Take the stairs (Hundred Steps), 150 m"),
        ({"route": "ferry", "name": "Line 1"}, "walk", "Take the boat (Line 1), 150 m"),
        ({"route": "ferry", "motor_vehicle": "yes"}, "drive", "Take the boat, 150 m"),
    ],
)
def test_bridges_tunnels_stairs_and_ferries(middle: Tags, mode: str, words: str) -> None:
    ways = {"ab": street("Long"), "bc": middle, "cd": street("Long")}
    assert told(OVER, ways, "ad", mode) == [
        "Head east along Long, 150 m",
        words,
        "Go straight on along Long, 150 m",
    ]


def test_a_culvert_is_no_bridge_but_every_stair_is_told() -> None:
    short = {"ab": street("Long"), "bc": street("Long", bridge="yes"), "cd": street("Long")}
    # A column is 12.5 m here: a bridge of 75 m.
    assert told(OVER, short, "ad", scale=2) == ["Head east along Long, 250 m"]
    stairs = {**short, "bc": street("", "steps")}
    # A column is 2.5 m: stairs of 15 m.
    assert told(OVER, stairs, "ad", scale=10)[1] == "Take the stairs, 20 m"


def test_stairs_with_a_landing_are_one() -> None:
    drawing = "a----b----c-d----e----f"
    ways = {"ab": street("A"), "bc": street("", "steps"), "cd": street("", "footway")}
    ways |= {"de": street("", "steps"), "ef": street("A")}
    # A column is 5 m: the landing is 10 m long.
    assert told(drawing, ways, "af", scale=5) == [
        "Head east along A, 20 m",
        "Take the stairs, 60 m",
        "Go straight on along A, 20 m",
    ]


CORNER = """
    n
    |
    |
w---x---e"""


def test_turning_onto_a_bridge_says_both() -> None:
    ways = {"wx": street("A"), "xn": street("Pier", bridge="yes"), "xe": street("A")}
    assert told(CORNER, ways, "wn")[1] == "Turn left onto Pier (bridge), 150 m"


@pytest.mark.parametrize(("north_m", "side"), [(40, "left"), (-40, "right"), (2, "")])
def test_the_side_of_the_arrival(north_m: float, side: str) -> None:
    network = drawn("a---b", {"ab": street("A")})
    (west, lat), (east, _) = places("a---b").values()
    middle = ((west + east) / 2, lat + north_m / 111_320)
    leg = leg_between(network, (west, lat), middle)
    check(leg)
    assert leg.steps[-1].side == side
    assert leg.approach_end_m == pytest.approx(abs(north_m), rel=0.02)
    # A place known to 100 m may lie on either side of a road 40 m off; back again it is mirrored.
    assert leg_between(network, (west, lat), middle, accuracy_m=(0, 100)).steps[-1].side == ""
    other = {"left": "right", "right": "left", "": ""}[side]
    assert leg_between(network, (east, lat), middle).steps[-1].side == other


def test_beyond_the_end_of_a_road_is_on_no_side() -> None:
    network = drawn("a---b", {"ab": street("A")})
    (west, lat), (east, _) = places("a---b").values()
    leg = leg_between(network, (west, lat), (east + 0.0005, lat))
    assert leg.approach_end_m > 40
    assert leg.steps[-1].side == ""


def test_inside_a_circle_of_doubt_nothing_is_directed() -> None:
    drawing = "a" + 20 * "-" + "c" + 40 * "-" + "d" + 20 * "-" + "b"
    network = drawn(drawing, {"acdb": street("Long")})
    start, end = places(drawing)["a"], places(drawing)["b"]
    (last,) = leg_between(network, start, end, accuracy_m=(0, 5000)).steps
    assert last.kind == "arrive-area"
    # c and d lie 525 m from the ends, just outside the circles.
    leg = leg_between(network, start, end, accuracy_m=(0, 510))
    check(leg)
    assert say_steps(leg, "street", EN) == (
        "Head east along Long, 1.6 km",
        "Where exactly the destination lies is not known: no directions from here, ask on the spot",
    )
    both = leg_between(network, start, end, accuracy_m=(510, 510))
    check(both)
    assert say_steps(both, "street", EN)[:2] == (
        "Where exactly this leg starts is not known; find this road on the spot:",
        "Head east along Long, 1 km",
    )
    assert "未知" in say_steps(both, "street", ZH)[0]
    assert "未知" in say_steps(both, "street", ZH)[-1]


def test_the_language_of_the_visitor() -> None:
    ways = {
        "wx": {"highway": "primary", "name": "江西路", "name:en": "Jiangxi Road", "ref": "S209"}
    }
    ways |= {"xn": {"highway": "footway", "name": "小径"}, "xe": street("X")}
    network = drawn(CORNER, ways)
    place = places(CORNER)
    leg = leg_between(network, place["w"], place["n"])
    assert say_steps(leg, "street", ZH) == (
        "沿江西路（S209）向东出发，100 米",
        "左转，走小径，150 米",
        "到达",
    )
    assert say_steps(leg, "street", EN) == (
        "Head east along Jiangxi Road (S209), 100 m",
        "Turn left onto 小径, 150 m",
        "Arrive",
    )


def test_a_site_at_the_turn_is_named_on_foot() -> None:
    network = drawn(CROSS, {**CROSS_WAYS}, "walk")
    place = places(CROSS)
    lon, lat = place["x"]
    pier = make_site("pier", lon, lat + 30 / 111_320, name_zh="栈桥", name_en="the Pier")
    vague = make_site("vague", lon, lat, accuracy_m=150.0)
    far = make_site("far", lon, lat + 60 / 111_320)
    leg = leg_between(network, place["w"], place["n"])
    marked = Landmarks.among([vague, far, pier]).mark(leg)
    assert say_steps(marked, "street", ZH)[1] == "在栈桥处左转，走Cross，150 米"
    assert say_steps(marked, "street", EN)[1] == "Turn left onto Cross at the Pier, 150 m"
    assert Landmarks.among([vague, far]).mark(leg) == leg
    driven = leg_between(drawn(CROSS, CROSS_WAYS, "drive"), place["w"], place["n"], "drive")
    assert Landmarks.among([pier]).mark(driven) == driven


def test_a_plan_names_the_sites_at_its_turns() -> None:
    place = places(CROSS)
    lon, lat = place["x"]
    pier = make_site("pier", lon, lat + 30 / 111_320, name_en="the Pier")
    goal = make_site("goal", *place["n"])
    wish = {"stops": ["goal"], "start": place["w"], "depart": "2026-11-28T09:00"}
    router = CchRouter(drawn(CROSS, CROSS_WAYS))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    itinerary = plan(read_request(wish), catalogue_of(pier, goal), router, now=now)
    assert say_steps(itinerary.legs[0], "street", EN) == (
        "Head east along Long, 200 m",
        "Turn left onto Cross at the Pier, 150 m",
        "Arrive",
    )


def test_an_outline_names_roads_and_no_turns(tmp_path: Path) -> None:
    roads = (
        "North Street, residential: abc",
        "East Street, residential: cfi",
        "Long Bridge, residential bridge: ig",
        "West Lane, residential: gd",
        "Middle, residential: de",
    )
    router = CchRouter(build_schematic(write_backbone(tmp_path / "b", roads=roads)))
    snaps = router.snap([Position(node, *places(LATTICE)[node]) for node in "ae"], "walk")
    path = router.path(*snaps)
    leg = make_leg(*snaps, path)
    check(leg)
    assert path.junctions is None
    assert [step.turn for step in leg.steps] == [""] * len(leg.steps)
    assert say_steps(leg, "schematic", EN) == (
        "Start along North Street, ≈ 200 m",
        "Take East Street, ≈ 200 m",
        "Cross the bridge (Long Bridge), ≈ 200 m",
        "Take West Lane, ≈ 100 m",
        "Take Middle, ≈ 100 m",
        "Arrive",
    )
    # Where a turn is not known no site marks it.
    pier = make_site("pier", *places(LATTICE)["c"])
    assert Landmarks.among([pier]).mark(leg) == leg
