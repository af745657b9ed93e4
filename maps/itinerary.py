"""The map of an itinerary."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import geopandas as gpd

from geo.messages import Messages, name_in
from geo.models import Itinerary, Leg, Route

from .ground import add_ground, new_map
from .legs import itinerary_bounds, itinerary_data
from .notes import itinerary_legend, note_data
from .options import MapOptions
from .plugins import ItineraryLayer, Legend, Note
from .render import settle


def itinerary_map(
    itinerary: Itinerary,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    route: Route | None = None,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
    others: Sequence[Leg] = (),
) -> folium.Map:
    """Return the map of an itinerary: numbered stops, legs by mode with the way they run.

    Parameters
    ----------
    itinerary
        What the planner computed.
    districts
        Outlines, index = name_zh, EPSG:4326.
    roads
        Columns `highway`, `structure` and geometry, EPSG:4326.
    messages
        The texts, of the page's language.
    route
        The route it follows: its name and whose it is are written on the map. None: it follows
        none, or no longer as it was published.
    options
        Basemap and more; `MapOptions()` when not given.
    places
        Towns to name: columns name_zh, name_en, points, EPSG:4326.
    others
        Other ways of a leg, drawn beside it with their times.
    """
    options = options or MapOptions()
    bounds = itinerary_bounds(itinerary, others)
    trail_map = new_map(
        "itinerary", bounds, messages, options=options, label=_label(route, messages)
    )
    add_ground(trail_map, districts, roads, messages, window=bounds, options=options, places=places)
    data = itinerary_data(itinerary, messages, options=options, others=others)
    ItineraryLayer(data).add_to(trail_map)
    Note(note_data(route, itinerary, messages)).add_to(trail_map)
    beside = {"others": bool(others), "avoided": bool(options.avoided)}
    Legend(itinerary_legend(itinerary, messages, **beside)).add_to(trail_map)
    return settle(trail_map)


def _label(route: Route | None, messages: Messages) -> str:
    if route is None:
        return messages("map.label.itinerary")
    return messages("map.label.route", name=name_in(messages.lang, route.name_zh, route.name_en))
