"""A small world for tests of the planner and its renderings: straight roads, made-up sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pyproj import Geod

from geo.directions import Landmarks
from geo.errors import NoPathError, OffNetworkError, UnknownRouteError, UnknownSiteError
from geo.land import Land
from geo.models import Fidelity, Mode, NetworkInfo, Road, Route, Site, Span
from geo.router import SNAP_LIMIT_M, Matrix, Path, Position, Snap

GEOD = Geod(ellps="WGS84")
SPEED_MS: dict[str, float] = {"walk": 1.25, "cycle": 4.0, "drive": 10.0, "coach": 9.0}
HARBOUR = (120.3200, 36.0700)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the geodesic between two positions."""
    return float(GEOD.inv(*a, *b)[2])


def make_site(site_id: str, lon: float, lat: float, **changes: Any) -> Site:
    """Return a site with plain values, open always unless told otherwise."""
    values: dict[str, Any] = {
        "id": site_id,
        "name_zh": f"址{site_id}",
        "name_en": f"Site {site_id}",
        "aliases": (),
        "district": "市南区",
        "address": "",
        "category": "museum",
        "period": "",
        "period_from": None,
        "period_to": None,
        "themes": (),
        "summary_zh": "",
        "summary_en": "",
        "lon": lon,
        "lat": lat,
        "accuracy_m": 100.0,
        "position_basis": "address",
        "position_source": "",
        "opening_hours": "24/7",
        "hours_basis": "test",
        "ticket": "free",
        "phone": "",
        "visit_min": 30,
        "indoor": "yes",
        "booking": "none",
        "toilets": "yes",
        "step_free": "yes",
        "honours": "",
        "notes_zh": "",
        "grade": "B",
        "sources": (),
    }
    return Site(**(values | changes))


def make_route(route_id: str, stops: Sequence[str], **changes: Any) -> Route:
    """Return an official walking route over the stops."""
    values: dict[str, Any] = {
        "id": route_id,
        "collection": "test",
        "provenance": "official",
        "name_zh": "线路",
        "name_en": "Route",
        "theme_zh": "",
        "theme_en": "",
        "description_zh": "",
        "description_en": "",
        "year": 2021,
        "publisher": "",
        "source": "",
        "mode": "walk",
        "audience": "public",
        "duration": "",
        "stops": tuple(stops),
        "lunch_after": None,
        "start": None,
        "order_reason_zh": "",
        "notes_zh": "",
    }
    return Route(**(values | changes))


@dataclass
class SmallCatalogue:
    """Sites and routes by id."""

    sites: Mapping[str, Site]
    routes: Mapping[str, Route] = field(default_factory=dict)

    def sites_by_id(self, ids: Sequence[str]) -> tuple[Site, ...]:
        missing = [site_id for site_id in ids if site_id not in self.sites]
        if missing:
            raise UnknownSiteError(f"no site {missing}", ids=missing)
        return tuple(self.sites[site_id] for site_id in ids)

    @property
    def landmarks(self) -> Landmarks:
        return Landmarks.among(self.sites.values())

    @property
    def land(self) -> Land:
        return Land(None)

    def route(self, route_id: str) -> Route:
        if route_id not in self.routes:
            raise UnknownRouteError(f"no route {route_id}", ids=[route_id])
        return self.routes[route_id]


def catalogue_of(*sites: Site, routes: Sequence[Route] = ()) -> SmallCatalogue:
    return SmallCatalogue({s.id: s for s in sites}, {r.id: r for r in routes})


@dataclass
class StraightRouter:
    """Every two positions are joined by one straight road; `aside_m` lies between it and them.

    `slope` makes the way north dearer than the way south, so that costs are asymmetric.
    """

    aside_m: float = 0.0
    slope: float = 0.0
    fidelity: Fidelity = "schematic"
    walls: frozenset[tuple[str, str]] = frozenset()

    @property
    def info(self) -> NetworkInfo:
        return NetworkInfo(
            "straight", self.fidelity, "2026-11-24", "CC0", "a test", (("walk", 0.11),)
        )

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        return tuple(self._snap(position, mode, limit_m) for position in positions)

    def _snap(self, position: Position, mode: Mode, limit_m: float) -> Snap:
        if self.aside_m > limit_m + position.accuracy_m:
            raise OffNetworkError(position.label, self.aside_m, limit_m, mode)
        lon, lat, _ = GEOD.fwd(position.lon, position.lat, 90.0, self.aside_m)
        return Snap(position, mode, lon, lat, self.aside_m, 0, 0.0)

    def matrix(self, snaps: Sequence[Snap]) -> Matrix:
        count = len(snaps)
        cost, length = np.zeros((count, count)), np.zeros((count, count))
        for i, a in enumerate(snaps):
            for j, b in enumerate(snaps):
                length[i, j] = metres((a.lon, a.lat), (b.lon, b.lat)) if i != j else 0.0
                cost[i, j] = self._seconds(a, b) if i != j else 0.0
        return Matrix(cost, cost, length)

    def _seconds(self, a: Snap, b: Snap) -> float:
        if (a.position.label, b.position.label) in self.walls:
            return float("inf")
        seconds = metres((a.lon, a.lat), (b.lon, b.lat)) / SPEED_MS[a.mode]
        return seconds * (1 + self.slope * (b.lat > a.lat))

    def path(self, origin: Snap, destination: Snap) -> Path:
        seconds = self._seconds(origin, destination)
        if seconds == float("inf"):
            raise NoPathError(origin.position.label, destination.position.label, origin.mode)
        line = GEOD.npts(origin.lon, origin.lat, destination.lon, destination.lat, 9)
        points = ((origin.lon, origin.lat), *line, (destination.lon, destination.lat))
        length = metres(points[0], points[-1])
        road = Road("直路", "Straight Road", "", "residential")
        return Path(length, seconds, points, (Span(road, length, seconds, 0, len(points) - 1),))
