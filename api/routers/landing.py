"""Where a machine starts: the landing page and what the interface conforms to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import TextsDep
from api.links import LinksDep
from api.ogc import CONFORMANCE, landing
from api.params import Query as Parameters
from api.represent import RepresentationDep

router = APIRouter(prefix="/api", tags=["interface"])

ParametersDep = Annotated[Parameters, Query()]
FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}, "text/html": {}}, "description": "As asked for"}
}


@router.get("", summary="Landing page of the machine interface", responses=FORMS)
def get_landing(
    query: ParametersDep, links: LinksDep, texts: TextsDep, answer: RepresentationDep
) -> Response:
    """Answer with the links to everything else."""
    return answer(landing(links, texts), query.f)


@router.get("/conformance", summary="What the interface conforms to", responses=FORMS)
def get_conformance(query: ParametersDep, texts: TextsDep, answer: RepresentationDep) -> Response:
    """Answer with the conformance classes of OGC API - Features that are met."""
    document = {"conformsTo": list(CONFORMANCE)}
    return answer(document, query.f, title=texts("api.html.conformance"))
