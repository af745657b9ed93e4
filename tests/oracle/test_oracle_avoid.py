"""Avoiding: the router equals networkx on the graph without what is kept off."""

from __future__ import annotations

import random
from functools import cache

import networkx as nx
import numpy as np
import pytest
import shapely
from network_worlds import extract_of, osm_files, places

from geo.avoid import KINDS, Avoid
from geo.cch import CchRouter
from geo.errors import InvalidParameterError, NoPathError, OffNetworkError
from geo.models import Mode
from geo.network import StreetNetwork
from geo.network.osm.build import BuildOptions, build_network
from geo.network.osm.files import read_osm_file
from geo.router import Position, Snap

DRAWING = """
a---b---c---d
|           |
e-----------f
"""
"""From a to d straight on by whatever lies between b and c, else round by e and f."""


def drawn(middle: dict[str, str]) -> CchRouter:
    street = {"highway": "residential"}
    ways = {"ab": street, "bc": middle, "cd": street, "aefd": street}
    return CchRouter(build_network(extract_of(DRAWING, ways), BuildOptions("drawn", "drawn")))


@pytest.mark.parametrize(
    ("kind", "mode", "tags"),
    [
        ("tolls", "drive", {"highway": "primary", "toll": "yes"}),
        ("motorways", "drive", {"highway": "motorway", "oneway": "no"}),
        ("stairs", "walk", {"highway": "steps"}),
        ("ferries", "walk", {"route": "ferry", "duration": "00:00:05"}),
    ],
)
def test_what_is_avoided_is_gone_round(kind: str, mode: Mode, tags: dict[str, str]) -> None:
    router = drawn(tags)
    at = places(DRAWING)

    def length_m(one: CchRouter) -> float:
        snaps = one.snap([Position(end, *at[end]) for end in "ad"], mode)
        return one.path(*snaps).length_m

    others = tuple(other for other in KINDS if other != kind)
    straight, round_ = length_m(router.avoiding(Avoid(others))), 500.0
    assert straight < 310 or kind == "ferries"  # a ferry is waited for
    kept = router.avoiding(Avoid((kind,))).network.profile(mode)  # type: ignore[arg-type]
    assert len(kept.arcs) == len(router.network.profile(mode).arcs) - 2
    assert length_m(router.avoiding(Avoid((kind,)))) == pytest.approx(round_, abs=5)  # type: ignore[arg-type]
    lon, lat = ((at["b"][0] + at["c"][0]) / 2, at["b"][1])
    for area in (
        (lon, lat, 20.0),
        (lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4),
        (lon, lat - 1e-4, lon + 1e-4, lat + 1e-4, lon - 1e-4, lat + 1e-4),
    ):
        assert length_m(router.avoiding(Avoid(areas=(area,)))) == pytest.approx(round_, abs=5)


def filtered_graph(network: StreetNetwork, mode: str, closed: np.ndarray) -> nx.DiGraph[int]:
    """Return the search graph of the whole network, its edges over closed segments left out."""
    profile, segments = network.profile(mode), network.segments
    search = profile.search_graph(segments.ends, len(segments.nodes))
    if profile.has_turns:
        gone = closed[profile.segments[search.tail]] | closed[profile.segments[search.head]]
    else:
        gone = closed[profile.segments]
    graph: nx.DiGraph[int] = nx.DiGraph()
    rows = zip(search.tail, search.head, search.weight, gone, strict=True)
    for start, end, weight, shut in rows:
        if not shut:
            known = graph.get_edge_data(int(start), int(end), {"weight": weight})["weight"]
            graph.add_edge(int(start), int(end), weight=min(int(weight), int(known)))
    return graph


def kept_off(network: StreetNetwork, avoid: Avoid) -> np.ndarray:
    """Return the closed segments, worked out road by road."""
    roads = network.roads()
    closed = np.zeros(len(roads), dtype=bool)
    if "motorways" in avoid.kinds:
        closed |= roads.highway.str.startswith("motorway").to_numpy()
    if "stairs" in avoid.kinds:
        closed |= (roads.highway == "steps").to_numpy()
    if "tolls" in avoid.kinds:
        closed |= network.segments.flags & 2 != 0
    for west, south, east, north in avoid.areas:
        closed |= roads.geometry.intersects(shapely.box(west, south, east, north)).to_numpy()
    return closed


