"""`StreetNetwork`: every road stretch of a region and the ways of travelling over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import not_one_of
from geo.models import NetworkInfo, Road
from geo.transforms import on_plane

from .lines import FloatArray, IntArray, Lines, to_degrees
from .manifest import Manifest
from .profile import Profile
from .structures import run_lengths

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx


ROUNDABOUT, TOLL = 1, 2
"""Bits of `Segments.flags`."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of road between junctions, without direction.

    Parameters
    ----------
    nodes
        Position of every junction and dead end, (n, 2), in 1e-7 degrees.
    ends
        First and last node of each segment, (m, 2).
    lines
        Geometry from the first node to the last.
    length_m
        Geodesic length (WGS-84), no factor.
    road
        Index into `StreetNetwork.road_table`.
    flags
        `ROUNDABOUT` and `TOLL`, added up.
    climb_m
        Metres up along each segment, and against it (which is down along it), (m, 2); NaN: unknown.
        None: the network was built without an elevation model.
    """

    nodes: IntArray
    ends: IntArray
    lines: Lines
    length_m: FloatArray
    road: IntArray
    flags: NDArray[np.uint8]
    climb_m: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ends)

    def geometries(self, rows: NDArray[np.integer] | None = None) -> NDArray[np.object_]:
        """Return the segments (or these rows) as LineStrings in degrees, EPSG:4326."""
        vertices, owner = self.lines.vertices(self.nodes[self.ends[:, 0]])
        lines = np.asarray(shapely.linestrings(vertices, indices=owner), dtype=np.object_)
        return lines if rows is None else lines[rows]


CROSSING_M = 200.0
"""From this length on nobody steps off a bridge or out of a tunnel on the way; shorter ones are
part of a street. A tunnel with a junction in it is one tunnel."""

STRUCTURES = ("", "bridge", "tunnel")


@dataclass(frozen=True)
class StreetNetwork:
    """A compiled road network, read-only and shared by threads.

    Parameters
    ----------
    manifest
        What it is and where it comes from.
    segments
        The stretches of road.
    road_table
        The roads they belong to, each once.
    profiles
        By mode, the arcs open to it.
    """

    manifest: Manifest
    segments: Segments
    road_table: tuple[Road, ...]
    profiles: Mapping[str, Profile]

    @property
    def info(self) -> NetworkInfo:
        """What every itinerary says about it."""
        return self.manifest.info

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes one can travel by."""
        return tuple(self.profiles)

    def profile(self, mode: str) -> Profile:
        """Return the profile of `mode`.

        Raises
        ------
        InvalidParameterError
            The network was built without it.
        """
        if mode not in self.profiles:
            raise not_one_of("mode", mode, self.profiles)
        return self.profiles[mode]

    def with_profiles(self, profiles: Mapping[str, Profile]) -> StreetNetwork:
        """Return the same segments with other profiles; what is worked out of them is shared."""
        made = replace(self, profiles=profiles)
        for name in ("node_degrees", "compass", "plane_lines", "crossings"):
            vars(made)[name] = getattr(self, name)
        return made

    @cached_property
    def node_degrees(self) -> FloatArray:
        """Position of every node as (lon, lat) in degrees."""
        return to_degrees(self.segments.nodes)

    @cached_property
    def compass(self) -> FloatArray:
        """In which direction each arc sets out, by its code (`geo.network.junctions`)."""
        from .junctions import headings  # noqa: PLC0415  junctions know this module

        return headings(self.segments)

    @cached_property
    def plane_lines(self) -> NDArray[np.object_]:
        """Every segment as a line on the plane (m), one for all modes: they are most of a town."""
        metric = self.manifest.metric
        lines = shapely.transform(
            self.segments.geometries(), lambda lonlat: on_plane(lonlat, metric)
        )
        return np.asarray(lines, dtype=np.object_)

    @cached_property
    def crossings(self) -> NDArray[np.bool_]:
        """Which segments are of bridges or tunnels too long, as a whole, to be entered along."""
        kinds = np.array(
            [STRUCTURES.index(road.structure) for road in self.road_table], dtype=np.int8
        )
        segments = self.segments
        built_m = run_lengths(segments.ends, segments.length_m, kinds[segments.road])
        return built_m >= CROSSING_M

    def roads(self) -> gpd.GeoDataFrame:
        """Return one row a segment, EPSG:4326; the same frame every time, to be read only.

        Columns: `name_zh`, `name_en`, `ref`, `highway`, `structure` (text, empty where unknown),
        one boolean a mode (`walk`, `drive`, …), `length_m` (geodesic), `geometry`.
        """
        from .view import roads_frame  # noqa: PLC0415  pandas is not needed to serve paths

        if "_roads" not in vars(self):
            vars(self)["_roads"] = roads_frame(self)
        frame: gpd.GeoDataFrame = vars(self)["_roads"]
        return frame

    def graph(self, mode: str) -> nx.MultiDiGraph[int]:
        """Return the arcs of `mode` as a graph osmnx accepts (see `geo.network.view`)."""
        from .view import osmnx_graph  # noqa: PLC0415  networkx is not needed to serve paths

        return osmnx_graph(self, mode)

    def save(self, directory: Path) -> None:
        """Write the network as a directory, whole or not at all.

        Raises
        ------
        NetworkFileError
            It cannot be written; what stood there before still does.
        """
        from .storage import save_network  # noqa: PLC0415  storage knows this class

        save_network(self, directory)

    @classmethod
    def load(cls, directory: Path) -> StreetNetwork:
        """Read a saved network; its arrays stay on disk, mapped into memory.

        Raises
        ------
        NetworkFileError
            The directory is missing, damaged, foreign or of another version.
        """
        from .storage import load_network  # noqa: PLC0415  storage knows this class

        return load_network(directory)
