"""The hand-drawn poster (手绘红色地图): the city, its old town and the Red View quarter, A3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.messages import Messages, name_in
from maps.land import label_points, land, neighbours
from maps.popups import SiteLike, is_area, text_of
from maps.shapes import to_metric
from maps.sites import SitesLike, site_rows
from maps.style import CATEGORIES, RED

from .icons import icon
from .labels import Box, Label, Room, arrange, wrapped
from .ornaments import HEIGHT_MM, WIDTH_MM, boat, compass, paper, ribbon, ribbon_box, title
from .panel import INK, RING_MM, Land, Panel, Window, lettering
from .pen import Pen

FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
OLD_TOWN = (120.292, 36.043, 120.400, 36.086)
"""The old town and the bay of May Fourth Square: (west, south, east, north), degrees."""
_QUARTER_MARGIN_M = 260.0
_CITY_BOX: Box = (12, 12, 206, 285)
_TOWN_BOX: Box = (213, 58, 408, 172)
_QUARTER_BOX: Box = (213, 179, 308, 285)
_KEY_BOX: Box = (314, 179, 408, 285)
_TITLE_BOX: Box = (213, 12, 408, 52)
_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")
_PER_COLUMN = 6
_MANY = 8
_SEAS = (("map.sea.yellow", 120.72, 35.80, 5.2), ("map.sea.jiaozhou_bay", 120.22, 36.13, 3.0))


@dataclass(frozen=True, slots=True)
class _Style:
    """Sizes of a panel, mm: radius of its icons, size of its lettering."""

    radius: float
    size: float


def poster_svg(
    sites: SitesLike,
    quarter: Sequence[str],
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    messages: Messages,
    *,
    credit: str,
    seed: int = 1921,
) -> str:
    """Return the poster as SVG, A3 across; texts are texts, the same input is the same bytes.

    Parameters
    ----------
    sites
        Every site.
    quarter
        Ids of the sites that span the Red View quarter; none: no close-up of it.
    districts, roads
        Outlines (index = name_zh) and roads (`highway`, `structure`), EPSG:4326.
    messages
        The texts, of the poster's language.
    credit
        Whom the roads are owed to.
    seed
        What the unevenness of the hand is drawn from.
    """
    pen = Pen(seed)
    rows = site_rows(sites)
    ground = ground_of(districts, roads)
    spots = to_metric([shapely.Point(row.lon, row.lat) for row in rows])
    at = {row.id: (float(p.x), float(p.y)) for row, p in zip(rows, spots, strict=True)}
    town = Window("town", _metric_bounds(OLD_TOWN), _TOWN_BOX, 6)
    close_ups = [(town, messages("poster.old_town"))]
    if quarter:
        around = _around([at[site] for site in quarter if site in at])
        close_ups.append((Window("quarter", around, _QUARTER_BOX, 6), messages("poster.quarter")))
    city = Window("city", _city_bounds(ground), _CITY_BOX, 2)
    small = messages.lang != "zh"
    parts = [_city(city, close_ups, rows, at, ground, districts, messages, pen)]
    for window, words in close_ups:
        seen = [row for row in rows if window.holds(*at[row.id])]
        style = _style(len(seen), small=small)
        panel = Panel(window, pen)
        panel.draw_ground(ground)
        room = _room(words, window.box)
        _draw_sites(panel, seen, at, messages, style, room)
        panel.name_roads(ground.roads, messages.lang, room, 2.2 if len(seen) > _MANY else 2.8)
        panel.parts.append(ribbon(pen, words, window.box))
        parts.append(panel.render())
    parts += [title(pen, messages, _TITLE_BOX), _key(pen, rows, messages, credit)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" '
        f'width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm" font-family="{FONT}">'
        f"<title>{messages('poster.title')}</title>{paper(pen)}{''.join(parts)}</svg>"
    )


def _style(count: int, *, small: bool) -> _Style:
    """Return the sizes of a close-up: few sites may be large."""
    if count > _MANY:
        return _Style(2.9, 2.3 if small else 2.9)
    return _Style(4.2, 3.1 if small else 3.8)


def ground_of(districts: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> Land:
    """Return what lies under a drawing: districts (index = name_zh) and roads, EPSG:4326."""
    outlines = to_metric(districts.geometry)
    return Land(
        land=to_metric([land(districts, roads)]).iloc[0],
        neighbours=to_metric([neighbours()]).iloc[0],
        districts=tuple(zip(map(str, districts.index), outlines, strict=True)),
        roads=roads.to_crs(outlines.crs),
    )


def _metric_bounds(degrees: Box) -> Box:
    west, south, east, north = to_metric([shapely.box(*degrees)]).iloc[0].bounds
    return float(west), float(south), float(east), float(north)


def _around(spots: Sequence[tuple[float, float]]) -> Box:
    array = np.array(spots)
    (west, south), (east, north) = array.min(axis=0), array.max(axis=0)
    gap = _QUARTER_MARGIN_M
    return float(west - gap), float(south - gap), float(east + gap), float(north + gap)


def _city_bounds(ground: Land) -> Box:
    west, south, east, north = ground.land.bounds
    gap = 2500.0
    return float(west - gap), float(south - gap), float(east + gap), float(north + gap)


def _city(
    window: Window,
    close_ups: Sequence[tuple[Window, str]],
    rows: Sequence[SiteLike],
    at: dict[str, tuple[float, float]],
    ground: Land,
    districts: gpd.GeoDataFrame,
    messages: Messages,
    pen: Pen,
) -> str:
    panel = Panel(window, pen)
    panel.draw_ground(ground)
    x0, y0, x1, y1 = window.box
    room = Room((x0 + 2, y0 + 2, x1 - 2, y1 - 2))
    sea = (x1 - 44, y1 - 62)
    panel.parts += [compass(pen, sea[0] + 20, sea[1] + 30), boat(pen, sea[0] - 18, sea[1] + 12)]
    room.take((sea[0] + 4, sea[1] + 12, sea[0] + 36, sea[1] + 50))
    room.take((sea[0] - 27, sea[1] + 1, sea[0] - 9, sea[1] + 17))
    for close_up, words in close_ups:
        panel.mark(close_up, words, room)
    shown = [row for row in rows if not any(one.holds(*at[row.id]) for one, _ in close_ups)]
    size = 2.5 if messages.lang == "zh" else 1.95
    _draw_sites(panel, shown, at, messages, _Style(2.35, size), room)
    spots = label_points(districts)
    places = to_metric([shapely.Point(spot.lon, spot.lat) for spot in spots])
    for spot, place in zip(spots, places, strict=True):
        words = messages(f"district.{spot.name}")
        panel.write_wide(words, window.at(place.x, place.y), 4.6, "#A3302A", room)
    for key, lon, lat, wide in _SEAS:
        place = to_metric([shapely.Point(lon, lat)]).iloc[0]
        panel.write_wide(messages(key), window.at(place.x, place.y), wide, "#2F6772", room)
    return panel.render()


def _room(words: str, box: Box) -> Room:
    x0, y0, x1, y1 = box
    room = Room((x0 + 2, y0 + 2, x1 - 2, y1 - 2))
    room.take(ribbon_box(words, box))
    return room


def _draw_sites(
    panel: Panel,
    rows: Sequence[SiteLike],
    at: dict[str, tuple[float, float]],
    messages: Messages,
    style: _Style,
    room: Room,
) -> None:
    places = [panel.window.at(*at[row.id]) for row in rows]
    labels = [Label(wrapped(_name(row, messages)), style.size) for row in rows]
    rings = [is_area(row.accuracy_m) for row in rows]
    radii = [style.radius + (RING_MM if ring else 0.0) for ring in rings]
    spots = arrange(places, labels, room, radii=radii)
    for spot, ring in zip(spots, rings, strict=True):
        panel.tie(spot, radius=style.radius, ring=ring)
    for spot, label in zip(spots, labels, strict=True):
        panel.name(spot, label)
    for row, spot in zip(rows, spots, strict=True):
        panel.parts.append(icon(panel.pen, row.category, row.id, *spot.icon, style.radius))


def _name(row: SiteLike, messages: Messages) -> str:
    name = name_in(messages.lang, text_of(row.name_zh), text_of(row.name_en))
    # What stands in brackets is told on the site's page; a poster has no room for it.
    return _BRACKETS.sub("", name).strip() or name


def _key(pen: Pen, rows: Sequence[SiteLike], messages: Messages, credit: str) -> str:
    x0, y0, x1, y1 = _KEY_BOX
    held = {row.category for row in rows}
    shown = [name for name in CATEGORIES if name in held]
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    frame = pen.line(corners, "key", waver=0.25)
    parts = [
        f'<path d="{frame}" fill="#FBF4E0" stroke="{INK}" stroke-width=".7"/>',
        ribbon(pen, messages("poster.key"), _KEY_BOX),
    ]
    for rank, name in enumerate(shown):
        column, row = divmod(rank, _PER_COLUMN)
        x, y = x0 + 7 + column * (x1 - x0) / 2, y0 + 20 + row * 8.6
        parts.append(icon(pen, name, f"key{name}", x, y, 3.1))
        size = 3.3 if messages.lang == "zh" else 2.7
        words = messages(f"category.{name}")
        parts.append(lettering(words, x + 5, y + 1.2, size, rim="#FBF4E0"))
    ring = shapely.Point(x0 + 7, y0 + 72.5).buffer(2.6).exterior
    circle = pen.line(np.asarray(ring.coords), "key ring", waver=0.06)
    parts.append(
        f'<path d="{circle}" fill="none" stroke="{RED}" stroke-width=".3" '
        'stroke-dasharray=".9 .8"/>'
    )
    notes = [messages("poster.area"), "", messages("poster.sites", count=len(rows))]
    notes += [messages("poster.ground"), credit]
    y = y0 + 73.5
    for rank, note in enumerate(notes):
        left = x0 + (12 if rank == 0 else 5)
        for line in wrapped(note, han=30, latin=58):
            parts.append(lettering(line, left, y, 2.5, rim="#FBF4E0"))
            y += 3.9
    return "".join(parts)
