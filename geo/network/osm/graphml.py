"""Reading a GraphML that osmnx saved: its edges as ways again.

Such a file holds no turn restrictions and only the tags osmnx kept, so it gives the poorer network
of the two forms of the same data.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import NetworkSourceError

from .area import Inside, everywhere
from .elements import NODE_KEYS, Extract, Way, is_routable

if TYPE_CHECKING:
    import networkx as nx

TAGS = (
    *("access", "area", "bridge", "foot", "bicycle", "highway", "junction", "lit", "maxheight"),
    *("maxspeed", "maxweight", "motor_vehicle", "name", "name:en", "name:zh", "oneway", "ref"),
    *("service", "sidewalk", "surface", "toll", "tunnel", "width"),
)


BROKEN = (SyntaxError, KeyError, ValueError, TypeError, AttributeError, OSError)
"""What osmnx raises for a file that is none of its own."""


def _first(value: object) -> str:
    """Return a value as text; where osmnx merged several ways, that of the first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value)


def _tags(edge: Mapping[str, Any]) -> dict[str, str]:
    tags = {key: _first(edge[key]) for key in TAGS if key in edge and key != "oneway"}
    oneway = edge.get("oneway")
    if oneway is True or oneway == "yes":
        tags["oneway"] = "yes"
    elif oneway is False:
        tags["oneway"] = "no"
    return tags


def _once(graph: nx.MultiDiGraph[int]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield each street once: of two directions the one that runs as the way is drawn."""
    for start, end, edge in graph.edges(data=True):
        reversed_ = edge.get("reversed") in {True, "True"} or edge.get("reversed") == [True]
        back = graph.get_edge_data(end, start) or {}
        if not (reversed_ and any(b.get("osmid") == edge.get("osmid") for b in back.values())):
            yield start, end, edge


class _Collector:
    """Turns nodes and edges into an extract."""

    def __init__(self, graph: nx.MultiDiGraph[int], inside: Inside) -> None:
        self.extract = Extract()
        self._graph, self._inside = graph, inside
        self._next = -1

    def collect(self) -> Extract:
        for node, data in self._graph.nodes(data=True):
            if self._inside(float(data["x"]), float(data["y"])):
                self._place(int(node), float(data["x"]), float(data["y"]))
                tags = {key: _first(data[key]) for key in NODE_KEYS if data.get(key)}
                if tags:
                    self.extract.node_tags[int(node)] = tags
        for start, end, edge in _once(self._graph):
            tags = _tags(edge)
            if start in self.extract.places and end in self.extract.places and is_routable(tags):
                self._see(int(start), int(end), edge, tags)
        return self.extract

    def _place(self, node: int, lon: float, lat: float) -> None:
        self.extract.places[node] = (round(lon * 1e7), round(lat * 1e7))

    def _see(self, start: int, end: int, edge: Mapping[str, Any], tags: dict[str, str]) -> None:
        nodes = array("q", [start])
        line = edge.get("geometry")
        for lon, lat in line.coords[1:-1] if line is not None else ():
            # Bends have no ids in this form; negative ones are nobody's.
            self._place(self._next, lon, lat)
            nodes.append(self._next)
            self._next -= 1
        nodes.append(end)
        ids = edge.get("osmid", 0)
        self.extract.ways.append(Way(int(_first(ids) or 0), tags, nodes))


def read_graphml(path: Path, inside: Inside = everywhere) -> Extract:
    """Read the roads of a GraphML that osmnx saved.

    Parameters
    ----------
    path
        The file.
    inside
        Streets with an end elsewhere are left out.

    Raises
    ------
    NetworkSourceError
        The file is missing, cut short, of another program, projected, or has no roads.
    """
    import networkx as nx  # noqa: PLC0415 - only building needs it
    import osmnx  # noqa: PLC0415

    try:
        graph = osmnx.load_graphml(path)
        extract = _Collector(graph, inside).collect()
    except (*BROKEN, nx.NetworkXException) as error:
        raise NetworkSourceError(
            f"{path} cannot be read as a GraphML of osmnx: {error}", source=str(path)
        ) from error
    if str(graph.graph.get("crs", "epsg:4326")).lower() not in {"epsg:4326", "ogc:crs84"}:
        raise NetworkSourceError(
            f"{path} is projected ({graph.graph['crs']}); save it unprojected, EPSG:4326",
            source=str(path),
        )
    if not extract.ways:
        raise NetworkSourceError(f"{path} has no roads in the area asked for", source=str(path))
    extract.date = str(graph.graph.get("created_date", ""))[:10]
    return extract
