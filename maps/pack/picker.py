"""A small map to click on: a picture and the way back from a pixel to a position.

It stands in a form as `<input type="image">`: a browser without scripts sends the pixel that was
clicked, and the page comes back nearer. Each level shows a fifth of the one before.
"""

from __future__ import annotations

import shapely

from geo.models import LonLat
from maps.shapes import to_degrees, to_metric
from maps.style import RED

from .chart import Lettering, draw_ground, draw_names
from .ground import Ground
from .svg import Frame, Sheet

WIDTH_PX, HEIGHT_PX = 320, 300
LEVELS = 4
_STEP = 5.0
_MARGIN = 1.04
_ROAD_NAMES_TO = 90.0
"""From the second level on long roads are named: without any name nobody finds a school."""


def picker_frame(ground: Ground, at: LonLat | None, level: int) -> Frame:
    """Return what a level shows: the whole city (0), or a window around `at`."""
    west, south, east, north = (float(value) for value in ground.roads.total_bounds)
    wide = max(east - west, (north - south) * WIDTH_PX / HEIGHT_PX) * _MARGIN
    x, y = (west + east) / 2, (south + north) / 2
    if at is not None and level > 0:
        spot = to_metric([shapely.Point(*at)]).iloc[0]
        x, y = float(spot.x), float(spot.y)
        wide /= _STEP**level
    half, tall = wide / 2, wide / 2 * HEIGHT_PX / WIDTH_PX
    return Frame((x - half, y - tall, x + half, y + tall), WIDTH_PX, HEIGHT_PX)


def picked(ground: Ground, at: LonLat | None, level: int, pixel: tuple[float, float]) -> LonLat:
    """Return the position under a pixel (from the upper left), (lon, lat) to about a metre."""
    frame = picker_frame(ground, at, level)
    x = frame.bounds[0] + pixel[0] * frame.m_per_mm
    y = frame.bounds[3] - pixel[1] * frame.m_per_mm
    spot = to_degrees([shapely.Point(x, y)]).iloc[0]
    return round(float(spot.x), 5), round(float(spot.y), 5)


def picker_svg(ground: Ground, at: LonLat | None, level: int, lettering: Lettering) -> str:
    """Return the picture of a level as SVG, with a mark at `at`."""
    sheet = Sheet(picker_frame(ground, at, level))
    draw_ground(sheet, ground)
    if at is not None:
        spot = to_metric([shapely.Point(*at)]).iloc[0]
        x, y = sheet.frame.at(float(spot.x), float(spot.y))
        sheet.add(
            "circle",
            cx=f"{x:.1f}",
            cy=f"{y:.1f}",
            r="7",
            fill=RED,
            fill_opacity="0.85",
            stroke="#fff",
            stroke_width="2",
        )
        sheet.take((x - 8, y - 8, x + 8, y + 8))
    draw_names(sheet, ground, lettering, scale=3.6, roads_to=_ROAD_NAMES_TO)
    return sheet.render(unit=1.0)
