"""Sites and routes as collections of features (OGC API - Features)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api import answers, ogc, queryables
from api.deps import CatalogueDep, SettingsDep, TextsDep
from api.links import GEOJSON, HTML, JSON, SCHEMA, LinksDep
from api.params import OneQuery, PlainQuery, RoutesQuery, SitesQuery
from api.params import Query as Parameters
from api.represent import RepresentationDep
from api.systems import CRS84
from api.transactions import NewestDep

router = APIRouter(prefix="/api/collections", tags=["collections"])

ParametersDep = Annotated[Parameters, Query()]
PlainDep = Annotated[PlainQuery, Query()]
OneDep = Annotated[OneQuery, Query()]
Forms = dict[int | str, dict[str, Any]]


def _forms(*media_types: str) -> Forms:
    content: dict[str, Any] = {media_type: {} for media_type in media_types}
    return {200: {"content": content, "description": "In the form asked for"}}


DOCUMENT, FEATURES, SCHEMAS = _forms(JSON, HTML), _forms(GEOJSON, HTML), _forms(SCHEMA)
ONE: dict[str, Any] = {
    "responses": FEATURES,
    "response_class": Response,
    "openapi_extra": {"security": [{}, {"token": []}]},
}
"""Of one record: a token is needed for drafts alone."""


@router.get("", summary="The collections", responses=DOCUMENT, response_class=Response)
def get_collections(
    query: ParametersDep,
    catalogue: CatalogueDep,
    links: LinksDep,
    texts: TextsDep,
    answer: RepresentationDep,
) -> Response:
    """Answer with both collections, their extent and links."""
    document = ogc.collections(catalogue, links, texts)
    return answer(document, query.f, title=texts("api.html.collections"))


@router.get(
    "/sites", summary="The collection of sites", responses=DOCUMENT, response_class=Response
)
def get_sites_collection(
    query: ParametersDep,
    catalogue: CatalogueDep,
    links: LinksDep,
    texts: TextsDep,
    answer: RepresentationDep,
) -> Response:
    """Answer with its title, extent, reference systems and links."""
    return answer(ogc.collection("sites", catalogue, links, texts), query.f)


@router.get(
    "/routes", summary="The collection of routes", responses=DOCUMENT, response_class=Response
)
def get_routes_collection(
    query: ParametersDep,
    catalogue: CatalogueDep,
    links: LinksDep,
    texts: TextsDep,
    answer: RepresentationDep,
) -> Response:
    """Answer with its title, extent, reference systems and links."""
    return answer(ogc.collection("routes", catalogue, links, texts), query.f)


def _described(document: dict[str, Any]) -> JSONResponse:
    return JSONResponse(document, media_type=SCHEMA, headers={"Cache-Control": "no-cache"})


@router.get("/sites/queryables", summary="What a filter of sites may name", responses=SCHEMAS)
def get_sites_queryables(_: PlainDep, links: LinksDep, texts: TextsDep) -> JSONResponse:
    """Answer with the queryables as JSON Schema."""
    return _described(queryables.queryables_document("sites", links, texts))


@router.get("/routes/queryables", summary="What a filter of routes may name", responses=SCHEMAS)
def get_routes_queryables(_: PlainDep, links: LinksDep, texts: TextsDep) -> JSONResponse:
    """Answer with the queryables as JSON Schema."""
    return _described(queryables.queryables_document("routes", links, texts))


@router.get("/sites/schema", summary="What a site is made of", responses=SCHEMAS)
def get_sites_schema(_: PlainDep, links: LinksDep, texts: TextsDep) -> JSONResponse:
    """Answer with the schema of its features."""
    return _described(queryables.schema_document("sites", links, texts))


@router.get("/routes/schema", summary="What a route is made of", responses=SCHEMAS)
def get_routes_schema(_: PlainDep, links: LinksDep, texts: TextsDep) -> JSONResponse:
    """Answer with the schema of its features."""
    return _described(queryables.schema_document("routes", links, texts))


@router.get("/sites/items", summary="Sites", responses=FEATURES, response_class=Response)
def get_sites(
    query: Annotated[SitesQuery, Query()],
    catalogue: CatalogueDep,
    links: LinksDep,
    settings: SettingsDep,
    texts: TextsDep,
    answer: RepresentationDep,
) -> Response:
    """Answer with one page of the sites asked for; ranked where `q` is given."""
    document = answers.sites_page(catalogue, query, links, most=settings.max_page_size)
    title, crs = texts("api.sites.title"), query.crs or CRS84
    return answer(document, query.f, title=title, media_type=GEOJSON, crs=crs)


@router.get("/routes/items", summary="Routes", responses=FEATURES, response_class=Response)
def get_routes(
    query: Annotated[RoutesQuery, Query()],
    catalogue: CatalogueDep,
    links: LinksDep,
    settings: SettingsDep,
    texts: TextsDep,
    answer: RepresentationDep,
) -> Response:
    """Answer with one page of the routes asked for; ranked where `q` is given."""
    document = answers.routes_page(catalogue, query, links, most=settings.max_page_size)
    title, crs = texts("api.routes.title"), query.crs or CRS84
    return answer(document, query.f, title=title, media_type=GEOJSON, crs=crs)


@router.get("/sites/items/{site_id}", summary="One site", **ONE)
def get_site(site_id: str, query: OneDep, newest: NewestDep, answer: RepresentationDep) -> Response:
    """Answer with one site: everything that is known of it, and from whom."""
    crs = query.crs or CRS84
    if query.state == "draft":
        return newest.shown("sites", site_id, crs)
    document = answers.site_document(newest.state.catalogue, site_id, newest.links, crs=crs)
    shown = answer(document, query.f, media_type=GEOJSON, crs=crs)
    return newest.tagged(shown, "sites", site_id)


@router.get("/routes/items/{route_id}", summary="One route", **ONE)
def get_route(
    route_id: str, query: OneDep, newest: NewestDep, answer: RepresentationDep
) -> Response:
    """Answer with one route: its stops in order, and who published or composed it."""
    crs = query.crs or CRS84
    if query.state == "draft":
        return newest.shown("routes", route_id, crs)
    document = answers.route_document(newest.state.catalogue, route_id, newest.links, crs=crs)
    shown = answer(document, query.f, media_type=GEOJSON, crs=crs)
    return newest.tagged(shown, "routes", route_id)
