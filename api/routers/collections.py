"""Sites and routes as collections of features (OGC API - Features)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api import answers, ogc
from api.deps import CatalogueDep, SettingsDep, TextsDep
from api.links import GEOJSON, LinksDep
from api.params import Query as Parameters
from api.params import RoutesQuery, SitesQuery

router = APIRouter(prefix="/api/collections", tags=["collections"])

ParametersDep = Annotated[Parameters, Query()]


class GeoJsonResponse(JSONResponse):
    """JSON with the media type of GeoJSON; asked for anew each time, by its ETag."""

    media_type = GEOJSON

    def __init__(self, content: dict[str, Any], status_code: int = 200) -> None:
        super().__init__(content, status_code, headers={"Cache-Control": "no-cache"})


@router.get("", summary="The collections")
def get_collections(
    _: ParametersDep, catalogue: CatalogueDep, links: LinksDep, texts: TextsDep
) -> dict[str, Any]:
    """Answer with both collections, their extent and links."""
    return ogc.collections(catalogue, links, texts)


@router.get("/sites", summary="The collection of sites")
def get_sites_collection(
    _: ParametersDep, catalogue: CatalogueDep, links: LinksDep, texts: TextsDep
) -> dict[str, Any]:
    """Answer with its title, extent and links."""
    return ogc.collection("sites", catalogue, links, texts)


@router.get("/routes", summary="The collection of routes")
def get_routes_collection(
    _: ParametersDep, catalogue: CatalogueDep, links: LinksDep, texts: TextsDep
) -> dict[str, Any]:
    """Answer with its title, extent and links."""
    return ogc.collection("routes", catalogue, links, texts)


@router.get("/sites/items", summary="Sites", response_class=GeoJsonResponse)
def get_sites(
    query: Annotated[SitesQuery, Query()],
    catalogue: CatalogueDep,
    links: LinksDep,
    settings: SettingsDep,
) -> GeoJsonResponse:
    """Answer with one page of the sites asked for; ranked where `q` is given."""
    return GeoJsonResponse(answers.sites_page(catalogue, query, links, most=settings.max_page_size))


@router.get("/routes/items", summary="Routes", response_class=GeoJsonResponse)
def get_routes(
    query: Annotated[RoutesQuery, Query()],
    catalogue: CatalogueDep,
    links: LinksDep,
    settings: SettingsDep,
) -> GeoJsonResponse:
    """Answer with one page of the routes asked for; ranked where `q` is given."""
    return GeoJsonResponse(
        answers.routes_page(catalogue, query, links, most=settings.max_page_size)
    )


@router.get("/sites/items/{site_id}", summary="One site", response_class=GeoJsonResponse)
def get_site(
    site_id: str, _: ParametersDep, catalogue: CatalogueDep, links: LinksDep
) -> GeoJsonResponse:
    """Answer with one site: everything that is known of it, and from whom."""
    return GeoJsonResponse(answers.site_document(catalogue, site_id, links))


@router.get("/routes/items/{route_id}", summary="One route", response_class=GeoJsonResponse)
def get_route(
    route_id: str, _: ParametersDep, catalogue: CatalogueDep, links: LinksDep
) -> GeoJsonResponse:
    """Answer with one route: its stops in order, and who published or composed it."""
    return GeoJsonResponse(answers.route_document(catalogue, route_id, links))