def ways_out(network: StreetNetwork, snap: Snap, *, leaving: bool) -> list[tuple[int, int]]:
    """Return (search node, ms) by which a position is left or reached."""
    profile = network.profile(snap.mode)
    tail, head = profile.ends(network.segments.ends)
    found = []
    for arc in np.flatnonzero(profile.segments == snap.edge).tolist():
        share = 1 - snap.fraction if profile.backward[arc] else snap.fraction
        whole = int(profile.cost_ms[arc])
        spent = round(whole * share)
        if not leaving:
            found.append((arc if profile.has_turns else int(tail[arc]), spent))
        elif profile.has_turns:
            low, high = profile.turn_first[arc], profile.turn_first[arc + 1]
            after = zip(profile.turn_to[low:high], profile.turn_ms[low:high], strict=True)
            found += [(int(to), whole - spent + int(delay)) for to, delay in after]
        else:
            found.append((int(head[arc]), whole - spent))
    return found


def check(router: CchRouter, mode: Mode, avoid: Avoid, pairs: int) -> None:
    network, without = router.network, router.avoiding(avoid)
    closed = kept_off(network, avoid)
    graph = filtered_graph(network, mode, closed)
    chance = random.Random(f"{mode} 1925")  # noqa: S311 - a sample, no secret
    rows = np.unique(network.profile(mode).segments)
    lines = network.segments.geometries(np.array(chance.choices(rows.tolist(), k=2 * pairs)))
    middles = [line.interpolate(0.5, normalized=True) for line in lines]
    snaps = without.snap([Position("", at.x, at.y) for at in middles], mode, limit_m=50_000)
    assert not closed[[snap.edge for snap in snaps]].any()
    reached = 0
    for here, there in zip(snaps[::2], snaps[1::2], strict=True):
        if here.edge == there.edge:
            continue
        profile = network.profile(mode)
        links = [("here", node, ms) for node, ms in ways_out(network, here, leaving=True)]
        if profile.has_turns:
            links = [link for link in links if not closed[profile.segments[link[1]]]]
        links += [(node, "there", ms) for node, ms in ways_out(network, there, leaving=False)]
        # A road that begins and ends at one node is left that way twice: the cheaper counts.
        graph.add_weighted_edges_from(sorted(links, key=lambda link: -link[2]))
        graph.add_nodes_from(["here", "there"])
        try:
            wanted = nx.dijkstra_path_length(graph, "here", "there")
        except nx.NetworkXNoPath:
            wanted = np.inf
        graph.remove_nodes_from(["here", "there"])
        assert without.matrix([here, there]).cost[0, 1] * 1000 == pytest.approx(wanted, abs=1e-6)
        if np.isfinite(wanted):
            reached += 1
            assert without.path(here, there).length_m > 0
    assert reached > pairs / 2


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_on_the_schematic_network_200_pairs_are_those_of_networkx(
    mode: Mode, qingdao_router: CchRouter
) -> None:
    avoid = Avoid.of(["motorways", "stairs"], [(120.36, 36.06, 120.38, 36.08)])
    check(qingdao_router, mode, avoid, 200)


@cache
def street_router(name: str) -> CchRouter:
    (path,) = (path for path in osm_files() if path.name == name)
    return CchRouter(build_network(read_osm_file(path), BuildOptions("test", name)))


@pytest.mark.slow
@pytest.mark.skipif(
    len(osm_files()) == 0,
    reason="no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM",
)
@pytest.mark.parametrize("name", [path.name for path in osm_files()])
@pytest.mark.parametrize("mode", ["walk", "cycle", "drive", "coach"])
def test_on_real_streets_200_pairs_are_those_of_networkx(mode: Mode, name: str) -> None:
    router = street_router(name)
    west, south, east, north = router.network.manifest.bbox
    wide, high = (east - west) / 20, (north - south) / 20
    x, y = (west + east) / 2, (south + north) / 2
    avoid = Avoid.of(["tolls", "motorways", "stairs"], [(x - wide, y - high, x + wide, y + high)])
    check(router, mode, avoid, 200)


def test_what_is_not_known_or_leaves_nothing_is_refused(qingdao_router: CchRouter) -> None:
    with pytest.raises(InvalidParameterError):
        qingdao_router.avoiding(Avoid(("tolls",)))
    nowhere = qingdao_router.avoiding(Avoid(areas=((118.0, 34.0, 123.0, 38.0),)))
    with pytest.raises((NoPathError, OffNetworkError)):
        nowhere.snap([Position("start", 120.31, 36.065)], "walk")
