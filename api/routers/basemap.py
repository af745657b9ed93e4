"""Vector tiles of our own, where `redtrails basemap build` has made them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.basemap import own_basemap
from api.deps import StateDep
from api.packing import FOR_EVER
from maps.assets import UnknownAssetError
from maps.basemap import MAX_ZOOM

router = APIRouter(include_in_schema=False)

Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM)]
Rank = Annotated[int, Path(ge=0, lt=1 << MAX_ZOOM)]
_HEADERS = {"Cache-Control": FOR_EVER, "Content-Encoding": "gzip"}


@router.get("/basemap/{version}/{zoom}/{x}/{y}.mvt")
def get_tile(version: str, zoom: Zoom, x: Rank, y: Rank, state: StateDep) -> Response:
    """Answer with a vector tile; 204 where nothing is."""
    found = own_basemap(state)
    if found is None or found.version != version:
        raise UnknownAssetError(f"basemap/{version}")
    tile = found.tile(zoom, x, y)
    if tile is None:
        return Response(status_code=204, headers={"Cache-Control": FOR_EVER})
    return Response(tile, media_type="application/vnd.mapbox-vector-tile", headers=_HEADERS)
