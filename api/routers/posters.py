"""Drawings by hand: the poster for a wall, and the small cards that shared links show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import StateDep, TextsDep
from api.drawings import (
    MEDIA_TYPES,
    Form,
    itinerary_card,
    overview_card,
    poster,
    route_card,
    site_card,
)
from api.plan_keeping import replanned
from api.planning import ItineraryQuery, make_itinerary, plan_of_query

router = APIRouter(include_in_schema=False)

_KEPT = {"Cache-Control": "public, max-age=3600"}


def _png(content: bytes) -> Response:
    return Response(content, media_type="image/png", headers=_KEPT)


@router.get("/map/poster.{form}")
def get_poster(form: Form, state: StateDep, texts: TextsDep) -> Response:
    """Answer with the hand-drawn poster of the city, A3."""
    content = poster(state, texts, form)
    return Response(content, media_type=MEDIA_TYPES[form], headers=_KEPT)


@router.get("/map/card.png")
def get_overview_card(state: StateDep, texts: TextsDep) -> Response:
    """Answer with the card of all sites, 1200 × 630."""
    return _png(overview_card(state, texts))


@router.get("/routes/{route_id}/card.png")
def get_route_card(route_id: str, state: StateDep, texts: TextsDep) -> Response:
    """Answer with the card of a route, 1200 × 630."""
    return _png(route_card(state, state.catalogue.route(route_id), texts))


@router.get("/sites/{site_id}/card.png")
def get_site_card(site_id: str, state: StateDep, texts: TextsDep) -> Response:
    """Answer with the card of a site, 1200 × 630."""
    return _png(site_card(state, state.catalogue.site(site_id), texts))


@router.get("/p/{plan_id}/card.png")
def get_kept_card(plan_id: str, state: StateDep, texts: TextsDep) -> Response:
    """Answer with the card of a kept plan as it is today, 1200 × 630."""
    return _png(itinerary_card(state, replanned(state.plans.get(plan_id), state), texts))


@router.get("/plan/card.png")
def get_itinerary_card(
    query: Annotated[ItineraryQuery, Query()], state: StateDep, texts: TextsDep
) -> Response:
    """Answer with the card of an itinerary, 1200 × 630; the address is that of `/plan`."""
    return _png(itinerary_card(state, make_itinerary(plan_of_query(query), state), texts))
