"""Modes of a kind share one hierarchy, and so does what is left when roads are kept off."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import routingkit_cch as kit
from network_worlds import extract_of, places
from pyproj import Transformer

from geo.avoid import Avoid
from geo.cch import CchRouter
from geo.models import Mode
from geo.network import StreetNetwork
from geo.network.lines import FloatArray, IntArray
from geo.network.ordering import contraction_order, elimination_tree
from geo.network.osm.build import STREET_MODES, BuildOptions, build_network
from geo.network.profile import SearchGraph
from geo.router import Position
from geo.transforms import in_degrees, on_plane

BLOCKS = """
a---b---c---d
|   |   |   |
e---f---g---h
|   |   |   |
i---j---k---l
"""
STREET = {"highway": "residential"}


@pytest.fixture(scope="module")
def network() -> StreetNetwork:
    bus_only = {"highway": "tertiary", "motor_vehicle": "no", "bus": "yes"}
    ways = {
        "abcd": STREET, "efgh": STREET, "ijkl": STREET, "aei": STREET, "bfj": bus_only,
        "cgk": {"highway": "footway"}, "dhl": STREET,
    }  # fmt: skip
    return build_network(extract_of(BLOCKS, ways), BuildOptions("drawn", "drawn"))


def seconds(router: CchRouter, mode: Mode, ends: str) -> float:
    at = places(BLOCKS)
    snaps = router.snap([Position(end, *at[end]) for end in ends], mode)
    matrix = router.matrix(snaps)
    assert router.path(*snaps).duration_s == pytest.approx(matrix.duration_s[0, 1])
    return float(matrix.cost[0, 1])


def test_four_modes_and_what_they_keep_off_have_two_shapes(
    network: StreetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, real = [], kit.CCH

    def counted(*args: Any) -> kit.CCH:
        made.append(args)
        return real(*args)

    monkeypatch.setattr(kit, "CCH", counted)
    router = CchRouter(network)
    router.warm()
    b, f = places(BLOCKS)["b"], places(BLOCKS)["f"]
    closed = router.avoiding(Avoid(areas=((b[0], (b[1] + f[1]) / 2, 15.0),)))
    assert seconds(closed, "walk", "bf") > 1.5 * seconds(router, "walk", "bf")
    for mode in STREET_MODES:
        seconds(closed, mode, "bf")
    assert len(made) == 2


@pytest.mark.parametrize("mode", STREET_MODES)
def test_what_is_left_is_travelled_as_on_a_shape_of_its_own(
    network: StreetNetwork, mode: Mode
) -> None:
    e, f = places(BLOCKS)["e"], places(BLOCKS)["f"]
    avoid = Avoid(areas=(((e[0] + f[0]) / 2, e[1], 15.0),))
    closed = CchRouter(network).avoiding(avoid)
    alone = CchRouter(closed.network)
    for ends in ("bf", "aj", "lf", "eh", "id"):
        assert seconds(closed, mode, ends) == seconds(alone, mode, ends)


def test_a_mode_takes_no_road_that_only_another_mode_on_its_shape_has(
    network: StreetNetwork,
) -> None:
    router = CchRouter(network)
    router.warm()
    at = places(BLOCKS)
    found = {}
    for mode in STREET_MODES:
        snaps = router.snap([Position("b", *at["b"]), Position("j", *at["j"])], mode)
        found[mode] = router.path(*snaps).length_m
    assert found["coach"] == pytest.approx(200, abs=2)
    assert found["drive"] == pytest.approx(400, abs=2)


def test_segments_share_what_is_worked_out_of_them(network: StreetNetwork) -> None:
    closed = CchRouter(network).avoiding(Avoid(("stairs",))).network
    assert closed.plane_lines is network.plane_lines
    assert closed.compass is network.compass
    assert closed.profiles is not network.profiles


def test_keeping_off_an_area_makes_no_transformer(
    network: StreetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = CchRouter(network)
    seconds(router, "walk", "bf")
    on_plane([(120.3, 36.1)], network.manifest.metric)
    in_degrees([(0.0, 0.0)], network.manifest.metric)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a transformer takes a tenth of a second")

    monkeypatch.setattr(Transformer, "from_crs", refused)
    lon, lat = places(BLOCKS)["k"]
    assert seconds(router.avoiding(Avoid(areas=((lon, lat, 20.0),))), "walk", "bf") > 0


def test_of_roads_beside_each_other_the_shortest_is_taken() -> None:
    drawing = """
        p
        q
x---a---r---b---y
        s
"""
    at = places(drawing)
    for order in itertools.permutations(("apb", "aqb", "arb", "asb")):
        extract = extract_of(drawing, dict.fromkeys(("xa", *order, "by"), STREET))
        router = CchRouter(build_network(extract, BuildOptions("drawn", "drawn")))
        for mode in STREET_MODES:
            snaps = router.snap([Position(end, *at[end]) for end in "xy"], mode)
            assert router.path(*snaps).length_m == pytest.approx(400, abs=2)


def grid(side: int) -> tuple[SearchGraph, FloatArray]:
    """Return the turns (but turning round) of a grid of streets, and where its arcs lie."""
    nodes = [(x, y) for x in range(side) for y in range(side)]
    arcs = [
        (a, b) for a in nodes for b in nodes if abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1
    ]  # fmt: skip
    turns = [
        (i, j)
        for i, (a, b) in enumerate(arcs)
        for j, (c, d) in enumerate(arcs)
        if b == c and a != d
    ]
    tail, head = (np.array(one, dtype=np.int32) for one in zip(*turns, strict=True))
    graph = SearchGraph(len(arcs), tail, head, np.ones(len(turns), dtype=np.int32))
    return graph, np.array(arcs, dtype=np.float64).mean(axis=1)


def shortcuts(order: IntArray, graph: SearchGraph) -> int:
    """Return how many pairs a contraction joins that a way leads between, one way or back."""
    rank = np.argsort(order)
    size = len(order)
    ways = np.zeros((size, size), dtype=bool)
    ways[rank[graph.tail], rank[graph.head]] = True
    for at in range(size):
        into, out = (np.flatnonzero(one[at + 1 :]) + at + 1 for one in (ways[:, at], ways[at]))
        ways[np.ix_(into, out)] = True
    return int((ways | ways.T).sum()) // 2


def test_arcs_of_one_direction_together_make_fewer_shortcuts() -> None:
    graph, lonlat = grid(8)
    plain = contraction_order(graph, lonlat, turns=False)
    better = contraction_order(graph, lonlat, turns=True)
    assert sorted(better.tolist()) == list(range(graph.size))
    assert shortcuts(better, graph) < 0.95 * shortcuts(plain, graph)


def test_the_elimination_tree_is_that_of_the_contraction() -> None:
    graph, _ = grid(4)
    size = graph.size
    known = np.zeros((size, size), dtype=bool)
    known[graph.tail, graph.head] = known[graph.head, graph.tail] = True
    parents = []
    for at in range(size):
        above = np.flatnonzero(known[at, at + 1 :]) + at + 1
        known[np.ix_(above, above)] = True
        parents.append(int(above[0]) if len(above) else -1)
    found = elimination_tree(graph.tail.astype(np.int64), graph.head.astype(np.int64), size)
    assert found.tolist() == parents
