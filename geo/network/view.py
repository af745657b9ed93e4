"""A network as frames and graphs other software knows: GeoPandas, networkx, osmnx."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

if TYPE_CHECKING:
    from .profile import Profile
    from .street import StreetNetwork


def roads_frame(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return one row a segment (see `StreetNetwork.roads`)."""
    segments = network.segments
    owners = [network.road_table[at] for at in segments.road.tolist()]
    columns: dict[str, Any] = {
        name: [getattr(road, name) for road in owners]
        for name in ("name_zh", "name_en", "ref", "highway", "structure")
    }
    for mode, profile in network.profiles.items():
        columns[mode] = np.isin(np.arange(len(segments)), profile.segments)
    columns["length_m"] = np.asarray(segments.length_m)
    return gpd.GeoDataFrame(columns, geometry=segments.geometries(), crs="EPSG:4326")


def _originals(profile: Profile) -> Profile:
    """Return the profile without the copies that tell turns apart."""
    first = np.sort(np.unique(profile.arcs, return_index=True)[1])
    return replace(
        profile,
        arcs=profile.arcs[first],
        cost_ms=profile.cost_ms[first],
        duration_ms=profile.duration_ms[first],
    )


def _edge_columns(network: StreetNetwork, profile: Profile) -> dict[str, list[Any]]:
    """Return the attributes of each arc, in osmnx's names and units."""
    segments = network.segments
    at = profile.segments
    lines = segments.geometries(at)
    lines = np.where(profile.backward, shapely.reverse(lines), lines)
    length = segments.length_m[at] * profile.length_factor
    duration = profile.duration_ms / 1000
    both = np.isin(profile.arcs ^ 1, profile.arcs)
    roads = [network.road_table[road] for road in segments.road[at].tolist()]
    return {
        "osmid": at.tolist(),
        "name": [road.name_zh or road.name_en for road in roads],
        "ref": [road.ref for road in roads],
        "highway": [road.highway for road in roads],
        "bridge": [road.structure == "bridge" for road in roads],
        "tunnel": [road.structure == "tunnel" for road in roads],
        "oneway": (~both).tolist(),
        "reversed": profile.backward.tolist(),
        "length": length.tolist(),
        "speed_kph": (length / duration * 3.6).tolist(),
        "travel_time": duration.tolist(),
        "cost_ms": profile.cost_ms.tolist(),
        "geometry": lines.tolist(),
    }


def osmnx_graph(network: StreetNetwork, mode: str) -> nx.MultiDiGraph[int]:
    """Return the arcs of `mode` as osmnx would have made them.

    Nodes carry `x`, `y`; edges `osmid` (the segment), `length` (m, the profile's factor in it),
    `name`, `ref`, `highway`, `bridge`, `tunnel`, `oneway`, `reversed`, `speed_kph`, `travel_time`
    (s), `cost_ms` (what paths minimise) and `geometry`. Turns are not in it.
    """
    profile = _originals(network.profile(mode))
    tail, head = profile.ends(network.segments.ends)
    columns = _edge_columns(network, profile)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs="EPSG:4326", network=network.manifest.id, mode=mode
    )
    places = network.node_degrees
    for node in np.unique(np.concatenate([tail, head])).tolist():
        graph.add_node(node, x=float(places[node, 0]), y=float(places[node, 1]))
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    for start, end, values in zip(tail.tolist(), head.tolist(), rows, strict=True):
        graph.add_edge(start, end, **dict(zip(names, values, strict=True)))
    return graph
