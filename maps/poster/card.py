"""A small drawing of a map, for a link that is shared: the city, a route or an itinerary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import shapely

from maps.popups import SiteLike, is_area
from maps.shapes import to_metric
from maps.style import MODE_COLOURS, RED

from .icons import icon
from .labels import Label, Room, arrange, text_width, wrapped
from .panel import INK, RING_MM, Land, Panel, Window, lettering
from .pen import Pen

WIDTH_MM, HEIGHT_MM = CARD_MM = (120.0, 63.0)
"""1200 × 630 at ten dots a millimetre: what those who show links ask for."""
FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_MAP_BOX = (41.0, 0.0, WIDTH_MM, HEIGHT_MM)
_PAPER = "#F6ECD2"
_LEAST_M = 1500.0
_MARGIN = 0.12
_MOST_LINES = 5
_ICON_MM = 1.8


@dataclass(frozen=True, slots=True)
class Way:
    """A leg: its mode and its points, degrees."""

    mode: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says: its title, a line below it, and whose product it is."""

    title: str
    below: str
    product: str


def sites_card(sites: Sequence[SiteLike], ground: Land, words: Words, *, seed: int = 1921) -> str:
    """Return the card of many sites as SVG: an icon each, no names."""
    pen = Pen(seed)
    panel, room, places = _panel([(row.lon, row.lat) for row in sites], [], ground, pen, rank=1)
    dots, icons = "", []
    for (x, y), row in zip(places, sites, strict=True):
        # Each stands where it is: an icon where there is room for one, else a dot.
        box = (x - _ICON_MM, y - _ICON_MM, x + _ICON_MM, y + _ICON_MM)
        if room.free(box):
            room.take(box)
            icons.append(icon(pen, row.category, row.id, x, y, _ICON_MM))
        else:
            dots += f"M{x:.2f} {y:.2f}h.01"
    panel.ink(dots, 1.5, "#FFFBF0")
    panel.ink(dots, 1.1, RED)
    panel.parts += icons
    return _card(panel, pen, words)


def stops_card(
    stops: Sequence[tuple[float, float, float]],
    ways: Sequence[Way],
    ground: Land,
    words: Words,
    *,
    seed: int = 1921,
) -> str:
    """Return the card of stops in their order as SVG: numbers, and the ways between them.

    Parameters
    ----------
    stops
        Longitude, latitude and accuracy (metres) of each.
    ways
        The legs; none: the stops are joined by a broken line that follows no road.
    ground
        What lies under it.
    words
        What stands beside it.
    seed
        What the unevenness of the hand is drawn from.
    """
    pen = Pen(seed)
    at = [(lon, lat) for lon, lat, _ in stops]
    panel, room, places = _panel(at, ways, ground, pen, rank=4)
    for way in ways:
        _draw_way(panel, way.points, MODE_COLOURS[way.mode], dashed=False)
    if not ways and len(at) > 1:
        _draw_way(panel, at, RED, dashed=True)
    radius = 2.5
    rings = [is_area(accuracy) for _, _, accuracy in stops]
    radii = [radius + (RING_MM if ring else 0.0) for ring in rings]
    spots = arrange(places, [Label(("",), 0.01)] * len(stops), room, radii=radii)
    for spot, ring in zip(spots, rings, strict=True):
        panel.tie(spot, radius=radius, ring=ring)
    for number, (spot, ring) in enumerate(zip(spots, rings, strict=True), start=1):
        panel.parts.append(_number(pen, number, *spot.icon, radius, hollow=ring))
    return _card(panel, pen, words)


def _panel(
    at: Sequence[tuple[float, float]], ways: Sequence[Way], ground: Land, pen: Pen, *, rank: int
) -> tuple[Panel, Room, list[tuple[float, float]]]:
    points = [*at, *(point for way in ways for point in way.points)]
    spots = to_metric([shapely.Point(point) for point in points])
    west, south, east, north = map(float, shapely.total_bounds(spots.to_numpy()))
    gap = max(_LEAST_M, (east - west) * _MARGIN, (north - south) * _MARGIN)
    bounds = (west - gap, south - gap, east + gap, north + gap)
    panel = Panel(Window("card", bounds, _MAP_BOX, rank), pen)
    panel.draw_ground(ground)
    x0, y0, x1, y1 = _MAP_BOX
    room = Room((x0 + 1, y0 + 1, x1 - 1, y1 - 1))
    return panel, room, [panel.window.at(spot.x, spot.y) for spot in spots[: len(at)]]


def _draw_way(
    panel: Panel, points: Sequence[tuple[float, float]], colour: str, *, dashed: bool
) -> None:
    if len(set(points)) < 2:  # noqa: PLR2004 - a line has two ends
        return
    line = panel.window.on_paper(to_metric([shapely.LineString(points)]).iloc[0])
    path = panel.pen.geometry(shapely.simplify(line, 0.15), f"way{points[0]}", waver=0.05)
    panel.ink(path, 1.9, "#FFFBF0")
    panel.ink(path, 0.95, colour, **({"stroke_dasharray": "0.1 1.7"} if dashed else {}))


def _number(pen: Pen, number: int, x: float, y: float, radius: float, *, hollow: bool) -> str:
    ring = shapely.Point(x, y).buffer(radius).exterior
    path = pen.line(np.asarray(ring.coords), f"number{number}", waver=0.06)
    fill, ink = ("#FFFBF0", RED) if hollow else (RED, "#FFF8EA")
    words = lettering(
        str(number), x, y + 1.05, 3.0, anchor="middle", colour=ink, bold=True, rim="none"
    )
    return f'<path d="{path}" fill="{fill}" stroke="{INK}" stroke-width=".3"/>{words}'


def _card(panel: Panel, pen: Pen, words: Words) -> str:
    x0 = _MAP_BOX[0]
    edge = pen.line([(x0, -2), (x0, HEIGHT_MM + 2)], "edge", waver=0.25)
    lines = wrapped(words.title, han=7, latin=16)[:_MOST_LINES]
    size = min(4.6, *(33.0 / max(1.0, text_width(line, 1.0)) for line in lines))
    parts, y = [], 13.0
    for line in lines:
        parts.append(lettering(line, 4.5, y, size, colour=RED, bold=True, rim="none"))
        y += size * 1.4
    for line in wrapped(words.below, han=13, latin=26):
        parts.append(lettering(line, 4.5, y + 0.8, 2.3, rim="none"))
        y += 3.5
    parts.append(lettering(words.product, 4.5, HEIGHT_MM - 4.5, 2.6, bold=True, rim="none"))
    stripe = pen.line([(4.5, 6.0), (20.0, 6.0)], "stripe", waver=0.08)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" '
        f'width="1200" height="630" font-family="{FONT}"><title>{escape(words.title)}</title>'
        f'<path d="M0 0H{WIDTH_MM:g}V{HEIGHT_MM:g}H0Z" fill="{_PAPER}"/>{panel.render()}'
        f'<path d="M0 0H{x0}V{HEIGHT_MM:g}H0Z" fill="{_PAPER}"/>'
        f'<path d="{edge}" fill="none" stroke="{INK}" stroke-width=".7"/>'
        f'<path d="{stripe}" fill="none" stroke="{RED}" stroke-width="1.2" '
        f'stroke-linecap="round"/>{"".join(parts)}</svg>'
    )
