"""The maps of a pack: an overview of each day and a large one for each cluster of stops or leg.

Made for a photocopier: the way is the darkest line, stops are told by number, sites whose place
is uncertain by a broken ring as wide as the doubt. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maps.shapes import to_metric
from maps.style import RED

from .ground import Bounds, Ground
from .model import Halt, Ride
from .svg import Frame, Sheet, text_width

CLUSTER_M = 600.0
"""Stops whose ways between are shorter than this share one large map."""

FAR_M, ARRIVAL_M = 4_000.0, 700.0
"""A coach's arrival after so long a leg is shown so far around: its map is too small for it."""

SEA, LAND = "#E3E8EA", "#FFFFFF"
_ROADS: tuple[tuple[float, str], ...] = (
    (0.95, "#8f8f8f"),
    (0.85, "#9a9a9a"),
    (0.75, "#a6a6a6"),
    (0.6, "#b0b0b0"),
    (0.5, "#bcbcbc"),
    (0.35, "#c8c8c8"),
    (0.3, "#bdbdbd"),
)
_BUDGET = 5_000
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class View:
    """What one map shows: halts and the ways between them."""

    halts: tuple[Halt, ...]
    rides: tuple[Ride, ...]
    around_m: float = 0.0
    """Not 0: only so far around the one halt, where the coach arrives."""

    @property
    def day(self) -> int:
        """The day it belongs to."""
        return self.halts[0].day


@dataclass(frozen=True, slots=True)
class Lettering:
    """Words on the map in the leading language: names of halts by mark, signs, districts."""

    names: dict[str, str]
    signs: dict[str, str]
    north: str
    districts: dict[str, str]
    english: bool = False


def overviews(rides: Sequence[Ride]) -> tuple[View, ...]:
    """Return one view a day."""
    days = sorted({ride.origin.day for ride in rides})
    return tuple(_view([ride for ride in rides if ride.origin.day == day]) for day in days)


def details(rides: Sequence[Ride]) -> tuple[View, ...]:
    """Return the large maps: neighbours together, every longer leg and a coach's arrival alone."""
    views: list[View] = []
    cluster: list[Ride] = []
    for ride in rides:
        near = ride.leg.length_m <= CLUSTER_M
        if cluster and not (near and cluster[-1].target.day == ride.origin.day):
            views.append(_view(cluster))
            cluster = []
        if near:
            cluster.append(ride)
        else:
            views.append(_view([ride]))
            far = ride.leg.mode != "walk" and ride.leg.length_m > FAR_M
            if far and ride.target.stop.site_id and not _doubtful(ride.target):
                views.append(View((ride.target,), (ride,), ARRIVAL_M))
    if cluster:
        views.append(_view(cluster))
    return tuple(views)


def _view(rides: Sequence[Ride]) -> View:
    shown = {(h.day, h.index): h for ride in rides for h in (ride.origin, ride.target)}
    return View(tuple(shown[key] for key in sorted(shown)), tuple(rides))


def draw(
    view: View, ground: Ground, lettering: Lettering, *, width_mm: float, height_mm: float
) -> str:
    """Return a view as SVG, true to scale in both directions."""
    frame = Frame.around(_bounds(view), width_mm, height_mm)
    sheet = Sheet(frame)
    draw_ground(sheet, ground)
    _draw_ways(sheet, view)
    _draw_doubt(sheet, view)
    spots = _spread(sheet, view)
    _draw_furniture(sheet, lettering)
    for halt, x, y in spots:
        _draw_mark(sheet, halt, (x, y), lettering)
    _draw_stop_names(sheet, view, spots, lettering)
    draw_names(sheet, ground, lettering)
    sheet.add(
        "rect",
        x="0.15",
        y="0.15",
        width=f"{width_mm - 0.3:g}",
        height=f"{height_mm - 0.3:g}",
        fill="none",
        stroke="#555",
        stroke_width="0.3",
    )
    return sheet.render()


