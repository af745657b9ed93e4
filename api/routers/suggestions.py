"""Suggestions: stateless, one address one idea; each leads to its plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import StateDep
from api.forms import json_text
from api.planning import ItineraryQuery
from api.suggesting import (
    DayQuery,
    Document,
    NearestQuery,
    NearQuery,
    chronology_document,
    day_document,
    make_chronology,
    make_day,
    make_near,
    make_nearest,
    near_document,
    nearest_document,
    plan_address,
)

router = APIRouter(tags=["suggestions"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The idea and its plan", "content": {"application/json": {}}}
}


@router.get(
    "/api/suggestions/day",
    summary="So many hours from here",
    response_class=Response,
    responses=ANSWERS,
)
def get_day(query: Annotated[DayQuery, Query()], state: StateDep) -> Response:
    """Answer with the sites that count for most within the hours there are, as a plan."""
    return _answer(day_document(make_day(query.wish(), state)))


@router.get(
    "/api/suggestions/near",
    summary="Sites near the way of a plan",
    response_class=Response,
    responses=ANSWERS,
)
def get_near(query: Annotated[NearQuery, Query()], state: StateDep) -> Response:
    """Answer with the sites that add little travel to a plan, the nearest first."""
    return _answer(near_document(*make_near(query, state)))


@router.get(
    "/api/suggestions/nearest",
    summary="Sites nearest in time",
    response_class=Response,
    responses={200: {**ANSWERS[200], "description": "The sites, the nearest first"}},
)
def get_nearest(query: Annotated[NearestQuery, Query()], state: StateDep) -> Response:
    """Answer with the sites that are reached first from a place or a site."""
    wish = query.wish()
    return _answer(nearest_document(wish, make_nearest(wish, state), state))


@router.get(
    "/api/suggestions/chronology",
    summary="A plan's sites in the order of their years",
    response_class=Response,
    responses=ANSWERS,
)
def get_chronology(query: Annotated[ItineraryQuery, Query()], state: StateDep) -> Response:
    """Answer with the plan by years, and what it costs against the fastest order."""
    return _answer(chronology_document(make_chronology(query, state)))


@router.get("/suggest", include_in_schema=False)
def show_day(
    query: Annotated[DayQuery, Query()], request: Request, state: StateDep
) -> RedirectResponse:
    """Lead a form's wish to the page of its plan."""
    found = plan_address(make_day(query.wish(), state).request)
    lang = request.query_params.get("lang")
    return RedirectResponse(found + (f"&lang={lang}" if lang else ""), status_code=303)


@router.get("/suggest/chronology", include_in_schema=False)
def show_chronology(
    query: Annotated[ItineraryQuery, Query()], request: Request, state: StateDep
) -> RedirectResponse:
    """Lead a plan to the page of the same sites in the order of their years."""
    found = plan_address(make_chronology(query, state).request)
    lang = request.query_params.get("lang")
    return RedirectResponse(found + (f"&lang={lang}" if lang else ""), status_code=303)


def _answer(document: Document) -> Response:
    # Without a departure it is tomorrow's plan: another one each day.
    return Response(
        json_text(document), media_type="application/json", headers={"Cache-Control": "no-cache"}
    )
