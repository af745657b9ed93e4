"""An Overpass server of this machine: answers from a file, and fails as it is told to."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import osmium
import shapely

from geo.network.osm.elements import is_routable

DATE = "2026-11-01T00:00:00Z"
FREE = "\n".join(
    (
        *("Connected as: 1", "Current time: 2026-11-24T09:00:00Z", "Announced endpoint: none"),
        *("Rate limit: 2", "2 slots available now.", "Currently running queries (pid, …):", ""),
    )
)
BUSY = FREE.replace(
    "2 slots available now.",
    "Slot available after: 2026-11-24T09:01:10Z, in 70 seconds.\n"
    "Slot available after: 2026-11-24T09:00:07Z, in 7 seconds.",
)
"""Both slots are taken, the first for seven seconds more."""

Element = dict[str, Any]


def moved(source: Path, target: Path, move: Callable[[float, float], tuple[float, float]]) -> Path:
    """Write the roads of a real extract somewhere else on the map, all tags and ids as they are."""
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", DATE)
    with osmium.SimpleWriter(str(target), header=header) as writer:
        for thing in osmium.FileProcessor(str(source)):
            if thing.is_node():
                where = move(thing.location.lon, thing.location.lat)
                writer.add_node(thing.replace(location=where))
            elif thing.is_way():
                if is_routable(dict(thing.tags)):
                    writer.add_way(thing)
            elif thing.tags.get("type") == "restriction":
                writer.add_relation(thing)
    return target


class World:
    """The elements of a file as Overpass writes them, and which of them a polygon holds."""

    def __init__(self, path: Path) -> None:
        self.nodes: dict[int, Element] = {}
        self.ways: dict[int, Element] = {}
        self.relations: dict[int, Element] = {}
        for thing in osmium.FileProcessor(str(path)):
            tags = {"tags": dict(thing.tags)} if len(thing.tags) else {}
            if thing.is_node():
                where = {"lat": thing.location.lat, "lon": thing.location.lon}
                self.nodes[thing.id] = {"type": "node", "id": thing.id, **where, **tags}
            elif thing.is_way():
                nodes = {"nodes": [node.ref for node in thing.nodes]}
                self.ways[thing.id] = {"type": "way", "id": thing.id, **nodes, **tags}
            else:
                names = {"n": "node", "w": "way", "r": "relation"}
                members = [
                    {"type": names[m.type], "ref": m.ref, "role": m.role} for m in thing.members
                ]
                relation = {"type": "relation", "id": thing.id, "members": members, **tags}
                self.relations[thing.id] = relation
        self._ids = [
            at for at, way in self.ways.items() if sum(n in self.nodes for n in way["nodes"]) > 1
        ]
        self._tree = shapely.STRtree([self._line(self.ways[at]) for at in self._ids])

    def _line(self, way: Element) -> shapely.LineString:
        known = (self.nodes[n] for n in way["nodes"] if n in self.nodes)
        return shapely.LineString([(node["lon"], node["lat"]) for node in known])

    def answer(self, query: str) -> list[Element]:
        """Return what `way["highway"](poly)` or the features query of osmnx finds, with nodes."""
        corners = re.search(r"\(poly:'([^']+)'\)", query)
        assert corners is not None, query
        numbers = [float(word) for word in corners[1].split()]
        area = shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True))
        inside = {self._ids[at] for at in self._tree.query(area, predicate="intersects")}
        if '(way["highway"]' in query:
            found = {at for at in inside if "highway" in self.ways[at].get("tags", {})}
            return self._whole(found, [])
        assert "relation['type'='restriction']" in query
        others = {
            at
            for at in inside
            for key, value in self.ways[at].get("tags", {}).items()
            if f"way['{key}'='{value}']" in query
        }
        relations = [
            relation
            for relation in self.relations.values()
            if any(m["type"] == "way" and m["ref"] in inside for m in relation["members"])
        ]
        members = {m["ref"] for r in relations for m in r["members"] if m["type"] == "way"}
        return self._whole(others | (members & self.ways.keys()), relations)

    def _whole(self, ways: set[int], relations: Sequence[Element]) -> list[Element]:
        chosen = [self.ways[at] for at in sorted(ways)]
        nodes = sorted({n for way in chosen for n in way["nodes"] if n in self.nodes})
        return [*relations, *chosen, *(self.nodes[n] for n in nodes)]


Failure = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]


def status(code: int, **headers: str) -> Failure:
    """Return the failure of answering only a status."""

    def fail(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        del body
        page = b"<html>busy</html>"
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(page)))
        handler.end_headers()
        handler.wfile.write(page)

    return fail


def truncated(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
    """Announce the whole body and send half of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def half_a_document(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
    """Send half of the body as if it were the whole."""
    _send(handler, body[: len(body) // 2])


def timed_out(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer as Overpass does where a query took too long: what was found until then, a remark."""
    document = json.loads(body)
    document["elements"] = document["elements"][:3]
    document["remark"] = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'
    _send(handler, json.dumps(document).encode())


def _send(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class Server:
    """What a running server is told and what it saw."""

    world: World
    url: str = ""
    failures: dict[int, Failure] = field(default_factory=dict)
    """By number of the query, from 1."""
    always: Failure | None = None
    statuses: list[str] = field(default_factory=list)
    """Texts of `/status`, the first first; then free slots."""
    queries: list[str] = field(default_factory=list)
    hold_at: int = 0
    """The query that is never answered; `held` is set when it comes."""
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class _Handler(http.server.BaseHTTPRequestHandler):
    state: Server

    def do_GET(self) -> None:
        text = self.state.statuses.pop(0) if self.state.statuses else FREE
        _send(self, text.encode())

    def do_POST(self) -> None:
        state = self.state
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(form)["data"][0]
        state.queries.append(query)
        number = len(state.queries)
        if number == state.hold_at:
            state.held.set()
            state.released.wait(60)
            return
        elements = state.world.answer(query)
        osm3s = {"timestamp_osm_base": DATE, "copyright": "ODbL"}
        document = {"version": 0.6, "generator": "replayed", "osm3s": osm3s, "elements": elements}
        fail = state.failures.get(number) or state.always
        (fail or _send)(self, json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def overpass_of(world: World) -> Iterator[Server]:
    """Run a server that answers from a world."""
    state = Server(world)
    handler = type("Handler", (_Handler,), {"state": state})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        state.url = f"http://127.0.0.1:{running.server_address[1]}/api"
        yield state
        state.released.set()
        running.shutdown()
