"""The collections of routes, and the page of one route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.drawings import quarter_route
from api.errors import detail_of
from api.state import AppState
from api.web.drawing import route_drawing
from api.web.kept import Kept
from api.web.texts import Texts
from api.web.view import PageDep
from geo.catalogue import Catalogue, RouteQuery
from geo.errors import PlanningError, not_one_of
from geo.exchange import say_length, say_travel
from geo.models import MODES, TIME_ZONE, Collection, Itinerary, Mode, Route
from geo.planner import PlanRequest, plan

router = APIRouter(include_in_schema=False)

ROUTE_MODES = ("walk", "drive", "coach")


@dataclass(frozen=True, slots=True)
class Measure:
    """A route by one mode: its itinerary, or why there is none."""

    mode: Mode
    itinerary: Itinerary | None
    error: PlanningError | None = None

    def travel(self, texts: Texts, *, with_visits: bool = False) -> str:
        """Return the time on the way, or with the visits too; empty where there is no plan."""
        return say_travel(self.itinerary, texts, with_visits=with_visits) if self.itinerary else ""

    def reason(self, texts: Texts) -> str:
        """Return why there is no plan, in words; empty where there is one."""
        if self.error is None:
            return ""
        return detail_of(self.error, texts)


_MEASURES: Kept[tuple[Measure, ...]] = Kept(limit=2000)
_OWN: Kept[Measure] = Kept(limit=2000)


@dataclass(frozen=True, slots=True)
class Group:
    """A collection with those of its routes that the page shows."""

    collection: Collection
    routes: tuple[Route, ...]


def measures(state: AppState, route: Route) -> tuple[Measure, ...]:
    """Return a route by every mode, in its own order; made once a route and catalogue."""
    key = (state.catalogue.version, state.router.info.id, state.router.info.date, route.id)
    return _MEASURES.get(key, lambda: tuple(_measure(state, route, mode) for mode in MODES))


def own_measure(state: AppState, route: Route) -> Measure:
    """Return a route by its own mode; made anew where it or a site it stops at has changed."""
    sites = state.catalogue.route_sites(route.id)
    key = (route, sites, state.router.info.id, state.router.info.date)
    return _OWN.get(key, lambda: _measure(state, route, route.mode))


def _measure(state: AppState, route: Route, mode: Mode) -> Measure:
    start = (route.start.lon, route.start.lat) if route.start else None
    request = PlanRequest(route=route.id, mode=mode, order="given", start=start)
    try:
        itinerary = plan(request, state.catalogue, state.router, now=datetime.now(TIME_ZONE))
    except PlanningError as error:
        return Measure(mode, None, error)
    return Measure(mode, itinerary)


def length_text(itinerary: Itinerary, texts: Texts) -> str:
    """Return how long an itinerary's way is, as exactly as its network knows."""
    return say_length(itinerary.length_m, itinerary.mode, itinerary.network.fidelity, texts)


def measure_text(state: AppState, route: Route, texts: Texts) -> str:
    """Return a route's length and time on the way in its own mode; empty where there is none."""
    itinerary = own_measure(state, route).itinerary
    if itinerary is None:
        return ""
    return f"{length_text(itinerary, texts)} · {say_travel(itinerary, texts)}"


def groups(catalogue: Catalogue, mode: str) -> tuple[Group, ...]:
    """Return the collections that hold routes of a mode (empty: any), official ones first."""
    routes = catalogue.routes_by_id(catalogue.select_routes(RouteQuery(mode=mode or None)).index)
    found = (
        Group(one, tuple(route for route in routes if route.collection == one.id))
        for one in catalogue.all_collections
    )
    return tuple(
        sorted(
            (group for group in found if group.routes),
            key=lambda group: (
                group.collection.held_official == 0,
                group.collection.published is None,
            ),
        )
    )


def sites_by_collection(catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    """Return the sites of each collection's routes, each once, in their order."""
    found: dict[str, dict[str, None]] = {}
    for route in catalogue.all_routes:
        found.setdefault(route.collection, {}).update(dict.fromkeys(route.stops))
    return {name: tuple(ids) for name, ids in found.items()}


def _rank(one: Collection) -> tuple[bool, bool]:
    """Return what sorts collections: those held as published, then published sets, then ours."""
    return one.held_official == 0, one.published is None


@router.get("/routes")
def routes_page(page: PageDep, state: StateDep, mode: str = "") -> HTMLResponse:
    """Show every collection and its routes."""
    if mode and mode not in ROUTE_MODES:
        raise not_one_of("mode", mode, ROUTE_MODES)
    found = groups(state.catalogue, mode)
    return page.render(
        "routes.html",
        groups=found,
        quarter=quarter_route(state.catalogue),
        stamped=sites_by_collection(state.catalogue),
        mode=mode,
        modes=ROUTE_MODES,
        measures={
            route.id: measure_text(state, route, page.texts)
            for group in found
            for route in group.routes
        },
    )


@router.get("/routes/{route_id}")
def route_page(route_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show one route."""
    route = state.catalogue.route(route_id)
    by_mode = measures(state, route)
    own = route.mode
    drawn = next((one.itinerary for one in by_mode if one.mode == own), None)
    drawing = route_drawing(state, page.texts, route, drawn)
    return page.render(
        "route.html",
        policy=drawing.policy,
        map=drawing,
        route=route,
        collection=state.catalogue.collection(route.collection),
        sites=state.catalogue.sites_by_id(route.stops),
        by_mode=by_mode,
        own=own,
        length=lambda itinerary: length_text(itinerary, page.texts),
        start=f"{route.start.lon},{route.start.lat}" if route.start else None,
    )
