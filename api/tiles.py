"""Vector tiles of the catalogue as OGC API - Tiles (OGC 20-057): its documents, and what they show.

A tile is cut when it is asked for, from the published catalogue, so it is never older than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd

from geo.catalogue import Catalogue
from geo.exchange.vector_tile import MAX_ZOOM, Tile, encoded, limits_of
from geo.messages import Messages

from .links import Links
from .queryables import QUERYABLES, route_frame, site_frame
from .web.kept import Kept

MVT = "application/vnd.mapbox-vector-tile"
SCHEME = "WebMercatorQuad"
_SCHEME_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_SCHEME_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SCHEME}"
_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"

SHOWN: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "sites": (
            *("id", "name_zh", "name_en", "category", "district", "period_from", "period_to"),
            *("accuracy_m", "position_basis"),
        ),
        "routes": ("id", "name_zh", "name_en", "collection", "provenance", "mode", "year"),
    }
)
"""What a tile tells of each feature: enough to draw it and to ask for the rest by its id."""
_FRAMES: Kept[Mapping[str, gpd.GeoDataFrame]] = Kept(limit=2)
_TILES: Kept[bytes] = Kept(limit=512)


def layers_of(catalogue: Catalogue) -> Mapping[str, gpd.GeoDataFrame]:
    """Return what tiles show, by layer, in EPSG:3857; made once for each edition."""
    return _FRAMES.get(catalogue.version, lambda: _layers(catalogue))


def _layers(catalogue: Catalogue) -> Mapping[str, gpd.GeoDataFrame]:
    made = {
        "sites": site_frame(catalogue, catalogue.sites.index),
        "routes": route_frame(catalogue, catalogue.routes.index),
    }
    return {name: _projected(frame[[*SHOWN[name], "geometry"]]) for name, frame in made.items()}


def _projected(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_crs("EPSG:4326", allow_override=True).to_crs("EPSG:3857")


def tile_bytes(catalogue: Catalogue, names: Sequence[str], tile: Tile) -> bytes:
    """Return a tile of some layers; empty where nothing is."""

    def make() -> bytes:
        layers = layers_of(catalogue)
        return encoded({name: layers[name] for name in names}, tile)

    return _TILES.get((catalogue.version, *names, tile), make)


def base_of(names: Sequence[str]) -> str:
    """Return where the tiles of some layers are: of one collection, or of all."""
    return f"/api/collections/{names[0]}/tiles" if len(names) == 1 else "/api/tiles"


def tilesets(names: Sequence[str], links: Links, texts: Messages) -> dict[str, Any]:
    """Return the list of tilesets of some layers: there is one."""
    base = base_of(names)
    one = {**_head(names, texts), "links": [links.link("self", f"{base}/{SCHEME}")]}
    return {"links": [links.link("self", base)], "tilesets": [one]}


def tileset(
    catalogue: Catalogue, names: Sequence[str], links: Links, texts: Messages
) -> dict[str, Any]:
    """Return the metadata of a tileset (OGC 17-083r4, 8)."""
    base = f"{base_of(names)}/{SCHEME}"
    item = links.link("item", base, media_type=MVT)
    item["href"] += "/{tileMatrix}/{tileRow}/{tileCol}"
    frames = layers_of(catalogue)
    bounds = [float(one) for one in frames["sites"].total_bounds]
    west, south, east, north = (round(float(one), 6) for one in catalogue.sites.total_bounds)
    return {
        **_head(names, texts),
        "links": [
            links.link("self", base),
            {**item, "templated": True},
            links.link(_SCHEME_REL, base) | {"href": _SCHEME_URI},
        ],
        "layers": [_layer(name) for name in names],
        "tileMatrixSetLimits": [_limits(bounds, zoom) for zoom in range(MAX_ZOOM + 1)],
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north]},
    }


def _head(names: Sequence[str], texts: Messages) -> dict[str, Any]:
    title = texts(f"api.{names[0]}.title") if len(names) == 1 else texts("api.title")
    return {
        "title": title,
        "dataType": "vector",
        "crs": _CRS,
        "tileMatrixSetURI": _SCHEME_URI,
        "mediaTypes": [MVT],
    }


def _layer(name: str) -> dict[str, Any]:
    """Return a layer and the schema of its properties, as its queryables have it."""
    properties = {one: QUERYABLES[name][one] for one in SHOWN[name]}
    dimension = 0 if name == "sites" else 1
    return {
        "id": name,
        "dataType": "vector",
        "geometryDimension": dimension,
        "propertiesSchema": {"type": "object", "properties": properties},
    }


def _limits(bounds: Sequence[float], zoom: int) -> dict[str, Any]:
    least, most, first, last = limits_of(bounds, zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": least,
        "maxTileRow": most,
        "minTileCol": first,
        "maxTileCol": last,
    }
