"""The map of the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import geopandas as gpd

from geo.messages import Messages

from .ground import add_ground, new_map
from .land import QINGDAO, Bbox
from .legs import bounds_of
from .options import MapOptions
from .plugins import Legend, SiteLayer, Views
from .popups import SiteLike
from .render import settle
from .sites import SitesLike, legend_data, site_data, site_rows
from .views import views_data

_MARGIN = 0.04


def overview_map(
    sites: SitesLike,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Return the map of many sites: clusters, a legend that filters, popups in two languages.

    Where sites cluster, a reader may also look at their density (heat) or at the counts of the
    districts instead.

    Parameters
    ----------
    sites
        The sites to show, a frame or values.
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

    Returns
    -------
    folium.Map
        Hand it to `maps.render`.
    """
    options = options or MapOptions()
    rows = site_rows(sites)
    bounds = _bounds(rows)
    trail_map = new_map(
        "overview", bounds, messages, options=options, label=messages("map.label.overview")
    )
    add_ground(trail_map, districts, roads, messages, options=options, places=places)
    views = views_data(districts, messages, options=options) if options.cluster else None
    SiteLayer(
        site_data(
            rows, messages, options=options, datum=options.datum, districts=list(districts.index)
        )
    ).add_to(trail_map)
    if views:
        Views(views).add_to(trail_map)
    Legend(legend_data(rows, messages)).add_to(trail_map)
    return settle(trail_map)


def _bounds(rows: Sequence[SiteLike]) -> Bbox:
    """Return the window over sites: each with some ground around it, and all of its area."""
    if not rows:
        return QINGDAO
    west, south, east, north = bounds_of([], [(row.lon, row.lat, row.accuracy_m) for row in rows])
    spots = [(row.lon, row.lat) for row in rows]
    lons, lats = zip(*spots, strict=True)
    return (
        min(west, min(lons) - _MARGIN),
        min(south, min(lats) - _MARGIN),
        max(east, max(lons) + _MARGIN),
        max(north, max(lats) + _MARGIN),
    )
