"""Kept plans: a link that shows the same wish on the data of the day, for ever."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.deps import StateDep, TextsDep
from api.forms import DEFAULT, FORMS, headers_of
from api.plan_keeping import keep_plan, plan_document, plan_now_document, replanned
from api.planning import FormQuery, JsonBody, form_of
from geo.planner import read_request

from .itineraries import PlanBody
from .trips import OriginDep

PATH = "/api/plans"
router = APIRouter(prefix=PATH, tags=["kept plans"])

ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The plan as of today, or its itinerary in the form asked for",
        "content": {form.media_type: {} for form in FORMS.values()},
    }
}
FRESH = {"Cache-Control": "no-cache"}


@router.post(
    "",
    summary="Keep a plan",
    status_code=201,
    response_class=JSONResponse,
    dependencies=[JsonBody],
)
def post_plan(body: PlanBody, state: StateDep, origin: OriginDep) -> Response:
    """Plan a wish and keep it under an id that nobody can guess; nothing kept is ever changed."""
    kept = keep_plan(read_request(body), state)
    return JSONResponse(
        plan_document(kept, origin),
        status_code=201,
        headers={**FRESH, "Location": f"{origin}{PATH}/{kept.id}"},
    )


@router.get("/{plan_id}", summary="A kept plan as of today", responses=ANSWERS)
def get_plan(
    plan_id: str,
    query: Annotated[FormQuery, Query()],
    request: Request,
    state: StateDep,
    texts: TextsDep,
    origin: OriginDep,
) -> Response:
    """Answer with what was kept, what it is now and what is different; or with another form."""
    kept = state.plans.get(plan_id)
    headers = {**FRESH, "Content-Language": texts.lang}
    form = form_of(query.f, request)
    if form is DEFAULT:
        return JSONResponse(plan_now_document(kept, state, origin, texts), headers=headers)
    itinerary = replanned(kept, state)
    return Response(
        form.render(itinerary, texts, state),
        media_type=form.media_type,
        headers={**headers_of(form, itinerary), **headers},
    )
