"""What a changed route looks like beside the one before: for who reviews it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import folium
import geopandas as gpd

from geo.messages import Messages
from geo.models import Itinerary, LonLat, Site

from .ground import add_ground, new_map
from .legs import bounds_of
from .notes import change_legend
from .options import MapOptions
from .plugins import ItineraryLayer, Legend
from .plugins.data import JsonData
from .popups import SiteLike, is_area
from .render import settle
from .route import stop_data
from .shapes import pack, pack_point
from .sites import plain, site_rows
from .style import RED, SLATE


@dataclass(frozen=True, slots=True)
class Drawn:
    """A route as it is drawn: its stops in order, and its way where it could be planned."""

    stops: Sequence[Site]
    itinerary: Itinerary | None

    @property
    def line(self) -> tuple[LonLat, ...]:
        """Its way along the roads, else from stop to stop."""
        if self.itinerary is None:
            return tuple((stop.lon, stop.lat) for stop in self.stops)
        return tuple(point for leg in self.itinerary.legs for point in leg.coordinates)


def route_change_map(
    was: Drawn,
    now: Drawn,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Return the map of a changed route: the new way and stops, the old way and those left out.

    Parameters
    ----------
    was, now
        The route before and after.
    districts, roads, messages, options, places
        As for `maps.itinerary.itinerary_map`.
    """
    options = options or MapOptions()
    dropped = _dropped(was, now)
    spots = [(one.lon, one.lat, one.accuracy_m) for one in [*site_rows(now.stops), *dropped]]
    bounds = bounds_of([*was.line, *now.line], spots)
    label = messages("map.label.change")
    made = new_map("change", bounds, messages, options=options, label=label)
    add_ground(made, districts, roads, messages, window=bounds, options=options, places=places)
    ItineraryLayer(_data(was, now, dropped, messages, options)).add_to(made)
    areas = any(is_area(one.accuracy_m) for one in now.stops)
    Legend(change_legend(messages, areas=areas, dropped=bool(dropped))).add_to(made)
    return settle(made)


def _dropped(was: Drawn, now: Drawn) -> list[SiteLike]:
    kept = {one.id for one in now.stops}
    return [one for one in site_rows(was.stops) if one.id not in kept]


def _data(
    was: Drawn, now: Drawn, dropped: Sequence[SiteLike], messages: Messages, options: MapOptions
) -> Mapping[str, JsonData]:
    line = [pack(now.line, options.datum)] if len(now.line) > 1 else []
    planned = now.itinerary is not None
    leg: dict[str, JsonData] = {
        "colour": RED,
        "solid": [*line] if planned else [],
        "dashed": [] if planned else [*line],
        "line": line[0] if line else [],
    }
    stops: list[JsonData] = [
        stop_data(one, rank, messages, options) for rank, one in enumerate(site_rows(now.stops))
    ]
    gone: list[JsonData] = [
        _gone(one, len(stops) + rank, messages, options) for rank, one in enumerate(dropped)
    ]
    return {
        "others": _old_way(was, now, messages, options),
        "stops": [*stops, *gone],
        "legs": [leg] if line else [],
    }


def _old_way(was: Drawn, now: Drawn, messages: Messages, options: MapOptions) -> list[JsonData]:
    """Return the way before, named where it runs by itself, farthest from any badge."""
    if len(was.line) < 2:  # noqa: PLR2004 - a point is no way
        return []
    shared, stops = set(now.line), [*was.stops, *now.stops]
    own = [point for point in was.line if point not in shared] or list(was.line)

    def room(point: LonLat) -> float:
        return min(math.hypot(point[0] - one.lon, point[1] - one.lat) for one in stops)

    return [
        {
            "line": pack(was.line, options.datum),
            "at": pack_point(*max(own, key=room), options.datum),
            "colour": SLATE,
            "label": messages("map.change.was"),
        }
    ]


def _gone(
    stop: SiteLike, rank: int, messages: Messages, options: MapOptions
) -> dict[str, JsonData]:
    drawn = stop_data(stop, rank, messages, options)
    name = drawn.pop("label")
    drawn.pop("number")
    return {**drawn, "style": plain(SLATE), "label": f"{messages('map.change.gone')}: {name}"}
