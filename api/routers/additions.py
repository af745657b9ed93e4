"""What people add to a site, as JSON: media, coming events, oral histories, approved reviews."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import StateDep
from api.forms import json_text
from api.links import JSON
from api.params import PlainQuery
from geo.additions import SiteAdditions
from geo.models import TIME_ZONE

router = APIRouter(tags=["collections"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What was added to the site and is published",
        "content": {JSON: {"schema": {"type": "object"}}},
    }
}


@router.get(
    "/api/collections/sites/items/{site_id}/additions",
    summary="Media, events, oral histories and ratings of a site",
    response_class=Response,
    responses=ANSWERS,
)
def get_additions(site_id: str, query: Annotated[PlainQuery, Query()], state: StateDep) -> Response:
    """Answer with what is published about a site; events that are over are left out."""
    del query  # texts are given in both languages
    site = state.catalogue.site(site_id)
    document = additions_document(state.additions.at(site.id, datetime.now(TIME_ZONE)))
    return Response(
        json_text({"site": site.id, **document}),
        media_type=JSON,
        headers={"Cache-Control": "no-cache"},
    )


def additions_document(added: SiteAdditions) -> dict[str, Any]:
    """Return additions as JSON has them: moments as text, and the ratings summed up."""
    document: dict[str, Any] = {
        name: [_plain(one) for one in rows] for name, rows in asdict(added).items()
    }
    return {**document, "ratings": asdict(added.ratings)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
