"""Vector tiles of sites and routes (OGC API - Tiles), of both together or of one collection."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import JSONResponse, Response

from api.deps import CatalogueDep, TextsDep
from api.links import JSON, LinksDep
from api.ogc import COLLECTIONS
from api.params import PlainQuery, TileQuery
from api.tiles import MVT, SCHEME, tile_bytes, tileset, tilesets
from geo.catalogue import Catalogue
from geo.exchange.vector_tile import Tile

router = APIRouter(prefix="/api", tags=["tiles"])

ALL = tuple(COLLECTIONS)
PlainDep = Annotated[PlainQuery, Query()]
TileDep = Annotated[TileQuery, Query()]
Collection = Annotated[str, Path(description="sites or routes.")]
Zoom = Annotated[int, Path(alias="tileMatrix", description="Zoom, 0 to 22.")]
Row = Annotated[int, Path(alias="tileRow", description="Row, from the north.")]
Column = Annotated[int, Path(alias="tileCol", description="Column, from the west.")]
DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {}}, "description": "JSON"}}
TILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MVT: {}}, "description": "A vector tile"},
    204: {"description": "Nothing is there"},
}
TILES = f"/tiles/{SCHEME}"
ONE = f"{TILES}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"


@router.get("/tiles", summary="The tilesets of everything", responses=DOCUMENT)
def get_tilesets(_: PlainDep, links: LinksDep, texts: TextsDep) -> JSONResponse:
    """Answer with the one tileset there is: sites and routes as layers."""
    return _document(tilesets(ALL, links, texts))


@router.get(TILES, summary="The tileset of everything", responses=DOCUMENT)
def get_tileset(
    _: PlainDep, catalogue: CatalogueDep, links: LinksDep, texts: TextsDep
) -> JSONResponse:
    """Answer with its layers, limits, and the address of a tile."""
    return _document(tileset(catalogue, ALL, links, texts))


@router.get(ONE, summary="One tile of everything", responses=TILE, response_class=Response)
def get_tile(_: TileDep, catalogue: CatalogueDep, zoom: Zoom, row: Row, column: Column) -> Response:
    """Answer with a Mapbox vector tile; 204 where nothing is."""
    return _tile(catalogue, ALL, Tile(zoom, column, row))


@router.get(
    "/collections/{collection}/tiles", summary="The tilesets of a collection", responses=DOCUMENT
)
def get_collection_tilesets(
    _: PlainDep, collection: Collection, links: LinksDep, texts: TextsDep
) -> JSONResponse:
    """Answer with the one tileset a collection has."""
    return _document(tilesets(_known(collection), links, texts))


@router.get(
    f"/collections/{{collection}}{TILES}",
    summary="The tileset of a collection",
    responses=DOCUMENT,
)
def get_collection_tileset(
    _: PlainDep, collection: Collection, catalogue: CatalogueDep, links: LinksDep, texts: TextsDep
) -> JSONResponse:
    """Answer with its layer, limits, and the address of a tile."""
    return _document(tileset(catalogue, _known(collection), links, texts))


@router.get(
    f"/collections/{{collection}}{ONE}",
    summary="One tile of a collection",
    responses=TILE,
    response_class=Response,
)
def get_collection_tile(
    _: TileDep,
    collection: Collection,
    catalogue: CatalogueDep,
    zoom: Zoom,
    row: Row,
    column: Column,
) -> Response:
    """Answer with a Mapbox vector tile of one layer; 204 where nothing is."""
    return _tile(catalogue, _known(collection), Tile(zoom, column, row))


def _known(collection: str) -> tuple[str, ...]:
    if collection not in COLLECTIONS:
        raise HTTPException(404)
    return (collection,)


def _document(document: dict[str, Any]) -> JSONResponse:
    return JSONResponse(document, headers={"Cache-Control": "no-cache"})


def _tile(catalogue: Catalogue, names: tuple[str, ...], tile: Tile) -> Response:
    """Return a tile; its ETag is the edition of the catalogue, for the address says the rest."""
    if not tile.exists:
        raise HTTPException(404)
    data = tile_bytes(catalogue, names, tile)
    headers = {"Cache-Control": "no-cache", "ETag": f'W/"{catalogue.version}"'}
    return Response(data, 200 if data else 204, headers, MVT)
