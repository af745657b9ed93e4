"""The four engines: how each is asked through routingpy, and how its answers are read.

What is read of an answer is what the engine's documentation promises; anything else is nonsense
and raises `KeyError`, `TypeError` and the like, which the router takes for silence.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from routingpy.exceptions import RouterApiError
from routingpy.routers import ORS, OSRM, Graphhopper, Valhalla

from geo.models import LonLat, Mode
from geo.router import FloatMatrix

from .breaker import EngineSilentError
from .client import Client

Kind = Literal["osrm", "valhalla", "openrouteservice", "graphhopper"]
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Nearest:
    """The point on a road nearest to a position, and the straight way to it (m)."""

    lon: float
    lat: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a path on one road; `first` and `last` index the path's coordinates."""

    name: str
    ref: str
    ferry: bool
    length_m: float
    duration_s: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Found:
    """A path as an engine tells it."""

    coordinates: tuple[LonLat, ...]
    length_m: float
    duration_s: float
    pieces: tuple[Piece, ...]


class Engine(ABC):
    """One engine at one address, for one mode.

    `profiles` are its names of the modes; one it has no rules for is not in it.
    """

    profiles: ClassVar[Mapping[Mode, str]]

    def __init__(self, url: str, key: str, profile: str, **client: Any) -> None:  # noqa: ANN401
        self.profile = profile
        self._router = self._make(url, key, client=Client, retry_over_query_limit=False, **client)
        self._client: Client = self._router.client

    @abstractmethod
    def _make(self, url: str, key: str, **client: Any) -> Any:  # noqa: ANN401
        """Return routingpy's router."""

    @abstractmethod
    def nearest(self, positions: Sequence[LonLat], limit_m: float) -> list[Nearest | None]:
        """Return the nearest road of each position; None: there is none within the limit."""

    @abstractmethod
    def path(self, origin: LonLat, destination: LonLat) -> Found | None:
        """Return the cheapest path; None: there is none."""

    def table(self, positions: Sequence[LonLat]) -> tuple[FloatMatrix, FloatMatrix]:
        """Return durations (s) and lengths (m) between all positions; inf: no path."""
        found = self._router.matrix([list(one) for one in positions], self.profile, **self._metrics)
        return _numbers(found.durations), _numbers(found.distances)

    _metrics: ClassVar[Mapping[str, object]] = {}


def _numbers(rows: Sequence[Sequence[float | None]]) -> FloatMatrix:
    return np.array([[np.inf if cell is None else float(cell) for cell in row] for row in rows])


def _lonlats(coordinates: Iterable[Sequence[float]]) -> tuple[LonLat, ...]:
    return tuple((float(one[0]), float(one[1])) for one in coordinates)


def _near(lonlat: Sequence[float], distance_m: float) -> Nearest:
    return Nearest(float(lonlat[0]), float(lonlat[1]), float(distance_m))


def _or_none(ask: Callable[[], Any], told: Callable[[Any], bool]) -> Any:  # noqa: ANN401
    """Return an answer; None where the engine's refusal says there is none."""
    try:
        answer = ask()
    except RouterApiError as error:
        if told(json.loads(error.message)):
            return None
        raise
    if answer is None:
        raise ValueError("an empty answer")
    return answer


class Osrm(Engine):
    """OSRM's HTTP API v1: nearest, table, route."""

    profiles: ClassVar[Mapping[Mode, str]] = {"walk": "foot", "cycle": "bike", "drive": "driving"}

    def _make(self, url: str, key: str, **client: Any) -> OSRM:  # noqa: ANN401
        del key  # it has none
        return OSRM(base_url=url, **client)

    def nearest(self, positions: Sequence[LonLat], limit_m: float) -> list[Nearest | None]:
        """Return the nearest road of each position (see `Engine.nearest`)."""
        del limit_m
        found = []
        for lon, lat in positions:
            address = f"/nearest/v1/{self.profile}/{lon:.7f},{lat:.7f}"
            answer = _or_none(
                lambda address=address: self._client.ask(address),  # type: ignore[misc]
                lambda refusal: refusal.get("code") == "NoSegment",
            )
            waypoint = None if answer is None else answer["waypoints"][0]
            found.append(waypoint and _near(waypoint["location"], waypoint["distance"]))
        return found

    def path(self, origin: LonLat, destination: LonLat) -> Found | None:
        """Return the cheapest path (see `Engine.path`)."""
        found = _or_none(
            lambda: self._router.directions(
                [list(origin), list(destination)],
                self.profile,
                steps=True,
                geometries="geojson",
                overview="full",
            ),
            lambda refusal: refusal.get("code") in {"NoRoute", "NoSegment"},
        )
        return found and self._read(found.raw["routes"][0])

    @staticmethod
    def _read(route: Mapping[str, Any]) -> Found:
        coordinates: list[Sequence[float]] = []
        pieces = []
        for step in (step for leg in route["legs"] for step in leg["steps"]):
            line = step["geometry"]["coordinates"]
            first = max(0, len(coordinates) - 1)
            coordinates += line[bool(coordinates) :]
            pieces.append(
                Piece(
                    step.get("name", ""),
                    step.get("ref", ""),
                    step.get("mode") == "ferry",
                    float(step["distance"]),
                    float(step["duration"]),
                    first,
                    len(coordinates) - 1,
                )
            )
        length_m, duration_s = float(route["distance"]), float(route["duration"])
        return Found(_lonlats(coordinates), length_m, duration_s, tuple(pieces))


