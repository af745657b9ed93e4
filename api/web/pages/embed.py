"""Pages for a frame on another site: a map, a route, a tour, and nothing around them.

Only these may be framed (`frame-ancestors`); every link of theirs opens a page of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.plan_keeping import replanned
from api.planning import make_itinerary, plan_of_query
from api.state import AppState
from api.web.drawing import (
    PageMap,
    itinerary_drawing,
    route_drawing,
    shared_drawing,
    sites_drawing,
)
from api.web.view import Page, PageDep
from geo.exchange import say_length, say_travel
from geo.models import Itinerary

from .explore import Filters, chips, read_filters, select
from .plan_form import Asked, read_asked
from .routes import measures

router = APIRouter(prefix="/embed", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Framed:
    """What a frame says beside its map.

    `full` leads to the page it is part of, `sites` are its places in their order, id and name.
    """

    title: str
    line: str
    full: str
    sites: tuple[tuple[str, str], ...]
    numbered: bool = True


@router.get("/map")
def map_frame(
    page: PageDep, state: StateDep, chosen: Annotated[Filters, Depends(read_filters)]
) -> HTMLResponse:
    """Show the sites that match the filters of the first page; those unknown are left out."""
    texts, found = page.texts, select(state.catalogue, chosen).sites
    whole = not any(chosen.query().values())
    drawing = (
        shared_drawing("overview", state, texts)
        if whole
        else sites_drawing(state, texts, found, cluster=True)
    )
    said = [chip.label for chip in chips(chosen, page)]
    framed = Framed(
        title=texts("page.explore.title"),
        line=" · ".join([texts("page.explore.found", count=len(found)), *said]),
        full=page.href("/", **chosen.query()),
        sites=tuple((site.id, texts.name(site)) for site in found),
        numbered=False,
    )
    return _framed(framed, drawing, page)


@router.get("/routes/{route_id}")
def route_frame(route_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a route, along the roads where it can be planned; a composed one says that it is."""
    route, texts = state.catalogue.route(route_id), page.texts
    by_mode = measures(state, route)
    drawn = next((one.itinerary for one in by_mode if one.mode == route.mode), None)
    sites = state.catalogue.sites_by_id(route.stops)
    says = [texts(f"page.provenance.{route.provenance}")]
    says += [_figures(drawn, page)] if drawn else []
    framed = Framed(
        title=texts.name(route),
        line=" · ".join(says),
        full=page.href(f"/routes/{route.id}"),
        sites=tuple((site.id, texts.name(site)) for site in sites),
    )
    return _framed(framed, route_drawing(state, texts, route, drawn), page)


@router.get("/plan")
def plan_frame(
    page: PageDep, state: StateDep, asked: Annotated[Asked, Depends(read_asked)]
) -> HTMLResponse:
    """Show the tour of an address of the page that plans."""
    itinerary = make_itinerary(plan_of_query(asked.wish()), state)
    return _tour(itinerary, page.href("/plan", **asked.query()), page, state)


@router.get("/p/{plan_id}")
def kept_frame(plan_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a kept plan as it is today."""
    itinerary = replanned(state.plans.get(plan_id), state)
    answer = _tour(itinerary, page.href(f"/p/{plan_id}"), page, state)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _tour(itinerary: Itinerary, full: str, page: Page, state: AppState) -> HTMLResponse:
    texts = page.texts
    stops = [stop for stop in itinerary.stops if stop.site_id]
    framed = Framed(
        title=texts("page.follow.tour", count=len(stops), date=texts.date(itinerary.days[0].date)),
        line=_figures(itinerary, page),
        full=full,
        sites=tuple((stop.site_id or "", texts.name(stop)) for stop in stops),
    )
    return _framed(framed, itinerary_drawing(state, texts, itinerary), page)


def _figures(itinerary: Itinerary, page: Page) -> str:
    length = say_length(itinerary.length_m, itinerary.mode, itinerary.network.fidelity, page.texts)
    mode = page.texts.word("page.mode", itinerary.mode)
    return f"{mode} {length} · {say_travel(itinerary, page.texts)}"


def _framed(framed: Framed, drawing: PageMap, page: Page) -> HTMLResponse:
    policy = replace(drawing.policy, framed=True)
    return page.render("embed.html", policy=policy, map=drawing, framed=framed)