def _draw_stop_names(
    sheet: Sheet, view: View, spots: Sequence[tuple[Halt, float, float]], lettering: Lettering
) -> None:
    """Write the names of the stops beside the ways, across them where there is no other room."""
    named = [(lettering.names.get(halt.mark, ""), x, y) for halt, x, y in spots]
    ways = [box for ride in view.rides for box in _boxes(sheet, _metric_line(ride))]
    sheet.taken.extend(ways)
    left = [one for one in named if one[0] and not sheet.place(one[1], one[2], one[0], 3.0, 3.3)]
    sheet.taken = [box for box in sheet.taken if box not in set(ways)]
    for name, x, y in left:
        sheet.place(x, y, name, 3.0, 3.3)


def _boxes(sheet: Sheet, line: BaseGeometry) -> list[tuple[float, float, float, float]]:
    """Return small boxes along the part of a way that is on the sheet."""
    seen = shapely.clip_by_rect(line, *sheet.frame.bounds)
    step = 1.5 * sheet.frame.m_per_mm
    spots = [
        sheet.frame.at(spot.x, spot.y)
        for part in shapely.get_parts(seen)
        for spot in shapely.line_interpolate_point(part, np.arange(0, part.length, step))
    ]
    return [(x - 0.6, y - 0.6, x + 0.6, y + 0.6) for x, y in spots]


def _bounds(view: View) -> Bounds:
    if view.around_m:
        spot = to_metric([shapely.Point(view.halts[0].stop.lon, view.halts[0].stop.lat)]).iloc[0]
        west, south, east, north = spot.buffer(view.around_m).bounds
        return float(west), float(south), float(east), float(north)
    ways = [_metric_line(ride) for ride in view.rides]
    spots = to_metric([shapely.Point(h.stop.lon, h.stop.lat) for h in view.halts])
    # Half the doubt shows that there is doubt; the whole of 10 km would hide everything else.
    wide = [
        spot.buffer(halt.stop.accuracy_m / 2) if _doubtful(halt) else spot
        for halt, spot in zip(view.halts, spots, strict=True)
    ]
    west, south, east, north = shapely.total_bounds([*ways, *wide])
    return float(west), float(south), float(east), float(north)


def _metric_line(ride: Ride) -> BaseGeometry:
    coordinates = ride.leg.coordinates
    if len(coordinates) < 2:  # noqa: PLR2004 - two stops at one spot
        coordinates = (coordinates or ((ride.origin.stop.lon, ride.origin.stop.lat),)) * 2
    line: BaseGeometry = to_metric([shapely.LineString(coordinates)]).iloc[0]
    return line


def _doubtful(halt: Halt) -> bool:
    return halt.stop.accuracy_m > 500  # noqa: PLR2004 - geo.models.AREA_ACCURACY_M


def draw_ground(sheet: Sheet, ground: Ground) -> None:
    """Draw sea, land, borders and roads."""
    frame = sheet.frame
    sheet.add("rect", width=f"{frame.width_mm:g}", height=f"{frame.height_mm:g}", fill=SEA)
    sheet.path(ground.land, fill=LAND, stroke="#9aa3a8", stroke_width="0.2", fill_rule="evenodd")
    sheet.path(
        ground.borders,
        fill="none",
        stroke="#9a9a9a",
        stroke_width="0.25",
        stroke_dasharray="1.6 0.8 0.3 0.8",
    )
    thin = frame.m_per_mm * 0.12
    for rank, lines in reversed(ground.lines(frame.bounds, budget=_BUDGET, thin_m=thin)):
        width, colour = _ROADS[rank]
        sheet.path(
            lines,
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_linecap="round",
            stroke_linejoin="round",
        )


