"""Sites and routes made, replaced, changed and archived (OGC API - Features, part 4)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.errors import methods_of
from api.feature_bodies import FEATURE_TYPES, MERGE_PATCH, FeatureDep, PatchDep
from api.links import GEOJSON
from api.transactions import ArchivistDep, IfMatchDep, WriterDep

router = APIRouter(prefix="/api/collections", tags=["collections"])

_FEATURE: dict[str, Any] = {
    "type": "object",
    "description": "A GeoJSON feature; `…/schema` tells its properties.",
    "required": ["type", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object"},
        "revision": {"type": "object", "readOnly": True},
    },
}


def _taking(schema: dict[str, Any], *media_types: str) -> dict[str, Any]:
    content = {media_type: {"schema": schema} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


def _answering(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    headers = {
        name: {"schema": {"type": "string"}, "description": said}
        for name, said in (
            ("ETag", "Strong; names the revision."),
            ("Content-Location", "Where what was written is read."),
        )
    }
    if status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = {"schema": {"type": "string"}, "description": "Of the new record."}
    content = {GEOJSON: {"schema": _FEATURE}}
    return {status: {"description": description, "content": content, "headers": headers}}


MAKING: dict[str, Any] = {
    "status_code": 201,
    "response_class": Response,
    "responses": _answering(201, "Handed in for review"),
    "openapi_extra": _taking(_FEATURE, *FEATURE_TYPES),
}
REPLACING: dict[str, Any] = {
    "response_class": Response,
    "responses": _answering(200, "As it stands newest"),
    "openapi_extra": _taking(_FEATURE, *FEATURE_TYPES),
}
UPDATING: dict[str, Any] = {
    **REPLACING,
    "openapi_extra": _taking({"type": "object", "description": "RFC 7396"}, MERGE_PATCH),
}


@router.post("/sites/items", summary="Hand in a new site", **MAKING)
def post_site(writer: WriterDep, feature: FeatureDep) -> Response:
    """Make a site of a feature, as a draft that waits for review."""
    return writer.create("sites", feature)


@router.post("/routes/items", summary="Hand in a new route", **MAKING)
def post_route(writer: WriterDep, feature: FeatureDep) -> Response:
    """Make a route of a feature, as a draft that waits for review."""
    return writer.create("routes", feature)


@router.put("/sites/items/{site_id}", summary="Replace a site", **REPLACING)
def put_site(site_id: str, writer: WriterDep, seen: IfMatchDep, feature: FeatureDep) -> Response:
    """Hand in a whole feature in the place of the newest revision."""
    return writer.replace("sites", site_id, feature, seen)


@router.put("/routes/items/{route_id}", summary="Replace a route", **REPLACING)
def put_route(route_id: str, writer: WriterDep, seen: IfMatchDep, feature: FeatureDep) -> Response:
    """Hand in a whole feature in the place of the newest revision."""
    return writer.replace("routes", route_id, feature, seen)


@router.patch("/sites/items/{site_id}", summary="Change parts of a site", **UPDATING)
def patch_site(site_id: str, writer: WriterDep, seen: IfMatchDep, patch: PatchDep) -> Response:
    """Hand in the newest revision with the parts that a JSON merge patch names changed."""
    return writer.update("sites", site_id, patch, seen)


@router.patch("/routes/items/{route_id}", summary="Change parts of a route", **UPDATING)
def patch_route(route_id: str, writer: WriterDep, seen: IfMatchDep, patch: PatchDep) -> Response:
    """Hand in the newest revision with the parts that a JSON merge patch names changed."""
    return writer.update("routes", route_id, patch, seen)


@router.delete("/sites/items/{site_id}", summary="Archive a site", status_code=204)
def delete_site(site_id: str, writer: ArchivistDep, seen: IfMatchDep) -> Response:
    """Take a site away from visitors at once; staff keep it and its history."""
    return writer.archive("sites", site_id, seen)


@router.delete("/routes/items/{route_id}", summary="Archive a route", status_code=204)
def delete_route(route_id: str, writer: ArchivistDep, seen: IfMatchDep) -> Response:
    """Take a route away from visitors at once; staff keep it and its history."""
    return writer.archive("routes", route_id, seen)


@router.options("/sites/items", include_in_schema=False)
@router.options("/routes/items", include_in_schema=False)
@router.options("/sites/items/{site_id}", include_in_schema=False)
@router.options("/routes/items/{route_id}", include_in_schema=False)
def options(request: Request) -> Response:
    """Tell which methods an address takes: what QGIS asks before it lets anybody edit."""
    allowed = methods_of(request)
    headers = {"Allow": ", ".join(allowed)}
    if "PATCH" in allowed:
        headers["Accept-Patch"] = MERGE_PATCH
    return Response(status_code=204, headers=headers)
