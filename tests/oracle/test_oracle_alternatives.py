"""Alternatives: what is promised of them, worked out anew with networkx."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate, combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from network_worlds import extract_of, osm_files, places
from pyproj import Geod

from geo.cch import CchRouter
from geo.models import LonLat, Mode
from geo.network import Profile, StreetNetwork
from geo.network.chains import Chain
from geo.network.lines import IntArray
from geo.network.osm.build import BuildOptions, build_network
from geo.network.osm.files import read_osm_file
from geo.network.otherwise import LOCAL, SHARED, STRETCH
from geo.router import Path, Position, Snap

GEOD = Geod(ellps="WGS84")
STREET = {"highway": "residential"}

TWO_STREETS = """
    b-------c---g
a---|       |---f
    d-------e---h
"""
"""Two streets of equal length from a to f, each with a side street, to g and to h."""

LONG_WAY = """
    b-------c


a---d-------e---f
"""
"""From a to f straight on, or round the block: a third longer."""

TAIL = """
                    b---c
a-------------------x   f
                    d---e
"""
"""Most of the way to f is the same whichever way the last block is passed."""


def router_of(drawing: str, ways: tuple[str, ...]) -> CchRouter:
    extract = extract_of(drawing, dict.fromkeys(ways, STREET))
    return CchRouter(build_network(extract, BuildOptions("drawn", "drawn", ("walk",))))


def snaps_of(router: CchRouter, drawing: str, ends: str) -> tuple[Snap, ...]:
    at = places(drawing)
    return router.snap([Position(end, *at[end]) for end in ends], "walk")


def test_two_streets_of_one_length_are_both_told() -> None:
    router = router_of(TWO_STREETS, ("abcf", "adef", "cg", "eh"))
    ends = snaps_of(router, TWO_STREETS, "af")
    best = router.path(*ends)
    (other,) = router.alternatives(*ends, 2)
    assert other.length_m == pytest.approx(best.length_m, abs=0.1)
    assert set(other.coordinates[1:-1]).isdisjoint(best.coordinates[1:-1])
    assert router.alternatives(*ends, 0) == ()


@pytest.mark.parametrize(
    ("drawing", "ways"), [(LONG_WAY, ("adef", "abcf")), (TAIL, ("axbcf", "xdef"))]
)
def test_what_is_much_longer_or_mostly_the_same_is_none(
    drawing: str, ways: tuple[str, ...]
) -> None:
    router = router_of(drawing, ways)
    assert router.alternatives(*snaps_of(router, drawing, "af"), 2) == ()


def search_graph(network: StreetNetwork, mode: str) -> nx.DiGraph[int]:
    """Return the search graph with the cost of every edge."""
    profile, segments = network.profile(mode), network.segments
    search = profile.search_graph(segments.ends, len(segments.nodes))
    graph: nx.DiGraph[int] = nx.DiGraph()
    rows = zip(search.tail.tolist(), search.head.tolist(), search.weight.tolist(), strict=True)
    for start, end, weight in rows:
        known = graph.get_edge_data(start, end, {"weight": weight})["weight"]
        graph.add_edge(start, end, weight=min(weight, known))
    return graph


def pieces(path: Path) -> dict[frozenset[LonLat], float]:
    """Return the length (m) of every straight piece of a path by its two ends."""
    return {
        frozenset(pair): GEOD.line_length(*zip(*pair, strict=True))
        for pair in pairwise(path.coordinates)
    }


def shared_m(one: Path, other: Path) -> float:
    mine, theirs = pieces(one), pieces(other)
    return sum(mine[pair] for pair in mine.keys() & theirs.keys())


def visited(profile: Profile, ends: IntArray, chain: Chain) -> tuple[list[int], list[int]]:
    """Return the search nodes along a chain and the cost (ms) from one to the next."""
    arcs = chain.arcs
    if profile.has_turns:
        return arcs[1:].tolist(), (profile.cost_ms[arcs] + np.append(chain.turns_ms[1:], 0))[
            1:-1
        ].tolist()
    tail, _ = profile.ends(ends)
    return tail[arcs[1:]].tolist(), profile.cost_ms[arcs[1:-1]].tolist()


def check_locally(graph: nx.DiGraph[int], nodes: list[int], steps: list[int], reach: float) -> None:
    """Every part of a way that costs no more than `reach` is a cheapest path."""
    spent = [0, *accumulate(steps)]
    for at, node in enumerate(nodes):
        last = max(i for i in range(at, len(nodes)) if spent[i] - spent[at] <= reach)
        cheapest = nx.single_source_dijkstra_path_length(graph, node, cutoff=reach + 1)
        assert cheapest[nodes[last]] == spent[last] - spent[at]


def check(router: CchRouter, mode: Mode, pairs: int) -> int:
    """Hold the alternatives of random pairs to what is promised; return how many there are."""
    network = router.network
    chance = random.Random(f"{mode} 1927")  # noqa: S311 - a sample, no secret
    rows = chance.sample(np.unique(network.profile(mode).segments).tolist(), 2 * pairs)
    middles = [
        line.interpolate(0.5, normalized=True)
        for line in network.segments.geometries(np.array(rows))
    ]
    snaps = router.snap([Position("", one.x, one.y) for one in middles], mode)
    graph = search_graph(network, mode)
    engine = router._engine(mode)
    count = 0
    for here, there in zip(snaps[::2], snaps[1::2], strict=True):
        cost_ms = float(router.matrix([here, there]).cost[0, 1]) * 1000
        others = router.alternatives(here, there, 2)
        assert len(others) <= (2 if np.isfinite(cost_ms) else 0)
        if not others:
            continue
        count += len(others)
        ways = (router.path(here, there), *others)
        for other in others:
            assert other.length_m <= STRETCH * ways[0].length_m + 0.1
            assert other.duration_s <= STRETCH * ways[0].duration_s + 0.01
        for one, other in combinations(ways, 2):
            factor = network.profile(mode).length_factor
            shorter = min(one.length_m, other.length_m) / factor
            assert shared_m(one, other) <= SHARED * shorter + 1.0
        for chain in engine.alternatives(here, there, 2):
            nodes, steps = visited(network.profile(mode), network.segments.ends, chain)
            assert sum(steps) <= STRETCH * cost_ms
            check_locally(graph, nodes, steps, LOCAL * cost_ms)
    return count


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_on_the_schematic_network_promises_are_kept(mode: Mode, qingdao_router: CchRouter) -> None:
    assert check(qingdao_router, mode, 15) > 5


@cache
def street_router(name: str) -> CchRouter:
    (path,) = (path for path in osm_files() if path.name == name)
    return CchRouter(build_network(read_osm_file(path), BuildOptions("test", name)))


@pytest.mark.skipif(
    len(osm_files()) == 0,
    reason="no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM",
)
@pytest.mark.parametrize("name", [path.name for path in osm_files()])
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_on_real_streets_promises_are_kept(mode: Mode, name: str) -> None:
    assert check(street_router(name), mode, 4) > 0


@pytest.mark.slow
@pytest.mark.skipif(
    len(osm_files()) == 0,
    reason="no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM",
)
@pytest.mark.parametrize("name", [path.name for path in osm_files()])
@pytest.mark.parametrize("mode", ["walk", "cycle", "drive", "coach"])
def test_on_real_streets_promises_are_kept_by_many(mode: Mode, name: str) -> None:
    assert check(street_router(name), mode, 60) > 20