class ValhallaEngine(Engine):
    """Valhalla: locate, sources_to_targets, route; `bus` for coaches."""

    profiles: ClassVar[Mapping[Mode, str]] = {
        "walk": "pedestrian",
        "cycle": "bicycle",
        "drive": "auto",
        "coach": "bus",
    }
    no_path = frozenset({170, 171, 442})
    """Error codes: unreachable, no road near, no path."""

    def _make(self, url: str, key: str, **client: Any) -> Valhalla:  # noqa: ANN401
        headers = {"X-Api-Key": key} if key else {}
        return Valhalla(base_url=url, headers=headers, **client)

    def nearest(self, positions: Sequence[LonLat], limit_m: float) -> list[Nearest | None]:
        """Return the nearest road of each position (see `Engine.nearest`)."""
        places = [{"lon": lon, "lat": lat, "radius": 0} for lon, lat in positions]
        question = {"locations": places, "costing": self.profile, "verbose": True}
        found = []
        for one in self._client.ask("/locate", None, question):
            edges = [edge for edge in one.get("edges") or () if edge["distance"] <= limit_m]
            near = min(edges, key=lambda edge: float(edge["distance"]), default=None)
            found.append(
                near and _near((near["correlated_lon"], near["correlated_lat"]), near["distance"])
            )
        return found

    def path(self, origin: LonLat, destination: LonLat) -> Found | None:
        """Return the cheapest path (see `Engine.path`)."""
        found = _or_none(
            lambda: self._router.directions(
                [list(origin), list(destination)],
                self.profile,
                instructions=True,
                directions_type="maneuvers",
            ),
            lambda refusal: refusal.get("error_code") in self.no_path,
        )
        return found and self._read(found.raw["trip"], _lonlats(found.geometry))

    @staticmethod
    def _read(trip: Mapping[str, Any], coordinates: tuple[LonLat, ...]) -> Found:
        (leg,) = trip["legs"]
        pieces = tuple(
            Piece(
                (one.get("street_names") or [""])[0],
                "",
                bool(one.get("ferry")),
                float(one["length"]) * 1000,
                float(one["time"]),
                int(one["begin_shape_index"]),
                int(one["end_shape_index"]),
            )
            for one in leg["maneuvers"]
        )
        summary = trip["summary"]
        return Found(coordinates, float(summary["length"]) * 1000, float(summary["time"]), pieces)


class OpenRouteService(Engine):
    """openrouteservice v2: snap, matrix, directions. Its lorries are no coaches: none."""

    profiles: ClassVar[Mapping[Mode, str]] = {
        "walk": "foot-walking",
        "cycle": "cycling-regular",
        "drive": "driving-car",
    }
    no_path = frozenset({2009, 2010})
    """Error codes: no path, no road near."""

    _metrics: ClassVar[Mapping[str, object]] = {"metrics": ["duration", "distance"]}

    def _make(self, url: str, key: str, **client: Any) -> ORS:  # noqa: ANN401
        return ORS(api_key=key, base_url=url, **client)

    def nearest(self, positions: Sequence[LonLat], limit_m: float) -> list[Nearest | None]:
        """Return the nearest road of each position (see `Engine.nearest`)."""
        question = {"locations": [list(one) for one in positions], "radius": round(limit_m)}
        answer = self._client.ask(f"/v2/snap/{self.profile}/json", None, question)
        return [
            one and _near(one["location"], one["snapped_distance"]) for one in answer["locations"]
        ]

    def path(self, origin: LonLat, destination: LonLat) -> Found | None:
        """Return the cheapest path (see `Engine.path`)."""
        found = _or_none(
            lambda: self._router.directions(
                [list(origin), list(destination)], self.profile, instructions=True
            ),
            lambda refusal: refusal.get("error", {}).get("code") in self.no_path,
        )
        return found and self._read(found.raw["features"][0])

    @staticmethod
    def _read(feature: Mapping[str, Any]) -> Found:
        properties = feature["properties"]
        pieces = tuple(
            Piece(
                "" if step.get("name", "-") == "-" else step["name"],
                "",
                ferry=False,
                length_m=float(step["distance"]),
                duration_s=float(step["duration"]),
                first=int(step["way_points"][0]),
                last=int(step["way_points"][1]),
            )
            for segment in properties["segments"]
            for step in segment["steps"]
        )
        summary = properties["summary"]
        coordinates = _lonlats(feature["geometry"]["coordinates"])
        return Found(coordinates, float(summary["distance"]), float(summary["duration"]), pieces)


