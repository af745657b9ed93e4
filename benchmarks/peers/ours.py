"""Our side, in a process of its own: `ours.py measure QUESTION ANSWER` (see `engines`)."""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import networkx as nx
import numpy as np

from benchmarks.bench_routing import World, networkx_query
from benchmarks.peers.measuring import query_ms, resident_mb, run_program, seconds, table_ms
from geo.cch import CchRouter
from geo.errors import NoPathError
from geo.models import Mode
from geo.network import StreetNetwork
from geo.planner.legs import make_leg
from geo.router import Position

FAR_M = 50_000.0
THEIR_PAIRS, THEIR_ROWS = 40, 8
"""networkx is slow: it answers these, and its table is reckoned from rows."""

Place = Sequence[float]


class Ours:
    """The router the service uses, one mode of it."""

    def __init__(self, network: StreetNetwork, mode: Mode) -> None:
        self.router, self.mode = CchRouter(network), mode

    def snapped(self, places: Sequence[Place]) -> tuple[Any, ...]:
        """Tie places to roads."""
        named = [Position(str(at), *place) for at, place in enumerate(places)]
        return self.router.snap(named, self.mode, limit_m=FAR_M)

    def leg(self, places: Sequence[Place]) -> object:
        """Return a leg with its line and steps, as an itinerary shows it."""
        start, end = self.snapped(places)
        try:
            return make_leg(start, end, self.router.path(start, end))
        except NoPathError:
            return None

    def route(self, places: Sequence[Place]) -> dict[str, Any] | None:
        """Return the way along a chain of places, on roads only."""
        snaps = self.snapped(places)
        try:
            paths = [self.router.path(*ends) for ends in pairwise(snaps)]
        except NoPathError:
            return None
        return {
            "length_m": sum(path.length_m for path in paths),
            "duration_s": sum(path.duration_s for path in paths),
            "line": [point for path in paths for point in path.coordinates],
            "snaps_m": [snap.approach_m for snap in snaps],
        }

    def costs(self, places: Sequence[Place]) -> object:
        """Return what paths minimise, in seconds."""
        return self.router.matrix(self.snapped(places)).cost.tolist()

    def table(self, places: Sequence[Place]) -> object:
        """Return times and lengths."""
        matrix = self.router.matrix(self.snapped(places))
        return matrix.duration_s.tolist(), matrix.length_m.tolist()


def networkx_ms(ours: Ours, question: dict[str, Any]) -> tuple[float, float]:
    """Return the median of networkx's query and its table, in ms, on the same edges."""
    graph = ours.router.network.graph(ours.mode)
    lon, lat = nx.get_node_attributes(graph, "x"), nx.get_node_attributes(graph, "y")

    def nearest(place: Place) -> int:
        return min(graph, key=lambda node: abs(lon[node] - place[0]) + abs(lat[node] - place[1]))

    pairs = question["pairs"][:THEIR_PAIRS]
    nodes = [nearest(place) for pair in pairs for place in (pair[:2], pair[2:])]
    world = World(ours.router.network, ours.router, graph, ours.mode, (), nodes)
    query = query_ms(lambda at: networkx_query(world, at), range(len(pairs)))["median"]
    row = statistics.median(
        seconds(lambda at=at: nx.single_source_dijkstra(graph, at, weight="cost_ms"))
        for at in nodes[:THEIR_ROWS]
    )
    return query, row * len(question["sites"]) * 1000


def same_edges_ms(ours: Ours, pairs: Sequence[tuple[Place, Place]]) -> float:
    """Return the median of networkx's shortest path over the very graph ours searches, in ms.

    With turns its nodes are arcs. Places are tied beforehand, and the path is left as nodes: no
    line, no steps.
    """
    network = ours.router.network
    profile, segments = network.profile(ours.mode), network.segments
    search = profile.search_graph(segments.ends, len(segments.nodes))
    dearest_first = np.argsort(-search.weight.astype(np.int64), kind="stable")
    columns = (one[dearest_first].tolist() for one in (search.tail, search.head, search.weight))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_weighted_edges_from(zip(*columns, strict=True), weight="cost_ms")
    arcs = profile.arcs_of(len(segments)).max(axis=1)
    tails = profile.ends(segments.ends)[0]

    def node(place: Place) -> int:
        arc = int(arcs[ours.snapped([place])[0].edge])
        return arc if profile.has_turns else int(tails[arc])

    asked = [(node(start), node(end)) for start, end in pairs]

    def answer(ends: tuple[int, int]) -> None:
        with contextlib.suppress(nx.NetworkXNoPath):
            nx.shortest_path(graph, *ends, weight="cost_ms")

    return query_ms(answer, asked)["median"]


def measure(question: dict[str, Any]) -> dict[str, Any]:
    """Load, ask and time our router for one mode."""
    before, begun = resident_mb(), time.perf_counter()
    ours = Ours(StreetNetwork.load(Path(question["work"])), cast("Mode", question["mode"]))
    pairs = [(pair[:2], pair[2:]) for pair in question["pairs"]]
    ours.leg(pairs[0])
    load_s, loaded = time.perf_counter() - begun, resident_mb()
    answer = {
        "load_s": load_s,
        "resident_mb": loaded,
        "added_mb": loaded - before,
        "query_ms": query_ms(ours.leg, pairs),
        "table_ms": table_ms(lambda: ours.table(question["sites"])),
        "costs_ms": table_ms(lambda: ours.costs(question["sites"])),
        "routes": [ours.route(pair) for pair in pairs],
    }
    answer["networkx_query_ms"], answer["networkx_table_ms"] = networkx_ms(ours, question)
    return answer


def follow(question: dict[str, Any]) -> list[dict[str, Any] | None]:
    """Return the way along each chain of places."""
    network = StreetNetwork.load(Path(question["work"]))
    # What is asked is whether roads may be taken: long tunnels, too, which places are not tied to.
    vars(network)["crossings"] = np.zeros(len(network.segments), dtype=bool)
    ours = Ours(network, cast("Mode", question["mode"]))
    return [ours.route(chain) for chain in question["chains"]]


def build(file: Path, folder: Path) -> tuple[float, float]:
    """Build all four profiles as a user does; return seconds and the peak in MB."""
    program = Path(sys.executable).with_name("redtrails")
    words = [program, "network", "build", file, "--output", folder]
    return run_program(words, folder.with_suffix(".log"))


def main(words: Sequence[str]) -> None:
    """Answer a question."""
    verb, asked, answered = words
    question = json.loads(Path(asked).read_text())
    answer = {"measure": measure, "follow": follow}[verb](question)
    Path(answered).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