def _draw_ways(sheet: Sheet, view: View) -> None:
    lines = [_metric_line(ride) for ride in view.rides]
    thin = sheet.frame.m_per_mm * 0.08
    for line in lines:
        sheet.path(
            line,
            fill="none",
            stroke="#fff",
            stroke_width="2.4",
            stroke_linecap="round",
            stroke_linejoin="round",
        )
    for ride, line in zip(view.rides, lines, strict=True):
        dash = {"stroke_dasharray": "0.01 2"} if ride.leg.mode == "walk" else {}
        sheet.path(
            shapely.simplify(line, thin),
            fill="none",
            stroke=RED,
            stroke_width="1.15",
            stroke_linecap="round",
            stroke_linejoin="round",
            **dash,
        )
        _arrow(sheet, line)


def _arrow(sheet: Sheet, line: BaseGeometry) -> None:
    """Draw the direction at the middle of a way that is long enough to carry it."""
    line = shapely.clip_by_rect(line, *sheet.frame.bounds)
    if line.geom_type != "LineString":
        return
    if line.length / sheet.frame.m_per_mm < 14:  # noqa: PLR2004 - mm on paper
        return
    here, there = line.interpolate(0.5, normalized=True), None
    step = sheet.frame.m_per_mm * 1.5
    there = line.interpolate(line.length / 2 + step)
    (x, y), (u, v) = sheet.frame.at(here.x, here.y), sheet.frame.at(there.x, there.y)
    angle = float(np.degrees(np.arctan2(v - y, u - x)))
    sheet.add(
        "path",
        d="M-1.7-1.6L1.7 0L-1.7 1.6Z",
        fill=RED,
        stroke="#fff",
        stroke_width="0.35",
        transform=f"translate({x:.2f} {y:.2f}) rotate({angle:.1f})",
    )


def _draw_doubt(sheet: Sheet, view: View) -> None:
    for halt in view.halts:
        if not _doubtful(halt):
            continue
        spot = to_metric([shapely.Point(halt.stop.lon, halt.stop.lat)]).iloc[0]
        x, y = sheet.frame.at(spot.x, spot.y)
        radius = halt.stop.accuracy_m / sheet.frame.m_per_mm
        sheet.add(
            "circle",
            cx=f"{x:.2f}",
            cy=f"{y:.2f}",
            r=f"{radius:.2f}",
            fill="#000",
            fill_opacity="0.05",
            stroke="#555",
            stroke_width="0.35",
            stroke_dasharray="1.2 1",
        )


def _spread(sheet: Sheet, view: View) -> list[tuple[Halt, float, float]]:
    """Return where each mark is drawn: at its place, moved aside where marks would cover."""
    placed: list[tuple[Halt, float, float]] = []
    spots = to_metric([shapely.Point(h.stop.lon, h.stop.lat) for h in view.halts])
    for halt, spot in zip(view.halts, spots, strict=True):
        x, y = sheet.frame.at(spot.x, spot.y)
        for dx, dy in ((0, 0), (4.4, 0), (-4.4, 0), (0, 4.4), (0, -4.4), (4, 4), (-4, -4), (8, 0)):
            if all(abs(x + dx - a) > 4 or abs(y + dy - b) > 4 for _, a, b in placed):  # noqa: PLR2004
                break
        placed.append((halt, x + dx, y + dy))
        sheet.take((x + dx - 2.2, y + dy - 2.2, x + dx + 2.2, y + dy + 2.2))
    return placed


def _draw_mark(sheet: Sheet, halt: Halt, at: tuple[float, float], lettering: Lettering) -> None:
    x, y = at
    site = halt.stop.kind == "site"
    sign = halt.mark if site else lettering.signs[halt.mark]
    fill, ink = ("#fff", "#111") if _doubtful(halt) else ("#111", "#fff")
    common = {"fill": fill, "stroke": "#111" if fill == "#fff" else "#fff", "stroke_width": "0.4"}
    if site:
        sheet.add("circle", cx=f"{x:.2f}", cy=f"{y:.2f}", r="2.15", **common)
    else:
        sheet.add("rect", x=f"{x - 2:.2f}", y=f"{y - 2:.2f}", width="4", height="4", **common)
    sheet.add(
        "text",
        sign,
        x=f"{x:.2f}",
        y=f"{y + 0.95:.2f}",
        fill=ink,
        **{"font-size": "2.6", "text-anchor": "middle"},
    )


