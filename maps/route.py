"""The map of a published or composed route, with its itinerary or only in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import folium
import geopandas as gpd

from geo.messages import Messages, name_in
from geo.models import Itinerary, Route

from .ground import add_ground, new_map
from .land import QINGDAO, Bbox
from .legs import bounds_of, itinerary_bounds, itinerary_data
from .notes import itinerary_legend, note_data, order_legend
from .options import MapOptions
from .plugins import ItineraryLayer, Legend, Note
from .plugins.data import JsonData
from .popups import SiteLike, is_area, site_popup, text_of
from .render import settle
from .shapes import pack, pack_point
from .sites import SitesLike, plain, site_rows
from .style import RED


def route_map(
    route: Route,
    sites: SitesLike,
    itinerary: Itinerary | None,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Return the map of a route, with what it is (official or composed) written on it.

    Parameters
    ----------
    route
        The route; its stops give the order.
    sites
        At least the sites of its stops, a frame or values.
    itinerary
        The route as planned; None: the stops are joined in their order by a dashed line that
        follows no road, and the legend says so.
    districts, roads, messages, options, places
        As for `maps.itinerary.itinerary_map`.
    """
    options = options or MapOptions()
    held = {row.id: row for row in site_rows(sites)}
    stops = [held[stop] for stop in route.stops if stop in held]
    bounds = itinerary_bounds(itinerary) if itinerary else _bounds(stops)
    name = name_in(messages.lang, route.name_zh, route.name_en)
    label = messages("map.label.route", name=name)
    trail_map = new_map("route", bounds, messages, options=options, label=label)
    add_ground(trail_map, districts, roads, messages, window=bounds, options=options, places=places)
    if itinerary:
        data, legend = (
            itinerary_data(itinerary, messages, options=options),
            itinerary_legend(itinerary, messages),
        )
    else:
        data, legend = _in_order(stops, messages, options), _order_legend(stops, messages)
    ItineraryLayer(data).add_to(trail_map)
    Note(note_data(route, itinerary, messages)).add_to(trail_map)
    Legend(legend).add_to(trail_map)
    return settle(trail_map)


def _bounds(stops: Sequence[SiteLike]) -> Bbox:
    if not stops:
        return QINGDAO
    return bounds_of([], [(stop.lon, stop.lat, stop.accuracy_m) for stop in stops])


def _order_legend(stops: Sequence[SiteLike], messages: Messages) -> Mapping[str, JsonData]:
    return order_legend(messages, areas=any(is_area(stop.accuracy_m) for stop in stops))


def _in_order(
    stops: Sequence[SiteLike], messages: Messages, options: MapOptions
) -> Mapping[str, JsonData]:
    line = pack([(stop.lon, stop.lat) for stop in stops], options.datum) if stops else []
    order = {"colour": RED, "solid": [], "dashed": [line], "line": line}
    return {
        "others": [],
        "stops": [stop_data(stop, rank, messages, options) for rank, stop in enumerate(stops)],
        "legs": [order] if stops else [],
    }


def stop_data(
    stop: SiteLike, rank: int, messages: Messages, options: MapOptions
) -> dict[str, JsonData]:
    """Return a stop of a route as the layer draws it, numbered by its rank."""
    name = name_in(messages.lang, text_of(stop.name_zh), text_of(stop.name_en))
    return {
        "id": stop.id,
        "rank": rank,
        "number": rank + 1,
        "at": pack_point(stop.lon, stop.lat, options.datum),
        "radius": round(stop.accuracy_m) if is_area(stop.accuracy_m) else 0,
        "style": plain(),
        "label": messages("map.label.stop", number=rank + 1, name=name),
        "popup": site_popup(stop, messages, options),
    }