class GraphHopperEngine(Engine):
    """GraphHopper: nearest, route, and matrix; its open source has no matrix."""

    profiles: ClassVar[Mapping[Mode, str]] = {"walk": "foot", "cycle": "bike", "drive": "car"}
    most_pairs: ClassVar[int] = 400
    """Without `/matrix` a path is asked for each pair; more are not."""

    def __init__(self, url: str, key: str, profile: str, **client: Any) -> None:  # noqa: ANN401
        super().__init__(url, key, profile, **client)
        self._has_matrix = True

    def _make(self, url: str, key: str, **client: Any) -> Graphhopper:  # noqa: ANN401
        self._key = key
        return Graphhopper(api_key=key or None, base_url=url, **client)

    def nearest(self, positions: Sequence[LonLat], limit_m: float) -> list[Nearest | None]:
        """Return the nearest road of each position (see `Engine.nearest`)."""
        del limit_m
        found: list[Nearest | None] = []
        for lon, lat in positions:
            asked = {"point": f"{lat:.7f},{lon:.7f}", **({"key": self._key} if self._key else {})}
            answer = self._client.ask("/nearest", asked)
            found.append(_near(answer["coordinates"], answer["distance"]))
        return found

    def table(self, positions: Sequence[LonLat]) -> tuple[FloatMatrix, FloatMatrix]:
        """Return durations and lengths between all positions (see `Engine.table`)."""
        if self._has_matrix:
            found = _or_none(lambda: super(GraphHopperEngine, self).table(positions), _no_service)
            if found is not None:
                durations, lengths = found
                return durations, lengths
            self._has_matrix = False
        return self._pair_by_pair(positions)

    def _pair_by_pair(self, positions: Sequence[LonLat]) -> tuple[FloatMatrix, FloatMatrix]:
        size = len(positions)
        if size * (size - 1) > self.most_pairs:
            raise EngineSilentError(f"no matrix service for {size} positions")
        durations, lengths = np.zeros((size, size)), np.zeros((size, size))
        for i, j in _pairs(size):
            found = self.path(positions[i], positions[j])
            durations[i, j] = np.inf if found is None else found.duration_s
            lengths[i, j] = np.inf if found is None else found.length_m
        return durations, lengths

    def path(self, origin: LonLat, destination: LonLat) -> Found | None:
        """Return the cheapest path (see `Engine.path`)."""
        found = _or_none(
            lambda: self._router.directions(
                [list(origin), list(destination)],
                self.profile,
                instructions=True,
                points_encoded=False,
            ),
            lambda refusal: any(
                str(hint.get("details", "")).endswith(
                    ("ConnectionNotFoundException", "PointNotFoundException")
                )
                for hint in refusal.get("hints", ())
            ),
        )
        return found and self._read(found.raw["paths"][0])

    @staticmethod
    def _read(path: Mapping[str, Any]) -> Found:
        pieces = tuple(
            Piece(
                one.get("street_name", ""),
                one.get("street_ref", ""),
                ferry=False,
                length_m=float(one["distance"]),
                duration_s=float(one["time"]) / 1000,
                first=int(one["interval"][0]),
                last=int(one["interval"][1]),
            )
            for one in path["instructions"]
        )
        coordinates = _lonlats(path["points"]["coordinates"])
        return Found(coordinates, float(path["distance"]), float(path["time"]) / 1000, pieces)


def _pairs(size: int) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(size) for j in range(size) if i != j)


def _no_service(refusal: Mapping[str, Any]) -> bool:
    """Whether a refusal says that there is no such service, not that a question is bad."""
    return "hints" not in refusal


KINDS: Mapping[Kind, type[Engine]] = {
    "osrm": Osrm,
    "valhalla": ValhallaEngine,
    "openrouteservice": OpenRouteService,
    "graphhopper": GraphHopperEngine,
}


def modes_of(kind: Kind) -> tuple[Mode, ...]:
    """Return the modes a kind of engine has rules for."""
    return tuple(KINDS[kind].profiles)
