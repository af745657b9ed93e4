"""Every profile of real street networks against Dijkstra on the same search graph."""

from __future__ import annotations

import contextlib
import random
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from network_worlds import osm_files

from api.web.texts import Texts
from geo.cch import CchRouter
from geo.errors import NoPathError
from geo.exchange import say_steps
from geo.models import Leg
from geo.network import Profile, StreetNetwork
from geo.network.osm.build import STREET_MODES, BuildOptions, build_network
from geo.network.osm.files import read_osm_file
from geo.planner.legs import make_leg
from geo.router import Position, Snap

FILES = osm_files()
needs_extracts = pytest.mark.skipif(
    not FILES, reason="no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM"
)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name.split(".")[0])
def router(request: pytest.FixtureRequest) -> CchRouter:
    path: Path = request.param
    return CchRouter(build_network(read_osm_file(path), BuildOptions("test", path.name)))


def arcs_graph(network: StreetNetwork, mode: str) -> nx.DiGraph[int | str]:
    """Return the search graph; its nodes are arcs where turns count, else junctions."""
    profile, segments = network.profile(mode), network.segments
    search = profile.search_graph(segments.ends, len(segments.nodes))
    graph: nx.DiGraph[int | str] = nx.DiGraph()
    for start, end, weight in zip(search.tail, search.head, search.weight, strict=True):
        known = graph.get_edge_data(int(start), int(end), {"weight": weight})["weight"]
        graph.add_edge(int(start), int(end), weight=min(int(weight), int(known)))
    return graph


def shares(profile: Profile, snap: Snap) -> list[tuple[int, int, int]]:
    """Return (arc, ms spent on it, ms of all of it) of every arc a position lies on."""
    found = []
    for arc in np.flatnonzero(profile.segments == snap.edge).tolist():
        share = 1 - snap.fraction if profile.backward[arc] else snap.fraction
        whole = int(profile.cost_ms[arc])
        found.append((arc, round(whole * share), whole))
    return found


def dijkstra(
    network: StreetNetwork, graph: nx.DiGraph[int | str], ends: tuple[Snap, Snap]
) -> float:
    """Return the cost in ms from one position to another, worked out without our own code."""
    profile = network.profile(ends[0].mode)
    tail, head = profile.ends(network.segments.ends)
    best = np.inf
    links: list[tuple[int | str, int | str, int]] = []
    for arc, spent, whole in shares(profile, ends[0]):
        if profile.has_turns:
            low, high = profile.turn_first[arc], profile.turn_first[arc + 1]
            after = zip(profile.turn_to[low:high], profile.turn_ms[low:high], strict=True)
            links += [("here", int(to), whole - spent + int(delay)) for to, delay in after]
        else:
            links.append(("here", int(head[arc]), whole - spent))
    for arc, spent, _ in shares(profile, ends[1]):
        links.append((arc if profile.has_turns else int(tail[arc]), "there", spent))
    for arc, spent, _ in shares(profile, ends[0]):
        for other, later, _ in shares(profile, ends[1]):
            if profile.arcs[arc] == profile.arcs[other] and spent <= later:
                best = min(best, later - spent)
    graph.add_nodes_from(["here", "there"])
    for start, end, weight in links:
        known = graph.get_edge_data(start, end, {"weight": weight})["weight"]
        graph.add_edge(start, end, weight=min(weight, known))
    with contextlib.suppress(nx.NetworkXNoPath):
        best = min(best, nx.dijkstra_path_length(graph, "here", "there"))
    graph.remove_nodes_from(["here", "there"])
    return float(best)


def check(router: CchRouter, mode: str, pairs: int) -> None:
    network = router.network
    chance = random.Random(f"{mode} 2021")  # noqa: S311 - a sample, no secret
    west, south, east, north = network.manifest.bbox
    positions = [
        Position(str(at), chance.uniform(west, east), chance.uniform(south, north))
        for at in range(2 * pairs)
    ]
    snaps = router.snap(positions, mode, limit_m=50_000)
    graph = arcs_graph(network, mode)
    for here, there in zip(snaps[::2], snaps[1::2], strict=True):
        wanted = dijkstra(network, graph, (here, there))
        matrix = router.matrix([here, there])
        assert matrix.cost[0, 1] * 1000 == pytest.approx(wanted, abs=1e-6)
        if np.isfinite(wanted):
            path = router.path(here, there)
            assert path.length_m == pytest.approx(matrix.length_m[0, 1], abs=1e-6)
            assert path.duration_s == pytest.approx(matrix.duration_s[0, 1], abs=1e-9)
            assert path.duration_s * 1000 <= wanted + 1e-6


@needs_extracts
@pytest.mark.parametrize("mode", STREET_MODES)
def test_random_pairs_cost_what_dijkstra_says(router: CchRouter, mode: str) -> None:
    check(router, mode, 25)


@needs_extracts
@pytest.mark.slow
@pytest.mark.parametrize("mode", STREET_MODES)
def test_a_thousand_random_pairs_cost_what_dijkstra_says(router: CchRouter, mode: str) -> None:
    check(router, mode, 1000)


def check_steps(leg: Leg) -> None:
    """Well formed: from the first to the last point of the road, each with its words."""
    kinds = [step.kind for step in leg.steps]
    assert (kinds[0], kinds[-1]) == (("depart" if leg.spans else "arrive"), "arrive")
    assert not {"depart", "arrive"} & set(kinds[1:-1])
    for before, after in pairwise(leg.steps):
        assert before.first <= before.last == after.first
    if leg.spans:
        assert (leg.steps[0].first, leg.steps[-1].last) == (leg.spans[0].first, leg.spans[-1].last)
    road_m = sum(span.length_m for span in leg.spans)
    told_m = sum(step.length_m for step in leg.steps)
    assert told_m == pytest.approx(road_m, abs=0.1 * len(leg.steps))
    for step in leg.steps:
        assert step.kind != "turn" or step.turn not in {"", "straight"}
        assert step.exit is None or step.exit >= 1
    for lang in ("zh", "en"):
        assert all(say_steps(leg, "street", Texts.for_lang(lang)))  # type: ignore[arg-type]


@needs_extracts
@pytest.mark.parametrize("mode", STREET_MODES)
def test_random_pairs_have_directions(router: CchRouter, mode: str) -> None:
    chance = random.Random(f"{mode} 1921")  # noqa: S311 - a sample, no secret
    west, south, east, north = router.network.manifest.bbox
    positions = [
        Position(str(at), chance.uniform(west, east), chance.uniform(south, north))
        for at in range(400)
    ]
    snaps = router.snap(positions, mode, limit_m=50_000)
    told = set()
    for here, there in zip(snaps[::2], snaps[1::2], strict=True):
        with contextlib.suppress(NoPathError):
            leg = make_leg(here, there, router.path(here, there))
            check_steps(leg)
            told.update(step.kind for step in leg.steps)
    assert {"depart", "turn", "continue", "arrive"} <= told
