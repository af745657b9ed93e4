"""Following a tour on a phone: the tours kept there, and the page of one that can be kept.

The page of a tour is whole in itself: stops, times, ways, directions, what is known of every site,
and the map with its vectors. A phone keeps the page with its scripts and styles, so no later
version of ours can break it (docs/decisions/060-saved-tours.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import StateDep
from api.plan_keeping import replanned, request_of
from api.planning import make_itinerary, plan_of_query, query_of_plan
from api.state import AppState
from api.web.drawing import itinerary_drawing
from api.web.texts import LANGS
from api.web.view import Page, PageDep, address
from geo.exchange.naming import visits
from geo.models import Itinerary, Site, Stop

from .plan_form import Asked, asked_of, read_asked
from .plan_result import StopRow, result_of
from .site import ticket_text

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A stop as a phone follows it: the row of the timetable, and what is known of its site."""

    row: StopRow
    stop: Stop
    day: int
    site: Site | None
    ticket: str


@router.get("/follow/")
def tours_page(page: PageDep) -> HTMLResponse:
    """Show the tours that this phone keeps; which they are, only the phone knows."""
    return page.render("tours.html")


@router.get("/follow/tour")
def tour_page(
    page: PageDep, state: StateDep, asked: Annotated[Asked, Depends(read_asked)]
) -> Response:
    """Show a tour to be followed, at the address that says its day and order: its name on a phone.

    Any other address of the page that plans leads there.
    """
    itinerary = make_itinerary(plan_of_query(asked.wish()), state)
    query = result_of(itinerary, asked, page).query
    if dict(page.request.query_params) != {**query, "lang": page.texts.lang}:
        return RedirectResponse(page.href("/follow/tour", **query), 303)
    return _followed(itinerary, asked, page, state)


@router.get("/follow/plan/{plan_id}")
def kept_tour_page(plan_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a kept plan, as it is today, to be followed."""
    kept = state.plans.get(plan_id)
    asked = asked_of(list(query_of_plan(request_of(kept)).items()))
    return _followed(replanned(kept, state), asked, page, state)


def _followed(itinerary: Itinerary, asked: Asked, page: Page, state: AppState) -> HTMLResponse:
    result = result_of(itinerary, asked, page)
    drawing = itinerary_drawing(state, page.texts, itinerary, alone=True)
    answer = page.render(
        "follow.html",
        policy=drawing.policy,
        map=drawing,
        result=result,
        cards=_cards(itinerary, result.rows, page, state),
        first=itinerary.days[0].date,
        days=len(itinerary.days),
        addresses={lang: _address(page, result.query, lang) for lang in LANGS},
        name=_address(page, result.query),
    )
    # What a phone keeps is what was true when it was kept.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _cards(
    itinerary: Itinerary, rows: tuple[StopRow, ...], page: Page, state: AppState
) -> list[Card]:
    ids = [stop.site_id for stop in itinerary.stops if stop.site_id]
    sites = {site.id: site for site in state.catalogue.sites_by_id(list(dict.fromkeys(ids)))}
    found = []
    for visit, row in zip(visits(itinerary), rows, strict=True):
        site = sites.get(visit.stop.site_id or "")
        ticket = ticket_text(site, page.texts) if site else ""
        found.append(Card(row, visit.stop, visit.day, site, ticket))
    return found


def _address(page: Page, query: Mapping[str, str], lang: str = "") -> str:
    """Return the address of this page in a language; in none it is the tour's name on a phone."""
    path = page.request.url.path
    return address(path, {**(query if path == "/follow/tour" else {}), "lang": lang})
