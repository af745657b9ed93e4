"""How long the bridge or tunnel is that a stretch is a piece of, and what is tied to it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from network_worlds import extract_of, places

from geo.cch import CchRouter
from geo.network.osm.build import BuildOptions, build_network
from geo.network.structures import run_lengths
from geo.router import Position


@pytest.mark.parametrize("seed", range(20))
def test_lengths_are_those_of_connected_parts(seed: int) -> None:
    chance = np.random.default_rng(seed)
    ends = chance.integers(0, 40, (45, 2)).astype(np.int32)
    length, kind = chance.uniform(1, 100, 45), chance.integers(0, 3, 45)
    wanted = np.zeros(45)
    for one in (1, 2):
        rows = np.flatnonzero(kind == one)
        graph: nx.Graph[int] = nx.Graph(ends[rows].tolist())
        for part in nx.connected_components(graph):
            inside = rows[np.isin(ends[rows, 0], list(part))]
            wanted[inside] = length[inside].sum()
    np.testing.assert_allclose(run_lengths(ends, length, kind), wanted)


DRAWING = """
a--b--c--d--e
      |
      f

g--h--i--j--k
"""


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_nobody_is_tied_to_a_piece_of_a_long_tunnel(mode: str) -> None:
    tunnel = {"highway": "residential", "tunnel": "yes"}
    street = {"highway": "residential"}
    ways = {"abcde": tunnel, "cf": tunnel, "ghijk": street, "ag": street, "ek": street}
    network = build_network(extract_of(DRAWING, ways), BuildOptions("test", "drawn"))
    at = places(DRAWING)
    snap = CchRouter(network).snap([Position("palace", *at["b"])], mode, limit_m=1e5)[0]  # type: ignore[arg-type]
    assert network.road_table[network.segments.road[snap.edge]].structure == ""
