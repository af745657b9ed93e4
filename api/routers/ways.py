"""Ways between two places: stateless, one address one answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import StateDep
from api.forms import json_text
from api.links import GEOJSON
from api.ways import WaysQuery, make_ways, network_router, ways_document

router = APIRouter(tags=["itineraries"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The best way, then the others",
        "content": {GEOJSON: {"schema": {"type": "object"}}},
    }
}


@router.get(
    "/api/ways",
    summary="The ways from one place to another",
    response_class=Response,
    responses=ANSWERS,
)
def get_ways(query: Annotated[WaysQuery, Query()], state: StateDep) -> Response:
    """Answer with the way an itinerary would take and up to two others that make sense."""
    document = ways_document(make_ways(query, state), network_router(state).info.fidelity)
    return Response(
        json_text(document), media_type=GEOJSON, headers={"Cache-Control": "public, max-age=300"}
    )
