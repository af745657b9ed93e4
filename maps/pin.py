"""The map of an editor: the ground, and one pin that the page places and people move."""

from __future__ import annotations

import folium
import geopandas as gpd

from geo.messages import Messages

from .ground import add_ground, new_map
from .land import QINGDAO
from .options import MapOptions
from .plugins import PinLayer
from .render import settle


def pin_map(
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Return the map of an editor: the same for every record, since the page says what it shows.

    The page tells where the pin stands (`redtrails:pin`) and hears where it was moved to
    (`redtrails:pinned`), both in WGS-84, whatever the datum of the tiles.

    Parameters
    ----------
    districts
        Outlines, index = name_zh, EPSG:4326.
    roads
        Columns `highway`, `structure` and geometry, EPSG:4326.
    messages
        The texts, of the page's language.
    options
        Basemap and more; `MapOptions()` when not given.
    places
        Towns to name: columns name_zh, name_en, points, EPSG:4326.
    """
    options = options or MapOptions()
    pin = new_map("pin", QINGDAO, messages, options=options, label=messages("map.label.pin"))
    add_ground(pin, districts, roads, messages, options=options, places=places)
    texts = {name: messages(f"map.pin.{name}") for name in ("pin", "edge", "was")}
    PinLayer({"texts": texts}).add_to(pin)
    return settle(pin)
