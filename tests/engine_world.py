"""A routing engine of this machine: replays recorded answers, and fails as it is told to."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyproj import Geod

Answer = tuple[int, object]
"""An HTTP status and a JSON body; bytes are sent as they are."""


@dataclass
class Server:
    """What a running engine is told and what it saw.

    `answer` gives what it says to a request line and its JSON body; `say` is said instead, to every
    request, while it is set.
    """

    answer: Callable[[str, Any], Answer]
    url: str = ""
    say: Answer | None = None
    silent_s: float = 0.0
    asked: list[tuple[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class _Handler(http.server.BaseHTTPRequestHandler):
    state: Server
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        ask = f"{self.command} {self.path}"
        self.state.asked.append((ask, body))
        self.state.headers.append(dict(self.headers))
        time.sleep(self.state.silent_s)
        status, said = self.state.say or self.state.answer(ask, body)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        with suppress(ConnectionError):  # who asked has given up
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def engine_of(answer: Callable[[str, Any], Answer]) -> Iterator[Server]:
    """Run an engine."""
    state = Server(answer)
    handler = type("Handler", (_Handler,), {"state": state})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        state.url = f"http://127.0.0.1:{running.server_address[1]}"
        yield state
        running.shutdown()


def replaying(recorded: dict[str, Any]) -> Callable[[str, Any], Answer]:
    """Return what answers each recorded question as it was answered, and no other."""
    known = {
        (one["ask"], json.dumps(one["body"])): (one["status"], one["answer"])
        for one in recorded["exchanges"]
    }
    return lambda ask, body: known.get((ask, json.dumps(body)), (400, {"code": "InvalidUrl"}))


GEOD = Geod(ellps="WGS84")
WEST, EAST = (120.30, 36.10), (120.31, 36.10)
BEND = (120.305, 36.101)


def drawn_openrouteservice(ask: str, body: Any) -> Answer:
    """Answer as openrouteservice 8 documents: /v2/snap, /v2/matrix, /v2/directions."""
    if ask == "POST /v2/snap/foot-walking/json":
        found = [
            {"location": [lon, lat + 0.0001], "name": "中山路", "snapped_distance": 11.1}
            if lat < 37
            else None
            for lon, lat in body["locations"]
        ]
        return 200, {"locations": found, "metadata": {}}
    if ask == "POST /v2/matrix/foot-walking/json":
        size = len(body["locations"])
        assert body["metrics"] == ["duration", "distance"]
        durations = [
            [None if i == 2 != j else 60.5 * abs(i - j) for j in range(size)] for i in range(size)
        ]
        distances = [
            [None if i == 2 != j else 84.0 * abs(i - j) for j in range(size)] for i in range(size)
        ]
        return 200, {"durations": durations, "distances": distances}
    assert ask == "POST /v2/directions/foot-walking/geojson"
    start, end = body["coordinates"]
    if start == end or start[0] > 120.4:
        error = {"code": 2009, "message": "Route could not be found"}
        return 404, {"error": error, "info": {}}
    line = [start, list(BEND), end]
    steps = [
        {"distance": 600.0, "duration": 432.0, "name": "中山路", "way_points": [0, 1]},
        {"distance": 500.0, "duration": 360.0, "name": "-", "way_points": [1, 2]},
        {"distance": 0.0, "duration": 0.0, "name": "-", "way_points": [2, 2]},
    ]
    summary = {"distance": 1100.0, "duration": 792.0}
    properties = {"summary": summary, "segments": [{**summary, "steps": steps}]}
    geometry = {"type": "LineString", "coordinates": line}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return 200, {"type": "FeatureCollection", "features": [feature]}


def drawn_graphhopper(ask: str, body: Any) -> Answer:
    """Answer as GraphHopper 10 documents: /nearest and /route; its open source has no /matrix."""
    if ask.startswith("GET /nearest?"):
        point = parse_qs(urlsplit(ask.removeprefix("GET ")).query)["point"][0]
        lat, lon = map(float, point.split(","))
        near = {"type": "Point", "coordinates": [lon, lat + 0.0001], "distance": 11.1}
        return (200, near) if lat < 37 else (400, {"message": "not in the graph", "hints": []})
    if ask.startswith("GET /matrix"):
        return 404, {"code": 404, "message": "HTTP 404 Not Found"}
    assert ask.split("?", maxsplit=1)[0] == "POST /route"
    assert body["points_encoded"] is False
    start, end = body["points"]
    if start[0] > 120.4:
        hint = {
            "message": "Connection between locations not found",
            "details": "com.graphhopper.util.exceptions.ConnectionNotFoundException",
        }
        return 400, {"message": hint["message"], "hints": [hint]}
    instructions = [
        {
            "street_name": "中山路",
            "street_ref": "G204",
            "distance": 600.0,
            "time": 432000,
            "interval": [0, 1],
            "sign": 0,
        },
        {"street_name": "", "distance": 500.0, "time": 360000, "interval": [1, 2], "sign": 2},
        {"street_name": "", "distance": 0.0, "time": 0, "interval": [2, 2], "sign": 4},
    ]
    points = {"type": "LineString", "coordinates": [start, list(BEND), end]}
    path = {"distance": 1100.0, "time": 792000, "points": points, "instructions": instructions}
    return 200, {"paths": [path], "info": {}}


def straight_osrm(ask: str, body: Any) -> Answer:
    """Answer as OSRM of a land where a road runs straight from everywhere to everywhere."""
    assert body is None
    service, _, profile, places = urlsplit(ask.removeprefix("GET ")).path.strip("/").split("/")
    points = [tuple(map(float, place.split(","))) for place in places.split(";")]
    speed_ms = {"foot": 1.5, "driving": 12.0}[profile]
    metres = [[GEOD.inv(*a, *b)[2] for b in points] for a in points]
    if service == "nearest":
        return 200, {
            "code": "Ok",
            "waypoints": [{"location": points[0], "distance": 0, "name": ""}],
        }
    if service == "table":
        seconds = [[cell / speed_ms for cell in row] for row in metres]
        return 200, {"code": "Ok", "distances": metres, "durations": seconds}
    line = {"type": "LineString", "coordinates": points}
    measured = {"distance": metres[0][1], "duration": metres[0][1] / speed_ms}
    step = {**measured, "geometry": line, "name": "直路", "mode": "walking", "maneuver": {}}
    route = {**measured, "geometry": line, "legs": [{**measured, "steps": [step]}]}
    return 200, {"code": "Ok", "routes": [route], "waypoints": []}
