"""OSRM or Valhalla, run by the other interpreter: `engines.py osrm measure QUESTION ANSWER`.

A question is a JSON file (`file`, `mode`, `work`, `pairs` of lon, lat, lon, lat, `sites`,
`chains`); `measure` builds, loads, asks and times, `follow` asks for the way along each chain of
places. Lines and places are (lon, lat) in degrees, lengths metres, times seconds.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers.measuring import query_ms, resident_mb, run_program, table_ms

Place = Sequence[float]


class Engine(Protocol):
    """What is asked of a peer; its constructor loads the graph."""

    def route(self, places: Sequence[Place]) -> dict[str, Any] | None:
        """Return length, time and line of a way with its steps, read into Python."""
        ...

    def bare(self, places: Sequence[Place]) -> object:
        """Answer the same and leave it as the binding gives it."""
        ...

    def table(self, places: Sequence[Place]) -> object:
        """Return times and lengths from every place to every place."""
        ...

    def costs(self, places: Sequence[Place]) -> object:
        """Return times alone, where the engine can leave out lengths."""
        ...


class Osrm:
    """OSRM's contraction hierarchies over its own `car.lua` or `foot.lua`."""

    package = "osrm-bindings"

    def __init__(self, work: Path, mode: str) -> None:
        import osrm

        del mode
        self._osrm = osrm
        self._engine = osrm.OSRM(
            algorithm="CH", storage_config=str(work / "map.osrm"), use_shared_memory=False
        )

    @staticmethod
    def build(file: Path, work: Path, mode: str) -> list[list[str | Path]]:
        """Return the programs that make its graph."""
        import osrm

        home = Path(osrm.__file__).parent
        profile = home / "share" / "profiles" / ("foot.lua" if mode == "walk" else "car.lua")
        (work / "map.osm.pbf").symlink_to(file.resolve())
        return [
            [home / "bin" / "osrm-extract", "-p", profile, work / "map.osm.pbf"],
            [home / "bin" / "osrm-contract", work / "map.osrm"],
        ]

    def _asked(self, places: Sequence[Place]) -> Any:  # noqa: ANN401 - osrm.Object
        wanted = self._osrm.RouteParameters(
            coordinates=[(lon, lat) for lon, lat in places],
            steps=True,
            overview="full",
            geometries="geojson",
        )
        return self._engine.Route(wanted)

    def bare(self, places: Sequence[Place]) -> object:
        """Answer a route."""
        try:
            return self._asked(places)
        except RuntimeError:  # NoRoute
            return None

    def route(self, places: Sequence[Place]) -> dict[str, Any] | None:
        """Return a route with the words of its steps."""
        answer = self.bare(places)
        if answer is None:
            return None
        route = answer["routes"][0]
        steps = [
            (one["name"], one["distance"], one["maneuver"]["type"])
            for leg in route["legs"]
            for one in leg["steps"]
        ]
        line = [(place[0], place[1]) for place in route["geometry"]["coordinates"]]
        snaps = [float(one["distance"]) for one in answer["waypoints"]]
        return {
            "length_m": float(route["distance"]),
            "duration_s": float(route["duration"]),
            "line": line,
            "steps": len(steps),
            "snaps_m": snaps,
        }

    def table(self, places: Sequence[Place]) -> object:
        """Return times and lengths."""
        return self._table(places, ["duration", "distance"])

    def costs(self, places: Sequence[Place]) -> object:
        """Return times."""
        return self._table(places, ["duration"])

    def _table(self, places: Sequence[Place], what: list[str]) -> object:
        wanted = self._osrm.TableParameters(
            coordinates=[(lon, lat) for lon, lat in places], annotations=what
        )
        answer = self._engine.Table(wanted)
        return [[list(row) for row in answer[f"{one}s"]] for one in what]


