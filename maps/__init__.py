"""Maps of Red Trails: folium pages and what they need to work with no internet."""

from .assets import ASSETS, UnknownAssetError, asset, asset_digest, asset_path, media_type
from .change import Drawn, route_change_map
from .itinerary import itinerary_map
from .notes import title_of
from .options import BASEMAPS, VIEWS, Basemap, MapOptions, View, view_named
from .overview import overview_map
from .pin import pin_map
from .reach import reach_map
from .render import MapParts, map_parts, single_file
from .route import route_map

__all__ = [
    "ASSETS",
    "BASEMAPS",
    "VIEWS",
    "Basemap",
    "Drawn",
    "MapOptions",
    "MapParts",
    "UnknownAssetError",
    "View",
    "asset",
    "asset_digest",
    "asset_path",
    "itinerary_map",
    "map_parts",
    "media_type",
    "overview_map",
    "pin_map",
    "reach_map",
    "route_change_map",
    "route_map",
    "single_file",
    "title_of",
    "view_named",
]
