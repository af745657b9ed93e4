"""The map of what is reached within some times: areas by minutes, and the sites in them."""

from __future__ import annotations

from collections.abc import Mapping

import folium
import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.messages import Messages
from geo.models import NetworkInfo
from geo.reach import Isochrones

from .ground import add_ground, new_map
from .land import Bbox
from .legs import flag
from .notes import reach_legend, trust_line
from .options import MapOptions
from .plugins import Legend, Note, ReachLayer, SiteLayer
from .plugins.data import JsonData
from .render import settle
from .shapes import pack_point, pack_polygons
from .sites import site_data, site_rows

NEAREST, FARTHEST = (140, 30, 22), (240, 190, 110)
"""Colours (RGB) of the shortest and of the longest time; those between are mixed."""
_ROUNDING_DEG = 1e-7


def band_colours(count: int) -> list[str]:
    """Return a colour for each band, the nearest first."""
    steps = [at / max(count - 1, 1) for at in range(count)]
    mixed = [
        [round(a + (b - a) * step) for a, b in zip(NEAREST, FARTHEST, strict=True)]
        for step in steps
    ]
    return [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in mixed]


def reach_map(
    found: Isochrones,
    network: NetworkInfo,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Return the map of isochrones.

    Parameters
    ----------
    found
        The areas and the sites.
    network
        The network they rest on; the map says how far it can be trusted.
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
    bounds = _bounds(found)
    trail_map = new_map(
        "reach", bounds, messages, options=options, label=messages("map.label.reach")
    )
    add_ground(trail_map, districts, roads, messages, window=bounds, options=options, places=places)
    colours = band_colours(len(found.bands))
    ReachLayer(_layer(found, colours, messages, options)).add_to(trail_map)
    sites = site_rows([one.site for one in found.sites])
    SiteLayer(site_data(sites, messages, options=options, datum=options.datum)).add_to(trail_map)
    Note({"lines": [list(trust_line(network, found.mode, messages))]}).add_to(trail_map)
    minutes = [band.minutes for band in found.bands]
    Legend(reach_legend(list(zip(minutes, colours, strict=True)), messages)).add_to(trail_map)
    return settle(trail_map)


def _bounds(found: Isochrones) -> Bbox:
    spots = [(one.site.lon, one.site.lat) for one in found.sites]
    spots.append((found.origin.lon, found.origin.lat))
    whole = shapely.union_all([found.bands[-1].area, shapely.MultiPoint(spots)])
    west, south, east, north = whole.bounds
    return west, south, east, north


def _layer(
    found: Isochrones, colours: list[str], messages: Messages, options: MapOptions
) -> Mapping[str, JsonData]:
    """Return each band without the bands inside it, so that no colour lies on another."""
    inner: BaseGeometry = shapely.Polygon()
    bands: list[JsonData] = []
    for band, colour in zip(found.bands, colours, strict=True):
        ring = shapely.difference(band.area, inner).buffer(_ROUNDING_DEG)
        bands.append({"colour": colour, "rings": pack_polygons(ring, options.datum)})
        inner = band.area
    return {
        "bands": bands,
        "origin": {
            "at": pack_point(found.origin.lon, found.origin.lat, options.datum),
            "style": flag(),
            "label": messages("map.legend.from"),
        },
    }
