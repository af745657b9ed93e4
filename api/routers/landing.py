"""Where a machine starts: the landing page and what the interface conforms to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TextsDep
from api.links import LinksDep
from api.ogc import CONFORMANCE, landing
from api.params import Query as Parameters

router = APIRouter(prefix="/api", tags=["interface"])

ParametersDep = Annotated[Parameters, Query()]


@router.get("", summary="Landing page of the machine interface")
def get_landing(_: ParametersDep, links: LinksDep, texts: TextsDep) -> dict[str, Any]:
    """Answer with the links to everything else."""
    return landing(links, texts)


@router.get("/conformance", summary="What the interface conforms to")
def get_conformance(_: ParametersDep) -> dict[str, list[str]]:
    """Answer with the conformance classes of OGC API - Features that are met."""
    return {"conformsTo": list(CONFORMANCE)}
