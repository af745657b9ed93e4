"""The router against networkx on the same arcs, and the network against known distances."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from importlib.resources.abc import Traversable

import networkx as nx
import numpy as np
import pytest

from geo.cch import CchRouter
from geo.models import Mode
from geo.network import StreetNetwork
from geo.router import Position, Snap

SEED = 20211


def scattered(network: StreetNetwork, count: int, seed: int) -> list[Position]:
    """Return positions around random junctions, up to 500 m off."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    nodes = network.node_degrees.tolist()
    return [
        Position(str(at), lon + chance.uniform(-0.005, 0.005), lat + chance.uniform(-0.005, 0.005))
        for at, (lon, lat) in enumerate(chance.choices(nodes, k=count))
    ]


def with_ends(graph: nx.MultiDiGraph[int], here: Snap, there: Snap) -> nx.MultiDiGraph[int]:
    """Return a copy in which "here" and "there" are nodes on their roads.

    Shares of a cost are whole milliseconds, as the router's are.
    """
    joined = graph.copy()
    for start, end, data in graph.edges(data=True):
        spent = {}
        for snap in (here, there):
            if data["osmid"] == snap.edge:
                share = 1 - snap.fraction if data["reversed"] else snap.fraction
                spent[snap] = round(data["cost_ms"] * share)
        if here in spent:
            joined.add_edge("here", end, cost_ms=data["cost_ms"] - spent[here])
        if there in spent:
            joined.add_edge(start, "there", cost_ms=spent[there])
        if len(spent) == 2 and spent[here] <= spent[there]:
            joined.add_edge("here", "there", cost_ms=spent[there] - spent[here])
    return joined


def check_pairs(network: StreetNetwork, router: CchRouter, mode: Mode, pairs: int) -> None:
    graph = network.graph(mode)
    snaps = router.snap(scattered(network, 2 * pairs, SEED), mode, limit_m=20_000)
    matrix = router.matrix(snaps).cost
    for at in range(pairs):
        here, there = snaps[2 * at], snaps[2 * at + 1]
        wanted = nx.dijkstra_path_length(with_ends(graph, here, there), "here", "there", "cost_ms")
        assert round(matrix[2 * at, 2 * at + 1] * 1000) == wanted
        assert router.path(here, there).duration_s * 1000 <= wanted + 1e-6


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_random_pairs_cost_what_dijkstra_says(
    qingdao_network: StreetNetwork, qingdao_router: CchRouter, mode: Mode
) -> None:
    check_pairs(qingdao_network, qingdao_router, mode, 60)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_a_thousand_random_pairs_cost_what_dijkstra_says(
    qingdao_network: StreetNetwork, qingdao_router: CchRouter, mode: Mode
) -> None:
    check_pairs(qingdao_network, qingdao_router, mode, 1000)


def test_the_path_itself_costs_what_is_claimed(
    qingdao_network: StreetNetwork, qingdao_router: CchRouter
) -> None:
    """Length and duration of a drive add up to its cost, by the formula of the README."""
    snaps = qingdao_router.snap(scattered(qingdao_network, 40, SEED + 1), "drive", limit_m=20_000)
    matrix = qingdao_router.matrix(snaps)
    for i, here in enumerate(snaps):
        path = qingdao_router.path(here, snaps[-1 - i])
        arcs = path.length_m / 100  # each arc rounds to a millisecond; arcs are ≥ 100 m on average
        assert path.duration_s + 0.036 * path.length_m == pytest.approx(
            matrix.cost[i, -1 - i], abs=0.001 * (arcs + 2)
        )


def reference(facts: Traversable, file: str) -> Iterator[dict[str, str]]:
    return csv.DictReader((facts / "backbone" / file).read_text(encoding="utf-8").splitlines())


def test_known_drives_come_out_as_the_readme_claims(
    facts: Traversable, qingdao_router: CchRouter
) -> None:
    errors = []
    for row in reference(facts, "known_distances.csv"):
        ends = [
            Position(row[f"{end}_name"], float(row[f"{end}_lon"]), float(row[f"{end}_lat"]))
            for end in ("from", "to")
        ]
        path = qingdao_router.path(*qingdao_router.snap(ends, "drive", limit_m=5000))
        errors.append(abs(path.length_m / 1000 / float(row["km"]) - 1))
    assert len(errors) == 50
    assert np.median(errors) == pytest.approx(0.060, abs=0.01)
    assert np.percentile(errors, 90) == pytest.approx(0.158, abs=0.015)
    claimed = dict(qingdao_router.info.accuracy)["drive"]
    assert claimed == pytest.approx(np.median(errors), abs=0.005)


def test_known_walks_come_out_as_the_readme_claims(
    facts: Traversable, qingdao_router: CchRouter
) -> None:
    node = {
        row["id"]: Position(row["id"], float(row["lon"]), float(row["lat"]))
        for row in reference(facts, "nodes.csv")
    }
    errors = []
    for row in reference(facts, "known_walks.csv"):
        ends = [node[row["from_id"]], node[row["to_id"]]]
        path = qingdao_router.path(*qingdao_router.snap(ends, "walk"))
        errors.append(abs(path.length_m / float(row["metres"]) - 1))
    claimed = dict(qingdao_router.info.accuracy)["walk"]
    assert claimed == pytest.approx(np.median(errors), abs=0.005)
    assert claimed < 0.11