class Valhalla:
    """Valhalla's `auto` and `pedestrian` costing with their own defaults."""

    package = "pyvalhalla"

    def __init__(self, work: Path, mode: str) -> None:
        import valhalla

        self._costing = "pedestrian" if mode == "walk" else "auto"
        self._actor = valhalla.Actor(str(work / "config.json"))

    @staticmethod
    def build(file: Path, work: Path, mode: str) -> list[list[str | Path]]:
        """Return the program that makes its tiles; they serve every mode."""
        import valhalla
        from valhalla.config import get_config

        del mode
        (work / "tiles").mkdir()
        config = get_config(tile_extract="", tile_dir=work / "tiles")
        config["mjolnir"] |= {"tile_extract": "", "admin": "", "timezone": ""}
        for costing in ("auto", "pedestrian"):
            limits = config["service_limits"][costing]
            limits |= {"max_matrix_location_pairs": 100_000, "max_locations": 200}
        (work / "config.json").write_text(json.dumps(config))
        home = Path(valhalla.__file__).parent
        return [[home / "bin" / "valhalla_build_tiles", "-c", work / "config.json", file]]

    def _question(self, places: Sequence[Place]) -> str:
        last = len(places) - 1
        stops = [
            {"lon": lon, "lat": lat, "type": "break" if at in {0, last} else "through"}
            for at, (lon, lat) in enumerate(places)
        ]
        return json.dumps({"locations": stops, "costing": self._costing})

    def bare(self, places: Sequence[Place]) -> str | None:
        """Answer a route as JSON."""
        import valhalla

        try:
            answer = self._actor.route(self._question(places))
        except (RuntimeError, valhalla.ValhallaError):  # no path
            return None
        return str(answer)

    def route(self, places: Sequence[Place]) -> dict[str, Any] | None:
        """Return a route; its steps hold English sentences."""
        answer = self.bare(places)
        if answer is None:
            return None
        trip = json.loads(answer)["trip"]
        return {
            "length_m": trip["summary"]["length"] * 1000,
            "duration_s": trip["summary"]["time"],
            "line": [point for leg in trip["legs"] for point in decoded(leg["shape"])],
            "steps": sum(len(leg["maneuvers"]) for leg in trip["legs"]),
        }

    def table(self, places: Sequence[Place]) -> object:
        """Return times and lengths."""
        stops = [{"lon": lon, "lat": lat} for lon, lat in places]
        wanted = {"sources": stops, "targets": stops, "costing": self._costing}
        return json.loads(self._actor.matrix(json.dumps(wanted)))["sources_to_targets"]

    costs = table


def decoded(shape: str) -> list[tuple[float, float]]:
    """Return the (lon, lat) of an encoded polyline of six decimals."""
    numbers, value, shift = [], 0, 0
    for character in shape:
        bits = ord(character) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    line, lat, lon = [], 0, 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        line.append((lon / 1e6, lat / 1e6))
    return line


ENGINES = {"osrm": Osrm, "valhalla": Valhalla}


def measure(kind: str, question: dict[str, Any]) -> dict[str, Any]:
    """Build, load, ask and time one engine for one mode."""
    work, mode = Path(question["work"]), question["mode"]
    work.mkdir(parents=True)
    choice = ENGINES[kind]
    programs = choice.build(Path(question["file"]), work, mode)
    built = [run_program(words, work / "build.log") for words in programs]
    before, begun = resident_mb(), time.perf_counter()
    engine: Engine = choice(work, mode)
    pairs = [((a, b), (c, d)) for a, b, c, d in question["pairs"]]
    engine.route(pairs[0])
    load_s, loaded = time.perf_counter() - begun, resident_mb()
    times = {name: query_ms(getattr(engine, name), pairs) for name in ("route", "bare")}
    return {
        "version": importlib.metadata.version(choice.package),
        "build_s": sum(one[0] for one in built),
        "build_mb": max(one[1] for one in built),
        "load_s": load_s,
        "resident_mb": loaded,
        "added_mb": loaded - before,
        "query_ms": times["route"],
        "bare_ms": times["bare"],
        "table_ms": table_ms(lambda: engine.table(question["sites"])),
        "costs_ms": table_ms(lambda: engine.costs(question["sites"])),
        "routes": [engine.route(pair) for pair in pairs],
    }


def follow(kind: str, question: dict[str, Any]) -> list[dict[str, Any] | None]:
    """Return the way along each chain of places on a graph `measure` has built."""
    engine: Engine = ENGINES[kind](Path(question["work"]), question["mode"])
    return [engine.route(chain) for chain in question["chains"]]


def main(words: Sequence[str]) -> None:
    """Answer a question."""
    kind, verb, asked, answered = words
    question = json.loads(Path(asked).read_text())
    answer = {"measure": measure, "follow": follow}[verb](kind, question)
    Path(answered).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
