"""The ground of every map: our own vectors or a tile service, with its attribution."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

import folium
import geopandas as gpd

from geo.messages import Messages, name_in

from .basemap.archive import MAX_ZOOM
from .basemap.build import BANDS
from .groundwork import PackedRoad, groundwork
from .land import QINGDAO, Bbox, LabelPoint
from .options import MapOptions, TileService
from .plugins import BaseLayer, TrailMap
from .plugins.data import JsonData
from .shapes import pack_point

_SEAS = (  # names where an atlas has them; positions chosen in open water
    ("sea", "map.sea.yellow", 120.86, 35.86, 8, 12),
    ("bay", "map.sea.jiaozhou_bay", 120.235, 36.125, 9.5, 13),
)
_MARGIN_DEG = 0.25
_SMALL_M = 5_000.0  # room inside a district (metres) for its name on a map of the whole city


def new_map(
    name: str, bounds: Bbox, messages: Messages, *, options: MapOptions, label: str
) -> TrailMap:
    """Return a map over the chosen ground service, fitted to bounds, with nothing on it yet."""
    service, datum = options.tiles, options.datum
    west, south, east, north = bounds
    settings: dict[str, JsonData] = {
        "center": pack_point((west + east) / 2, (south + north) / 2, datum),
        "zoom": 10,
        "bounds": [pack_point(west, south, datum), pack_point(east, north, datum)],
        "maxBounds": None if service else [[34.6, 118.0], [38.1, 122.6]],
        "datum": datum,
        "tiles": service is not None,
        "attribution": attribution(messages, options),
        "texts": {"zoomIn": messages("map.zoom_in"), "zoomOut": messages("map.zoom_out")},
    }
    trail_map = TrailMap(name, settings, label=label)
    if service:
        _add_tiles(trail_map, service, options)
    return trail_map


def attribution(messages: Messages, options: MapOptions) -> str:
    """Return the attribution as markup: every text in it is escaped."""
    service = options.tiles
    parts = [messages("map.attribution.vectors"), options.roads_credit]
    if service:
        parts = [messages(service.attribution)]
        if service.needs_approval and options.approval_number:
            parts.append(options.approval_number)
    return escape(" · ".join(filter(None, [*parts, "Leaflet"])), quote=True)


def _add_tiles(trail_map: TrailMap, service: TileService, options: MapOptions) -> None:
    for url in service.urls:
        folium.TileLayer(
            tiles=url.replace("{key}", options.tianditu_key),
            attr=" ",
            name=url,
            control=False,
            subdomains=service.subdomains,
            max_zoom=18,
            max_native_zoom=service.max_native_zoom,
        ).add_to(trail_map)
    trail_map.image_hosts = _hosts(service)


def _hosts(service: TileService) -> tuple[str, ...]:
    found = {
        "/".join(url.replace("{s}", one).split("/")[:3])
        for url in service.urls
        for one in (service.subdomains or " ")
    }
    return tuple(sorted(found))


def add_ground(
    trail_map: TrailMap,
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    options: MapOptions,
    window: Bbox = QINGDAO,
    places: gpd.GeoDataFrame | None = None,
) -> None:
    """Draw land, borders, roads and lettering of our own, where no tile service is the ground."""
    if options.tiles is not None:
        return
    tiles_url = options.tiles_url
    west, south, east, north = window
    wide = (west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG)
    shapes = groundwork(districts, roads, None if tiles_url else wide)
    tiles = {"url": tiles_url, "first": BANDS[0].first, "last": MAX_ZOOM} if tiles_url else None
    data: Mapping[str, JsonData] = {
        "neighbours": shapes.neighbours,
        "land": shapes.land,
        "borders": shapes.borders,
        "roads": [_road(one, messages) for one in shapes.roads],
        "tiles": tiles,
        "lang": messages.lang,
        "labels": labels(shapes.labels, messages, places=places),
    }
    BaseLayer(data).add_to(trail_map)


def _road(road: PackedRoad, messages: Messages) -> list[JsonData]:
    name = name_in(messages.lang, road.name_zh, road.name_en)
    return [road.rank, name, road.lines]


def labels(
    districts: Sequence[LabelPoint], messages: Messages, *, places: gpd.GeoDataFrame | None
) -> list[dict[str, JsonData]]:
    """Return the lettering, the most important first (the page lets none cover another)."""
    found = [
        _label(kind, messages(key), lon, lat, first, last)
        for kind, key, lon, lat, first, last in _SEAS
    ]
    found += [
        _label(
            "district",
            messages(f"district.{spot.name}"),
            spot.lon,
            spot.lat,
            8 if spot.radius_m > _SMALL_M else 10,
            13,
        )
        for spot in districts
    ]
    if places is not None:
        found += _towns(places, messages, {str(one["name"]) for one in found})
    return found


def _towns(
    places: gpd.GeoDataFrame, messages: Messages, taken: Collection[str]
) -> list[dict[str, JsonData]]:
    """Return the names of towns; a seat that bears its district's name is named already."""
    rows = sorted(places.itertuples(), key=lambda row: str(row.Index))
    names = [(name_in(messages.lang, row.name_zh, row.name_en), row.geometry) for row in rows]
    return [
        _label("town", name, spot.x, spot.y, 10, 15) for name, spot in names if name not in taken
    ]


def _label(
    kind: str, name: str, lon: float, lat: float, first: float, last: float
) -> dict[str, JsonData]:
    at = pack_point(lon, lat, "wgs84")
    return {"kind": kind, "name": name, "at": at, "from": first, "to": last}
