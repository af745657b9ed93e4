"""The schematic network: cut at junctions, priced by the backbone's README, as osmnx wants it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmnx as ox
import pytest
from network_worlds import places, write_backbone
from pyproj import Geod

from geo.errors import InvalidParameterError
from geo.models import MODES
from geo.network import StreetNetwork, build_schematic
from geo.network.backbone import read_backbone

WGS84 = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def lattice(tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return build_schematic(write_backbone(tmp_path_factory.mktemp("backbone")))


def test_roads_are_cut_where_they_meet_and_nowhere_else(tmp_path: Path) -> None:
    drawing = """
    a-b-c-d
      |
      e"""
    network = build_schematic(
        write_backbone(tmp_path, drawing, ("Long, residential: abcd", "Short, residential: be"))
    )
    roads = network.roads()
    # b is a junction; c only bends.
    assert [len(line.coords) for line in roads.geometry] == [2, 3, 2]
    assert roads.name_en.tolist() == ["Long", "Long", "Short"]


def test_modes_keep_to_their_roads(lattice: StreetNetwork) -> None:
    roads = lattice.roads().drop_duplicates("name_en").set_index("name_en")
    assert not roads.walk["Motorway"]
    assert roads.drive["Motorway"]
    assert roads.walk["Steps"]
    assert not roads.drive["Steps"]


def test_one_ways_bind_cars_only(lattice: StreetNetwork) -> None:
    def directions(mode: str) -> list[bool]:
        edges = lattice.graph(mode).edges(data=True)
        return [data["reversed"] for *_, data in edges if data["name"] == "One Way"]

    assert directions("drive") == [False, False]
    assert sorted(directions("walk")) == [False, False, True, True]


def test_lengths_are_geodesic_times_the_factor(lattice: StreetNetwork) -> None:
    place = places("a---b")
    metres = WGS84.inv(*place["a"], *place["b"])[2]
    for mode, factor in (("drive", 1.05), ("walk", 1.08)):
        edges = lattice.graph(mode).edges(data=True)
        lengths = [data["length"] for *_, data in edges if data["name"] == "North Street"]
        assert len(lengths) == 4
        assert lengths == pytest.approx([metres * factor] * 4, rel=1e-9)


def test_every_length_equals_pyproj(qingdao_network: StreetNetwork) -> None:
    lines = qingdao_network.roads().geometry
    lengths = np.array([WGS84.geometry_length(line) for line in lines])
    assert np.abs(lengths / qingdao_network.segments.length_m - 1).max() < 1e-6


def test_times_follow_the_readme(lattice: StreetNetwork) -> None:
    walk = lattice.graph("walk").edges(data=True)
    assert all(
        data["travel_time"] == pytest.approx(data["length"] / 1.25, abs=0.001) for *_, data in walk
    )
    drive = lattice.graph("drive").edges(data=True)
    # 36 km/h (72 on the motorway), and 0.036 s a metre more when a path is chosen.
    for *_, data in drive:
        speed = 20 if data["highway"] == "motorway" else 10
        seconds = data["length"] / speed
        assert data["travel_time"] == pytest.approx(seconds, abs=0.001)
        assert data["cost_ms"] == pytest.approx(1000 * seconds + 36 * data["length"], abs=1)


def test_osmnx_accepts_the_graph(lattice: StreetNetwork) -> None:
    graph = lattice.graph("drive")
    nodes, edges = ox.convert.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:4326"
    assert {"length", "highway", "oneway", "speed_kph", "travel_time"} <= set(edges.columns)
    again = ox.convert.graph_from_gdfs(nodes, edges)
    assert again.number_of_edges() == graph.number_of_edges()
    projected = ox.projection.project_graph(graph, to_crs="EPSG:4549")
    assert next(iter(projected.nodes(data=True)))[1]["x"] > 500_000
    at = {(data["x"], data["y"]): node for node, data in graph.nodes(data=True)}
    place = places("a---b---c\n|\nd---e---f\n|\ng---h---i")
    path = ox.routing.shortest_path(graph, at[place["g"]], at[place["b"]], weight="travel_time")
    # The one-way street h-e-b cannot be driven north: by the western lane.
    assert path == [at[place[node]] for node in "gdab"]
    assert ox.stats.edge_length_total(graph) > 0


def test_the_shipped_network_is_what_its_readme_says(qingdao_network: StreetNetwork) -> None:
    manifest = qingdao_network.manifest
    assert manifest.fidelity == "schematic"
    assert manifest.length_km == pytest.approx(4014, abs=1)
    assert manifest.counts["drive_arcs"] == len(qingdao_network.profile("drive").arcs)
    assert dict(qingdao_network.info.accuracy).keys() == {"walk", "drive"}
    for mode in MODES:
        graph = qingdao_network.graph(mode)
        assert len(list(strongly_connected(graph))) == 1


def test_a_coach_takes_the_roads_of_cars_and_longer(qingdao_network: StreetNetwork) -> None:
    car, coach = (qingdao_network.profile(mode) for mode in ("drive", "coach"))
    assert np.array_equal(car.arcs, coach.arcs)
    length_m = qingdao_network.segments.length_m[coach.segments] * coach.length_factor
    long = length_m > 100  # times are kept to the millisecond
    assert (length_m * 3600 / coach.duration_ms)[long].max() <= 100.01
    assert (coach.duration_ms >= car.duration_ms).all()


def test_a_bicycle_goes_where_one_may_walk_but_up_no_stairs(
    qingdao_network: StreetNetwork,
) -> None:
    walk, cycle = (set(qingdao_network.profile(m).segments.tolist()) for m in ("walk", "cycle"))
    roads = qingdao_network.road_table
    kinds = {s: roads[qingdao_network.segments.road[s]].highway for s in walk}
    stairs = {segment for segment, kind in kinds.items() if kind == "steps"}
    assert stairs
    assert cycle == walk - stairs


def strongly_connected(graph: object) -> list[set[int]]:
    import networkx as nx  # noqa: PLC0415 - only here

    return list(nx.strongly_connected_components(graph))


def test_the_backbone_has_as_many_nodes_as_its_readme_says(facts: Path) -> None:
    backbone = read_backbone(facts / "backbone")
    drive = {node for road in backbone.roads if road.drivable for node in road.nodes}
    walk = {node for road in backbone.roads if road.walkable for node in road.nodes}
    assert (len(backbone.nodes), len(backbone.roads)) == (3202, 659)
    assert (len(drive), len(walk)) == (3084, 2799)


def test_an_unknown_mode_is_refused(lattice: StreetNetwork) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        lattice.graph("boat")
    assert caught.value.data["parameter"] == "mode"
