"""Itineraries: stateless, one address one answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response
from pydantic import WithJsonSchema

from api.deps import StateDep, TextsDep
from api.forms import DEFAULT, FORMS, Form, headers_of, json_text
from api.plan_changing import change_document
from api.planning import (
    ComparedForm,
    ComparedQuery,
    JsonBody,
    form_of,
    make_itinerary,
    plan_of_query,
)
from geo.exchange import to_document
from geo.models import Itinerary
from geo.planner import PlanRequest, read_request

router = APIRouter(prefix="/api/itineraries", tags=["itineraries"])

ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The itinerary in the form asked for",
        "content": {form.media_type: {} for form in FORMS.values()},
    }
}
EXAMPLES: dict[str, Any] = {
    "walk": {
        "summary": "Three sites of the old town on foot, in the best order",
        "value": {
            "stops": ["cpc-qingdao-memorial", "qingdao-guest-house", "may-fourth-square"],
            "mode": "walk",
            "depart": "2026-11-28T09:00",
            "start": [120.3125, 36.0645],
        },
    },
    "route": {
        "summary": "A published route by car, as published",
        "value": {"route": "r2023-01", "mode": "drive", "depart": "2026-11-28T09:00"},
    },
    "days": {
        "summary": "Two days by car with lunch and a lodging, two sites only if they fit",
        "value": {
            "stops": ["cpc-qingdao-memorial", "navy-museum"],
            "optional": ["may-fourth-square", "jiaobei-memorial"],
            "priorities": [["jiaobei-memorial", 5]],
            "mode": "drive",
            "dates": [{"date": "2026-11-28", "depart": "09:30"}, {"date": "2026-11-29"}],
            "nights": [[120.3125, 36.0645]],
            "lunch": 45,
        },
    },
}
PLAN_SCHEMA = PlanRequest.model_json_schema(ref_template="#/components/schemas/{model}")
PLAN_PARTS: dict[str, Any] = PLAN_SCHEMA.pop("$defs")
"""What the schema of a wish refers to: `api.openapi` puts it among the components."""
PlanBody = Annotated[
    dict[str, Any],
    WithJsonSchema(PLAN_SCHEMA),
    Body(openapi_examples=EXAMPLES),
]


@router.get("", summary="Plan an itinerary", responses=ANSWERS, response_class=Response)
def get_itinerary(
    query: Annotated[ComparedQuery, Query()], request: Request, state: StateDep, texts: TextsDep
) -> Response:
    """Answer with the itinerary of an address; cacheable where `depart` is given."""
    form = form_of(query.f, request)
    return answer(plan_of_query(query), form, state, texts, was=query.was)


@router.post(
    "",
    summary="Plan an itinerary of a JSON wish",
    responses=ANSWERS,
    response_class=Response,
    dependencies=[JsonBody],
)
def post_itinerary(
    body: PlanBody,
    query: Annotated[ComparedForm, Query()],
    request: Request,
    state: StateDep,
    texts: TextsDep,
) -> Response:
    """Answer with the itinerary of a body; nothing is kept."""
    form = form_of(query.f, request)
    return answer(read_request(body), form, state, texts, was=query.was)


def answer(
    wish: PlanRequest, form: Form, state: StateDep, texts: TextsDep, *, was: str | None = None
) -> Response:
    """Return an itinerary in one of its forms, in JSON with what is different from the one before.

    Raises
    ------
    HeritageError
        What `make_itinerary` raises; there is no such plan before.
    """
    itinerary = make_itinerary(wish, state)
    return Response(
        _compared(was, itinerary, state, texts)
        if was and form is DEFAULT
        else form.render(itinerary, texts, state),
        media_type=form.media_type,
        headers={
            **headers_of(form, itinerary),
            "Content-Language": texts.lang,
            # Without a departure it is tomorrow's plan: another one each day.
            "Cache-Control": "public, max-age=300" if wish.depart else "no-cache",
        },
    )


def _compared(was: str, itinerary: Itinerary, state: StateDep, texts: TextsDep) -> str:
    """Return an itinerary as JSON with what is different from the plan before."""
    change = change_document(was, itinerary, state, texts)
    return json_text({**to_document(itinerary), "change": change})