def _draw_furniture(sheet: Sheet, lettering: Lettering) -> None:
    """Draw the scale bar at the lower left and the north arrow at the upper right."""
    frame = sheet.frame
    metres, length = _scale(frame)
    label = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"  # noqa: PLR2004
    y = frame.height_mm - 4
    wide = length + text_width(label, 2.8) + 6
    sheet.add(
        "rect",
        x="1.5",
        y=f"{y - 4:.2f}",
        width=f"{wide:.2f}",
        height="6.4",
        fill="#fff",
        fill_opacity="0.85",
    )
    for part in range(2):
        sheet.add(
            "rect",
            x=f"{3 + part * length / 2:.2f}",
            y=f"{y - 0.8:.2f}",
            width=f"{length / 2:.2f}",
            height="1.4",
            stroke="#222",
            stroke_width="0.25",
            fill="#222" if part == 0 else "#fff",
        )
    sheet.add(
        "text",
        label,
        x=f"{length + 4.5:.2f}",
        y=f"{y + 0.9:.2f}",
        fill="#222",
        **{"font-size": "2.8"},
    )
    sheet.take((1.5, y - 4, 1.5 + wide, y + 2.4))
    x = frame.width_mm - 5
    sheet.add(
        "path",
        d=f"M{x:.2f} 2.2L{x + 2:.2f} 9L{x:.2f} 7.4L{x - 2:.2f} 9Z",
        fill="#222",
        stroke="#fff",
        stroke_width="0.3",
    )
    sheet.text(x, 12.2, lettering.north, 2.8, **{"text-anchor": "middle"})
    sheet.take((x - 3, 1, x + 3, 13))


def _scale(frame: Frame) -> tuple[int, float]:
    """Return a round length in metres that is 15 to 40 mm of paper, and its millimetres."""
    most = frame.m_per_mm * 40
    power = 10 ** int(np.floor(np.log10(most)))
    metres = max(step * power for step in _NICE if step * power <= most)
    return int(metres), float(metres / frame.m_per_mm)


def draw_names(
    sheet: Sheet, ground: Ground, lettering: Lettering, scale: float = 1.0, roads_to: float = 60.0
) -> None:
    """Write the districts and, up to `roads_to` metres a mm, the roads, wherever there is room.

    `scale` enlarges the letters where a unit of the sheet is not a millimetre. 60 m: 10 km a page.
    """
    for name, x, y in ground.places:
        u, v = sheet.frame.at(x, y)
        shown = lettering.districts.get(name, name)
        _centred(sheet, (u, v), shown, 3.2 * scale, "#8a8a8a")
    if sheet.frame.m_per_mm * scale > roads_to:
        return
    seen: set[str] = set()
    near = ground.near(sheet.frame.bounds)
    column = "name_en" if lettering.english else "name_zh"
    lengths = near.geometry.length.to_numpy()
    for index in np.argsort(-lengths, kind="stable"):
        name = str(near[column].iloc[index] or near["name_zh"].iloc[index] or "")
        line = shapely.clip_by_rect(near.geometry.iloc[index], *sheet.frame.bounds)
        if name and name not in seen and line.length > 18 * scale * sheet.frame.m_per_mm:
            middle = max(shapely.get_parts(line), key=lambda part: part.length)
            spot = middle.interpolate(0.5, normalized=True)
            if _centred(sheet, sheet.frame.at(spot.x, spot.y), name, 2.3 * scale, "#555"):
                seen.add(name)


def _centred(sheet: Sheet, at: tuple[float, float], text: str, size: float, colour: str) -> bool:
    x, y = at
    half = text_width(text, size) / 2
    box = (x - half - 0.5, y - size * 0.7, x + half + 0.5, y + size * 0.7)
    if not sheet.free(box):
        return False
    sheet.take(box)
    sheet.text(x, y + size * 0.36, text, size, **{"text-anchor": "middle", "fill": colour})
    return True
