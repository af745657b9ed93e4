"""Isochrones: stateless, one address one answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import StateDep
from api.forms import json_text
from api.links import GEOJSON
from api.reaching import ReachQuery, make_reach, reach_document

router = APIRouter(tags=["suggestions"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Areas by time and the sites in them",
        "content": {GEOJSON: {"schema": {"type": "object"}}},
    }
}


@router.get(
    "/api/isochrones",
    summary="What is reached within a time",
    response_class=Response,
    responses=ANSWERS,
)
def get_isochrones(query: Annotated[ReachQuery, Query()], state: StateDep) -> Response:
    """Answer with the areas reached on the roads within some times, and the sites with theirs."""
    document = reach_document(make_reach(query.wish(), state))
    return Response(
        json_text(document), media_type=GEOJSON, headers={"Cache-Control": "public, max-age=300"}
    )
