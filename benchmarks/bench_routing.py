"""Routing against osmnx/networkx on the same graphs: one query with geometry, and 89 × 89.

Networkx is slow at 100,000 nodes, so it answers a few pairs and a few rows, and its table is
reckoned from them; ours answers all. Every pair it answers is checked to cost the same.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox

from benchmarks.peers.measuring import seconds
from geo.cch import CchRouter
from geo.models import Mode, Road
from geo.network import StreetNetwork, build_schematic
from geo.network.compiling import Drawing, Pricing, compile_network
from geo.network.schematic import MANIFEST
from geo.router import Position, Snap

SIDE = 320
"""Junctions along one side of the synthetic grid: 320² = 102,400 nodes, about Qingdao's size."""

STEP_DEG = 0.001
SITES = 89
OUR_PAIRS, THEIR_PAIRS, THEIR_ROWS = 300, 8, 4


def synthetic_grid(side: int = SIDE) -> StreetNetwork:
    """Return a square grid of two-way streets with random speeds; a drawing, not a place."""
    at = np.arange(side * side).reshape(side, side)
    pairs = [np.stack([at[:, :-1], at[:, 1:]], -1), np.stack([at[:-1], at[1:]], -1)]
    ends = np.concatenate([pair.reshape(-1, 2) for pair in pairs]).astype(np.int32)
    nodes = np.stack([at % side, at // side], -1).reshape(-1, 2) * STEP_DEG + (120.0, 36.0)
    lines = np.stack([nodes[ends[:, 0]], nodes[ends].mean(axis=1), nodes[ends[:, 1]]], 1)
    streets = tuple(Road("", f"Street {k}", "", "residential") for k in range(side))
    drawing = Drawing(
        nodes,
        ends,
        lines.reshape(-1, 2),
        np.arange(0, 3 * len(ends) + 1, 3, dtype=np.int32),
        (ends[:, 0] % side).astype(np.int32),
        streets,
        np.zeros(len(ends), dtype=np.uint8),
    )
    speed = np.random.default_rng(7).uniform(5, 20, len(ends))
    arcs = np.arange(2 * len(ends), dtype=np.int32)
    duration = (drawing.lengths() / speed)[arcs >> 1]
    return compile_network(drawing, {"drive": Pricing(arcs, duration, None, 1.0)}, MANIFEST)


@dataclass(frozen=True)
class World:
    """A network with a router over it, its networkx graph, and positions on it."""

    network: StreetNetwork
    router: CchRouter
    graph: nx.MultiDiGraph[int]
    mode: Mode
    snaps: tuple[Snap, ...]
    nodes: list[int]

    @classmethod
    def of(cls, network: StreetNetwork, mode: Mode) -> World:
        """Choose random junctions; networkx can only start at one, so we do too."""
        graph, router = network.graph(mode), CchRouter(network)
        nodes = random.Random(1).choices(sorted(graph.nodes), k=2 * OUR_PAIRS)  # noqa: S311
        places = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in nodes]
        snaps = router.snap([Position(str(n), *at) for n, at in enumerate(places)], mode)
        return cls(network, router, graph, mode, snaps, nodes)


def networkx_query(world: World, pair: int) -> float:
    """Answer one pair as osmnx does, geometry included; return its cost in ms."""
    start, end = world.nodes[2 * pair], world.nodes[2 * pair + 1]
    nodes = ox.routing.shortest_path(world.graph, start, end, weight="cost_ms") or []
    if len(nodes) < 2:
        return 0.0
    edges = ox.routing.route_to_gdf(world.graph, nodes, weight="cost_ms")
    edges.geometry.union_all()
    return float(edges["cost_ms"].sum())


def compare(world: World) -> list[tuple[str, float, float]]:
    """Return (what, our seconds, networkx's seconds)."""
    ours = [
        seconds(lambda at=at: world.router.path(*world.snaps[2 * at : 2 * at + 2]))
        for at in range(OUR_PAIRS)
    ]
    costs: list[float] = []
    theirs = [
        seconds(lambda at=at: costs.append(networkx_query(world, at))) for at in range(THEIR_PAIRS)
    ]
    sites = world.snaps[:SITES]
    matrix = world.router.matrix(world.snaps[: 2 * THEIR_PAIRS]).cost
    for at, cost in enumerate(costs):
        assert abs(matrix[2 * at, 2 * at + 1] * 1000 - cost) <= 2, "not the same path"
    row = statistics.median(
        seconds(lambda at=at: nx.single_source_dijkstra(world.graph, at, weight="cost_ms"))
        for at in world.nodes[:THEIR_ROWS]
    )
    table = statistics.median(seconds(lambda: world.router.matrix(sites)) for _ in range(5))
    whole = seconds(lambda: world.router.matrix(sites).length_m)
    return [
        ("one query with geometry", statistics.median(ours), statistics.median(theirs)),
        ("89 × 89, costs", table, row * SITES),
        ("89 × 89, costs, durations, lengths", whole, row * SITES),
    ]


def load_seconds(network: StreetNetwork) -> tuple[float, float]:
    """Return how long reading a saved network takes, and building its hierarchies."""
    with tempfile.TemporaryDirectory() as folder:
        network.save(Path(folder) / "net")
        begun = time.perf_counter()
        loaded = StreetNetwork.load(Path(folder) / "net")
        return time.perf_counter() - begun, seconds(lambda: CchRouter(loaded))


def report(title: str, build: Callable[[], StreetNetwork], modes: tuple[Mode, ...]) -> None:
    """Build a network, time it and print its rows."""
    begun = time.perf_counter()
    network = build()
    built = time.perf_counter() - begun
    load, ready = load_seconds(network)
    counts = network.manifest.counts
    print(f"\n{title}: {counts['nodes']:,} nodes, {counts['segments']:,} segments")
    print(f"  built in {built:.2f} s; loaded in {load:.3f} s, ready {ready:.2f} s later")
    for mode in modes:
        for what, ours, theirs in compare(World.of(network, mode)):
            print(
                f"  {mode:5} {what:36} {ours * 1000:9.3f} ms   networkx {theirs * 1000:11.1f} ms"
                f"   ratio {theirs / ours:9,.0f}"
            )


def main() -> None:
    """Print the table."""
    backbone = files("routes_data") / "facts" / "backbone"
    report("schematic network of Qingdao", lambda: build_schematic(backbone), ("walk", "drive"))
    report("synthetic grid of Qingdao's size", synthetic_grid, ("drive",))


if __name__ == "__main__":
    main()
