"""The schematic network: the backbone's roads, cut at junctions, priced as its README says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources.abc import Traversable

import numpy as np

from geo.models import Road

from .backbone import Backbone, BackboneRoad, read_backbone
from .compiling import Drawing, Pricing, compile_network
from .manifest import Manifest
from .osm import speeds
from .street import StreetNetwork

# The figures below are those of routes_data/facts/backbone/README.md; tests/oracle checks them
# against its reference distances.
BUILD = 2
"""Raised whenever the same facts compile to something else; 2: with bicycles and coaches."""

DRIVE_FACTOR = 1.05
WALK_FACTOR = 1.08
"""Straight pieces between nodes run that much short of the real road."""

TOLL_S_PER_M = 0.036
"""Tolls and fuel as time; without it short country trips prefer an expressway detour."""

WALK_SPEED_MS = 1.25
"""4.5 km/h, as off the network (`geo.router.APPROACH_SPEED_MS`)."""

CYCLABLE = frozenset(speeds.CYCLE_KMH) - {"steps"}
"""Classes open to bicycles where one may walk: expressways, long bridges and tunnels are not."""

ACCURACY = {"drive": 0.06, "walk": 0.08}
"""Median relative error of lengths over known_distances.csv and known_walks.csv; there are none to
measure bicycles and coaches by."""

MANIFEST = Manifest(
    id="schematic",
    fidelity="schematic",
    date="2026-11",
    licence="CC BY 4.0",
    attribution="Drawn for Red Trails; towns: GeoNames (CC BY 4.0); expressways: Natural Earth",
    source="routes_data/facts/backbone",
    metric="EPSG:4549",
    bbox=(0.0, 0.0, 0.0, 0.0),
    counts={},
    length_km=0.0,
    length_factors={},
    accuracy=ACCURACY,
)


def _kept_nodes(backbone: Backbone) -> set[str]:
    """Return the nodes where a stretch must end: where roads meet, end or cross themselves."""
    uses = Counter(node for road in backbone.roads for node in road.nodes)
    ends = {node for road in backbone.roads for node in (road.nodes[0], road.nodes[-1])}
    return ends | {node for node, count in uses.items() if count > 1}


def _stretches(road: BackboneRoad, kept: set[str]) -> Iterator[tuple[str, ...]]:
    """Cut the nodes of a road at those that are kept."""
    begin = 0
    for at in range(1, len(road.nodes)):
        if road.nodes[at] in kept:
            yield road.nodes[begin : at + 1]
            begin = at


def _value(road: BackboneRoad) -> Road:
    return Road(
        name_zh=road.name_zh,
        name_en=road.name_en,
        ref=road.ref,
        highway=road.highway,
        structure=road.structure,  # type: ignore[arg-type]  # checked by read_backbone
    )


def _draw(backbone: Backbone) -> tuple[Drawing, list[BackboneRoad]]:
    """Return the drawing, and for each of its stretches the backbone road it is part of."""
    kept = _kept_nodes(backbone)
    pieces = [(road, cut) for road in backbone.roads for cut in _stretches(road, kept)]
    number = {node: at for at, node in enumerate(n for n in backbone.nodes if n in kept)}
    place = {node.id: (node.lon, node.lat) for node in backbone.nodes.values()}
    roads = {_value(road): None for road in backbone.roads}
    index = {road: at for at, road in enumerate(roads)}
    drawing = Drawing(
        nodes=np.array([place[node] for node in number]),
        ends=np.array([(number[cut[0]], number[cut[-1]]) for _, cut in pieces], dtype=np.int32),
        vertices=np.array([place[node] for _, cut in pieces for node in cut]),
        first=np.cumsum([0, *(len(cut) for _, cut in pieces)]).astype(np.int32),
        road=np.array([index[_value(road)] for road, _ in pieces], dtype=np.int32),
        roads=tuple(roads),
        flags=np.zeros(len(pieces), dtype=np.uint8),
    )
    return drawing, [road for road, _ in pieces]


def _walk_pricing(drawing: Drawing, roads: list[BackboneRoad]) -> Pricing:
    open_ = np.flatnonzero([road.walkable for road in roads])
    arcs = np.concatenate([2 * open_, 2 * open_ + 1]).astype(np.int32)
    length = drawing.lengths()[arcs >> 1] * WALK_FACTOR
    return Pricing(arcs, length / WALK_SPEED_MS, None, WALK_FACTOR)


def _drive_pricing(drawing: Drawing, roads: list[BackboneRoad], backbone: Backbone) -> Pricing:
    forth = np.flatnonzero([road.drivable for road in roads])
    back = np.flatnonzero([road.drivable and not road.oneway for road in roads])
    arcs = np.concatenate([2 * forth, 2 * back + 1]).astype(np.int32)
    kmh = np.array([backbone.speeds.get(road.highway, (0, 0))[road.urban] for road in roads])
    length = drawing.lengths()[arcs >> 1] * DRIVE_FACTOR
    return Pricing(arcs, length * 3.6 / kmh[arcs >> 1], length * TOLL_S_PER_M, DRIVE_FACTOR)


def _cycle_pricing(drawing: Drawing, roads: list[BackboneRoad]) -> Pricing:
    open_ = np.flatnonzero([road.walkable and road.highway in CYCLABLE for road in roads])
    arcs = np.concatenate([2 * open_, 2 * open_ + 1]).astype(np.int32)
    kmh = np.array([speeds.CYCLE_KMH.get(road.highway, 0.0) for road in roads])
    length = drawing.lengths()[arcs >> 1] * DRIVE_FACTOR
    return Pricing(arcs, length * 3.6 / kmh[arcs >> 1], None, DRIVE_FACTOR)


def _coach_pricing(by_car: Pricing, drawing: Drawing) -> Pricing:
    """Return the way of a coach: that of a car, slower as on a street network."""
    length = drawing.lengths()[by_car.arcs >> 1] * DRIVE_FACTOR
    least = length * 3.6 / speeds.COACH_MAX_KMH
    duration = np.maximum(by_car.duration_s / speeds.COACH_SHARE, least)
    return replace(by_car, duration_s=duration)


def build_schematic(backbone: Traversable) -> StreetNetwork:
    """Build the schematic network.

    Parameters
    ----------
    backbone
        Folder with nodes.csv, roads.csv and speeds.csv (`routes_data/facts/backbone`).

    Raises
    ------
    SchemaError
        With every fault of the files.
    """
    read = read_backbone(backbone)
    drawing, roads = _draw(read)
    by_car = _drive_pricing(drawing, roads, read)
    pricings = {
        "walk": _walk_pricing(drawing, roads),
        "cycle": _cycle_pricing(drawing, roads),
        "drive": by_car,
        "coach": _coach_pricing(by_car, drawing),
    }
    return compile_network(drawing, pricings, MANIFEST)
